//! Human tasks: what the engine must not guess, put to a person with the evidence.

use crate::id::{ActionId, AttemptId, OrganizationId, TaskId};
use crate::time::Timestamp;

crate::words! {
    pub enum State ("state of a task") {
        Open = "open",
        /// Decided; the engine has yet to act on it.
        Decided = "decided",
        /// The engine has acted on it.
        Applied = "applied",
    }
}

crate::words! {
    /// What a person found out about a call whose outcome is unknown.
    pub enum Decision ("decision") {
        /// The carrier has it: go on from there.
        Confirmed = "confirmed",
        /// The carrier does not have it: send it once more.
        Absent = "absent",
        /// The carrier does not have it, and it is no longer wanted.
        Cancel = "cancel",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub number: i64,
    pub id: TaskId,
    pub action: ActionId,
    pub attempt: Option<AttemptId>,
    /// The seller: whose people decide.
    pub organization: OrganizationId,
    pub state: State,
    /// What is known: carrier, operation, reference, when it was sent, what came back. No personal data.
    pub evidence: serde_json::Value,
    pub decision: Option<Decision>,
    /// The carrier's own reference, when the person found one.
    pub carrier_reference: Option<String>,
    pub created: Timestamp,
}
