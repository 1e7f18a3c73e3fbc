//! Working on bulk qualifications: one at a time on a node, chunk by chunk, each chunk's answers in one transaction
//! under the lease of the action. Whoever goes on after a kill or a lost lease finds what was stored, and nothing twice.

use super::{Chunks, NO_CARRIER, Progress, run};
use crate::qualify::bulk::{Answered, Options, Taker};
use crate::{Error, Hub};
use model::action::{Action, Change, State, Work};
use model::id::ActionId;
use model::qualification::File;
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Tx;
use store::action::Which;
use store::bulk::Part;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Every chunk renews it.
const LEASE: Duration = Duration::from_secs(30);
/// How often to look for work when nobody says that there is some.
const TICK: Duration = Duration::from_secs(1);
/// Then the next one has its turn, so that a small file does not wait for a large one.
const TURN: Duration = Duration::from_secs(15);
/// After something went wrong, and the longest one where it goes wrong again and again.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Turns in a row that led to nothing, and that nothing but the job itself can have ended.
const MOST_RETRIES: i64 = 8;

/// Why a turn ended before the file did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Somebody else has it, or it was canceled.
    Lost,
    Turn,
}

/// Of jobs by their number: faults in a row that are not theirs.
type Faults = HashMap<i64, u32>;

/// What came of looking at a held action.
type Held<T> = Result<Option<T>, store::Error>;

