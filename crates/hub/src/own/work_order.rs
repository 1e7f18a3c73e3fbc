//! Field work: opened with its service, given an appointment, carried out. The network's people move it; where the
//! network's settings say so, one that nobody touches goes on by itself.

use super::Network;
use crate::{Error, Hub, Page, Principal, Window};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::id::{AreaId, CarrierId, ServiceId, WorkOrderId};
use model::role::Capability;
use model::service::Change;
use model::time::Timestamp;
use model::work_order::{Appointment, State, reference};
use std::time::Duration;
use store::Tx;
use store::order::Order;
use store::service::Service;
use store::slot::Calendar;
use store::work_order::{New, WorkOrder};

pub use store::work_order::Which;

/// Said of a new one.
pub const OPENED: &str = "Work Order created on service creation.";
/// Days on which an appointment is looked for, for one that goes on by itself.
const MOST_DAYS: i32 = 30;
const DAY: Duration = Duration::from_secs(86_400);

/// What somebody wants of a work order.
#[derive(Clone, Default)]
pub struct Move {
    pub to: Option<State>,
    pub date: Option<Date>,
    pub time: Option<String>,
    pub assigned: Option<String>,
    pub comment: Option<String>,
    pub on_hold: Option<bool>,
}

/// A work order as its callers see it.
#[derive(Clone, PartialEq)]
pub struct Seen {
    pub order: WorkOrder,
    /// The beginning of its appointment.
    pub scheduled: Option<Timestamp>,
}

/// Times at which a technician can come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub at: Appointment,
    pub capacity: u32,
    pub free: u32,
}

/// The day of a moment in a zone.
pub(super) fn day(at: Timestamp, zone: TimeZone) -> Date {
    let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone).date()
}

/// The moment of an appointment in a network's calendar.
fn moment(at: &Appointment, zone: TimeZone) -> Option<Timestamp> {
    let begins = at.date.to_datetime(at.time.parse().ok()?).to_zoned(zone).ok()?;
    Some(Timestamp::from_micros(begins.timestamp().as_microsecond()))
}

pub(super) fn seen(tx: &mut Tx<'_>, order: WorkOrder) -> Result<Seen, store::Error> {
    let network = match &order.appointment {
        Some(_) => Network::read(tx, order.carrier)?,
        None => None,
    };
    let zone = network.map_or(TimeZone::UTC, |network| network.zone());
    let scheduled = order.appointment.as_ref().and_then(|at| moment(at, zone));
    Ok(Seen { order, scheduled })
}

/// Opens the work order of a new service.
pub(super) fn open(
    tx: &mut Tx<'_>,
    network: &Network,
    order: &Order,
    service: ServiceId,
    area: AreaId,
    id: Option<WorkOrderId>,
) -> Result<WorkOrderId, store::Error> {
    let new = New {
        service,
        organization: order.organization,
        seller: order.seller,
        carrier: order.carrier,
        area,
        comment: OPENED,
    };
    let today = day(tx.now(), network.zone());
    let refer = |number| reference(today, number);
    match id {
        Some(id) => store::work_order::insert_as(tx, id, &new, refer),
        None => store::work_order::insert(tx, &new, refer),
    }
}

/// That of a service, with its lock.
pub(super) fn of_service(tx: &mut Tx<'_>, service: ServiceId) -> Result<Option<WorkOrder>, store::Error> {
    store::work_order::lock_of_service(tx, service)
}

/// Lets that of a service go on as far as it may now, where nobody touches it. Answers when it goes on; None: it waits
/// for people. The service's lock is held.
pub(super) fn go_on(
    tx: &mut Tx<'_>,
    network: &Network,
    service: &mut Service,
) -> Result<Option<Timestamp>, store::Error> {
    let (Some(by_itself), Some(mut order)) = (network.settings.by_itself, of_service(tx, service.id)?) else {
        return Ok(None);
    };
    while let Some((to, at)) = by_itself.next(order.state, order.created).filter(|_| order.untouched) {
        let at = not_before(&order, network, at, by_itself.started_days);
        if at > tx.now() {
            return Ok(Some(at));
        }
        if to == State::Scheduled {
            let first = day(order.created.plus(DAY.saturating_mul(by_itself.started_days)), network.zone());
            order.appointment = first_free(tx, network, &order, first)?;
            if order.appointment.is_none() {
                return Ok(Some(tx.now().plus(DAY)));
            }
        }
        turn(tx, network, &mut order, service, to)?;
        store::work_order::save(tx, &mut order, None)?;
    }
    Ok(order.state.is_final().then(|| tx.now()))
}

