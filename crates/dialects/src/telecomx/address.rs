//! `/customer/address/lookup`: roads and addresses while somebody types.

use super::TelecomX;
use super::answer;
use super::caller::Caller;
use super::names::Names;
use super::openapi::{Lookup, Refused};
use super::query::{Asked, Fields};
use super::refusal::Refusal;
use ::wire::telecomx as wire;
use axum::extract::State;
use axum::response::Response;
use hub::quote::lookup;

/// Addresses, and at most, of one question.
const LIMIT: u32 = 10;
const MOST: u32 = 50;

/// Look an address up
///
/// A text without a house number finds roads, others addresses. Only what is found here can be asked for.
#[utoipa::path(
    get,
    path = "/customer/address/lookup",
    operation_id = "lookupAddress",
    tag = "Addresses",
    params(Lookup),
    responses((status = 200, description = "Best first", body = Vec<wire::AddressFound>), Refused)
)]
pub async fn lookup(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let asked = lookup::Asked {
        text: fields.required("query")?.to_owned(),
        country: telecomx.settings.country.clone(),
        limit: fields.number("limit", 1, MOST)?.unwrap_or(LIMIT) as usize,
        flexible: fields.flag("flex")? == Some(true),
    };
    let found = telecomx.hub.look_up_addresses(&caller, asked).await?;
    let names = Names::of(&telecomx, Vec::new()).await?;
    let all: Vec<_> = found.into_iter().map(|hit| address(&names, hit)).collect();
    answer::ok(&all)
}

fn address(names: &Names, hit: lookup::Hit) -> wire::AddressFound {
    wire::AddressFound {
        id: hit.premise.map(|premise| names.address(premise)),
        road: hit.road,
        number: hit.number,
        floor: hit.floor,
        door: hit.door,
        zip: hit.postcode.and_then(|code| code.parse().ok()),
        city: hit.city,
        code: None,
        muni: None,
        geo: hit.position.map(|position| [position.latitude, position.longitude]),
    }
}
