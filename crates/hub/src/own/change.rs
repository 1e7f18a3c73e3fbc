//! What happens to a service on a day: another one takes its place, or it ends. An action waits for the day.

use super::product::Shelf;
use super::rule::sold;
use super::service::{FARTHEST, end, everything, finish};
use super::{Network, Standing, credential, order, premise, work_order};
use crate::idempotency::{Accepted, Idempotent, once};
use crate::{Error, Hub, Page, Principal, Window};
use carriers::Outcome;
use engine::Step;
use model::action::{Action, Driver, Operation, Request, Work};
use model::id::{CustomerId, KeyId, OrderId, PremiseId, ProductId, ServiceChangeId, ServiceId};
use model::order::State as Ordered;
use model::role::Capability;
use model::service::{Change, State};
use model::time::Timestamp;
use store::Tx;
use store::service::Service;
use store::service_change::{self, New};

pub use store::service_change::{ServiceChange, State as Stage};

/// Another product for a service.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub dialect: &'static str,
    pub service: ServiceId,
    pub product: ProductId,
    /// The moment at which it takes effect.
    pub effective: Timestamp,
    pub direction: Option<String>,
}

/// What was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Changing {
    pub change: ServiceChangeId,
    pub customer: CustomerId,
    pub premise: Option<PremiseId>,
    /// The new one.
    pub service: ServiceId,
}

/// What is to happen to a service.
struct Planned<'a> {
    dialect: &'static str,
    order: OrderId,
    successor: Option<ServiceId>,
    product: Option<ProductId>,
    direction: Option<&'a str>,
    reason: Option<&'a str>,
    effective: Timestamp,
}

/// An end has no dialect of its own.
const DIALECT: &str = "own";

/// Lets a service end on a day; an end that waited for another day gives way. The service is saved.
pub(super) fn plan_end(
    tx: &mut Tx<'_>,
    service: &mut Service,
    effective: Timestamp,
    reason: &str,
    key: Option<KeyId>,
) -> Result<(), Error> {
    match service_change::pending_of(tx, service.id)? {
        Some(change) if change.successor.is_some() => {
            return Err(Error::invalid("cancelled_date", "must wait until the product has changed"));
        }
        Some(change) if change.effective == effective => {
            return Ok(store::service::save(tx, service, None)?);
        }
        Some(change) => take_back(tx, &change)?,
        None => {}
    }
    let order = order::succeeding(tx, service, &service.product)?.id;
    let planned = Planned {
        dialect: DIALECT,
        order,
        successor: None,
        product: None,
        direction: None,
        reason: Some(reason),
        effective,
    };
    plan(tx, service, &planned, key)?;
    service.ends = Some(effective);
    Ok(store::service::save(tx, service, None)?)
}

/// Ends a change that waits, and lets the action that waits for it see that.
fn take_back(tx: &mut Tx<'_>, change: &ServiceChange) -> Result<(), store::Error> {
    service_change::finish(tx, change.id, Stage::Canceled)?;
    store::action::wake_of_order(tx, change.order)
}

/// Puts down what is to happen, and the action that waits for it.
fn plan(
    tx: &mut Tx<'_>,
    service: &Service,
    planned: &Planned<'_>,
    key: Option<KeyId>,
) -> Result<ServiceChangeId, Error> {
    if planned.effective > tx.now().plus(FARTHEST) {
        let field = if planned.successor.is_some() { "effective_date" } else { "cancelled_date" };
        return Err(Error::invalid(field, "is too far ahead"));
    }
    let new = New {
        organization: service.organization,
        seller: service.seller,
        service: service.id,
        order: planned.order,
        successor: planned.successor,
        product_id: planned.product,
        direction: planned.direction,
        reason: planned.reason,
        effective: planned.effective,
    };
    let waiting = || Error::invalid("service_id", "has a change that waits for its day");
    let change = service_change::insert(tx, &new)?.ok_or_else(waiting)?;
    let request = Request { echo: serde_json::Value::Null, work: Work::Change { change } };
    let sealed = store::action::seal(tx.vault(), &request)?;
    let action = store::action::New {
        id: tx.identity()?,
        organization: service.organization,
        seller: service.seller,
        key,
        dialect: planned.dialect,
        carrier: service.carrier,
        operation: Operation::Change,
        order: Some(planned.order),
        driver: Some(Driver::House),
        request: &sealed,
        at: tx.now(),
    };
    let number = store::action::insert(tx, &action)?;
    store::action::put_off(tx, number, planned.effective)?;
    Ok(change)
}

