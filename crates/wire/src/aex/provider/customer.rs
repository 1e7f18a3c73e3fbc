//! A customer, and the requests that make and change one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::Schema;

use crate::aex::When;
use crate::aex::answer::answer;
use crate::aex::moment::date_time;
use crate::field::{self, At, Field, Shape, at_least_one, nullable};

answer! {
    /// A customer.
    #[schema(as = ProviderCustomer)]
    Customer {
        id: String,
        first_name: String,
        last_name: String,
        email: Option<String>,
        mobile_number: Option<String>,
        /// When the customer agreed to hear from the network.
        #[schema(schema_with = date_time_or_null)]
        fno_opt_in: Option<String>,
        /// When the customer agreed to hear from the reseller.
        #[schema(schema_with = date_time_or_null)]
        isp_opt_in: Option<String>,
        #[schema(schema_with = date_time)]
        created_at: String,
        #[schema(schema_with = date_time)]
        updated_at: String,
    }
}

pub(super) fn date_time_or_null() -> Schema {
    nullable(date_time().into())
}

/// The body of `POST /customers`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct NewCustomer {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub mobile_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fno_opt_in: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isp_opt_in: Option<When>,
}

/// The body of `PUT /customers/{id}`: at least one of these.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct CustomerUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fno_opt_in: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isp_opt_in: Option<When>,
}

const FNO: &str = "When the customer agreed to hear from the network";
const ISP: &str = "When the customer agreed to hear from the reseller";

/// Made up: the source prints none.
fn example() -> Value {
    json!({
        "first_name": "Thandi", "last_name": "Nkosi", "email": "thandi@example.co.za",
        "mobile_number": "+27821234567", "isp_opt_in": "2024-10-17T11:42:49Z"
    })
}

impl Field for NewCustomer {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let first_name = fields.required("first_name");
        let last_name = fields.required("last_name");
        let email = fields.required("email");
        let mobile_number = fields.required("mobile_number");
        let fno_opt_in = fields.optional("fno_opt_in");
        let isp_opt_in = fields.optional("isp_opt_in");
        Some(Self {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            mobile_number: mobile_number?,
            fno_opt_in,
            isp_opt_in,
        })
    }

    fn shape() -> Schema {
        Shape::new("A customer to be registered")
            .required::<String>("first_name", "First name")
            .required::<String>("last_name", "Last name")
            .required::<String>("email", "E-mail address")
            .required::<String>("mobile_number", "Mobile phone number")
            .optional::<When>("fno_opt_in", FNO)
            .optional::<When>("isp_opt_in", ISP)
            .example(example())
            .build()
    }
}

impl Field for CustomerUpdate {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        if !fields.any(&["first_name", "last_name", "email", "mobile_number", "fno_opt_in", "isp_opt_in"]) {
            return fields.refuse("", "body must change something");
        }
        Some(Self {
            first_name: fields.optional("first_name"),
            last_name: fields.optional("last_name"),
            email: fields.optional("email"),
            mobile_number: fields.optional("mobile_number"),
            fno_opt_in: fields.optional("fno_opt_in"),
            isp_opt_in: fields.optional("isp_opt_in"),
        })
    }

    fn shape() -> Schema {
        let object = Shape::new("What changes about a customer; null is as good as nothing")
            .optional::<String>("first_name", "First name")
            .optional::<String>("last_name", "Last name")
            .optional::<String>("email", "E-mail address")
            .optional::<String>("mobile_number", "Mobile phone number")
            .optional::<When>("fno_opt_in", FNO)
            .optional::<When>("isp_opt_in", ISP)
            .example(json!({"mobile_number": "+27821234567"}))
            .build();
        let some = vec![
            ("first_name", String::shape()),
            ("last_name", String::shape()),
            ("email", String::shape()),
            ("mobile_number", String::shape()),
            ("fno_opt_in", When::shape()),
            ("isp_opt_in", When::shape()),
        ];
        at_least_one(object, some)
    }
}

field::request! {
    NewCustomer as "ProviderNewCustomer",
    CustomerUpdate as "ProviderCustomerUpdate",
}
