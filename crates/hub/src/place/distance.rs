//! How far a point is from a carrier's live areas, in metres on a plane that touches the earth (WGS 84) there. At 60°
//! north a distance of 1 km is wrong by 5 cm at most, one of 10 km by 5 m, one of 100 km by 520 m; nearer to the
//! equator by less. Edges are straight in degrees, as they are for `atlas::coverage`.

use super::Places;
use super::extent::Extent;
use model::area::{Geometry, Ring, Status, UNITS};
use model::carrier::Carrier;
use model::premise::Position;
use model::quote::{PriceRule, Standing};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use store::Tx;

/// Metres; WGS 84.
const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
/// Squared; WGS 84.
const ECCENTRICITY: f64 = 6.694_379_990_14e-3;

/// Where a point is to a carrier's live areas, as far as the rules ask for it. Without a position nothing is near.
pub(crate) fn standing(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: &Carrier,
    position: Option<Position>,
    rules: &[PriceRule],
) -> Result<Standing, store::Error> {
    let (mut standing, asked) = (Standing::default(), Asked::by(rules));
    let Some(position) = position.filter(|_| !asked.is_nothing()) else { return Ok(standing) };
    for number in places.areas_at(position) {
        let area = store::area::by_number(tx, number)?;
        if let Some(area) = area.filter(|area| area.carrier == carrier.id && area.status == Status::Live) {
            standing.nearest = asked.nearest.map(|_| 0.0);
            if asked.areas.contains_key(area.external_reference.as_str()) {
                standing.areas.insert(area.external_reference, 0.0);
            }
        }
    }
    // The index may be older than the store: whatever was not found in it is looked for in the store.
    let (extents, plane) = (places.extents(tx)?, Plane::at(position));
    if let (Some(within), None) = (asked.nearest, standing.nearest) {
        standing.nearest = nearest(tx, &plane, extents.of(carrier.number), within)?;
    }
    for (reference, within) in asked.areas {
        if !standing.areas.contains_key(reference)
            && let Some(metres) = nearest(tx, &plane, extents.called(carrier.number, reference), within)?
        {
            standing.areas.insert(reference.to_owned(), metres);
        }
    }
    Ok(standing)
}

/// How far rules reach, in metres.
#[derive(Default)]
struct Asked<'r> {
    /// From the nearest area; None: no rule asks for it.
    nearest: Option<f64>,
    areas: BTreeMap<&'r str, f64>,
}

impl<'r> Asked<'r> {
    fn by(rules: &'r [PriceRule]) -> Self {
        let mut asked = Self::default();
        for rule in rules {
            let Some(reach) = rule.reach() else { continue };
            match &rule.area {
                Some(area) => {
                    let known = asked.areas.entry(area).or_default();
                    *known = known.max(reach);
                }
                None => asked.nearest = Some(asked.nearest.unwrap_or_default().max(reach)),
            }
        }
        asked
    }

    fn is_nothing(&self) -> bool {
        self.nearest.is_none() && self.areas.is_empty()
    }
}

/// Metres to the nearest of these areas, none farther than `within`. Few are read: those whose box is nearer than
/// the nearest found so far, the nearest box first.
fn nearest(
    tx: &mut Tx<'_>,
    plane: &Plane,
    extents: &[Extent],
    within: f64,
) -> Result<Option<f64>, store::Error> {
    let millimetres = |metres: f64| (metres * 1_000.0) as u64;
    let near = extents.iter().filter_map(|extent| {
        let least = plane.to_box(extent);
        (least <= within + 0.001).then(|| Reverse((millimetres(least), extent.number)))
    });
    let (mut near, mut found) = (near.collect::<BinaryHeap<_>>(), None);
    while let Some(Reverse((least, number))) = near.pop() {
        if found.is_some_and(|found| least > millimetres(found)) {
            break;
        }
        // One that a later import took the place of is not there any more.
        let Some(geometry) = store::area::geometry(tx, number)? else { continue };
        let metres = plane.to(&geometry);
        if metres <= within && found.is_none_or(|found| metres < found) {
            found = Some(metres);
        }
    }
    Ok(found)
}

/// The plane that touches the earth at a point, which is its origin.
struct Plane {
    at: Position,
    /// Metres of a degree.
    east: f64,
    north: f64,
}

impl Plane {
    fn at(at: Position) -> Self {
        let (sin, cos) = at.latitude.to_radians().sin_cos();
        let flat = 1.0 - ECCENTRICITY * sin * sin;
        let degree = (SEMI_MAJOR_AXIS / flat.sqrt()).to_radians();
        Self { at, east: degree * cos, north: degree * (1.0 - ECCENTRICITY) / flat }
    }

    /// Degrees by which areas may have to be turned to lie beside the point: across the 180th meridian, where anything
    /// there can be near.
    fn turns(&self) -> impl Iterator<Item = f64> {
        let across = self.at.longitude.abs() > 170.0 || self.at.latitude.abs() > 80.0;
        [0.0].into_iter().chain(across.then_some(360_f64.copysign(self.at.longitude)))
    }

    fn x(&self, units: i32, turn: f64) -> f64 {
        (f64::from(units) / UNITS + turn - self.at.longitude) * self.east
    }

    fn y(&self, units: i32) -> f64 {
        (f64::from(units) / UNITS - self.at.latitude) * self.north
    }

    /// Metres to a box: never more than to what is in it.
    fn to_box(&self, extent: &Extent) -> f64 {
        let y = self.y(extent.south).max(-self.y(extent.north)).max(0.0);
        let x = |turn| self.x(extent.west, turn).max(-self.x(extent.east, turn)).max(0.0);
        self.turns().map(|turn| x(turn).hypot(y)).fold(f64::INFINITY, f64::min)
    }

    /// Metres to a geometry, to the millimetre, which vertices of seven digits do not reach; 0: it holds the point.
    fn to(&self, geometry: &Geometry) -> f64 {
        let polygons = || geometry.0.iter();
        let all = self.turns().flat_map(|turn| polygons().map(move |rings| self.to_polygon(rings, turn)));
        (all.fold(f64::INFINITY, f64::min) * 1_000.0).round() / 1_000.0
    }

    fn to_polygon(&self, rings: &[Ring], turn: f64) -> f64 {
        let (mut inside, mut least) = (false, f64::INFINITY);
        for ring in rings {
            let point = |vertex: &(i32, i32)| (self.x(vertex.0, turn), self.y(vertex.1));
            let Some(mut from) = ring.last().map(point) else { continue };
            for to in ring.iter().map(point) {
                inside ^= crosses(from, to);
                least = least.min(to_edge(from, to));
                from = to;
            }
        }
        if inside { 0.0 } else { least }
    }
}

/// Whether an edge crosses the way east from the origin.
fn crosses((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> bool {
    (ay > 0.0) != (by > 0.0) && ax - ay * (bx - ax) / (by - ay) > 0.0
}

/// From the origin to the nearest point of an edge.
fn to_edge((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (ax + along * dx).hypot(ay + along * dy)
}

#[cfg(test)]
#[path = "distance_tests.rs"]
mod tests;
