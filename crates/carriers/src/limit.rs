//! The part of a carrier's settings that the engine reads: `"limits": {…}`. The same for every connector.

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
    /// Calls begun in a second, on each node. None: as many as there are.
    pub rate_per_second: Option<u32>,
    /// How long a prompt waits for its answer, in business time.
    pub prompt_limit_s: u64,
    /// The pauses before each look-up of an unknown outcome. As many misses in a row as there are
    /// pauses mean that it is absent: together, without the first (which is left out after a crash),
    /// they must outlast the carrier's slowest booking.
    pub lookup_spacing_ms: Vec<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout_ms: 10_000,
            concurrency: 32,
            rate_per_second: None,
            prompt_limit_s: 1_800,
            lookup_spacing_ms: vec![5_000, 30_000, 120_000],
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
            && (1..=10).contains(&limits.lookup_spacing_ms.len());
        if fits { Ok(limits) } else { Err("settings: limits: a value is out of its range".into()) }
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub fn prompt_limit(&self) -> Duration {
        Duration::from_secs(self.prompt_limit_s)
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
