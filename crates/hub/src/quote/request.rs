//! Quote requests: made, looked at, answered, taken back.

use super::check::{Checked, Desk, shown};
use super::owner::{Owner, Side, may_touch, owner};
use super::spot::Among;
use super::{Draft, Flaw, Given, Named, Refused, Stored, told};
use crate::idempotency::{Accepted, Idempotent, once};
use crate::own::Network;
use crate::{Error, Hub, Page, Principal, Window};
use model::id::{CarrierId, QuoteRequestId};
use model::product::Level;
use model::quote::{Offer, State};
use model::role::{Capability, Role};
use store::Tx;
pub use store::quote_request::Filter;
use store::quote_request::Happened;

/// Offers of one request over its whole life.
const MOST_OFFERS: u32 = 1_000;

impl Principal {
    /// Whether it sees a level of prices of a seller's network.
    pub fn sees(&self, level: Level, seller: model::id::OrganizationId) -> bool {
        let own = self.customer.is_none() || level == Level::Customer;
        own && self.role.sees(level, self.organization_kind, self.runs(seller))
    }

    /// A request with what the caller may see of its prices.
    fn shown(&self, mut request: Stored) -> Stored {
        let seller = request.seller;
        request.offers =
            request.offers.iter().map(|own| shown(own, |level| self.sees(level, seller))).collect();
        request
    }
}

impl Hub {
    /// Makes a request. Where a rule of the network's covers it, it is answered at once.
    pub async fn request_quote(
        &self,
        principal: &Principal,
        draft: Draft<Named>,
        country: &str,
        idempotent: Option<Idempotent<Stored>>,
    ) -> Result<Accepted<Stored>, Refused> {
        principal.require_within_customer(Capability::Order)?;
        self.know_extents().await?;
        let networks = self.all_networks().await?;
        let (among, places) = (self.among(principal, &networks, country).await?, self.places().clone());
        let caller = principal.clone();
        let made = self
            .store()
            .read(move |tx| {
                let (owner, side) = owner(tx, &caller, &networks, &draft.customer, &draft.reseller)?;
                let networks = side.of(&caller, &networks);
                let desk = Desk { principal: &caller, networks: &networks, among: &among, owner };
                let checked = desk.check(tx, &draft, None)?;
                if checked.offers.as_ref().is_some_and(|offers| !offers.is_empty()) {
                    desk.may_answer(&checked.product)?;
                }
                let offers = match &checked.offers {
                    Some(offers) if !offers.is_empty() => offers.clone(),
                    _ => by_rule(tx, &places, &desk, &checked)?,
                };
                let seller = seller(&networks, checked.product.carrier)?;
                let mut request = Stored {
                    number: 0,
                    id: tx.identity()?,
                    organization: owner.organization,
                    customer: owner.customer,
                    seller,
                    carrier: checked.product.carrier,
                    product: checked.product.id,
                    kind: checked.kind,
                    details: checked.details,
                    offers: Vec::new(),
                    offers_made: 0,
                    state: State::New,
                    user: caller.user,
                    key: caller.key,
                    answered: None,
                    created: tx.now(),
                    updated: tx.now(),
                };
                answer(&mut request, offers, tx)?;
                Ok::<_, Refused>(request)
            })
            .await?;
        let caller = principal.clone();
        let accepted = self
            .store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    let mut request = made.clone();
                    (request.created, request.updated) = (tx.now(), tx.now());
                    request.answered = request.answered.map(|_| tx.now());
                    store::quote_request::insert(tx, &mut request)?;
                    told::created(tx, &request)?;
                    if request.state == State::Answered {
                        told::answered(tx, &request)?;
                    }
                    Ok::<_, Error>(caller.shown(request))
                })
            })
            .await?;
        self.post();
        Ok(accepted)
    }

    /// A request. One of another organization, or of another customer, is answered as one that is not there.
    pub async fn quote_request(&self, principal: &Principal, id: QuoteRequestId) -> Result<Stored, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        let found = self.store().read(move |tx| store::quote_request::by_id(tx, reach, id)).await?;
        found.map(|request| principal.shown(request)).ok_or(Error::NotFound("request"))
    }

    /// Requests that the caller sees, the newest first.
    pub async fn quote_requests(
        &self,
        principal: &Principal,
        filter: Filter,
        window: Window,
    ) -> Result<Page<Stored>, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        let read = move |tx: &mut Tx<'_>| store::quote_request::list(tx, reach, &filter, window.numbers());
        let (items, total) = self.store().read(read).await?;
        Ok(Page { items, total }.map(|request| principal.shown(request)))
    }

    /// Changes a request, and answers it where offers are said. `country` as when it was made.
    pub async fn answer_quote(
        &self,
        principal: &Principal,
        id: QuoteRequestId,
        draft: Draft<Named>,
        country: &str,
    ) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        if principal.customer.is_some() || principal.rank() < Role::Admin {
            return Err(Error::Forbidden.into());
        }
        let networks = Side::Seller.of(principal, &self.all_networks().await?);
        let among = self.among(principal, &networks, country).await?;
        let (caller, reach) = (principal.clone(), principal.reach());
        let request = self
            .store()
            .write(move |tx| {
                let found = store::quote_request::lock(tx, reach, id)?;
                let mut request = found.ok_or(Error::NotFound("request"))?;
                if !caller.runs(request.seller) {
                    return Err(Error::Forbidden.into());
                }
                if request.state == State::Ordered {
                    return Err(Refused::Ordered);
                }
                let owner = Owner { organization: request.organization, customer: request.customer };
                if !stays(&draft, owner) {
                    return Err(Error::Forbidden.into());
                }
                let desk = Desk { principal: &caller, networks: &networks, among: &among, owner };
                let checked = desk.check(tx, &draft, Some(&request))?;
                request.kind = checked.kind;
                request.product = checked.product.id;
                request.carrier = checked.product.carrier;
                request.seller = seller(&networks, checked.product.carrier)?;
                request.details = checked.details;
                let answers = checked.offers.is_some();
                if let Some(offers) = checked.offers {
                    answer(&mut request, offers, tx)?;
                }
                let what = match answers && request.state == State::Answered {
                    true => Happened::Answered,
                    false => Happened::Changed,
                };
                store::quote_request::save(tx, &mut request, what)?;
                if what == Happened::Answered {
                    told::answered(tx, &request)?;
                }
                Ok(request)
            })
            .await?;
        self.post();
        Ok(principal.shown(request))
    }

    /// Takes a request back.
    pub async fn delete_quote_request(
        &self,
        principal: &Principal,
        id: QuoteRequestId,
    ) -> Result<(), Refused> {
        principal.require_within_customer(Capability::Order)?;
        if principal.customer.is_none() && principal.rank() < Role::Reseller {
            return Err(Error::Forbidden.into());
        }
        let (caller, reach) = (principal.clone(), principal.reach());
        self.store()
            .write(move |tx| {
                let found = store::quote_request::lock(tx, reach, id)?;
                let mut request = found.ok_or(Error::NotFound("request"))?;
                may_touch(tx, &caller, request.organization, request.seller)?;
                if request.state == State::Ordered {
                    return Err(Refused::Ordered);
                }
                request.state = State::Deleted;
                store::quote_request::save(tx, &mut request, Happened::Deleted)?;
                Ok(())
            })
            .await
    }

    /// What the caller's addresses are looked for among: networks that it may order from, or that are its own.
    pub(crate) async fn among(
        &self,
        principal: &Principal,
        networks: &[Network],
        country: &str,
    ) -> Result<Among, Error> {
        let usable = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let mut carriers: Vec<(i64, CarrierId)> = table
            .all()
            .filter(|member| usable.contains(&member.carrier.name))
            .map(|member| (member.carrier.number, member.carrier.id))
            .collect();
        let own = networks.iter().filter(|network| principal.runs(network.carrier.organization));
        carriers.extend(own.map(|network| (network.carrier.number, network.carrier.id)));
        carriers.sort_unstable_by_key(|(number, _)| *number);
        carriers.dedup();
        Ok(Among { places: self.places().clone(), carriers, country: country.to_owned() })
    }
}

