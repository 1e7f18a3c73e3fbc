//! Which objects a caller may see: every read of tenant data takes a [`Scope`].

use crate::id::{CustomerId, OrganizationId};

/// The organization and its descendants as buyer, and the carriers it owns as seller; or, for the
/// installation's root operator, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub organization: OrganizationId,
    /// True for the root operator only.
    pub everything: bool,
}

/// The same for callers that may be a customer's own: they see what is that customer's and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    pub scope: Scope,
    pub customer: Option<CustomerId>,
}
