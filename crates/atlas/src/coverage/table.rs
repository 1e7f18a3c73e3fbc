//! The index's parts as slices, wherever they lie, and the way through them to an answer.

use super::grid::{FINE, Point};
use super::layout::{CHILDREN, Cell, Entry, Roots, STEP};
use super::leaf;

/// Borrowed from a mapped file or from memory. Nothing in it is trusted: whatever is not there is left out of the
/// answer.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    pub cells: Roots,
    pub roots: &'a [u32],
    pub nodes: &'a [[u32; CHILDREN]],
    pub leaves: &'a [u32],
    pub sets: &'a [u32],
    pub numbers: &'a [u64],
}

impl<'a> Table<'a> {
    /// Adds the numbers of the areas that hold the point, ascending.
    pub fn at(&self, point: Point, found: &mut Vec<u64>) {
        let Some(root) = self.root(point) else { return };
        let mut shift = self.cells.shift;
        let mut word = self.roots.get(root).copied().unwrap_or(0);
        loop {
            match Entry::from_word(word) {
                Entry::Set(0) => return,
                Entry::Set(at) => return self.push(self.set(at), found),
                Entry::One(area) => return self.push(&[area], found),
                Entry::Leaf(at) => {
                    let cell = Cell { x: corner(point.x, shift), y: corner(point.y, shift), shift };
                    let leaf = self.leaves.get(at as usize..).unwrap_or_default();
                    leaf::read(self, leaf, cell, point, found);
                    return;
                }
                Entry::Node(at) => {
                    // A cell cannot be cut for ever, whatever the file says.
                    let Some(children) = self.nodes.get(at as usize).filter(|_| shift >= STEP) else {
                        return;
                    };
                    shift -= STEP;
                    word = children[child(point, shift)];
                }
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
