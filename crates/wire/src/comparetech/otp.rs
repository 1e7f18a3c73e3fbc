//! The bodies of the OTP operations. Each has a path with the action's id and one without, whose body adds it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::field::{self, At, Field, Shape};
use super::{ActionId, Otp, Problems};

/// The body of `POST /subscription/{id}/send-otp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct SendOtp {
    /// What the customer received.
    pub otp: Otp,
    /// Not needed: the path names the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ActionId>,
}

/// The body of `POST /send-otp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct SendOtpById {
    /// What the customer received.
    pub otp: Otp,
    /// The action that waits for it.
    pub id: ActionId,
}

/// The body of `POST /subscription/{id}/reset-otp`, which may also be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct ResetOtp {
    /// Not needed: the path names the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ActionId>,
}

/// The body of `POST /reset-otp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct ResetOtpById {
    /// The action whose customer is to get a new OTP.
    pub id: ActionId,
}

const OTP: &str = "The one-time password that the customer received";
const ID: &str = "The id of the subscription's action";

impl Field for SendOtp {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let (otp, id) = (fields.required("otp"), fields.optional("id"));
        Some(Self { otp: otp?, id })
    }

    fn shape() -> Schema {
        Shape::new("A one-time password")
            .required::<Otp>("otp", OTP)
            .optional::<ActionId>("id", "Not needed: the path names the action")
            .example(json!({"otp": "203912"}))
            .build()
    }
}

impl Field for SendOtpById {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let (otp, id) = (fields.required("otp"), fields.required("id"));
        Some(Self { otp: otp?, id: id? })
    }

    fn shape() -> Schema {
        Shape::new("A one-time password and what it is for")
            .required::<Otp>("otp", OTP)
            .required::<ActionId>("id", ID)
            .example(json!({"otp": "203912", "id": 134}))
            .build()
    }
}

impl Field for ResetOtp {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let id = at.fields(value)?.optional("id");
        Some(Self { id })
    }

    fn shape() -> Schema {
        Shape::new("Nothing needs to be said")
            .optional::<ActionId>("id", "Not needed: the path names the action")
            .build()
    }
}

impl Field for ResetOtpById {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let id = at.fields(value)?.required("id")?;
        Some(Self { id })
    }

    fn shape() -> Schema {
        Shape::new("The action that waits for an OTP")
            .required::<ActionId>("id", ID)
            .example(json!({"id": 134}))
            .build()
    }
}

macro_rules! requests {
    ($($name:ident)+) => {$(
        impl $name {
            /// Reads a body, or says all that is wrong with it.
            pub fn parse(body: Value) -> Result<Self, Problems> {
                field::parse(body)
            }
        }

        impl TryFrom<Value> for $name {
            type Error = Problems;

            fn try_from(body: Value) -> Result<Self, Problems> {
                Self::parse(body)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Self::shape().into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

requests!(SendOtp SendOtpById ResetOtp ResetOtpById);
