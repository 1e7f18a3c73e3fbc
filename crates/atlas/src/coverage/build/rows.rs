//! Root cells, row by row. What a cell's reference is in follows from the last one's and the edges between them; a
//! row begins where there is nothing.

use super::super::grid::Vertex;
use super::super::index::Owned;
use super::super::layout::{Cell, Roots, SMALLEST};
use super::cut::{Cutter, Reference, State};
use super::edge::{Edge, Edges};

/// Roots that the plane is cut into at most, and for each edge.
const MOST: u64 = 3 << 19;
const FOR_EACH: u64 = 4;

/// None: more than an index can hold.
pub fn build(edges: &Edges, numbers: Vec<u64>) -> Option<Owned> {
    let cells = roots(&edges.edges);
    let lists = Lists::of(&edges.edges, &cells)?;
    let mut cutter = Cutter::new(edges);
    let mut roots = Vec::with_capacity(cells.columns as usize * cells.rows as usize);
    for row in 0..cells.rows {
        let mut state = State::default();
        let mut last: Option<(Reference, &[u32])> = None;
        for column in 0..cells.columns {
            let cell = Cell {
                x: (cells.west + column) << cells.shift,
                y: (cells.south + row) << cells.shift,
                shift: cells.shift,
            };
            let here = lists.of_root(row as usize * cells.columns as usize + column as usize);
            let reference = cutter.reference(cell, here);
            match last {
                None => cutter.enter(&mut state, reference.vertex, here),
                Some((last, there)) => {
                    let edges = there.iter().chain(only_here(here, there));
                    cutter.step(&mut state, last.vertex, reference.vertex, edges);
                }
            }
            roots.push(cutter.entry(cell, here, reference, &state)?.to_word()?);
            last = Some((reference, here));
        }
    }
    Some(Owned { cells, roots, pool: cutter.pool, sets: cutter.sets.words, numbers })
}

/// Both ascend.
fn only_here<'a>(here: &'a [u32], there: &'a [u32]) -> impl Iterator<Item = &'a u32> {
    here.iter().filter(|edge| there.binary_search(edge).is_err())
}

/// Around all edges, and as small as there may be of them.
fn roots(edges: &[Edge]) -> Roots {
    let mut bounds: Option<(u32, u32, u32, u32)> = None;
    for edge in edges {
        for Vertex { x, y } in [edge.a, edge.b] {
            let (w, s, e, n) = bounds.unwrap_or((x, y, x, y));
            bounds = Some((w.min(x), s.min(y), e.max(x), n.max(y)));
        }
    }
    let Some((w, s, e, n)) = bounds else { return Roots { shift: SMALLEST, ..Roots::default() } };
    let most = (edges.len() as u64 * FOR_EACH).clamp(64, MOST);
    let mut shift = SMALLEST;
    loop {
        let span = |from: u32, to: u32| (to >> shift) - (from >> shift) + 1;
        let (columns, rows) = (span(w, e), span(s, n));
        if u64::from(columns) * u64::from(rows) <= most || shift == 31 {
            return Roots { west: w >> shift, south: s >> shift, columns, rows, shift };
        }
        shift += 1;
    }
}

/// Which edges touch each root.
struct Lists {
    begins: Vec<u32>,
    edges: Vec<u32>,
}

impl Lists {
    fn of(edges: &[Edge], cells: &Roots) -> Option<Self> {
        let count = cells.columns as usize * cells.rows as usize;
        let mut begins = vec![0_u32; count + 1];
        for edge in edges {
            touched(edge, cells, |root| begins[root + 1] += 1);
        }
        let mut sum = 0_u32;
        for begin in &mut begins {
            sum = sum.checked_add(*begin)?;
            *begin = sum;
        }
        let mut lists = vec![0_u32; sum as usize];
        let mut at = begins.clone();
        for (number, edge) in edges.iter().enumerate() {
            touched(edge, cells, |root| {
                lists[at[root] as usize] = number as u32;
                at[root] += 1;
            });
        }
        Some(Self { begins, edges: lists })
    }

    fn of_root(&self, root: usize) -> &[u32] {
        &self.edges[self.begins[root] as usize..self.begins[root + 1] as usize]
    }
}

/// Calls `tell` for every root that the edge touches, also at its border, and perhaps for neighbours.
fn touched(edge: &Edge, cells: &Roots, mut tell: impl FnMut(usize)) {
    let shift = cells.shift;
    let place = |at: i64, first: u32, count: u32| (at - i64::from(first)).clamp(0, i64::from(count) - 1);
    // A vertex on a cell's lower border touches the cell before too.
    let before = |at: u32| (i64::from(at) - 1) >> shift;
    let (low, high) = if edge.a.y <= edge.b.y { (edge.a, edge.b) } else { (edge.b, edge.a) };
    let first = place(before(low.y), cells.south, cells.rows);
    let last = place(i64::from(high.y >> shift), cells.south, cells.rows);
    for row in first..=last {
        // The part of the edge that is in the row, a unit wider.
        let bottom = (row + i64::from(cells.south)) << shift;
        let ends = x_at(low, high, bottom).zip(x_at(low, high, bottom + (1 << shift)));
        let (p, q) = ends.unwrap_or((i64::from(low.x), i64::from(high.x)));
        let left = place((p.min(q) - 1) >> shift, cells.west, cells.columns);
        let right = place((p.max(q) + 1) >> shift, cells.west, cells.columns);
        for column in left..=right {
            let cell =
                Cell { x: ((i64::from(cells.west) + column) << shift) as u32, y: bottom as u32, shift };
            if edge.touches(cell) {
                tell((row * i64::from(cells.columns) + column) as usize);
            }
        }
    }
}

/// Where the edge is at this height, a unit more or less, or where it ends. None: it is level.
fn x_at(low: Vertex, high: Vertex, y: i64) -> Option<i64> {
    let (from, to) = (i64::from(low.y), i64::from(high.y));
    let run = i64::from(high.x) - i64::from(low.x);
    let part = i128::from(run) * i128::from(y.clamp(from, to) - from);
    (to > from).then(|| i64::from(low.x) + part.div_euclid(i128::from(to - from)) as i64)
}
