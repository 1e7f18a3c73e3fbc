//! How many rows are wanted.

use super::index::{Index, Row};

/// So many, of all carriers or of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    pub rows: usize,
    pub each_carrier: bool,
}

impl Most {
    pub fn of_all(rows: usize) -> Self {
        Self { rows, each_carrier: false }
    }

    /// Leaves the first of them.
    pub fn truncate<T>(self, index: &Index, found: &mut Vec<T>, row: impl Fn(&T) -> Row) {
        if !self.each_carrier {
            found.truncate(self.rows);
        } else if found.len() > self.rows {
            let mut counts = vec![0_usize; index.carriers.len()];
            found.retain(|found| {
                let count = counts.get_mut(index.carrier.get(row(found)) as usize);
                count.is_some_and(|count| {
                    *count += 1;
                    *count <= self.rows
                })
            });
        }
    }
}
