//! The workers of a node: claim what is due, carry out what the core wants, store what came of it.

use crate::client::{Client, Failure};
use crate::core::{Input, Purpose, Then};
use crate::house::House;
use crate::pace::Pace;
use crate::roster::{Member, Roster};
use crate::settle::{Desk, Noted};
use crate::{feed, session};
use carriers::{Call, Registry, http};
use model::action::{Action, Driver};
use model::id::CarrierId;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::health::{self, Gate};
use store::{Error, Store};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Actions claimed in one transaction.
const BATCH: usize = 32;
/// A lease outlasts one call by this much.
const LEASE_MARGIN: Duration = Duration::from_secs(20);
/// What must be left of a lease beyond the call's deadline before it is sent.
const SEND_MARGIN: Duration = Duration::from_secs(5);
/// A carrier whose breaker opened is left alone for this long.
const COOL_DOWN: Duration = Duration::from_secs(10);

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
    client: Client,
    house: Arc<dyn House>,
    settings: Settings,
    /// Random per process.
    worker: String,
    paces: Mutex<HashMap<CarrierId, Arc<Pace>>>,
    /// Carriers whose last call failed: the next good answer is to be noted.
    suspects: Mutex<HashMap<CarrierId, ()>>,
    wake: Notify,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

/// A claimed action and the call that it wants.
struct Job {
    action: Action,
    call: Call,
    purpose: Purpose,
    member: Arc<Member>,
    _place: OwnedSemaphorePermit,
    /// Machine time from before the lease was asked for.
    leased: Duration,
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
        let client = Client::new().map_err(Error::Internal)?;
        let roster = Roster::new(store.clone(), registry);
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                roster,
                client,
                house,
                settings,
                worker,
                paces: Mutex::default(),
                suspects: Mutex::default(),
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

    /// Claims once for every carrier with something due and a free place; says how many. What is
    /// wrong with one carrier's actions does not hold up the others'.
    async fn claim_round(&self) -> Result<usize, Error> {
        // Not among the readers: callers that poll must not hold up the work that they poll for.
        let due = self.inner.store.write(store::action::due_carriers).await?;
        let (mut claimed, mut failed) = (0, None);
        for id in due {
            let Some(member) = self.inner.roster.by_id(id).await? else { continue };
            match self.claim(&member).await {
                Ok(count) => claimed += count,
                Err(error) => {
                    tracing::error!(carrier = member.carrier.name, %error, "its due work could not be claimed");
                    failed = Some(error);
                }
            }
        }
        match failed {
            Some(error) if claimed == 0 => Err(error),
            _ => Ok(claimed),
        }
    }

    fn pace(&self, member: &Member) -> Arc<Pace> {
        let mut paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(member.carrier.id).or_insert_with(|| Arc::new(Pace::new(&member.limits)));
        if !pace.fits(&member.limits) {
            *pace = Arc::new(Pace::new(&member.limits));
        }
        pace.clone()
    }

    async fn claim(&self, member: &Arc<Member>) -> Result<usize, Error> {
        let pace = self.pace(member);
        let mut places: Vec<_> = std::iter::from_fn(|| pace.enter()).take(BATCH).collect();
        if places.is_empty() {
            return Ok(0);
        }
        let (leased, limit) = (store::machine(), places.len() as i64);
        let (engine, of, lease) = (self.clone(), member.clone(), member.limits.timeout() + LEASE_MARGIN);
        let (count, ready) =
            self.inner.store.write(move |tx| engine.lease_batch(tx, &of, lease, limit)).await?;
        for action in ready {
            let Some(place) = places.pop() else { break };
            let (engine, member) = (self.clone(), member.clone());
            self.inner.tasks.spawn(async move {
                engine.begin(action, member, place, leased).await;
                // Its place is free: there may be more that waited for one.
                engine.wake();
            });
        }
        metrics::counter!("demarc_actions_claimed_total").increment(count as u64);
        Ok(count)
    }

    /// Leases due actions; gives back at once what the carrier's breaker keeps from being sent.
    fn lease_batch(
        &self,
        tx: &mut store::Tx<'_>,
        member: &Member,
        lease: Duration,
        limit: i64,
    ) -> Result<(usize, Vec<Action>), Error> {
        let claimed = store::action::claim(tx, member.carrier.id, lease, limit)?;
        let desk = self.desk(member, lease);
        let (mut ready, mut gate, count) = (Vec::new(), None, claimed.len());
        for action in claimed {
            if action.driver == Driver::Connector {
                let open = match gate {
                    Some(gate) => gate,
                    // A probe has as long as its action's lease.
                    None => health::gate(tx, member.carrier.id, lease)?,
                };
                if open != Gate::Open {
                    // Another node, or this one before it was started again, has seen it fail.
                    self.suspects().insert(member.carrier.id, ());
                }
                // After the one probe nothing more goes out in this round.
                gate = Some(if open == Gate::Probe { Gate::Closed(COOL_DOWN) } else { open });
                if let Gate::Closed(wait) = open {
                    desk.put_back(tx, &action, wait)?;
                    continue;
                }
            }
            ready.push(action);
        }
        Ok((count, ready))
    }

