//! The body of every refusal but a 422, and its documented texts.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NOT_INTERRUPTED, printed};

/// `{"error": "…"}`. Other fields are passed over on reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(printed::unknown_driver))]
pub struct Error {
    /// What is wrong, in a sentence.
    pub error: String,
}

impl Error {
    /// Any other text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { error: text.into() }
    }

    /// 401: the key is missing or unknown.
    pub fn unauthenticated() -> Self {
        Self::new("Unauthenticated")
    }

    /// 403: the key's role is below OWNER.
    pub fn forbidden() -> Self {
        Self::new("Forbidden")
    }

    /// 404: no such driver. The text is misspelt on the wire.
    pub fn unknown_driver(name: &str) -> Self {
        Self::new(format!("Driver with name: '{name}' doesn't exists"))
    }

    /// 404: no such action, or another organization's.
    pub fn not_found() -> Self {
        Self::new("Not found")
    }

    /// 409: the action does not wait for an OTP.
    pub fn not_interrupted() -> Self {
        Self::new(NOT_INTERRUPTED)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl std::error::Error for Error {}
