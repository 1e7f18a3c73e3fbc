//! Bulk qualifications as jobs of a caller: a file comes in (`upload`), an action works on it (`work`), and its answers
//! are fetched, or quoted one by one. How rows are answered is in `qualify`.

mod upload;
mod work;

pub use store::qualification::Found;
pub use upload::Upload;

use crate::qualify::bulk::Summary;
use crate::retention::{FILES, PAUSE, STEP_LARGE};
use crate::{Error, Hub, Principal, qualify};
use engine::Member;
use model::action::{Action, Change, State, Work};
use model::id::{ActionId, CarrierId, Identity, KeyId, QualificationId};
use model::product::Prices;
use model::qualification::File;
use model::role::Capability;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::bulk::Part;
use tokio::sync::{Notify, Semaphore};

pub const DIALECT: &str = "bulk";

const DAY: Duration = Duration::from_secs(86_400);
/// A result is there for so long after its file was accepted.
pub const KEPT: Duration = FILES.saturating_sub(DAY);
/// Files that come in at once on a node: each keeps a thread.
const UPLOADS: usize = 16;
/// Those of one key, so that others find a place too.
const KEYS_UPLOADS: usize = UPLOADS / 4;

/// What one key may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Jobs that are not done, and files that come in.
    pub open_jobs: u32,
    /// Of one file, unpacked.
    pub file_bytes: u64,
    pub file_rows: u64,
    /// A file has to be in by then.
    pub upload: Duration,
}

/// What a node has for them.
pub(crate) struct Bench {
    uploads: Arc<Semaphore>,
    /// How many of them are of each key.
    by_key: Arc<Mutex<HashMap<KeyId, usize>>>,
    /// There may be something to work on.
    wake: Notify,
}

impl Default for Bench {
    fn default() -> Self {
        let uploads = Arc::new(Semaphore::new(UPLOADS));
        Self { uploads, by_key: Arc::default(), wake: Notify::new() }
    }
}

impl Bench {
    /// A key's part in the places. None: it has all that it may.
    fn share(&self, key: Option<KeyId>) -> Option<Share> {
        if let Some(key) = key {
            let mut all = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
            let own = all.entry(key).or_default();
            if *own == KEYS_UPLOADS {
                return None;
            }
            *own += 1;
        }
        Some(Share { key, by_key: self.by_key.clone() })
    }
}

/// Is given back when it is dropped.
struct Share {
    key: Option<KeyId>,
    by_key: Arc<Mutex<HashMap<KeyId, usize>>>,
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut all = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&key) {
            Some(own) if *own > 1 => *own -= 1,
            _ => _ = all.remove(&key),
        }
    }
}

/// A job as its caller sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub number: i64,
    pub id: ActionId,
    pub state: State,
    pub file: File,
    /// Of the rows that are answered.
    pub summary: Summary,
    /// Bytes of the result so far.
    pub bytes: u64,
    pub error: Option<String>,
    pub created: Timestamp,
    pub finished: Option<Timestamp>,
}

impl Job {
    /// Until when the result can be fetched.
    pub fn kept_until(&self) -> Timestamp {
        self.created.plus(KEPT)
    }
}

/// How far an action is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    summary: Summary,
    bytes: u64,
}

impl Progress {
    fn of(action: &Action) -> Result<Self, store::Error> {
        if action.progress.is_null() {
            return Ok(Self::default());
        }
        let read = serde_json::from_value(action.progress.clone());
        read.map_err(|e| store::Error::Corrupt(format!("progress of a bulk qualification: {e}")))
    }

    fn written(&self) -> Result<serde_json::Value, store::Error> {
        serde_json::to_value(self).map_err(|e| store::Error::Internal(e.to_string()))
    }
}

/// The run that an action's answers are stored as.
fn run(id: ActionId) -> QualificationId {
    QualificationId::from_bytes(*id.bytes())
}

