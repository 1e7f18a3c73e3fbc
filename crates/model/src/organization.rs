//! Organizations: the parties that use the hub, in a tree.

use crate::id::OrganizationId;

crate::words! {
    /// What an organization is to the hub.
    pub enum Kind ("kind of organization") {
        /// Owns a network, or the installation itself.
        Operator = "operator",
        /// Sells to customers; may have sub-resellers.
        Reseller = "reseller",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub number: i64,
    pub id: OrganizationId,
    pub name: String,
    pub kind: Kind,
    /// None only for the root operator of the installation, which sees everything.
    pub parent: Option<OrganizationId>,
}
