//! Claiming: what is due is leased in batches, as much as the carrier's limits and its breaker let through.

use super::health::COOL_DOWN;
use super::{Engine, Job, LEASE_MARGIN};
use crate::core::{Input, Then};
use crate::pace::{self, Pace};
use crate::roster::Member;
use crate::settle::{Desk, Done};
use model::action::{Action, Driver};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::action::Which;
use store::health::{self, Breaker, Gate};
use store::{Error, Tx};
use tokio::sync::OwnedSemaphorePermit;

/// Actions claimed in one transaction.
const BATCH: usize = 32;

/// How far a leased action may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Free,
    /// Whether the carrier is well again is seen by what comes of its call.
    Probe,
    /// Nothing may be sent.
    Shut,
}

/// What one transaction leased.
struct Leased {
    ready: Vec<(Action, Pass)>,
    breaker: Option<Breaker>,
    /// Calls of the carrier's rate for the rounds that follow.
    reserved: Vec<Duration>,
}

/// The calls that may be made of what is leased.
#[derive(Debug, Clone, Copy)]
struct Calls {
    at_hand: usize,
    /// The carrier's rate, when its store is to be asked for more.
    wanted: Option<u32>,
}

impl Engine {
    /// Claims once for every carrier with something due and a free place; says how many. What is
    /// wrong with one carrier's actions does not hold up the others'.
    pub(super) async fn claim_round(&self) -> Result<usize, Error> {
        // Not among the readers: callers that poll must not hold up the work that they poll for.
        let due = self.inner.store.write_patiently(store::action::due_carriers).await?;
        let (mut claimed, mut failed) = (0, None);
        for due in due {
            let closed = self.inner.health.is_closed(due.carrier);
            if closed && !due.house {
                continue;
            }
            let Some(member) = self.inner.roster.by_id(due.carrier).await? else { continue };
            match self.claim(&member, closed).await {
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

    pub(super) fn pace(&self, member: &Member) -> Arc<Pace> {
        let mut paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(member.carrier.id).or_insert_with(|| Arc::new(Pace::new(&member.limits)));
        if !pace.fits(&member.limits) {
            *pace = Arc::new(Pace::new(&member.limits));
        }
        pace.clone()
    }

    /// `closed`: it is known that the house's actions are all that can go on.
    async fn claim(&self, member: &Arc<Member>, closed: bool) -> Result<usize, Error> {
        let pace = self.pace(member);
        let mut places: Vec<_> = std::iter::from_fn(|| pace.enter()).take(BATCH).collect();
        if places.is_empty() {
            return Ok(0);
        }
        let mut taken = if closed { Vec::new() } else { pace.take(places.len()) };
        let calls = (!closed).then(|| Calls { at_hand: taken.len(), wanted: pace.wants() });
        let (leased, limit) = (store::machine(), places.len());
        let of = member.clone();
        let claimed = self.inner.store.write_patiently(move |tx| lease_batch(tx, &of, limit, calls)).await;
        let begun = |claimed: &Leased| {
            claimed
                .ready
                .iter()
                .filter(|(a, pass)| a.driver == Driver::Connector && *pass != Pass::Shut)
                .count()
        };
        // What is claimed has its call in the carrier's rate; what was not claimed leaves it to others.
        pace.give(taken.split_off(claimed.as_ref().map_or(0, begun).min(taken.len())));
        let claimed = claimed?;
        let reserved = claimed.reserved.len();
        pace.give(claimed.reserved);
        if let Some(breaker) = claimed.breaker {
            self.inner.health.looked(member.carrier.id, breaker);
        }
        let count = claimed.ready.len();
        for (action, pass) in claimed.ready {
            let Some(place) = places.pop() else { break };
            let (engine, member) = (self.clone(), member.clone());
            self.inner.tasks.spawn(async move {
                engine.begin(action, pass, member, place, leased).await;
                // Its place is free: there may be more that waited for one.
                engine.wake();
            });
        }
        metrics::counter!("demarc_actions_claimed_total").increment(count as u64);
        // With calls at hand there is something to claim.
        Ok(count + reserved)
    }

    /// Takes the first step of a leased action, in a transaction of its own: what is wrong with one action
    /// keeps no other from going on. It is tried again after its lease.
    async fn begin(
        &self,
        action: Action,
        pass: Pass,
        member: Arc<Member>,
        place: OwnedSemaphorePermit,
        leased: Duration,
    ) {
        let (engine, of) = (self.clone(), member.clone());
        let (number, fence, carrier) = (action.number, action.fence, action.carrier);
        let begun = self.inner.store.write_patiently(move |tx| {
            let Some(held) = store::action::hold(tx, number, fence)? else { return Ok(None) };
            let input = if pass == Pass::Shut { Input::Shut } else { Input::Claimed };
            let desk = Desk {
                member: &of,
                house: &*engine.inner.house,
                worker: &engine.inner.worker,
                lease: lease(&of),
            };
            let done = desk.advance(tx, held, input)?;
            if pass == Pass::Probe && !matches!(done.then, Then::Send { .. }) {
                health::unused(tx, carrier)?;
            }
            Ok(Some(done))
        });
        match begun.await {
            Ok(Some(Done { then: Then::Send { call, purpose }, mark })) => {
                self.carry_out(Job { action, call, purpose, mark, member, _place: place, leased }).await;
            }
            Ok(_) => {}
            Err(error) => {
                let error: Error = error;
                metrics::counter!("demarc_actions_failed_total").increment(1);
                tracing::error!(action = number, %error, "an action cannot go on; it is tried again after its lease");
                if pass == Pass::Probe {
                    let _: Result<(), Error> =
                        self.inner.store.write_patiently(move |tx| health::unused(tx, carrier)).await;
                }
            }
        }
    }
}

fn lease(member: &Member) -> Duration {
    member.limits.timeout() + LEASE_MARGIN
}

/// Leases at most `limit` due actions, of those that want calls as many as are at hand, and asks for more calls
/// when some are left; without calls the breaker is known to be closed.
fn lease_batch(
    tx: &mut Tx<'_>,
    member: &Member,
    limit: usize,
    calls: Option<Calls>,
) -> Result<Leased, Error> {
    let (id, lease) = (member.carrier.id, lease(member));
    let claim = |tx: &mut Tx<'_>, which, limit: usize| match limit {
        0 => Ok(Vec::new()),
        limit => store::action::claim(tx, id, which, lease, limit as i64),
    };
    let breaker = calls.map(|_| health::look(tx, id)).transpose()?;
    let mut ready: Vec<(Action, Pass)> = Vec::new();
    let passed = |actions: Vec<Action>, pass| actions.into_iter().map(move |action| (action, pass));
    match (breaker, calls.map(|calls| calls.at_hand)) {
        (Some(Breaker::Open), Some(calls)) if calls > 0 => {
            ready.extend(passed(claim(tx, Which::Any, limit.min(calls))?, Pass::Free));
        }
        // A call may come later; the house's part needs none.
        (None | Some(Breaker::Open), _) => ready.extend(passed(claim(tx, Which::House, limit)?, Pass::Free)),
        (Some(Breaker::Closed(_) | Breaker::Probed(_)), _) => {
            ready.extend(passed(claim(tx, Which::House, limit)?, Pass::Free));
            let made_before = |limit_s| tx.now().minus(Duration::from_secs(limit_s));
            let which = Which::Overdue {
                coverage: made_before(member.limits.coverage_limit_s),
                order: made_before(member.limits.order_limit_s),
            };
            ready.extend(passed(claim(tx, which, limit - ready.len())?, Pass::Shut));
        }
        (Some(Breaker::Ajar), calls) => {
            ready.extend(passed(claim(tx, Which::House, limit - 1)?, Pass::Free));
            for action in claim(tx, Which::Any, calls.unwrap_or(0).min(1))? {
                if action.driver == Driver::House {
                    ready.push((action, Pass::Free));
                    continue;
                }
                // A probe has as long as its action's lease.
                match health::gate(tx, id, lease)? {
                    Gate::Probe => ready.push((action, Pass::Probe)),
                    Gate::Open => ready.push((action, Pass::Free)),
                    Gate::Closed(wait) => {
                        store::action::put_back(tx, action.number, action.fence, wait.min(COOL_DOWN))?;
                    }
                }
            }
        }
    }
    let most = match breaker {
        Some(Breaker::Open) => limit,
        Some(Breaker::Ajar) => 1,
        None | Some(Breaker::Closed(_) | Breaker::Probed(_)) => 0,
    };
    let reserved = match calls.and_then(|calls| calls.wanted) {
        // Last: its row is every node's.
        Some(per_second) if most > 0 => {
            let waiting = store::rate::waiting(tx, id, most)?;
            pace::reserve(tx, id, per_second, waiting)?
        }
        _ => Vec::new(),
    };
    Ok(Leased { ready, breaker, reserved })
}
