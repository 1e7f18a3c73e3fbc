//! The workers, as the engine's: claim, arm, send, settle; each can die or sleep at every step.

use crate::fault::{Fault, Seen};
use crate::law;
use crate::world::{Event, Mistake, SECOND, Shell, World};
use carriers::http::Reply;
use carriers::{Call, Context, Limits, Task};
use engine::Failure;
use engine::core::{self, Input, Purpose, Rules, Then};
use engine::situation::Situation;
use model::action::Action;
use model::attempt;
use model::id::{Identity, OrganizationId};
use model::time::Timestamp;
use serde_json::Value;

/// The engine's own: `carriers::Limits::default` and the margins of `engine::worker`.
const TIMEOUT: u64 = 10 * SECOND;
const LEASE: u64 = 30 * SECOND;
const SEND_MARGIN: u64 = 5 * SECOND;

#[derive(Default)]
pub struct Worker {
    /// A new one with each start: what was meant for an earlier one never arrives.
    pub life: u64,
    pub is_down: bool,
    pub asleep_until: u64,
    pub lease: Option<Lease>,
    pub job: Option<Job>,
}

/// An action that was leased and not begun.
#[derive(Clone, Copy)]
pub struct Lease {
    action: usize,
    fence: i64,
    /// Machine time from before it was asked for.
    leased: u64,
}

#[derive(Clone)]
pub struct Job {
    action: usize,
    fence: i64,
    call: Call,
    purpose: Purpose,
    /// Machine time from before the lease was asked for.
    leased: u64,
    claimed: u64,
    /// The number of the call that is out, and when it began.
    out: u64,
    began: Timestamp,
}

/// Where an answer goes.
#[derive(Clone, Copy)]
pub struct Ticket {
    pub worker: usize,
    pub life: u64,
    call: u64,
}

impl World {
    pub fn is_idle(&self, worker: usize) -> bool {
        let of = &self.workers[worker];
        !of.is_down && of.lease.is_none() && of.job.is_none() && of.asleep_until <= self.now
    }

    fn step(&mut self, s: &mut Situation, input: Input<'_>, worker: usize) -> Then {
        let name = format!("{worker}.{}", self.workers[worker].life);
        let (seed, random) = (self.random.number(), self.random.bytes());
        let rules = Rules {
            connector: &carriers::sandbox::Sandbox,
            settings: &self.settings,
            limits: &self.limits,
            now: self.business(),
            seed,
            random,
            worker: &name,
            seller: OrganizationId::from_bytes([9; 16]),
            planted: match self.mistake {
                Some(Mistake::Core(planted)) => Some(planted),
                _ => None,
            },
        };
        core::step(s, input, &rules)
    }

    pub fn observed(&self, action: &Action, state: &Value) -> Value {
        let reference = attempt::reference(action.id, action.step, 64);
        let task = Task { reference: &reference, work: &action.request.work };
        let context = Context { settings: &self.settings, now: self.business(), seed: 0 };
        let told = carriers::Input::Observed(state);
        carriers::Connector::read(&carriers::sandbox::Sandbox, context, task, &action.progress, told).0
    }

    pub fn die(&mut self, worker: usize) {
        let of = &mut self.workers[worker];
        *of = Worker { life: of.life + 1, is_down: true, ..Worker::default() };
        let back = self.now + self.random.between(SECOND, 60 * SECOND);
        self.at(back, Event::Restart { worker });
        self.seen.crashes += 1;
        self.note("crash", worker as u64, 0, || format!("worker {worker} dies"));
    }

    fn dies(&mut self) -> bool {
        let percent = self.plan.crashes;
        self.is_troubled() && self.random.chance(percent)
    }

    /// Leases an action, and commits that.
    pub fn claim(&mut self, worker: usize, action: usize) -> Result<(), String> {
        let leased = self.now;
        let row = &mut self.store.rows[action];
        row.action.fence += 1;
        (row.ready_at, row.is_leased) = (leased + LEASE, true);
        self.workers[worker].lease = Some(Lease { action, fence: row.action.fence, leased });
        self.note("claim", worker as u64, action as u64, || format!("worker {worker} leases {action}"));
        if self.dies() {
            self.die(worker);
            return Ok(());
        }
        if self.sleeps(worker, "before it begins") { Ok(()) } else { self.begin(worker) }
    }

