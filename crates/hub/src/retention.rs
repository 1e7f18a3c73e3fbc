//! What is kept only for a time: old rows go in small steps, on every node that works.

use crate::{Error, Hub};
use std::time::Duration;

/// An idempotency key gives the same answer for this long at least.
const IDEMPOTENCY: Duration = Duration::from_secs(400 * 86_400);
const EVERY: Duration = Duration::from_secs(3_600);
/// Rows in one transaction.
const STEP: i64 = 1_000;

impl Hub {
    /// Prunes once an hour until the process ends.
    pub async fn prune(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            match self.prune_once().await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "old idempotency keys forgotten"),
                Err(error) => tracing::warn!(%error, "old rows could not be pruned"),
            }
        }
    }

    /// Forgets what is older than its time; says how many rows.
    pub async fn prune_once(&self) -> Result<u64, Error> {
        let before = self.store().clock().now().minus(IDEMPOTENCY);
        let mut rows = 0;
        loop {
            let pruned = self.store().write(move |tx| store::idempotency::prune(tx, before, STEP)).await?;
            rows += pruned;
            if pruned == 0 {
                return Ok(rows);
            }
        }
    }
}
