//! An order on an own network: customer, order, service and work order are made at once, and an action follows them to
//! their end.

use super::premise::{Listing, by_id, by_reference};
use super::product::Shelf;
use super::rule::{Sold, sold};
use super::{Network, Standing, credential, work_order};
use crate::customer::taken;
use crate::idempotency::{Accepted, Idempotent, once};
use crate::place::Places;
use crate::{Error, Hub, Principal};
use carriers::Outcome;
use engine::Step;
use model::action::{Action, Driver, Operation, Request, Work};
use model::address::Address;
use model::id::{
    AreaId, CustomerId, KeyId, OrderId, OrganizationId, PremiseId, ProductId, ServiceId, WorkOrderId,
};
use model::order::{Payment, Person, Subscription};
use model::premise::Premise;
use model::product::Product;
use model::qualification::Reason;
use model::role::Capability;
use model::service::{Change, State};
use std::time::Duration;
use store::Tx;
use store::customer::{Sealed, email};

/// What is sold is a line; a place has one at most.
const KIND: &str = "line";
const DAY: Duration = Duration::from_secs(86_400);
/// What waits for people is looked at this often all the same.
const LOOK: Duration = Duration::from_secs(30 * 86_400);

/// What a caller orders.
#[derive(Clone)]
pub struct Wanted {
    pub dialect: &'static str,
    /// A customer of the caller's. None: the one with the person's e-mail address, or a new one.
    pub customer: Option<CustomerId>,
    pub person: Option<Person>,
    pub premise: At,
    pub product: ProductId,
}

/// How a caller names a premise.
#[derive(Debug, Clone)]
pub enum At {
    /// By the network's own reference, in any case.
    Reference(String),
    Id(PremiseId),
}

/// What was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub customer: CustomerId,
    pub premise_reference: String,
    pub service: ServiceId,
    /// None: the network is not there yet.
    pub work_order: Option<WorkOrderId>,
}

/// Ids that are fixed from outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fixed {
    pub service: Option<ServiceId>,
    pub work_order: Option<WorkOrderId>,
}

/// A product that can be had at a listing.
pub(super) struct Choice {
    pub(super) network: Network,
    pub(super) listing: Listing,
    pub(super) product: Product,
    pub(super) product_id: ProductId,
    pub(super) standing: Standing,
    pub(super) area: AreaId,
}

/// The place that a service at this premise keeps from others.
pub(super) fn place_of(premise: &Premise) -> String {
    place_at(premise.key.as_str())
}

/// The same of the key of its address.
pub(crate) fn place_at(key: &str) -> String {
    format!("{key}\n{KIND}")
}

impl Hub {
    /// Orders a product at a premise.
    pub async fn order_service(
        &self,
        principal: &Principal,
        wanted: Wanted,
        idempotent: Option<Idempotent<Placed>>,
    ) -> Result<Accepted<Placed>, Error> {
        self.order_service_as(principal, wanted, Fixed::default(), idempotent).await
    }

    /// The same under ids that are fixed from outside, for worlds with printed examples.
    pub async fn order_service_as(
        &self,
        principal: &Principal,
        wanted: Wanted,
        fixed: Fixed,
        idempotent: Option<Idempotent<Placed>>,
    ) -> Result<Accepted<Placed>, Error> {
        principal.require(Capability::Order)?;
        let networks = self.networks(principal).await?;
        let (organization, at, product) = (principal.organization, wanted.premise.clone(), wanted.product);
        let places = self.places().clone();
        let choice =
            self.store().read(move |tx| choose(tx, &places, &networks, organization, &at, product)).await?;
        let sealed = match &wanted.person {
            Some(person) => Some(Sealed::new(self.store().vault(), person, true)?),
            None => None,
        };
        let principal = principal.clone();
        let accepted = self
            .store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    let customer = customer(tx, &principal, &wanted, sealed.as_ref())?;
                    let order = Ordered {
                        organization,
                        key: principal.key,
                        dialect: wanted.dialect,
                        customer,
                        person: wanted.person.clone().unwrap_or_default(),
                        fixed,
                    };
                    insert(tx, &choice, &order)
                })
            })
            .await?;
        self.engine().wake();
        Ok(accepted)
    }
}

