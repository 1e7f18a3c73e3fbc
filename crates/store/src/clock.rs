//! The two clocks. Business time is wall time plus an offset that the store keeps and that only a
//! demo moves; machine time is never moved. The only place of the program that asks the system.

use model::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Business time. Clones share their offset.
#[derive(Clone, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// Business time now.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(wall().micros().saturating_add(self.offset.load(Ordering::Acquire)))
    }

    /// How far business time is ahead of the wall, in microseconds.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Acquire)
    }

    /// Takes over the offset that the store keeps.
    pub fn set_offset(&self, micros: i64) {
        self.offset.store(micros, Ordering::Release);
    }
}

/// Wall time: the store's machine time on SQLite, and what business time is counted from.
#[allow(clippy::disallowed_methods, reason = "this is where the clock is read")]
pub fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Time since this machine started, counted also while it is suspended (CLOCK_BOOTTIME): what is
/// left of a lease is measured by it.
#[allow(clippy::disallowed_methods, reason = "this is where the clock is read")]
pub fn machine() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
