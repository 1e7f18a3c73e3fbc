//! Everything that goes wrong, in the dialect's shape: `{code, errors}`, by field where a field is at fault. The one
//! place where errors of the hub get their words.

use crate::{error, idempotency, json};
use ::wire::aex::{Errors, Problems};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    errors: Errors,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { errors: Errors::of(status.as_u16(), message), retry_after: None }
    }

    pub fn not_found() -> Self {
        Self { errors: Errors::not_found(), retry_after: None }
    }

    /// 400 with the one field at fault.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Problems::one(field, message).into()
    }

    /// The same refusal as the original gives it, where it says of every bad request that nobody is signed in.
    pub fn or_unauthenticated(self, compat: bool) -> Self {
        match compat && self.errors.code == 400 {
            true => Self { errors: Errors::not_authenticated(), retry_after: None },
            false => self,
        }
    }

    /// The field at fault under the name that the request had for it.
    #[must_use]
    pub fn named(refused: hub::Error, names: &[(&str, &str)]) -> Self {
        match refused {
            hub::Error::Invalid { field, rule } => {
                let name = names.iter().find(|(own, _)| *own == field).map_or(field, |(_, name)| *name);
                Self::field(name, rule)
            }
            other => other.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.errors.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.errors)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<hub::Error> for Refusal {
    fn from(refused: hub::Error) -> Self {
        let (status, retry_after) = (error::status(&refused).as_u16(), error::retry_after(&refused));
        let errors = match refused {
            hub::Error::Invalid { field, rule } => Errors::fields(400, Problems::one(field, rule)),
            hub::Error::KeyReused => {
                Errors::fields(status, Problems::one(idempotency::HEADER, "was used with another body"))
            }
            hub::Error::Unauthenticated => Errors::not_authenticated(),
            hub::Error::Forbidden => Errors::of(status, "Not Authorized"),
            hub::Error::NotFound(_) | hub::Error::UnknownCarrier(_) => Errors::not_found(),
            hub::Error::Conflict(text) | hub::Error::Gone(text) | hub::Error::TooLarge(text) => {
                Errors::of(status, text)
            }
            hub::Error::TooMany { what, .. } => Errors::of(status, what),
            hub::Error::Unavailable { .. } => Errors::of(status, "not available at the moment, try again"),
            hub::Error::Full => Errors::of(status, "no space is left"),
            hub::Error::Internal(reason) => {
                tracing::error!(reason, "a request failed");
                Errors::of(status, "internal error")
            }
        };
        Self { errors, retry_after }
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        Self { errors: Errors::fields(400, problems), retry_after: None }
    }
}

impl From<json::Refused> for Refusal {
    fn from(refused: json::Refused) -> Self {
        match refused.status() {
            StatusCode::UNPROCESSABLE_ENTITY => Problems::body(refused.to_string()).into(),
            status => Self::new(status, refused.to_string()),
        }
    }
}

impl From<idempotency::Malformed> for Refusal {
    fn from(_: idempotency::Malformed) -> Self {
        Self::field(idempotency::HEADER, idempotency::RULE)
    }
}

/// A path that there is not.
pub async fn no_such_path() -> Refusal {
    Refusal::not_found()
}

/// A path that there is, with another method; `Allow` is set by the router.
pub async fn no_such_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
}
