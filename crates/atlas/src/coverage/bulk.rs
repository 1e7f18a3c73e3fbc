//! Many points at once. What needs no more than a root is answered on the way; the others wait until all that go to
//! the same stretch of the file can go there together, and some of them side by side: while one waits for memory, the
//! others do not.

use super::grid::Point;
use super::layout::Entry;
use super::table::{Found, Table};

/// Points that are put in order at once.
const BLOCK: usize = 1 << 20;
/// Stretches of the file: of 100 MB, each fits into the nearest cache.
const STRETCHES: usize = 1 << 13;
/// Points that are on their way at the same time.
const AHEAD: usize = 32;

/// As `Index::at_all`.
pub fn at_all(table: &Table<'_>, points: &[(f64, f64)], mut tell: impl FnMut(usize, &[u64])) {
    let mut found = Vec::new();
    let mut waiting = Vec::with_capacity(points.len().min(BLOCK));
    let mut under_way = Vec::with_capacity(AHEAD);
    for (block, points) in points.chunks(BLOCK).enumerate() {
        let first = block * BLOCK;
        waiting.clear();
        for (number, place) in points.iter().enumerate() {
            let begun = Point::at(place.0, place.1).map(|point| (point, table.begin(point)));
            if let Some((_, Found { entry: Entry::Node(at) | Entry::Leaf(at), .. })) = begun {
                waiting.push((stretch(table, at), number as u32));
                continue;
            }
            found.clear();
            if let Some((point, cell)) = begun {
                table.read(point, cell, &mut found);
            }
            tell(first + number, &found);
        }
        for numbers in ordered(&waiting).chunks(AHEAD) {
            under_way.clear();
            under_way.extend(numbers.iter().filter_map(|number| {
                let place = points.get(*number as usize)?;
                let point = Point::at(place.0, place.1)?;
                Some((*number, point, table.begin(point)))
            }));
            descend(table, &mut under_way);
            for (number, point, cell) in &under_way {
                found.clear();
                table.read(*point, *cell, &mut found);
                tell(first + *number as usize, &found);
            }
        }
    }
}

/// Where in the file it is, of so many equal stretches.
fn stretch(table: &Table<'_>, at: u32) -> u32 {
    (at as usize * STRETCHES / (table.pool.len() + 1)).min(STRETCHES - 1) as u32
}

/// The numbers, stretch by stretch.
fn ordered(waiting: &[(u32, u32)]) -> Vec<u32> {
    let mut begins = vec![0_usize; STRETCHES + 1];
    waiting.iter().for_each(|(stretch, _)| begins[*stretch as usize + 1] += 1);
    (1..begins.len()).for_each(|stretch| begins[stretch] += begins[stretch - 1]);
    let mut numbers = vec![0; waiting.len()];
    for (stretch, number) in waiting {
        let next = &mut begins[*stretch as usize];
        numbers[*next] = *number;
        *next += 1;
    }
    numbers
}

/// Brings all of them to their last cell, level by level, and asks memory for the leaves.
fn descend(table: &Table<'_>, under_way: &mut [(u32, Point, Found)]) {
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
