//! `/predefined-premises`: premises of the network by what people write.

use super::answer;
use super::caller::Caller;
use super::openapi::{ByText, Paged, Refused};
use super::query::{Asked, Fields};
use super::refusal::Refusal;
use super::{Aex, map};
use ::wire::aex as wire;
use axum::extract::State;
use axum::response::Response;

/// Find a premise
///
/// An address in any form, mistyped or abbreviated, or a premise's GUID. The best answer comes first.
#[utoipa::path(
    get,
    path = "/predefined-premises",
    operation_id = "predefinedPremises",
    tag = "Premises",
    params(ByText, Paged),
    responses((status = 200, description = "Premises", body = wire::Page<wire::PredefinedPremise>), Refused)
)]
pub async fn search(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let (text, part) = (fields.required("q")?, fields.part()?);
    let found = aex.hub.predefined_premises(&caller, text, part.window).await?;
    answer::ok(&part.answered(found, |listing| map::predefined_premise(&listing, &caller)))
}
