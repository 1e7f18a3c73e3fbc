//! Answers that no dialect gives: what went wrong around it, in the shape of the dialect that the
//! path belongs to, or as problem details (RFC 9457).

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// In whose shape an error is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    CompareTech,
    Aex,
    TelecomX,
    Masmovil,
    Problem,
}

impl Shape {
    /// That of the dialect whose mount a path of the main listener is below.
    pub fn of_path(path: &str) -> Self {
        let is_below = |mount: &str| {
            path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match () {
            () if is_below(dialects::comparetech::MOUNT) => Self::CompareTech,
            () if is_below(dialects::aex::MOUNT) => Self::Aex,
            () if is_below(dialects::telecomx::MOUNT) => Self::TelecomX,
            () if is_below(dialects::masmovil::MOUNT) => Self::Masmovil,
            () => Self::Problem,
        }
    }
}

pub fn error(shape: Shape, status: StatusCode, text: &str) -> Response<Body> {
    let (kind, body) = match shape {
        Shape::CompareTech => ("application/json", json!({"error": text})),
        Shape::Aex => ("application/json", json!({"code": status.as_u16(), "errors": [text]})),
        Shape::TelecomX => (
            "application/json",
            json!({"error": {"code": status.as_u16(), "message": keyword(status), "description": text}}),
        ),
        Shape::Masmovil => {
            ("application/json", json!({"code": status.as_u16().to_string(), "title": text, "ref": ""}))
        }
        Shape::Problem => (
            "application/problem+json",
            json!({"type": "about:blank", "title": text, "status": status.as_u16()}),
        ),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// The word that TelecomX has for a status.
fn keyword(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ => "internal_error",
    }
}

/// The request was not answered in time: it may be sent again, under its idempotency key.
pub fn late(shape: Shape) -> Response<Body> {
    let mut response = error(shape, StatusCode::SERVICE_UNAVAILABLE, "The request took too long, try again");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

pub async fn not_found(OriginalUri(uri): OriginalUri) -> Response<Body> {
    let shape = Shape::of_path(uri.path());
    let words = if shape == Shape::Aex { wire::aex::NOT_FOUND } else { "there is nothing at this path" };
    error(shape, StatusCode::NOT_FOUND, words)
}
