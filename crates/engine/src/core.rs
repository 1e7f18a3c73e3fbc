//! The core: a pure function from a situation and an input to a new situation and what is to be
//! done next. It decides; sending, storing and the clocks are the worker's.

mod advance;
mod reconcile;
mod reply;

use crate::backoff;
use crate::client::Failure;
use crate::situation::Situation;
use carriers::{Call, Connector, Context, Input as Told, Limits, Outcome, Task, http};
use model::action::{Change, State};
use model::attempt;
use model::task::{self, Decision};
use model::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// What the core goes by, and the randomness it may use.
pub struct Rules<'a> {
    pub connector: &'a dyn Connector,
    /// The carrier's settings over the connector's defaults.
    pub settings: &'a Value,
    pub limits: &'a Limits,
    /// Business time.
    pub now: Timestamp,
    pub seed: u64,
    /// For one new identity of each kind in this step.
    pub random: [u8; 10],
    /// Which worker this is, for the record.
    pub worker: &'a str,
    /// Whose people decide what cannot be told.
    pub seller: model::id::OrganizationId,
    #[cfg(feature = "planted")]
    pub planted: Option<Planted>,
}

/// Mistakes for the simulation to find.
#[cfg(feature = "planted")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// An unknown outcome is taken for a failure.
    UnknownIsFailure,
    /// An unknown outcome is taken for "not sent".
    UnknownIsNotSent,
    /// An armed attempt of a dead worker is sent again without asking.
    ForgetsTheDead,
    /// The first "not there" is believed.
    BelievesOneMiss,
    /// Class D is treated as C.
    AsksTheDumb,
    /// Answers to prompts are not counted.
    FreeTries,
}

/// What the core is told.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A worker has the action: look at what is due.
    Claimed,
    /// The same while the carrier's breaker lets nothing through: nothing may be sent.
    Shut,
    /// A call that the core wanted was made; it began at this moment of business time.
    Sent { call: &'a Call, purpose: Purpose, began: Timestamp, result: Result<&'a http::Reply, &'a Failure> },
}

/// Why a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It changes nothing.
    Read,
    /// It is the live attempt.
    Attempt,
    /// It asks what became of the live attempt.
    Lookup,
}

/// What is to be done, once the situation is stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    Send {
        call: Call,
        purpose: Purpose,
    },
    /// Give the lease back; nobody takes it before this much machine time is over.
    Rest(Duration),
    /// It has ended.
    End(Outcome),
}

/// What callers read when a carrier never answered and nothing was booked.
pub const NO_ANSWER: &str = "the carrier did not answer";
/// Failed tries of a call that changes nothing, before an action without a booking is given up.
const MOST_READS: i64 = 6;
/// The same with a booking: then a person is asked.
const MOST_READS_BOOKED: i64 = 30;
/// Sendings that are proven not to have left this machine, before it is given up.
const MOST_NOT_SENT: i64 = 8;
/// Sendings of one attempt where the carrier deduplicates.
const MOST_SENDS: i64 = 6;
/// Look-ups without a clear answer, before a person is asked.
const MOST_UNCLEAR: i64 = 10;
/// Attempts of one step that were sent: a second one only after the first is known to be absent.
const MOST_ATTEMPTS: usize = 2;
/// The same of those whose worker was gone before it could say anything: that is no failure of the carrier's.
const MOST_ORPHANS: usize = 20;
/// Calls of one action, in all: a connector that goes round in circles is put to a person.
const MOST_STEPS: i64 = 200;

impl Rules<'_> {
    fn context(&self) -> Context<'_> {
        Context { settings: self.settings, now: self.now, seed: self.seed }
    }

    #[cfg(feature = "planted")]
    fn has(&self, planted: Planted) -> bool {
        self.planted == Some(planted)
    }
}

