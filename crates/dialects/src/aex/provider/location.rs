//! Where something can be ordered: addresses, what is around a point, and whether a service can be had.

use crate::aex::answer;
use crate::aex::caller::Caller;
use crate::aex::openapi::{ByAddress, Found, Refused, Where};
use crate::aex::product::position;
use crate::aex::query::{Asked, Fields, Part};
use crate::aex::refusal::Refusal;
use crate::aex::{Aex, map};
use crate::json;
use ::wire::aex::provider::{self as wire, List};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hub::Window;
use hub::own::Listing;
use hub::own::premise::{Named as At, Orderable};
use model::premise::Position;

/// Addresses that are suggested.
const SUGGESTED: u32 = 10;
/// Metres around a point.
const AROUND: f64 = 500.0;
/// Premises on a page.
const PAGE: u32 = 10;

/// Find addresses
#[utoipa::path(
    get,
    path = "/locations",
    operation_id = "locations",
    tag = "Locations",
    params(ByAddress),
    responses((status = 200, description = "Addresses, the best first", body = Vec<String>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let window = Window { limit: SUGGESTED, offset: 0 };
    let found = aex.hub.predefined_premises(&caller, fields.required("address")?, window).await?;
    answer::ok(&found.items.into_iter().map(|listing| listing.text).collect::<wire::Locations>())
}

/// Premises around a point
///
/// Within 500 metres, ten on a page, the nearest first.
#[utoipa::path(
    post,
    path = "/locations/proximity-search",
    operation_id = "proximitySearch",
    tag = "Locations",
    request_body = wire::ProximitySearch,
    responses((status = 200, description = "Premises", body = List<wire::NearbyPremise>), Refused)
)]
pub async fn nearby(State(aex): State<Aex>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    let asked = wire::ProximitySearch::parse(json::read(body).await?)?;
    let (latitude, longitude) = (asked.latitude.degrees(), asked.longitude.degrees());
    let point =
        Position::new(latitude, longitude).ok_or_else(|| Refusal::field("latitude", "is out of range"))?;
    let page = asked.page.map_or(1, |page| u64::try_from(page.get()).unwrap_or(1));
    let part = Part::new(page, PAGE);
    let found = aex.hub.premises_around(&caller, point, AROUND, part.window).await?;
    answer::ok(&super::customer::listed(part, found, |(listing, metres)| near(&listing, metres)))
}

fn near(listing: &Listing, metres: f64) -> wire::NearbyPremise {
    let position = listing.premise.position;
    wire::NearbyPremise {
        premise_id: Some(map::id(listing.premise.id)),
        predefined_premise_id: map::reference(&listing.premise.external_reference),
        full_address: listing.text.clone(),
        latitude: position.map_or(0.0, |position| position.latitude),
        longitude: position.map_or(0.0, |position| position.longitude),
        // To the decimetre: more is not known.
        distance: (metres * 10.0).round() / 10.0,
    }
}

/// Whether a service can be had
///
/// By an address, by the GUID of a predefined premise or of a premise, or by `latitude` and `longitude`.
#[utoipa::path(
    get,
    path = "/details",
    operation_id = "details",
    tag = "Locations",
    params(Where),
    responses((status = 200, description = "Where it is, and whether it can be ordered there", body = wire::Details), Found)
)]
pub async fn details(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let at = match (fields.get("predefined_premise_id"), fields.id("premise_id")?, fields.get("address")) {
        (Some(reference), _, _) => At::Reference(reference.to_owned()),
        (None, Some(id), _) => At::Id(id),
        (None, None, Some(text)) => At::Text(text.to_owned()),
        (None, None, None) => match (fields.get("latitude"), fields.get("longitude")) {
            (Some(latitude), Some(longitude)) => At::Point(position(latitude, longitude)?),
            _ => return Err(Refusal::field("address", "is required")),
        },
    };
    let Orderable { listing, area, available } = aex.hub.orderable(&caller, at).await?;
    let position = listing.as_ref().and_then(|listing| listing.premise.position);
    answer::ok(&wire::Details {
        available,
        area_id: area.map(|area| map::id(area.id)),
        premise_id: listing.as_ref().map(|listing| map::id(listing.premise.id)),
        predefined_premise_id: listing.as_ref().map(|own| map::reference(&own.premise.external_reference)),
        latitude: position.map(|position| position.latitude),
        longitude: position.map(|position| position.longitude),
        full_address: listing.map(|listing| listing.text),
    })
}
