//! `/services`: orders a line, and what becomes of it.

use super::answer::{self, creating};
use super::caller::Caller;
use super::openapi::{Found, Id, IdempotencyKey, InStatus, Paged, Refused, UpdatedAfter, WhichServices};
use super::query::{Asked, Fields, Named, Part, named};
use super::refusal::Refusal;
use super::{Aex, DIALECT, map};
use crate::json;
use ::wire::aex as wire;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hub::own::order::{At, Placed, Wanted};
use hub::own::service::{Update, Which};
use hub::own::work_order;
use model::id::{CustomerId, Identity, ProductId, ServiceId};
use model::order::Person;
use model::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

const CREATE: &str = "aex POST /services/full";
/// How the request names what the hub finds fault with.
const NAMES: &[(&str, &str)] = &[
    ("premise", "premise.external_reference"),
    ("product", "service.product_id"),
    ("customer", "customer.id"),
    ("email", "customer.email"),
];
const UPDATED: &[(&str, &str)] = &[
    ("cancelled", "service.cancelled"),
    ("suspended", "service.suspended"),
    ("wifi_username", "service.wifi_username"),
    ("cancelled_date", "service.cancelled_date"),
];

/// Order a service
///
/// Makes the service with its credentials, and opens its work order. Where the network is still to come it is a preorder,
/// without a work order. The customer may be left unnamed: then it is the one with that e-mail address, or a new one.
#[utoipa::path(
    post,
    path = "/services/full",
    operation_id = "createService",
    tag = "Services",
    params(IdempotencyKey),
    request_body = wire::FullService,
    responses((status = 201, description = "Ordered", body = wire::FullServiceCreated), Refused)
)]
pub async fn create_full(
    State(aex): State<Aex>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let compat = aex.compat.bad_request_401;
    let mount = aex.mount;
    let render = move |placed: &Placed| {
        let service_id = map::id(placed.service);
        let location = format!("{mount}/services/{service_id}");
        let body = wire::FullServiceCreated {
            customer: wire::WithId { id: map::id(placed.customer) },
            premise: wire::Reference { external_reference: map::reference(&placed.premise_reference) },
            service: wire::Created { service_id },
            work_order: placed.work_order.map(|id| wire::WithId { id: map::id(id) }),
        };
        answer::written(StatusCode::CREATED, &body, Some(&location))
    };
    let placed = creating(&aex, &caller, CREATE, (&headers, body), render, async |body, idempotent| {
        let wire::FullService { customer, premise, service } = wire::FullService::parse(body)?;
        let person = Person {
            first_name: customer.first_name,
            last_name: customer.last_name,
            email: customer.email,
            phone: customer.mobile_number,
            username: customer.username,
            ..Person::default()
        };
        let wanted = Wanted {
            dialect: DIALECT,
            customer: customer.id.map(|id| CustomerId::from_bytes(id.0)),
            person: Some(person),
            premise: At::Reference(premise.external_reference),
            product: ProductId::from_bytes(service.product_id.0),
        };
        let placed = aex.hub.order_service(&caller, wanted, idempotent).await;
        placed.map_err(|refused| Refusal::named(refused, NAMES))
    });
    placed.await.map_err(|refusal| refusal.or_unauthenticated(compat))
}

/// List services
#[utoipa::path(
    get,
    path = "/services",
    operation_id = "services",
    tag = "Services",
    params(WhichServices, InStatus, UpdatedAfter, Paged),
    responses((status = 200, description = "Services", body = wire::Page<wire::Service>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let part = fields.part()?;
    let found = aex.hub.services(&caller, which(&fields, &caller)?, part.window).await?;
    answer::ok(&part.answered(found, |service| map::service(&service, &caller, true)))
}

/// All that is said is looked at, also where another field says it more closely.
fn which(fields: &Fields, caller: &Caller) -> Result<Which, Refusal> {
    let state = fields.service_state()?;
    let after = fields.moment("updated_after", caller)?.unwrap_or_default();
    let premise = fields.id("premise")?;
    Ok(match (fields.get("q"), premise) {
        (Some(text), _) => Which::Named(text.to_owned()),
        (None, Some(premise)) => Which::OfPremise(premise),
        (None, None) => Which::Since(after, state),
    })
}

/// A service
#[utoipa::path(
    get,
    path = "/services/{id}",
    operation_id = "service",
    tag = "Services",
    params(Id),
    responses((status = 200, description = "The service", body = wire::Service), Found)
)]
pub async fn show(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let service = aex.hub.service(&caller, named(&id)?).await?;
    answer::ok(&map::service(&service, &caller, true))
}