/// One step. The same situation, input and rules give the same result.
pub fn step(s: &mut Situation, input: Input<'_>, rules: &Rules<'_>) -> Then {
    if s.action.state.is_final() {
        return rest(s, None, Duration::ZERO);
    }
    match input {
        Input::Claimed => claimed(s, rules),
        Input::Shut => shut(s, rules),
        Input::Sent { purpose, result: Err(Failure::Ours(_)), .. } => reply::held_up(s, purpose, rules),
        Input::Sent { purpose: Purpose::Lookup, result, .. } => reconcile::looked_up(s, result.ok(), rules),
        Input::Sent { call, purpose: Purpose::Read, began, result } => {
            reply::read(s, call, began, result.ok(), rules)
        }
        Input::Sent { call, purpose: Purpose::Attempt, result, .. } => {
            reply::attempted(s, call, result, rules)
        }
    }
}

/// Whether its time for an answer is over, and the carrier cannot have anything of it. Kept in step with
/// `store::action::claim_overdue`.
fn is_overdue(s: &Situation, rules: &Rules<'_>) -> bool {
    let unsent =
        s.action.step == 0 && !s.booked && s.attempts.iter().all(|a| a.sends == 0 && !a.state.is_live());
    // A restored action may have been sent since the backup.
    unsent
        && !s.action.restored
        && rules.now >= s.action.created.plus(rules.limits.answer_limit(s.action.operation))
}

fn shut(s: &mut Situation, rules: &Rules<'_>) -> Then {
    if is_overdue(s, rules) {
        if s.action.state == State::Pending {
            s.change(Change::Start);
        }
        return fail(s, NO_ANSWER.into());
    }
    Then::Rest(backoff::pause(MOST_READS, rules.seed))
}

fn claimed(s: &mut Situation, rules: &Rules<'_>) -> Then {
    if s.action.state == State::Pending {
        s.change(Change::Start);
    }
    if s.live().is_some() {
        return reconcile::resume(s, rules);
    }
    if let Some(decided) = reconcile::take_decision(s) {
        if decided.decision == Some(Decision::Cancel) {
            return fail(s, reconcile::GIVEN_UP.into());
        }
        s.action.retries = 0;
        if decided.decision == Some(Decision::Confirmed) && decided.carrier_reference.is_some() {
            return reconcile::correct(s, &decided, rules);
        }
    }
    // One that was never tried is not given up for the time that we took.
    if s.action.retries > 0 && is_overdue(s, rules) {
        return fail(s, NO_ANSWER.into());
    }
    let answer = s.prompt().and_then(|p| p.answer.clone());
    let told = match &answer {
        Some(answer) => Some(Told::Answer(answer)),
        None if s.action.progress.is_null() => None,
        None => Some(Told::Elapsed),
    };
    if let Some(told) = told {
        let reference = reference(s, rules);
        let task = Task { reference: &reference, work: &s.action.request.work };
        let (progress, _) = rules.connector.read(rules.context(), task, &s.action.progress, told);
        s.action.progress = progress;
    }
    advance::advance(s, rules)
}

/// Our reference for the current step.
fn reference(s: &Situation, rules: &Rules<'_>) -> String {
    attempt::reference(s.action.id, s.action.step, rules.connector.capabilities().reference_limit)
}

/// Puts the action down until `due` (business time), or until something happens.
fn rest(s: &mut Situation, due: Option<Timestamp>, delay: Duration) -> Then {
    s.action.due = due;
    Then::Rest(delay)
}

/// Tries again after a pause of machine time.
fn again(s: &mut Situation, delay: Duration, rules: &Rules<'_>) -> Then {
    rest(s, Some(rules.now), delay)
}

fn end(s: &mut Situation, outcome: Outcome) -> Then {
    s.resume();
    s.change(match outcome {
        Outcome::Failed { .. } => Change::Cancel,
        Outcome::Covered { .. } | Outcome::Fulfilled { .. } => Change::Complete,
    });
    s.action.due = None;
    // Nothing is left for a person to decide.
    if let Some(task) = &mut s.task {
        task.state = task::State::Applied;
    }
    Then::End(outcome)
}

/// Canceled, with the reason for the caller.
fn fail(s: &mut Situation, reason: String) -> Then {
    end(s, Outcome::Failed { reason })
}