fn choose(
    tx: &mut Tx<'_>,
    places: &Places,
    networks: &[Network],
    organization: OrganizationId,
    at: &At,
    product: ProductId,
) -> Result<Choice, Error> {
    let listing = match at {
        At::Reference(reference) => by_reference(tx, places, networks, reference)?,
        At::Id(id) => by_id(tx, places, networks, *id)?,
    };
    let listing = listing.ok_or_else(|| Error::invalid("premise", "does not exist"))?;
    let of = |network: &&Network| network.carrier.id == listing.premise.carrier;
    let network = networks.iter().find(of).ok_or_else(|| Error::invalid("premise", "does not exist"))?;
    let shelf = Shelf::read(tx, network, organization)?;
    let all = crate::catalogue::products(tx, network.carrier.id)?;
    let known = shelf.find(product, &all, Standing::Live);
    let known = known.ok_or_else(|| Error::invalid("product", "does not exist"))?;
    let Sold { standing, products, area, full } =
        sold(tx, places, &network.carrier, listing.premise.position, &[&listing.premise])?
            .ok_or_else(|| Error::invalid("product", "is not available at this premise"))?;
    if !products.iter().any(|sold| sold.code == known.product.code) {
        return Err(Error::invalid("product", "is not available at this premise"));
    }
    if full {
        return Err(Error::invalid("premise", "is at capacity"));
    }
    // Said before anything is written; that it stays so, the store sees to.
    if store::service::is_taken(tx, network.carrier.id, &place_of(&listing.premise))? {
        return Err(occupied());
    }
    Ok(Choice {
        network: network.clone(),
        product: known.product,
        product_id: product,
        standing,
        area: area.map_or(AreaId::NONE, |area| area.id),
        listing,
    })
}

fn occupied() -> Error {
    Error::invalid("premise", "already has an active service")
}

/// The customer that is named, or the one with this e-mail address, or a new one.
fn customer(
    tx: &mut Tx<'_>,
    principal: &Principal,
    wanted: &Wanted,
    sealed: Option<&Sealed>,
) -> Result<CustomerId, Error> {
    if let Some(id) = wanted.customer {
        let own = store::customer::by_id(tx, principal.scope, id)?;
        // An organization orders for its own, and not for those of the ones below it.
        let own = own.filter(|own| own.organization == principal.organization);
        return own.map(|own| own.id).ok_or_else(|| Error::invalid("customer", "does not exist"));
    }
    let (Some(person), Some(sealed)) = (&wanted.person, sealed) else {
        return Err(Error::invalid("customer", "is required"));
    };
    let digest = email(tx.vault(), &person.email);
    if let Some(own) = store::customer::own_by_email(tx, principal.organization, &digest)? {
        return Ok(own.id);
    }
    if let Some(made) = store::customer::insert(tx, principal.organization, sealed)? {
        return Ok(made);
    }
    // Somebody was quicker.
    let theirs = store::customer::own_by_email(tx, principal.organization, &digest)?;
    theirs.map(|theirs| theirs.id).ok_or_else(taken)
}

/// Who orders, for whom.
pub(super) struct Ordered {
    pub(super) organization: OrganizationId,
    pub(super) key: Option<KeyId>,
    pub(super) dialect: &'static str,
    pub(super) customer: CustomerId,
    pub(super) person: Person,
    pub(super) fixed: Fixed,
}

