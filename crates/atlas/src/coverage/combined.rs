//! The index and what changed since, read as one.

use super::{Delta, Index};
use std::sync::Arc;

/// Cheap to clone: whoever owns it puts another in its place when there is a new file or a change, and readers go
/// on with the one they have.
#[derive(Debug, Clone)]
pub struct Coverage {
    index: Arc<Index>,
    delta: Arc<Delta>,
}

impl Coverage {
    /// `delta`: all that changed since `index` was built.
    pub fn new(index: Arc<Index>, delta: Arc<Delta>) -> Self {
        Self { index, delta }
    }

    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    pub fn delta(&self) -> &Arc<Delta> {
        &self.delta
    }

    /// As `Index::at`.
    pub fn at(&self, latitude: f64, longitude: f64, found: &mut Vec<u64>) {
        self.index.at(latitude, longitude, found);
        self.delta.correct(latitude, longitude, found, &mut Vec::new());
    }

    /// As `Index::at_all`.
    pub fn at_all(&self, points: &[(f64, f64)], mut tell: impl FnMut(usize, &[u64])) {
        if self.delta.is_empty() {
            return self.index.at_all(points, tell);
        }
        let (mut corrected, mut spare) = (Vec::new(), Vec::new());
        self.index.at_all(points, |place, found| {
            corrected.clear();
            corrected.extend_from_slice(found);
            if let Some((latitude, longitude)) = points.get(place) {
                self.delta.correct(*latitude, *longitude, &mut corrected, &mut spare);
            }
            tell(place, &corrected);
        });
    }
}
