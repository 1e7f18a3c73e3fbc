//! `/premises`: a premise by its id, and those where the caller has services.

use super::answer;
use super::caller::Caller;
use super::openapi::{Found, Id, OfCustomer, Paged, UpdatedAfter};
use super::query::{Asked, Fields, Named, named};
use super::refusal::Refusal;
use super::{Aex, map};
use ::wire::aex as wire;
use axum::extract::State;
use axum::response::Response;
use hub::own::premise::Which;

/// A premise
///
/// Open to every provider that may order from its network; `customer_id` is shown where it is one of the caller's.
#[utoipa::path(
    get,
    path = "/premises/{id}",
    operation_id = "premise",
    tag = "Premises",
    params(Id),
    responses((status = 200, description = "The premise", body = wire::Premise), Found)
)]
pub async fn show(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    answer::ok(&map::premise(&aex.hub.premise(&caller, named(&id)?).await?, &caller))
}

/// Premises with services of one's own
#[utoipa::path(
    get,
    path = "/premises",
    operation_id = "premises",
    tag = "Premises",
    params(OfCustomer, UpdatedAfter, Paged),
    responses((status = 200, description = "Premises", body = wire::Page<wire::Premise>), Found)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let part = fields.part()?;
    let after = fields.moment("updated_after", &caller)?.unwrap_or_default();
    let which = fields.id("customer")?.map_or(Which::Since(after), Which::OfCustomer);
    let found = aex.hub.premises(&caller, which, part.window).await?;
    answer::ok(&part.answered(found, |premise| map::premise(&premise, &caller)))
}
