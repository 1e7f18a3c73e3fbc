//! `POST /coverage`: can this address be served, and with what?

use super::caller::Caller;
use super::openapi::{Accepted, DriverRefused, IdempotencyKey, PostRefused};
use super::refusal::Refusal;
use super::{answer, driver, map};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::Hub;
use model::role::Capability;
use wire::comparetech::Coverage;

const OPERATION: &str = "comparetech POST /coverage";

/// Check an address
///
/// The check is queued: poll its status until it is `done` (the products stand in `payload.__info.result`) or
/// `canceled` (the reason stands in `payload.__info.error`).
#[utoipa::path(
    post,
    path = "/coverage",
    operation_id = "coverage",
    tag = "Coverage",
    params(IdempotencyKey),
    request_body = Coverage,
    responses(Accepted, DriverRefused, PostRefused)
)]
pub async fn check(
    State(hub): State<Hub>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    caller.require(Capability::Qualify)?;
    answer::creating(&hub, &caller, OPERATION, &headers, body, async |body, idempotent| {
        driver::check(&hub, &caller, &body).await?;
        let asked = Coverage::parse(body)?;
        Ok(hub.check_coverage(&caller, map::check(&asked), idempotent).await?)
    })
    .await
}
