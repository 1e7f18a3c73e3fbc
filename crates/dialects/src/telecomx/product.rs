//! `/product`: what can be asked for, on three levels.

use super::caller::Caller;
use super::map;
use super::names::{Known, Names};
use super::openapi::{Found, Id, Listed, ProductsOf, Refused};
use super::query::{Asked, Fields, Named};
use super::refusal::Refusal;
use super::request::owners;
use super::{TelecomX, answer};
use ::wire::telecomx as wire;
use axum::extract::State;
use axum::response::Response;
use hub::names::Of;
use hub::quote::product::{Filter, Priced};
use model::id::Identity;

/// Products
///
/// As your organization has them; `reseller` and `customer` show them as these have them, `master` as the network does.
/// Prices that you may not see are left out.
#[utoipa::path(
    get,
    path = "/product",
    operation_id = "products",
    tag = "Products",
    params(Listed, ProductsOf),
    responses((status = 200, description = "The products", body = wire::Products<wire::Product>), Refused)
)]
pub async fn list(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let window = fields.window()?;
    let (kind, all, master) = (fields.word("type")?, fields.flag("all")?, fields.flag("master")?);
    let (organization, customer) =
        owners(&telecomx, &caller, &fields).await?.ok_or(wire::Row::AccessDenied)?;
    let filter = Filter {
        kind,
        text: fields.filter()?,
        organization,
        customer,
        master: master == Some(true),
        all: all == Some(true),
        country: telecomx.settings.country.clone(),
    };
    let found = telecomx.hub.quoted_products(&caller, filter, window).await?;
    let products = shown(&telecomx, &found.items).await?;
    let total = u64::try_from(found.total).unwrap_or(0);
    answer::ok(&wire::Products { offset: window.offset, limit: window.limit.into(), total, products })
}

/// A product
#[utoipa::path(
    get,
    path = "/product/{id}",
    operation_id = "product",
    tag = "Products",
    params(Id),
    responses((status = 200, description = "The product", body = wire::Product), Found)
)]
pub async fn show(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let known = Known::of(&telecomx, []).await?;
    let named = known.product(&path.id()?).ok_or_else(Refusal::not_found)?;
    let country = telecomx.settings.country.clone();
    let product = telecomx.hub.quoted_product(&caller, named, country).await?;
    let mut all = shown(&telecomx, std::slice::from_ref(&product)).await?;
    answer::ok(&all.pop().ok_or_else(Refusal::not_found)?)
}

async fn shown(telecomx: &TelecomX, products: &[Priced]) -> Result<Vec<wire::Product>, Refusal> {
    let resellers = products.iter().filter_map(|priced| priced.organization);
    let named = resellers.map(|id| (Of::Organization, *id.bytes())).collect();
    let names = Names::of(telecomx, named).await?;
    Ok(products.iter().map(|priced| map::product(&names, priced)).collect())
}