/// Takes back that a service ends on a day. The service is not saved.
pub(super) fn withdraw_end(tx: &mut Tx<'_>, service: &mut Service) -> Result<(), Error> {
    if let Some(change) = service_change::pending_of(tx, service.id)?.filter(|own| own.successor.is_none()) {
        take_back(tx, &change)?;
        service.ends = None;
    }
    Ok(())
}

/// Takes back whatever waits for its day, for a service that ends before: its own end or successor, which does not come;
/// and, where it was to be one itself, that of the service that then stays.
pub(super) fn withdraw(tx: &mut Tx<'_>, service: &Service) -> Result<(), store::Error> {
    let all = everything(service.seller);
    if let Some(change) = service_change::pending_of(tx, service.id)? {
        take_back(tx, &change)?;
        if let Some(successor) = change.successor
            && let Some(mut successor) = store::service::lock(tx, all, successor)?
        {
            finish(tx, &mut successor, "the service that it was to replace has ended")?;
        }
    }
    if let Some(change) = service_change::pending_to(tx, service.id)? {
        take_back(tx, &change)?;
        if let Some(mut former) = store::service::lock(tx, all, change.service)? {
            former.ends = None;
            store::service::save(tx, &mut former, None)?;
        }
    }
    Ok(())
}

impl Hub {
    /// Another product for a service that is in use, from a day on. It is a new service.
    pub async fn change_service(
        &self,
        principal: &Principal,
        wanted: Wanted,
        idempotent: Option<Idempotent<Changing>>,
    ) -> Result<Accepted<Changing>, Error> {
        principal.require(Capability::Order)?;
        let (scope, key, places) = (principal.scope, principal.key, self.places().clone());
        let networks = self.networks(principal).await?;
        let accepted = self
            .store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    let unknown = || Error::invalid("service_id", "does not exist");
                    let former = store::service::lock(tx, scope, wanted.service)?.ok_or_else(unknown)?;
                    let network = networks.iter().find(|network| network.carrier.id == former.carrier);
                    let network = network.ok_or_else(unknown)?;
                    if former.state != State::Active {
                        return Err(Error::invalid("service_id", "is not active"));
                    }
                    if wanted.effective < start_of_today(tx, network)? {
                        return Err(Error::invalid("effective_date", "must not be in the past"));
                    }
                    let code = product_at(tx, &places, network, &former, wanted.product)?;
                    succeed(tx, network, former, &code, &wanted, key)
                })
            })
            .await?;
        self.engine().wake();
        Ok(accepted)
    }

    /// Changes to another product that the caller sees, changed after a moment.
    pub async fn service_changes(
        &self,
        principal: &Principal,
        after: Timestamp,
        window: Window,
    ) -> Result<Page<ServiceChange>, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let read = move |tx: &mut Tx<'_>| service_change::since(tx, scope, after, window.numbers());
        let (items, total) = self.store().read(read).await?;
        Ok(Page { items, total })
    }
}

fn start_of_today(tx: &Tx<'_>, network: &Network) -> Result<Timestamp, Error> {
    let today = work_order::day(tx.now(), network.zone());
    let start = today.to_zoned(network.zone()).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Timestamp::from_micros(start.timestamp().as_microsecond()))
}

/// The network's code of a product that can be had where the service is.
fn product_at(
    tx: &mut Tx<'_>,
    places: &crate::Places,
    network: &Network,
    former: &Service,
    wanted: ProductId,
) -> Result<String, Error> {
    let shelf = Shelf::read(tx, network, former.organization)?;
    let all = crate::catalogue::products(tx, network.carrier.id)?;
    let unknown = || Error::invalid("product_id", "does not exist");
    let offer = shelf.find(wanted, &all, Standing::Live).ok_or_else(unknown)?;
    if former.product_id == Some(wanted) {
        return Err(Error::invalid("product_id", "is the product of this service"));
    }
    let listed = premise::of_service(tx, network.carrier.id, former.premise_reference.as_deref())?;
    let sold = match &listed {
        Some(premise) => sold(tx, places, &network.carrier, premise.position, &[premise])?,
        None => None,
    };
    let has = |code: &str| sold.as_ref().is_some_and(|sold| sold.products.iter().any(|own| own.code == code));
    if !has(&offer.product.code) {
        return Err(Error::invalid("product_id", "is not available at this premise"));
    }
    Ok(offer.product.code)
}

