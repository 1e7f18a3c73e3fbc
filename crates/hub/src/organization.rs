//! Organizations: who uses the hub.

use crate::{Error, Hub, Principal};
use jiff::tz::TimeZone;
use model::id::OrganizationId;
use model::organization::{Kind, Organization};
use model::role::Capability;
use store::Tx;

/// Names are shown and typed: 1–64 characters, none of them a control character.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let fits = (1..=64).contains(&name.chars().count())
        && !name.chars().any(char::is_control)
        && name.trim() == name;
    if fits {
        Ok(())
    } else {
        Err(Error::invalid("name", "must have 1 to 64 characters and no space at its ends"))
    }
}

/// The name of the setting that holds an organization's zone.
fn zone_setting(organization: OrganizationId) -> String {
    format!("zone.{organization}")
}

/// The zone of an organization; UTC where nothing is set.
pub(crate) fn zone(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<TimeZone, store::Error> {
    let name = store::setting::get(tx, &zone_setting(organization))?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

impl Hub {
    /// Sets the zone in which an organization reads and writes the time of day: an IANA name.
    pub async fn set_zone(&self, principal: &Principal, organization: &str, zone: &str) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let known = TimeZone::get(zone).ok().and_then(|zone| zone.iana_name().map(ToOwned::to_owned));
        let zone =
            known.ok_or_else(|| Error::invalid("zone", "must be a name such as Africa/Johannesburg"))?;
        let name = organization.to_owned();
        self.store()
            .write(move |tx| {
                let organization =
                    store::organization::by_name(tx, &name)?.ok_or(Error::NotFound("organization"))?;
                store::setting::set(tx, &zone_setting(organization.id), &zone)?;
                store::change::raise(tx, store::change::ACCESS)?;
                Ok::<_, Error>(())
            })
            .await?;
        self.forget_access();
        Ok(())
    }

    /// The installation's root operator as a principal: what the command line acts as.
    pub async fn root(&self) -> Result<Principal, Error> {
        let root = self.store().read(store::organization::root).await?;
        Ok(Principal::root(root.id))
    }

    /// Makes an organization below `parent`, or below the root.
    pub async fn create_organization(
        &self,
        principal: &Principal,
        name: &str,
        kind: Kind,
        parent: Option<&str>,
    ) -> Result<Organization, Error> {
        principal.require(Capability::Administer)?;
        check_name(name)?;
        let (name, parent) = (name.to_owned(), parent.map(ToOwned::to_owned));
        self.store()
            .write(move |tx| {
                let above = match &parent {
                    Some(parent) => store::organization::by_name(tx, parent)?
                        .ok_or(Error::NotFound("parent organization"))?,
                    None => store::organization::root(tx)?,
                };
                if above.kind == Kind::Reseller && kind == Kind::Operator {
                    return Err(Error::invalid("kind", "an operator cannot stand below a reseller"));
                }
                store::organization::insert(tx, &name, kind, above.id)?
                    .ok_or_else(|| Error::Conflict(format!("there is an organization `{name}` already")))
            })
            .await
    }

    pub async fn organizations(&self, principal: &Principal) -> Result<Vec<Organization>, Error> {
        principal.require(Capability::Administer)?;
        Ok(self.store().read(store::organization::all).await?)
    }
}
