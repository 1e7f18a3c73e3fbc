//! `GET /traders`: the drivers that the caller's organization may use.

use super::caller::Caller;
use super::openapi::ReadRefused;
use super::refusal::Refusal;
use super::{answer, map};
use axum::extract::State;
use axum::response::Response;
use hub::Hub;
use model::action::Operation;
use model::role::Capability;
use wire::comparetech::{PaymentMethod, Trader};

/// Drivers
#[utoipa::path(
    get,
    path = "/traders",
    operation_id = "traders",
    tag = "Reference data",
    responses(
        (status = 200, description = "The drivers that may be used", body = Vec<Trader>),
        ReadRefused,
    )
)]
pub async fn list(State(hub): State<Hub>, caller: Caller) -> Result<Response, Refusal> {
    caller.require(Capability::Read)?;
    let traders = hub.traders(&caller).await?;
    let shown: Vec<Trader> = traders
        .into_iter()
        .map(|trader| Trader {
            name: trader.name,
            operations: Operation::ALL.iter().copied().filter_map(map::operation).collect(),
            products: trader.products,
            payment_methods: trader.payment_methods.into_iter().map(PaymentMethod::from).collect(),
        })
        .collect();
    answer::ok(&shown)
}
