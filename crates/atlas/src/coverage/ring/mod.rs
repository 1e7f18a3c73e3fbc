//! Rings as people write them become a geometry that can be relied on, with a list of what was repaired, or are
//! refused with the reason. Reading them from GeoJSON or KML is done elsewhere.
//!
//! What a ring that crosses itself means is decided once: *what it goes around*, however often and in whichever
//! direction (the non-zero rule). Of a bow-tie that is both halves, of a pentagram its middle too, and it is what the
//! index and `geo::Contains` make of such a ring as it stands. Rings that only touch themselves are left as they are.

mod crossing;
mod line;
mod meridian;
mod region;
#[cfg(test)]
mod tests;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use line::{Line, Place, TURN};
use std::fmt;

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

/// Makes one geometry of all parts.
pub fn clean(parts: &[Part]) -> Result<Cleaned, Refused> {
    if parts.is_empty() {
        return Err(Refused { part: 0, ring: 0, reason: Reason::Nothing });
    }
    let mut repairs = Vec::new();
    let mut shapes = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let shape = read(at, part, &mut repairs)?;
        shapes.extend(untangled(shape, &mut repairs));
    }
    let shapes = united(shapes, &mut repairs);
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

fn read(at: usize, part: &Part, repairs: &mut Vec<Repair>) -> Result<Shape, Refused> {
    let refused = |ring, reason| Refused { part: at, ring, reason };
    let mut report = |ring, what: &[What]| {
        repairs.extend(what.iter().map(|what| Repair { part: at, ring, what: *what }));
    };
    let (shell, what) = line::read(&part.shell).map_err(|reason| refused(0, reason))?;
    report(0, &what);
    let mut holes = Vec::new();
    for (ring, hole) in (1..).zip(&part.holes) {
        match line::read(hole) {
            Ok((hole, what)) => {
                report(ring, &what);
                holes.push((ring, line::beside(hole, &shell)));
            }
            Err(Reason::TooFew | Reason::NoArea) => report(ring, &[What::EmptyHole]),
            Err(reason) => return Err(refused(ring, reason)),
        }
    }
    let mut kept = Vec::new();
    for (ring, hole) in holes {
        let is_outside = !crossing::cross(&shell, &hole) && line::place(&hole, &shell) == Place::Outside;
        if is_outside {
            report(ring, &[What::HoleOutside]);
        } else {
            kept.push(hole);
        }
    }
    Ok(Shape { part: at, shell, holes: kept })
}

/// The polygons that a shape is, none of whose rings cross.
fn untangled(shape: Shape, repairs: &mut Vec<Repair>) -> Vec<Shape> {
    let rings: Vec<&Line> = std::iter::once(&shape.shell).chain(&shape.holes).collect();
    let crossings = crossing::all(&rings);
    let mut report = |ring, what| repairs.push(Repair { part: shape.part, ring, what });
    let crossed: Vec<usize> = (0..rings.len()).filter(|ring| crossings.contains(&(*ring, *ring))).collect();
    crossed.iter().for_each(|ring| report(*ring, What::Crossed));
    let meet = crossings.iter().find(|(one, other)| one != other).map(|(_, other)| *other);
    let meet = meet.or_else(|| line::first_within(&shape.holes).map(|hole| hole + 1));
    if let Some(ring) = meet {
        report(ring, What::HoleCrossed);
    }
    if crossed.is_empty() && meet.is_none() { vec![shape] } else { region::of(&shape) }
}

/// The same shapes, or their union if any two have more than a border in common.
fn united(shapes: Vec<Shape>, repairs: &mut Vec<Repair>) -> Vec<Shape> {
    let shells: Vec<Line> = shapes.iter().map(|shape| shape.shell.clone()).collect();
    let lines: Vec<&Line> = shells.iter().collect();
    let crossed = crossing::all(&lines).iter().find(|(one, other)| one != other).map(|(_, other)| *other);
    let within = || {
        line::pairs_within(&shells).find(|(inner, outer)| {
            // In a hole of the other it has nothing in common with it.
            let hole = |hole: &Line| line::place(&shells[*inner], hole) != Place::Outside;
            !shapes[*outer].holes.iter().any(hole)
        })
    };
    match crossed.or_else(|| within().map(|(inner, _)| inner)) {
        None => shapes,
        Some(at) => {
            repairs.push(Repair { part: shapes[at].part, ring: 0, what: What::Overlapping });
            region::union(&shapes)
        }
    }
}

fn polygon(shape: &Shape) -> Polygon<f64> {
    let ring = |line: &Line| {
        let coord = |(x, y): &(i64, i64)| Coord { x: *x as f64 / 1e7, y: *y as f64 / 1e7 };
        LineString::from_iter(line.iter().chain(line.first()).map(coord))
    };
    Polygon::new(ring(&shape.shell), shape.holes.iter().map(ring).collect())
}
