//! The one clock of the benches, and randomness that a seed repeats.

use std::time::Instant;

#[allow(clippy::disallowed_methods, reason = "a bench measures time; this is the one place that reads it")]
pub fn now() -> Instant {
    Instant::now()
}

/// SplitMix64: good enough to choose moments and keys.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Streams of different numbers differ.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        random.next();
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// At least `from`, below `to`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from).max(1)
    }
}