/// Where the calendar was full, its appointment is on a later day than it would be begun on.
fn not_before(order: &WorkOrder, network: &Network, at: Timestamp, started_days: u32) -> Timestamp {
    let Some(appointment) = &order.appointment else { return at };
    let usual = day(order.created.plus(DAY.saturating_mul(started_days)), network.zone());
    if appointment.date <= usual {
        return at;
    }
    let begins = moment(appointment, network.zone()).unwrap_or(at);
    if order.state == State::InProgress { at.max(begins.plus(DAY)) } else { at.max(begins) }
}

fn first_free(
    tx: &mut Tx<'_>,
    network: &Network,
    order: &WorkOrder,
    from: Date,
) -> Result<Option<Appointment>, store::Error> {
    let calendar = &network.settings.calendar;
    for days in 0..MOST_DAYS {
        let Ok(date) = from.checked_add(days.days()) else { break };
        for time in calendar.times.iter().filter(|time| calendar.has(date.weekday(), time)) {
            let at = Appointment { date, time: time.clone() };
            if moment(&at, network.zone()).is_none_or(|begins| begins < tx.now()) {
                continue;
            }
            if store::slot::take(tx, calendar_of(order), &at, calendar.capacity)? {
                return Ok(Some(at));
            }
        }
    }
    Ok(None)
}

fn calendar_of(order: &WorkOrder) -> Calendar {
    Calendar { carrier: order.carrier, area: order.area }
}

/// What follows from a new state, for the work order itself and for its service. The state allows it, and both locks are
/// held.
fn turn(
    tx: &mut Tx<'_>,
    network: &Network,
    order: &mut WorkOrder,
    service: &mut Service,
    to: State,
) -> Result<(), store::Error> {
    let now = tx.now();
    order.held = (to == State::OnHold).then_some(order.state);
    order.state = to;
    if to.is_final() {
        order.closed = Some(now);
        let coming = |at: &Appointment| moment(at, network.zone()).is_none_or(|begins| begins > now);
        // What was an appointment stays to be seen; its place is for others.
        if let Some(at) = order.appointment.clone().filter(coming) {
            store::slot::give_back(tx, calendar_of(order), &at)?;
            if to == State::Cancelled {
                order.appointment = None;
            }
        }
    }
    match to {
        State::InProgress if service.state == model::service::State::Pending => {
            service.flags.provision(now);
            store::service::save(tx, service, None)
        }
        State::Completed => {
            order.completed = Some(now);
            let Ok(next) = service.state.on(Change::Activate) else { return Ok(()) };
            service.state = next;
            service.flags.follow(Change::Activate, now);
            store::service::save(tx, service, Some(Change::Activate))
        }
        State::Cancelled if service.state == model::service::State::Pending => {
            super::change::withdraw(tx, service)?;
            super::service::finish(tx, service, "the work order was cancelled")
        }
        _ => Ok(()),
    }
}

/// Cancels what is open of a service's field work. The service's lock is held.
pub(super) fn cancel_of(tx: &mut Tx<'_>, service: ServiceId) -> Result<(), store::Error> {
    let Some(mut order) = of_service(tx, service)?.filter(|order| !order.state.is_final()) else {
        return Ok(());
    };
    if let Some(at) = order.appointment.take() {
        store::slot::give_back(tx, calendar_of(&order), &at)?;
    }
    (order.state, order.closed) = (State::Cancelled, Some(tx.now()));
    store::work_order::save(tx, &mut order, Some("The service was cancelled."))
}

