//! Between the core and the store: loads a situation under its lock, runs the core, writes back
//! what it changed. One transaction each, nothing but reading and writing through it.

use crate::client::Failure;
use crate::core::{self, Input, Rules, Then};
use crate::house::{House, Step};
use crate::mask;
use crate::roster::Member;
use crate::situation::Situation;
use carriers::Outcome;
use carriers::http::{Reply, Request};
use model::action::{Action, Driver};
use model::attempt::Attempt;
use model::id::{ActionId, AttemptId};
use model::task::{self, Task};
use model::time::Timestamp;
use std::time::Duration;
use store::exchange::Exchange;
use store::{Error, Tx};

/// A request to a carrier and what came of it, masked, not yet stored.
#[derive(Clone)]
pub struct Noted {
    operation: String,
    request: String,
    status: Option<i64>,
    answer: String,
    failure: Option<String>,
    pub took: Duration,
    started: Timestamp,
}

impl Noted {
    pub fn new(
        member: &Member,
        operation: &str,
        request: &Request,
        result: &Result<Reply, Failure>,
        started: Timestamp,
        took: Duration,
    ) -> Self {
        let plain = member.connector.capabilities().plain_members;
        let sent = request.body.as_ref().map(|body| mask::json(body, plain)).unwrap_or_default();
        let (status, answer, failure) = match result {
            Ok(reply) => (Some(i64::from(reply.status)), mask::body(&reply.body, plain), None),
            Err(failure) => (None, String::new(), Some(failure.reason().to_owned())),
        };
        let request = format!("{} {sent}", mask::target(request)).trim_end().to_owned();
        Self { operation: operation.to_owned(), request, status, answer, failure, took, started }
    }

    /// Writes the exchange's row.
    pub fn store(
        &self,
        tx: &mut Tx<'_>,
        member: &Member,
        action: Option<ActionId>,
        attempt: Option<AttemptId>,
    ) -> Result<(), Error> {
        let exchange = Exchange {
            id: tx.identity()?,
            carrier: member.carrier.id,
            action,
            attempt,
            operation: self.operation.clone(),
            request: self.request.clone(),
            status: self.status,
            answer: self.answer.clone(),
            failure: self.failure.clone(),
            duration_us: i64::try_from(self.took.as_micros()).unwrap_or(i64::MAX),
            started: self.started,
        };
        store::exchange::insert(tx, &exchange)
    }

    /// For the record of an answer that came too late.
    pub fn shown(&self) -> String {
        match (self.status, &self.failure) {
            (Some(status), _) => format!("{} -> {status} {}", self.request, self.answer),
            (None, failure) => format!("{} -> {}", self.request, failure.as_deref().unwrap_or("nothing")),
        }
    }
}

/// Where an action is while a call is out: another mark means that what came of the call is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    step: i64,
    retries: i64,
    progress: serde_json::Value,
    live: Option<Attempt>,
}

impl Mark {
    fn of(s: &Situation) -> Self {
        let live = s.of_step().find(|a| a.state.is_live()).cloned();
        Self { step: s.action.step, retries: s.action.retries, progress: s.action.progress.clone(), live }
    }
}

/// An action after a step.
pub struct Done {
    pub then: Then,
    pub mark: Mark,
}

/// What the settling of an action needs beside the transaction.
pub struct Desk<'a> {
    pub member: &'a Member,
    pub house: &'a dyn House,
    pub worker: &'a str,
    pub lease: Duration,
}

/// The situation of an action whose lock this transaction holds.
pub fn load(tx: &mut Tx<'_>, action: Action) -> Result<Situation, Error> {
    let id = action.id;
    // Before its first step has begun, an action has none of these.
    if action.step == 0 && action.progress.is_null() && action.version <= 1 {
        return Ok(Situation {
            action,
            attempts: Vec::new(),
            prompts: Vec::new(),
            task: None,
            booked: false,
        });
    }
    let there = store::action::beside(tx, id)?;
    Ok(Situation {
        attempts: if there.attempts { store::attempt::of_step(tx, id, action.step)? } else { Vec::new() },
        prompts: if there.prompts { store::prompt::of_action(tx, id)? } else { Vec::new() },
        task: if there.tasks { store::task::last_of_action(tx, id)? } else { None },
        booked: there.attempts && action.step > 0 && store::attempt::any_confirmed(tx, id)?,
        action,
    })
}

