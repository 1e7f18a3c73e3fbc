//! Services: lines in use, or on their way there. States and the flags that tell how far the field work is; when what
//! happens is the hub's to say.

use crate::time::Timestamp;
use std::fmt;

crate::words! {
    pub enum State ("state of a service") {
        /// Ordered where the network is not there yet.
        Preorder = "preorder",
        /// Ordered; its work order is not done.
        Pending = "pending",
        Active = "active",
        Suspended = "suspended",
        Ended = "ended",
        /// Ended, and no longer shown among its customer's.
        Deleted = "deleted",
    }
}

crate::words! {
    /// What can happen to a service.
    pub enum Change ("change of a service") {
        /// The network is there now.
        Open = "open",
        Activate = "activate",
        Suspend = "suspend",
        Resume = "resume",
        End = "end",
        Delete = "delete",
    }
}

/// The state does not allow the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a service that is {state} cannot {change}")]
pub struct Illegal {
    pub state: State,
    pub change: Change,
}

impl State {
    /// The state after a change.
    pub fn on(self, change: Change) -> Result<State, Illegal> {
        match (self, change) {
            (State::Preorder, Change::Open) => Ok(State::Pending),
            (State::Pending, Change::Activate) => Ok(State::Active),
            (State::Active, Change::Suspend) => Ok(State::Suspended),
            (State::Suspended, Change::Resume) => Ok(State::Active),
            (State::Preorder | State::Pending | State::Active | State::Suspended, Change::End) => {
                Ok(State::Ended)
            }
            (State::Ended, Change::Delete) => Ok(State::Deleted),
            _ => Err(Illegal { state: self, change }),
        }
    }

    /// Whether nobody else can have a service of the same kind at its place.
    pub fn blocks(self) -> bool {
        !matches!(self, State::Ended | State::Deleted)
    }
}

/// Something that is true of a service or not, and when that last changed. The truth is in `is`, not in the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag {
    pub is: bool,
    pub changed: Option<Timestamp>,
}

impl Flag {
    fn set(&mut self, is: bool, now: Timestamp) {
        if self.is != is {
            *self = Flag { is, changed: Some(now) };
        }
    }
}

/// How far a service is in the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Its port and credentials are set up.
    pub provisioned: Flag,
    /// It carries traffic.
    pub on_network: Flag,
    /// Its installation is done.
    pub completed: Flag,
    pub cancelled: Flag,
    pub suspended: Flag,
}

impl Flags {
    /// Somebody is installing it.
    pub fn provision(&mut self, now: Timestamp) {
        self.provisioned.set(true, now);
    }

    /// What a change of the state makes of them.
    pub fn follow(&mut self, change: Change, now: Timestamp) {
        match change {
            Change::Open | Change::Delete => {}
            Change::Activate => {
                self.provisioned.set(true, now);
                self.on_network.set(true, now);
                self.completed.set(true, now);
            }
            Change::Suspend => {
                self.on_network.set(false, now);
                self.suspended.set(true, now);
            }
            Change::Resume => {
                self.on_network.set(true, now);
                self.suspended.set(false, now);
            }
            Change::End => {
                self.provisioned.set(false, now);
                self.on_network.set(false, now);
                self.cancelled.set(true, now);
            }
        }
    }
}

/// What the customer's equipment signs in with, and is set up by. No `Debug`: it must not get into a log.
#[derive(Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Credentials {
    pub pppoe_username: String,
    pub pppoe_password: String,
    pub wifi_username: String,
    pub wifi_password: String,
    /// XML: how the customer's router is set up at first.
    #[serde(default)]
    pub router: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_life_of_a_line() {
        use Change::{Activate, Delete, End, Open, Resume, Suspend};
        let life = [Open, Activate, Suspend, Resume, End, Delete];
        assert_eq!(
            life.iter().try_fold(State::Preorder, |state, change| state.on(*change)),
            Ok(State::Deleted)
        );
        assert!(State::Pending.on(Suspend).is_err() && State::Active.on(Delete).is_err());
        assert!(State::Ended.on(Activate).is_err() && State::Preorder.on(Activate).is_err());
    }

    proptest! {
        #[test]
        fn flags_tell_the_state_whatever_happened(changes in prop::collection::vec(0..Change::ALL.len(), 0..20)) {
            let (mut state, mut flags) = (State::Preorder, Flags::default());
            for (at, change) in changes.into_iter().map(|at| Change::ALL[at]).enumerate() {
                let Ok(next) = state.on(change) else { continue };
                let now = Timestamp::from_micros(at as i64 + 1);
                let before = flags;
                flags.follow(change, now);
                let pairs = [
                    (before.on_network, flags.on_network), (before.completed, flags.completed),
                    (before.cancelled, flags.cancelled), (before.provisioned, flags.provisioned),
                    (before.suspended, flags.suspended),
                ];
                for (before, after) in pairs {
                    prop_assert_eq!(before.is != after.is, after.changed == Some(now));
                }
                state = next;
                prop_assert_eq!(flags.on_network.is, state == State::Active);
                prop_assert_eq!(flags.cancelled.is, !state.blocks());
                prop_assert!(!flags.suspended.is || matches!(state, State::Suspended | State::Ended | State::Deleted));
            }
        }
    }
}
