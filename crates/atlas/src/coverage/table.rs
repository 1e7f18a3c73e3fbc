//! The index's parts as slices, wherever they lie, and the way through them to an answer.

use super::grid::{FINE, Point};
use super::layout::{Cell, Entry, Roots, STEP};
use super::leaf;

/// Borrowed from a mapped file or from memory. Nothing in it is trusted: whatever is not there is left out of the
/// answer.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    pub cells: Roots,
    pub roots: &'a [u32],
    /// Nodes and leaves.
    pub pool: &'a [u32],
    pub sets: &'a [u32],
    pub numbers: &'a [u64],
}

/// Where a way through the cells ends.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub entry: Entry,
    shift: u32,
}

impl<'a> Table<'a> {
    /// Adds the numbers of the areas that hold the point, ascending.
    #[inline]
    pub fn at(&self, point: Point, found: &mut Vec<u64>) {
        let mut cell = self.begin(point);
        while self.go_on(point, &mut cell) {}
        self.read(point, cell, found);
    }

    /// The point's root cell.
    #[inline]
    pub fn begin(&self, point: Point) -> Found {
        let root = self.root(point).and_then(|root| self.roots.get(root));
        Found { entry: Entry::from_word(root.copied().unwrap_or(0)), shift: self.cells.shift }
    }

    /// One level down; false if there is none.
    #[inline]
    pub fn go_on(&self, point: Point, cell: &mut Found) -> bool {
        // A cell cannot be cut for ever, whatever the file says.
        let (Entry::Node(at), Some(smaller)) = (cell.entry, cell.shift.checked_sub(STEP)) else {
            return false;
        };
        let entry = self.pool.get(at as usize + child(point, smaller)).copied().unwrap_or(0);
        *cell = Found { entry: Entry::from_word(entry), shift: smaller };
        true
    }

    /// Adds the numbers of the areas that hold a point of this cell.
    #[inline]
    pub fn read(&self, point: Point, Found { entry, shift }: Found, found: &mut Vec<u64>) {
        match entry {
            Entry::Set(0) | Entry::Node(_) => {}
            Entry::Set(at) => self.push(self.set(at), found),
            Entry::One(area) => self.push(&[area], found),
            Entry::Leaf(at) => {
                let cell = Cell { x: corner(point.x, shift), y: corner(point.y, shift), shift };
                leaf::read(self, self.pool.get(at as usize..).unwrap_or_default(), cell, point, found);
            }
        }
    }

    /// Where the point's root cell is among the roots.
    pub fn root(&self, point: Point) -> Option<usize> {
        let cells = &self.cells;
        let column = (point.x >> (FINE + cells.shift)).wrapping_sub(i64::from(cells.west)) as u64;
        let row = (point.y >> (FINE + cells.shift)).wrapping_sub(i64::from(cells.south)) as u64;
        (column < u64::from(cells.columns) && row < u64::from(cells.rows))
            .then(|| (row * u64::from(cells.columns) + column) as usize)
    }

    /// The areas of a set.
    pub fn set(&self, at: u32) -> &'a [u32] {
        let Some((count, rest)) = self.sets.get(at as usize..).and_then(|set| set.split_first()) else {
            return &[];
        };
        rest.get(..*count as usize).unwrap_or_default()
    }

    pub fn push(&self, areas: &[u32], found: &mut Vec<u64>) {
        found.extend(areas.iter().filter_map(|area| self.numbers.get(*area as usize)));
    }
}

fn corner(point: i64, shift: u32) -> u32 {
    ((point >> FINE >> shift) << shift) as u32
}

/// Which child of a node the point is in; `shift` is the children's.
pub fn child(point: Point, shift: u32) -> usize {
    let part = |point: i64| (point >> (FINE + shift)) as usize & ((1 << STEP) - 1);
    part(point.y) << STEP | part(point.x)
}
