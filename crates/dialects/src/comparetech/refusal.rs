//! Everything that goes wrong, in the dialect's shape: `{"error": …}`, and with the fields at fault for a 422.
//! The one place where errors of the hub get their words.

use crate::{error, idempotency, json};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::comparetech::{Error, Problems};

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    said: Said,
    /// Seconds.
    retry_after: Option<u64>,
}

#[derive(Debug)]
enum Said {
    Error(Error),
    Problems(Problems),
}

impl Refusal {
    fn new(status: StatusCode, error: Error) -> Self {
        Self { status, said: Said::Error(error), retry_after: None }
    }

    fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, Error::not_found())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = match self.said {
            Said::Error(error) => (self.status, Json(error)).into_response(),
            Said::Problems(problems) => (self.status, Json(problems)).into_response(),
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<hub::Error> for Refusal {
    fn from(refused: hub::Error) -> Self {
        let (status, retry_after) = (error::status(&refused), error::retry_after(&refused));
        let said = match refused {
            hub::Error::Invalid { field, rule } => Said::Problems(Problems::one(field, rule)),
            hub::Error::KeyReused => {
                Said::Problems(Problems::one(idempotency::HEADER, "was used with another body"))
            }
            other => Said::Error(words(other)),
        };
        Self { status, said, retry_after }
    }
}

fn words(refused: hub::Error) -> Error {
    match refused {
        hub::Error::Unauthenticated => Error::unauthenticated(),
        hub::Error::Forbidden => Error::forbidden(),
        hub::Error::NotFound(_) => Error::not_found(),
        hub::Error::UnknownCarrier(name) => Error::unknown_driver(&name),
        hub::Error::Conflict(text) | hub::Error::Gone(text) | hub::Error::TooLarge(text) => Error::new(text),
        hub::Error::TooMany { what, .. } => Error::new(what),
        hub::Error::Unavailable { .. } => Error::new("Not available at the moment, try again"),
        hub::Error::Full => Error::new("No space is left"),
        hub::Error::Internal(reason) => {
            tracing::error!(reason, "a request failed");
            Error::new("Internal error")
        }
        // These have fields at fault, and are told with them.
        other @ (hub::Error::Invalid { .. } | hub::Error::KeyReused) => Error::new(other.to_string()),
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, said: Said::Problems(problems), retry_after: None }
    }
}

impl From<json::Refused> for Refusal {
    fn from(refused: json::Refused) -> Self {
        match refused.status() {
            StatusCode::UNPROCESSABLE_ENTITY => Problems::body(refused.to_string()).into(),
            status => Self::new(status, Error::new(refused.to_string())),
        }
    }
}

impl From<idempotency::Malformed> for Refusal {
    fn from(_: idempotency::Malformed) -> Self {
        Problems::one(idempotency::HEADER, idempotency::RULE).into()
    }
}

/// A path that there is not.
pub async fn no_such_path() -> Refusal {
    Refusal::not_found()
}

/// A path that there is, with another method; `Allow` is set by the router.
pub async fn no_such_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Error::new("Method not allowed"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn told(refused: hub::Error) -> (u16, Option<String>, String) {
        let response = Refusal::from(refused).into_response();
        let header = response.headers().get(header::RETRY_AFTER);
        let retry_after = header.map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, retry_after, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_went_wrong_inside_stays_inside() {
        let (status, _, body) = told(hub::Error::Internal("UPDATE action: no such column".into())).await;
        assert_eq!((status, body.as_str()), (500, r#"{"error":"Internal error"}"#));
    }

    #[tokio::test]
    async fn when_to_try_again_is_told() {
        let (status, after, body) =
            told(hub::Error::Unavailable { after: Duration::from_millis(1_500) }).await;
        assert_eq!((status, after.as_deref()), (503, Some("2")));
        assert_eq!(body, r#"{"error":"Not available at the moment, try again"}"#);
        let (status, after, body) = told(hub::Error::Full).await;
        assert_eq!((status, after, body.as_str()), (507, None, r#"{"error":"No space is left"}"#));
    }

    #[tokio::test]
    async fn a_field_at_fault_is_named_in_the_words_of_the_wire() {
        let (status, _, body) = told(hub::Error::invalid("product", "is not sold by fastweb")).await;
        assert_eq!(status, 422);
        assert_eq!(
            body,
            r#"{"error":"product is not sold by fastweb","errors":{"product":["is not sold by fastweb"]}}"#
        );
    }
}
