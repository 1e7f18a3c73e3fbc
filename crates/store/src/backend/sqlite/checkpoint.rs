//! Brings the write-ahead log back into the database. The bulk is done on a thread of its own while the
//! writer goes on; what came in meanwhile is little, and the writer does that itself, so that the log
//! begins anew and does not grow for ever.

use super::{BUSY_STEP, connect, sleep, spawn, sync, wait_for_lock};
use crate::Error;
use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// New pages in the log after which they are brought back: 16 MB, so that the disk is not kept from the
/// syncer for long at once.
const BULK: usize = 4_000;
/// Pages in the log at which it begins anew.
const PAGES: usize = 16_000;
/// Readers that still need the log are waited for this many times a millisecond; then it goes on growing,
/// until the next time.
const READER_TRIES: i32 = 20;

#[derive(Clone)]
pub struct Checkpointer {
    /// Pages in the log.
    pages: Arc<AtomicUsize>,
    /// How many there are when the next bulk begins.
    next: Arc<AtomicUsize>,
    /// A bulk is done.
    done: Arc<AtomicBool>,
    begin: Sender<()>,
}

impl Checkpointer {
    pub fn start(database: &Path) -> Result<Self, Error> {
        let connection = connect(database)?;
        // Never closed: that would end the locks that SQLite holds on this file for the whole process.
        let file: &'static File = Box::leak(Box::new(File::open(database).map_err(Error::unavailable)?));
        let (begin, wanted) = bounded(1);
        let checkpointer = Self {
            pages: Arc::default(),
            next: Arc::new(AtomicUsize::new(BULK)),
            done: Arc::default(),
            begin,
        };
        let done = checkpointer.done.clone();
        spawn("store-checkpoint", move || work(&connection, file, &wanted, &done))?;
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
            self.next.store(pages + BULK, Ordering::Relaxed);
        }
    }

    /// The writer's part, between two of its transactions: nearly all is done, and on the disk.
    pub fn finish(&self, writer: &mut Connection) {
        if self.pages.load(Ordering::Relaxed) < PAGES || !self.done.swap(false, Ordering::AcqRel) {
            return;
        }
        let begun_anew = writer.busy_handler(Some(wait_for_readers)).and_then(|()| {
            let busy: i64 = writer.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0))?;
            Ok(busy == 0)
        });
        match begun_anew {
            Ok(true) => {
                self.pages.store(0, Ordering::Relaxed);
                self.next.store(BULK, Ordering::Relaxed);
            }
            Ok(false) => {}
            Err(error) => tell(&error),
        }
        if let Err(error) = writer.busy_handler(Some(wait_for_lock)) {
            tracing::error!(%error, "the writer waits for nobody");
        }
    }
}

fn work(connection: &Connection, database: &File, wanted: &Receiver<()>, done: &AtomicBool) {
    for () in wanted {
        if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tell(&error);
            continue;
        }
        // SQLite leaves this to whoever comes to the end of the log, which would be the writer.
        if let Err(error) = database.sync_data() {
            sync::stop(&error);
        }
        done.store(true, Ordering::Release);
    }
}

fn tell(error: &rusqlite::Error) {
    tracing::warn!(%error, "the write-ahead log was not brought back; it is tried again");
}

fn wait_for_readers(tries: i32) -> bool {
    sleep(BUSY_STEP);
    tries < READER_TRIES
}