    /// Takes the first step, if the lease still holds.
    fn begin(&mut self, worker: usize) -> Result<(), String> {
        let Some(Lease { action, fence, leased }) = self.workers[worker].lease.take() else { return Ok(()) };
        if self.is_replaced(action, fence) {
            self.seen.late += 1;
            return Ok(());
        }
        let mut s = self.store.rows[action].load();
        let before = s.clone();
        let then = self.step(&mut s, Input::Claimed, worker);
        self.note("begin", worker as u64, action as u64, || {
            format!("worker {worker} begins {action}: {}", told(&then))
        });
        if self.dies() {
            if let (Then::Send { call, .. }, Some(Mistake::Shell(Shell::SendsBeforeCommit))) =
                (&then, self.mistake)
            {
                self.emit(call.clone(), None);
            }
            self.die(worker);
            return Ok(());
        }
        self.commit(action, before, s, &then, self.now)?;
        if let Then::Send { call, purpose } = then {
            let (claimed, began) = (self.now, self.business());
            self.set_out(worker, Job { action, fence, call, purpose, leased, claimed, out: 0, began });
        }
        Ok(())
    }

    /// Whether somebody else has leased it since.
    fn is_replaced(&self, action: usize, fence: i64) -> bool {
        self.store.rows[action].action.fence != fence && self.mistake != Some(Mistake::Shell(Shell::NoFence))
    }

    /// Whether it stops here for a while, without knowing.
    fn sleeps(&mut self, worker: usize, words: &'static str) -> bool {
        if !self.is_troubled() || !self.random.chance(self.plan.pauses) {
            return false;
        }
        let until = self.now + self.random.between(SECOND, 300 * SECOND);
        self.workers[worker].asleep_until = until;
        let life = self.workers[worker].life;
        self.at(until, Event::Awake { worker, life });
        self.note("sleep", worker as u64, until, || format!("worker {worker} sleeps {words}"));
        true
    }

    pub fn awake(&mut self, worker: usize) -> Result<(), String> {
        if self.workers[worker].lease.is_some() {
            return self.begin(worker);
        }
        self.send(worker);
        Ok(())
    }

    fn commit(
        &mut self,
        action: usize,
        before: Situation,
        after: Situation,
        then: &Then,
        claimed: u64,
    ) -> Result<(), String> {
        let stored = self.store.rows[action].attempts.clone();
        self.seen.count(&before, &after);
        let now = self.now;
        let row = &mut self.store.rows[action];
        row.save(after, then, now, LEASE);
        law::of_commit(&before, &stored, row)?;
        if row.ended {
            law::of_end(self, &self.store.rows[action], claimed)?;
        }
        self.note_world("commit", action as u64, self.store.rows[action].action.version as u64, |world| {
            let row = &world.store.rows[action];
            let last = row
                .attempts
                .last()
                .map(|a| format!("{} {} {} sends {}", a.operation, a.class, a.state, a.sends));
            format!(
                "action {action} is {} in step {}, {last:?}; {}",
                row.action.state, row.action.step, row.action.progress
            )
        });
        self.invite(action);
        Ok(())
    }

    /// Between the commit that armed a call and its sending.
    fn set_out(&mut self, worker: usize, job: Job) {
        if self.dies() {
            return self.die(worker);
        }
        if self.is_troubled() && self.random.chance(self.plan.doubts) {
            // The commit was reported as failed: the worker leaves it alone.
            self.workers[worker].job = None;
            return;
        }
        self.workers[worker].job = Some(job);
        if !self.sleeps(worker, "before it sends") {
            self.send(worker);
        }
    }