fn job(action: Action) -> Result<Job, Error> {
    let progress = Progress::of(&action)?;
    let Work::Bulk(file) = action.request.work else { return Err(Error::NotFound("job")) };
    Ok(Job {
        number: action.number,
        id: action.id,
        state: action.state,
        file,
        summary: progress.summary,
        bytes: progress.bytes,
        error: action.error,
        created: action.created,
        finished: action.state.is_final().then_some(action.updated),
    })
}

/// Of a carrier's prices, those that the caller may see.
fn seen_by(principal: &Principal, member: Option<&Member>, prices: Prices) -> Prices {
    let owns = member.is_some_and(|member| member.carrier.organization == principal.organization);
    prices.seen(|level| principal.role.sees(level, principal.organization_kind, owns))
}

/// A coverage's answer with the prices that the caller may see.
fn shown(principal: &Principal, member: Option<&Member>, answer: Value) -> Result<Value, Error> {
    let unreadable = |error: serde_json::Error| Error::Internal(format!("a coverage's answer: {error}"));
    let mut answer: qualify::Answer = serde_json::from_value(answer).map_err(unreadable)?;
    for offer in &mut answer.offers {
        offer.monthly = seen_by(principal, member, offer.monthly);
    }
    serde_json::to_value(answer).map_err(unreadable)
}

/// A stored answer as its caller sees it.
pub struct Answered {
    pub id: QualificationId,
    pub found: Found,
    pub at: Timestamp,
    /// The name of the carrier that a coverage asked.
    pub carrier: Option<String>,
}

impl Hub {
    /// A job. Another organization's is answered as one that is not there.
    pub async fn bulk(&self, principal: &Principal, id: ActionId) -> Result<Job, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let seen = self.store().read(move |tx| store::bulk::seen(tx, scope, id)).await?;
        job(seen.ok_or(Error::NotFound("job"))?)
    }

    /// Jobs below a number, the newest first.
    pub async fn bulks(&self, principal: &Principal, below: i64, limit: i64) -> Result<Vec<Job>, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let seen = self.store().read(move |tx| store::bulk::list(tx, scope, below, limit)).await?;
        seen.into_iter().map(job).collect()
    }

    /// Ends a job that is open; what came of it so far is deleted. One that is canceled stays so.
    pub async fn cancel_bulk(&self, principal: &Principal, id: ActionId) -> Result<Job, Error> {
        principal.require(Capability::Qualify)?;
        let scope = principal.scope;
        let canceled = self.store().write(move |tx| {
            let seen = store::bulk::seen(tx, scope, id)?.ok_or(Error::NotFound("job"))?;
            let before = store::action::lock(tx, seen.number)?.ok_or(Error::NotFound("job"))?;
            if before.state == State::Canceled {
                return job(before);
            }
            let mut after = before.clone();
            let refused = |_| Error::Conflict("the job is done: there is nothing to cancel".into());
            after.state = before.state.on(Change::Cancel).map_err(refused)?;
            (after.due, after.error) = (None, Some("canceled by its caller".into()));
            store::action::settle(tx, &before, &mut after, Duration::ZERO)?;
            job(after)
        });
        let job = canceled.await?;
        let hub = self.clone();
        tokio::spawn(async move { hub.discard_bulk(id).await });
        Ok(job)
    }

    /// The result of a job that is done, to be read chunk by chunk.
    pub async fn bulk_result(&self, principal: &Principal, id: ActionId) -> Result<(Job, Chunks), Error> {
        let job = self.bulk(principal, id).await?;
        match job.state {
            State::Done if job.kept_until() <= self.store().clock().now() => {
                Err(Error::Gone("the result is no longer kept".into()))
            }
            State::Done => Ok((job, Chunks { hub: self.clone(), id, part: Part::Result, after: -1 })),
            State::Canceled => Err(Error::Conflict("the job was canceled: it has no result".into())),
            _ => Err(Error::Conflict("the job is not done yet".into())),
        }
    }

    /// A stored answer, of a job, of a command or of a coverage check.
    pub async fn stored_answer(&self, principal: &Principal, id: QualificationId) -> Result<Answered, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::qualification::by_id(tx, scope, id)).await?;
        let (mut found, at) = found.ok_or(Error::NotFound("answer"))?;
        let roster = self.engine().roster();
        let mut asked = None;
        match &mut found {
            Found::Coverage { carrier, answer } => {
                let member = roster.by_id(*carrier).await?;
                *answer = shown(principal, member.as_deref(), std::mem::take(answer))?;
                asked = member.map(|member| member.carrier.name.clone());
            }
            Found::Bulk(answer) => {
                for (offered, _) in &mut answer.offers {
                    let member = roster.by_name(&offered.carrier).await?;
                    offered.monthly = seen_by(principal, member.as_deref(), offered.monthly);
                }
            }
        }
        Ok(Answered { id, found, at, carrier: asked })
    }

    /// Deletes both files of an action and its answers in small steps, and ends its upload. What goes wrong is left to retention.
    async fn discard_bulk(&self, id: ActionId) {
        let discarded: Result<(), store::Error> = async {
            while self.store().write(move |tx| store::bulk::discard(tx, id, STEP_LARGE)).await? > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let answers =
                move |tx: &mut store::Tx<'_>| store::qualification::discard(tx, run(id), STEP_LARGE);
            while self.store().write(answers).await? > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            self.store().write(move |tx| store::bulk::end(tx, id)).await.map(|_| ())
        }
        .await;
        if let Err(error) = discarded {
            tracing::warn!(%error, "a file that nobody wants is left; it goes with its age");
        }
    }

    /// Gives up files that began to come in long ago and never did; says how many.
    pub(crate) async fn give_up_stale_uploads(&self) -> Result<u64, Error> {
        let before = self.store().clock().now().minus(DAY);
        let stale = self.store().read(move |tx| store::bulk::stale(tx, before, 100)).await?;
        for id in &stale {
            self.discard_bulk(*id).await;
        }
        Ok(stale.len() as u64)
    }

    /// A new run of answers; a job's has the id of its action.
    pub fn new_run(&self) -> Result<QualificationId, Error> {
        Ok(QualificationId::run(self.store().clock().now(), store::random()?))
    }
}

