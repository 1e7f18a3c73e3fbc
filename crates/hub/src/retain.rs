//! Retentions: an access goes from one brand to another, or a new one is installed for it.

use crate::accesses::{Carriers, all};
use crate::own::Network;
use crate::own::install::{Installation, install};
use crate::{Error, Hub, Principal};
use model::access::{ACTIVE, Access, Details, Gescal37, RESERVED, folded, phone};
use model::id::{AccessId, CarrierId, OrganizationId, RetentionId, ServiceId};
use model::order::Person;
use model::premise::Premise;
use model::role::{Capability, Role};
use store::Tx;
use store::access::By;

/// Listings of a building that are looked at.
const MOST_LISTINGS: i64 = 500;

/// Who has the access now: the proof that it may be moved. No `Debug`: it names people.
#[derive(Clone)]
pub struct Source {
    pub gescal37: Gescal37,
    pub iua: String,
    pub phone: String,
    pub document_number: String,
    pub client_name: String,
    pub brand: String,
}

/// Who is to have it. No `Debug`: it names people.
#[derive(Clone)]
pub struct Destination {
    pub gescal37: Gescal37,
    pub iua: Option<String>,
    pub phone: Option<String>,
    pub document_number: Option<String>,
    pub client_name: Option<String>,
    pub brand: String,
    pub bandwidth: String,
    pub customer_type: String,
    pub tv: Option<String>,
}

/// A move that is asked for.
#[derive(Clone)]
pub struct Wanted {
    pub dialect: &'static str,
    /// None: the access is not reused, a new one is installed.
    pub source: Option<Source>,
    pub destination: Destination,
    /// The whole request as it came, by which it is known again.
    pub request: String,
}

/// What was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retained {
    pub retention: RetentionId,
    pub iua: Option<String>,
    /// The line that is to be installed, where the network has a listing in the building.
    pub service: Option<ServiceId>,
}

/// Why it is refused.
#[derive(Debug)]
pub enum Refused {
    /// Something about the source is not as it is known: what, is not told.
    Source,
    /// A field of the destination.
    Destination(&'static str, &'static str),
    /// The access has been moved on the strength of the same.
    Moved,
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Error(error)
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Conflict(_) => Refused::Moved,
            error => Refused::Error(error.into()),
        }
    }
}

impl Hub {
    /// Moves an access to the brand of a destination.
    pub async fn retain(&self, principal: &Principal, wanted: Wanted) -> Result<Retained, Refused> {
        principal.require(Capability::Order)?;
        if principal.rank() < Role::Reseller {
            return Err(Error::Forbidden.into());
        }
        let carriers = self.carriers_of(principal).await?;
        let (caller, places, networks) =
            (principal.clone(), self.places().clone(), self.all_networks().await?);
        let retained = self
            .store()
            .write(move |tx| {
                let request = digest(tx, "retention", &wanted.request);
                let held = held_brands(tx, &caller, &carriers, &wanted.destination.brand)?;
                if held.is_empty() {
                    return Err(Error::Forbidden.into());
                }
                // Asked before anything of the source is looked at.
                if store::retained::is_repeated(tx, caller.organization, &request)? {
                    return Err(Refused::Moved);
                }
                match &wanted.source {
                    Some(source) => reuse(tx, &caller, &held, source, &wanted.destination, &request),
                    None => {
                        let made = (&held, networks.as_slice(), &places);
                        reserve(tx, &caller, made, &wanted, &request)
                    }
                }
            })
            .await?;
        self.engine().wake();
        Ok(retained)
    }
}

fn digest(tx: &Tx<'_>, of: &'static str, text: &str) -> [u8; 32] {
    tx.vault().digest(of, text)
}

/// The carriers on which the caller sells under a brand.
fn held_brands(
    tx: &mut Tx<'_>,
    caller: &Principal,
    carriers: &Carriers,
    brand: &str,
) -> Result<Carriers, store::Error> {
    let mut held = Carriers::new();
    for (carrier, owner) in carriers {
        let Some(holder) = store::brand::holder(tx, *carrier, brand)? else { continue };
        if caller.scope.everything || store::organization::is_within(tx, caller.organization, holder)? {
            held.push((*carrier, *owner));
        }
    }
    Ok(held)
}

/// Whether an access is just as a caller says.
fn matches(access: &Access, source: &Source) -> bool {
    let same =
        |own: &Option<String>, said: &str| own.as_deref().is_some_and(|own| folded(own) == folded(said));
    access.is_held_by(&source.brand)
        && access.gescal37.as_ref() == Some(&source.gescal37)
        && same(&access.iua, &source.iua)
        && phone(&source.phone).is_some_and(|phone| access.phone.as_ref() == Some(&phone))
        && same(&access.details.document_number, &source.document_number)
        && same(&access.details.client_name, &source.client_name)
}

