//! The index, opened: from a file, or in memory for the few areas of a delta.

use super::bulk;
use super::grid::Point;
use super::layout::{KIND, META, NUMBERS, POOL, ROOTS, Roots, SETS, VERSION};
use super::table::Table;
use crate::file::{Error, Mapped, Section};
use std::path::Path;
use std::sync::Arc;

/// Nothing in it changes: any number of threads read it at once. Keep it in an `Arc`, and put another in its place
/// when there is a new file.
#[derive(Debug)]
pub struct Index {
    cells: Roots,
    parts: Parts,
}

#[derive(Debug)]
enum Parts {
    Mapped {
        file: Arc<Mapped>,
        roots: Section<u32>,
        pool: Section<u32>,
        sets: Section<u32>,
        numbers: Section<u64>,
    },
    Owned(Owned),
}

/// What the builder made.
#[derive(Debug, Default)]
pub struct Owned {
    pub cells: Roots,
    pub roots: Vec<u32>,
    pub pool: Vec<u32>,
    pub sets: Vec<u32>,
    pub numbers: Vec<u64>,
}

impl Index {
    /// Maps the file that `Builder::write` wrote. On any error it is to be built again.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = Mapped::open(path, KIND, VERSION)?;
        let cells = Roots::from_meta(&file.section::<u32>(META)?)
            .ok_or(Error::Damaged("the cells of the areas cannot be like this"))?;
        let parts = Parts::Mapped {
            roots: file.section(ROOTS)?,
            pool: file.section(POOL)?,
            sets: file.section(SETS)?,
            numbers: file.section(NUMBERS)?,
            file,
        };
        Ok(Self { cells, parts })
    }

    /// The builder's `generation`; 0 of what is only in memory.
    pub fn generation(&self) -> u64 {
        match &self.parts {
            Parts::Mapped { file, .. } => file.generation(),
            Parts::Owned(_) => 0,
        }
    }

    /// Reads all of the file and compares it with its checksums. On an error it is to be built again; until then
    /// answers may be wrong.
    pub fn verify(&self) -> Result<(), Error> {
        match &self.parts {
            Parts::Mapped { file, .. } => file.verify(),
            Parts::Owned(_) => Ok(()),
        }
    }

    /// How many areas there are.
    pub fn len(&self) -> usize {
        self.table().numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts the numbers of all areas that hold the point into `found`, ascending, in place of what was there.
    /// Degrees of WGS 84; nothing holds a point that is not on the earth.
    pub fn at(&self, latitude: f64, longitude: f64, found: &mut Vec<u64>) {
        found.clear();
        if let Some(point) = Point::at(latitude, longitude) {
            self.table().at(point, found);
        }
    }

    /// Calls `tell` once for each point, with its place among `points` and what `at` would find. The order is the
    /// one in which the file is read fastest.
    pub fn at_all(&self, points: &[(f64, f64)], tell: impl FnMut(usize, &[u64])) {
        bulk::at_all(&self.table(), points, tell);
    }

    fn table(&self) -> Table<'_> {
        match &self.parts {
            Parts::Mapped { roots, pool, sets, numbers, .. } => {
                Table { cells: self.cells, roots, pool, sets, numbers }
            }
            Parts::Owned(owned) => Table {
                cells: self.cells,
                roots: &owned.roots,
                pool: &owned.pool,
                sets: &owned.sets,
                numbers: &owned.numbers,
            },
        }
    }
}

impl From<Owned> for Index {
    fn from(owned: Owned) -> Self {
        Self { cells: owned.cells, parts: Parts::Owned(owned) }
    }
}
