//! Actions: one durable piece of work on behalf of a caller, and its life.

use crate::id::{ActionId, CarrierId, KeyId, OrderId, OrganizationId};
use crate::time::Timestamp;

crate::words! {
    /// `pending → running → (interrupted ⇄ running)* → done / canceled`.
    pub enum State ("state of an action") {
        Pending = "pending",
        Running = "running",
        /// Waits for a prompt to be answered.
        Interrupted = "interrupted",
        Done = "done",
        Canceled = "canceled",
    }
}

crate::words! {
    /// What can happen to an action.
    pub enum Change ("change of an action") {
        Start = "start",
        Interrupt = "interrupt",
        Resume = "resume",
        Complete = "complete",
        Cancel = "cancel",
    }
}

/// The change is not allowed in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an action that is {state} cannot {change}")]
pub struct Illegal {
    pub state: State,
    pub change: Change,
}

impl State {
    /// The only way an action's state changes.
    pub fn on(self, change: Change) -> Result<State, Illegal> {
        match (self, change) {
            (State::Pending, Change::Start) | (State::Interrupted, Change::Resume) => Ok(State::Running),
            (State::Running, Change::Interrupt) => Ok(State::Interrupted),
            (State::Running, Change::Complete) => Ok(State::Done),
            (State::Pending | State::Running | State::Interrupted, Change::Cancel) => Ok(State::Canceled),
            (state, change) => Err(Illegal { state, change }),
        }
    }

    pub const fn is_final(self) -> bool {
        matches!(self, State::Done | State::Canceled)
    }
}

crate::words! {
    /// What is done.
    pub enum Operation ("operation") {
        Coverage = "coverage",
        Subscription = "subscription",
        /// Many qualifications from a file: the hub's own work, with no carrier.
        Bulk = "bulk",
        /// A service that gives way to another one, or ends, on a day.
        Change = "change",
    }
}

crate::words! {
    /// Who does the next step.
    pub enum Driver ("driver of an action") {
        /// The carrier's connector, over the network.
        Connector = "connector",
        /// A house procedure of the hub: one transaction, no network.
        House = "house",
    }
}

/// An action as the store keeps it. `request` and `progress` are sealed at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Also the id on the Compare Tech wire.
    pub number: i64,
    pub id: ActionId,
    pub organization: OrganizationId,
    /// Who owned the carrier when it was asked.
    pub seller: OrganizationId,
    pub key: Option<KeyId>,
    /// The dialect that it came in by, and that shows it.
    pub dialect: String,
    /// [`CarrierId::NONE`] where the work is the hub's own.
    pub carrier: CarrierId,
    pub operation: Operation,
    pub order: Option<OrderId>,
    pub driver: Driver,
    pub state: State,
    /// Rises by one with every change; an event's `sequence`.
    pub version: i64,
    /// When it has to be looked at next, in business time. None: not before something happens.
    pub due: Option<Timestamp>,
    /// The fencing token: rises with every lease; only its holder may write.
    pub fence: i64,
    /// Counts the mutating calls that came to an end; part of each one's reference.
    pub step: i64,
    /// Failed tries since the last answer that helped.
    pub retries: i64,
    /// Set when the store was restored from a backup while this was open: what this action may
    /// have sent since the backup is unknown, so it is looked up before anything is sent.
    pub restored: bool,
    pub request: Request,
    /// The connector's own record of how far it is. Null at the start.
    pub progress: serde_json::Value,
    /// The outcome, once done. No personal data.
    pub result: Option<serde_json::Value>,
    /// Why it was canceled, in words for the caller.
    pub error: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// What the caller asked for.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Request {
    /// The caller's own words, for the dialect to show again.
    pub echo: serde_json::Value,
    pub work: Work,
}

impl std::fmt::Debug for Request {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Request(…)")
    }
}

/// The same in the hub's words: what a connector or a house procedure works on.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Work {
    Coverage(Box<crate::order::CoverageRequest>),
    Subscription(Box<crate::order::Subscription>),
    Bulk(crate::qualification::File),
    Change { change: crate::id::ServiceChangeId },
    Account { account: crate::id::AccountId, task: Task },
}

crate::words! {
    /// What an account waits for.
    pub enum Task ("task of an account") {
        Activate = "activate",
        Change = "change",
        End = "end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_a_final_state() {
        for state in State::ALL.iter().filter(|s| s.is_final()) {
            for change in Change::ALL {
                assert_eq!(state.on(*change), Err(Illegal { state: *state, change: *change }));
            }
        }
    }

    #[test]
    fn the_documented_life_is_allowed_and_shortcuts_are_not() {
        let life = [
            Change::Start,
            Change::Interrupt,
            Change::Resume,
            Change::Interrupt,
            Change::Resume,
            Change::Complete,
        ];
        let end = life.iter().try_fold(State::Pending, |state, change| state.on(*change));
        assert_eq!(end, Ok(State::Done));
        assert!(State::Pending.on(Change::Complete).is_err());
        assert!(State::Interrupted.on(Change::Complete).is_err());
        assert!(State::Pending.on(Change::Interrupt).is_err());
    }

    #[test]
    fn every_open_state_can_be_canceled() {
        for state in State::ALL.iter().filter(|s| !s.is_final()) {
            assert_eq!(state.on(Change::Cancel), Ok(State::Canceled));
        }
    }
}
