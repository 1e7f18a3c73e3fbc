//! Where rings lie to each other: across, inside, outside, or the one on the other.

use super::Reason;
use super::crossing::{self, Crossings, Edge, Vertex, is_on};
use super::effort::{self, Effort};
use super::line::{Line, bounds, edges, turn};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Inside,
    /// Nowhere inside and nowhere outside: the same ring.
    On,
    Outside,
    /// Inside and outside.
    Across,
}

/// Some rings that are asked about each other.
pub struct Rings<'a> {
    lines: Vec<&'a Line>,
    outers: Vec<Option<Outer>>,
    crossings: Crossings,
}

impl<'a> Rings<'a> {
    /// An error: the place of a ring and what is the matter with it.
    pub fn of(lines: Vec<&'a Line>, effort: &mut Effort) -> Result<Self, (usize, Reason)> {
        let crossings = crossing::all(&lines, effort)?;
        let outers = lines.iter().map(|_| None).collect();
        let mut rings = Self { lines, outers, crossings };
        let touching: Vec<(usize, usize)> = rings.crossings.touches.keys().copied().collect();
        for (one, other) in touching {
            let pair = (one.min(other), one.max(other));
            if !rings.crossings.pairs.contains(&pair) {
                let place = rings.place(one, other, effort).map_err(|reason| (one, reason))?;
                if place == Place::Across {
                    rings.crossings.pairs.insert(pair);
                }
            }
        }
        Ok(rings)
    }

    /// Pairs that cross, also where no edge does; the smaller place first. (n, n): the ring's own edges do.
    pub fn crossings(&self) -> &BTreeSet<(usize, usize)> {
        &self.crossings.pairs
    }

    /// Where a ring lies to another one that it does not cross.
    pub fn place(&mut self, inner: usize, outer: usize, effort: &mut Effort) -> Result<Place, Reason> {
        let (inner_line, outer_line) = (self.lines[inner], self.lines[outer]);
        let known = &mut self.outers[outer];
        let ring = match known {
            Some(ring) => ring,
            None => known.insert(Outer::of(outer_line, effort)?),
        };
        match self.crossings.touches.get_mut(&(inner, outer)) {
            // Nowhere on it: all of it is where its first vertex is.
            None => {
                inner_line.first().map_or(Ok(Place::Outside), |first| ring.place_of(doubled(*first), effort))
            }
            Some(touches) => ring.place_along(touches, effort),
        }
    }

    /// A ring of the first so many within another of them, or the same, of which `is_wanted` says yes.
    pub fn find(
        &mut self,
        count: usize,
        effort: &mut Effort,
        mut is_wanted: impl FnMut(&mut Self, usize, usize, &mut Effort) -> Result<bool, Reason>,
    ) -> Result<Option<(usize, usize)>, Reason> {
        let tree = tree(self.lines.iter().take(count).copied().enumerate());
        for outer in 0..count.min(self.lines.len()) {
            effort.spend(self.lines[outer].len() as u64)?;
            for inner in tree.locate_in_envelope(&envelope(self.lines[outer])) {
                effort.spend(effort::PAIR)?;
                let inner = inner.data;
                if inner != outer
                    && matches!(self.place(inner, outer, effort)?, Place::Inside | Place::On)
                    && is_wanted(self, inner, outer, effort)?
                {
                    return Ok(Some((inner, outer)));
                }
            }
        }
        Ok(None)
    }

    /// Boxes of some of the rings.
    pub fn boxes(&self, some: std::ops::Range<usize>) -> Boxes {
        Boxes(tree(some.map(|at| (at, self.lines[at]))))
    }

