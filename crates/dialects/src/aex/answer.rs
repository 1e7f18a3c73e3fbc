//! Answers that say yes: JSON, never kept by a cache, because nearly all of it is somebody's.

use super::Aex;
use super::caller::Caller;
use super::refusal::Refusal;
use crate::{idempotency, json};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::idempotency::{Accepted, Answer, Idempotent, Key};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

const NOT_KEPT: &str = "cache-control: no-store";

/// 200 with any body.
pub fn ok(body: &impl Serialize) -> Result<Response, Refusal> {
    Ok(idempotency::respond(written(StatusCode::OK, body, None), false))
}

/// An answer with a body; `location` is where what was made can be found.
pub fn written(status: StatusCode, body: &impl Serialize, location: Option<&str>) -> Answer {
    // The wire's own types always have a JSON form.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let located = location.map(|path| format!("\nlocation: {path}")).unwrap_or_default();
    Answer {
        status: status.as_u16(),
        headers: format!("content-type: application/json\n{NOT_KEPT}{located}"),
        body,
    }
}

/// 201 without a body.
pub fn made(location: &str) -> Answer {
    let headers = format!("{NOT_KEPT}\nlocation: {location}");
    Answer { status: StatusCode::CREATED.as_u16(), headers, body: Vec::new() }
}

/// The answer to a creating request: `create` is handed the body, and the key that it is sent under; `render` writes the
/// answer to what it made. A request that is refused now may have been accepted before under the same key: then that
/// answer stands.
pub async fn creating<R: Send + 'static>(
    aex: &Aex,
    caller: &Caller,
    operation: &'static str,
    (headers, body): (&HeaderMap, Body),
    render: impl Fn(&R) -> Answer + Send + Sync + 'static,
    create: impl AsyncFnOnce(Value, Option<Idempotent<R>>) -> Result<Accepted<R>, Refusal>,
) -> Result<Response, Refusal> {
    let key = idempotency::key(headers)?;
    let body = json::read(body).await?;
    let render: hub::idempotency::Render<R> = Arc::new(render);
    let idempotent = key.map(|key| Idempotent {
        key: Key { organization: caller.organization, operation, key, body_hash: idempotency::hash(&body) },
        render: render.clone(),
    });
    let key = idempotent.as_ref().map(|idempotent| idempotent.key.clone());
    let accepted = match create(body, idempotent).await {
        Ok(accepted) => accepted,
        Err(refusal) => aex.hub.replay(key.as_ref()).await?.ok_or(refusal)?,
    };
    Ok(match accepted {
        Accepted::New(made, written) => idempotency::respond(written.unwrap_or_else(|| render(&made)), false),
        Accepted::Replayed(answer) => idempotency::respond(answer, true),
    })
}
