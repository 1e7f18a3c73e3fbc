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

/// Of the earth, in metres.
const RADIUS: f64 = 6_371_008.8;

/// In a degree.
const UNITS: f64 = 1e7;
const RADIANS: f64 = std::f64::consts::PI / 180.0 / UNITS;
const HALF_TURN: f64 = 180.0 * UNITS;

/// South, west, north, east in 1e-7 degree.
type Bounds = [i32; 4];

#[derive(Debug)]
pub struct Nearby {
    /// The entries' boxes along the curve, then the boxes over sixteen of them each, and so on.
    boxes: Table<Bounds>,
    /// The entry of each of the first boxes.
    entries: Table<u32>,
    /// Where each level of boxes begins and ends, leaves first.
    levels: Vec<(usize, usize)>,
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
            for position in below.iter().filter_map(|row| row.position) {
                let [latitude, longitude] = pair[0].kept(position);
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
        Self { levels: levels(entries.len()), boxes: boxes.into(), entries: entries.into() }
    }

    pub fn open(file: &Arc<Mapped>) -> Result<Self, Error> {
        let (boxes, entries) = (Table::open(file, b"boxes\0\0\0")?, Table::<u32>::open(file, b"boxentry")?);
        let levels = levels(entries.len());
        if levels.last().is_some_and(|(_, end)| *end != boxes.len()) {
            return Err(Error::Damaged("the tree of boxes is not whole"));
        }
        Ok(Self { boxes, entries, levels })
    }

    pub fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        self.boxes.write(writer, b"boxes\0\0\0")?;
        self.entries.write(writer, b"boxentry")
    }
}

impl Index {
    /// The nearest rows, at most `limit` and none farther than `metres`; nearest first, of equally near ones those
    /// with the lower numbers. `keep` says which count.
    pub fn nearest(
        &self,
        point: Position,
        metres: f64,
        limit: usize,
        mut keep: impl FnMut(u32, Row) -> bool,
    ) -> Vec<Near> {
        let (boxes, levels, from) = (&*self.nearby.boxes, &*self.nearby.levels, From::new(point));
        let mut best = Best { limit, reach: from.reach(metres), rows: BinaryHeap::new() };
        let mut steps = Steps(Vec::with_capacity((levels.len() + 1) * FAN));
        if let Some((root, end)) = levels.last()
            && limit > 0
        {
            let what = |at| What::Box(levels.len() - 1, at);
            steps.0.extend((*root..*end).map(|at| Step { least: 0.0, extent: 0, what: what(at) }));
        }
        while let Some(Step { least, what, .. }) = steps.0.pop() {
            if least > best.reach.most {
                continue;
            }
            match what {
                What::Row(entry, row) => {
                    let Some(position) = self.position(entry, row) else { continue };
                    let near = Near { entry, row, metres: distance(point, position) };
                    if best.wants(&near) && keep(entry, row) {
                        best.take(near, &from);
                    }
                }
                What::Box(0, at) => self.rows_in(at, &from, &best.reach, &mut steps),
                What::Box(level, at) => {
                    let (own, (first, end)) = (levels[level].0, levels[level - 1]);
                    let first = first + (at - own) * FAN;
                    let some = boxes.get(first..(first + FAN).min(end)).unwrap_or_default().iter();
                    let what = |at| What::Box(level - 1, at);
                    steps.extend(some.zip(first..).filter_map(|(bounds, at)| {
                        let step = from.step(*bounds, &best.reach);
                        step.map(|(least, extent)| Step { least, extent, what: what(at) })
                    }));
                }
            }
        }
        best.rows.into_sorted_vec().into_iter().map(|Farthest(near)| near).collect()
    }

    /// The rows of the entry that the box is around.
    fn rows_in(&self, at: usize, from: &From, reach: &Reach, steps: &mut Steps) {
        let (Some(bounds), Some(number)) = (self.nearby.boxes.get(at), self.nearby.entries.get(at)) else {
            return;
        };
        let Some(entry) = self.entry(*number) else { return };
        let rows = self.rows(*number);
        let step = |least, row| Step { least, extent: 0, what: What::Row(*number, row) };
        if entry.is_wide() {
            return steps.0.extend(rows.map(|row| step(0.0, row)));
        }
        let (grid, cosine) = (entry.grid(), from.cosine(*bounds));
        let offsets = self.offset.get(rows.clone()).unwrap_or_default().iter();
        steps.extend(offsets.zip(rows).filter_map(|(offset, row)| {
            let least = from.least_at(grid.units(*offset)?, cosine);
            (least <= reach.most).then(|| step(least, row))
        }));
    }
}

#[derive(Debug, Clone, Copy)]
enum What {
    Box(usize, usize),
    Row(u32, Row),
}

/// What is to be looked at, and what `From::least` says of it.
#[derive(Debug, Clone, Copy)]
struct Step {
    least: f64,
    /// The longer side of a box.
    extent: u32,
    what: What,
}

/// The last is looked at first.
struct Steps(Vec<Step>);

impl Steps {
    /// The nearest of them is put last. What is found on the way down to it is so near that hardly any of the others
    /// are worth a look, in whatever order.
    fn extend(&mut self, some: impl Iterator<Item = Step>) {
        let mut nearest = (f64::INFINITY, 0);
        for mut step in some {
            match self.0.last_mut() {
                Some(last) if (step.least, step.extent) >= nearest => std::mem::swap(last, &mut step),
                _ => nearest = (step.least, step.extent),
            }
            self.0.push(step);
        }
    }
}

/// How far a row may be.
struct Reach {
    metres: f64,
    /// The same as `From::least` has it, and a little more: it and `distance` are rounded differently.
    most: f64,
    /// All that is so near is in here.
    window: Bounds,
}

