//! Brings the write-ahead log back into the database. The bulk is done on a thread of its own while the
//! writer goes on; what came in meanwhile is little, and the writer does that itself, so that the log
//! begins anew and does not grow for ever.

use super::{BUSY_STEP, connect, sleep, spawn, wait_for_lock};
use crate::Error;
use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Pages in the log after which it is brought back: 64 MB.
const PAGES: usize = 16_000;
/// Readers that still need the log are waited for this many times a millisecond; then it goes on growing,
/// until the next time.
const READER_TRIES: i32 = 20;

#[derive(Clone)]
pub struct Checkpointer {
    /// Pages in the log at which the next one begins.
    next: Arc<AtomicUsize>,
    pages: Arc<AtomicUsize>,
    /// The bulk is done; the writer is to do the rest.
    done: Arc<AtomicBool>,
    begin: Sender<()>,
}

impl Checkpointer {
    pub fn start(database: &Path) -> Result<Self, Error> {
        let connection = connect(database)?;
        let (begin, wanted) = bounded(1);
        let checkpointer = Self {
            next: Arc::new(AtomicUsize::new(PAGES)),
            pages: Arc::default(),
            done: Arc::default(),
            begin,
        };
        let done = checkpointer.done.clone();
        spawn("store-checkpoint", move || work(&connection, &wanted, &done))?;
        Ok(checkpointer)
    }

    /// Counts the pages that a connection's commits leave in the log.
    pub fn watch(&self, writer: &mut Connection) -> Result<(), Error> {
        let counted = self.clone();
        Ok(writer.wal_hook(Some(move |_: &mut _, pages| {
            counted.count(usize::try_from(pages).unwrap_or(0));
            Ok(())
        }))?)
    }

    fn count(&self, pages: usize) {
        self.pages.store(pages, Ordering::Relaxed);
        if pages >= self.next.load(Ordering::Relaxed) && self.begin.try_send(()).is_ok() {
            self.next.store(pages + PAGES, Ordering::Relaxed);
        }
    }

    /// The writer's part, between two of its transactions.
    pub fn finish(&self, writer: &mut Connection) {
        if !self.done.swap(false, Ordering::AcqRel) {
            return;
        }
        let begun_anew = writer.busy_handler(Some(wait_for_readers)).and_then(|()| {
            let busy: i64 = writer.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0))?;
            Ok(busy == 0)
        });
        match begun_anew {
            Ok(true) => self.next.store(PAGES, Ordering::Relaxed),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log was not brought back; it is tried again")
            }
        }
        if let Err(error) = writer.busy_handler(Some(wait_for_lock)) {
            tracing::error!(%error, "the writer waits for nobody");
        }
    }
}

fn work(connection: &Connection, wanted: &Receiver<()>, done: &AtomicBool) {
    for () in wanted {
        match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Ok(()) => done.store(true, Ordering::Release),
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log was not brought back; it is tried again")
            }
        }
    }
}

fn wait_for_readers(tries: i32) -> bool {
    sleep(BUSY_STEP);
    tries < READER_TRIES
}