    /// Takes the first step of a leased action, in a transaction of its own: what is wrong with one action
    /// keeps no other from going on. It is tried again after its lease.
    async fn begin(
        &self,
        action: Action,
        member: Arc<Member>,
        place: OwnedSemaphorePermit,
        leased: Duration,
    ) {
        let (engine, of, lease) = (self.clone(), member.clone(), member.limits.timeout() + LEASE_MARGIN);
        let (number, fence) = (action.number, action.fence);
        let begun = self.inner.store.write(move |tx| match store::action::hold(tx, number, fence)? {
            Some(held) => engine.desk(&of, lease).advance(tx, held, Input::Claimed).map(Some),
            None => Ok(None),
        });
        match begun.await {
            Ok(Some(Then::Send { call, purpose })) => {
                self.carry_out(Job { action, call, purpose, member, _place: place, leased }).await;
            }
            Ok(_) => {}
            Err(error) => {
                let error: Error = error;
                metrics::counter!("demarc_actions_failed_total").increment(1);
                tracing::error!(action = number, %error, "an action cannot go on; it is tried again after its lease");
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
        loop {
            let last_start = (job.leased + lease).saturating_sub(timeout + SEND_MARGIN);
            let began = self.inner.store.clock().now();
            let (result, notes) =
                session::send(&self.inner.store, &self.inner.client, &job.member, &job.call, last_start)
                    .await;
            if !notes.is_empty() {
                self.note_health(&job.member, &result).await;
            }
            let leased = store::machine();
            match self.settle(&job, began, result, notes, lease).await {
                Ok(Some(Then::Send { call, purpose })) => {
                    (job.call, job.purpose, job.leased) = (call, purpose, leased);
                    pace.ready().await;
                }
                Ok(_) => return,
                Err(error) => {
                    tracing::error!(action = job.action.number, %error, "the outcome of a call could not be stored; it is reconciled after its lease");
                    return;
                }
            }
        }
    }

    /// Stores what came of a call and what is next. None: this worker had been replaced.
    async fn settle(
        &self,
        job: &Job,
        began: Timestamp,
        result: Result<http::Reply, Failure>,
        notes: Vec<Noted>,
        lease: Duration,
    ) -> Result<Option<Then>, Error> {
        let (engine, member) = (self.clone(), job.member.clone());
        let (number, id, fence) = (job.action.number, job.action.id, job.action.fence);
        let (call, purpose) = (job.call.clone(), job.purpose);
        let then = self
            .inner
            .store
            .write(move |tx| {
                let held = store::action::hold(tx, number, fence)?;
                let attempt = match (&held, purpose) {
                    (Some(action), Purpose::Attempt | Purpose::Lookup) => {
                        store::attempt::of_step(tx, id, action.step)?.last().map(|a| a.id)
                    }
                    _ => None,
                };
                for note in &notes {
                    note.store(tx, &member, Some(id), attempt)?;
                }
                let Some(action) = held else {
                    let late = notes.last().map(Noted::shown).unwrap_or_default();
                    store::attempt::keep_late(tx, id, fence, call.operation, &late)?;
                    return Ok(None);
                };
                let input = Input::Sent { call: &call, purpose, began, result: result.as_ref() };
                engine.desk(&member, lease).advance(tx, action, input).map(Some)
            })
            .await?;
        if then.is_none() {
            metrics::counter!("demarc_late_responses_total").increment(1);
        }
        Ok(then)
    }

    fn suspects(&self) -> MutexGuard<'_, HashMap<CarrierId, ()>> {
        self.inner.suspects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the carrier's breaker: only what says something of its health counts.
    async fn note_health(&self, member: &Member, result: &Result<http::Reply, Failure>) {
        let id = member.carrier.id;
        let well = matches!(result, Ok(reply) if reply.status < 500);
        let suspected = if well {
            self.suspects().remove(&id).is_some()
        } else {
            self.suspects().insert(id, ()).is_none()
        };
        let noted = match well {
            true if suspected => self.inner.store.write(move |tx| health::well(tx, id).map(|()| false)).await,
            true => return,
            false => self.inner.store.write(move |tx| health::failed(tx, id, COOL_DOWN)).await,
        };
        match noted {
            Ok(true) => tracing::warn!(
                carrier = member.carrier.name,
                "the carrier does not answer: left alone for a while"
            ),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a carrier's health could not be noted"),
        }
        metrics::counter!("demarc_carrier_answers_total", "carrier" => member.carrier.name.clone(), "well" => well.to_string()).increment(1);
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
        match feed::poll(&self.inner.store, &self.inner.client, member).await {
            Ok(0) => {}
            Ok(_) => self.wake(),
            Err(error) => {
                tracing::warn!(carrier = member.carrier.name, %error, "the carrier's feed could not be read")
            }
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
