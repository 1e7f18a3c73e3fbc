//! Premises of own networks: found by a text, by a point or by an id, and whether there is a service at one.

use super::{Network, rule};
use crate::place::Places;
use crate::{Error, Hub, Page, Principal, Window};
use atlas::address::Question;
use model::address::{Address, MatchKey};
use model::area::Area;
use model::id::{CarrierId, CustomerId, OrganizationId, PremiseId, ServiceId};
use model::premise::{Position, Premise};
use model::role::Capability;
use model::scope::Scope;
use model::time::Timestamp;
use store::Tx;
use store::service::Served;

/// More of what is found by a text is not counted.
const MOST_FOUND: usize = 1_000;
/// At least so many are looked for, so that their count says something.
const LEAST_FOUND: usize = 200;

/// A listing, with what the caller may know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub premise: Premise,
    /// Whose network it is.
    pub operator: OrganizationId,
    /// The address in one line.
    pub text: String,
    /// The area that it lies in; a live one before others.
    pub area: Option<Area>,
}

/// A listing, and who has a service there.
#[derive(Debug, Clone, PartialEq)]
pub struct Occupied {
    pub listing: Listing,
    /// Somebody has a service there, or is to have one.
    pub occupied: bool,
    /// Where it is the caller's.
    pub customer: Option<CustomerId>,
    pub service: Option<ServiceId>,
    /// When it was listed, or the caller's service there was made.
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Whether a service can be had somewhere, and where that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Orderable {
    pub listing: Option<Listing>,
    pub area: Option<Area>,
    pub available: bool,
}

/// Which premises are listed.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    OfCustomer(CustomerId),
    /// With services that changed after a moment.
    Since(Timestamp),
}

/// What is asked for details.
#[derive(Debug, Clone)]
pub enum Named {
    Text(String),
    /// By the network's own reference, in any case.
    Reference(String),
    Id(PremiseId),
    Point(Position),
}

impl Hub {
    /// Premises of own networks that answer a text best, best first. A reference finds its premise.
    pub async fn predefined_premises(
        &self,
        principal: &Principal,
        text: &str,
        window: Window,
    ) -> Result<Page<Listing>, Error> {
        principal.require(Capability::Qualify)?;
        let networks = self.networks(principal).await?;
        let carriers: Vec<i64> = networks.iter().map(|network| network.carrier.number).collect();
        let (limit, offset) = (window.limit as usize, usize::try_from(window.offset).unwrap_or(usize::MAX));
        let wanted = offset.saturating_add(limit).clamp(LEAST_FOUND, MOST_FOUND);
        let addresses = self.places().addresses();
        let mut numbers = if is_reference(text) { addresses.by_key(text.trim()) } else { Vec::new() };
        if numbers.is_empty() && !carriers.is_empty() {
            let question = Question { text, carriers: Some(&carriers), limit: wanted, ..Question::default() };
            numbers = addresses.search(&question).into_iter().map(|found| found.premise).collect();
        }
        let total = numbers.len() as i64;
        let page: Vec<i64> = numbers.into_iter().skip(offset).take(limit).collect();
        let places = self.places().clone();
        let items = self.store().read(move |tx| listings(tx, &places, &networks, &page)).await?;
        Ok(Page { items, total })
    }

    /// Premises of own networks around a point, nearest first, with how far they are in metres.
    pub async fn premises_around(
        &self,
        principal: &Principal,
        point: Position,
        metres: f64,
        window: Window,
    ) -> Result<Page<(Listing, f64)>, Error> {
        principal.require(Capability::Qualify)?;
        let networks = self.networks(principal).await?;
        let carriers: Vec<i64> = networks.iter().map(|network| network.carrier.number).collect();
        let question = Question { carriers: Some(&carriers), limit: MOST_FOUND, ..Question::default() };
        let found = self.places().addresses().nearest(point, metres, &question);
        let total = found.len() as i64;
        let offset = usize::try_from(window.offset).unwrap_or(usize::MAX);
        let page: Vec<(i64, f64)> = found
            .into_iter()
            .skip(offset)
            .take(window.limit as usize)
            .map(|found| (found.premise, found.metres))
            .collect();
        let places = self.places().clone();
        let numbers: Vec<i64> = page.iter().map(|(number, _)| *number).collect();
        let read = self.store().read(move |tx| listings(tx, &places, &networks, &numbers)).await?;
        let far = |listing: Listing| {
            let metres = page.iter().find(|(number, _)| *number == listing.premise.number)?.1;
            Some((listing, metres))
        };
        Ok(Page { items: read.into_iter().filter_map(far).collect(), total })
    }

