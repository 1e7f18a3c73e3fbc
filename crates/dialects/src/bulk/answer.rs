//! `GET /answers/{id}`: one stored answer.

use super::caller::Caller;
use super::job::ok;
use super::openapi::{self, Found};
use super::refusal::Refusal;
use super::{Bulk, map};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use hub::Error;

/// A stored answer
///
/// By the id in the column `qualification` of a result: the same that an order can quote as `coverage_id`.
#[utoipa::path(
    get,
    path = "/answers/{id}",
    operation_id = "answer",
    tag = "Answers",
    params(openapi::Id),
    responses((status = 200, description = "The answer as it was given", body = wire::bulk::Answer), Found)
)]
pub async fn show(
    State(bulk): State<Bulk>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(text) = id.map_err(|_| Error::NotFound("answer"))?;
    ok(&map::answer(bulk.hub.stored_answer(&caller, map::answer_id(&text)?).await?)?)
}
