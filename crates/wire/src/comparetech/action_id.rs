//! The id of an action in a body, where a path would name it as well: an integer, or its digits as text. What can
//! be no id is read all the same: it names no action, as in a path.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::field::{At, Field};

/// An action as a body names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(Option<i64>);

impl ActionId {
    /// None: it can be nobody's.
    pub fn number(self) -> Option<i64> {
        self.0
    }

    /// The plain digits of a positive integer, as a path has them.
    pub fn of_text(text: &str) -> Self {
        Self(text.parse().ok().filter(|number: &i64| *number > 0 && number.to_string() == text))
    }
}

impl From<i64> for ActionId {
    fn from(number: i64) -> Self {
        Self(Some(number).filter(|number| *number > 0))
    }
}

impl Field for ActionId {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match &value {
            Value::String(text) => Some(Self::of_text(text)),
            // `134.0` is an integer of JSON Schema; one beyond what a float holds exactly is nobody's id.
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Some(whole.into()),
                (None, Some(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
                    Some((float as i64).into())
                }
                (None, Some(float)) if float.fract() == 0.0 => Some(Self(None)),
                (None, None) => Some(Self(None)),
                _ => at.refuse("must be an integer, or its digits as a string"),
            },
            _ => at.refuse("must be an integer, or its digits as a string"),
        }
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::Integer, Type::String]))
            .examples([json!(134)])
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparetech::ResetOtpById;

    fn read(id: Value) -> Result<Option<i64>, String> {
        let body = ResetOtpById::parse(json!({ "id": id }));
        body.map(|body| body.id.number()).map_err(|problems| problems.to_string())
    }

    #[test]
    fn an_id_is_an_integer_or_its_digits_and_other_integers_and_texts_name_none() {
        for id in [json!(134), json!("134"), json!(134.0)] {
            assert_eq!(read(id.clone()), Ok(Some(134)), "{id}");
        }
        for id in [
            json!(0),
            json!(-1),
            json!(u64::MAX),
            json!(1e300),
            json!(""),
            json!("x"),
            json!("0134"),
            json!("-1"),
        ] {
            assert_eq!(read(id.clone()), Ok(None), "{id}");
        }
        for id in [json!(1.5), json!(true), json!([134]), json!({}), json!(null)] {
            assert!(read(id.clone()).is_err(), "{id}");
        }
    }
}
