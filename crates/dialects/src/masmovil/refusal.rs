//! Everything that goes wrong, in the dialect's shape: one object with a code, a title, the request's id and details.

use crate::{error, idempotency, json};
use ::wire::masmovil::{ErrorResponse, Problems};
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hub::retain;

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: ErrorResponse,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, details: Option<String>) -> Self {
        let body = ErrorResponse::of(status.as_u16(), reference());
        let body = match details {
            Some(details) => body.because(details),
            None => body,
        };
        Self { status, body, retry_after: None }
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, None)
    }

    pub fn not_acceptable() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, Some("answers are application/json".into()))
    }
}

tokio::task_local! {
    /// The id of the request that is being answered.
    static REFERENCE: String;
}

fn reference() -> String {
    REFERENCE.try_with(Clone::clone).unwrap_or_default()
}

/// Lets refusals tell the id of their request, which stands in its header.
pub async fn referenced(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    REFERENCE.scope(id.unwrap_or_default().to_owned(), next.run(request)).await
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        let body = ErrorResponse::invalid(&problems, reference());
        Self { status: StatusCode::BAD_REQUEST, body, retry_after: None }
    }
}

impl From<hub::Error> for Refusal {
    fn from(refused: hub::Error) -> Self {
        let (status, retry_after) = (error::status(&refused), error::retry_after(&refused));
        let details = match refused {
            hub::Error::Invalid { field, rule } => return Problems::one(field, rule).into(),
            hub::Error::KeyReused => Some(format!("{} was used with another body", idempotency::HEADER)),
            hub::Error::Conflict(text) | hub::Error::Gone(text) | hub::Error::TooLarge(text) => Some(text),
            hub::Error::TooMany { what, .. } => Some(what),
            hub::Error::Internal(reason) => {
                tracing::error!(reason, "a request failed");
                None
            }
            _ => None,
        };
        Self { retry_after, ..Self::new(status, details) }
    }
}

impl From<retain::Refused> for Refusal {
    fn from(refused: retain::Refused) -> Self {
        match refused {
            retain::Refused::Source => Problems::one("source", "does not match the access").into(),
            retain::Refused::Destination(field, rule) => Problems::one(field, rule).into(),
            retain::Refused::Moved => {
                Self::new(StatusCode::CONFLICT, Some("the access has been moved by such a request".into()))
            }
            retain::Refused::Error(error) => error.into(),
        }
    }
}

impl From<json::Refused> for Refusal {
    fn from(refused: json::Refused) -> Self {
        match refused.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, Some(refused.to_string()))
            }
            _ => Problems::body(refused.to_string()).into(),
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
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, None)
}