pub(super) fn insert(tx: &mut Tx<'_>, choice: &Choice, ordered: &Ordered) -> Result<Placed, Error> {
    let carrier = &choice.network.carrier;
    let nothing: [&str; 0] = [];
    let addons =
        choice.product.choose(&nothing).map_err(|refusal| Error::Internal(format!("{refusal:?}")))?;
    let order = store::order::insert(
        tx,
        &store::order::New {
            organization: ordered.organization,
            seller: carrier.organization,
            customer: ordered.customer,
            carrier: carrier.id,
            premise: Some(choice.listing.premise.id),
            product: &choice.product.code,
            addons: &addons,
            qualification: None,
        },
    )?;
    let made = make(tx, choice, order, ordered.fixed)?.ok_or_else(occupied)?;
    let subscription = Subscription {
        product: choice.product.code.clone(),
        addons,
        address: choice.listing.premise.address.clone(),
        person: ordered.person.clone(),
        payment: Payment::Account,
    };
    let request = Request { echo: serde_json::Value::Null, work: Work::Subscription(Box::new(subscription)) };
    let sealed = store::action::seal(tx.vault(), &request)?;
    let new = store::action::New {
        id: tx.identity()?,
        organization: ordered.organization,
        seller: carrier.organization,
        key: ordered.key,
        dialect: ordered.dialect,
        carrier: carrier.id,
        operation: Operation::Subscription,
        order: Some(order),
        driver: Some(Driver::House),
        request: &sealed,
        at: tx.now(),
    };
    let (service, work_order) = made;
    // Nothing is to be done yet: whoever moves the work order wakes it.
    let number = store::action::insert(tx, &new)?;
    let due = match (work_order, choice.network.settings.by_itself) {
        (None, _) => tx.now().plus(DAY),
        (Some(_), None) => tx.now().plus(LOOK),
        (Some(_), Some(by_itself)) => {
            let next = by_itself.next(model::work_order::State::New, tx.now());
            next.map_or_else(|| tx.now(), |(_, at)| at)
        }
    };
    store::action::put_off(tx, number, due)?;
    let premise_reference = choice.listing.premise.external_reference.clone();
    Ok(Placed { customer: ordered.customer, premise_reference, service, work_order })
}

/// Makes the service of an order, and its work order where the network is there. None: the place is taken.
fn make(
    tx: &mut Tx<'_>,
    choice: &Choice,
    order: OrderId,
    fixed: Fixed,
) -> Result<Option<(ServiceId, Option<WorkOrderId>)>, store::Error> {
    let gone = || store::Error::Internal("an order that was just made is gone".into());
    let order = store::order::by_id(tx, order)?.ok_or_else(gone)?;
    let service = fixed.service.map_or_else(|| tx.identity(), Ok)?;
    let credentials = credential::make(tx, &choice.network, service)?;
    let place = place_of(&choice.listing.premise);
    let state = match choice.standing {
        Standing::Live => State::Pending,
        Standing::Planned => State::Preorder,
    };
    let new = store::service::New {
        id: service,
        order: &order,
        state,
        premise_reference: Some(&choice.listing.premise.external_reference),
        product_id: Some(choice.product_id),
        carrier_reference: None,
        place: Some(&place),
        isp_reference: None,
        credentials: Some(&credentials),
        starts: None,
    };
    if !store::service::insert(tx, &new)? {
        store::service::release_names(tx, service)?;
        return Ok(None);
    }
    if state == State::Preorder {
        return Ok(Some((service, None)));
    }
    let opened = work_order::open(tx, &choice.network, &order, service, choice.area, fixed.work_order)?;
    Ok(Some((service, Some(opened))))
}

/// One step of an order on an own network. None: another system stands behind the carrier.
pub(crate) fn step(
    tx: &mut Tx<'_>,
    places: &Places,
    action: &Action,
    subscription: &Subscription,
) -> Result<Option<Step>, store::Error> {
    let Some(network) = Network::read(tx, action.carrier)? else { return Ok(None) };
    let Some(id) = action.order else { return Ok(None) };
    let Some(known) = store::service::of_order(tx, id)? else {
        // It came in by a dialect that names an address.
        return begin(tx, places, network, action, subscription).map(Some);
    };
    let all = super::service::everything(action.seller);
    let Some(mut service) = store::service::lock(tx, all, known.id)? else { return Ok(None) };
    match service.state {
        State::Preorder => preordered(tx, places, &network, service).map(Some),
        State::Ended | State::Deleted => {
            let reason = service.reason.unwrap_or_else(|| "the service was cancelled".to_owned());
            Ok(Some(Step::Done(Outcome::Failed { reason })))
        }
        State::Active | State::Suspended => {
            let order = work_order::of_service(tx, service.id)?;
            let carrier_reference = order.map_or_else(|| service.id.to_string(), |order| order.reference);
            Ok(Some(Step::Done(Outcome::Fulfilled { carrier_reference })))
        }
        State::Pending => {
            let due = work_order::go_on(tx, &network, &mut service)?;
            Ok(Some(Step::Wait(due.unwrap_or_else(|| tx.now().plus(LOOK)))))
        }
    }
}

