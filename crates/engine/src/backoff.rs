//! How long to wait before trying again: doubling, capped, with jitter so that what failed together
//! does not come back together.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);

/// The pause before the retry after `failures` failures in a row (1 for the first): between half
/// and all of 0.5 s, 1 s, 2 s … 60 s.
pub fn pause(failures: i64, seed: u64) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(16);
    let full = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let half = full / 2;
    half + half.mul_f64((seed % 1_000) as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_cap_and_stay_within_their_jitter() {
        for failures in 1..100 {
            let (low, high) = (pause(failures, 0), pause(failures, 999));
            assert!(low <= high && high <= LONGEST && low >= FIRST / 2, "{failures}: {low:?} {high:?}");
        }
        assert!(pause(3, 0) >= Duration::from_secs(1));
        assert!(pause(60, 0) >= Duration::from_secs(30));
    }
}
