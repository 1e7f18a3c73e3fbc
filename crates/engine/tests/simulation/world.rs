//! The simulated world: one seed, one run, event after event in virtual time.

use crate::carrier::Carrier;
use crate::law;
use crate::plan::Plan;
use crate::random::Random;
use crate::store::{Row, Store};
use crate::worker::{Ticket, Worker, limits};
use carriers::Limits;
use carriers::http::{Reply, Request};
use engine::Failure;
use engine::core::Planted;
use engine::situation::Situation;
use model::attempt::State;
use model::id::TaskId;
use model::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// In microseconds, as all times here.
pub const SECOND: u64 = 1_000_000;
/// Business time at the beginning of machine time.
const EPOCH: i64 = 1_800_000_000_000_000;
/// More than this and the run does not come to rest.
const MOST_EVENTS: u64 = 20_000;

/// A mistake to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    Core(Planted),
    Shell(Shell),
}

/// Mistakes around the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// A replaced worker may still write.
    NoFence,
    /// A call is sent before its attempt is committed.
    SendsBeforeCommit,
    /// What a dead worker has leased is never taken over.
    LeaseNeverExpires,
    /// What is left of the lease is not looked at before sending.
    SendsWithoutLease,
    /// A connection that was reset is taken for one that was refused.
    ResetIsNotSent,
    /// A backup is put in place as if nothing had been sent since.
    ForgetsTheRestore,
}

pub enum Event {
    /// A request reaches the carrier.
    Act {
        request: Request,
        answer_to: Option<Ticket>,
    },
    /// What came of a call reaches its worker.
    Answered {
        ticket: Ticket,
        result: Result<Reply, Failure>,
    },
    Awake {
        worker: usize,
        life: u64,
    },
    Crash {
        worker: usize,
        life: u64,
    },
    Restart {
        worker: usize,
    },
    Caller {
        action: usize,
    },
    Customer {
        action: usize,
        approve: bool,
    },
    Person {
        action: usize,
        task: TaskId,
    },
    Observe {
        action: usize,
    },
    Jump(i64),
    Copy,
    Restore,
}

/// What a run came across.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    pub crashes: u64,
    pub late: u64,
    pub too_late: u64,
    pub answers: u64,
    pub decisions: u64,
    pub observations: u64,
    pub restores: u64,
    pub unknown: u64,
    pub adopted: u64,
    pub absent: u64,
    pub done: u64,
    pub canceled: u64,
}

impl Seen {
    pub fn count(&mut self, before: &Situation, after: &Situation) {
        let was = |state| before.attempts.iter().any(|a| a.state == state);
        let is = |state| after.attempts.iter().any(|a| a.state == state);
        self.unknown += u64::from(!was(State::Unknown) && is(State::Unknown));
        self.adopted += u64::from(was(State::Reconciling) && !was(State::Confirmed) && is(State::Confirmed));
        self.absent += u64::from(!was(State::Absent) && is(State::Absent));
    }

    pub fn add(&mut self, other: Seen) {
        self.crashes += other.crashes;
        self.late += other.late;
        self.too_late += other.too_late;
        self.answers += other.answers;
        self.decisions += other.decisions;
        self.observations += other.observations;
        self.restores += other.restores;
        self.unknown += other.unknown;
        self.adopted += other.adopted;
        self.absent += other.absent;
        self.done += other.done;
        self.canceled += other.canceled;
    }
}

pub struct World {
    pub plan: Plan,
    pub mistake: Option<Mistake>,
    pub random: Random,
    /// Machine time.
    pub now: u64,
    /// What business time is ahead of machine time.
    offset: i64,
    pub store: Store,
    copy: Option<Store>,
    pub carrier: Carrier,
    pub workers: Vec<Worker>,
    pub settings: Value,
    pub limits: Limits,
    queue: BTreeMap<(u64, u64), Event>,
    queued: u64,
    pub calls: u64,
    pub seen: Seen,
    hash: DefaultHasher,
    trace: Option<Vec<String>>,
}

/// How a run went: what it came across and the hash of all that happened, or the law it broke.
pub struct Run {
    pub result: Result<Seen, String>,
    pub hash: u64,
    pub trace: Vec<String>,
}

pub fn run(seed: u64, mistake: Option<Mistake>, traced: bool) -> Run {
    let mut world = World::new(seed, mistake, traced);
    let result = world.play().map(|()| world.seen);
    Run { result, hash: world.hash.finish(), trace: world.trace.unwrap_or_default() }
}

impl World {
    fn new(seed: u64, mistake: Option<Mistake>, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let plan = Plan::draw(&mut random);
        let settings = json!({"url": "http://carrier", "name": "sim", "classes": {"order": plan.class}});
        let mut world = Self {
            mistake,
            random,
            now: 0,
            offset: EPOCH,
            store: Store::default(),
            copy: None,
            carrier: Carrier::new(plan.class),
            workers: (0..plan.workers).map(|_| Worker::default()).collect(),
            settings,
            limits: limits(),
            queue: BTreeMap::new(),
            queued: 0,
            calls: 0,
            seen: Seen::default(),
            hash: DefaultHasher::new(),
            trace: traced.then(Vec::new),
            plan,
        };
        for number in 0..world.plan.actions {
            let action =
                world.plan.action(number as i64 + 1, &mut world.random, Timestamp::from_micros(EPOCH));
            world.store.rows.push(Row::new(action));
        }
        for (at, far) in world.plan.jumps.clone() {
            world.at(at, Event::Jump(far));
        }
        if let Some((copied, restored)) = world.plan.restore {
            world.at(copied, Event::Copy);
            world.at(restored, Event::Restore);
        }
        world.note_world("plan", seed, 0, |world| format!("{:?}", world.plan));
        world
    }