/// Whether a request is to stay whose it is.
fn stays(draft: &Draft<Named>, owner: Owner) -> bool {
    let customer = match &draft.customer {
        Given::Absent => true,
        Given::Wrong => false,
        Given::Is(customer) => Some(*customer) == owner.customer,
    };
    let reseller = draft.reseller.is_absent() || draft.reseller.is() == Some(&owner.organization);
    customer && reseller
}

fn seller(networks: &[Network], carrier: CarrierId) -> Result<model::id::OrganizationId, Error> {
    let network = networks.iter().find(|network| network.carrier.id == carrier);
    network.map(|network| network.carrier.organization).ok_or(Error::NotFound("carrier"))
}

/// Offers of a request: those that are new get numbers that were never given. Without any it waits again.
fn answer(request: &mut Stored, mut offers: Vec<Offer>, tx: &Tx<'_>) -> Result<(), Flaw> {
    let mut known = Vec::new();
    for offer in &mut offers {
        if offer.number != 0 && !known.contains(&offer.number) {
            known.push(offer.number);
            continue;
        }
        request.offers_made += 1;
        offer.number = request.offers_made;
    }
    if request.offers_made > MOST_OFFERS {
        return Err(Flaw::Unreadable("offers"));
    }
    request.answered = (!offers.is_empty()).then(|| tx.now());
    request.state = if offers.is_empty() { State::New } else { State::Answered };
    request.offers = offers;
    Ok(())
}

/// What the network's rules answer.
fn by_rule(
    tx: &mut Tx<'_>,
    places: &crate::Places,
    desk: &Desk<'_>,
    checked: &Checked,
) -> Result<Vec<Offer>, Refused> {
    let choice = &checked.product;
    let Some(network) = desk.networks.iter().find(|network| network.carrier.id == choice.carrier) else {
        return Ok(Vec::new());
    };
    let position = checked.details.address.position();
    let (code, wanted) = (&choice.product.code, checked.details.wanted());
    let terms = super::rule::priced(tx, places, &network.carrier, code, position, &wanted)?;
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let fee = desk.usual_fee(tx, choice)?;
    let provider = store::organization::by_id(tx, network.carrier.organization)?.map(|own| own.name);
    let offer = |terms: model::quote::Terms| Offer {
        number: 0,
        product: choice.id,
        carrier: choice.carrier,
        code: choice.product.code.clone(),
        fee,
        initiation: terms.initiation,
        monthly: terms.monthly,
        commitment: Some(terms.commitment),
        provider_name: provider.clone(),
        provider_offer: None,
        rule: Some(terms.rule),
    };
    Ok(terms.into_iter().map(offer).collect())
}
