//! Areas that changed since the file was built: an index of their own, in memory.

use super::{Builder, Index, Refused};
use geo::MultiPolygon;
use std::collections::BTreeSet;

/// Made anew for each change, from all that changed since the file: in milliseconds for hundreds of areas. Nothing in
/// it changes, so it is read and replaced as the index is.
#[derive(Debug, Default)]
pub struct Delta {
    /// None: nothing was added.
    added: Option<Index>,
    /// Numbers whose geometry in the file is no longer theirs.
    replaced: BTreeSet<u64>,
}

/// What became of an area: its geometry now, or none if it is withdrawn.
pub type Changed = (u64, Option<MultiPolygon<f64>>);

impl Delta {
    /// Of several changes of one area the last one counts. The first area that is refused ends it.
    pub fn of(changes: impl IntoIterator<Item = Changed>) -> Result<Self, Refused> {
        let last: std::collections::BTreeMap<u64, _> = changes.into_iter().collect();
        let mut builder = Builder::new();
        let mut is_empty = true;
        for (number, geometry) in &last {
            if let Some(geometry) = geometry {
                builder.add(*number, geometry)?;
                is_empty = false;
            }
        }
        let added = if is_empty { None } else { Some(builder.finish().map_err(|_| Refused::TooMany)?) };
        Ok(Self { added, replaced: last.into_keys().collect() })
    }

    /// How many areas changed.
    pub fn len(&self) -> usize {
        self.replaced.len()
    }

    pub fn is_empty(&self) -> bool {
        self.replaced.is_empty()
    }

    /// Makes what the file says of a point what holds now; both ascend.
    pub(super) fn correct(&self, latitude: f64, longitude: f64, found: &mut Vec<u64>, spare: &mut Vec<u64>) {
        if self.replaced.is_empty() {
            return;
        }
        found.retain(|number| !self.replaced.contains(number));
        if let Some(added) = &self.added {
            added.at(latitude, longitude, spare);
            if !spare.is_empty() {
                found.append(spare);
                found.sort_unstable();
            }
        }
    }
}