    /// A premise by its id. It is open to whoever may order from its network.
    pub async fn premise(&self, principal: &Principal, id: PremiseId) -> Result<Occupied, Error> {
        let networks = self.networks(principal).await?;
        let numbers = self.places().addresses().by_key(&id.to_string());
        let (places, scope) = (self.places().clone(), principal.scope);
        let read = move |tx: &mut Tx<'_>| {
            let found = listings(tx, &places, &networks, &numbers)?;
            match found.into_iter().find(|listing| listing.premise.id == id) {
                Some(listing) => occupied(tx, scope, listing),
                None => Err(Error::NotFound("premise")),
            }
        };
        self.store().read(read).await
    }

    /// Premises where the caller has services.
    pub async fn premises(
        &self,
        principal: &Principal,
        which: Which,
        window: Window,
    ) -> Result<Page<Occupied>, Error> {
        principal.require(Capability::Read)?;
        let (places, scope) = (self.places().clone(), principal.scope);
        let read = move |tx: &mut Tx<'_>| {
            let (served, total) = match which {
                Which::Since(after) => store::service::premises_since(tx, scope, after, window.numbers())?,
                Which::OfCustomer(id) => of_customer(tx, scope, id, window)?,
            };
            let (mut items, mut known) = (Vec::new(), rule::Known::new());
            for place in served {
                let Some(network) = Network::read(tx, place.carrier)? else { continue };
                let premise = of_service(tx, place.carrier, place.reference.as_deref())?;
                let premise = premise.unwrap_or_else(|| no_longer_listed(&place));
                let listing = listing(tx, (&places, &mut known), &network, premise)?;
                items.push(occupied(tx, scope, listing)?);
            }
            Ok::<_, Error>(Page { items, total })
        };
        self.store().read(read).await
    }

    /// Where something can be ordered: the premise, its area, and whether a service can be had.
    pub async fn orderable(&self, principal: &Principal, named: Named) -> Result<Orderable, Error> {
        principal.require(Capability::Qualify)?;
        let networks = self.networks(principal).await?;
        let point = if let Named::Point(point) = &named { Some(*point) } else { None };
        let (numbers, places) = (self.numbers_of(&networks, &named), self.places().clone());
        let read = move |tx: &mut Tx<'_>| {
            let mut found = listings(tx, &places, &networks, &numbers)?;
            if let Named::Reference(reference) = &named
                && found.is_empty()
            {
                found.extend(by_reference(tx, &places, &networks, reference)?);
            }
            if let Some(listing) = found.into_iter().next() {
                let network = networks.iter().find(|network| network.carrier.id == listing.premise.carrier);
                let at = [&listing.premise];
                let sold = match network {
                    Some(network) => {
                        rule::sold(tx, &places, &network.carrier, listing.premise.position, &at)?
                    }
                    None => None,
                };
                let place = super::order::place_of(&listing.premise);
                let free = !store::service::is_taken(tx, listing.premise.carrier, &place)?;
                let sells = sold.as_ref().is_some_and(has_connectivity);
                let area = sold.and_then(|sold| sold.area);
                return Ok(Orderable { area, available: sells && free, listing: Some(listing) });
            }
            for network in &networks {
                if let Some(sold) = rule::sold(tx, &places, &network.carrier, point, &[])? {
                    let available = has_connectivity(&sold);
                    return Ok(Orderable { listing: None, area: sold.area, available });
                }
            }
            Err(Error::NotFound("premise"))
        };
        self.store().read(read).await
    }

    fn numbers_of(&self, networks: &[Network], named: &Named) -> Vec<i64> {
        let addresses = self.places().addresses();
        match named {
            Named::Reference(reference) => addresses.by_key(reference.trim()),
            Named::Id(id) => addresses.by_key(&id.to_string()),
            Named::Text(text) => {
                let address = Address { full_text: Some(text.clone()), ..Address::default() };
                let meant = |network: &Network| {
                    let country = network.settings.country.as_deref().unwrap_or_default();
                    self.places().meant(network.carrier.number, &address, country)
                };
                networks.iter().map(meant).find(|numbers| !numbers.is_empty()).unwrap_or_default()
            }
            Named::Point(point) => {
                let carriers: Vec<i64> = networks.iter().map(|network| network.carrier.number).collect();
                let question = Question { carriers: Some(&carriers), limit: 1, ..Question::default() };
                let nearest = addresses.nearest(*point, 10.0, &question);
                nearest.into_iter().map(|found| found.premise).collect()
            }
        }
    }
}

/// Whether a line could be made there today.
fn has_connectivity(sold: &rule::Sold) -> bool {
    sold.standing == rule::Standing::Live && !sold.full && !sold.products.is_empty()
}

