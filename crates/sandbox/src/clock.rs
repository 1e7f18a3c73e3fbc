//! The one place where the sandbox carrier reads the time and waits on a thread of its own. It is a world of its
//! own: its clock is never moved. Waits in handlers are `Shared::hold`.

use std::thread;
use std::time::{Duration, Instant};

/// Microseconds UTC, for the ledger and for the end of sessions.
#[allow(clippy::disallowed_methods, reason = "the ledger's time is the carrier's own")]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// RFC 3339 with six decimals; empty for a number that is no time, which only a damaged file holds.
pub fn rfc3339(microseconds: i64) -> String {
    jiff::Timestamp::from_microsecond(microseconds).map(|time| format!("{time:.6}")).unwrap_or_default()
}

/// Blocks the calling thread: for the writer, and for whoever opens the file, never within a handler.
#[allow(clippy::disallowed_methods, reason = "the writer's thread runs no async code")]
pub fn block(how_long: Duration) {
    thread::sleep(how_long);
}

/// How long the writer has had the file without a pause.
#[derive(Debug)]
pub struct Turn(Instant);

#[allow(clippy::disallowed_methods, reason = "fairness between processes, nothing depends on it")]
impl Turn {
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    pub fn is_longer_than(&self, limit: Duration) -> bool {
        self.0.elapsed() > limit
    }
}