    /// Whether one of these rings holds another one or is the same.
    pub fn hold(&mut self, boxes: &Boxes, inner: usize, effort: &mut Effort) -> Result<bool, Reason> {
        let (low, _) = bounds(self.lines[inner]);
        for outer in boxes.0.locate_all_at_point(&[low.0 as f64, low.1 as f64]) {
            effort.spend(effort::PAIR)?;
            if matches!(self.place(inner, outer.data, effort)?, Place::Inside | Place::On) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

type Tree = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

pub struct Boxes(Tree);

fn tree<'a>(lines: impl Iterator<Item = (usize, &'a Line)>) -> Tree {
    RTree::bulk_load(
        lines.map(|(at, line)| GeomWithData::new(Rectangle::from_aabb(envelope(line)), at)).collect(),
    )
}

/// Exact: units have fewer than 53 bits.
fn envelope(line: &Line) -> AABB<[f64; 2]> {
    let (low, high) = bounds(line);
    AABB::from_corners([low.0 as f64, low.1 as f64], [high.0 as f64, high.1 as f64])
}

/// Middles of edges are asked about, so that everything is twice as large.
fn doubled((x, y): Vertex) -> Vertex {
    (2 * x, 2 * y)
}

/// With latitude and longitude in each other's place, if they are to be.
fn laid((x, y): Vertex, is_turned: bool) -> Vertex {
    if is_turned { (y, x) } else { (x, y) }
}

/// A ring, to be asked again and again where others lie: its edges in slabs of latitude, or of longitude, whichever
/// fewer edges are in several of.
struct Outer {
    is_turned: bool,
    low: Vertex,
    high: Vertex,
    /// Of a slab.
    height: i64,
    slabs: Vec<Vec<Edge>>,
}

impl Outer {
    fn of(line: &Line, effort: &mut Effort) -> Result<Self, Reason> {
        effort.spend(16 * line.len() as u64)?;
        let [upright, turned] = [false, true].map(|is_turned| slabs(line, is_turned));
        let (is_turned, count) = if turned > upright { (true, turned) } else { (false, upright) };
        let of = |vertex| laid(doubled(vertex), is_turned);
        let (low, high) = bounds(line);
        let (low, high) = (of(low), of(high));
        let height = (high.1 - low.1) / count + 1;
        let mut slabs = vec![Vec::new(); count as usize];
        for (a, b) in edges(line) {
            let edge = (of(a), of(b));
            let slab = |y: i64| ((y - low.1) / height) as usize;
            let (from, to) = (slab(edge.0.1), slab(edge.1.1));
            slabs[from.min(to)..=from.max(to)].iter_mut().for_each(|slab| slab.push(edge));
        }
        Ok(Self { is_turned, low, high, height, slabs })
    }

    /// Of a ring that touches this one: by the pieces of its edges between where they touch. Elsewhere it lies as the
    /// pieces beside do.
    fn place_along(&self, touches: &mut Vec<(Edge, Vertex)>, effort: &mut Effort) -> Result<Place, Reason> {
        let far = |((from, _), at): &(Edge, Vertex)| {
            (i128::from(at.0 - from.0)).pow(2) + (i128::from(at.1 - from.1)).pow(2)
        };
        touches.sort_unstable_by_key(|touch| (touch.0, far(touch)));
        touches.dedup();
        effort.spend(effort::PAIR * touches.len() as u64)?;
        let (mut inside, mut outside) = (false, false);
        for some in touches.chunk_by(|one, other| one.0 == other.0) {
            let Some((edge, _)) = some.first() else { continue };
            let points = std::iter::once(edge.0).chain(some.iter().map(|(_, at)| *at));
            for (from, to) in points.zip(some.iter().map(|(_, at)| *at).chain([edge.1])) {
                if from != to {
                    let place = self.place_of((from.0 + to.0, from.1 + to.1), effort)?;
                    inside |= place == Place::Inside;
                    outside |= place == Place::Outside;
                }
            }
        }
        Ok(match (inside, outside) {
            (true, true) => Place::Across,
            (true, false) => Place::Inside,
            (false, true) => Place::Outside,
            (false, false) => Place::On,
        })
    }

    /// Of a point, doubled.
    fn place_of(&self, point: Vertex, effort: &mut Effort) -> Result<Place, Reason> {
        let point = laid(point, self.is_turned);
        let (low, high) = (self.low, self.high);
        effort.spend(1)?;
        if point.0 < low.0 || point.0 > high.0 || point.1 < low.1 || point.1 > high.1 {
            return Ok(Place::Outside);
        }
        let slab = self.slabs.get(((point.1 - low.1) / self.height) as usize);
        let slab = slab.map(Vec::as_slice).unwrap_or_default();
        effort.spend(slab.len() as u64)?;
        let mut winding = 0;
        for (a, b) in slab {
            if is_on(point, (*a, *b)) {
                return Ok(Place::On);
            }
            if (a.1 > point.1) != (b.1 > point.1) && (turn(*a, *b, point) > 0) == (b.1 > a.1) {
                winding += if b.1 > a.1 { 1 } else { -1 };
            }
        }
        Ok(if winding == 0 { Place::Outside } else { Place::Inside })
    }
}

/// Into how many slabs a ring is parted: fewer where edges are so long that they are in many.
fn slabs(line: &Line, is_turned: bool) -> i64 {
    let (low, high) = bounds(line);
    let (low, high) = (laid(low, is_turned).1, laid(high, is_turned).1);
    let mut count = (line.len() as i64 / 4).clamp(1, 1 << 16);
    while count > 1 {
        let height = (high - low) / count + 1;
        let slab = |vertex| (laid(vertex, is_turned).1 - low) / height;
        let entries: u64 = edges(line).map(|(a, b)| slab(a).abs_diff(slab(b)) + 1).sum();
        if entries <= 8 * line.len() as u64 {
            break;
        }
        count /= 2;
    }
    count
}
