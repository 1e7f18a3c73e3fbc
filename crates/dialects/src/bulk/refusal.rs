//! Everything that goes wrong, as problem details (RFC 9457), with what is at fault in the request.

use crate::{error, idempotency};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::Error;
use wire::bulk::{Fault, Problem};

pub const CONTENT_TYPE: &str = "application/problem+json";

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    detail: Option<String>,
    errors: Vec<Fault>,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: Some(detail.into()), errors: Vec::new(), retry_after: None }
    }

    /// `field` is at fault.
    pub fn of_field(status: StatusCode, field: &str, rule: &str) -> Self {
        let errors = vec![Fault { field: field.to_owned(), rule: rule.to_owned() }];
        Self { errors, ..Self::new(status, format!("{field} {rule}")) }
    }

    pub fn problem(&self) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // A problem is made of texts and a number: it always has a JSON form.
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Error> for Refusal {
    fn from(refused: Error) -> Self {
        let (status, retry_after) = (error::status(&refused), error::retry_after(&refused));
        let told = match refused {
            Error::Invalid { field, rule } => Self::of_field(status, field, &rule),
            Error::KeyReused => Self::of_field(status, idempotency::HEADER, "was used with another file"),
            Error::Internal(reason) => {
                tracing::error!(reason, "a request failed");
                Self { detail: None, ..Self::new(status, "") }
            }
            Error::Unavailable { .. } => Self::new(status, "not available at the moment: try again"),
            other => Self::new(status, other.to_string()),
        };
        Self { retry_after, ..told }
    }
}

impl From<idempotency::Malformed> for Refusal {
    fn from(_: idempotency::Malformed) -> Self {
        Self::of_field(StatusCode::UNPROCESSABLE_ENTITY, idempotency::HEADER, idempotency::RULE)
    }
}

/// A path that there is not.
pub async fn no_such_path() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path")
}

/// A path that there is, with another method; `Allow` is set by the router.
pub async fn no_such_method() -> Refusal {
    Refusal { detail: None, ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let told = Refusal::from(Error::Internal("UPDATE action: no such column".into())).problem();
        assert_eq!((told.status, told.title.as_str(), told.detail), (500, "Internal Server Error", None));
    }

    #[test]
    fn when_to_try_again_is_told() {
        let after = Duration::from_millis(1_500);
        for refused in [Error::Unavailable { after }, Error::TooMany { what: "too many".into(), after }] {
            let response = Refusal::from(refused).into_response();
            assert_eq!(response.headers()["retry-after"], "2");
            assert_eq!(response.headers()["content-type"], CONTENT_TYPE);
        }
    }
}
