//! Orders: placed in one transaction with the customer, and carried out by one action.

use crate::idempotency::{Accepted, Idempotent, once};
use crate::{Error, Hub, Places, Principal, action::Receipt, catalogue, qualify};
use carriers::Outcome;
use carriers::connector::{Capabilities, DocumentKind};
use engine::Step;
use model::action::{Action, Operation, Request, State, Work};
use model::address::Address;
use model::carrier::Carrier;
use model::id::QualificationId;
use model::order::{self, Payment, Person, Subscription};
use model::premise::Premise;
use model::product::Product;
use model::product::addon::Refusal;
use model::qualification::{Offered, Reason};
use model::role::Capability;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Tx;
use store::customer::Sealed;
use store::qualification::Found;
use store::service::New;

/// A caller's order.
#[derive(Clone)]
pub struct Place {
    pub dialect: &'static str,
    pub carrier: String,
    /// The caller's own words.
    pub echo: Value,
    pub product: String,
    pub addons: Vec<String>,
    pub address: Address,
    pub person: Person,
    pub payment: Payment,
    /// The qualification that this order is placed on.
    pub qualified_by: Option<QualifiedBy>,
}

/// How a caller names a qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualifiedBy {
    /// By the number of the coverage action that it came of.
    Action(i64),
    Qualification(QualificationId),
}

pub(crate) const NOT_SOLD_HERE: &str = "this product is not available at this address";

impl Hub {
    /// Accepts an order; its action carries it out.
    pub async fn place_order(
        &self,
        principal: &Principal,
        mut place: Place,
        idempotent: Option<Idempotent>,
    ) -> Result<Accepted, Error> {
        principal.require(Capability::Order)?;
        let member = self.carrier_of(principal, &place.carrier).await?;
        let Capabilities { payment_methods: methods, documents, .. } = member.connector.capabilities();
        let method = if place.payment == Payment::CreditCard { "credit_card" } else { "iban" };
        if !methods.contains(&method) {
            return Err(Error::invalid(
                "payment_method",
                format!("is not accepted by {}", member.carrier.name),
            ));
        }
        // A carrier that names none looks at none.
        if let Some(document) = place.person.document.as_mut().filter(|_| !documents.is_empty()) {
            let known = documents.iter().find(|known| known.kind.eq_ignore_ascii_case(document.kind.trim()));
            let known = known.ok_or_else(|| refused_document(documents, &member.carrier.name))?;
            known.kind.clone_into(&mut document.kind);
        }
        let qualified = match place.qualified_by {
            Some(QualifiedBy::Qualification(id)) => self.qualification(principal, id).await?,
            Some(QualifiedBy::Action(_)) | None => None,
        };
        let (hub, principal, place) = (self.clone(), principal.clone(), Arc::new(place));
        let accepted = self
            .store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    hub.insert_order(tx, &principal, &member, &place, qualified.as_ref())
                })
            })
            .await?;
        self.engine().wake();
        Ok(accepted)
    }

    /// What a qualification says. It does not change, and unpacking it takes long: it is read before the order's
    /// transaction, which only sees that it still stands.
    async fn qualification(
        &self,
        principal: &Principal,
        id: QualificationId,
    ) -> Result<Option<Found>, Error> {
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::qualification::by_id(tx, scope, id)).await?;
        Ok(found.map(|(found, _)| found))
    }

    fn insert_order(
        &self,
        tx: &mut Tx<'_>,
        principal: &Principal,
        member: &engine::Member,
        place: &Place,
        qualified: Option<&Found>,
    ) -> Result<Receipt, Error> {
        let carrier = &member.carrier;
        let product = find_product(tx, carrier.id, &carrier.name, &place.product)?;
        let addons = product.choose(&place.addons).map_err(refused)?;
        let qualification = place
            .qualified_by
            .map(|named| qualified_by(tx, principal, place, carrier, &product, (named, qualified)))
            .transpose()?;
        let subscription = Subscription {
            product: product.code.clone(),
            addons: addons.clone(),
            address: place.address.clone(),
            person: place.person.clone(),
            payment: place.payment.clone(),
        };
        let request = Request { echo: place.echo.clone(), work: Work::Subscription(Box::new(subscription)) };
        let sealed = store::action::seal(tx.vault(), &request)?;
        let person = Sealed::new(tx.vault(), &place.person, false)?;
        let customer = store::customer::insert(tx, principal.organization, &person)?;
        let customer =
            customer.ok_or_else(|| Error::Internal("a customer without a name of its own".into()))?;
        let order = store::order::insert(
            tx,
            &store::order::New {
                organization: principal.organization,
                seller: carrier.organization,
                customer,
                carrier: carrier.id,
                premise: None,
                product: &product.code,
                addons: &addons,
                qualification,
            },
        )?;
        let new = store::action::New {
            id: tx.identity()?,
            organization: principal.organization,
            seller: carrier.organization,
            key: principal.key,
            dialect: place.dialect,
            carrier: carrier.id,
            operation: Operation::Subscription,
            order: Some(order),
            driver: None,
            request: &sealed,
            at: tx.now(),
        };
        let (number, created) = (store::action::insert(tx, &new)?, tx.now());
        Ok(Receipt { number, carrier: carrier.name.clone(), operation: Operation::Subscription, created })
    }
}

