//! Answers that no dialect gives: what went wrong around it, in the shape of the dialect that the
//! path belongs to, or as problem details (RFC 9457).

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// An error for a path.
pub fn error(path: &str, status: StatusCode, text: &str) -> Response<Body> {
    let dialect = path.starts_with("/comparetech/") || path.starts_with("/api/v1");
    let (kind, body) = match dialect {
        true => ("application/json", json!({"error": text})),
        false => (
            "application/problem+json",
            json!({"type": "about:blank", "title": text, "status": status.as_u16()}),
        ),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub async fn not_found(OriginalUri(uri): OriginalUri) -> Response<Body> {
    error(uri.path(), StatusCode::NOT_FOUND, "there is nothing at this path")
}