    pub fn business(&self) -> Timestamp {
        Timestamp::from_micros(self.now as i64 + self.offset)
    }

    pub fn at(&mut self, when: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((when.max(self.now), self.queued), event);
    }

    /// Whether things may still go wrong.
    pub fn is_troubled(&self) -> bool {
        self.calls < self.plan.trouble_ends
    }

    /// Remembers what happened: in the hash always, in words when asked.
    pub fn note(&mut self, what: &'static str, a: u64, b: u64, words: impl FnOnce() -> String) {
        self.note_world(what, a, b, |_| words());
    }

    pub fn note_world(&mut self, what: &'static str, a: u64, b: u64, words: impl FnOnce(&World) -> String) {
        (what, a, b, self.now).hash(&mut self.hash);
        let words = self.trace.is_some().then(|| words(self));
        if let (Some(trace), Some(words)) = (&mut self.trace, words) {
            trace.push(format!("{:>12.6} {what}: {words}", self.now as f64 / SECOND as f64));
        }
    }

    /// The next action that a worker could claim, and when.
    fn next_claim(&self) -> Option<(u64, usize)> {
        if !(0..self.workers.len()).any(|w| self.is_idle(w)) {
            return None;
        }
        let never_taken_over = self.mistake == Some(Mistake::Shell(Shell::LeaseNeverExpires));
        let free = self.store.rows.iter().enumerate().filter(|(_, row)| !(never_taken_over && row.is_leased));
        free.filter_map(|(n, row)| Some((row.claimable_at(self.offset)?.max(self.now), n))).min()
    }

    fn play(&mut self) -> Result<(), String> {
        for _ in 0..MOST_EVENTS {
            let event = self.queue.first_key_value().map(|(key, _)| *key);
            match (self.next_claim(), event) {
                (Some((at, action)), event) if event.is_none_or(|(when, _)| at <= when) => {
                    self.now = at;
                    let idle: Vec<_> = (0..self.workers.len()).filter(|w| self.is_idle(*w)).collect();
                    let worker = self.random.pick(&idle);
                    self.claim(worker, action)?;
                }
                (_, Some(key)) => {
                    self.now = key.0;
                    if let Some(event) = self.queue.remove(&key) {
                        self.happen(event)?;
                    }
                }
                (_, None) => {
                    for row in &self.store.rows {
                        let done = row.action.state == model::action::State::Done;
                        self.seen.done += u64::from(done);
                        self.seen.canceled += u64::from(!done && row.action.state.is_final());
                    }
                    return law::of_run(self);
                }
            }
        }
        Err(format!(
            "does not come to rest: {:?}",
            self.store.rows.iter().map(|r| r.action.state).collect::<Vec<_>>()
        ))
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Act { request, answer_to } => {
                let reply = self.carrier.act(&request, self.now);
                self.note("act", u64::from(reply.status), self.carrier.orders.len() as u64, || {
                    format!("the carrier answers {} {}", reply.status, String::from_utf8_lossy(&reply.body))
                });
                if let Some(ticket) = answer_to {
                    let at = self.now + self.random.between(SECOND / 100, SECOND / 5);
                    self.at(at, Event::Answered { ticket, result: Ok(reply) });
                }
                self.announce();
            }
            Event::Answered { ticket, result } => self.answered(ticket, result)?,
            Event::Awake { worker, life } if self.workers[worker].life == life => self.awake(worker)?,
            Event::Crash { worker, life } if self.workers[worker].life == life => self.die(worker),
            Event::Awake { .. } | Event::Crash { .. } => {}
            Event::Restart { worker } => {
                self.workers[worker].is_down = false;
                self.workers[worker].asleep_until = 0;
                if self.workers.len() == 1 && self.mistake != Some(Mistake::Shell(Shell::LeaseNeverExpires)) {
                    self.store.void_leases();
                }
            }
            Event::Caller { action } => self.caller(action)?,
            Event::Customer { action, approve } => {
                self.customer(action, approve);
                self.announce();
            }
            Event::Person { action, task } => self.person(action, task),
            Event::Observe { action } => self.observe(action)?,
            Event::Jump(far) => {
                self.offset += far;
                self.note("jump", far as u64, 0, || {
                    format!("business time jumps by {} s", far / SECOND as i64)
                });
            }
            Event::Copy => self.copy = Some(self.store.clone()),
            Event::Restore => self.restore(),
        }
        Ok(())
    }

    fn restore(&mut self) {
        let Some(mut copy) = self.copy.take() else { return };
        for worker in 0..self.workers.len() {
            if !self.workers[worker].is_down {
                self.die(worker);
            }
        }
        if self.mistake == Some(Mistake::Shell(Shell::ForgetsTheRestore)) {
            copy.void_leases();
        } else {
            copy.mark_restored();
        }
        self.store = copy;
        self.seen.restores += 1;
        self.note("restore", 0, 0, || "a backup takes the place of the store".into());
        for action in 0..self.store.rows.len() {
            self.invite(action);
        }
    }
}