impl Hub {
    /// Works until it is told to stop; what is under way then goes on at the next start, or on another node.
    pub async fn work_in_bulk(&self, mut stop: watch::Receiver<bool>) {
        let mut faults = Faults::new();
        while !*stop.borrow() {
            let pause = match self.bulk_turn(&stop, &mut faults).await {
                Ok(true) => continue,
                Ok(false) => TICK,
                Err(error) => {
                    tracing::warn!(%error, "bulk qualifications could not be claimed");
                    PAUSE
                }
            };
            tokio::select! {
                _ = stop.wait_for(|stopping| *stopping) => {}
                () = self.inner.bulk.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Claims what has waited longest and works on it for a turn. False: there is nothing to do.
    async fn bulk_turn(&self, stop: &watch::Receiver<bool>, faults: &mut Faults) -> Result<bool, Error> {
        let claim = |tx: &mut Tx<'_>| store::action::claim(tx, NO_CARRIER, Which::House, LEASE, 1);
        let Some(action) = self.store().write_patiently(claim).await?.pop() else { return Ok(false) };
        let (number, fence) = (action.number, action.fence);
        let worked = {
            // A panic is one job's matter.
            let (hub, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move { hub.work_on(action, stop).await }).await
        };
        let before = faults.remove(&number).unwrap_or(0);
        match worked {
            Ok(Ok(())) => {}
            // The file is not what it was when it was accepted.
            Ok(Err(Error::Invalid { field, rule })) => {
                self.end_bulk(number, fence, Err(format!("{field} {rule}"))).await?;
            }
            Ok(Err(error)) => {
                tracing::warn!(action = number, %error, "a bulk qualification cannot go on; it is tried again");
                faults.insert(number, before + 1);
                self.put_bulk_back(number, fence, pause(before), false).await?;
            }
            Err(error) => {
                tracing::error!(action = number, %error, "a bulk qualification failed; it is tried again");
                self.put_bulk_back(number, fence, PAUSE, true).await?;
            }
        }
        Ok(true)
    }

    async fn work_on(&self, action: Action, stop: watch::Receiver<bool>) -> Result<(), Error> {
        let (number, fence, id) = (action.number, action.fence, action.id);
        let Work::Bulk(file) = action.request.work else {
            return self.end_bulk(number, fence, Err("it is no bulk qualification".into())).await;
        };
        let Some(progress) = self.begin_turn(number, fence).await? else { return Ok(()) };
        // A file is answered from what there is now, not from what this node noticed last.
        self.engine().roster().forget();
        self.forget_access();
        self.refresh_places().await?;
        self.refresh_areas().await?;
        let options = Options {
            format: file.format,
            skip: progress.summary.read,
            stop: Some(stop.clone()),
            run: Some(run(id)),
            accepted: Some(file.rows),
            gentle: true,
        };
        let mut desk = Desk {
            hub: self.clone(),
            number,
            fence,
            id,
            progress,
            until: store::machine() + TURN,
            ended: None,
        };
        let fault = Arc::default();
        let source = Box::new(Stored::of(self, id, &fault));
        let answered = self.answer_rows(action.organization, source, &options, &mut desk).await;
        let fault: Option<Error> = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
        let answered = fault.map_or(answered, Err);
        match (answered, desk.ended) {
            (_, Some(Ended::Lost)) => Ok(()),
            (_, Some(Ended::Turn)) => self.put_bulk_back(number, fence, Duration::ZERO, false).await,
            (Err(_), None) if *stop.borrow() => {
                self.put_bulk_back(number, fence, Duration::ZERO, false).await
            }
            (Err(error), None) => Err(error),
            (Ok(_), None) => self.finish_bulk(number, fence, file, &desk.progress).await,
        }
    }

    /// None: it was canceled, or somebody else has it.
    async fn begin_turn(&self, number: i64, fence: i64) -> Result<Option<Progress>, Error> {
        let begun = self.store().write_patiently(move |tx| {
            let Some((before, mut after)) = hold(tx, number, fence)? else { return Ok(None) };
            if after.retries >= MOST_RETRIES {
                end(&mut after, Err("it failed again and again; see the server's log".into()))?;
                store::action::settle(tx, &before, &mut after, Duration::ZERO)?;
                return Ok(None);
            }
            // It is given back by whatever else ends the turn; a process that died cannot.
            after.retries += 1;
            if after.state == State::Pending {
                after.state = after.state.on(Change::Start).map_err(store_internal)?;
            }
            store::action::settle(tx, &before, &mut after, LEASE)?;
            Progress::of(&after).map(Some)
        });
        Ok(begun.await?)
    }

    async fn finish_bulk(
        &self,
        number: i64,
        fence: i64,
        file: File,
        progress: &Progress,
    ) -> Result<(), Error> {
        if progress.summary.read == file.rows {
            return self.end_bulk(number, fence, Ok(())).await;
        }
        self.end_bulk(number, fence, Err("its file is no longer kept".into())).await
    }

    /// Done, or canceled with the reason.
    async fn end_bulk(&self, number: i64, fence: i64, outcome: Result<(), String>) -> Result<(), Error> {
        let ended = self.store().write_patiently(move |tx| {
            let Some((before, mut after)) = hold(tx, number, fence)? else { return Ok(()) };
            end(&mut after, outcome.clone())?;
            store::action::settle(tx, &before, &mut after, Duration::ZERO)
        });
        Ok(ended.await?)
    }

    /// Leaves it to whoever comes next, behind those that wait. `counts`: it is the job's own fault.
    async fn put_bulk_back(
        &self,
        number: i64,
        fence: i64,
        pause: Duration,
        counts: bool,
    ) -> Result<(), Error> {
        let put_back = self.store().write_patiently(move |tx| {
            let Some((before, mut after)) = hold(tx, number, fence)? else { return Ok(()) };
            after.due = Some(tx.now());
            if !counts {
                after.retries = (after.retries - 1).max(0);
            }
            store::action::settle(tx, &before, &mut after, pause)
        });
        Ok(put_back.await?)
    }
}

/// How long a job waits that met so many passing faults in a row before this one.
fn pause(faults: u32) -> Duration {
    PAUSE.saturating_mul(2_u32.saturating_pow(faults)).min(LONGEST_PAUSE)
}

/// The action as it is, and to be changed. None: it is open no longer, or another's.
fn hold(tx: &mut Tx<'_>, number: i64, fence: i64) -> Held<(Action, Action)> {
    let held = store::action::hold(tx, number, fence)?;
    Ok(held.filter(|action| !action.state.is_final()).map(|action| (action.clone(), action)))
}

fn end(action: &mut Action, outcome: Result<(), String>) -> Result<(), store::Error> {
    let change = if outcome.is_ok() { Change::Complete } else { Change::Cancel };
    action.state = action.state.on(change).map_err(store_internal)?;
    action.due = None;
    match outcome {
        Ok(()) => action.result = Some(Progress::of(action)?.written()?),
        Err(reason) => action.error = Some(reason),
    }
    Ok(())
}

fn store_internal(error: impl std::fmt::Display) -> store::Error {
    store::Error::Internal(error.to_string())
}

/// Stores the answers to one chunk after the other, as long as the lease is this worker's.
struct Desk {
    hub: Hub,
    number: i64,
    fence: i64,
    id: ActionId,
    progress: Progress,
    /// Machine time.
    until: Duration,
    ended: Option<Ended>,
}

impl Taker for Desk {
    async fn take(&mut self, answered: Answered) -> Result<(), Error> {
        let mut progress = self.progress.clone();
        // The head line stands before the first row.
        let position = match answered.summary.read {
            0 => 0,
            _ => (progress.summary.read + 1).cast_signed(),
        };
        progress.summary.add(&answered.summary);
        progress.bytes = match position {
            0 => answered.bytes.len() as u64,
            _ => progress.bytes + answered.bytes.len() as u64,
        };
        let packed = store::pack::pack(self.hub.store().vault(), &answered.bytes)?;
        let (number, fence, id) = (self.number, self.fence, self.id);
        let (answers, written, answered_any) = (answered.answers, progress.written()?, position > 0);
        let stored = self.hub.store().write_patiently(move |tx| {
            let Some((before, mut after)) = hold(tx, number, fence)? else { return Ok(false) };
            store::bulk::put(tx, id, Part::Result, position, &packed)?;
            if let Some(answers) = &answers {
                store::qualification::put(tx, before.organization, run(id), answers)?;
            }
            after.progress = written.clone();
            if answered_any {
                after.retries = 0;
            }
            store::action::settle(tx, &before, &mut after, LEASE).map(|()| true)
        });
        let stored: Result<bool, store::Error> = stored.await;
        if stored? {
            self.progress = progress;
            if store::machine() < self.until {
                return Ok(());
            }
            self.ended = Some(Ended::Turn);
        } else {
            self.ended = Some(Ended::Lost);
        }
        Err(Error::Conflict("the turn is over".into()))
    }
}

/// The caller's file, read from the store on a thread of its own.
struct Stored {
    chunks: Chunks,
    handle: Handle,
    chunk: Vec<u8>,
    at: usize,
    /// The number of the chunk that has to come next.
    next: i64,
    /// Why the store did not give it.
    fault: Fault,
}

type Fault = Arc<Mutex<Option<Error>>>;

impl Stored {
    fn of(hub: &Hub, id: ActionId, fault: &Fault) -> Self {
        let chunks = Chunks { hub: hub.clone(), id, part: Part::File, after: 0 };
        let (handle, fault) = (Handle::current(), fault.clone());
        Self { chunks, handle, chunk: Vec::new(), at: 0, next: 1, fault }
    }
}

impl Read for Stored {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            let next = self.handle.block_on(self.chunks.next_numbered()).map_err(|error| {
                *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                io::Error::other("the store did not give it")
            })?;
            match next {
                Some((number, chunk)) if number == self.next => {
                    (self.chunk, self.at, self.next) = (chunk, 0, number + 1);
                }
                Some(_) => return Err(io::Error::other("a part of it is no longer kept")),
                None => return Ok(0),
            }
        }
        let taken = (&self.chunk[self.at..]).read(into)?;
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_waits_longer_after_each_passing_fault_but_never_more_than_a_minute() {
        assert_eq!([0, 1, 3, 4, u32::MAX].map(|faults| pause(faults).as_secs()), [5, 10, 40, 60, 60]);
    }
}
