//! How much work one geometry may be. Rings as people draw them need a small part of it; what needs more would take for
//! minutes or for ever, and nobody could say what it means.

use super::Reason;

/// In looks at an edge, about a nanosecond each.
const ALL: u64 = 1_000_000_000;
/// A pair of edges or rings that are near each other is found in a tree.
pub const PAIR: u64 = 20;
/// A crossing is worked out again when rings are made anew.
pub const CROSSING: u64 = 200;

#[derive(Debug)]
pub struct Effort {
    left: u64,
}

impl Effort {
    pub fn new() -> Self {
        Self { left: ALL }
    }

    pub fn spend(&mut self, looks: u64) -> Result<(), Reason> {
        self.left = self.left.checked_sub(looks).ok_or(Reason::Dense)?;
        Ok(())
    }
}
