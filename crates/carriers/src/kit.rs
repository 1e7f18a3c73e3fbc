//! The laws that every connector must hold, for its tests: given the connector, settings, works and
//! samples of what its carrier says, the kit walks through all states that they lead to and answers
//! with everything that broke a law. It knows no carrier, and nothing here is used by the program.

mod capability;
mod garbage;
mod state;
mod word;

use crate::connector::{Connector, Context, Found, Input, Next, Progress, Task};
use crate::http::Reply;
use model::action::Work;
use model::attempt::{Attempt, Class};
use model::id::{ActionId, AttemptId, Identity};
use model::time::Timestamp;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a connector's tests bring along.
pub struct Kit<'a> {
    pub connector: &'a dyn Connector,
    /// Settings that it has to accept.
    pub settings: Value,
    /// One of each kind at least.
    pub works: Vec<Work>,
    /// Answers that the carrier gives. Where an answer repeats our reference it is [`reference`].
    pub samples: Vec<Sample>,
    /// What shows the classes that the connector claims.
    pub proofs: Vec<Proof>,
    /// Progress as every release wrote it.
    pub stored: Vec<Stored>,
}

/// An answer of the carrier to an operation.
#[derive(Debug, Clone)]
pub struct Sample {
    pub operation: &'static str,
    pub reply: Reply,
}

/// An answer of the carrier that its class rests on, recorded or published.
#[derive(Debug, Clone)]
pub enum Proof {
    /// To the same mutating call under the same reference, sent again: the first order (class A).
    Repeated(Sample),
    /// The same, and the carrier refuses it as a duplicate (class B).
    Duplicate(Sample),
    /// To a look-up of a call that arrived (class C).
    Found(Sample),
    /// To a look-up of a call that never arrived (class C).
    Absent(Sample),
}

/// A progress that a release has written, and what has to come of it for ever.
#[derive(Debug, Clone)]
pub struct Stored {
    pub name: String,
    /// Which of the works it belongs to.
    pub work: usize,
    pub progress: Progress,
    /// As [`word`] says it.
    pub next: String,
}

/// Our reference in the kit's calls, as long as the carrier keeps it.
pub fn reference(connector: &dyn Connector) -> String {
    model::attempt::reference(ActionId::from_bytes([0xff; 16]), 0, connector.capabilities().reference_limit)
}

/// What is next, in one line: `call order`, `wait`, `ask otp`, `done`, `failed`.
pub fn word(next: &Next) -> String {
    match next {
        Next::Call(call) => format!("call {}", call.operation),
        Next::Wait(_) => "wait".into(),
        Next::Ask(ask) => format!("ask {}", ask.kind),
        Next::Done(crate::Outcome::Failed { .. }) => "failed".into(),
        Next::Done(_) => "done".into(),
    }
}

impl Kit<'_> {
    /// Everything that breaks a law, each named once.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut broken = Vec::new();
        capability::check(self, &mut broken);
        state::check(self, &mut broken);
        self.check_stored(&mut broken);
        broken.sort();
        broken.dedup();
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }

    fn check_stored(&self, broken: &mut Vec<String>) {
        for stored in &self.stored {
            let Some(work) = self.works.get(stored.work) else {
                broken.push(format!("stored progress `{}`: there is no work {}", stored.name, stored.work));
                continue;
            };
            let next = self.guarded(broken, "next", || self.next(work, &stored.progress, 0));
            if let Some(next) = next.filter(|next| word(next) != stored.next) {
                broken.push(format!(
                    "stored progress `{}` is no longer read: `{}` comes of it, not `{}`",
                    stored.name,
                    word(&next),
                    stored.next
                ));
            }
        }
    }

    /// `moment` stands for another time and other randomness.
    fn context(&self, moment: u64) -> Context<'_> {
        let now = Timestamp::from_micros(1_800_000_000_000_000 + 86_400_000_000 * moment as i64);
        Context { settings: &self.settings, now, seed: moment }
    }

    fn next(&self, work: &Work, progress: &Progress, moment: u64) -> Next {
        let reference = reference(self.connector);
        self.connector.next(self.context(moment), Task { reference: &reference, work }, progress)
    }

    fn read(&self, work: &Work, progress: &Progress, input: Input<'_>) -> (Progress, crate::Verdict) {
        let reference = reference(self.connector);
        self.connector.read(self.context(0), Task { reference: &reference, work }, progress, input)
    }

    fn found(&self, operation: &str, reply: &Reply) -> Found {
        self.connector.found(&self.attempt(operation), reply)
    }

    /// An attempt of an operation whose outcome is unknown.
    fn attempt(&self, operation: &str) -> Attempt {
        Attempt {
            id: AttemptId::from_bytes([1; 16]),
            action: ActionId::from_bytes([0xff; 16]),
            step: 0,
            number: 1,
            operation: operation.to_owned(),
            reference: reference(self.connector),
            class: Class::C,
            state: model::attempt::State::Reconciling,
            orphaned: false,
            sends: 1,
            misses: 0,
            unclear: 0,
            body_hash: Vec::new(),
            worker: "kit".into(),
            fence: 1,
            armed: self.context(0).now,
        }
    }

    /// Runs a function of the connector; that it panics is a violation.
    fn guarded<T>(&self, broken: &mut Vec<String>, what: &str, run: impl FnOnce() -> T) -> Option<T> {
        let result = catch_unwind(AssertUnwindSafe(run));
        if result.is_err() {
            broken.push(format!("`{what}` panics"));
        }
        result.ok()
    }
}
