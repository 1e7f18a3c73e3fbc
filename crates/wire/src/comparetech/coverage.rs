//! The body of `POST /coverage`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::field::{self, At, Extra, Field, Shape};
use super::{Address, INFO, Name, Problems, printed};

/// Can this address be served, and with what?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Coverage {
    /// Who is asked: `fastweb`.
    pub driver: Name,
    /// Where.
    pub address: Address,
    /// Asks for more detail; it changes nothing here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debug: Option<bool>,
    /// What else the client said.
    #[serde(flatten)]
    pub other: Extra,
}

impl Coverage {
    /// Reads a body, or says all that is wrong with it.
    pub fn parse(body: Value) -> Result<Self, Problems> {
        field::parse(body)
    }

    /// The request as the payload of its record shows it: as it was sent, without what was `null`.
    pub fn echo(&self) -> Map<String, Value> {
        field::echo(self)
    }
}

impl TryFrom<Value> for Coverage {
    type Error = Problems;

    fn try_from(body: Value) -> Result<Self, Problems> {
        Self::parse(body)
    }
}

impl Field for Coverage {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let driver = fields.required("driver");
        let address = fields.required("address");
        let debug = fields.optional("debug");
        Some(Self { driver: driver?, address: address?, debug, other: fields.rest().without(INFO) })
    }

    fn shape() -> Schema {
        Shape::new("Can this address be served, and with what?")
            .required::<Name>("driver", "Who is asked; see GET /traders")
            .required::<Address>("address", "Where the line is to be")
            .optional::<bool>("debug", "Accepted and echoed")
            .example(printed::coverage_request())
            .build()
    }
}

impl PartialSchema for Coverage {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for Coverage {}
