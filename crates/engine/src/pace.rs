//! How much may be under way to one carrier: calls at once, and calls a second. One sick or slow
//! carrier takes its own places only.

use carriers::Limits;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub struct Pace {
    limits: Limits,
    places: Arc<Semaphore>,
    rate: Option<DefaultDirectRateLimiter>,
}

impl Pace {
    pub fn new(limits: &Limits) -> Self {
        let rate = limits.rate_per_second.and_then(NonZeroU32::new);
        Self {
            limits: limits.clone(),
            places: Arc::new(Semaphore::new(limits.concurrency)),
            rate: rate.map(|rate| RateLimiter::direct(Quota::per_second(rate))),
        }
    }

    /// Whether it was made for these limits.
    pub fn fits(&self, limits: &Limits) -> bool {
        self.limits == *limits
    }

    /// A place for one action and its first call, if there is one now: what is claimed can be sent
    /// at once, within its lease.
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        self.rate.as_ref().is_none_or(|rate| rate.check().is_ok()).then_some(place)
    }

    /// Waits for the rate to allow one more call of an action that has its place.
    pub async fn ready(&self) {
        if let Some(rate) = &self.rate {
            rate.until_ready().await;
        }
    }
}
