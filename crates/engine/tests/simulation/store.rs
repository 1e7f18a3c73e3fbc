//! The store in memory: what is committed stays, what is not is lost with its worker. Leases,
//! fencing and the loading of situations are as in the real one.

use engine::core::Then;
use engine::situation::Situation;
use model::action::{Action, State};
use model::attempt::{self, Attempt};
use model::prompt::Prompt;
use model::task::{self, Task};
use model::time::Timestamp;

#[derive(Clone)]
pub struct Row {
    pub action: Action,
    /// Of all steps.
    pub attempts: Vec<Attempt>,
    pub prompts: Vec<Prompt>,
    pub task: Option<Task>,
    /// Machine time before which nobody claims it: a lease's end, or a back-off's.
    pub ready_at: u64,
    pub is_leased: bool,
    /// Changes of state: each has an event.
    pub changes: i64,
    /// Whether the house was told of the end.
    pub ended: bool,
}

#[derive(Clone, Default)]
pub struct Store {
    pub rows: Vec<Row>,
}

impl Row {
    pub fn new(action: Action) -> Self {
        Self {
            action,
            attempts: Vec::new(),
            prompts: Vec::new(),
            task: None,
            ready_at: 0,
            is_leased: false,
            changes: 0,
            ended: false,
        }
    }

    pub fn load(&self) -> Situation {
        Situation {
            attempts: self.attempts.iter().filter(|a| a.step == self.action.step).cloned().collect(),
            prompts: self.prompts.clone(),
            task: self.task.clone(),
            booked: self.attempts.iter().any(|a| a.state == attempt::State::Confirmed),
            action: self.action.clone(),
        }
    }

    /// Writes a situation back; the lease ends at `ready_at` when something is to be sent.
    pub fn save(&mut self, mut after: Situation, then: &Then, now: u64, lease: u64) {
        if after.action.state != self.action.state {
            after.action.version += 1;
            self.changes += 1;
        }
        for attempt in after.attempts {
            match self.attempts.iter_mut().find(|a| a.id == attempt.id) {
                Some(known) => *known = attempt,
                None => self.attempts.push(attempt),
            }
        }
        self.prompts = after.prompts;
        self.task = after.task;
        self.is_leased = matches!(then, Then::Send { .. });
        self.ready_at = match then {
            Then::Send { .. } => now + lease,
            Then::Rest(delay) => now + delay.as_micros() as u64,
            Then::End(outcome) => {
                self.ended = true;
                if let carriers::Outcome::Failed { reason } = outcome {
                    after.action.error = Some(reason.clone());
                }
                0
            }
        };
        self.action = after.action;
    }

    /// From when on it can be claimed, in machine time; `offset` is what business time is ahead.
    pub fn claimable_at(&self, offset: i64) -> Option<u64> {
        let due = self.action.due.filter(|_| !self.action.state.is_final())?;
        Some(self.ready_at.max(u64::try_from(due.micros() - offset).unwrap_or(0)))
    }

    /// As `store::action::wake`.
    pub fn wake(&mut self, now: Timestamp) {
        if !self.action.state.is_final() && self.action.due.replace(now).is_none() {
            self.ready_at = 0;
        }
    }

    /// A change of state from outside the engine, with its event.
    pub fn turn(&mut self, to: State) {
        self.action.state = to;
        self.action.version += 1;
        self.changes += 1;
        self.is_leased = false;
    }

    pub fn open_task(&self) -> Option<&Task> {
        self.task.as_ref().filter(|t| t.state == task::State::Open)
    }
}

impl Store {
    /// What the program does when it starts and has its store to itself.
    pub fn void_leases(&mut self) {
        for row in self.rows.iter_mut().filter(|r| r.action.due.is_some() && r.ready_at > 0) {
            (row.ready_at, row.is_leased) = (0, false);
            row.action.fence += 1;
        }
    }

    /// What the program does with a backup that was put in the place of the store.
    pub fn mark_restored(&mut self) {
        for row in self.rows.iter_mut().filter(|r| !r.action.state.is_final()) {
            (row.action.restored, row.ready_at, row.is_leased) = (true, 0, false);
            row.action.fence += 1_000_000;
            for attempt in &mut row.attempts {
                if matches!(attempt.state, attempt::State::Armed | attempt::State::Reconciling) {
                    attempt.state = attempt::State::Unknown;
                }
            }
        }
    }
}
