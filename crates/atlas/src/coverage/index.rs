//! The index, opened: from a file, or in memory for the few areas of a delta.

use super::grid::Point;
use super::layout::{CHILDREN, KIND, LEAVES, META, NODES, NUMBERS, ROOTS, Roots, SETS, STEP, VERSION};
use super::table::{Table, child};
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
        nodes: Section<[u32; CHILDREN]>,
        leaves: Section<u32>,
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
    pub nodes: Vec<[u32; CHILDREN]>,
    pub leaves: Vec<u32>,
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
            nodes: file.section(NODES)?,
            leaves: file.section(LEAVES)?,
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
    pub fn at_all(&self, points: &[(f64, f64)], mut tell: impl FnMut(usize, &[u64])) {
        /// So many at once that number and cell fit into one key.
        const NUMBER: u32 = 20;
        let table = self.table();
        let mut found = Vec::new();
        let mut keys = Vec::with_capacity(points.len().min(1 << NUMBER));
        for (block, points) in points.chunks(1 << NUMBER).enumerate() {
            let first = block << NUMBER;
            keys.clear();
            for (number, (latitude, longitude)) in points.iter().enumerate() {
                match Point::at(*latitude, *longitude).and_then(|point| key(&table, point)) {
                    Some(key) => keys.push(key << NUMBER | number as u64),
                    None => tell(first + number, &[]),
                }
            }
            keys.sort_unstable();
            for key in &keys {
                let number = (key & ((1 << NUMBER) - 1)) as usize;
                found.clear();
                if let Some(point) = points.get(number).and_then(|point| Point::at(point.0, point.1)) {
                    table.at(point, &mut found);
                }
                tell(first + number, &found);
            }
        }
    }

    fn table(&self) -> Table<'_> {
        match &self.parts {
            Parts::Mapped { roots, nodes, leaves, sets, numbers, .. } => {
                Table { cells: self.cells, roots, nodes, leaves, sets, numbers }
            }
            Parts::Owned(owned) => Table {
                cells: self.cells,
                roots: &owned.roots,
                nodes: &owned.nodes,
                leaves: &owned.leaves,
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

/// Ascends with the place of the point's leaf in the file. None: outside of all cells.
fn key(table: &Table<'_>, point: Point) -> Option<u64> {
    const LEVELS: u32 = 5;
    let mut key = table.root(point)? as u64;
    let mut shift = table.cells.shift;
    for _ in 0..LEVELS {
        shift = shift.saturating_sub(STEP);
        key = key << (2 * STEP) | child(point, shift) as u64;
    }
    Some(key)
}
