//! Events: what happened to an aggregate. Ids and states only, never personal data.

use crate::id::OrganizationId;

/// One event before the store gives it its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `<aggregate>.<what happened>`, for example `action.done`.
    pub kind: &'static str,
    /// The version of the kind's `data`; raised when its meaning changes.
    pub version: i64,
    pub aggregate: &'static str,
    pub aggregate_id: [u8; 16],
    /// The aggregate's version after this change: gapless, from 1.
    pub sequence: i64,
    /// The buyer, or the owner where there is no buyer.
    pub organization: OrganizationId,
    pub data: serde_json::Value,
}