/// A service with what belongs to it.
#[derive(Serialize, ToSchema)]
pub struct FullRecord {
    service: wire::Service,
    customer: Option<wire::Customer>,
    premise: Option<wire::Premise>,
    product: Option<wire::Product>,
    work_orders: Vec<wire::WorkOrder>,
}

/// A service with its customer, premise, product and work orders
#[utoipa::path(
    get,
    path = "/services/{id}/full",
    operation_id = "fullService",
    tag = "Services",
    params(Id),
    responses((status = 200, description = "All of it", body = FullRecord), Found)
)]
pub async fn show_full(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let id: ServiceId = named(&id)?;
    let service = aex.hub.service(&caller, id).await?;
    // Each of them may be somebody else's, or gone.
    let customer = aex.hub.customer(&caller, service.customer).await.ok();
    let premise = match service.premise {
        Some(premise) => aex.hub.premise(&caller, premise).await.ok(),
        None => None,
    };
    let product = aex.hub.product_of(&caller, &service).await?;
    let window = Part::new(1, 100).window;
    let orders = aex.hub.work_orders(&caller, work_order::Which::OfService(id), window).await?;
    answer::ok(&FullRecord {
        customer: customer.map(|customer| map::customer(&customer, &caller)),
        premise: premise.map(|premise| map::premise(&premise, &caller)),
        product: product.map(|product| map::product(&product, &caller)),
        work_orders: orders.items.iter().map(|order| map::work_order(order, &caller)).collect(),
        service: map::service(&service, &caller, true),
    })
}

/// Cancel, suspend or resume a service
///
/// `cancelled: true` ends it, at once or on `cancelled_date`; `cancelled: false` takes an end back that waits for its
/// day. `suspended` stops the line and lets it go on.
#[utoipa::path(
    put,
    path = "/services/{id}",
    operation_id = "updateService",
    tag = "Services",
    params(Id),
    request_body = wire::ServiceUpdate,
    responses((status = 200, description = "The service as it is now", body = wire::Service), Found)
)]
pub async fn update(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
    body: Body,
) -> Result<Response, Refusal> {
    let id: ServiceId = named(&id)?;
    let wanted = wire::ServiceUpdate::parse(json::read(body).await?)?.service;
    let cancelled_at = wanted.cancelled_date.map(|day| Timestamp::from_micros(day.micros(&caller.zone)));
    let update = Update {
        cancelled: wanted.cancelled,
        reason: wanted.cancellation_reason,
        cancelled_at,
        suspended: wanted.suspended,
        isp_reference: wanted.isp_reference,
        wifi_username: wanted.wifi_username,
        wifi_password: wanted.wifi_password,
    };
    let updated = aex.hub.update_service(&caller, id, update).await;
    let service = updated.map_err(|refused| Refusal::named(refused, UPDATED))?;
    answer::ok(&map::service(&service, &caller, true))
}

/// Delete a service that has ended
///
/// It is no longer among its customer's services, and stays readable by its id.
#[utoipa::path(
    delete,
    path = "/services/{id}",
    operation_id = "deleteService",
    tag = "Services",
    params(Id),
    responses((status = 204, description = "Deleted"), Found)
)]
pub async fn delete(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    aex.hub.delete_service(&caller, named(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
