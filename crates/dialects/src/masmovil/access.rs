//! `/v1/ftth/accesses/info` and `/v1/ftth/orange_accesses/info`: what is known of an access.

use super::Masmovil;
use super::caller::Caller;
use super::openapi::{ByCodes, Refused};
use super::refusal::Refusal;
use ::wire::masmovil as wire;
use ::wire::masmovil::Problems;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hub::accesses::Codes;
use model::access::{Access, Gescal37, phone};

type Asked = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The brand of the second operation.
const ORANGE: &str = "ORANGE";

/// What is known of an access
///
/// By one of the three codes; of several all must agree. Who uses it is told to those who hold its brand or own the
/// network; others see it masked.
#[utoipa::path(
    get,
    path = "/v1/ftth/accesses/info",
    operation_id = "accessesInfo",
    tag = "FTTH",
    params(ByCodes),
    responses((status = 200, description = "Retrieved info", body = wire::Accesses), Refused)
)]
pub async fn info(
    State(masmovil): State<Masmovil>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let found = find(&masmovil, &caller, query, None).await?;
    Ok(answered(wire::Accesses { accesses: found.into_iter().map(access).collect() }))
}

/// What is known of an access that Orange holds
///
/// Or has left vacant.
#[utoipa::path(
    get,
    path = "/v1/ftth/orange_accesses/info",
    operation_id = "orangeAccessesInfo",
    tag = "FTTH",
    params(ByCodes),
    responses((status = 200, description = "Retrieved info", body = wire::OrangeAccesses), Refused)
)]
pub async fn orange(
    State(masmovil): State<Masmovil>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let found = find(&masmovil, &caller, query, Some(ORANGE)).await?;
    Ok(answered(wire::OrangeAccesses { accesses: found.into_iter().map(held_by_orange).collect() }))
}

async fn find(
    masmovil: &Masmovil,
    caller: &Caller,
    query: Asked,
    brand: Option<&'static str>,
) -> Result<Vec<Access>, Refusal> {
    let Ok(Query(fields)) = query else {
        return Err(Problems::one("query", "cannot be read").into());
    };
    let query = wire::Query::parse(fields)?;
    let codes = Codes {
        phone: query.phone_number.as_ref().and_then(|number| phone(number.as_str())),
        gescal37: query.gescal37.as_ref().and_then(|code| Gescal37::parse(code.as_str())),
        address: query.address_id.as_ref().map(|id| id.as_str().to_owned()),
        brand,
    };
    let found = masmovil.hub.accesses(caller, codes).await?;
    if found.is_empty() { Err(Refusal::not_found()) } else { Ok(found) }
}

fn answered(body: impl serde::Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// As it is written: without the blanks that fill it up.
fn gescal(code: Option<&Gescal37>) -> Option<String> {
    code.map(|code| code.as_str().trim_end().to_owned())
}

fn access(access: Access) -> wire::Access {
    let details = access.details;
    wire::Access {
        access_id: access.id.to_string(),
        iua: access.iua,
        brand: access.brand,
        phone_number: access.phone,
        document_number: details.document_number,
        client_name: details.client_name,
        address_id: access.address_id,
        gescal37: gescal(access.gescal37.as_ref()),
        territory_owner: details.territory_owner,
        technology: access.technology.or_else(|| Some("FTTH".to_owned())),
        bandwidth: details.bandwidth,
        customer_type: details.customer_type,
        tv: details.tv,
        status: details.status,
        ont_serial_number: details.ont,
        installed_at: details.installed_at,
    }
}

fn held_by_orange(access: Access) -> wire::OrangeAccess {
    let vacant = access.is_vacant();
    wire::OrangeAccess {
        iua: access.iua,
        brand: ORANGE.to_owned(),
        phone_number: access.phone,
        gescal37: gescal(access.gescal37.as_ref()),
        address_id: access.address_id,
        status: access.details.status,
        bandwidth: access.details.bandwidth,
        vacant,
    }
}