fn succeed(
    tx: &mut Tx<'_>,
    network: &Network,
    mut former: Service,
    code: &str,
    wanted: &Wanted,
    key: Option<KeyId>,
) -> Result<Changing, Error> {
    let order = order::succeeding(tx, &former, code)?;
    let service: ServiceId = tx.identity()?;
    // The customer's own network at home stays as it is.
    let credentials = credential::succeeding(tx, network, service, former.credentials.as_ref())?;
    let new = store::service::New {
        id: service,
        order: &order,
        state: State::Pending,
        premise_reference: former.premise_reference.as_deref(),
        product_id: Some(wanted.product),
        carrier_reference: None,
        // The place is its predecessor's until then.
        place: None,
        isp_reference: former.isp_reference.as_deref(),
        credentials: Some(&credentials),
        starts: Some(wanted.effective),
    };
    store::service::insert(tx, &new)?;
    let planned = Planned {
        dialect: wanted.dialect,
        order: order.id,
        successor: Some(service),
        product: Some(wanted.product),
        direction: wanted.direction.as_deref(),
        reason: None,
        effective: wanted.effective,
    };
    let change = plan(tx, &former, &planned, key)?;
    former.ends = Some(wanted.effective);
    store::service::save(tx, &mut former, None)?;
    Ok(Changing { change, customer: former.customer, premise: former.premise, service })
}

/// Completes or cancels the order for a change.
pub(crate) fn conclude(tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), store::Error> {
    let Some(order) = action.order else { return Ok(()) };
    match outcome {
        Outcome::Fulfilled { .. } => {
            store::order::finish(tx, order, Ordered::Completed)?;
            action.result = Some(serde_json::json!({"order": order}));
        }
        Outcome::Failed { reason } => {
            store::order::finish(tx, order, Ordered::Canceled)?;
            action.error = Some(reason.clone());
        }
        Outcome::Covered { .. } => {}
    }
    Ok(())
}

/// One step of an action that waits for a change's day.
pub(crate) fn step(tx: &mut Tx<'_>, action: &Action, id: ServiceChangeId) -> Result<Step, store::Error> {
    let failed = |reason: &str| Step::Done(Outcome::Failed { reason: reason.to_owned() });
    let Some(change) = service_change::by_id(tx, id)? else { return Ok(failed("the change is gone")) };
    if change.state != Stage::Pending {
        return Ok(failed("the change was taken back"));
    }
    if tx.now() < change.effective {
        return Ok(Step::Wait(change.effective));
    }
    let all = everything(action.seller);
    let Some(mut former) = store::service::lock(tx, all, change.service)? else {
        return Ok(failed("the service is gone"));
    };
    // Whoever took it back meanwhile held the service's lock.
    if !service_change::finish(tx, id, Stage::Done)? {
        return Ok(failed("the change was taken back"));
    }
    let Some(successor) = change.successor else {
        let reason = change.reason.as_deref().unwrap_or("cancelled by its provider");
        let ended = end(tx, &mut former, reason);
        ended.map_err(|error| store::Error::Internal(error.to_string()))?;
        return Ok(Step::Done(Outcome::Fulfilled { carrier_reference: former.id.to_string() }));
    };
    let next = store::service::lock(tx, all, successor)?;
    let lost = || store::Error::Internal("a change without its new service".into());
    let mut next = next.ok_or_else(lost)?;
    // A service that is ended takes the changes to and from it along: both are there.
    let active =
        next.state.on(Change::Activate).map_err(|error| store::Error::Internal(error.to_string()))?;
    let was_suspended = former.state == State::Suspended;
    let place = former.place.clone();
    store::service::hand_names_over(tx, former.id, next.id)?;
    finish(tx, &mut former, "replaced by another product")?;
    (next.state, next.place) = (active, place);
    next.flags.follow(Change::Activate, tx.now());
    store::service::save(tx, &mut next, Some(Change::Activate))?;
    if was_suspended && let Ok(suspended) = next.state.on(Change::Suspend) {
        next.state = suspended;
        next.flags.follow(Change::Suspend, tx.now());
        store::service::save(tx, &mut next, Some(Change::Suspend))?;
    }
    Ok(Step::Done(Outcome::Fulfilled { carrier_reference: next.id.to_string() }))
}
