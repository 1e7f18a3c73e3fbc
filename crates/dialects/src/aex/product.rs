//! `/products`: what the caller sells at a point, and one product.

use super::answer;
use super::caller::Caller;
use super::openapi::{Found, Id, Point, Refused};
use super::query::{Named, named};
use super::refusal::Refusal;
use super::{Aex, map};
use ::wire::aex::{self as wire, Items};
use axum::extract::State;
use axum::response::Response;
use model::premise::Position;

/// What can be had at a point
///
/// Products of the caller's in the areas that hold the point, at the customer's price. None where nothing is covered.
#[utoipa::path(
    get,
    path = "/products/availability/{latitude}/{longitude}",
    operation_id = "availability",
    tag = "Products",
    params(Point),
    responses((status = 200, description = "Products", body = Items<wire::Product>), Refused)
)]
pub async fn available(
    State(aex): State<Aex>,
    caller: Caller,
    Named((latitude, longitude)): Named<(String, String)>,
) -> Result<Response, Refusal> {
    let point = position(&latitude, &longitude)?;
    let offers = aex.hub.available_products(&caller, point).await?;
    answer::ok(&Items { items: offers.iter().map(|offer| map::product(offer, &caller)).collect::<Vec<_>>() })
}

/// A point of two texts.
pub fn position(latitude: &str, longitude: &str) -> Result<Position, Refusal> {
    let degrees = |name: &'static str, text: &str, most: f64| {
        let read: Option<f64> = text.trim().parse().ok();
        let fits = read.filter(|degrees| degrees.is_finite() && degrees.abs() <= most);
        fits.ok_or_else(|| Refusal::field(name, format!("must be a number from -{most} to {most}")))
    };
    let (latitude, longitude) =
        (degrees("latitude", latitude, 90.0)?, degrees("longitude", longitude, 180.0)?);
    Position::new(latitude, longitude).ok_or_else(|| Refusal::field("latitude", "is out of range"))
}

/// A product of the caller's
#[utoipa::path(
    get,
    path = "/products/{id}",
    operation_id = "product",
    tag = "Products",
    params(Id),
    responses((status = 200, description = "The product", body = wire::Product), Found)
)]
pub async fn show(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    answer::ok(&map::product(&aex.hub.product(&caller, named(&id)?).await?, &caller))
}