fn refused_document(accepted: &[DocumentKind], name: &str) -> Error {
    let kinds: Vec<&str> = accepted.iter().map(|document| document.kind).collect();
    Error::invalid("document.type", format!("is not accepted by {name}: it takes {}", kinds.join(", ")))
}

fn find_product(
    tx: &mut Tx<'_>,
    carrier: model::id::CarrierId,
    name: &str,
    wanted: &str,
) -> Result<Product, Error> {
    let sold = catalogue::products(tx, carrier)?;
    sold.into_iter()
        .find(|p| p.is_called(wanted))
        .ok_or_else(|| Error::invalid("product", format!("is not sold by {name}")))
}

/// Says it so that it can follow the field's name.
fn refused(refusal: Refusal) -> Error {
    let rule = match refusal {
        Refusal::Unknown { name } => {
            format!("must not name `{name}`: there is no such addon for this product")
        }
        Refusal::Incompatible { first, second } => {
            format!("must not name both `{first}` and `{second}`: they are incompatible")
        }
        Refusal::Exclusive { category, first, second } => {
            format!("must not name both `{first}` and `{second}`: only one {category} can be had")
        }
    };
    Error::invalid("addons", rule)
}

/// The qualification that an order names: of the same caller and carrier, and with this product among its offers.
fn qualified_by(
    tx: &mut Tx<'_>,
    principal: &Principal,
    place: &Place,
    carrier: &Carrier,
    product: &Product,
    (named, read): (QualifiedBy, Option<&Found>),
) -> Result<QualificationId, Error> {
    let unknown = || Error::invalid("coverage_id", "is not a coverage of yours that is done");
    let (id, found) = match named {
        QualifiedBy::Qualification(id) => {
            let stands = store::qualification::stands(tx, principal.scope, id)?;
            (id, read.filter(|_| stands).cloned().ok_or_else(unknown)?)
        }
        QualifiedBy::Action(number) => {
            let seen = store::action::seen(tx, principal.scope, number, place.dialect)?;
            let is_done = |a: &Action| a.operation == Operation::Coverage && a.state == State::Done;
            seen.filter(is_done).ok_or_else(unknown)?;
            let id = store::qualification::of_action(tx, principal.scope, number)?.ok_or_else(unknown)?;
            (id, store::qualification::by_id(tx, principal.scope, id)?.ok_or_else(unknown)?.0)
        }
    };
    let (same_carrier, offered) = match found {
        Found::Coverage { carrier: of, answer } => {
            let answer: qualify::Answer = serde_json::from_value(answer)
                .map_err(|e| Error::Internal(format!("a coverage's answer: {e}")))?;
            (of == carrier.id, answer.offers.iter().any(|offer| product.is_called(&offer.code)))
        }
        Found::Bulk(answer) => {
            let own = |offer: &Offered| offer.carrier == carrier.name && product.is_called(&offer.product);
            (true, answer.offers.iter().any(|(offer, _)| own(offer)))
        }
    };
    if !same_carrier {
        return Err(Error::invalid("coverage_id", "is of another driver"));
    }
    if !offered {
        return Err(Error::invalid("coverage_id", "does not offer this product"));
    }
    Ok(id)
}

/// The house's part of an order whose carrier's premises we hold: is it sold there at all?
pub(crate) fn check_premise(
    tx: &mut Tx<'_>,
    places: &Places,
    action: &Action,
    subscription: &Subscription,
) -> Result<Step, store::Error> {
    let premises = qualify::find_premises(tx, places, action.carrier, &subscription.address)?;
    if premises.is_empty() {
        return Ok(Step::Done(Outcome::Failed { reason: qualify::NOT_COVERED.into() }));
    }
    let (premises, full) = qualify::parted_by_capacity(tx, places, premises)?;
    let sold =
        catalogue::products(tx, action.carrier)?.into_iter().find(|p| p.is_called(&subscription.product));
    let suits = |premise: &&Premise| sold.as_ref().is_some_and(|p| p.suits(premise.technology.as_deref()));
    let Some(premise) = premises.iter().find(suits) else {
        let is_full = full.iter().any(|premise| suits(&premise));
        let reason = if is_full { Reason::AtCapacity.to_string() } else { NOT_SOLD_HERE.to_owned() };
        return Ok(Step::Done(Outcome::Failed { reason }));
    };
    if let Some(order) = action.order {
        store::order::locate(tx, order, premise.id)?;
    }
    Ok(Step::HandOver)
}

/// Completes or cancels the order that an action carried out, and makes the service.
pub(crate) fn conclude(tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), store::Error> {
    let Some(id) = action.order else { return Ok(()) };
    match outcome {
        Outcome::Fulfilled { carrier_reference } => {
            let Some(order) = store::order::finish(tx, id, order::State::Completed)? else { return Ok(()) };
            // An own network's is there from the order on.
            let service = match store::service::of_order(tx, id)? {
                Some(service) => service.id,
                None => {
                    let service = tx.identity()?;
                    store::service::insert(tx, &New::in_use(service, &order, carrier_reference))?;
                    service
                }
            };
            action.result = Some(json!({"order": id, "service": service}));
        }
        Outcome::Failed { reason } => {
            store::order::finish(tx, id, order::State::Canceled)?;
            action.error = Some(reason.clone());
        }
        Outcome::Covered { .. } => {}
    }
    Ok(())
}