    /// Looks at the lease and sends; nothing comes between the two.
    pub fn send(&mut self, worker: usize) {
        let Some(mut job) = self.workers[worker].job.clone() else { return };
        self.calls += 1;
        (job.out, job.began) = (self.calls, self.business());
        let ticket = Ticket { worker, life: self.workers[worker].life, call: job.out };
        let left = (job.leased + LEASE).saturating_sub(self.now);
        let call = job.call.clone();
        self.workers[worker].job = Some(job);
        if left < TIMEOUT + SEND_MARGIN && self.mistake != Some(Mistake::Shell(Shell::SendsWithoutLease)) {
            self.seen.too_late += 1;
            let result = Err(Failure::Ours("too little of the lease was left".into()));
            return self.at(self.now, Event::Answered { ticket, result });
        }
        self.emit(call, Some(ticket));
        if self.dies() {
            let at = self.now + self.random.below(TIMEOUT);
            self.at(at, Event::Crash { worker, life: ticket.life });
        } else if self.is_troubled() && self.random.chance(self.plan.pauses) {
            self.workers[worker].asleep_until = self.now + self.random.between(SECOND, 300 * SECOND);
            self.note("sleep", worker as u64, 1, || format!("worker {worker} sleeps after it has sent"));
        }
    }

    /// The request on its way, and what comes back of it.
    fn emit(&mut self, call: Call, ticket: Option<Ticket>) {
        let wrong = self.is_troubled() && self.random.chance(self.plan.faults);
        let fault = if wrong { Fault::draw(&mut self.random) } else { Fault::none(&mut self.random) };
        self.note("send", self.calls, u64::from(wrong), || {
            format!("sends {} {} {fault:?}", call.operation, call.request.url)
        });
        let deadline = self.now + TIMEOUT;
        let soon = self.now + self.random.between(SECOND / 100, SECOND);
        let own = matches!(fault.seen, Seen::Answer).then_some(ticket).flatten();
        if let Some(delay) = fault.acted_on {
            self.at(self.now + delay, Event::Act { request: call.request, answer_to: own });
        }
        let Some(ticket) = ticket else { return };
        let cut = match self.mistake {
            Some(Mistake::Shell(Shell::ResetIsNotSent)) => Failure::NotSent("reset".into()),
            _ => Failure::Lost("reset".into()),
        };
        let (at, result) = match fault.seen {
            Seen::Answer => return,
            Seen::Refused => (soon, Err(Failure::NotSent("refused".into()))),
            Seen::Cut => (soon, Err(cut)),
            Seen::Nothing => (deadline, Err(Failure::Lost("no whole answer".into()))),
            Seen::Other(reply) => (soon, Ok(reply)),
        };
        self.at(at, Event::Answered { ticket, result });
    }

    pub fn answered(&mut self, ticket: Ticket, result: Result<Reply, Failure>) -> Result<(), String> {
        let of = &self.workers[ticket.worker];
        if of.life != ticket.life || of.job.as_ref().is_none_or(|job| job.out != ticket.call) {
            return Ok(());
        }
        if of.asleep_until > self.now {
            let at = of.asleep_until;
            self.at(at, Event::Answered { ticket, result });
            return Ok(());
        }
        self.settle(ticket.worker, result)
    }

    fn settle(&mut self, worker: usize, result: Result<Reply, Failure>) -> Result<(), String> {
        let Some(job) = self.workers[worker].job.take() else { return Ok(()) };
        if self.is_replaced(job.action, job.fence) {
            self.seen.late += 1;
            self.note("late", worker as u64, job.action as u64, || {
                format!("worker {worker} was replaced: {result:?}")
            });
            return Ok(());
        }
        let before = self.store.rows[job.action].load();
        let mut s = before.clone();
        let input =
            Input::Sent { call: &job.call, purpose: job.purpose, began: job.began, result: result.as_ref() };
        let then = self.step(&mut s, input, worker);
        self.note("settle", worker as u64, job.action as u64, || {
            format!("worker {worker}: {} gave {result:?}: {}", job.call.operation, told(&then))
        });
        if self.dies() {
            self.die(worker);
            return Ok(());
        }
        let leased = self.now;
        self.commit(job.action, before, s, &then, job.claimed)?;
        if let Then::Send { call, purpose } = then {
            self.set_out(worker, Job { call, purpose, leased, out: 0, ..job });
        }
        Ok(())
    }
}

pub fn limits() -> Limits {
    let limits = Limits { prompt_limit_s: 60, ..Limits::default() };
    assert_eq!(limits.timeout().as_micros() as u64, TIMEOUT);
    limits
}

fn told(then: &Then) -> String {
    match then {
        Then::Send { call, purpose } => format!("send {} ({purpose:?})", call.operation),
        other => format!("{other:?}"),
    }
}
