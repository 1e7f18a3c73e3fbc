//! Work orders: field work with an appointment, and the states that it goes through.

use crate::time::Timestamp;
use jiff::civil::Date;

crate::words! {
    pub enum State ("state of a work order") {
        New = "new",
        /// Somebody is to do it.
        Assigned = "assigned",
        /// There is an appointment.
        Scheduled = "scheduled",
        /// The appointment was moved.
        Rescheduled = "rescheduled",
        InProgress = "in_progress",
        OnHold = "on_hold",
        Completed = "completed",
        Cancelled = "cancelled",
    }
}

/// The state does not allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a work order that is {from} cannot become {to}")]
pub struct Illegal {
    pub from: State,
    pub to: State,
}

impl State {
    pub fn is_final(self) -> bool {
        matches!(self, State::Completed | State::Cancelled)
    }

    /// Moves on. To stay where it is is always allowed.
    pub fn to(self, to: State) -> Result<State, Illegal> {
        use State::{Assigned, Cancelled, Completed, InProgress, New, OnHold, Rescheduled, Scheduled};
        let allowed = match self {
            _ if to == self => true,
            New => matches!(to, Assigned | Scheduled | OnHold | Cancelled),
            Assigned => matches!(to, Scheduled | OnHold | Cancelled),
            Scheduled | Rescheduled => matches!(to, Rescheduled | InProgress | OnHold | Cancelled),
            InProgress => matches!(to, Completed | OnHold | Rescheduled | Cancelled),
            OnHold => matches!(to, New | Assigned | Scheduled | Rescheduled | InProgress | Cancelled),
            Completed | Cancelled => false,
        };
        if allowed { Ok(to) } else { Err(Illegal { from: self, to }) }
    }

    /// Whether it cannot be in this state without an appointment.
    pub fn needs_appointment(self) -> bool {
        matches!(self, State::Scheduled | State::Rescheduled)
    }
}

/// Where a technician is expected: a day, and the time at which it begins (`08:00`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Appointment {
    pub date: Date,
    pub time: String,
}

/// What people call it: the day that it was made on in the network's zone, and nine digits of its number.
/// Numbers below a billion give different ones on one day.
pub fn reference(day: Date, number: i64) -> String {
    format!("{:04}{:02}{:02}-{:09}", day.year(), day.month(), day.day(), number.rem_euclid(1_000_000_000))
}

/// Days after its creation on which one that nobody touches is scheduled, begun and completed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByItself {
    pub scheduled_days: u32,
    pub started_days: u32,
    pub completed_days: u32,
}

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

impl ByItself {
    /// What one in this state becomes next, and when. None: it waits for people.
    pub fn next(self, state: State, created: Timestamp) -> Option<(State, Timestamp)> {
        let (to, days) = match state {
            State::New | State::Assigned => (State::Scheduled, self.scheduled_days),
            State::Scheduled | State::Rescheduled => (State::InProgress, self.started_days),
            State::InProgress => (State::Completed, self.completed_days),
            State::OnHold | State::Completed | State::Cancelled => return None,
        };
        Some((to, created.plus(DAY.saturating_mul(days))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_way_is_allowed_and_shortcuts_are_not() {
        use State::{Assigned, Completed, InProgress, New, OnHold, Rescheduled, Scheduled};
        let way = [Assigned, Scheduled, OnHold, Rescheduled, InProgress, Completed];
        assert_eq!(way.iter().try_fold(New, |state, to| state.to(*to)), Ok(Completed));
        assert!(
            New.to(Completed).is_err() && New.to(InProgress).is_err() && Scheduled.to(Completed).is_err()
        );
    }

    #[test]
    fn every_open_state_can_be_cancelled_and_nothing_leaves_a_final_one() {
        for from in State::ALL {
            assert_eq!(from.to(State::Cancelled).is_ok(), *from != State::Completed, "{from}");
            for to in State::ALL.iter().filter(|to| from.is_final() && *to != from) {
                assert_eq!(from.to(*to), Err(Illegal { from: *from, to: *to }));
            }
        }
    }

    #[test]
    fn one_that_nobody_touches_comes_to_its_end_in_order() {
        let by_itself = ByItself { scheduled_days: 1, started_days: 3, completed_days: 4 };
        let (mut state, mut days) = (State::New, Vec::new());
        while let Some((to, at)) = by_itself.next(state, Timestamp::from_micros(0)) {
            state = state.to(to).unwrap();
            days.push(at.micros() / 86_400_000_000);
        }
        assert_eq!((state, days), (State::Completed, vec![1, 3, 4]));
    }

    #[test]
    fn a_reference_has_the_printed_form() {
        assert_eq!(reference(jiff::civil::date(2024, 10, 16), 399_307_266), "20241016-399307266");
        assert_eq!(reference(jiff::civil::date(2024, 1, 2), 7), "20240102-000000007");
    }
}
