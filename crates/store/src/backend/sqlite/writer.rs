//! The writer: runs what is queued under one commit, hands the commit to the syncer, and fills the
//! next one meanwhile.

use super::checkpoint::Checkpointer;
use super::sync::Disk;
use super::{execute, sleep};
use crate::backend::Ticket;
use crate::tx::{Driver, Tx};
use crate::{Error, clock};
use crossbeam_channel::Receiver;
use rusqlite::Connection;
use std::time::Duration;

/// A group closes after this many closures …
const GROUP: usize = 256;
/// … or after this long.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// While a commit is on its way to the disk, new jobs are looked for this often.
const NAP: Duration = Duration::from_micros(100);
/// After this much work without a pause …
const BUSY_TIME: Duration = Duration::from_millis(50);
/// … the lock is left free for this long, so that commands get their turn.
const PAUSE: Duration = Duration::from_millis(2);

pub struct Writer {
    connection: Connection,
    disk: Disk,
    checkpointer: Checkpointer,
}

impl Writer {
    pub fn new(mut connection: Connection, disk: Disk, checkpointer: Checkpointer) -> Result<Self, Error> {
        // NORMAL leaves out the sync of every commit, which the syncer makes. The cache is looked through
        // as a whole after most commits, so it holds little more than what is written to again and again.
        connection.execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384;",
        )?;
        checkpointer.watch(&mut connection)?;
        Ok(Self { connection, disk, checkpointer })
    }

    pub fn run(mut self, jobs: &Receiver<Ticket>) {
        let mut busy_since = clock::machine();
        while let Ok(first) = jobs.recv() {
            self.write_group(jobs, first);
            self.checkpointer.finish(&mut self.connection);
            if jobs.is_empty() {
                busy_since = clock::machine();
            } else if clock::machine().saturating_sub(busy_since) >= BUSY_TIME {
                sleep(PAUSE);
                busy_since = clock::machine();
            }
        }
    }

    /// Runs `first` and what else comes in time under one commit.
    fn write_group(&self, jobs: &Receiver<Ticket>, first: Ticket) {
        let began = clock::machine();
        if let Err(error) = execute(&self.connection, "BEGIN IMMEDIATE") {
            return first.job.reply(Err(error));
        }
        let mut group = Vec::with_capacity(64);
        let mut next = Some(first);
        let mut outcome = Ok(());
        while let Some(mut ticket) = next.take() {
            let kept = run(&self.connection, &mut ticket);
            group.push(ticket);
            outcome = match kept {
                Ok(true) => Ok(()),
                // It changed something before it failed: all of them once more, each so that it can be undone.
                Ok(false) => self.run_again(&mut group),
                Err(error) => Err(error),
            };
            if outcome.is_err() {
                break;
            }
            if group.len() < GROUP {
                next = self.next(jobs, began);
            }
        }
        let commit = self.disk.begin();
        let committed = outcome.and_then(|()| execute(&self.connection, "COMMIT"));
        if committed.is_err() && !self.connection.is_autocommit() {
            let _ = execute(&self.connection, "ROLLBACK");
        }
        metrics::histogram!("demarc_store_group_size").record(group.len() as f64);
        self.disk.hand_over(commit, group, committed);
    }

    /// The next job for this group. While an earlier commit is on its way to the disk there is time to
    /// wait for one: this one could not be made durable before.
    fn next(&self, jobs: &Receiver<Ticket>, began: Duration) -> Option<Ticket> {
        loop {
            let left = GROUP_TIME.checked_sub(clock::machine().saturating_sub(began))?;
            if let Ok(ticket) = jobs.try_recv() {
                return Some(ticket);
            }
            if self.disk.is_idle() {
                return None;
            }
            // Not for each job: being woken costs more than most of them.
            let _ = self.disk.synced.recv_timeout(left.min(NAP));
        }
    }

    /// Begins the transaction anew and runs a group again, each closure in a savepoint of its own.
    fn run_again(&self, group: &mut [Ticket]) -> Result<(), Error> {
        execute(&self.connection, "ROLLBACK")?;
        execute(&self.connection, "BEGIN IMMEDIATE")?;
        for ticket in group {
            execute(&self.connection, "SAVEPOINT one")?;
            if !run(&self.connection, ticket)? {
                execute(&self.connection, "ROLLBACK TO one")?;
            }
            execute(&self.connection, "RELEASE one")?;
        }
        Ok(())
    }
}

/// Runs a closure. False: it failed, and what it changed is to be undone. An error is the end of the group.
fn run(connection: &Connection, ticket: &mut Ticket) -> Result<bool, Error> {
    let changes = connection.total_changes();
    let store = ticket.store.clone();
    let mut tx = Tx::new(Driver::Sqlite(connection), &store);
    let keep = ticket.job.run(&mut tx);
    if connection.is_autocommit() {
        return Err(if tx.full {
            Error::Full
        } else {
            Error::unavailable("the engine ended the transaction")
        });
    }
    Ok(keep || connection.total_changes() == changes)
}
