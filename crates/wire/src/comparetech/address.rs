//! The address of a request, and the normalised variants that a polled record shows beside it.
//! How an address is normalised is not known here.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::field::{At, Extra, Field, Fields, Shape, integer};
use super::{Text, printed};

/// A house number or postcode: the clients write `1` and `"1"`, and get back what they wrote.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NumberOrText {
    /// 0 to 999,999,999. A postcode lost its leading zeros this way.
    Number(u32),
    /// 1 to 255 characters: `12/A`.
    Text(Text),
}

const LAST_NUMBER: i64 = 999_999_999;

impl fmt::Display for NumberOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text.as_str()),
        }
    }
}

/// Part of an address: not shown.
impl fmt::Debug for NumberOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberOrText(hidden)")
    }
}

impl Field for NumberOrText {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::String(_) => Text::read(value, at).map(Self::Text),
            Value::Number(ref number) if number.as_f64().is_some_and(|float| float.fract() == 0.0) => at
                .integer(&value, 0, LAST_NUMBER)
                .and_then(|number| u32::try_from(number).ok())
                .map(Self::Number),
            _ => at.refuse("must be an integer or a string"),
        }
    }

    fn shape() -> Schema {
        OneOfBuilder::new().item(integer(0, LAST_NUMBER)).item(Text::shape()).into()
    }
}

/// Where the line is to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Address {
    /// With its type: `VIA CENERENTOLA`.
    pub street: Text,
    /// The house number.
    pub number: NumberOrText,
    /// The municipality.
    pub city: Text,
    /// In Italy its code of two letters.
    pub province: Text,
    /// The postcode.
    pub zip_code: NumberOrText,
    /// All of it in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<Text>,
    /// What else the client said about it.
    #[serde(flatten)]
    pub other: Extra,
}

impl Field for Address {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields: Fields<'_> = at.fields(value)?;
        let street = fields.required("street");
        let number = fields.required("number");
        let city = fields.required("city");
        let province = fields.required("province");
        let zip_code = fields.required("zip_code");
        let full = fields.optional("full");
        Some(Self {
            street: street?,
            number: number?,
            city: city?,
            province: province?,
            zip_code: zip_code?,
            full,
            other: fields.rest(),
        })
    }

    fn shape() -> Schema {
        Shape::new("Where the line is to be")
            .required::<Text>("street", "The street with its type")
            .required::<NumberOrText>("number", "The house number")
            .required::<Text>("city", "The municipality")
            .required::<Text>("province", "The province; in Italy its code of two letters")
            .required::<NumberOrText>("zip_code", "The postcode; leading zeros may be missing from a number")
            .optional::<Text>("full", "The whole address in one line")
            .example(printed::address())
            .build()
    }
}

impl PartialSchema for Address {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for Address {}

/// The spellings of an address that the server found: a type 1 is a code (`CT`), a type 2 the full name (`CATANIA`);
/// what a type 3 is, is not published. Shown in the polled record beside the address as it was sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddressVariants {
    /// The province's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub province_type1: Option<String>,
    /// The province's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub province_type2: Option<String>,
    /// The street, first spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub street_type1: Option<String>,
    /// The street, second spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub street_type2: Option<String>,
    /// The street, third spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub street_type3: Option<String>,
    /// The city, first spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_type1: Option<String>,
    /// The city, second spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_type2: Option<String>,
    /// The city, third spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_type3: Option<String>,
}

/// Where a customer lives: not shown.
impl fmt::Debug for AddressVariants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressVariants(hidden)")
    }
}
