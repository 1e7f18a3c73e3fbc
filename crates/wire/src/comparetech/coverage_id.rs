//! What an order is qualified by: the id of a coverage, or that of a stored answer of a bulk qualification.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaFormat, Type};

use super::field::{At, Field};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CoverageId {
    /// The number of a coverage's action.
    Action(i64),
    /// The UUID of a qualification, as it was written.
    Qualification(String),
}

/// 8-4-4-4-12 hexadecimal digits, in either case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

impl Field for CoverageId {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::String(text) if is_uuid(&text) => Some(Self::Qualification(text)),
            Value::Number(_) => i64::read(value, at).map(Self::Action),
            _ => at.refuse("must be an integer or a UUID"),
        }
    }

    fn shape() -> Schema {
        let uuid = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".into())))
            .pattern(Some("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"))
            .examples([json!("01933dc1-c3a8-7707-8707-070700000001")]);
        OneOfBuilder::new().item(i64::shape()).item(uuid).into()
    }
}
