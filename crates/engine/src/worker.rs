//! The workers of a node: claim what is due (`claim.rs`), carry out what the core wants, store what came
//! of it, and keep the carriers' breakers (`health.rs`).

mod claim;
mod health;

use crate::client::Failure;
use crate::core::{Input, Purpose, Then};
use crate::feed;
use crate::house::House;
use crate::pace::Pace;
use crate::roster::{Member, Roster};
use crate::session::Caller;
use crate::settle::{Desk, Done, Mark, Noted};
use carriers::{Call, Registry, http};
use model::action::Action;
use model::id::{ActionId, CarrierId};
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::health::Breaker;
use store::{Error, Store};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A lease outlasts one call by this much.
const LEASE_MARGIN: Duration = Duration::from_secs(20);
/// What must be left of a lease beyond the call's deadline before it is sent.
const SEND_MARGIN: Duration = Duration::from_secs(5);
/// An answer that could not be stored is stored again after this long.
const STORE_PAUSE: Duration = Duration::from_millis(250);

/// How a node works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How often to look for due work when nobody says that there is some.
    pub tick: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tick: Duration::from_millis(100) }
    }
}

#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    roster: Roster,
    caller: Caller,
    house: Arc<dyn House>,
    settings: Settings,
    /// Random per process.
    worker: String,
    paces: Mutex<HashMap<CarrierId, Arc<Pace>>>,
    health: health::Memory,
    wake: Notify,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

/// A claimed action and the call that it wants.
struct Job {
    action: Action,
    call: Call,
    purpose: Purpose,
    /// Where the action is while the call is out.
    mark: Mark,
    member: Arc<Member>,
    _place: OwnedSemaphorePermit,
    /// Machine time from before the lease was asked for.
    leased: Duration,
}

/// What came of a call, to be stored.
struct Answer {
    call: Call,
    purpose: Purpose,
    mark: Mark,
    began: Timestamp,
    result: Result<http::Reply, Failure>,
    notes: Vec<Noted>,
}

