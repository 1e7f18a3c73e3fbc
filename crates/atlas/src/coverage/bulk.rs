//! Many points at once, in the order of the file, and some of them side by side: while one waits for memory, the
//! others do not.

use super::grid::Point;
use super::layout::{Entry, STEP};
use super::table::{Found, Table, child};

/// So many points are sorted at once that number and cell fit into one key.
const NUMBER: u32 = 20;
/// Points that are on their way at the same time.
const AHEAD: usize = 32;

/// As `Index::at_all`.
pub fn at_all(table: &Table<'_>, points: &[(f64, f64)], mut tell: impl FnMut(usize, &[u64])) {
    let mut found = Vec::new();
    let mut keys = Vec::with_capacity(points.len().min(1 << NUMBER));
    let mut under_way = Vec::with_capacity(AHEAD);
    for (block, points) in points.chunks(1 << NUMBER).enumerate() {
        let first = block << NUMBER;
        keys.clear();
        for (number, (latitude, longitude)) in points.iter().enumerate() {
            match Point::at(*latitude, *longitude).and_then(|point| key(table, point)) {
                Some(key) => keys.push(key << NUMBER | number as u64),
                None => tell(first + number, &[]),
            }
        }
        keys.sort_unstable();
        for keys in keys.chunks(AHEAD) {
            let numbers = keys.iter().map(|key| (key & ((1 << NUMBER) - 1)) as usize);
            under_way.clear();
            under_way.extend(numbers.filter_map(|number| {
                let point = points.get(number).and_then(|point| Point::at(point.0, point.1))?;
                Some((number, point, table.begin(point)))
            }));
            descend(table, &mut under_way);
            for (number, point, cell) in &under_way {
                found.clear();
                table.read(*point, *cell, &mut found);
                tell(first + number, &found);
            }
        }
    }
}

/// Brings all of them to their last cell, level by level, and asks memory for the leaves.
fn descend(table: &Table<'_>, under_way: &mut [(usize, Point, Found)]) {
    let mut is_done = false;
    while !is_done {
        is_done = true;
        for (_, point, cell) in under_way.iter_mut() {
            is_done &= !table.go_on(*point, cell);
        }
    }
    // The sum is of no use; having read the words is.
    let sum = under_way.iter().fold(0_u32, |sum, (_, _, cell)| match cell.entry {
        Entry::Leaf(at) => {
            let word = |at: usize| table.pool.get(at).copied().unwrap_or(0);
            sum ^ word(at as usize) ^ word(at as usize + 16)
        }
        _ => sum,
    });
    std::hint::black_box(sum);
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