impl Hub {
    /// A work order. Another organization's is answered as one that is not there.
    pub async fn work_order(&self, principal: &Principal, id: WorkOrderId) -> Result<Seen, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        self.store()
            .read(move |tx| {
                let found = store::work_order::by_id(tx, scope, id)?.ok_or(Error::NotFound("work order"))?;
                Ok(seen(tx, found)?)
            })
            .await
    }

    /// Work orders that the caller sees. Those of a service that they do not see are answered as if it were not there.
    pub async fn work_orders(
        &self,
        principal: &Principal,
        which: Which,
        window: Window,
    ) -> Result<Page<Seen>, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        self.store()
            .read(move |tx| {
                if let Which::OfService(id) = which {
                    store::service::by_id(tx, scope, id)?.ok_or(Error::NotFound("service"))?;
                }
                let (orders, total) = store::work_order::list(tx, scope, which, window.numbers())?;
                let items = orders.into_iter().map(|order| seen(tx, order)).collect::<Result<_, _>>()?;
                Ok(Page { items, total })
            })
            .await
    }

    /// Moves a work order: for the network's own people.
    pub async fn move_work_order(
        &self,
        principal: &Principal,
        id: WorkOrderId,
        wanted: Move,
    ) -> Result<Seen, Error> {
        principal.require(Capability::Order)?;
        let scope = principal.scope;
        let moved = self.store().write(move |tx| {
            let known = store::work_order::by_id(tx, scope, id)?.ok_or(Error::NotFound("work order"))?;
            let lost = || Error::Internal("a work order without its service or network".into());
            let network = Network::read(tx, known.carrier)?.ok_or_else(lost)?;
            let service = store::service::lock(tx, super::service::everything(known.seller), known.service)?;
            let mut service = service.ok_or_else(lost)?;
            // Who ordered it sees it, and does not move it.
            let mut order = store::work_order::lock(tx, scope, id)?.ok_or(Error::Forbidden)?;
            apply(tx, &network, (&mut order, &mut service), &wanted)?;
            order.untouched = false;
            store::work_order::save(tx, &mut order, wanted.comment.as_deref())?;
            store::action::wake_of_order(tx, service.order)?;
            Ok::<_, Error>(seen(tx, order)?)
        });
        let moved = moved.await?;
        self.engine().wake();
        Ok(moved)
    }

    /// The appointments of a network's area from a day on. `area` None: those of what lies in no area.
    pub async fn slots(
        &self,
        principal: &Principal,
        area: Option<AreaId>,
        from: Option<Date>,
    ) -> Result<Vec<Slot>, Error> {
        let networks = self.networks(principal).await?;
        let (now, organization) = (self.store().clock().now(), principal.organization);
        self.store()
            .read(move |tx| {
                let network = match area {
                    None => {
                        let mut own = networks.iter().filter(|own| own.carrier.organization == organization);
                        let only = if let [only] = &networks[..] { Some(only) } else { own.next() };
                        Some(only.ok_or_else(|| Error::invalid("area", "is required"))?)
                    }
                    Some(area) => {
                        let mut of = None;
                        for network in &networks {
                            let known = store::area::is_known(tx, network.carrier.id, area)?;
                            of = of.or(known.then_some(network));
                        }
                        of
                    }
                };
                let network = network.ok_or(Error::NotFound("area"))?;
                let today = day(now, network.zone());
                let first = from.unwrap_or(today).max(today);
                free(tx, network, (network.carrier.id, area.unwrap_or(AreaId::NONE)), (first, now))
            })
            .await
    }
}

fn free(
    tx: &mut Tx<'_>,
    network: &Network,
    (carrier, area): (CarrierId, AreaId),
    (first, now): (Date, Timestamp),
) -> Result<Vec<Slot>, Error> {
    let calendar = &network.settings.calendar;
    let days = i32::try_from(calendar.days).unwrap_or(MOST_DAYS);
    let last = first.saturating_add(days.days());
    let taken = store::slot::taken(tx, Calendar { carrier, area }, (first, last))?;
    let mut slots = Vec::new();
    for date in (0..days).filter_map(|day| first.checked_add(day.days()).ok()) {
        for time in calendar.times.iter().filter(|time| calendar.has(date.weekday(), time)) {
            let taken = taken.get(&(date.to_string(), time.clone())).copied().unwrap_or(0);
            let at = Appointment { date, time: time.clone() };
            if moment(&at, network.zone()).is_some_and(|begins| begins >= now) {
                let free = calendar.capacity.saturating_sub(taken);
                slots.push(Slot { at, capacity: calendar.capacity, free });
            }
        }
    }
    Ok(slots)
}