impl Engine {
    pub fn new(
        store: Store,
        registry: Registry,
        house: Arc<dyn House>,
        settings: Settings,
    ) -> Result<Self, Error> {
        let random: [u8; 8] = store::random()?;
        let worker = random.iter().map(|b| format!("{b:02x}")).collect();
        let caller = Caller::new(store.clone()).map_err(Error::Internal)?;
        let roster = Roster::new(store.clone(), registry);
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                roster,
                caller,
                house,
                settings,
                worker,
                paces: Mutex::default(),
                health: health::Memory::default(),
                wake: Notify::new(),
                stopping: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        })
    }

    pub fn roster(&self) -> &Roster {
        &self.inner.roster
    }

    /// There may be something due.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Begins to work.
    pub fn start(&self) {
        let claiming = self.clone();
        self.inner.tasks.spawn(async move { claiming.claim_until_stopped().await });
        let feeding = self.clone();
        self.inner.tasks.spawn(async move { feeding.feed_until_stopped().await });
        if self.inner.store.engine() == store::Engine::Postgres {
            let placing = self.clone();
            self.inner.tasks.spawn(async move { placing.place_until_stopped().await });
        }
    }

    /// Takes nothing new on, and waits for what is under way; what is not done by then is found
    /// again after its lease.
    pub async fn stop(&self, patience: Duration) {
        self.inner.stopping.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(patience, self.inner.tasks.wait()).await.is_err() {
            tracing::warn!(
                left = self.inner.tasks.len(),
                "stopped with calls under way; they are looked up at the next start"
            );
        }
    }

    async fn claim_until_stopped(&self) {
        let inner = &self.inner;
        while !inner.stopping.is_cancelled() {
            match self.claim_round().await {
                Ok(0) => {
                    tokio::select! {
                        () = inner.stopping.cancelled() => break,
                        () = inner.wake.notified() => {}
                        () = tokio::time::sleep(inner.settings.tick) => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "claiming due work failed");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    fn desk<'a>(&'a self, member: &'a Member, lease: Duration) -> Desk<'a> {
        Desk { member, house: &*self.inner.house, worker: &self.inner.worker, lease }
    }

    /// Makes the calls that an action wants, one after another, until it rests.
    async fn carry_out(&self, mut job: Job) {
        let timeout = job.member.limits.timeout();
        let lease = timeout + LEASE_MARGIN;
        let pace = self.pace(&job.member);
        let mut in_time = true;
        loop {
            let last_start = (job.leased + lease).saturating_sub(timeout + SEND_MARGIN);
            let began = self.inner.store.clock().now();
            let (result, notes) = match in_time {
                true => self.inner.caller.send(&job.member, &job.call, last_start).await,
                false => {
                    (Err(Failure::Ours("the carrier's rate leaves no room for it yet".into())), Vec::new())
                }
            };
            if !notes.is_empty() {
                self.note_health(&job.member, &result).await;
            }
            let leased = store::machine();
            match self.settle(&job, began, result, notes, lease).await {
                Ok(Some(Done { then: Then::Send { call, purpose }, mark })) => {
                    (job.call, job.purpose, job.mark, job.leased) = (call, purpose, mark, leased);
                    let patience = (leased + lease)
                        .saturating_sub(timeout + SEND_MARGIN)
                        .saturating_sub(store::machine());
                    in_time =
                        tokio::time::timeout(patience, pace.ready(&self.inner.store, job.action.carrier))
                            .await
                            .is_ok();
                }
                Ok(_) => return,
                Err(error) => {
                    tracing::error!(action = job.action.number, %error, "the outcome of a call could not be stored; it is reconciled after its lease");
                    return;
                }
            }
        }
    }

    /// Stores what came of a call and what is next: an answer in hand is not thrown away for a store that is
    /// out of reach for a moment. None: this worker had been replaced, or it is stored already.
    async fn settle(
        &self,
        job: &Job,
        began: Timestamp,
        result: Result<http::Reply, Failure>,
        notes: Vec<Noted>,
        lease: Duration,
    ) -> Result<Option<Done>, Error> {
        let answer = Arc::new(Answer {
            call: job.call.clone(),
            purpose: job.purpose,
            mark: job.mark.clone(),
            began,
            result,
            notes,
        });
        let mut again = false;
        loop {
            let (engine, member, answer) = (self.clone(), job.member.clone(), answer.clone());
            let (number, id, fence) = (job.action.number, job.action.id, job.action.fence);
            let stored = self.inner.store.write_patiently(move |tx| {
                let held = store::action::hold(tx, number, fence)?;
                engine.store_answer(tx, &member, held, (id, fence), &answer, again, lease)
            });
            match stored.await {
                Err(Error::Unavailable { .. } | Error::Full) if store::machine() < job.leased + lease => {
                    again = true;
                    tokio::time::sleep(STORE_PAUSE).await;
                }
                stored => return stored,
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a transaction's whole input")]
    fn store_answer(
        &self,
        tx: &mut store::Tx<'_>,
        member: &Member,
        held: Option<Action>,
        (id, fence): (ActionId, i64),
        answer: &Answer,
        again: bool,
        lease: Duration,
    ) -> Result<Option<Done>, Error> {
        let Some(action) = held else {
            metrics::counter!("demarc_late_responses_total").increment(1);
            let late = answer.notes.last().map(Noted::shown).unwrap_or_default();
            store::attempt::keep_late(tx, id, fence, answer.call.operation, &late)?;
            for note in answer.notes.iter().filter(|_| !again) {
                note.store(tx, member, Some(id), None)?;
            }
            return Ok(None);
        };
        let attempt = match answer.purpose {
            Purpose::Attempt | Purpose::Lookup => {
                store::attempt::of_step(tx, id, action.step)?.last().map(|a| a.id)
            }
            Purpose::Read => None,
        };
        let input = Input::Sent {
            call: &answer.call,
            purpose: answer.purpose,
            began: answer.began,
            result: answer.result.as_ref(),
        };
        let done = self.desk(member, lease).advance_once(tx, action, input, &answer.mark, again)?;
        for note in answer.notes.iter().filter(|_| done.is_some()) {
            note.store(tx, member, Some(id), attempt)?;
        }
        Ok(done)
    }

    async fn feed_until_stopped(&self) {
        let inner = &self.inner;
        loop {
            tokio::select! {
                () = inner.stopping.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            let Ok(table) = inner.roster.table().await else { continue };
            for member in table.all().filter(|m| feed::is_wanted(m, inner.store.clock().now())) {
                // Each by itself: one that does not answer holds up its own only, as its lease does not let it begin twice.
                let (engine, member) = (self.clone(), member.clone());
                inner.tasks.spawn(async move { engine.feed_once(&member).await });
            }
        }
    }

    async fn feed_once(&self, member: &Arc<Member>) {
        let read = match feed::poll(&self.inner.store, &self.inner.caller, member).await {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(carrier = member.carrier.name, %error, "the carrier's feed could not be read");
                return;
            }
        };
        // A feed that fails by itself says nothing of orders; one that was the probe does.
        if read.is_probe {
            self.inner.health.looked(member.carrier.id, Breaker::Ajar);
            self.note_health(member, &read.result).await;
        }
        if read.told > 0 {
            self.wake();
        }
    }

    async fn place_until_stopped(&self) {
        const MOST: i64 = 5_000;
        let inner = &self.inner;
        loop {
            let placed =
                inner.store.write(|tx| store::event::place(tx, MOST)).await.unwrap_or_else(|error: Error| {
                    tracing::warn!(%error, "events could not be placed");
                    0
                });
            if placed < MOST as u64 {
                tokio::select! {
                    () = inner.stopping.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_millis(200)) => {}
                }
            }
        }
    }
}
