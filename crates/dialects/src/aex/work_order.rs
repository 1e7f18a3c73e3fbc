//! `/work-orders`: field work as its provider follows it, and as the network's people move it.

use super::answer;
use super::caller::Caller;
use super::openapi::{Calendar, Found, Id, OfService, Paged, Refused, UpdatedAfter};
use super::query::{Asked, Fields, Named, named};
use super::refusal::Refusal;
use super::{Aex, map, status};
use crate::json;
use ::wire::aex::{self as wire, Items};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hub::own::work_order::{Move, Which};
use model::id::WorkOrderId;

const NAMES: &[(&str, &str)] = &[
    ("status", "work_order.status"),
    ("schedule_date", "work_order.schedule_date"),
    ("schedule_time", "work_order.schedule_time"),
    ("assigned", "work_order.assigned"),
    ("on_hold", "work_order.on_hold"),
];

/// List work orders
#[utoipa::path(
    get,
    path = "/work-orders",
    operation_id = "workOrders",
    tag = "Work orders",
    params(OfService, UpdatedAfter, Paged),
    responses((status = 200, description = "Work orders", body = wire::Page<wire::WorkOrder>), Found)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let part = fields.part()?;
    let after = fields.moment("updated_after", &caller)?.unwrap_or_default();
    let which = fields.id("service")?.map_or(Which::Since(after), Which::OfService);
    let found = aex.hub.work_orders(&caller, which, part.window).await?;
    answer::ok(&part.answered(found, |order| map::work_order(&order, &caller)))
}

/// A work order
#[utoipa::path(
    get,
    path = "/work-orders/{id}",
    operation_id = "workOrder",
    tag = "Work orders",
    params(Id),
    responses((status = 200, description = "The work order", body = wire::WorkOrder), Found)
)]
pub async fn show(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let found = aex.hub.work_order(&caller, named::<WorkOrderId>(&id)?).await?;
    answer::ok(&map::work_order(&found, &caller))
}

/// Move a work order
///
/// For the network's own keys: `New Order → Assigned → Scheduled → Installation In Progress → Completed`, with `On Hold`,
/// `Rescheduled` and `Cancelled`. `Completed` takes the line into use. An appointment is one of the calendar's.
#[utoipa::path(
    put,
    path = "/work-orders/{id}",
    operation_id = "updateWorkOrder",
    tag = "Work orders",
    params(Id),
    request_body = wire::WorkOrderUpdate,
    responses((status = 200, description = "The work order as it is now", body = wire::WorkOrder), Found)
)]
pub async fn update(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
    body: Body,
) -> Result<Response, Refusal> {
    let id: WorkOrderId = named(&id)?;
    let wanted = wire::WorkOrderUpdate::parse(json::read(body).await?)?.work_order;
    let wrong = || Refusal::field("work_order.status", "is not a status of a work order");
    let to =
        wanted.status.as_deref().map(|word| status::work_order_state(word).ok_or_else(wrong)).transpose()?;
    let moved = Move {
        to,
        date: wanted.schedule_date.map(|day| civil(day, "work_order.schedule_date")).transpose()?,
        time: wanted.schedule_time.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())),
        assigned: wanted.assigned,
        comment: wanted.comment,
        on_hold: wanted.on_hold,
    };
    let moved = aex.hub.move_work_order(&caller, id, moved).await;
    let found = moved.map_err(|refused| Refusal::named(refused, NAMES))?;
    answer::ok(&map::work_order(&found, &caller))
}

fn civil(date: wire::Date, field: &'static str) -> Result<jiff::civil::Date, Refusal> {
    let year = i16::try_from(date.year()).unwrap_or(i16::MAX);
    let (month, day) = (date.month() as i8, date.day() as i8);
    let wrong = |_| Refusal::field(field, "is not a date");
    jiff::civil::Date::new(year, month, day).map_err(wrong)
}

/// When a technician can come
#[utoipa::path(
    get,
    path = "/work-orders/slots",
    operation_id = "slots",
    tag = "Work orders",
    params(Calendar),
    responses((status = 200, description = "Appointments, free and taken", body = Items<wire::Slot>), Found, Refused)
)]
pub async fn slots(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let from = fields.day("from")?.map(|day| civil(day, "from")).transpose()?;
    let found = aex.hub.slots(&caller, fields.id("area")?, from).await?;
    answer::ok(&Items { items: found.iter().filter_map(map::slot).collect::<Vec<_>>() })
}
