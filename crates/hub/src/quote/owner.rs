//! Whose a request is to be, and whether its caller may say so: one answer for what is not allowed and what is not there.

use crate::own::Network;
use crate::{Error, Principal};
use model::id::{CustomerId, OrganizationId};
use model::quote::Given;
use model::role::Role;
use store::Tx;

/// Who a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub organization: OrganizationId,
    pub customer: Option<CustomerId>,
}

impl Principal {
    /// The role as it counts where its organization stands.
    pub fn rank(&self) -> Role {
        self.role.in_organization(self.organization_kind)
    }

    /// Whether it is of the people who run a network.
    pub fn runs(&self, seller: OrganizationId) -> bool {
        self.customer.is_none()
            && self.rank() >= Role::Admin
            && (self.scope.everything || self.organization == seller)
    }
}

/// `networks`: all that there are.
pub fn owner(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    customer: &Given<CustomerId>,
    reseller: &Given<OrganizationId>,
) -> Result<Owner, Error> {
    if let Some(own) = principal.customer {
        let other_customer = !customer.is_absent() && customer.is() != Some(&own);
        let other_reseller = !reseller.is_absent() && reseller.is() != Some(&principal.organization);
        if principal.rank() < Role::Owner || other_customer || other_reseller {
            return Err(Error::Forbidden);
        }
        return Ok(Owner { organization: principal.organization, customer: Some(own) });
    }
    if principal.rank() < Role::Reseller || customer.is_wrong() || reseller.is_wrong() {
        return Err(Error::Forbidden);
    }
    let organization = match customer.is() {
        Some(customer) => store::customer::organization(tx, *customer)?.ok_or(Error::Forbidden)?,
        None => reseller.is().copied().unwrap_or(principal.organization),
    };
    if reseller.is().is_some_and(|reseller| *reseller != organization) {
        return Err(Error::Forbidden);
    }
    match may_act_for(tx, principal, networks, organization)? {
        true => Ok(Owner { organization, customer: customer.is().copied() }),
        false => Err(Error::Forbidden),
    }
}

/// The same for somebody who only looks.
pub fn owner_to_look(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    organization: OrganizationId,
) -> Result<(), Error> {
    match may_act_for(tx, principal, networks, organization)? {
        true => Ok(()),
        false => Err(Error::Forbidden),
    }
}

/// For itself, those below it, and those that it sells to.
fn may_act_for(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    organization: OrganizationId,
) -> Result<bool, Error> {
    if principal.organization == organization {
        return Ok(true);
    }
    if principal.scope.everything {
        return Ok(store::organization::by_id(tx, organization)?.is_some());
    }
    if store::organization::is_within(tx, principal.organization, organization)? {
        return Ok(true);
    }
    if principal.rank() < Role::Admin || store::organization::by_id(tx, organization)?.is_none() {
        return Ok(false);
    }
    let usable = store::carrier::usable(tx, organization)?;
    let sells = |network: &Network| {
        network.carrier.organization == principal.organization && usable.contains(&network.carrier.name)
    };
    Ok(networks.iter().any(sells))
}