impl Desk<'_> {
    /// Takes an action one step further and stores where it is then.
    pub fn advance(&self, tx: &mut Tx<'_>, action: Action, input: Input<'_>) -> Result<Done, Error> {
        let before = load(tx, action)?;
        self.advance_from(tx, before, input)
    }

    /// The same for what came of a call, which may be stored for the second time: an error of the commit
    /// leaves open whether it was. None: it was.
    pub fn advance_once(
        &self,
        tx: &mut Tx<'_>,
        action: Action,
        input: Input<'_>,
        wanted_by: &Mark,
        again: bool,
    ) -> Result<Option<Done>, Error> {
        let before = load(tx, action)?;
        if again && Mark::of(&before) != *wanted_by {
            return Ok(None);
        }
        self.advance_from(tx, before, input).map(Some)
    }

    fn advance_from(&self, tx: &mut Tx<'_>, before: Situation, input: Input<'_>) -> Result<Done, Error> {
        let mut after = before.clone();
        let then = match (after.action.driver, input) {
            (Driver::House, Input::Claimed) => self.house_step(tx, &mut after)?,
            _ => self.core_step(tx, &mut after, input)?,
        };
        let mark = Mark::of(&after);
        Ok(Done { then: self.write(tx, &before, after, then)?, mark })
    }

    fn core_step(&self, tx: &mut Tx<'_>, s: &mut Situation, input: Input<'_>) -> Result<Then, Error> {
        let seed: [u8; 8] = store::random()?;
        let rules = Rules {
            connector: &*self.member.connector,
            settings: &self.member.settings,
            limits: &self.member.limits,
            now: tx.now(),
            seed: u64::from_le_bytes(seed),
            random: store::random()?,
            worker: self.worker,
            seller: self.member.carrier.organization,
            #[cfg(feature = "planted")]
            planted: None,
        };
        Ok(core::step(s, input, &rules))
    }

    fn house_step(&self, tx: &mut Tx<'_>, s: &mut Situation) -> Result<Then, Error> {
        if s.action.state == model::action::State::Pending {
            s.change(model::action::Change::Start);
        }
        match self.house.step(tx, &s.action)? {
            Step::Wait(until) => {
                s.action.due = Some(until);
                Ok(Then::Rest(Duration::ZERO))
            }
            Step::HandOver => {
                // The connector's first call passes the carrier's breaker like every other: it is claimed anew.
                s.action.driver = Driver::Connector;
                s.action.due = Some(tx.now());
                Ok(Then::Rest(Duration::ZERO))
            }
            Step::Done(outcome) => {
                s.change(match outcome {
                    Outcome::Failed { .. } => model::action::Change::Cancel,
                    Outcome::Covered { .. } | Outcome::Fulfilled { .. } => model::action::Change::Complete,
                });
                s.action.due = None;
                Ok(Then::End(outcome))
            }
        }
    }

    /// Writes what changed; keeps the lease only when something is to be sent.
    fn write(
        &self,
        tx: &mut Tx<'_>,
        before: &Situation,
        mut after: Situation,
        then: Then,
    ) -> Result<Then, Error> {
        for attempt in after.attempts.iter().filter(|a| !before.attempts.contains(a)) {
            store::attempt::save(tx, attempt)?;
        }
        for prompt in after.prompts.iter().filter(|p| !before.prompts.contains(p)) {
            store::prompt::save(tx, prompt)?;
        }
        write_task(tx, before.task.as_ref(), after.task.as_ref())?;
        let pause = match &then {
            Then::Send { .. } => self.lease,
            Then::Rest(pause) => *pause,
            Then::End(outcome) => {
                self.house.ended(tx, &mut after.action, outcome)?;
                Duration::ZERO
            }
        };
        store::action::settle(tx, &before.action, &mut after.action, pause)?;
        Ok(then)
    }
}

/// A decided task gives way to a new one when the decision did not help.
fn write_task(tx: &mut Tx<'_>, before: Option<&Task>, after: Option<&Task>) -> Result<(), Error> {
    let Some(task) = after.filter(|t| before != Some(*t)) else { return Ok(()) };
    if let Some(former) = before.filter(|former| former.id != task.id && former.state != task::State::Applied)
    {
        store::task::apply(tx, former.id)?;
    }
    match task.state {
        task::State::Open => store::task::insert(tx, task).map(|_| ()),
        task::State::Decided | task::State::Applied => store::task::apply(tx, task.id),
    }
}
