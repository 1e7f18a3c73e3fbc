//! The database file: opening it, and the one thread that writes it. Requests queue their work; what has queued up
//! goes under one commit, so that many orders cost one fsync. What the work is stands in the other files.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, ffi};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::Error;
use crate::clock::{self, Turn};

const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i64 = 2;

/// Requests that wait for the writer; more of them wait to be queued.
const QUEUE: usize = 4096;
/// At most so many under one commit, so that the first does not wait long for the last.
const GROUP: usize = 256;
/// After so much work without a pause the writer pauses, so that another process can have its turn.
const TURN: Duration = Duration::from_millis(50);
const PAUSE: Duration = Duration::from_millis(2);
/// Tries, a millisecond apart, to get the file from another process: 30 s.
const BUSY_TRIES: i32 = 30_000;
/// Reads of the whole ledger at the same time; each holds its answer in memory.
const READERS: usize = 4;

/// The file could not be read or written. Whether the work was done is not known.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's database is not available")]
pub struct Unavailable;

/// Tells the caller its result; dropped uncalled it tells [`Unavailable`].
type Reply = Box<dyn FnOnce() + Send>;
type Work = Box<dyn FnOnce(&Connection) -> Reply + Send>;

#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    queue: mpsc::Sender<Work>,
    readers: Semaphore,
}

impl Database {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = open_for_writing(path)?;
        let (queue, queued) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("sandbox-writer".to_owned())
            .spawn(move || write_until_closed(&connection, queued))
            .map_err(Error::Thread)?;
        Ok(Self { path: path.to_owned(), queue, readers: Semaphore::new(READERS) })
    }

    /// Runs `work` on the writer's thread within a transaction and answers after the commit. An error rolls back
    /// this work only. Once queued it runs to its end, also when the caller goes away.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (sender, receiver) = oneshot::channel();
        let queued: Work = Box::new(move |connection| {
            let outcome = in_savepoint(connection, work);
            Box::new(move || {
                // The caller may have gone; the work stands.
                let _ = sender.send(outcome);
            })
        });
        self.queue.send(queued).await.map_err(|_| Unavailable)?;
        receiver.await.map_err(|_| Unavailable)?.map_err(|error| unavailable(&error))
    }

    /// Runs `work` on a connection of its own, for long reads that must not hold up the orders.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let _permit = self.readers.acquire().await.map_err(|_| Unavailable)?;
        let path = self.path.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let mut connection = connect(&path)?;
            // One snapshot for all statements of the work.
            work(&*connection.transaction()?)
        });
        outcome.await.map_err(|_| Unavailable)?.map_err(|error| unavailable(&error))
    }
}

fn unavailable(error: &rusqlite::Error) -> Unavailable {
    tracing::error!(%error, "the sandbox's database failed");
    Unavailable
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_handler(Some(wait_for_turn))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A plain busy timeout backs off to 100 ms and would miss the pauses of a busy writer in another process.
fn wait_for_turn(tries: i32) -> bool {
    clock::block(Duration::from_millis(1));
    tries < BUSY_TRIES
}

fn open_for_writing(path: &Path) -> Result<Connection, Error> {
    let failed = |source| Error::Database { path: path.to_owned(), source };
    let mut connection = connect(path).map_err(failed)?;
    let found = migrate(&mut connection).map_err(failed)?;
    if found != SCHEMA_VERSION {
        return Err(Error::Version { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    // Not before it is known to be ours: the switch is written into the file.
    switch_to_wal(&connection).map_err(failed)?;
    Ok(connection)
}

/// The switch needs the file for itself, and SQLite does not ask the busy handler for it: two processes that make
/// the file at the same moment have to try again.
fn switch_to_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && wait_for_turn(tries) =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Makes the tables in a new file; answers the version that the file has then.
fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != 0 {
        return Ok(found);
    }
    // Version 0 with tables in it is somebody else's database: leave it alone.
    let foreign = transaction.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(())).optional()?;
    if foreign.is_some() {
        return Ok(found);
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    Ok(SCHEMA_VERSION)
}

fn write_until_closed(connection: &Connection, mut queue: mpsc::Receiver<Work>) {
    let mut group = Vec::with_capacity(GROUP);
    let mut turn = Turn::begin();
    loop {
        let idle = queue.is_empty();
        if !idle && turn.is_longer_than(TURN) {
            clock::block(PAUSE);
            turn = Turn::begin();
        }
        if queue.blocking_recv_many(&mut group, GROUP) == 0 {
            return;
        }
        if idle {
            turn = Turn::begin();
        }
        match commit_together(connection, group.drain(..)) {
            Ok(replies) => replies.into_iter().for_each(|reply| reply()),
            Err(error) => {
                tracing::error!(%error, "the sandbox's ledger could not be written");
                if !connection.is_autocommit() {
                    // Nothing to do about a failure here: the next BEGIN would show it.
                    let _ = connection.execute_batch("ROLLBACK");
                }
            }
        }
    }
}

/// Runs the group under one commit. On an error nobody is told anything but [`Unavailable`], as the replies of work
/// that ran, and the work that did not, are dropped.
fn commit_together(
    connection: &Connection,
    group: impl Iterator<Item = Work>,
) -> rusqlite::Result<Vec<Reply>> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut replies = Vec::new();
    for work in group {
        replies.push(work(connection));
        if connection.is_autocommit() {
            // After some errors (disk full, I/O) SQLite has ended the whole transaction.
            let cause = "an error of one request ended the transaction of its group".to_owned();
            return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ABORT), Some(cause)));
        }
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(replies)
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.prepare_cached("SAVEPOINT work")?.execute([])?;
    let outcome = work(connection);
    if outcome.is_err() && !connection.is_autocommit() {
        connection.prepare_cached("ROLLBACK TO work")?.execute([])?;
    }
    if !connection.is_autocommit() {
        connection.prepare_cached("RELEASE work")?.execute([])?;
    }
    outcome
}
