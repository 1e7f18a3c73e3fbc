//! Rings as people write them become a geometry that can be relied on, with a list of what was repaired, or are
//! refused with the reason. Reading them from GeoJSON or KML is done elsewhere.
//!
//! What a ring that crosses itself means is decided once: *what it goes around*, however often and in whichever
//! direction (the non-zero rule). Of a bow-tie that is both halves, of a pentagram its middle too, and it is what the
//! index and `geo::Contains` make of such a ring as it stands. Rings that only touch themselves are left as they are.

mod crossing;
mod effort;
mod line;
#[cfg(test)]
mod many;
mod meridian;
mod region;
#[cfg(test)]
mod tests;
mod within;

use effort::Effort;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use line::{Line, TURN};
use std::fmt;
use within::{Boxes, Place, Rings};

/// How often a ring may cross itself; it is refused when it does so more often, as points in no order do.
const MOST_CROSSINGS: usize = 5_000;

/// A shell and its holes as they were read: x is the longitude, y the latitude, in degrees. Longitudes may go on
/// beyond ±180, to ±360, or jump from one side to the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    pub shell: Vec<Coord<f64>>,
    pub holes: Vec<Vec<Coord<f64>>>,
}

/// A geometry whose rings are closed, have an area and do not cross, and what was done to make it so. Coordinates are
/// kept to seven digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    pub geometry: MultiPolygon<f64>,
    pub repairs: Vec<Repair>,
}

/// Something that was not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// Counted from 0.
    pub part: usize,
    /// 0 is the shell, 1 the first hole.
    pub ring: usize,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The last point was not the first.
    Closed,
    /// The same point several times in succession.
    Doubled,
    /// A way there and straight back, which has no area.
    Spike,
    /// The ring crosses itself.
    Crossed,
    /// A hole without an area: left out.
    EmptyHole,
    /// A hole beside its shell: left out.
    HoleOutside,
    /// A hole that crosses its shell or another hole, or is within another: all of them are cut out.
    HoleCrossed,
    /// Parts that cross or hold one another: united.
    Overlapping,
    /// The ring goes over the 180th meridian: cut there.
    Split,
}

/// Why there is no geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("part {part}, ring {ring}: {reason}")]
pub struct Refused {
    pub part: usize,
    pub ring: usize,
    pub reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("there is no ring")]
    Nothing,
    #[error("a coordinate is not a number")]
    NotANumber,
    #[error("a latitude is beyond 90 or a longitude beyond 360 degrees")]
    OutOfRange,
    #[error("a ring needs three different points")]
    TooFew,
    #[error("the ring has no area")]
    NoArea,
    #[error("the ring goes around a pole; draw it along the 180th meridian and the pole")]
    AroundPole,
    #[error("a ring crosses itself more than {MOST_CROSSINGS} times")]
    Tangled,
    #[error("the rings lie so densely that it takes too long to tell where they cross; simplify them")]
    Dense,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the ring was open, and is closed",
            Self::Doubled => "the same point in succession is there once",
            Self::Spike => "a way there and back is taken out",
            Self::Crossed => "the ring crosses itself; what it goes around is kept",
            Self::EmptyHole => "a hole without an area is left out",
            Self::HoleOutside => "a hole beside its shell is left out",
            Self::HoleCrossed => "holes cross their shell or each other; all are cut out",
            Self::Overlapping => "parts overlap, and are united",
            Self::Split => "the ring is cut at the 180th meridian",
        })
    }
}

/// A polygon in units that may lie beyond the 180th meridian.
#[derive(Debug, Clone)]
struct Shape {
    part: usize,
    shell: Line,
    holes: Vec<Line>,
}

/// Makes one geometry of all parts, in time that grows as the number of vertices does, or refuses.
pub fn clean(parts: &[Part]) -> Result<Cleaned, Refused> {
    if parts.is_empty() {
        return Err(Refused { part: 0, ring: 0, reason: Reason::Nothing });
    }
    let (mut repairs, mut shapes, mut effort) = (Vec::new(), Vec::new(), Effort::new());
    for (at, part) in parts.iter().enumerate() {
        let shape = read(at, part, &mut repairs)?;
        let refused = |(ring, reason)| Refused { part: at, ring, reason };
        shapes.extend(untangled(shape, &mut repairs, &mut effort).map_err(refused)?);
    }
    let shapes = united(shapes, &mut repairs, &mut effort)?;
    let mut polygons = Vec::new();
    for shape in shapes {
        if shape.shell.iter().any(|(x, _)| x.abs() > TURN / 2) {
            repairs.push(Repair { part: shape.part, ring: 0, what: What::Split });
            polygons.extend(meridian::split(&shape).iter().map(polygon));
        } else {
            polygons.push(polygon(&shape));
        }
    }
    if polygons.is_empty() {
        return Err(Refused { part: 0, ring: 0, reason: Reason::NoArea });
    }
    Ok(Cleaned { geometry: MultiPolygon::new(polygons), repairs })
}

/// A shape and, for each of its holes, which one of the part's it is.
type Read = (Shape, Vec<usize>);

