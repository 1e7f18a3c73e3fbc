//! What is kept only for a time: old rows go in small steps, on every node that works.

use crate::{Error, Hub};
use model::time::Timestamp;
use std::time::Duration;
use store::Tx;

const DAY: Duration = Duration::from_secs(86_400);
/// An idempotency key gives the same answer for this long at least.
const IDEMPOTENCY: Duration = DAY.saturating_mul(400);
/// Events can be replayed for 30 days at least; on PostgreSQL they go by whole months.
const EVENTS: Duration = DAY.saturating_mul(60);
/// What was said to carriers and what they answered, also too late: evidence for a quarter.
const EXCHANGES: Duration = DAY.saturating_mul(90);
/// A bulk qualification's file and its result. They can be fetched until a day before they go.
pub(crate) const FILES: Duration = DAY.saturating_mul(31);
/// Its answers can be quoted for half a year.
const ANSWERS: Duration = DAY.saturating_mul(183);
/// A session that ended is told from one that never was for a day.
pub(crate) const ENDED: Duration = DAY;
const EVERY: Duration = Duration::from_secs(3_600);
/// A start is not burdened with it.
const FIRST: Duration = Duration::from_secs(60);
/// Rows in one transaction …
const STEP: i64 = 1_000;
/// … of tables with large ones …
pub(crate) const STEP_LARGE: i64 = 32;
/// … and the time that the store is left to others after it.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// Forgets at most so many rows from before a moment.
type Forget = fn(&mut Tx<'_>, Timestamp, i64) -> Result<u64, store::Error>;

const KEPT: [(Duration, i64, Forget); 7] = [
    (IDEMPOTENCY, STEP, store::idempotency::prune),
    (EVENTS, STEP, store::retention::events),
    (EXCHANGES, STEP, store::retention::exchanges),
    (EXCHANGES, STEP, store::retention::late_responses),
    (FILES, STEP_LARGE, store::bulk::prune),
    (ANSWERS, STEP_LARGE, store::qualification::prune),
    (ENDED, STEP, store::session::prune),
];

impl Hub {
    /// Prunes once an hour until the process ends, and makes room for the months to come.
    pub async fn prune(&self) {
        tokio::time::sleep(FIRST).await;
        loop {
            match self.prune_once().await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "what is older than its time was forgotten"),
                Err(error) => tracing::warn!(%error, "old rows could not be pruned"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Forgets what is older than its time; says how many rows or partitions.
    pub async fn prune_once(&self) -> Result<u64, Error> {
        self.store().write(store::partition::make_ahead).await?;
        let (now, mut rows) = (self.store().clock().now(), 0);
        for (kept, step, forget) in KEPT {
            let before = now.minus(kept);
            loop {
                let pruned = self.store().write(move |tx| forget(tx, before, step)).await?;
                rows += pruned;
                if pruned == 0 {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(rows + self.give_up_stale_uploads().await?)
    }
}
