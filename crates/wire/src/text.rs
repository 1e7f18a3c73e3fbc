//! The texts of requests: what one may hold, as a check and as the pattern that says the same to a client.

use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::field::{At, Field};

/// The rule of one kind of text. `check` and `pattern` say the same; the length is in characters.
pub(super) struct Rule {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: &'static str,
    pub(super) check: fn(&str) -> Result<(), &'static str>,
    pub(super) example: &'static str,
}

impl Rule {
    pub(super) fn hold(&self, text: &str) -> Result<(), String> {
        let length = text.chars().count();
        if length == 0 {
            return Err("must not be empty".into());
        }
        if length > self.max {
            return Err(format!("must be at most {} characters", self.max));
        }
        if length < self.min {
            return Err(format!("must be at least {} characters", self.min));
        }
        Ok((self.check)(text)?)
    }

    pub(super) fn shape(&self) -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(self.min))
            .max_length(Some(self.max))
            .pattern(Some(self.pattern))
            .examples([self.example])
            .build()
    }
}

// Control characters (which PostgreSQL's and carriers' texts cannot all hold) nowhere, and one character that is
// neither that nor a blank. The blanks are spelt out because `\s` is not the same set in every language.
pub(super) const PLAIN: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000][^\\u0000-\\u001f\\u007f-\\u009f]*$";

pub(super) fn plain(text: &str) -> Result<(), &'static str> {
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters");
    }
    if text.chars().all(char::is_whitespace) {
        return Err("must not be blank");
    }
    Ok(())
}

const FREE: Rule = Rule { min: 1, max: 255, pattern: PLAIN, check: plain, example: "String" };

/// Free text, taken without the blanks around it: 1 to 255 characters, no control characters.
impl Field for String {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let text = at.string(value)?;
        match FREE.hold(&text) {
            Ok(()) => Some(text.trim().to_owned()),
            Err(message) => at.refuse(message),
        }
    }

    fn shape() -> Schema {
        FREE.shape().into()
    }
}
