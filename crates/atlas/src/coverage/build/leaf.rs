//! Writing a leaf; its words are explained in `layout.rs`.

use super::super::grid::Vertex;
use super::super::layout::{
    COARSE, COVER, Cell, Header, MODERATE, MOST_CHAINS, MOST_EDGES, MOST_SLOTS, NARROW, SPARSE, WIDE,
};
use super::cut::{Cutter, Reference, State};
use super::edge::Edge;
use std::collections::VecDeque;

/// Linking chains compares every edge with every other.
const MOST_LINKED: usize = 256;

/// Edges one after the other, with the same changes on all their lefts.
struct Chain {
    vertices: Vec<Vertex>,
    changes: u32,
    is_negative: bool,
}

pub fn write(cutter: &mut Cutter<'_>, cell: Cell, edges: &[u32], reference: Reference, state: &State) {
    let chains = chains(cutter, edges);
    let mut slots: Vec<u32> = chains
        .iter()
        .flat_map(|chain| cutter.all.changes(chain.changes).iter().map(|(area, _)| *area))
        .collect();
    slots.sort_unstable();
    slots.dedup();
    let mut cover: Vec<u32> =
        state.0.iter().map(|(area, _)| *area).filter(|area| slots.binary_search(area).is_err()).collect();
    if slots.len() + cover.len() <= MOST_SLOTS {
        slots.append(&mut cover);
        slots.sort_unstable();
    }
    let mut form = form(cell, chains.iter().flat_map(|chain| &chain.vertices));
    let cover = (!cover.is_empty()).then(|| cutter.sets.put(&cover));
    if cover.is_some() {
        form |= COVER;
    }
    let mut words = std::mem::take(&mut cutter.pool);
    let leaf = Leaf { cutter, cell, chains, slots, cover, form, reference, state };
    if edges.len() <= MOST_EDGES && leaf.is_simple() {
        leaf.dense(&mut words)
    } else {
        leaf.sparse(&mut words)
    }
    cutter.pool = words;
}

struct Leaf<'a, 'b> {
    cutter: &'a Cutter<'b>,
    cell: Cell,
    chains: Vec<Chain>,
    slots: Vec<u32>,
    cover: Option<u32>,
    form: u32,
    reference: Reference,
    state: &'a State,
}

impl Leaf<'_, '_> {
    /// Whether all of it fits into bits.
    fn is_simple(&self) -> bool {
        let changes =
            |chain: &Chain| self.cutter.all.changes(chain.changes).iter().all(|(_, gain)| gain.abs() == 1);
        self.slots.len() <= MOST_SLOTS
            && self.chains.len() <= MOST_CHAINS
            && self.reference.a.is_multiple_of(COARSE)
            && self.reference.b.is_multiple_of(COARSE)
            && self.slots.iter().all(|area| (0..=1).contains(&self.state.winding(*area)))
            && self.chains.iter().all(changes)
    }

    fn dense(&self, words: &mut Vec<u32>) {
        let inside = self.slots.iter().map(|area| self.state.winding(*area) != 0);
        let (a, b) = (self.reference.a, self.reference.b);
        words.push(Header::dense(self.form, (a, b), self.chains.len(), self.slots.len(), bits(inside)).0);
        words.extend(self.cover);
        words.extend(&self.slots);
        for chain in &self.chains {
            let gain = |area: &u32| {
                self.changes(chain)
                    .find(|(slot, _)| self.slots.get(*slot) == Some(area))
                    .map(|(_, gain)| gain)
            };
            let gains = bits(self.slots.iter().map(|area| gain(area) == Some(1)));
            let loses = bits(self.slots.iter().map(|area| gain(area) == Some(-1)));
            words.push(chain.vertices.len() as u32 | u32::from(gains) << 16 | u32::from(loses) << 24);
            self.vertices(chain, words);
        }
    }