fn read(at: usize, part: &Part, repairs: &mut Vec<Repair>) -> Result<Read, Refused> {
    let refused = |ring, reason| Refused { part: at, ring, reason };
    let mut report = |ring, what: &[What]| {
        repairs.extend(what.iter().map(|what| Repair { part: at, ring, what: *what }));
    };
    let (shell, what) = line::read(&part.shell).map_err(|reason| refused(0, reason))?;
    report(0, &what);
    let bounds = line::bounds(&shell);
    let (mut holes, mut rings) = (Vec::new(), Vec::new());
    for (ring, hole) in (1..).zip(&part.holes) {
        match line::read(hole) {
            Ok((hole, what)) => {
                report(ring, &what);
                holes.push(line::beside(hole, bounds));
                rings.push(ring);
            }
            Err(Reason::TooFew | Reason::NoArea) => report(ring, &[What::EmptyHole]),
            Err(reason) => return Err(refused(ring, reason)),
        }
    }
    Ok((Shape { part: at, shell, holes }, rings))
}

/// The polygons that a shape is, none of whose rings cross. An error: the ring and what is the matter with it.
fn untangled(
    (mut shape, numbers): Read,
    repairs: &mut Vec<Repair>,
    effort: &mut Effort,
) -> Result<Vec<Shape>, (usize, Reason)> {
    // The part's ring of a place among shell and holes.
    let ring = |at: usize| at.checked_sub(1).and_then(|hole| numbers.get(hole)).copied().unwrap_or(0);
    let named = |(at, reason): (usize, Reason)| (ring(at), reason);
    let mut report = |at, what| repairs.push(Repair { part: shape.part, ring: ring(at), what });
    let lines: Vec<&Line> = std::iter::once(&shape.shell).chain(&shape.holes).collect();
    let count = lines.len();
    let mut rings = Rings::of(lines, effort).map_err(named)?;
    // A hole that is all around the shell, or the same, leaves nothing of it.
    let mut meet = None;
    let mut outside = vec![false; count];
    for (hole, outside) in outside.iter_mut().enumerate().skip(1) {
        if rings.crossings().contains(&(0, hole)) {
            continue;
        }
        let mut place =
            |inner, outer| rings.place(inner, outer, effort).map_err(|reason| named((hole, reason)));
        match place(hole, 0)? {
            Place::Outside if place(0, hole)? == Place::Outside => *outside = true,
            Place::Outside | Place::On => meet = meet.or(Some(hole)),
            Place::Inside | Place::Across => {}
        }
        if *outside {
            report(hole, What::HoleOutside);
        }
    }
    let crossed: Vec<usize> =
        (0..count).filter(|at| !outside[*at] && rings.crossings().contains(&(*at, *at))).collect();
    crossed.iter().for_each(|at| report(*at, What::Crossed));
    let mut pairs = rings.crossings().iter().filter(|(one, other)| !outside[*one] && !outside[*other]);
    meet = meet.or_else(|| pairs.find(|(one, other)| one != other).map(|(_, other)| *other));
    if meet.is_none() {
        let held = rings.find(count, effort, |_, inner, outer, _| {
            Ok(inner > 0 && outer > 0 && !outside[inner] && !outside[outer])
        });
        meet = held.map_err(|reason| named((0, reason)))?.map(|(inner, _)| inner);
    }
    if let Some(at) = meet {
        report(at, What::HoleCrossed);
    }
    let mut outside = outside.into_iter().skip(1);
    shape.holes.retain(|_| outside.next() == Some(false));
    Ok(if crossed.is_empty() && meet.is_none() { vec![shape] } else { region::of(&shape) })
}

/// The same shapes, or their union if any two have more than a border in common.
fn united(shapes: Vec<Shape>, repairs: &mut Vec<Repair>, effort: &mut Effort) -> Result<Vec<Shape>, Refused> {
    let count = shapes.len();
    if count < 2 {
        return Ok(shapes);
    }
    // All shells, then the holes of each, and of which shape a ring is.
    let mut lines: Vec<&Line> = shapes.iter().map(|shape| &shape.shell).collect();
    let mut of: Vec<usize> = (0..count).collect();
    let mut holes = Vec::with_capacity(count);
    for (at, shape) in shapes.iter().enumerate() {
        let from = lines.len();
        lines.extend(&shape.holes);
        of.resize(lines.len(), at);
        holes.push(from..lines.len());
    }
    let refused = |(ring, reason): (usize, Reason)| Refused { part: shapes[of[ring]].part, ring: 0, reason };
    let mut rings = Rings::of(lines, effort).map_err(refused)?;
    // Beside a shell there is always land, on the one side or the other of a border that it crosses.
    let meet = rings.crossings().iter().find(|(one, other)| *one < count && of[*one] != of[*other]);
    let mut meet = meet.map(|(_, other)| of[*other]);
    if meet.is_none() {
        let mut boxes: Vec<Option<Boxes>> = holes.iter().map(|_| None).collect();
        let within = rings.find(count, effort, |rings, inner, outer, effort| {
            // In a hole of the other it has nothing in common with it.
            let boxes = boxes[outer].get_or_insert_with(|| rings.boxes(holes[outer].clone()));
            Ok(!rings.hold(boxes, inner, effort)?)
        });
        meet = within.map_err(|reason| refused((0, reason)))?.map(|(inner, _)| inner);
    }
    Ok(match meet {
        None => shapes,
        Some(at) => {
            repairs.push(Repair { part: shapes[at].part, ring: 0, what: What::Overlapping });
            region::union(&shapes)
        }
    })
}

fn polygon(shape: &Shape) -> Polygon<f64> {
    let ring = |line: &Line| {
        let coord = |(x, y): &(i64, i64)| Coord { x: *x as f64 / 1e7, y: *y as f64 / 1e7 };
        LineString::from_iter(line.iter().chain(line.first()).map(coord))
    };
    Polygon::new(ring(&shape.shell), shape.holes.iter().map(ring).collect())
}