/// One of a job's files, in order.
pub struct Chunks {
    hub: Hub,
    id: ActionId,
    part: Part,
    after: i64,
}

impl Chunks {
    /// The next chunk, unpacked. None: that was all.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            match self.next_numbered().await? {
                // The head of a file that has none.
                Some((_, plain)) if plain.is_empty() => {}
                next => return Ok(next.map(|(_, plain)| plain)),
            }
        }
    }

    async fn next_numbered(&mut self) -> Result<Option<(i64, Vec<u8>)>, Error> {
        let (id, part, after) = (self.id, self.part, self.after);
        let next = self.hub.store().read(move |tx| store::bulk::next(tx, id, part, after)).await?;
        let Some((position, packed)) = next else { return Ok(None) };
        self.after = position;
        Ok(Some((position, store::pack::unpack(self.hub.store().vault(), &packed)?)))
    }
}

/// The carrier that stands in the actions of this module.
const NO_CARRIER: CarrierId = CarrierId::NONE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_part_of_the_places_and_gives_it_back() {
        let bench = Bench::default();
        let [one, other] = [1, 2].map(|n| Some(KeyId::from_bytes([n; 16])));
        let mut own: Vec<Option<Share>> = (0..KEYS_UPLOADS).map(|_| bench.share(one)).collect();
        assert!(own.iter().all(Option::is_some));
        assert!(bench.share(one).is_none());
        assert!(bench.share(other).is_some());
        own.pop();
        assert!(bench.share(one).is_some());
        drop(own);
        assert!(bench.by_key.lock().is_ok_and(|all| all.is_empty()));
    }
}
