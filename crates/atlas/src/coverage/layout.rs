//! How the index lies in its file. The plane is cut into square root cells with a side of `1 << shift` units, each
//! with one *entry*; where a cell has too many edges, its entry leads to a node, the entries of 4 × 4 smaller cells,
//! and so on down. Nodes and leaves lie in one section in the order of their cells, so that a leaf is mostly on the
//! page of its node.
//!
//! An entry is two bits of what it is and thirty of where: a set of areas that hold all of the cell (0 is none), one
//! such area, a node, or a leaf. A leaf, in words of 32 bits:
//!
//! ```text
//! header    reference a 5 · b 5 · chains 5 · slots 4 · WIDE, NARROW, SPARSE, COVER 4 · inside 8
//! SPARSE    slots, chains, reference a 16 · b 16
//! COVER     where the set of areas is that hold all of the cell and are not among the slots
//! slots     areas that a border here belongs to; ascending
//! SPARSE    how often each slot's rings go around the reference
//! chains    vertices 16 · gains 8 · loses 8
//!           SPARSE: vertices, changes, then each change as slot, gain
//!           then the vertices
//! ```
//!
//! *Inside* has a bit for each slot whose rings go around the reference once; *gains* and *loses* one for each slot
//! that is entered or left by who steps over the chain to its left. What does not fit, more areas or rings that go
//! around more often, makes a leaf SPARSE. Vertices are `x`, `y` from the cell's corner: of 16 bits each if NARROW, of
//! 32 else; if WIDE, they count from the earth's corner. The reference is a point of the cell, on no edge, `a`/32 and
//! `b`/32 (SPARSE: `a`/256, `b`/256) of its side from its corner.

use super::grid::Vertex;
use crate::file::{Kind, Tag};

pub const KIND: Kind = Kind(*b"AREAS\0\0\0");
pub const VERSION: u32 = 1;
pub const META: Tag = Tag(*b"META\0\0\0\0");
pub const ROOTS: Tag = Tag(*b"ROOTS\0\0\0");
pub const POOL: Tag = Tag(*b"POOL\0\0\0\0");
pub const SETS: Tag = Tag(*b"SETS\0\0\0\0");
pub const NUMBERS: Tag = Tag(*b"NUMBERS\0");

/// A cell is not cut when its children's side would be less than `1 << SMALLEST` units (2.8 m).
pub const SMALLEST: u32 = 8;
/// Each level of nodes cuts a side into `1 << STEP`.
pub const STEP: u32 = 2;
pub const CHILDREN: usize = 1 << (2 * STEP);
pub const MOST_AREAS: usize = 1 << 30;

pub const WIDE: u32 = 1 << 19;
pub const NARROW: u32 = 1 << 20;
pub const SPARSE: u32 = 1 << 21;
pub const COVER: u32 = 1 << 22;
/// Coordinates from the corner, and sides, that 64 bits are enough for: below `1 << MODERATE`.
pub const MODERATE: u32 = 21;
/// What fits into a leaf that is not sparse. Edges, because a winding must stay a byte wherever one goes.
pub const MOST_SLOTS: usize = 8;
pub const MOST_CHAINS: usize = 31;
pub const MOST_EDGES: usize = 100;
/// The raster of its reference, in 256ths.
pub const COARSE: u8 = 8;

/// The first word of a leaf that is not sparse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header(pub u32);

impl Header {
    pub fn dense(form: u32, (a, b): (u8, u8), chains: usize, slots: usize, inside: u8) -> Self {
        let reference = u32::from(a / COARSE) | u32::from(b / COARSE) << 5;
        Self(reference | (chains as u32) << 10 | (slots as u32) << 15 | form | u32::from(inside) << 24)
    }

    pub fn reference(self) -> (u8, u8) {
        ((self.0 & 31) as u8 * COARSE, (self.0 >> 5 & 31) as u8 * COARSE)
    }

    pub fn chains(self) -> u32 {
        self.0 >> 10 & 31
    }

    pub fn slots(self) -> usize {
        (self.0 >> 15 & 15) as usize
    }

    pub fn inside(self) -> u8 {
        (self.0 >> 24) as u8
    }

    pub fn is(self, form: u32) -> bool {
        self.0 & form != 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    Set(u32),
    One(u32),
    Node(u32),
    Leaf(u32),
}

impl Entry {
    /// None: more than an index can hold.
    pub fn to_word(self) -> Option<u32> {
        let (kind, at) = match self {
            Self::Set(at) => (0, at),
            Self::One(at) => (1, at),
            Self::Node(at) => (2, at),
            Self::Leaf(at) => (3, at),
        };
        (at < 1 << 30).then_some(kind << 30 | at)
    }

    pub fn from_word(word: u32) -> Self {
        let at = word & ((1 << 30) - 1);
        match word >> 30 {
            0 => Self::Set(at),
            1 => Self::One(at),
            2 => Self::Node(at),
            _ => Self::Leaf(at),
        }
    }
}

/// The root cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roots {
    /// In cells, not in units.
    pub west: u32,
    pub south: u32,
    pub columns: u32,
    pub rows: u32,
    pub shift: u32,
}

impl Roots {
    pub fn to_meta(self) -> [u32; 8] {
        [self.west, self.south, self.columns, self.rows, self.shift, 0, 0, 0]
    }

    /// None: no cells can lie like this.
    pub fn from_meta(meta: &[u32]) -> Option<Self> {
        let &[west, south, columns, rows, shift, ..] = meta else { return None };
        (shift < 32).then_some(Self { west, south, columns, rows, shift })
    }
}

/// A square of the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The corner with the least coordinates. Beyond the earth's other corner it is not needed.
    pub x: u32,
    pub y: u32,
    pub shift: u32,
}

impl Cell {
    /// The point at so many 256ths of the side.
    pub fn reference(self, a: u8, b: u8) -> Vertex {
        let part = |n: u8| ((u64::from(n) << self.shift) >> 8) as u32;
        Vertex { x: self.x.wrapping_add(part(a)), y: self.y.wrapping_add(part(b)) }
    }
}
