//! Where an access moves to.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::text::{TextOrNumber, filled, optional};
use super::{Gescal37, Problems};
use crate::field::{self, At, Field, Shape};

/// The client who gets the access. Personal: it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", try_from = "Value")]
pub struct Destination {
    pub gescal37: Gescal37,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub iua: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub document_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_name: Option<String>,
    pub brand: String,
    /// The contracted speed.
    pub bandwidth: String,
    /// The segment of the client.
    pub customer_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tv: Option<Tv>,
}

/// The television that goes with an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Tv {
    #[serde(rename = "OTT")]
    Ott,
    #[serde(rename = "IPTV")]
    Iptv,
    #[serde(rename = "IPTV+OTT")]
    Both,
}

impl Tv {
    pub const ALL: [Self; 3] = [Self::Ott, Self::Iptv, Self::Both];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tv| tv.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ott => "OTT",
            Self::Iptv => "IPTV",
            Self::Both => "IPTV+OTT",
        }
    }
}

impl Field for Tv {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Self::parse(&at.string(value)?).or_else(|| at.refuse("must be OTT, IPTV or IPTV+OTT"))
    }

    fn shape() -> Schema {
        let words = Self::ALL.map(Self::as_str);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl Field for Destination {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(filled(value))?;
        let gescal37 = fields.required("gescal37");
        let iua = fields.optional("iua");
        let phone_number = fields.optional("phoneNumber").map(|TextOrNumber(text)| text);
        let document_number = fields.optional("documentNumber").map(|TextOrNumber(text)| text);
        let client_name = fields.optional("clientName");
        let brand = fields.required("brand");
        let bandwidth = fields.required("bandwidth").map(|TextOrNumber(text)| text);
        let customer_type = fields.required("customerType");
        let tv = fields.optional("tv");
        Some(Self {
            gescal37: gescal37?,
            iua,
            phone_number,
            document_number,
            client_name,
            brand: brand?,
            bandwidth: bandwidth?,
            customer_type: customer_type?,
            tv,
        })
    }

    fn shape() -> Schema {
        let shape = Shape::new("The client who gets the access")
            .required::<Gescal37>("gescal37", "Where the access ends")
            .required::<String>("brand", "The brand that gets it")
            .required::<TextOrNumber>("bandwidth", "The contracted speed")
            .required::<String>("customerType", "The segment of the client");
        let shape = optional::<String>(shape, "iua", "The access by its own name");
        let shape = optional::<TextOrNumber>(shape, "phoneNumber", "The client's fixed number");
        let shape = optional::<TextOrNumber>(shape, "documentNumber", "The client's identity document");
        let shape = optional::<String>(shape, "clientName", "The client's name");
        optional::<Tv>(shape, "tv", "The television that goes with it").build()
    }
}

/// An echo is read as leniently as a request.
impl TryFrom<Value> for Destination {
    type Error = Problems;

    fn try_from(value: Value) -> Result<Self, Problems> {
        field::parse(value)
    }
}
