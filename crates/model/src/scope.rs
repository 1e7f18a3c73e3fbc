//! Which objects a caller may see: every read of tenant data takes a [`Scope`].

use crate::id::OrganizationId;

/// The organization and its descendants as buyer, and the carriers it owns as seller; or, for the
/// installation's root operator, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub organization: OrganizationId,
    /// True for the root operator only.
    pub everything: bool,
}
