//! `/service-changes`: another product for a service, from a day on.

use super::answer::{self, creating};
use super::caller::Caller;
use super::openapi::{IdempotencyKey, Paged, Refused, UpdatedAfter};
use super::query::{Asked, Fields};
use super::refusal::Refusal;
use super::{Aex, DIALECT, map};
use ::wire::aex as wire;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::own::change::{Changing, Wanted};
use model::id::{Identity, ProductId, ServiceId};
use model::time::Timestamp;

const CREATE: &str = "aex POST /service-changes";
const NAMES: &[(&str, &str)] = &[
    ("service_id", "service_change.service_id"),
    ("product_id", "service_change.product_id"),
    ("effective_date", "service_change.effective_date"),
];

/// Change a service's product
///
/// On its day the new service goes into use and the old one ends. A service that is not active is not changed.
#[utoipa::path(
    post,
    path = "/service-changes",
    operation_id = "changeService",
    tag = "Service changes",
    params(IdempotencyKey),
    request_body = wire::NewServiceChange,
    responses((status = 201, description = "Put down; `service` is the new one", body = wire::ServiceChanged), Refused)
)]
pub async fn create(
    State(aex): State<Aex>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let render = |made: &Changing| {
        let body = wire::ServiceChanged {
            customer: wire::WithId { id: map::id(made.customer) },
            premise: wire::WithId { id: made.premise.map_or_else(String::new, map::id) },
            service: wire::WithId { id: map::id(made.service) },
            payment_attribute: wire::PaymentAttribute::default(),
        };
        answer::written(StatusCode::CREATED, &body, None)
    };
    creating(&aex, &caller, CREATE, (&headers, body), render, async |body, idempotent| {
        let change = wire::NewServiceChange::parse(body)?.service_change;
        let wanted = Wanted {
            dialect: DIALECT,
            service: ServiceId::from_bytes(change.service_id.0),
            product: ProductId::from_bytes(change.product_id.0),
            effective: Timestamp::from_micros(change.effective_date.micros(&caller.zone)),
            direction: change.direction,
        };
        let made = aex.hub.change_service(&caller, wanted, idempotent).await;
        made.map_err(|refused| Refusal::named(refused, NAMES))
    })
    .await
}

/// List changes of services
#[utoipa::path(
    get,
    path = "/service-changes",
    operation_id = "serviceChanges",
    tag = "Service changes",
    params(UpdatedAfter, Paged),
    responses((status = 200, description = "Changes", body = wire::Page<wire::ServiceChange>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let part = fields.part()?;
    let after = fields.moment("updated_after", &caller)?.unwrap_or_default();
    let found = aex.hub.service_changes(&caller, after, part.window).await?;
    answer::ok(&part.answered(found, |change| map::service_change(&change, &caller)))
}
