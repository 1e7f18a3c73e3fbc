//! An account is ordered: one of a request's offers is taken.

use super::{Refused, Stored, plan};
use crate::idempotency::{Accepted, Idempotent, once};
use crate::quote::Given;
use crate::quote::owner::may_touch;
use crate::{Error, Hub, Principal};
use model::account::{Details, Provider, State, Told, Wish};
use model::action::Task;
use model::id::{CustomerId, OrganizationId, QuoteRequestId};
use model::order::Person;
use model::quote::{self, Offer};
use model::role::Capability;
use sha2::Digest;
use std::time::Duration;
use store::Tx;
use store::customer::Sealed;
use store::quote_request::Happened;

/// What waits for people is looked at this often all the same.
pub(super) const LOOK: Duration = Duration::from_secs(30 * 86_400);

/// Which offer is taken, for whom.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub customer: Given<CustomerId>,
    pub request: Given<QuoteRequestId>,
    /// The request that the offer is said to be of, and its number there.
    pub offer: Given<(QuoteRequestId, u32)>,
}

impl Hub {
    /// Orders a line from an offer.
    pub async fn order_account(
        &self,
        principal: &Principal,
        wanted: Wanted,
        idempotent: Option<Idempotent<Stored>>,
    ) -> Result<Accepted<Stored>, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        let caller = principal.clone();
        let accepted = self
            .store()
            .write(move |tx| once(tx, idempotent.as_ref(), |tx| order(tx, &caller, &wanted)))
            .await?;
        self.engine().wake();
        Ok(accepted)
    }
}

fn order(tx: &mut Tx<'_>, caller: &Principal, wanted: &Wanted) -> Result<Stored, Refused> {
    let named = wanted.request.is().copied().ok_or(Refused::RequestUnknown)?;
    let found = store::quote_request::lock(tx, caller.reach(), named)?;
    let mut request = found.ok_or(Refused::RequestUnknown)?;
    may_touch(tx, caller, request.organization, request.seller)?;
    if request.state == quote::State::Ordered {
        return Err(Refused::RequestOrdered);
    }
    let offer = wanted.offer.is().filter(|(of, _)| *of == request.id).ok_or(Refused::OfferUnknown)?.1;
    let offer = request.offers.iter().find(|own| own.number == offer).cloned();
    let (offer, answered) = offer.zip(request.answered).ok_or(Refused::OfferUnknown)?;
    if Offer::is_expired(answered, tx.now()) {
        return Err(Refused::OfferExpired);
    }
    let customer = customer(tx, &request, &wanted.customer)?;
    request.state = quote::State::Ordered;
    request.customer = customer;
    store::quote_request::save(tx, &mut request, Happened::Ordered)?;
    let buyer = match customer {
        Some(customer) => customer,
        None => itself(tx, request.organization)?,
    };
    let order = store::order::insert(
        tx,
        &store::order::New {
            organization: request.organization,
            seller: request.seller,
            customer: buyer,
            carrier: offer.carrier,
            premise: Some(request.details.address.premise),
            product: &offer.code,
            addons: &[],
            qualification: None,
        },
    )?;
    let mut account = Stored {
        number: 0,
        id: tx.identity()?,
        organization: request.organization,
        customer,
        seller: request.seller,
        carrier: offer.carrier,
        request: request.id,
        order,
        service: None,
        kind: request.kind,
        product: offer.product,
        code: offer.code.clone(),
        details: details(&request, &offer),
        state: State::Ordered,
        wish: Wish::None,
        user: caller.user,
        key: caller.key,
        starts: request.details.start,
        ends: None,
        activated: None,
        version: 1,
        created: tx.now(),
        updated: tx.now(),
    };
    if !store::account::insert(tx, &mut account)? {
        return Err(Refused::RequestOrdered);
    }
    let due = tx.now().plus(LOOK);
    plan(tx, &account, Task::Activate, Some(order), due)?;
    Ok(caller.shown_account(account))
}

/// The request's, or one of the same organization that is named now.
fn customer(
    tx: &mut Tx<'_>,
    request: &quote::Stored,
    given: &Given<CustomerId>,
) -> Result<Option<CustomerId>, Error> {
    match (given, request.customer) {
        (Given::Absent, known) => Ok(known),
        (Given::Is(named), Some(known)) if *named == known => Ok(Some(known)),
        (Given::Is(named), None) => match store::customer::organization(tx, *named)? {
            Some(organization) if organization == request.organization => Ok(Some(*named)),
            _ => Err(Error::Forbidden),
        },
        _ => Err(Error::Forbidden),
    }
}

/// A reseller as the customer of a line of its own. It is found by an id that is made of the organization's.
fn itself(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<CustomerId, Error> {
    use model::id::Identity;
    let digest = sha2::Sha256::new().chain_update("itself").chain_update(organization.bytes()).finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    // UUID version 8 (RFC 9562): made of our own bits.
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let id = CustomerId::from_bytes(bytes);
    if store::customer::organization(tx, id)?.is_none() {
        let name = store::organization::by_id(tx, organization)?.map(|own| own.name).unwrap_or_default();
        let person = Person { last_name: name, ..Person::default() };
        let sealed = Sealed::new(tx.vault(), &person, false)?;
        store::customer::insert_as(tx, id, organization, &sealed)?;
    }
    Ok(id)
}

fn details(request: &quote::Stored, offer: &Offer) -> Details {
    let asked = &request.details;
    Details {
        address: asked.address.clone(),
        address2: asked.address2.clone(),
        name: None,
        notes: asked.notes.clone(),
        reference: asked.reference.clone(),
        circuit: None,
        takeover: asked.takeover,
        takeover_circuit: asked.takeover_circuit.clone(),
        takeover_customer: asked.takeover_customer.clone(),
        ip_addresses: asked.ip_addresses,
        notify: asked.notify.iter().map(|user| Told { user: *user, email: true, sms: false }).collect(),
        call_number: asked.call_number.clone(),
        call_name: asked.call_name.clone(),
        install_time: asked.install_time,
        offer: Some(offer.number),
        fee: offer.fee,
        initiation: offer.initiation,
        monthly: offer.monthly,
        commitment: offer.commitment,
        net: Default::default(),
        provider: Provider {
            name: offer.provider_name.clone(),
            order: None,
            offer: offer.provider_offer.clone(),
        },
        change: None,
    }
}
