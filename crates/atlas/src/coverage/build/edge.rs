//! Edges of all areas, each once, with what changes for whom between its sides. Neighbours share the edges of their
//! border, and layers that are made of one another share most of theirs.

use super::super::grid::{Vertex, turn};
use super::super::layout::Cell;
use std::collections::HashMap;

/// An edge as one area has it, from the lesser end to the greater.
#[derive(Debug, Clone, Copy)]
pub struct Raw {
    a: u64,
    b: u64,
    area: u32,
    /// The area is on the edge's left.
    is_left: bool,
}

impl Raw {
    /// `goes_left`: the area lies on the left of the way from `a` to `b`.
    pub fn new(a: Vertex, b: Vertex, area: u32, goes_left: bool) -> Self {
        let key = |vertex: Vertex| u64::from(vertex.x) << 32 | u64::from(vertex.y);
        let (a, b) = (key(a), key(b));
        Self { a: a.min(b), b: a.max(b), area, is_left: goes_left == (a < b) }
    }

    pub fn rename(&mut self, names: &[u32]) {
        self.area = names.get(self.area as usize).copied().unwrap_or(self.area);
    }
}

/// An edge that something changes at.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub a: Vertex,
    pub b: Vertex,
    /// Which changes, and whether they are to be taken with the other sign.
    pub changes: u32,
    pub is_negative: bool,
}

/// What an area's winding gains for one who steps over the edge to its left.
pub type Change = (u32, i32);

#[derive(Debug, Default)]
pub struct Edges {
    pub edges: Vec<Edge>,
    changes: Vec<Change>,
    /// Where each of the changes begins; one more than there are.
    begins: Vec<u32>,
}

impl Edges {
    pub fn of(mut raw: Vec<Raw>) -> Self {
        raw.sort_unstable_by_key(|edge| (edge.a, edge.b, edge.area));
        let mut edges = Self { begins: vec![0], ..Self::default() };
        let mut known: HashMap<Vec<Change>, u32> = HashMap::new();
        let mut changes: Vec<Change> = Vec::new();
        for same in raw.chunk_by(|one, other| (one.a, one.b) == (other.a, other.b)) {
            changes.clear();
            for edge in same {
                let gain = if edge.is_left { 1 } else { -1 };
                match changes.last_mut() {
                    Some((area, sum)) if *area == edge.area => *sum += gain,
                    _ => changes.push((edge.area, gain)),
                }
            }
            changes.retain(|(_, gain)| *gain != 0);
            let (Some(first), Some((_, gain))) = (same.first(), changes.first()) else { continue };
            let is_negative = *gain < 0;
            if is_negative {
                changes.iter_mut().for_each(|(_, gain)| *gain = -*gain);
            }
            let number = match known.get(&changes) {
                Some(number) => *number,
                None => {
                    edges.changes.extend_from_slice(&changes);
                    edges.begins.push(edges.changes.len() as u32);
                    let number = known.len() as u32;
                    known.insert(changes.clone(), number);
                    number
                }
            };
            edges.edges.push(Edge { a: vertex(first.a), b: vertex(first.b), changes: number, is_negative });
        }
        edges
    }

    /// What one gains who steps to the left of the edge, but for the sign.
    pub fn changes(&self, number: u32) -> &[Change] {
        let at = |number: usize| self.begins.get(number).map_or(0, |at| *at as usize);
        self.changes.get(at(number as usize)..at(number as usize + 1)).unwrap_or_default()
    }
}

impl Edge {
    /// Whether any point of the closed cell is on it.
    pub fn touches(&self, cell: Cell) -> bool {
        let side = 1_u64 << cell.shift;
        let overlaps = |p: u32, q: u32, from: u32| {
            u64::from(p.max(q)) >= u64::from(from) && u64::from(p.min(q)) <= u64::from(from) + side
        };
        if !overlaps(self.a.x, self.b.x, cell.x) || !overlaps(self.a.y, self.b.y, cell.y) {
            return false;
        }
        // All corners on one side: it passes by. Corners in 64 bits, because a cell may end beyond the earth.
        let (x, y) = (i64::from(cell.x), i64::from(cell.y));
        let (ex, ey) = (i64::from(self.b.x) - i64::from(self.a.x), i64::from(self.b.y) - i64::from(self.a.y));
        let at = |x: i64, y: i64| {
            let (px, py) = (x - i64::from(self.a.x), y - i64::from(self.a.y));
            i128::from(ex) * i128::from(py) - i128::from(ey) * i128::from(px)
        };
        let side = side as i64;
        let corners = [at(x, y), at(x + side, y), at(x, y + side), at(x + side, y + side)];
        !(corners.iter().all(|turn| *turn > 0) || corners.iter().all(|turn| *turn < 0))
    }

    /// Whether the vertex is on it.
    pub fn holds(&self, vertex: Vertex) -> bool {
        let between = |p: u32, q: u32, at: u32| (p.min(q)..=p.max(q)).contains(&at);
        between(self.a.x, self.b.x, vertex.x)
            && between(self.a.y, self.b.y, vertex.y)
            && turn(self.a, self.b, vertex) == 0
    }

    /// How often the way between two vertices, neither of which is on it, goes over it to its left: 1, 0 or -1. An
    /// end that is on the way counts as right of it, so that a way through a vertex crosses one of its edges or both.
    pub fn crossed(&self, from: Vertex, to: Vertex) -> i32 {
        if (turn(from, to, self.a) > 0) == (turn(from, to, self.b) > 0) {
            return 0;
        }
        match (turn(self.a, self.b, from) > 0, turn(self.a, self.b, to) > 0) {
            (false, true) => 1,
            (true, false) => -1,
            _ => 0,
        }
    }

    /// The same for the way that comes straight from the west.
    pub fn crossed_from_west(&self, to: Vertex) -> i32 {
        if (self.a.y > to.y) == (self.b.y > to.y) {
            return 0;
        }
        // West of an edge that goes north is its left.
        match (self.b.y > self.a.y, turn(self.a, self.b, to) > 0) {
            (false, true) => 1,
            (true, false) => -1,
            _ => 0,
        }
    }
}

fn vertex(key: u64) -> Vertex {
    Vertex { x: (key >> 32) as u32, y: key as u32 }
}
