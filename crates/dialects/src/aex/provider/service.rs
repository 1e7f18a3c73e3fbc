//! `/services` of the newer generation.

use super::customer::listed;
use crate::aex::answer::{self, creating};
use crate::aex::caller::Caller;
use crate::aex::openapi::{Created, Found, Id, IdempotencyKey, InStatus, PagedBySize, Refused};
use crate::aex::query::{Asked, Fields, Named, named};
use crate::aex::refusal::Refusal;
use crate::aex::{Aex, DIALECT, map, status};
use crate::json;
use ::wire::aex::moment;
use ::wire::aex::provider::{self as wire, List};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::own::order::{At, Placed, Wanted};
use hub::own::service::{Service, Update, Which};
use model::id::{CustomerId, Identity, PremiseId, ProductId, ServiceId};

const CREATE: &str = "aex provider POST /services";
const NAMES: &[(&str, &str)] =
    &[("premise", "premise_id"), ("product", "product_id"), ("customer", "customer_id")];

fn shown(service: &Service) -> wire::Service {
    wire::Service {
        id: map::id(service.id),
        customer_id: map::id(service.customer),
        product_id: service.product_id.map_or_else(String::new, map::id),
        premise_id: service.premise.map_or_else(String::new, map::id),
        status: status::of_service(service.state).1.to_owned(),
        isp_reference: service.isp_reference.clone(),
        wifi_username: service.credentials.as_ref().map(|own| own.wifi_username.clone()),
        created_at: moment::utc(service.created.micros()),
        updated_at: moment::utc(service.updated.micros()),
    }
}

/// Order a service
///
/// For a customer of the caller's, at a premise that `details` says can be ordered.
#[utoipa::path(
    post,
    path = "/services",
    operation_id = "createService",
    tag = "Services",
    params(IdempotencyKey),
    request_body = wire::NewService,
    responses(Created)
)]
pub async fn create(
    State(aex): State<Aex>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let mount = aex.mount;
    let render =
        move |placed: &Placed| answer::made(&format!("{mount}/services/{}", map::id(placed.service)));
    creating(&aex, &caller, CREATE, (&headers, body), render, async |body, idempotent| {
        let wanted = wire::NewService::parse(body)?;
        let wanted = Wanted {
            dialect: DIALECT,
            customer: Some(CustomerId::from_bytes(wanted.customer_id.0)),
            person: None,
            premise: At::Id(PremiseId::from_bytes(wanted.premise_id.0)),
            product: ProductId::from_bytes(wanted.product_id.0),
        };
        let placed = aex.hub.order_service(&caller, wanted, idempotent).await;
        placed.map_err(|refused| Refusal::named(refused, NAMES))
    })
    .await
}

/// List services
#[utoipa::path(
    get,
    path = "/services",
    operation_id = "services",
    tag = "Services",
    params(InStatus, PagedBySize),
    responses((status = 200, description = "Services", body = List<wire::Service>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let part = fields.part_by("page_size")?;
    let state = fields.service_state()?;
    let which = Which::Since(model::time::Timestamp::default(), state);
    let found = aex.hub.services(&caller, which, part.window).await?;
    answer::ok(&listed(part, found, |service| shown(&service)))
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
    answer::ok(&shown(&aex.hub.service(&caller, named(&id)?).await?))
}

/// Change a service
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
    let wanted = wire::ServiceUpdate::parse(json::read(body).await?)?;
    let update = Update {
        isp_reference: wanted.isp_reference,
        wifi_username: wanted.wifi_username,
        wifi_password: wanted.wifi_password,
        ..Update::default()
    };
    answer::ok(&shown(&aex.hub.update_service(&caller, id, update).await?))
}
