//! The part of a carrier's settings that the engine reads: `"limits": {…}`. The same for every connector.

use model::action::Operation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// A call that has no whole answer by then has none.
    pub timeout_ms: u64,
    /// Calls under way at once, on each node.
    pub concurrency: usize,
    /// Calls begun in a second, of all nodes together. None: as many as there are.
    pub rate_per_second: Option<u32>,
    /// How long a prompt waits for its answer, in business time.
    pub prompt_limit_s: u64,
    /// How long a coverage check is tried at a carrier that does not answer, in business time.
    pub coverage_limit_s: u64,
    /// The same for an order of which nothing was ever sent.
    pub order_limit_s: u64,
    /// The pauses before each look-up of an unknown outcome. As many misses in a row as there are
    /// pauses mean that it is absent: together, without the first (which is left out after a crash),
    /// they must outlast the carrier's slowest booking.
    pub lookup_spacing_ms: Vec<u64>,
    /// How long the carrier takes to book what it was sent, at most. None: as long as a call may take.
    pub slowest_booking_ms: Option<u64>,
}

/// Fewer misses than this say too little.
const LEAST_LOOKUPS: usize = 3;

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout_ms: 10_000,
            concurrency: 32,
            rate_per_second: None,
            prompt_limit_s: 1_800,
            coverage_limit_s: 900,
            order_limit_s: 86_400,
            lookup_spacing_ms: vec![5_000, 30_000, 120_000],
            slowest_booking_ms: None,
        }
    }
}

impl Limits {
    /// The words of an error name the member at fault.
    pub fn read(settings: &Value) -> Result<Self, String> {
        let Some(limits) = settings.get("limits") else { return Ok(Self::default()) };
        let limits = Limits::deserialize(limits).map_err(|e| format!("settings: limits: {e}"))?;
        let fits = (1..=300_000).contains(&limits.timeout_ms)
            && (1..=10_000).contains(&limits.concurrency)
            && limits.rate_per_second != Some(0)
            && (1..=31_536_000).contains(&limits.prompt_limit_s)
            && (1..=31_536_000).contains(&limits.coverage_limit_s)
            && (1..=31_536_000).contains(&limits.order_limit_s)
            && (LEAST_LOOKUPS..=10).contains(&limits.lookup_spacing_ms.len())
            && limits.lookup_spacing_ms.iter().all(|pause| (1..=86_400_000).contains(pause));
        if !fits {
            return Err("settings: limits: a value is out of its range".into());
        }
        // Too short, and an order that is booked late is taken for absent and sent again.
        let slowest = limits.slowest_booking_ms.unwrap_or(limits.timeout_ms);
        if limits.lookup_spacing_ms.iter().skip(1).sum::<u64>() < slowest {
            return Err(format!(
                "settings: limits: lookup_spacing_ms: without the first these must add up to {slowest} at least: the slowest booking (slowest_booking_ms, or else timeout_ms)"
            ));
        }
        Ok(limits)
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub fn prompt_limit(&self) -> Duration {
        Duration::from_secs(self.prompt_limit_s)
    }

    /// How long an action is tried of which nothing was ever sent that counts.
    pub fn answer_limit(&self, operation: Operation) -> Duration {
        Duration::from_secs(match operation {
            Operation::Coverage => self.coverage_limit_s,
            Operation::Subscription => self.order_limit_s,
            // The hub's own: no carrier is waited for.
            Operation::Bulk | Operation::Change => u64::MAX / 2_000_000,
        })
    }

    /// The pause before the look-up after so many misses.
    pub fn spacing(&self, misses: i64) -> Duration {
        let at = usize::try_from(misses).unwrap_or(0).min(self.lookup_spacing_ms.len().saturating_sub(1));
        Duration::from_millis(self.lookup_spacing_ms.get(at).copied().unwrap_or(5_000))
    }

    /// Misses after which an attempt is known to be absent.
    pub fn misses(&self) -> i64 {
        self.lookup_spacing_ms.len() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn look_ups_outlast_the_slowest_booking() {
        let read = |limits: Value| Limits::read(&json!({ "limits": limits })).err();
        for good in [
            json!({}),
            json!({"timeout_ms": 6_000, "lookup_spacing_ms": [1_000, 2_000, 4_000]}),
            json!({"lookup_spacing_ms": [1, 50, 50], "slowest_booking_ms": 100}),
        ] {
            assert_eq!(read(good.clone()), None, "{good}");
        }
        for bad in [
            json!({"lookup_spacing_ms": [60_000]}),
            json!({"lookup_spacing_ms": [30_000, 30_000]}),
            json!({"lookup_spacing_ms": [10_000, 0, 60_000]}),
            json!({"lookup_spacing_ms": [60_000, 4_000, 4_000]}),
            json!({"timeout_ms": 20_000, "lookup_spacing_ms": [5_000, 5_000, 10_000]}),
            json!({"slowest_booking_ms": 600_000}),
        ] {
            assert!(read(bad.clone()).is_some_and(|reason| reason.contains("limits")), "{bad}");
        }
    }
}