/// The nearest rows met so far.
struct Best {
    limit: usize,
    reach: Reach,
    rows: BinaryHeap<Farthest>,
}

impl Best {
    fn wants(&self, near: &Near) -> bool {
        let is_full = self.rows.len() >= self.limit;
        let replaces = |last: &Farthest| order(near, &last.0) == Ordering::Less;
        near.metres <= self.reach.metres && (!is_full || self.rows.peek().is_some_and(replaces))
    }

    fn take(&mut self, near: Near, from: &From) {
        self.rows.push(Farthest(near));
        if self.rows.len() > self.limit {
            self.rows.pop();
        }
        if self.rows.len() == self.limit
            && let Some(Farthest(last)) = self.rows.peek()
        {
            self.reach = from.reach(last.metres);
        }
    }
}

fn order(a: &Near, b: &Near) -> Ordering {
    a.metres.total_cmp(&b.metres).then(a.row.cmp(&b.row))
}

/// The greatest of a heap is the farthest.
struct Farthest(Near);

impl Ord for Farthest {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0)
    }
}

impl PartialOrd for Farthest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Farthest {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Farthest {}

/// A point that distances are measured from.
struct From {
    /// In 1e-7 degree.
    latitude: f64,
    longitude: f64,
    /// Of the latitude.
    sine: f64,
    cosine: f64,
}

impl From {
    fn new(point: Position) -> Self {
        let (sine, cosine) = point.latitude.to_radians().sin_cos();
        let (latitude, longitude) = (point.latitude * UNITS, point.longitude * UNITS);
        Self { latitude, longitude, sine: sine.abs(), cosine: cosine.max(0.0) }
    }

    fn reach(&self, metres: f64) -> Reach {
        // Not as far as this machine rounds.
        let angle = metres / RADIUS * (1.0 + 1e-9) + 1e-12;
        let half = angle / 2.0;
        let most = if half < std::f64::consts::FRAC_PI_2 { half.sin().powi(2) } else { 2.0 };
        let (dy, sine) = (angle / RADIANS, angle / self.cosine);
        // The arc sine, from above.
        let dx = sine * (1.0 + 0.571 * sine * sine) / RADIANS;
        let (west, east) = (self.longitude - dx, self.longitude + dx);
        // Beyond a pole or the antimeridian: all around.
        let is_around = !(sine < 1.0 && west > -HALF_TURN && east < HALF_TURN);
        let (west, east) = if is_around { (-2.0 * HALF_TURN, 2.0 * HALF_TURN) } else { (west, east) };
        let (down, up) = (|value: f64| (value - 1.0) as i32, |value: f64| (value + 1.0) as i32);
        let window = [down(self.latitude - dy), down(west), up(self.latitude + dy), up(east)];
        Reach { metres, most, window }
    }

    /// `least` and the longer side of a box, if any of it may be near enough.
    fn step(&self, bounds: Bounds, reach: &Reach) -> Option<(f64, u32)> {
        let [south, west, north, east] = reach.window;
        if bounds[0] > north || bounds[1] > east || bounds[2] < south || bounds[3] < west {
            return None;
        }
        let least = self.least(bounds);
        let extent = bounds[2].abs_diff(bounds[0]).max(bounds[3].abs_diff(bounds[1]));
        (least <= reach.most).then_some((least, extent))
    }

    /// What no point of a box is nearer than, as the square of half the chord through a sphere of radius one: it
    /// grows as the distance does. Without trigonometry, and so little below the true value where boxes are near
    /// that few are looked into in vain; never above it, on the other side of the antimeridian and at the poles too.
    fn least(&self, bounds: Bounds) -> f64 {
        let [south, west, north, east] = bounds.map(f64::from);
        let dy = greater(greater(south - self.latitude, self.latitude - north), 0.0);
        let (west, east) = (west - self.longitude, self.longitude - east);
        // One way around the earth, or the other.
        let dx = greater(less(greater(west, east), less(west, east) + 2.0 * HALF_TURN), 0.0);
        squared_sine(dy) + self.cosine(bounds) * squared_sine(dx)
    }

    /// The same of a point in a box with this `cosine`.
    fn least_at(&self, [latitude, longitude]: [f64; 2], cosine: f64) -> f64 {
        squared_sine(latitude - self.latitude) + cosine * squared_sine(longitude - self.longitude)
    }

    /// The cosine of the latitude, times the least one of a latitude in the box, from below: that of a sum, the added
    /// part being as large as it gets.
    fn cosine(&self, [south, _, north, _]: Bounds) -> f64 {
        let most = greater(self.latitude - f64::from(south), f64::from(north) - self.latitude) * RADIANS;
        self.cosine * greater(self.cosine - most * (self.sine + most * (0.5 * self.cosine)), 0.0)
    }
}

/// The square of the sine of half an angle, from below; below zero where it is nearly a whole turn.
fn squared_sine(units: f64) -> f64 {
    let square = (units * RADIANS) * (units * RADIANS);
    square * (0.25 - square * (1.0 / 48.0))
}

/// One instruction, which `f64::max` is not: it minds what is not a number.
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

fn less(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Of a tree over so many boxes.
fn levels(leaves: usize) -> Vec<(usize, usize)> {
    let mut levels = vec![(0, leaves)];
    while let Some((from, to)) = levels.last().copied()
        && to - from > 1
    {
        levels.push((to, to + (to - from).div_ceil(FAN)));
    }
    levels
}

fn joined(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Metres along a great circle of a sphere, which is right to half a percent.
pub(super) fn distance(a: Position, b: Position) -> f64 {
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
