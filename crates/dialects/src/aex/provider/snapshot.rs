//! What has changed of services and work orders since the caller last asked.

use crate::aex::caller::Caller;
use crate::aex::openapi::{Limited, Since};
use crate::aex::query::{Asked, Fields};
use crate::aex::refusal::Refusal;
use crate::aex::{Aex, answer, map, status};
use ::wire::aex::provider as wire;
use ::wire::aex::{Time, moment};
use axum::extract::State;
use axum::response::Response;
use hub::own::snapshot::{ServiceTold, WorkOrderTold};
use model::time::Timestamp;

/// Services that have changed
///
/// All of them at the first call, then those changed since the last one, or since a moment of your own. One call in ten
/// minutes.
#[utoipa::path(
    get,
    path = "/services/snapshot",
    operation_id = "serviceSnapshot",
    tag = "Services",
    params(Since),
    responses((status = 200, description = "Services", body = Vec<wire::ServiceSnapshot>), Limited)
)]
pub async fn services(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let since = Fields::of(query)?.moment("since", &caller)?;
    let told = aex.hub.service_snapshot(&caller, since).await?;
    let shown = |ServiceTold { service, told }: ServiceTold| wire::ServiceSnapshot {
        service_id: map::id(service.id),
        customer_name: told.customer_name,
        full_address: told.full_address,
        status: status::of_service(service.state).1.to_owned(),
        product: told.product,
        last_updated_date: moment::utc(service.updated.micros()),
    };
    answer::ok(&told.into_iter().map(shown).collect::<Vec<_>>())
}

/// Work orders that have changed
///
/// All of them at the first call, then those changed since the last one, or since a moment of your own. One call in ten
/// minutes.
#[utoipa::path(
    get,
    path = "/work-orders/snapshot",
    operation_id = "workOrderSnapshot",
    tag = "Work orders",
    params(Since),
    responses((status = 200, description = "Work orders", body = Vec<wire::WorkOrderSnapshot>), Limited)
)]
pub async fn work_orders(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let since = Fields::of(query)?.moment("since", &caller)?;
    let told = aex.hub.work_order_snapshot(&caller, since).await?;
    let utc = |at: Timestamp| moment::utc(at.micros());
    let shown = |WorkOrderTold { seen, told }: WorkOrderTold| {
        let order = seen.order;
        let at = order.appointment.as_ref();
        wire::WorkOrderSnapshot {
            work_order_id: map::id(order.id),
            kind: "Installation".to_owned(),
            status: status::of_work_order(order.state).1.to_owned(),
            customer_name: told.customer_name,
            full_address: told.full_address,
            product: told.product,
            start_date: Some(utc(order.created)),
            schedule_date: at.and_then(|at| map::date(at.date)),
            schedule_time: at.and_then(|at| Time::parse(&at.time)),
            last_update_date: utc(order.updated),
            close_date: order.closed.map(utc),
            assigned: order.assigned,
            reference: order.reference,
        }
    };
    answer::ok(&told.into_iter().map(shown).collect::<Vec<_>>())
}
