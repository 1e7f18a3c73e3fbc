//! Answers that say yes: JSON, never kept by a cache, because nearly all of it is somebody's.

use super::TelecomX;
use super::caller::Caller;
use super::refusal::Refusal;
use crate::idempotency;
use ::wire::telecomx::Success;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::idempotency::{Accepted, Answer, Idempotent, Key, Render};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

const HEADERS: &str = "content-type: application/json\ncache-control: no-store";

/// 200 with any body.
pub fn ok(body: &impl Serialize) -> Result<Response, Refusal> {
    Ok(idempotency::respond(written(body), false))
}

/// A command was done.
pub fn done() -> Result<Response, Refusal> {
    ok(&Success::DONE)
}

fn written(body: &impl Serialize) -> Answer {
    // The wire's own types always have a JSON form.
    let body = serde_json::to_vec(body).unwrap_or_default();
    Answer { status: StatusCode::OK.as_u16(), headers: HEADERS.to_owned(), body }
}

/// The answer to a creating request: `render` writes what is answered, now and when the request comes again under its
/// key. A request that is refused now may have been accepted before under the same key: then that answer stands.
pub async fn creating<R: Send + 'static, T: Serialize, E: Into<Refusal>>(
    telecomx: &TelecomX,
    caller: &Caller,
    operation: &'static str,
    (headers, body): (&HeaderMap, &Value),
    render: impl Fn(&R) -> T + Send + Sync + 'static,
    create: impl AsyncFnOnce(Option<Idempotent<R>>) -> Result<Accepted<R>, E>,
) -> Result<Response, Refusal> {
    let render: Render<R> = Arc::new(move |made: &R| written(&render(made)));
    let idempotent = idempotency::key(headers)?.map(|key| Idempotent {
        key: Key {
            organization: caller.organization,
            operation,
            // An answer shows what its caller may see.
            key: format!("{key}\n{}\n{:?}", caller.rank(), caller.customer),
            body_hash: idempotency::hash(&body_without_token(body)),
        },
        render: render.clone(),
    });
    let key = idempotent.as_ref().map(|idempotent| idempotent.key.clone());
    let accepted = match create(idempotent).await {
        Ok(accepted) => accepted,
        Err(refusal) => {
            let refusal: Refusal = refusal.into();
            // Whoever may not ask is not told what somebody else was answered.
            if refusal.is_forbidden() {
                return Err(refusal);
            }
            telecomx.hub.replay(key.as_ref()).await?.ok_or(refusal)?
        }
    };
    Ok(match accepted {
        Accepted::New(made, written) => idempotency::respond(written.unwrap_or_else(|| render(&made)), false),
        Accepted::Replayed(answer) => idempotency::respond(answer, true),
    })
}

/// Who sends a request again may have signed in again.
fn body_without_token(body: &Value) -> Value {
    let mut body = body.clone();
    if let Value::Object(members) = &mut body {
        members.remove(super::caller::TOKEN);
    }
    body
}
