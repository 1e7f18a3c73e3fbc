//! How the fields of a request are written: an empty text is as good as none, and what is made of digits may be a
//! number.

use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaType, Type};

use crate::field::{At, Field, Shape, described, integer};

/// An object without its empty texts.
pub(super) fn filled(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| field.as_str() != Some(""));
    }
    value
}

/// A field that may be left out, `null` or empty. No shape allows the empty text by itself.
pub(super) fn optional<T: Field>(shape: Shape, name: &str, description: &str) -> Shape {
    let nothing = ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
        .enum_values(Some([Value::from(""), Value::Null]));
    let either = OneOfBuilder::new().item(T::shape()).item(nothing);
    shape.may_be(name, described(either.into(), description))
}

/// A text of digits that callers also write as a number. Only whole ones: others have no one way to be written.
pub(super) struct TextOrNumber(pub(super) String);

/// Floats, and so JavaScript, hold every integer up to it.
const LAST: i64 = (1 << 53) - 1;

impl Field for TextOrNumber {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::Number(_) => at.integer(&value, 0, LAST).map(|number| Self(number.to_string())),
            Value::String(_) => String::read(value, at).map(Self),
            _ => at.refuse("must be a string"),
        }
    }

    fn shape() -> Schema {
        OneOfBuilder::new().item(String::shape()).item(integer(0, LAST)).into()
    }
}

/// A boolean, or its word.
pub(super) struct Flag(pub(super) bool);

impl Flag {
    /// The schema of one of the two.
    pub(super) fn only(value: bool) -> Schema {
        ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::Boolean, Type::String]))
            .enum_values(Some([Value::from(value), Value::from(value.to_string())]))
            .into()
    }
}

impl Field for Flag {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match (value.as_bool(), value.as_str()) {
            (Some(flag), _) => Some(Self(flag)),
            (_, Some("true")) => Some(Self(true)),
            (_, Some("false")) => Some(Self(false)),
            _ => at.refuse("must be true or false"),
        }
    }

    fn shape() -> Schema {
        OneOfBuilder::new().item(Self::only(true)).item(Self::only(false)).into()
    }
}