/// Does what is wanted, as far as the state allows it.
fn apply(
    tx: &mut Tx<'_>,
    network: &Network,
    (order, service): (&mut WorkOrder, &mut Service),
    wanted: &Move,
) -> Result<(), Error> {
    let before = order.state;
    if let (Some(to), Some(hold)) = (wanted.to, wanted.on_hold)
        && hold != (to == State::OnHold)
    {
        return Err(Error::invalid("on_hold", "contradicts the status"));
    }
    let at = appointment(tx, network, order, wanted)?;
    let to = wanted.to.unwrap_or_else(|| implied(order, wanted, at.is_some()));
    before.to(to).map_err(|_| Error::invalid("status", "cannot follow the present one"))?;
    if let Some(at) = at.filter(|_| !to.is_final()) {
        book(tx, network, order, at)?;
    }
    if to.needs_appointment() && order.appointment.is_none() {
        return Err(Error::invalid("schedule_date", "is required for this status"));
    }
    if let Some(assigned) = &wanted.assigned {
        order.assigned = Some(assigned.clone());
    }
    if to == State::Assigned && order.assigned.is_none() {
        return Err(Error::invalid("assigned", "is required for this status"));
    }
    if to != before {
        turn(tx, network, order, service, to)?;
    }
    Ok(())
}

/// The state that follows from the rest of what is wanted.
fn implied(order: &WorkOrder, wanted: &Move, moved: bool) -> State {
    match (wanted.on_hold, order.state) {
        (Some(true), _) => State::OnHold,
        (Some(false), State::OnHold) if moved => State::Rescheduled,
        (Some(false), State::OnHold) => order.held.unwrap_or(State::New),
        (_, State::New | State::Assigned) if moved => State::Scheduled,
        (_, state) if moved && !state.is_final() => State::Rescheduled,
        (_, State::New) if wanted.assigned.is_some() => State::Assigned,
        (_, state) => state,
    }
}

/// The appointment that is wanted, if it is another one than there is.
fn appointment(
    tx: &mut Tx<'_>,
    network: &Network,
    order: &WorkOrder,
    wanted: &Move,
) -> Result<Option<Appointment>, Error> {
    let (date, time) = match (&wanted.date, &wanted.time, &order.appointment) {
        (None, None, _) => return Ok(None),
        (Some(date), Some(time), _) => (*date, time.clone()),
        (Some(date), None, Some(now)) => (*date, now.time.clone()),
        (None, Some(time), Some(now)) => (now.date, time.clone()),
        (Some(_), None, None) => return Err(Error::invalid("schedule_time", "is required with a date")),
        (None, Some(_), None) => return Err(Error::invalid("schedule_date", "is required with a time")),
    };
    let at = Appointment { date, time };
    if order.appointment.as_ref() == Some(&at) {
        return Ok(None);
    }
    let now = tx.now();
    let begins =
        moment(&at, network.zone()).ok_or_else(|| Error::invalid("schedule_date", "is not a day"))?;
    if begins < now {
        return Err(Error::invalid("schedule_date", "must not be in the past"));
    }
    if begins > now.plus(DAY.saturating_mul(network.settings.calendar.days.saturating_add(1))) {
        return Err(Error::invalid("schedule_date", "is too far ahead"));
    }
    if !network.settings.calendar.has(date.weekday(), &at.time) {
        return Err(Error::invalid("schedule_time", "is not a time of the calendar"));
    }
    Ok(Some(at))
}

/// Takes a place in the calendar in exchange for the one there is.
fn book(tx: &mut Tx<'_>, network: &Network, order: &mut WorkOrder, at: Appointment) -> Result<(), Error> {
    let (calendar, capacity) = (calendar_of(order), network.settings.calendar.capacity);
    let former = order.appointment.replace(at.clone());
    let (before, after): (Vec<_>, Vec<_>) = former.into_iter().partition(|former| *former < at);
    // In the order of the calendar, so that two who change places do not wait for each other.
    for former in &before {
        store::slot::give_back(tx, calendar, former)?;
    }
    if !store::slot::take(tx, calendar, &at, capacity)? {
        return Err(Error::invalid("schedule_time", "is fully booked"));
    }
    for former in &after {
        store::slot::give_back(tx, calendar, former)?;
    }
    Ok(())
}
