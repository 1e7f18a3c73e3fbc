//! How much may be under way to one carrier: calls at once, and calls a second. One sick or slow
//! carrier takes its own places only.
//!
//! Calls a second are those of all nodes together: a node takes small batches of them from the store, each call
//! with the moment from which it may begin, and hands them out here. What is not begun soon after is lost.

use carriers::Limits;
use model::id::CarrierId;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Error, Store, Tx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The calls of so many milliseconds are taken from the store at once; one call at least.
const BATCH_MS: u32 = 150;
/// A call that has not begun so long after its moment is lost: a second can see that much more than its rate.
const KEPT: Duration = Duration::from_millis(250);
/// When the store gave none.
const AGAIN: Duration = Duration::from_millis(100);

pub struct Pace {
    limits: Limits,
    places: Arc<Semaphore>,
    given: Mutex<Given>,
    /// Actions that have their place, and wait for a call.
    waiting: AtomicUsize,
    asking: tokio::sync::Mutex<()>,
}

/// The machine times from which the calls may begin that the store gave to this node, in order.
#[derive(Default)]
struct Given(VecDeque<Duration>);

impl Given {
    /// Those that may begin now, at most so many.
    fn take(&mut self, now: Duration, most: usize) -> Vec<Duration> {
        self.0.retain(|from| *from + KEPT >= now);
        let ripe = self.0.iter().take_while(|from| **from <= now).count();
        self.0.drain(..ripe.min(most)).collect()
    }

    fn add(&mut self, calls: Vec<Duration>) {
        self.0.extend(calls);
        self.0.make_contiguous().sort_unstable();
    }
}

/// So many calls from the store, at most the batch of their rate: none when other nodes have all of the near
/// future.
pub fn reserve(
    tx: &mut Tx<'_>,
    id: CarrierId,
    per_second: u32,
    calls: usize,
) -> Result<Vec<Duration>, Error> {
    let calls = u32::try_from(calls).unwrap_or(u32::MAX).min(batch(per_second));
    if calls == 0 {
        return Ok(Vec::new());
    }
    let (asked, each) = (store::machine(), Duration::from_secs(1) / per_second.max(1));
    let begins = store::rate::reserve(tx, id, each * calls)?;
    Ok(begins.map(|wait| (0..calls).map(|n| asked + wait + each * n).collect()).unwrap_or_default())
}

fn batch(per_second: u32) -> u32 {
    (u64::from(per_second) * u64::from(BATCH_MS) / 1_000).clamp(1, 10_000) as u32
}

impl Pace {
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            places: Arc::new(Semaphore::new(limits.concurrency)),
            given: Mutex::default(),
            waiting: AtomicUsize::new(0),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// Whether it was made for these limits.
    pub fn fits(&self, limits: &Limits) -> bool {
        self.limits == *limits
    }

    /// A place for one action, if there is one now: what is claimed can be sent at once, within its lease.
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Calls that may begin now, at most so many; they are taken.
    pub fn take(&self, most: usize) -> Vec<Duration> {
        match self.limits.rate_per_second {
            Some(_) => self.given().take(store::machine(), most),
            None => vec![Duration::ZERO; most],
        }
    }

    /// Calls that are at hand: those of the store, and those that were taken and not begun.
    pub fn give(&self, calls: Vec<Duration>) {
        if self.limits.rate_per_second.is_some() && !calls.is_empty() {
            self.given().add(calls);
        }
    }

    /// The rate, when no call is at hand and the store is to be asked for more.
    pub fn wants(&self) -> Option<u32> {
        self.limits.rate_per_second.filter(|_| self.given().0.is_empty())
    }

    /// Waits for the rate to allow one more call of an action that has its place.
    pub async fn ready(&self, store: &Store, id: CarrierId) {
        let Some(per_second) = self.limits.rate_per_second else { return };
        let _waiting = Waiting::one_more(&self.waiting);
        while self.take(1).is_empty() {
            let next = self.given().0.front().copied();
            if let Some(next) = next {
                tokio::time::sleep(next.saturating_sub(store::machine())).await;
                continue;
            }
            let _asking = self.asking.lock().await;
            if self.wants().is_none() {
                continue;
            }
            let calls = self.waiting.load(Ordering::Relaxed);
            match store.write_patiently(move |tx| reserve(tx, id, per_second, calls)).await {
                Ok(calls) if !calls.is_empty() => self.give(calls),
                // Without the store nothing is sent: it can be asked again as long as there is patience.
                Ok(_) | Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counted for as long as somebody waits, also when they give up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn one_more(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_call_begins_at_its_moment_or_soon_after_and_what_was_not_begun_is_left_to_others() {
        let mut given = Given::default();
        given.add(vec![ms(1_000), ms(1_050), ms(1_100)]);
        assert_eq!(given.take(ms(999), 32), []);
        let taken = given.take(ms(1_060), 32);
        assert_eq!(taken, [ms(1_000), ms(1_050)]);
        given.add(taken);
        assert_eq!(given.take(ms(1_200), 1), [ms(1_000)]);
        assert_eq!(given.take(ms(1_320), 32), [ms(1_100)], "the second is lost");
        assert_eq!(given.take(ms(9_000), 32), []);
    }

    #[test]
    fn a_batch_is_a_small_part_of_a_second_and_one_call_at_least() {
        assert_eq!([1, 6, 20, 100, 1_000].map(batch), [1, 1, 3, 15, 150]);
    }
}
