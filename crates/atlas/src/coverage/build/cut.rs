//! A cell becomes an entry: a set where no edge is, a leaf where there are few, a node of sixteen smaller cells else.

use super::super::grid::Vertex;
use super::super::layout::{CHILDREN, COARSE, Cell, Entry, SMALLEST, STEP};
use super::edge::{Edge, Edges};
use super::leaf;
use super::set::Sets;

/// Edges of a leaf, at most, unless cutting its cell brings nothing. The smaller the cell, the more: it costs less to
/// look at them than to have a cell for each.
fn few(cell: Cell) -> usize {
    match cell.shift {
        // 182 metres.
        14.. => 16,
        12.. => 24,
        _ => 64,
    }
}

/// A point of a cell whose areas are known, on no edge.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    pub a: u8,
    pub b: u8,
    pub vertex: Vertex,
}

/// How often the rings of each area go around a reference; ascending, none is zero.
#[derive(Debug, Clone, Default)]
pub struct State(pub Vec<(u32, i32)>);

impl State {
    fn gain(&mut self, area: u32, gain: i32) {
        match self.0.binary_search_by_key(&area, |(area, _)| *area) {
            Ok(at) => {
                self.0[at].1 += gain;
                if self.0[at].1 == 0 {
                    self.0.remove(at);
                }
            }
            Err(at) => self.0.insert(at, (area, gain)),
        }
    }

    pub fn winding(&self, area: u32) -> i32 {
        self.0.binary_search_by_key(&area, |(area, _)| *area).map_or(0, |at| self.0[at].1)
    }
}

#[derive(Debug)]
pub struct Cutter<'a> {
    pub all: &'a Edges,
    /// Nodes and leaves.
    pub pool: Vec<u32>,
    pub sets: Sets,
}

impl<'a> Cutter<'a> {
    pub fn new(all: &'a Edges) -> Self {
        Self { all, pool: Vec::new(), sets: Sets::new() }
    }

    pub fn edge(&self, number: u32) -> &'a Edge {
        &self.all.edges[number as usize]
    }

    /// A place that none of the edges goes through: of the coarse raster, or at least of the fine one. Should there be
    /// none in a cell of metres with hundreds of edges, the answers in this cell may be wrong.
    pub fn reference(&self, cell: Cell, edges: &[u32]) -> Reference {
        let coarse = raster(COARSE, 15, 18);
        let free = coarse.chain(raster(1, 113, 149)).find(|(a, b)| {
            let vertex = cell.reference(*a, *b);
            !edges.iter().any(|edge| self.edge(*edge).holds(vertex))
        });
        let (a, b) = free.unwrap_or((128, 128));
        Reference { a, b, vertex: cell.reference(a, b) }
    }

    /// Moves a state along a way, none of whose ends is on an edge.
    pub fn step<'e>(
        &self,
        state: &mut State,
        from: Vertex,
        to: Vertex,
        edges: impl Iterator<Item = &'e u32>,
    ) {
        edges.for_each(|edge| self.cross(state, self.edge(*edge), self.edge(*edge).crossed(from, to)));
    }

    /// Comes from the far west, with nothing before these edges.
    pub fn enter(&self, state: &mut State, to: Vertex, edges: &[u32]) {
        edges
            .iter()
            .for_each(|edge| self.cross(state, self.edge(*edge), self.edge(*edge).crossed_from_west(to)));
    }

    fn cross(&self, state: &mut State, edge: &Edge, times: i32) {
        if times != 0 {
            let times = if edge.is_negative { -times } else { times };
            self.all.changes(edge.changes).iter().for_each(|(area, gain)| state.gain(*area, gain * times));
        }
    }

    /// None: more than an index can hold.
    pub fn entry(&mut self, cell: Cell, edges: &[u32], reference: Reference, state: &State) -> Option<Entry> {
        if edges.is_empty() {
            let areas: Vec<u32> = state.0.iter().map(|(area, _)| *area).collect();
            return Some(self.sets.entry(&areas));
        }
        if edges.len() <= few(cell) || cell.shift < SMALLEST + STEP {
            return self.leaf(cell, edges, reference, state);
        }
        let children: [(Cell, Vec<u32>); CHILDREN] = std::array::from_fn(|at| {
            let child = child(cell, at);
            (child, edges.iter().copied().filter(|edge| self.edge(*edge).touches(child)).collect())
        });
        let most = children.iter().map(|(_, within)| within.len()).max().unwrap_or(0);
        if is_bundle(cell, edges.len(), most) {
            return self.leaf(cell, edges, reference, state);
        }
        // Before its children, so that it lies where they lie.
        let node = self.pool.len();
        self.pool.extend([0; CHILDREN]);
        for (at, (child, within)) in children.iter().enumerate() {
            let to = self.reference(*child, within);
            let mut state = state.clone();
            self.step(&mut state, reference.vertex, to.vertex, edges.iter());
            self.pool[node + at] = self.entry(*child, within, to, &state)?.to_word()?;
        }
        Some(Entry::Node(u32::try_from(node).ok()?))
    }

    fn leaf(&mut self, cell: Cell, edges: &[u32], reference: Reference, state: &State) -> Option<Entry> {
        let at = u32::try_from(self.pool.len()).ok()?;
        leaf::write(self, cell, edges, reference, state);
        Some(Entry::Leaf(at))
    }
}

/// Whether so many edges of a small cell run side by side that one of its children would have most of them.
fn is_bundle(cell: Cell, edges: usize, most: usize) -> bool {
    cell.shift < 14 && edges <= 1_024 && most * 4 >= edges * 3
}

fn child(cell: Cell, at: usize) -> Cell {
    let shift = cell.shift - STEP;
    let place = |at: usize| ((at & ((1 << STEP) - 1)) as u32) << shift;
    Cell { x: cell.x.wrapping_add(place(at)), y: cell.y.wrapping_add(place(at >> STEP)), shift }
}

/// All places of a raster so many 256ths wide, in a fixed order that leaps about from a place near the middle.
fn raster(step: u8, a: u8, b: u8) -> impl Iterator<Item = (u8, u8)> {
    let count = 256 / u32::from(step);
    let place = move |n: u32| (n % count) as u8 * step;
    (0..count * count).map(move |n| {
        let (row, column) = (n / count, n % count);
        (place(u32::from(a) + column * 11), place(u32::from(b) + column * 7 + row))
    })
}