fn reuse(
    tx: &mut Tx<'_>,
    caller: &Principal,
    carriers: &Carriers,
    source: &Source,
    destination: &Destination,
    request: &[u8; 32],
) -> Result<Retained, Refused> {
    let mut known = Vec::new();
    for (carrier, owner) in carriers {
        known.extend(all(tx, *carrier, By::Iua(&source.iua))?.into_iter().map(|access| (access, *owner)));
    }
    let said = [
        source.gescal37.as_str(),
        &source.iua,
        &source.phone,
        &source.document_number,
        &source.client_name,
        &source.brand,
    ];
    let said = digest(tx, "retention.source", &said.map(folded).join("\n"));
    for (listed, owner) in known {
        let mut access = store::held::take(tx, &listed)?;
        if store::retained::was_last(tx, access.id, &said)? {
            return Err(Refused::Moved);
        }
        if !matches(&access, source) {
            continue;
        }
        take_over(&mut access, destination);
        store::held::save(tx, &access, caller.organization)?;
        let new = store::retained::New {
            organization: caller.organization,
            seller: owner,
            carrier: access.carrier,
            access: access.id,
            reuse: true,
            source: Some(&said),
            request,
            service: None,
        };
        let retention = store::retained::insert(tx, &new)?;
        return Ok(Retained { retention, iua: access.iua, service: None });
    }
    Err(Refused::Source)
}

/// The former customer is released from it: nothing of theirs stays.
fn take_over(access: &mut Access, destination: &Destination) {
    access.gescal37 = Some(destination.gescal37.clone());
    access.brand = Some(destination.brand.clone());
    access.phone = destination.phone.clone();
    access.details = Details {
        document_number: destination.document_number.clone(),
        client_name: destination.client_name.clone(),
        bandwidth: Some(destination.bandwidth.clone()),
        customer_type: Some(destination.customer_type.clone()),
        tv: destination.tv.clone(),
        status: Some(ACTIVE.to_owned()),
        ..std::mem::take(&mut access.details)
    };
}

fn reserve(
    tx: &mut Tx<'_>,
    caller: &Principal,
    (carriers, networks, places): (&Carriers, &[Network], &crate::Places),
    wanted: &Wanted,
    request: &[u8; 32],
) -> Result<Retained, Refused> {
    let destination = &wanted.destination;
    let found = building(tx, carriers, &destination.gescal37)?;
    let (carrier, owner, premise) =
        found.ok_or(Refused::Destination("destination.gescal37", "is in no building that is known"))?;
    let network = networks.iter().find(|network| network.carrier.id == carrier);
    let service = match (premise, network) {
        (Some(premise), Some(network)) => installed(tx, caller, places, network, premise, wanted)?,
        _ => None,
    };
    let id: AccessId = tx.identity()?;
    let listed = Access {
        number: 0,
        id,
        carrier,
        external_reference: id.to_string(),
        iua: destination.iua.clone(),
        gescal37: Some(destination.gescal37.clone()),
        phone: destination.phone.clone(),
        brand: Some(destination.brand.clone()),
        premise_reference: None,
        technology: Some("FTTH".to_owned()),
        address_id: None,
        details: Details {
            document_number: destination.document_number.clone(),
            client_name: destination.client_name.clone(),
            bandwidth: Some(destination.bandwidth.clone()),
            customer_type: Some(destination.customer_type.clone()),
            tv: destination.tv.clone(),
            status: Some(RESERVED.to_owned()),
            ..Details::default()
        },
    };
    let access = store::held::take(tx, &listed)?;
    store::held::save(tx, &access, caller.organization)?;
    let new = store::retained::New {
        organization: caller.organization,
        seller: owner,
        carrier,
        access: id,
        reuse: false,
        source: None,
        request,
        service,
    };
    let retention = store::retained::insert(tx, &new)?;
    Ok(Retained { retention, iua: access.iua, service })
}

type Building = (CarrierId, OrganizationId, Option<Premise>);

/// A carrier that knows the building, and its listing there: that of just this place where there is one.
fn building(tx: &mut Tx<'_>, carriers: &Carriers, code: &Gescal37) -> Result<Option<Building>, store::Error> {
    for (carrier, owner) in carriers {
        let mut listed = store::premise::in_building(tx, *carrier, code.building(), MOST_LISTINGS)?;
        listed.sort_by_key(|premise| Gescal37::parse(&premise.external_reference).as_ref() != Some(code));
        if let Some(premise) = listed.into_iter().next() {
            return Ok(Some((*carrier, *owner, Some(premise))));
        }
        let known = !store::access::in_building(tx, *carrier, code.building(), 1)?.is_empty()
            || !store::held::in_building(tx, *carrier, code.building(), 1)?.is_empty();
        if known {
            return Ok(Some((*carrier, *owner, None)));
        }
    }
    Ok(None)
}

/// The work order of the installation, with the line that it is for.
fn installed(
    tx: &mut Tx<'_>,
    caller: &Principal,
    places: &crate::Places,
    network: &Network,
    premise: Premise,
    wanted: &Wanted,
) -> Result<Option<ServiceId>, Refused> {
    let destination = &wanted.destination;
    let person = Person {
        last_name: destination.client_name.clone().unwrap_or_default(),
        tax_code: destination.document_number.clone().unwrap_or_default(),
        phone: destination.phone.clone().unwrap_or_default(),
        ..Person::default()
    };
    let wanted = Installation {
        network,
        premise,
        bandwidth: &destination.bandwidth,
        organization: caller.organization,
        key: caller.key,
        dialect: wanted.dialect,
        person,
    };
    match install(tx, places, wanted) {
        Ok(placed) => Ok(placed.map(|placed| placed.service)),
        // Somebody has a line there: what is reserved is another one, and its people see to it.
        Err(Error::Invalid { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
