//! The two engines behind one door: closures in, results out after the commit.

pub mod postgres;
pub mod sqlite;

use crate::tx::Tx;
use crate::{Engine, Error, Store};
use crossbeam_channel::TrySendError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::sync::oneshot;

/// How often a patient caller looks whether there is room.
const ROOM: Duration = Duration::from_millis(5);

pub enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// A closure on its way through a store thread.
pub trait Job: Send {
    /// Runs the closure. True when it returned Ok: its changes are to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers the caller; `committed` holds the commit's own error.
    fn reply(self: Box<Self>, committed: Result<(), Error>);
}

struct Pending<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Pending<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let mut result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| {
            Err(Error::Internal(format!("panic in a transaction: {}", panic_text(&*panic))).into())
        });
        // PostgreSQL would turn the COMMIT into a ROLLBACK without a word; SQLite would keep the rest. Neither is asked.
        if result.is_ok() && tx.failed {
            result = Err(Error::Internal("a transaction went on after a failed statement".into()).into());
        }
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn reply(self: Box<Self>, committed: Result<(), Error>) {
        let result = match (committed, self.result) {
            // An error of the closure's own stands, whatever became of the group.
            (Ok(()), Some(result)) => result,
            (Err(_), Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Internal("the transaction was not run".into()).into()),
        };
        // The caller may have gone; the work is done all the same.
        let _ = self.caller.send(result);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}

/// A job together with the store that it runs in, kept alive while it is under way.
pub struct Ticket {
    pub job: Box<dyn Job>,
    pub store: Store,
}

pub type Queue = crossbeam_channel::Sender<Ticket>;

impl Backend {
    pub fn engine(&self) -> Engine {
        match self {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// `patient`: waits for room in the queue instead of being told at once that there is none.
    pub async fn write<T, E, F>(&self, store: &Store, work: F, patient: bool) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let queue = match self {
            Backend::Sqlite(sqlite) => &sqlite.writer,
            Backend::Postgres(postgres) => &postgres.writers,
        };
        submit(queue, store, work, patient).await
    }

    pub async fn read<T, E, F>(&self, store: &Store, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let queue = match self {
            Backend::Sqlite(sqlite) => &sqlite.readers,
            Backend::Postgres(postgres) => &postgres.readers,
        };
        submit(queue, store, work, false).await
    }
}

async fn submit<T, E, F>(queue: &Queue, store: &Store, work: F, patient: bool) -> Result<T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    let job = Box::new(Pending { work, result: None, caller });
    let mut ticket = Ticket { job, store: store.clone() };
    // A full queue is answered at once: waiting longer would only make more callers wait. The engine is
    // no caller: what it holds is an answer that must not be thrown away, and it can only come so often.
    while let Err(refused) = queue.try_send(ticket) {
        match refused {
            TrySendError::Full(again) if patient => ticket = again,
            _ => return Err(Error::unavailable("too much is waiting to be stored").into()),
        }
        tokio::time::sleep(ROOM).await;
    }
    answer.await.unwrap_or_else(|_| Err(Error::unavailable("the store is shutting down").into()))
}
