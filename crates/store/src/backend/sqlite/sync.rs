//! Makes commits durable beside the writer: one sync of the write-ahead log covers every commit that
//! was written before it began. Nothing is answered before what it rests on is on the disk, neither a
//! write nor a read that may have seen one.

use super::spawn;
use crate::Error;
use crate::backend::Ticket;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which commits are on the disk. They are numbered from 1.
#[derive(Clone)]
pub struct Disk {
    /// The last commit that was begun; raised before others can see it.
    begun: Arc<AtomicU64>,
    /// All commits up to this one are durable, or failed.
    durable: Arc<AtomicU64>,
    answers: Sender<Answers>,
    /// A token for every sync, for a writer that waits for one.
    pub synced: Receiver<()>,
}

/// Answers that wait for the disk.
struct Answers {
    /// The commit that they rest on.
    rests_on: u64,
    /// They come from the writer: what they rest on is in the log.
    written: bool,
    tickets: Vec<Ticket>,
    committed: Result<(), Error>,
}

impl Disk {
    /// Starts the syncer for a database whose write-ahead log is there.
    pub fn start(database: &Path) -> Result<Self, Error> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let log = File::open(&log).map_err(Error::unavailable)?;
        Self::on(move || log.sync_data())
    }

    fn on(sync: impl Fn() -> io::Result<()> + Send + 'static) -> Result<Self, Error> {
        let (answers, waiting) = unbounded();
        let (tell, synced) = bounded(1);
        let disk = Self { begun: Arc::default(), durable: Arc::default(), answers, synced };
        let durable = disk.durable.clone();
        spawn("store-syncer", move || sync_all(sync, &waiting, &durable, &tell))?;
        Ok(disk)
    }

    /// A number for the commit that is about to be made.
    pub fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Takes over a commit that was written, or failed: its callers are answered once it is durable.
    pub fn hand_over(&self, commit: u64, tickets: Vec<Ticket>, committed: Result<(), Error>) {
        self.send(Answers { rests_on: commit, written: true, tickets, committed });
    }

    /// Whether all that was begun is on the disk.
    pub fn is_idle(&self) -> bool {
        self.durable.load(Ordering::SeqCst) >= self.begun.load(Ordering::SeqCst)
    }

    /// Answers a reader, which may have seen what is not durable yet.
    pub fn reply_when_durable(&self, ticket: Ticket) {
        let rests_on = self.begun.load(Ordering::SeqCst);
        if self.durable.load(Ordering::SeqCst) >= rests_on {
            return ticket.job.reply(Ok(()));
        }
        self.send(Answers { rests_on, written: false, tickets: vec![ticket], committed: Ok(()) });
    }

    fn send(&self, answers: Answers) {
        // The syncer ends only with the process.
        let _ = self.answers.send(answers);
    }
}

fn sync_all(
    sync: impl Fn() -> io::Result<()>,
    waiting: &Receiver<Answers>,
    durable: &AtomicU64,
    tell: &Sender<()>,
) {
    let mut held = Vec::new();
    while let Ok(first) = waiting.recv() {
        held.push(first);
        held.extend(waiting.try_iter());
        let written = held.iter().filter(|a| a.written).map(|a| a.rests_on).max().unwrap_or(0);
        if written > durable.load(Ordering::SeqCst) {
            if let Err(error) = sync() {
                stop(&error);
            }
            durable.store(written, Ordering::SeqCst);
            let _ = tell.try_send(());
        }
        let now = durable.load(Ordering::SeqCst);
        for answers in held.extract_if(.., |a| a.rests_on <= now) {
            for ticket in answers.tickets {
                ticket.job.reply(answers.committed.as_ref().copied().map_err(Error::again));
            }
        }
    }
}

/// After a failed sync nobody knows what is on the disk, and a second one would say that all is well:
/// only a start reads what is really there.
pub fn stop(error: &io::Error) -> ! {
    tracing::error!(%error, "the store cannot be made durable: stopping at once");
    eprintln!(
        "demarc: the store cannot be made durable ({error}): stopping at once; start it again when the disk is well"
    );
    std::process::abort()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::backend::Job;
    use crate::testing::TestStore;
    use crate::tx::Tx;
    use std::time::Duration;

    /// Says so when it is answered.
    struct Told(Sender<&'static str>, &'static str);

    impl Job for Told {
        fn run(&mut self, _: &mut Tx<'_>) -> bool {
            true
        }

        fn reply(self: Box<Self>, _: Result<(), Error>) {
            self.0.send(self.1).unwrap();
        }
    }

    const MOMENT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(10);

    #[test]
    fn nothing_is_answered_before_what_it_rests_on_is_on_the_disk() {
        let t = TestStore::sqlite();
        let (tell, told) = unbounded();
        let ticket = |name| Ticket { job: Box::new(Told(tell.clone(), name)), store: t.store.clone() };
        let (spin, turn) = bounded(0);
        let disk = Disk::on(move || turn.recv().map_err(io::Error::other)).unwrap();
        // Nothing was written yet.
        disk.reply_when_durable(ticket("an early read"));
        assert_eq!(told.recv_timeout(LONG).unwrap(), "an early read");
        // It may have seen a commit that is not even handed over.
        let commit = disk.begin();
        disk.reply_when_durable(ticket("a read of it"));
        assert!(told.recv_timeout(MOMENT).is_err());
        disk.hand_over(commit, vec![ticket("a write")], Ok(()));
        assert!(told.recv_timeout(MOMENT).is_err() && !disk.is_idle());
        // A sync that began before a commit was written says nothing of that one.
        let next = disk.begin();
        disk.hand_over(next, vec![ticket("a later write")], Ok(()));
        spin.send(()).unwrap();
        let mut answered = [told.recv_timeout(LONG).unwrap(), told.recv_timeout(LONG).unwrap()];
        answered.sort_unstable();
        assert_eq!(answered, ["a read of it", "a write"]);
        assert!(told.recv_timeout(MOMENT).is_err());
        spin.send(()).unwrap();
        assert_eq!(told.recv_timeout(LONG).unwrap(), "a later write");
        disk.reply_when_durable(ticket("a late read"));
        assert_eq!(told.recv_timeout(LONG).unwrap(), "a late read");
    }
}
