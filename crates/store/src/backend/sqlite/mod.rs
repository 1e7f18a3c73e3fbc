//! SQLite: one writer thread that puts many closures under one commit, a syncer that makes commits
//! durable while the writer fills the next, a checkpointer, and readers with connections of their own.

mod checkpoint;
mod sync;
mod writer;

use super::{Queue, Ticket};
use crate::Error;
use crate::tx::{Driver, Tx};
use checkpoint::Checkpointer;
use crossbeam_channel::{Receiver, bounded};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::path::Path;
use std::time::Duration;
use sync::Disk;
use writer::Writer;

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
    // A plan is made for a statement and not for its arguments, else many a join is planned anew at every execution,
    // which takes twenty times as long as to run it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_handler(Some(wait_for_lock))?;
    log_ahead(&connection)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    Ok(connection)
}

/// Makes the write-ahead log. Where several open a fresh database at once, SQLite refuses this to those that have read
/// it already, without asking the handler whether to wait.
fn log_ahead(connection: &Connection) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        match connection.execute_batch("PRAGMA journal_mode = WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && wait_for_lock(tries) =>
            {
                tries += 1;
            }
            other => return Ok(other?),
        }
    }
}

impl Sqlite {
    pub fn start(path: &Path) -> Result<Self, Error> {
        // The first connection makes the write-ahead log that the syncer opens.
        let connection = connect(path)?;
        let disk = Disk::start(path)?;
        let checkpointer = Checkpointer::start(path)?;
        let (writer, jobs) = bounded(QUEUE);
        let thread = Writer::new(connection, disk.clone(), checkpointer)?;
        spawn("store-writer", move || thread.run(&jobs))?;
        let (readers, jobs) = bounded(QUEUE);
        for _ in 0..READERS {
            let connection = connect(path)?;
            connection.execute_batch("PRAGMA query_only = ON")?;
            let (jobs, disk) = (jobs.clone(), disk.clone());
            spawn("store-reader", move || read_all(&connection, &jobs, &disk))?;
        }
        Ok(Self { writer, readers })
    }
}

pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    std::thread::Builder::new().name(name.into()).spawn(work).map(|_| ()).map_err(Error::unavailable)
}

fn read_all(connection: &Connection, jobs: &Receiver<Ticket>, disk: &Disk) {
    for mut ticket in jobs {
        if let Err(error) = read_one(connection, &mut ticket) {
            ticket.job.reply(Err(error));
            continue;
        }
        disk.reply_when_durable(ticket);
    }
}

/// In one snapshot: what several statements read belongs together.
fn read_one(connection: &Connection, ticket: &mut Ticket) -> Result<(), Error> {
    execute(connection, "BEGIN")?;
    let mut tx = Tx::new(Driver::Sqlite(connection), &ticket.store);
    ticket.job.run(&mut tx);
    // An error may have ended it already.
    if connection.is_autocommit() { Ok(()) } else { execute(connection, "ROLLBACK") }
}

fn wait_for_lock(tries: i32) -> bool {
    sleep(BUSY_STEP);
    tries < BUSY_TRIES
}

#[allow(clippy::disallowed_methods, reason = "a store thread of its own: nothing else waits here")]
fn sleep(time: Duration) {
    std::thread::sleep(time);
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ()).map_err(Error::from)
}

#[cfg(all(test, feature = "testing"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn no_statement_is_planned_anew_when_it_is_run_again() {
        let folder = tempfile::tempdir().unwrap();
        let connection = connect(&folder.path().join("db")).unwrap();
        for step in crate::migration::steps(crate::Engine::Sqlite, 0) {
            connection.execute_batch(&step).unwrap();
        }
        let mut looked = 0;
        for (engine, sql) in crate::statements() {
            let is_ours = engine.is_none_or(|engine| engine == crate::Engine::Sqlite);
            if !is_ours || !sql.sqlite.trim_start().starts_with("SELECT") {
                continue;
            }
            let mut statement = connection.prepare(sql.sqlite).unwrap();
            for number in 0..5 {
                let arguments = vec![number; statement.parameter_count()];
                let mut rows = statement.query(rusqlite::params_from_iter(arguments)).unwrap();
                while rows.next().is_ok_and(|row| row.is_some()) {}
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{}", sql.name);
            looked += 1;
        }
        assert!(looked > 50, "{looked}");
    }
}
