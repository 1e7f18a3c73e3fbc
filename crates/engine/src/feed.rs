//! One poll for all open orders of a carrier, where it offers that. What is seen is handed to each
//! action's connector as an observation, and the action is due.

use crate::client::Failure;
use crate::roster::Member;
use crate::session::Caller;
use carriers::http::Reply;
use carriers::{Call, Context, Input, Task};
use model::attempt;
use model::id::CarrierId;
use model::time::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::health::{self, Breaker, Gate};
use store::{Error, Store, Tx};

/// The lease of a feed outlasts a login and a poll by this much.
const LEASE_MARGIN: Duration = Duration::from_secs(20);

/// Whether the carrier has a feed that is to be read.
pub fn is_wanted(member: &Member, now: Timestamp) -> bool {
    let context = Context { settings: &member.settings, now, seed: 0 };
    member.connector.feed().is_some_and(|feed| feed.poll(context, &Value::Null).is_some())
}

/// What came of one look at a feed.
pub struct Read {
    /// Actions that learned something.
    pub told: usize,
    /// The carrier's breaker was closed, and this call was its probe.
    pub is_probe: bool,
    pub result: Result<Reply, Failure>,
}

impl Read {
    fn nothing() -> Self {
        Self { told: 0, is_probe: false, result: Err(Failure::Ours("the feed is not due".into())) }
    }
}

/// Reads a carrier's feed when it is due and the carrier's breaker lets it through.
pub async fn poll(store: &Store, caller: &Caller, member: &Arc<Member>) -> Result<Read, Error> {
    let Some(feed) = member.connector.feed() else { return Ok(Read::nothing()) };
    let now = store.clock().now();
    let context = Context { settings: &member.settings, now, seed: 0 };
    let (id, timeout) = (member.carrier.id, member.limits.timeout());
    let (lease, leased) = (timeout * 2 + LEASE_MARGIN, store::machine());
    let Some((cursor, fence, gate)) = store.write_patiently(move |tx| claim(tx, id, lease, now)).await?
    else {
        return Ok(Read::nothing());
    };
    let Some((pause, request)) = feed.poll(context, &cursor) else { return Ok(Read::nothing()) };
    let call = Call { operation: "feed", mutating: false, request, auth: true };
    let (result, notes) = caller.send(member, &call, leased + lease - timeout).await;
    let clear = result.as_ref().ok().filter(|reply| reply.is_clear());
    let seen = clear.and_then(|reply| feed.observed(reply));
    let (cursor, observations) = seen.unwrap_or((cursor, Vec::new()));
    let (of, quiet) = (member.clone(), observations.is_empty());
    let told = store
        .write_patiently(move |tx| {
            if !store::carrier::settle_feed(tx, id, fence, &cursor, now.plus(pause))? {
                return Ok(0);
            }
            // A poll that said nothing leaves no record.
            for note in notes.iter().filter(|_| !quiet) {
                note.store(tx, &of, None, None)?;
            }
            let mut told = 0;
            for (reference, state) in &observations {
                told += usize::from(tell(tx, &of, reference, state)?);
            }
            Ok::<_, Error>(told)
        })
        .await?;
    Ok(Read { told, is_probe: gate == Gate::Probe, result })
}

/// The feed's cursor and fencing token, when it is due and the carrier may be called.
fn claim(
    tx: &mut Tx<'_>,
    id: CarrierId,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<(Value, i64, Gate)>, Error> {
    if matches!(health::look(tx, id)?, Breaker::Closed(_) | Breaker::Probed(_)) {
        return Ok(None);
    }
    let Some((cursor, fence)) = store::carrier::claim_feed(tx, id, lease)? else { return Ok(None) };
    match health::gate(tx, id, lease)? {
        Gate::Closed(_) => {
            store::carrier::settle_feed(tx, id, fence, &cursor, now)?;
            Ok(None)
        }
        gate => Ok(Some((cursor, fence, gate))),
    }
}

/// Hands an observation to the action whose reference it is; false when there is none that is open.
fn tell(tx: &mut Tx<'_>, member: &Member, reference: &str, state: &Value) -> Result<bool, Error> {
    let Some(id) = store::attempt::action_of(tx, reference)? else { return Ok(false) };
    let Some(number) = store::action::by_id(tx, id)?.map(|a| a.number) else { return Ok(false) };
    let Some(action) = store::action::lock(tx, number)? else { return Ok(false) };
    // In its first step it has no order that we know of; in a restored store the attempt asks for it.
    if action.state.is_final() || action.carrier != member.carrier.id || action.step == 0 {
        return Ok(false);
    }
    let live = store::attempt::of_step(tx, id, action.step)?.iter().any(|a| a.state.is_live());
    if live {
        // A call is out, or being looked up: its own outcome comes first.
        return Ok(false);
    }
    let step = attempt::reference(action.id, action.step, member.connector.capabilities().reference_limit);
    let task = Task { reference: &step, work: &action.request.work };
    let context = Context { settings: &member.settings, now: tx.now(), seed: 0 };
    let (progress, _) = member.connector.read(context, task, &action.progress, Input::Observed(state));
    if progress == action.progress {
        return Ok(false);
    }
    store::action::observe(tx, number, &progress)?;
    Ok(true)
}