/// Finds the premise of an order that names an address, and makes what follows from it.
fn begin(
    tx: &mut Tx<'_>,
    places: &Places,
    network: Network,
    action: &Action,
    subscription: &Subscription,
) -> Result<Step, store::Error> {
    let failed = |reason: String| Ok(Step::Done(Outcome::Failed { reason }));
    let Some(order) = action.order else { return failed("there is no order".into()) };
    let premises = crate::qualify::find_premises(tx, places, action.carrier, &subscription.address)?;
    let all = crate::catalogue::products(tx, action.carrier)?;
    let wanted = all.into_iter().find(|product| product.is_called(&subscription.product));
    let (mut reason, mut chosen) = (crate::qualify::NOT_COVERED.to_owned(), None);
    for premise in premises {
        let found = sold(tx, places, &network.carrier, premise.position, &[&premise])?;
        let Some(sold) = found else { continue };
        let has = |product: &&Product| product.is_called(&subscription.product);
        match (sold.products.iter().any(|product| has(&product)), sold.full) {
            (true, false) => {
                chosen = Some((premise, sold));
                break;
            }
            (true, true) => reason = Reason::AtCapacity.to_string(),
            (false, _) => reason = order_not_sold(),
        }
    }
    let (Some((premise, sold)), Some(product)) = (chosen, wanted) else { return failed(reason) };
    let product_id = product.id.map(|own| match action.organization == network.carrier.organization {
        true => own,
        false => store::reseller_product::derived(action.organization, own),
    });
    store::order::locate(tx, order, premise.id)?;
    let text = Address::one_line(&premise.address, "");
    let listing = Listing { operator: network.carrier.organization, text, area: None, premise };
    let area = sold.area.as_ref().map_or(AreaId::NONE, |area| area.id);
    let choice = Choice {
        network,
        listing,
        product_id: product_id.unwrap_or(NO_PRODUCT),
        product,
        standing: sold.standing,
        area,
    };
    match make(tx, &choice, order, Fixed::default())? {
        Some(_) => Ok(Step::Wait(tx.now())),
        None => failed(Reason::AlreadyInService.to_string()),
    }
}

/// Stands for a product without an id; what is read from the store has one.
const NO_PRODUCT: ProductId = ProductId::NONE;

fn order_not_sold() -> String {
    crate::order::NOT_SOLD_HERE.to_owned()
}

/// Opens the work order once the network is there.
fn preordered(
    tx: &mut Tx<'_>,
    places: &Places,
    network: &Network,
    mut service: store::service::Service,
) -> Result<Step, store::Error> {
    let again = Step::Wait(tx.now().plus(DAY));
    let listed = super::premise::of_service(tx, network.carrier.id, service.premise_reference.as_deref())?;
    let Some(premise) = listed else { return Ok(again) };
    let found = sold(tx, places, &network.carrier, premise.position, &[&premise])?;
    let has = |sold: &Sold| sold.products.iter().any(|product| product.is_called(&service.product));
    let open = |sold: &Sold| sold.standing == Standing::Live && !sold.full && has(sold);
    let Some(sold) = found.filter(open) else { return Ok(again) };
    let Some(order) = store::order::by_id(tx, service.order)? else { return Ok(again) };
    let Ok(next) = service.state.on(Change::Open) else { return Ok(again) };
    service.state = next;
    store::service::save(tx, &mut service, Some(Change::Open))?;
    let area = sold.area.map_or(AreaId::NONE, |area| area.id);
    work_order::open(tx, network, &order, service.id, area, None)?;
    Ok(Step::Wait(tx.now()))
}

/// The order of a service that takes another one's place.
pub(super) fn succeeding(
    tx: &mut Tx<'_>,
    former: &store::service::Service,
    product: &str,
) -> Result<store::order::Order, Error> {
    let id = store::order::insert(
        tx,
        &store::order::New {
            organization: former.organization,
            seller: former.seller,
            customer: former.customer,
            carrier: former.carrier,
            premise: former.premise,
            product,
            addons: &[],
            qualification: None,
        },
    )?;
    store::order::by_id(tx, id)?.ok_or_else(|| Error::Internal("an order that was just made is gone".into()))
}
