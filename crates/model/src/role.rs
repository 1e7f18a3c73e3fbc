//! Roles, and the one table that says the least role for each capability, in every dialect.

use crate::organization;
use crate::product::Level;

crate::words! {
    /// What a user or a key may do. Each role includes those before it.
    pub enum Role ("role") {
        NoLogin = "NO_LOGIN",
        Personal = "PERSONAL",
        Viewer = "VIEWER",
        Manager = "MANAGER",
        Owner = "OWNER",
        Reseller = "RESELLER",
        ResellerAdmin = "RESELLER_ADMIN",
        Admin = "ADMIN",
    }
}

crate::words! {
    /// Something that a caller may want to do.
    pub enum Capability ("capability") {
        /// Read orders, services, actions and their prompts.
        Read = "read",
        /// Ask what can be had at an address.
        Qualify = "qualify",
        /// Place, change or end an order, and answer its prompts.
        Order = "order",
        /// Decide what the engine must not guess, and see the evidence.
        Decide = "decide",
        /// Carriers, imports, keys and users of one's own organization.
        Administer = "administer",
    }
}

impl Capability {
    /// The least role that has this capability.
    pub const fn least(self) -> Role {
        match self {
            Capability::Read => Role::Viewer,
            Capability::Qualify | Capability::Order => Role::Owner,
            Capability::Decide | Capability::Administer => Role::ResellerAdmin,
        }
    }
}

impl Role {
    /// Whether this role, held in an organization of that kind, has the capability. In a reseller
    /// ADMIN counts as RESELLER_ADMIN.
    pub fn may(self, capability: Capability, kind: organization::Kind) -> bool {
        self.in_organization(kind) >= capability.least()
    }

    /// The role as it counts in an organization of that kind.
    pub fn in_organization(self, kind: organization::Kind) -> Role {
        match (self, kind) {
            (Role::Admin, organization::Kind::Reseller) => Role::ResellerAdmin,
            _ => self,
        }
    }

    /// Whether this role, held in an organization of that kind, sees a carrier's prices of a level; `owns`: the carrier
    /// is that organization's.
    pub fn sees(self, level: Level, kind: organization::Kind, owns: bool) -> bool {
        match level {
            Level::Customer => true,
            Level::Wholesale => self.in_organization(kind) >= Role::Reseller,
            Level::Cost => owns && self.in_organization(kind) >= Role::Admin,
        }
    }

    /// What a key gets when none is asked for.
    pub const fn default_of_key(kind: organization::Kind) -> Role {
        match kind {
            organization::Kind::Operator => Role::Admin,
            organization::Kind::Reseller => Role::Reseller,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use organization::Kind;

    #[test]
    fn a_capability_is_held_by_its_least_role_and_by_every_higher_one() {
        for capability in Capability::ALL {
            let held: Vec<bool> = Role::ALL.iter().map(|r| r.may(*capability, Kind::Operator)).collect();
            let first = held.iter().position(|h| *h).unwrap_or(held.len());
            assert_eq!(Role::ALL[first], capability.least());
            assert!(held[first..].iter().all(|h| *h), "{capability}");
        }
    }

    #[test]
    fn a_price_is_seen_from_its_level_on() {
        let sees = |role: Role, kind, owns| Level::ALL.iter().filter(|l| role.sees(**l, kind, owns)).count();
        assert_eq!(sees(Role::Owner, Kind::Operator, true), 1, "the customer's");
        assert_eq!(sees(Role::Reseller, Kind::Reseller, false), 2, "and wholesale");
        assert_eq!(sees(Role::ResellerAdmin, Kind::Operator, true), 2);
        assert_eq!(sees(Role::Admin, Kind::Operator, true), 3, "and cost");
        assert_eq!(sees(Role::Admin, Kind::Operator, false), 2, "another's network");
        assert_eq!(sees(Role::Admin, Kind::Reseller, true), 2);
    }

    #[test]
    fn an_admin_of_a_reseller_is_a_reseller_admin() {
        assert_eq!(Role::Admin.in_organization(Kind::Reseller), Role::ResellerAdmin);
        assert_eq!(Role::Admin.in_organization(Kind::Operator), Role::Admin);
        assert_eq!(Role::Viewer.in_organization(Kind::Reseller), Role::Viewer);
    }
}
