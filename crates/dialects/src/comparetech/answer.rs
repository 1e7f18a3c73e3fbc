//! Answers that say yes: JSON, never kept by a cache, because nearly all of it is somebody's.

use super::map;
use super::refusal::Refusal;
use crate::{idempotency, json};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::action::{Receipt, View};
use hub::idempotency::{Accepted, Answer, Idempotent};
use hub::{Hub, Principal};
use serde::Serialize;
use serde_json::Value;

const HEADERS: &str = "content-type: application/json\ncache-control: no-store";

/// 200 with any body.
pub fn ok(body: &impl Serialize) -> Result<Response, Refusal> {
    Ok(idempotency::respond(written(StatusCode::OK, body)?, false))
}

/// 200 with the record of an action.
pub fn seen(view: View) -> Result<Response, Refusal> {
    ok(&map::record(view)?)
}

/// 201 with the record of an action just accepted, or the answer that was given to the same request before.
fn accepted(accepted: Accepted) -> Response {
    match accepted {
        Accepted::New(receipt, written) => {
            idempotency::respond(written.unwrap_or_else(|| created(&receipt)), false)
        }
        Accepted::Replayed(answer) => idempotency::respond(answer, true),
    }
}

/// The answer to a creating request: `create` is handed the body, and the key that it is sent under.
/// One that is refused now may have been accepted before under the same key: then that answer stands,
/// whatever became of the carrier since.
pub async fn creating(
    hub: &Hub,
    caller: &Principal,
    operation: &'static str,
    headers: &HeaderMap,
    body: Body,
    create: impl AsyncFnOnce(Value, Option<Idempotent>) -> Result<Accepted, Refusal>,
) -> Result<Response, Refusal> {
    let key = idempotency::key(headers)?;
    let body = json::read(body).await?;
    let idempotent = key.map(|key| map::idempotent(caller, operation, key, &body));
    let key = idempotent.as_ref().map(|idempotent| idempotent.key.clone());
    match create(body, idempotent).await {
        Ok(done) => Ok(accepted(done)),
        Err(refusal) => hub.replay(key.as_ref()).await?.map(accepted).ok_or(refusal),
    }
}

/// The answer to a new action: the same receipt gives the same bytes.
pub fn created(receipt: &Receipt) -> Answer {
    // A record without a payload is texts and a number: it always has a JSON form.
    written(StatusCode::CREATED, &map::receipt(receipt)).unwrap_or(Answer {
        status: StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
        headers: String::new(),
        body: Vec::new(),
    })
}

fn written(status: StatusCode, body: &impl Serialize) -> Result<Answer, hub::Error> {
    let body = serde_json::to_vec(body).map_err(|error| hub::Error::Internal(error.to_string()))?;
    Ok(Answer { status: status.as_u16(), headers: HEADERS.to_owned(), body })
}
