//! SQLite: one writer thread that puts many closures under one commit, and readers with
//! connections of their own.

use super::{Queue, Ticket};
use crate::tx::{Driver, Tx};
use crate::{Error, clock};
use crossbeam_channel::{Receiver, bounded};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// A group closes after this many closures …
const GROUP: usize = 256;
/// … or after this long.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// After this much work without a pause …
const BUSY_TIME: Duration = Duration::from_millis(50);
/// … the lock is left free for this long, so that commands get their turn.
const PAUSE: Duration = Duration::from_millis(2);
/// A lock held by another process is waited for this long …
const BUSY_TRIES: i32 = 30_000;
/// … and asked for this often, so that a pause of the other one is not missed. (SQLite's own
/// waiting asks every 100 ms in the end.)
const BUSY_STEP: Duration = Duration::from_millis(1);
const QUEUE: usize = 16_384;
const READERS: usize = 2;

pub struct Sqlite {
    pub writer: Queue,
    pub readers: Queue,
}

/// Opens one connection with the settings that every one of ours has.
pub fn connect(path: &Path) -> Result<Connection, Error> {
    let mut connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.busy_handler(Some(wait_for_lock))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    Ok(connection)
}

impl Sqlite {
    pub fn start(path: &Path) -> Result<Self, Error> {
        let connection = connect(path)?;
        let (writer, jobs) = bounded(QUEUE);
        spawn("store-writer", move || write_all(&connection, &jobs))?;
        let (readers, jobs) = bounded(QUEUE);
        for _ in 0..READERS {
            let connection = connect(path)?;
            connection.execute_batch("PRAGMA query_only = ON")?;
            let jobs = jobs.clone();
            spawn("store-reader", move || read_all(&connection, &jobs))?;
        }
        Ok(Self { writer, readers })
    }
}

pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    std::thread::Builder::new().name(name.into()).spawn(work).map(|_| ()).map_err(Error::unavailable)
}

fn read_all(connection: &Connection, jobs: &Receiver<Ticket>) {
    for mut ticket in jobs {
        let mut tx = Tx::new(Driver::Sqlite(connection), &ticket.store);
        ticket.job.run(&mut tx);
        ticket.job.reply(Ok(()));
    }
}

fn write_all(connection: &Connection, jobs: &Receiver<Ticket>) {
    let mut busy_since = clock::machine();
    while let Ok(first) = jobs.recv() {
        write_group(connection, jobs, first);
        if jobs.is_empty() {
            busy_since = clock::machine();
        } else if clock::machine().saturating_sub(busy_since) >= BUSY_TIME {
            pause();
            busy_since = clock::machine();
        }
    }
}

fn pause() {
    sleep(PAUSE);
}

fn wait_for_lock(tries: i32) -> bool {
    sleep(BUSY_STEP);
    tries < BUSY_TRIES
}

#[allow(clippy::disallowed_methods, reason = "a store thread of its own: nothing else waits here")]
fn sleep(time: Duration) {
    std::thread::sleep(time);
}

/// Runs `first` and what else is waiting under one commit, then answers all of them.
fn write_group(connection: &Connection, jobs: &Receiver<Ticket>, first: Ticket) {
    let began = clock::machine();
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        return first.job.reply(Err(error));
    }
    let mut group = Vec::with_capacity(16);
    let mut next = Some(first);
    let mut lost = None;
    while let Some(mut ticket) = next.take() {
        let outcome = run_one(connection, &mut ticket);
        group.push(ticket);
        if let Err(error) = outcome {
            lost = Some(error);
            break;
        }
        if group.len() < GROUP && clock::machine().saturating_sub(began) < GROUP_TIME {
            next = jobs.try_recv().ok();
        }
    }
    let committed = match lost {
        None => commit(connection),
        Some(error) => {
            let _ = execute(connection, "ROLLBACK");
            Err(error)
        }
    };
    metrics::histogram!("demarc_store_group_size").record(group.len() as f64);
    for ticket in group {
        ticket.job.reply(committed.as_ref().copied().map_err(again));
    }
}

/// One closure in a savepoint of its own. An error here is the end of the whole group.
fn run_one(connection: &Connection, ticket: &mut Ticket) -> Result<(), Error> {
    execute(connection, "SAVEPOINT one")?;
    let store = ticket.store.clone();
    let mut tx = Tx::new(Driver::Sqlite(connection), &store);
    let keep = ticket.job.run(&mut tx);
    if connection.is_autocommit() {
        return Err(Error::unavailable("the engine ended the transaction"));
    }
    if !keep {
        execute(connection, "ROLLBACK TO one")?;
    }
    execute(connection, "RELEASE one")
}

fn commit(connection: &Connection) -> Result<(), Error> {
    let committed = execute(connection, "COMMIT");
    if committed.is_err() && !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
    committed
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ()).map_err(Error::from)
}

/// The same error for each member of a group.
fn again(error: &Error) -> Error {
    match error {
        Error::Full => Error::Full,
        other => Error::unavailable(other),
    }
}