fn occupied(tx: &mut Tx<'_>, scope: Scope, listing: Listing) -> Result<Occupied, Error> {
    let services = store::service::on_premise(tx, listing.premise.id)?;
    let mut own = None;
    for service in &services {
        own = own.or(store::service::by_id(tx, scope, service.id)?);
    }
    // The network sees the service, but whose customer it is, is their provider's.
    let customer = match &own {
        Some(own) => store::customer::by_id(tx, scope, own.customer)?.map(|customer| customer.id),
        None => None,
    };
    let (listed, place) = (listing.premise.listed, super::order::place_of(&listing.premise));
    Ok(Occupied {
        // Another listing of the same place may have it.
        occupied: !services.is_empty() || store::service::is_taken(tx, listing.premise.carrier, &place)?,
        customer,
        service: own.as_ref().map(|own| own.id),
        created: own.as_ref().map_or(listed, |own| own.created),
        updated: own.as_ref().map_or(listed, |own| own.updated),
        listing,
    })
}

/// What is known of a premise that the network has withdrawn.
fn no_longer_listed(place: &Served) -> Premise {
    Premise {
        number: 0,
        id: place.premise,
        carrier: place.carrier,
        external_reference: place.reference.clone().unwrap_or_default(),
        address: Address::default(),
        key: MatchKey::from_stored(String::new()),
        position: None,
        technology: None,
        free_ports: None,
        listed: Timestamp::default(),
    }
}

/// The premises of a customer's services, each once.
fn of_customer(
    tx: &mut Tx<'_>,
    scope: Scope,
    id: CustomerId,
    window: Window,
) -> Result<(Vec<Served>, i64), Error> {
    store::customer::by_id(tx, scope, id)?.ok_or(Error::NotFound("customer"))?;
    let which = store::service::Which::OfCustomer(id);
    let (services, _) = store::service::list(tx, scope, which, (MOST_FOUND as i64, 0))?;
    let mut served: Vec<Served> = Vec::new();
    for service in services {
        if let Some(premise) = service.premise
            && served.iter().all(|known| known.premise != premise)
        {
            let (reference, carrier) = (service.premise_reference, service.carrier);
            served.push(Served { premise, reference, carrier });
        }
    }
    let total = served.len() as i64;
    let offset = usize::try_from(window.offset).unwrap_or(usize::MAX);
    Ok((served.into_iter().skip(offset).take(window.limit as usize).collect(), total))
}

/// A text without a blank may be a reference.
fn is_reference(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 4
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// The listings under these numbers that are of these networks, in the order of the numbers.
fn listings(
    tx: &mut Tx<'_>,
    places: &Places,
    networks: &[Network],
    numbers: &[i64],
) -> Result<Vec<Listing>, Error> {
    let mut premises = store::premise::by_numbers(tx, numbers)?;
    premises.sort_by_key(|premise| numbers.iter().position(|number| *number == premise.number));
    let (mut found, mut known) = (Vec::with_capacity(premises.len()), rule::Known::new());
    for premise in premises {
        if let Some(network) = networks.iter().find(|network| network.carrier.id == premise.carrier) {
            found.push(listing(tx, (places, &mut known), network, premise)?);
        }
    }
    Ok(found)
}

fn listing(
    tx: &mut Tx<'_>,
    (places, known): (&Places, &mut rule::Known),
    network: &Network,
    premise: Premise,
) -> Result<Listing, store::Error> {
    let areas = match premise.position {
        Some(point) => rule::areas(tx, places, &network.carrier, point, known)?,
        None => Vec::new(),
    };
    let area = areas.into_iter().min_by_key(|area| area.status);
    let text = premise.address.one_line(network.settings.country.as_deref().unwrap_or_default());
    Ok(Listing { operator: network.carrier.organization, text, area, premise })
}

/// The listing of one of these networks under a reference, in just these letters, or in capitals or small ones: a GUID
/// is written in any case.
pub(super) fn by_reference(
    tx: &mut Tx<'_>,
    places: &Places,
    networks: &[Network],
    reference: &str,
) -> Result<Option<Listing>, store::Error> {
    let reference = reference.trim();
    for spelled in [reference.to_owned(), reference.to_uppercase(), reference.to_lowercase()] {
        for network in networks {
            let found = store::premise::by_reference(tx, network.carrier.id, &spelled)?;
            if let Some(premise) = found.into_iter().next() {
                return listing(tx, (places, &mut rule::Known::new()), network, premise).map(Some);
            }
        }
    }
    Ok(None)
}

/// The listing under an id, of the numbers that the index has for it.
pub(super) fn by_id(
    tx: &mut Tx<'_>,
    places: &Places,
    networks: &[Network],
    id: PremiseId,
) -> Result<Option<Listing>, Error> {
    let numbers = places.addresses().by_key(&id.to_string());
    Ok(listings(tx, places, networks, &numbers)?.into_iter().find(|listing| listing.premise.id == id))
}

/// The carrier's listing that a service is at.
pub(crate) fn of_service(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    reference: Option<&str>,
) -> Result<Option<Premise>, store::Error> {
    let Some(reference) = reference else { return Ok(None) };
    Ok(store::premise::by_reference(tx, carrier, reference)?.into_iter().next())
}
