//! `/v1/ftth/retentions`: an access goes to another brand.

use super::caller::Caller;
use super::openapi::{IdempotencyKey, Retained};
use super::refusal::Refusal;
use super::{DIALECT, Masmovil};
use crate::{idempotency, json};
use ::wire::masmovil as wire;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use hub::retain::{Destination, Source, Wanted};
use model::access::Gescal37;

/// Move an access to another brand
///
/// With `reuseAccess` the access itself goes, and whoever had it is released from it: the source has to be as it is
/// known. Else a new one is reserved at the destination, and its installation is ordered.
#[utoipa::path(
    post,
    path = "/v1/ftth/retentions",
    operation_id = "retain",
    tag = "FTTH",
    params(IdempotencyKey),
    request_body = wire::RetentionsRequest,
    responses((status = 200, description = "Retrieved info", body = wire::RetentionsResponse), Retained)
)]
pub async fn retain(
    State(masmovil): State<Masmovil>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    idempotency::key(&headers)?;
    let body = json::read(body).await?;
    let request: String = idempotency::hash(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let asked = wire::RetentionsRequest::parse(body)?;
    let wanted = wanted(&asked, request).ok_or_else(|| wire::Problems::one("source", "is required"))?;
    let made = masmovil.hub.retain(&caller, wanted).await?;
    let answer = wire::RetentionsResponse {
        retention_id: made.retention.to_string(),
        status: wire::RetentionStatus::Accepted,
        reuse_access: asked.reuse_access,
        iua: made.iua,
        destination: asked.destination,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// `None`: what has to be there of the source is not, which the parser has seen to.
fn wanted(asked: &wire::RetentionsRequest, request: String) -> Option<Wanted> {
    let source = match asked.reuse_access {
        false => None,
        true => {
            let source = asked.reused()?;
            Some(Source {
                gescal37: Gescal37::parse(source.gescal37.as_str())?,
                iua: source.iua.to_owned(),
                phone: source.phone_number.to_owned(),
                document_number: source.document_number.to_owned(),
                client_name: source.client_name.to_owned(),
                brand: source.brand.to_owned(),
            })
        }
    };
    let to = &asked.destination;
    let destination = Destination {
        gescal37: Gescal37::parse(to.gescal37.as_str())?,
        iua: to.iua.clone(),
        phone: to
            .phone_number
            .as_deref()
            .map(|text| model::access::phone(text).unwrap_or_else(|| text.to_owned())),
        document_number: to.document_number.clone(),
        client_name: to.client_name.clone(),
        brand: to.brand.clone(),
        bandwidth: to.bandwidth.clone(),
        customer_type: to.customer_type.clone(),
        tv: to.tv.map(|tv| tv.as_str().to_owned()),
    };
    Some(Wanted { dialect: DIALECT, source, destination, request })
}
