//! Accesses looked up by the codes that name them. Whoever may order on a carrier finds its accesses; whose they are is
//! told to those who hold them or own the network, and every such reading is noted.

use crate::{Error, Hub, Principal};
use model::access::{Access, Gescal37, masked};
use model::id::{CarrierId, OrganizationId};
use model::role::{Capability, Role};
use std::collections::HashSet;
use store::access::By;
use store::{Tx, audit};

/// Accesses that are looked at for one code; more are not shown.
const MOST: i64 = 200;

/// By what accesses are looked for: all that is given has to agree.
#[derive(Clone, Default)]
pub struct Codes {
    /// As `model::access::phone` writes it.
    pub phone: Option<String>,
    pub gescal37: Option<Gescal37>,
    /// As `model::access::address_id` writes it.
    pub address: Option<String>,
    /// Only those that this brand holds, or has left vacant.
    pub brand: Option<&'static str>,
}

impl Codes {
    fn first(&self) -> Option<By<'_>> {
        let phone = self.phone.as_deref().map(By::Phone);
        let address = self.address.as_deref().map(By::Address);
        phone.or(address).or(self.gescal37.as_ref().map(By::Gescal37))
    }

    fn agree(&self, access: &Access) -> bool {
        self.phone.as_ref().is_none_or(|phone| access.phone.as_ref() == Some(phone))
            && self.gescal37.as_ref().is_none_or(|code| access.gescal37.as_ref() == Some(code))
            && self.address.as_ref().is_none_or(|id| access.address_id.as_ref() == Some(id))
            && self.brand.is_none_or(|brand| access.is_held_by(brand))
    }
}

/// The carriers that somebody may order from, with who owns each.
pub(crate) type Carriers = Vec<(CarrierId, OrganizationId)>;

impl Hub {
    /// The accesses that all codes name. Of those that the caller may not see whole, people are masked.
    pub async fn accesses(&self, principal: &Principal, codes: Codes) -> Result<Vec<Access>, Error> {
        principal.require(Capability::Read)?;
        let (carriers, caller) = (self.carriers_of(principal).await?, principal.clone());
        let (found, read) = self
            .store()
            .read(move |tx| {
                let mut found = Vec::new();
                let mut whole = Vec::new();
                for (carrier, owner) in &carriers {
                    let Some(by) = codes.first() else { continue };
                    for access in all(tx, *carrier, by)?.into_iter().filter(|own| codes.agree(own)) {
                        match sees_people(tx, &caller, *owner, &access)? {
                            true => {
                                if names_people(&access) {
                                    whole.push(access.id.to_string());
                                }
                                found.push(access);
                            }
                            false => found.push(hidden(access)),
                        }
                    }
                }
                Ok::<_, Error>((found, whole))
            })
            .await?;
        if !read.is_empty() {
            let (organization, key, user) = (principal.organization, principal.key, principal.user);
            let note = move |tx: &mut Tx<'_>| {
                audit::write(
                    tx,
                    &audit::Entry { organization, key, user, what: "access.read", objects: &read },
                )
            };
            self.store().write(note).await?;
        }
        Ok(found)
    }

    pub(crate) async fn carriers_of(&self, principal: &Principal) -> Result<Carriers, Error> {
        let usable = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let usable = table.all().filter(|member| usable.contains(&member.carrier.name));
        let mut carriers: Vec<_> = usable.map(|member| &member.carrier).collect();
        carriers.sort_by_key(|carrier| carrier.number);
        Ok(carriers.into_iter().map(|carrier| (carrier.id, carrier.organization)).collect())
    }
}

/// A carrier's accesses with a code, or that had it when they were listed; as they are now.
pub(crate) fn all(tx: &mut Tx<'_>, carrier: CarrierId, by: By<'_>) -> Result<Vec<Access>, store::Error> {
    let mut known = store::held::find(tx, carrier, by, MOST)?;
    let mut seen: HashSet<_> = known.iter().map(|access| access.id).collect();
    for listed in store::access::find(tx, carrier, by, MOST)? {
        // What has changed here since it was listed may have other codes now: whoever asks compares.
        if seen.insert(listed.id) {
            known.push(store::held::by_id(tx, listed.id)?.unwrap_or(listed));
        }
    }
    Ok(known)
}

/// Those who hold the access's brand, or own the network.
fn sees_people(
    tx: &mut Tx<'_>,
    caller: &Principal,
    owner: OrganizationId,
    access: &Access,
) -> Result<bool, store::Error> {
    if caller.rank() < Role::Reseller {
        return Ok(false);
    }
    if caller.scope.everything || caller.organization == owner {
        return Ok(true);
    }
    let Some(brand) = &access.brand else { return Ok(false) };
    match store::brand::holder(tx, access.carrier, brand)? {
        Some(holder) => store::organization::is_within(tx, caller.organization, holder),
        None => Ok(false),
    }
}

fn names_people(access: &Access) -> bool {
    access.details.client_name.is_some() || access.details.document_number.is_some()
}

fn hidden(mut access: Access) -> Access {
    let details = &mut access.details;
    details.client_name = details.client_name.as_deref().map(masked);
    details.document_number = details.document_number.as_deref().map(masked);
    access
}

impl Hub {
    /// Gives a brand on a carrier to an organization.
    pub async fn give_brand(
        &self,
        principal: &Principal,
        carrier: &str,
        brand: &str,
        organization: &str,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        if brand.trim().is_empty() || brand.chars().count() > 64 {
            return Err(Error::invalid("brand", "must have 1 to 64 characters"));
        }
        let (carrier, brand) = (carrier.to_ascii_lowercase(), brand.to_owned());
        let organization = organization.to_owned();
        self.store()
            .write(move |tx| {
                let carrier = store::carrier::by_name(tx, &carrier)?.ok_or(Error::NotFound("carrier"))?;
                let holder = store::organization::by_name(tx, &organization)?;
                let holder = holder.ok_or(Error::NotFound("organization"))?;
                Ok(store::brand::put(tx, carrier.id, &brand, holder.id)?)
            })
            .await
    }
}
