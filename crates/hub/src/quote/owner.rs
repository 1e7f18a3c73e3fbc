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

/// As what somebody acts for an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// As itself, or as one above it.
    Buyer,
    /// As the owner of networks that it may order from: of those, and of no others.
    Seller,
}

impl Side {
    /// The networks that somebody may speak of on this side.
    pub fn of(self, principal: &Principal, networks: &[Network]) -> Vec<Network> {
        let speaks = |network: &&Network| self == Side::Buyer || principal.runs(network.carrier.organization);
        networks.iter().filter(speaks).cloned().collect()
    }
}

/// `networks`: all that there are.
pub fn owner(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    customer: &Given<CustomerId>,
    reseller: &Given<OrganizationId>,
) -> Result<(Owner, Side), Error> {
    let least = if principal.customer.is_some() { Role::Owner } else { Role::Reseller };
    if principal.rank() < least {
        return Err(Error::Forbidden);
    }
    looked_at(tx, principal, networks, customer, reseller)
}

/// The same for somebody who only looks.
pub fn looked_at(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    customer: &Given<CustomerId>,
    reseller: &Given<OrganizationId>,
) -> Result<(Owner, Side), Error> {
    if let Some(own) = principal.customer {
        let other_customer = !customer.is_absent() && customer.is() != Some(&own);
        let other_reseller = !reseller.is_absent() && reseller.is() != Some(&principal.organization);
        if other_customer || other_reseller {
            return Err(Error::Forbidden);
        }
        return Ok((Owner { organization: principal.organization, customer: Some(own) }, Side::Buyer));
    }
    if customer.is_wrong() || reseller.is_wrong() {
        return Err(Error::Forbidden);
    }
    let organization = match customer.is() {
        Some(customer) => store::customer::organization(tx, *customer)?.ok_or(Error::Forbidden)?,
        None => reseller.is().copied().unwrap_or(principal.organization),
    };
    if reseller.is().is_some_and(|reseller| *reseller != organization) {
        return Err(Error::Forbidden);
    }
    let side = side(tx, principal, networks, organization)?.ok_or(Error::Forbidden)?;
    Ok((Owner { organization, customer: customer.is().copied() }, side))
}

/// For itself, those below it, and those that it sells to; None: it has nothing to do with it.
fn side(
    tx: &mut Tx<'_>,
    principal: &Principal,
    networks: &[Network],
    organization: OrganizationId,
) -> Result<Option<Side>, Error> {
    if principal.organization == organization {
        return Ok(Some(Side::Buyer));
    }
    if store::organization::by_id(tx, organization)?.is_none() {
        return Ok(None);
    }
    if principal.scope.everything || store::organization::is_within(tx, principal.organization, organization)?
    {
        return Ok(Some(Side::Buyer));
    }
    if principal.rank() < Role::Admin {
        return Ok(None);
    }
    let usable = store::carrier::usable(tx, organization)?;
    let sells = |network: &Network| {
        network.carrier.organization == principal.organization && usable.contains(&network.carrier.name)
    };
    Ok(networks.iter().any(sells).then_some(Side::Seller))
}

/// Whether somebody may change what an organization has asked of a seller: as its own, as one above it, or as the seller.
pub fn may_touch(
    tx: &mut Tx<'_>,
    principal: &Principal,
    organization: OrganizationId,
    seller: OrganizationId,
) -> Result<(), Error> {
    let may = principal.customer.is_some()
        || principal.runs(seller)
        || store::organization::is_within(tx, principal.organization, organization)?;
    if may { Ok(()) } else { Err(Error::Forbidden) }
}
