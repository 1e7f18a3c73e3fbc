//! How much may be under way to one carrier: calls at once, and calls a second. One sick or slow
//! carrier takes its own places only.

use carriers::Limits;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub struct Pace {
    limits: Limits,
    places: Arc<Semaphore>,
    rate: Option<Mutex<Rate>>,
}

/// Calls that may begin now: as many as a second allows, filled up as time goes on.
struct Rate {
    per_second: f64,
    calls: f64,
    /// Machine time to which it was filled up.
    at: Duration,
}

impl Rate {
    fn take(&mut self, now: Duration, most: usize) -> usize {
        self.calls += now.saturating_sub(self.at).as_secs_f64() * self.per_second;
        (self.calls, self.at) = (self.calls.min(self.per_second), now);
        let taken = (self.calls.max(0.0) as usize).min(most);
        self.calls -= taken as f64;
        taken
    }

    /// How long until there is one.
    fn wait(&self) -> Duration {
        Duration::from_secs_f64(((1.0 - self.calls) / self.per_second).clamp(0.001, 1.0))
    }
}

impl Pace {
    pub fn new(limits: &Limits) -> Self {
        let rate = limits.rate_per_second.map(f64::from);
        Self {
            limits: limits.clone(),
            places: Arc::new(Semaphore::new(limits.concurrency)),
            rate: rate
                .map(|per_second| Mutex::new(Rate { per_second, calls: per_second, at: store::machine() })),
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
    pub fn take(&self, most: usize) -> usize {
        let Some(rate) = &self.rate else { return most };
        rate.lock().unwrap_or_else(PoisonError::into_inner).take(store::machine(), most)
    }

    /// Calls that were taken and not begun.
    pub fn give_back(&self, calls: usize) {
        if let Some(rate) = &self.rate {
            rate.lock().unwrap_or_else(PoisonError::into_inner).calls += calls as f64;
        }
    }

    /// Waits for the rate to allow one more call of an action that has its place.
    pub async fn ready(&self) {
        while self.take(1) == 0 {
            let wait = match &self.rate {
                Some(rate) => rate.lock().unwrap_or_else(PoisonError::into_inner).wait(),
                None => return,
            };
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_as_many_calls_as_the_limit_and_what_was_not_begun_is_left_to_others() {
        let mut rate = Rate { per_second: 5.0, calls: 5.0, at: Duration::ZERO };
        assert_eq!(rate.take(Duration::ZERO, 32), 5);
        rate.calls += 3.0;
        assert_eq!(rate.take(Duration::ZERO, 2), 2);
        assert_eq!(rate.take(Duration::from_millis(100), 32), 1);
        assert_eq!(rate.take(Duration::from_millis(150), 32), 0);
        assert!(rate.wait() <= Duration::from_millis(150), "{:?}", rate.wait());
        assert_eq!(rate.take(Duration::from_secs(60), 32), 5, "no more than a second's are saved up");
    }
}
