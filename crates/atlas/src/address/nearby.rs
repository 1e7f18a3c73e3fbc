//! The nearest rows to a point: a tree of boxes over the entries, packed along a curve that keeps
//! neighbours together, so that it needs no pointers.

use super::builder::Row as Built;
use super::entry::Entry;
use super::index::{Index, Row};
use super::table::Table;
use crate::file::{Error, Mapped, Writer};
use model::premise::Position;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Boxes below one box.
const FAN: usize = 16;

/// South, west, north, east in 1e-7 degree.
type Bounds = [i32; 4];

#[derive(Debug)]
pub struct Nearby {
    /// The entries' boxes along the curve, then the boxes over sixteen of them each, and so on.
    boxes: Table<Bounds>,
    /// The entry of each of the first boxes.
    entries: Table<u32>,
}

/// A row and how far it is, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub entry: u32,
    pub row: Row,
    pub metres: f64,
}

impl Nearby {
    pub(super) fn of(entries: &[Entry], rows: &[Built]) -> Self {
        let mut leaves = Vec::new();
        for (number, pair) in entries.windows(2).enumerate() {
            let below = &rows[pair[0].rows as usize..pair[1].rows as usize];
            let mut bounds: Option<Bounds> = None;
            for [latitude, longitude] in below.iter().filter_map(|row| row.position) {
                let point = [latitude, longitude, latitude, longitude];
                bounds = Some(bounds.map_or(point, |bounds| joined(bounds, point)));
            }
            leaves.extend(bounds.map(|bounds| (curve(bounds), bounds, number as u32)));
        }
        leaves.sort_unstable();
        let mut boxes: Vec<Bounds> = leaves.iter().map(|(_, bounds, _)| *bounds).collect();
        let (mut from, mut to) = (0, boxes.len());
        while to - from > 1 {
            for at in (from..to).step_by(FAN) {
                let below = &boxes[at..(at + FAN).min(to)];
                let over = below.iter().skip(1).fold(below[0], |over, bounds| joined(over, *bounds));
                boxes.push(over);
            }
            (from, to) = (to, boxes.len());
        }
        let entries: Vec<u32> = leaves.iter().map(|(_, _, entry)| *entry).collect();
        Self { boxes: boxes.into(), entries: entries.into() }
    }

    /// Where each level of boxes begins and ends, leaves first.
    fn levels(&self) -> Vec<(usize, usize)> {
        let mut levels = vec![(0, self.entries.len())];
        while let Some((from, to)) = levels.last().copied()
            && to - from > 1
        {
            levels.push((to, to + (to - from).div_ceil(FAN)));
        }
        levels
    }

    pub fn open(file: &Arc<Mapped>) -> Result<Self, Error> {
        let nearby =
            Self { boxes: Table::open(file, b"boxes\0\0\0")?, entries: Table::open(file, b"boxentry")? };
        if nearby.levels().last().is_some_and(|(_, end)| *end != nearby.boxes.len()) {
            return Err(Error::Damaged("the tree of boxes is not whole"));
        }
        Ok(nearby)
    }

    pub fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        self.boxes.write(writer, b"boxes\0\0\0")?;
        self.entries.write(writer, b"boxentry")
    }
}

impl Index {
    /// The nearest rows, at most `limit` and none farther than `metres`; nearest first. `keep` says which count.
    pub fn nearest(
        &self,
        point: Position,
        metres: f64,
        limit: usize,
        mut keep: impl FnMut(u32, Row) -> bool,
    ) -> Vec<Near> {
        let levels = self.nearby.levels();
        let mut found = Vec::new();
        // The distances of the nearest rows met so far: what is farther than the last of them is not wanted.
        let mut nearest: BinaryHeap<Metres> = BinaryHeap::new();
        let mut metres = metres;
        let mut queue = BinaryHeap::new();
        if let Some((root, end)) = levels.last().filter(|(from, to)| to > from) {
            queue.extend((*root..*end).map(|at| Step { metres: 0.0, what: What::Box(levels.len() - 1, at) }));
        }
        while let Some(step) = queue.pop() {
            if step.metres > metres || found.len() >= limit {
                break;
            }
            match step.what {
                What::Row(entry, row) => found.push(Near { entry, row, metres: step.metres }),
                What::Box(0, at) => {
                    let Some(entry) = self.nearby.entries.get(at).copied() else { continue };
                    for row in self.rows(entry) {
                        let Some(position) = self.position(entry, row) else { continue };
                        let away = distance(point, position);
                        if away > metres || !keep(entry, row) {
                            continue;
                        }
                        queue.push(Step { metres: away, what: What::Row(entry, row) });
                        nearest.push(Metres(away));
                        if nearest.len() > limit {
                            nearest.pop();
                        }
                        if nearest.len() == limit
                            && let Some(Metres(last)) = nearest.peek()
                        {
                            metres = metres.min(*last);
                        }
                    }
                }
                What::Box(level, at) => {
                    let (own, (from, to)) = (levels[level].0, levels[level - 1]);
                    let first = from + (at - own) * FAN;
                    for below in first..(first + FAN).min(to) {
                        let Some(bounds) = self.nearby.boxes.get(below) else { continue };
                        let away = distance(point, nearest_in(*bounds, point));
                        if away <= metres {
                            queue.push(Step { metres: away, what: What::Box(level - 1, below) });
                        }
                    }
                }
            }
        }
        found
    }
}

#[derive(Debug, Clone, Copy)]
enum What {
    Box(usize, usize),
    Row(u32, Row),
}

/// Farthest first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Nearest first; a heap gives its greatest.
struct Step {
    metres: f64,
    what: What,
}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> Ordering {
        other.metres.total_cmp(&self.metres)
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Step {}

fn joined(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// The point of a box that is nearest to another point; on the other side of the antimeridian too.
fn nearest_in([south, west, north, east]: Bounds, point: Position) -> Position {
    let degrees = |value: i32| f64::from(value) / 1e7;
    let (west, east) = (degrees(west), degrees(east));
    // Not `clamp`, which a damaged box would make panic.
    let turned = |longitude: f64| longitude.max(west).min(east);
    let apart = |longitude: f64| (longitude - turned(longitude)).abs();
    let candidates = [point.longitude, point.longitude - 360.0, point.longitude + 360.0];
    let best = candidates
        .into_iter()
        .fold(point.longitude, |best, other| if apart(other) < apart(best) { other } else { best });
    let latitude = point.latitude.max(degrees(south)).min(degrees(north));
    Position { latitude, longitude: turned(best) }
}

/// Metres along a great circle of a sphere, which is right to half a percent.
pub(super) fn distance(a: Position, b: Position) -> f64 {
    const RADIUS: f64 = 6_371_008.8;
    let (from, to) = (a.latitude.to_radians(), b.latitude.to_radians());
    let (dy, dx) = (to - from, (b.longitude - a.longitude).to_radians());
    let h = (dy / 2.0).sin().powi(2) + from.cos() * to.cos() * (dx / 2.0).sin().powi(2);
    2.0 * RADIUS * h.sqrt().min(1.0).asin()
}

/// The middle of a box on a Hilbert curve over the whole earth.
fn curve([south, west, north, east]: Bounds) -> u64 {
    let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2 + (1 << 31)) as u64 >> 16;
    let (mut x, mut y) = (middle(west, east) as u32 & 0xffff, middle(south, north) as u32 & 0xffff);
    let mut along = 0;
    let mut side = 1_u32 << 15;
    while side > 0 {
        let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
        along = along << 2 | u64::from((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x & 0xffff, !y & 0xffff);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side >>= 1;
    }
    along
}