    fn sparse(&self, words: &mut Vec<u32>) {
        let reference = u32::from(self.reference.a) | u32::from(self.reference.b) << 16;
        words.extend([self.form | SPARSE, self.slots.len() as u32, self.chains.len() as u32, reference]);
        words.extend(self.cover);
        words.extend(&self.slots);
        words.extend(self.slots.iter().map(|area| self.state.winding(*area) as u32));
        for chain in &self.chains {
            words.extend([chain.vertices.len() as u32, self.changes(chain).count() as u32]);
            words.extend(self.changes(chain).flat_map(|(slot, gain)| [slot as u32, gain as u32]));
            self.vertices(chain, words);
        }
    }

    /// Slots, and what they gain on the chain's left.
    fn changes<'a>(&'a self, chain: &'a Chain) -> impl Iterator<Item = (usize, i32)> + 'a {
        self.cutter.all.changes(chain.changes).iter().filter_map(|(area, gain)| {
            let slot = self.slots.binary_search(area).ok()?;
            Some((slot, if chain.is_negative { -gain } else { *gain }))
        })
    }

    fn vertices(&self, chain: &Chain, words: &mut Vec<u32>) {
        for vertex in &chain.vertices {
            let (x, y) = from_corner(*vertex, self.cell);
            match self.form & (NARROW | WIDE) {
                NARROW => words.push(u32::from(x as u16) | u32::from(y as u16) << 16),
                WIDE => words.extend([vertex.x, vertex.y]),
                _ => words.extend([x as u32, y as u32]),
            }
        }
    }
}

/// Of the first eight.
fn bits(set: impl Iterator<Item = bool>) -> u8 {
    set.take(8).enumerate().fold(0, |bits, (at, is_set)| bits | u8::from(is_set) << at)
}

/// The smallest form that all vertices fit in.
fn form<'a>(cell: Cell, vertices: impl Iterator<Item = &'a Vertex>) -> u32 {
    let mut form = NARROW;
    for vertex in vertices {
        let (x, y) = from_corner(*vertex, cell);
        let fits = |bits: u32| x.max(y) < 1 << bits && x.min(y) >= -(1 << bits);
        if !fits(MODERATE) || cell.shift > MODERATE {
            return WIDE;
        }
        if !fits(15) {
            form = 0;
        }
    }
    form
}

fn from_corner(vertex: Vertex, cell: Cell) -> (i64, i64) {
    (i64::from(vertex.x) - i64::from(cell.x), i64::from(vertex.y) - i64::from(cell.y))
}

fn chains(cutter: &Cutter<'_>, edges: &[u32]) -> Vec<Chain> {
    let mut open: Vec<Edge> = edges.iter().map(|edge| *cutter.edge(*edge)).collect();
    let mut chains: Vec<Chain> = Vec::new();
    let are_linked = open.len() <= MOST_LINKED;
    while let Some(edge) = open.pop() {
        let (mut first, mut last) = (edge.a, edge.b);
        let mut vertices = VecDeque::from([first, last]);
        while let Some((a, b)) = if are_linked { take(&mut open, &edge, first, last) } else { None } {
            if a == last {
                vertices.push_back(b);
                last = b;
            } else {
                vertices.push_front(a);
                first = a;
            }
        }
        let (changes, is_negative) = (edge.changes, edge.is_negative);
        chains.push(Chain { vertices: vertices.into(), changes, is_negative });
    }
    chains
}

/// An edge that goes on where the chain ends, or leads to where it begins, and changes the same as its `edge`. One that
/// is taken the other way round has its changes with the other sign.
fn take(open: &mut Vec<Edge>, edge: &Edge, first: Vertex, last: Vertex) -> Option<(Vertex, Vertex)> {
    let ends = |other: &Edge| {
        if other.is_negative == edge.is_negative { (other.a, other.b) } else { (other.b, other.a) }
    };
    let fits =
        |other: &Edge| other.changes == edge.changes && (ends(other).0 == last || ends(other).1 == first);
    let at = open.iter().position(fits)?;
    Some(ends(&open.swap_remove(at)))
}
