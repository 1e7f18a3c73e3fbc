//! `POST /subscription`: orders a line for a customer.

use super::caller::Caller;
use super::openapi::{DriverRefused, IdempotencyKey, Ordered, PostRefused};
use super::refusal::Refusal;
use super::{answer, driver, map};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::Hub;
use model::role::Capability;
use wire::comparetech::Subscription;

const OPERATION: &str = "comparetech POST /subscription";

/// Subscribe a customer
///
/// The order is queued: poll its status. While it is `interrupted`, something is wanted: `payload.__info.message`
/// says whether it is the OTP that the customer received or a card.
#[utoipa::path(
    post,
    path = "/subscription",
    operation_id = "subscription",
    tag = "Subscription",
    params(IdempotencyKey),
    request_body = Subscription,
    responses(Ordered, DriverRefused, PostRefused)
)]
pub async fn place(
    State(hub): State<Hub>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    caller.require(Capability::Order)?;
    answer::creating(&hub, &caller, OPERATION, &headers, body, async |body, idempotent| {
        driver::check(&hub, &caller, &body).await?;
        let wanted = Subscription::parse(body)?;
        Ok(hub.place_order(&caller, map::place(&wanted), idempotent).await?)
    })
    .await
}
