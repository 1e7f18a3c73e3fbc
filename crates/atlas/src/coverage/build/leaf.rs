//! Writing a leaf; its words are explained in `layout.rs`.

use super::super::grid::Vertex;
use super::super::layout::{BIAS, COVER, Cell, DENSE_SLOTS, MODERATE, NARROW, SPARSE, WIDE};
use super::cut::{Cutter, Reference, State};
use super::edge::Change;

/// Windings in a byte must stay below 128 wherever in the cell one goes.
const MOST_WINDINGS: i32 = 100;
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
    if slots.len() + cover.len() <= DENSE_SLOTS {
        slots.append(&mut cover);
        slots.sort_unstable();
    }
    let is_dense = slots.len() <= DENSE_SLOTS && chains.len() <= 0xFF && are_small(cutter, edges, state);
    let vertices = chains.iter().flat_map(|chain| &chain.vertices);
    let form = form(cell, vertices);
    let mut header = u32::from(reference.a) | u32::from(reference.b) << 8 | form;
    let cover = (!cover.is_empty()).then(|| cutter.sets.put(&cover));
    if cover.is_some() {
        header |= COVER;
    }
    let all = cutter.all;
    let words = &mut cutter.leaves;
    if is_dense {
        words.push(header | (slots.len() as u32) << 20 | (chains.len() as u32) << 24);
    } else {
        words.extend([header | SPARSE, slots.len() as u32, chains.len() as u32]);
    }
    words.extend(cover);
    words.extend(&slots);
    if is_dense {
        let windings = slots.iter().enumerate().map(|(at, area)| (at, state.winding(*area)));
        put(words, packed(windings).wrapping_add(BIAS));
    } else {
        words.extend(slots.iter().map(|area| state.winding(*area) as u32));
    }
    for chain in &chains {
        words.push(chain.vertices.len() as u32);
        let changes = changes(all.changes(chain.changes), chain.is_negative, &slots);
        if is_dense {
            put(words, packed(changes));
        } else {
            let before = words.len();
            words.push(0);
            words.extend(changes.flat_map(|(slot, gain)| [slot as u32, gain as u32]));
            words[before] = ((words.len() - before) / 2) as u32;
        }
        chain.vertices.iter().for_each(|vertex| put_vertex(words, *vertex, cell, form));
    }
}

/// Windings at the reference, and all that they may change by in the cell.
fn are_small(cutter: &Cutter<'_>, edges: &[u32], state: &State) -> bool {
    let gains = edges.iter().flat_map(|edge| cutter.all.changes(cutter.edge(*edge).changes));
    let most = gains.map(|(_, gain)| gain.abs()).max().unwrap_or(0);
    let most = most.saturating_mul(i32::try_from(edges.len()).unwrap_or(i32::MAX));
    state.0.iter().all(|(_, winding)| winding.abs() <= MOST_WINDINGS - most.min(MOST_WINDINGS))
        && most < MOST_WINDINGS
}

fn changes<'a>(
    changes: &'a [Change],
    is_negative: bool,
    slots: &'a [u32],
) -> impl Iterator<Item = (usize, i32)> + 'a {
    changes.iter().filter_map(move |(area, gain)| {
        let slot = slots.binary_search(area).ok()?;
        Some((slot, if is_negative { -gain } else { *gain }))
    })
}

/// A sum, so that it can be added to another and multiplied.
fn packed(values: impl Iterator<Item = (usize, i32)>) -> u64 {
    values.fold(0, |sum: u64, (at, value)| sum.wrapping_add((i64::from(value) as u64) << (8 * at)))
}

fn put(words: &mut Vec<u32>, eight_bytes: u64) {
    words.extend([eight_bytes as u32, (eight_bytes >> 32) as u32]);
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

fn put_vertex(words: &mut Vec<u32>, vertex: Vertex, cell: Cell, form: u32) {
    let (x, y) = from_corner(vertex, cell);
    match form {
        NARROW => words.push(u32::from(x as u16) | u32::from(y as u16) << 16),
        WIDE => words.extend([vertex.x, vertex.y]),
        _ => words.extend([x as u32, y as u32]),
    }
}

fn from_corner(vertex: Vertex, cell: Cell) -> (i64, i64) {
    (i64::from(vertex.x) - i64::from(cell.x), i64::from(vertex.y) - i64::from(cell.y))
}

fn chains(cutter: &Cutter<'_>, edges: &[u32]) -> Vec<Chain> {
    let mut open: Vec<&super::edge::Edge> = edges.iter().map(|edge| cutter.edge(*edge)).collect();
    let mut chains: Vec<Chain> = Vec::new();
    let are_linked = open.len() <= MOST_LINKED;
    while let Some(edge) = open.pop() {
        let mut vertices = std::collections::VecDeque::from([edge.a, edge.b]);
        while are_linked {
            let (Some(first), Some(last)) = (vertices.front().copied(), vertices.back().copied()) else {
                break;
            };
            // An edge that is taken the other way round has its changes with the other sign.
            let next = open.iter().position(|other| {
                let forward = other.is_negative == edge.is_negative;
                other.changes == edge.changes
                    && if forward {
                        other.a == last || other.b == first
                    } else {
                        other.b == last || other.a == first
                    }
            });
            let Some(other) = next.map(|next| open.swap_remove(next)) else { break };
            let (a, b) =
                if other.is_negative == edge.is_negative { (other.a, other.b) } else { (other.b, other.a) };
            if a == last { vertices.push_back(b) } else { vertices.push_front(a) }
        }
        chains.push(Chain {
            vertices: vertices.into(),
            changes: edge.changes,
            is_negative: edge.is_negative,
        });
    }
    chains
}
