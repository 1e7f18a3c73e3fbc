//! Every refusal.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;

/// One object, whatever is wrong; several problems stand in its `details`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = errorResponseDto)]
pub struct ErrorResponse {
    /// The status of the answer.
    #[serde(default)]
    #[schema(required = true)]
    pub code: String,
    #[serde(default)]
    #[schema(required = true)]
    pub title: String,
    /// The id of the request.
    #[serde(default, rename = "ref")]
    #[schema(required = true)]
    pub reference: String,
    /// What is wrong: `field: message; field: message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<String>,
}

impl ErrorResponse {
    /// A refusal with the title of its status.
    pub fn of(status: u16, reference: impl Into<String>) -> Self {
        Self {
            code: status.to_string(),
            title: title(status).into(),
            reference: reference.into(),
            details: None,
        }
    }

    /// 400: every field at fault. What is wrong about the request as a whole stands without a field.
    pub fn invalid(problems: &Problems, reference: impl Into<String>) -> Self {
        let told: Vec<String> = problems
            .iter()
            .map(|(field, message)| match field {
                "" => message.to_owned(),
                field => format!("{field}: {message}"),
            })
            .collect();
        let refusal = Self::of(400, reference);
        if told.is_empty() { refusal } else { refusal.because(told.join("; ")) }
    }

    /// The same, and why.
    pub fn because(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }
}

/// As the documentation describes each status; those from 405 on, but for 406 and 500, are ours.
const fn title(status: u16) -> &'static str {
    match status {
        400 => "Invalid body supplied",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Data not found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        ..500 => "Refused",
        _ => "Something was wrong :(",
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.title)?;
        self.details.iter().try_for_each(|details| write!(f, ": {details}"))
    }
}

impl std::error::Error for ErrorResponse {}
