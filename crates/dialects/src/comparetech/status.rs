//! `GET /status/{id}`: where an action stands.

use super::caller::Caller;
use super::openapi::{ActionId, ActionRefused, ReadRefused, Seen};
use super::refusal::Refusal;
use super::{DIALECT, answer, map};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use hub::{Error, Hub};
use model::role::Capability;

/// Status of an action
///
/// Poll it every few seconds until it is `done` or `canceled`.
#[utoipa::path(
    get,
    path = "/status/{id}",
    operation_id = "status",
    tag = "Status",
    params(ActionId),
    responses(Seen, ActionRefused, ReadRefused)
)]
pub async fn show(
    State(hub): State<Hub>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    caller.require(Capability::Read)?;
    answer::seen(hub.action(&caller, DIALECT, named(id)?).await?)
}

/// The action that a path names; what cannot be read names none.
pub fn named(id: Result<Path<String>, PathRejection>) -> Result<i64, Error> {
    let Path(text) = id.map_err(|_| Error::NotFound("action"))?;
    map::number(&text)
}
