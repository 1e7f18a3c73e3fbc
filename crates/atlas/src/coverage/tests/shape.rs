//! Shapes in units, and what holds a point by going around all their rings.

use super::super::grid::{FINE, Point, Vertex};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Shell and holes; not closed.
pub type Part = Vec<Vec<(i64, i64)>>;

type Edge = ((i64, i64), (i64, i64));

fn pairs(ring: &[(i64, i64)]) -> impl Iterator<Item = Edge> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Areas, each of parts, in units from a corner.
#[derive(Debug, Clone)]
pub struct World {
    pub corner: (i64, i64),
    pub areas: Vec<Vec<Part>>,
}

/// 180° W, 90° S is (0, 0).
pub fn degrees(x: f64, y: f64) -> (f64, f64) {
    (y / 1e7 - 90.0, x / 1e7 - 180.0)
}

impl World {
    pub fn geometry(&self, area: &[Part]) -> MultiPolygon<f64> {
        let ring = |ring: &Vec<(i64, i64)>| {
            LineString::from_iter(ring.iter().map(|(x, y)| {
                let (lat, lon) = degrees((x + self.corner.0) as f64, (y + self.corner.1) as f64);
                Coord { x: lon, y: lat }
            }))
        };
        area.iter().map(|part| Polygon::new(ring(&part[0]), part[1..].iter().map(ring).collect())).collect()
    }

    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        degrees(x + self.corner.0 as f64, y + self.corner.1 as f64)
    }

    /// Numbers of the areas that hold the point: 1, 2, …
    pub fn expected(&self, latitude: f64, longitude: f64) -> Vec<u64> {
        let Some(point) = Point::at(latitude, longitude) else { return Vec::new() };
        (1..)
            .zip(&self.areas)
            .filter(|(_, area)| self.area_holds(area, point))
            .map(|(number, _)| number)
            .collect()
    }

    /// By the rule of the border, from all edges of the area.
    fn area_holds(&self, area: &[Part], point: Point) -> bool {
        let mut edges: BTreeMap<Edge, i64> = BTreeMap::new();
        for (at, ring) in area.iter().flat_map(|part| part.iter().enumerate()) {
            let doubled: i128 = pairs(ring).map(|(a, b)| i128::from(a.0 * b.1 - a.1 * b.0)).sum();
            let sign = if (doubled > 0) != (at > 0) { 1 } else { -1 };
            for (a, b) in pairs(ring).filter(|(a, b)| a != b) {
                *edges.entry((a.min(b), a.max(b))).or_default() += if a < b { sign } else { -sign };
            }
        }
        let mut winding = 0;
        let from_point = |(x, y): (i64, i64)| {
            let vertex = Vertex { x: (x + self.corner.0) as u32, y: (y + self.corner.1) as u32 }.point();
            (i128::from(vertex.x - point.x), i128::from(vertex.y - point.y))
        };
        for ((a, b), sum) in edges.into_iter().filter(|(_, sum)| *sum != 0) {
            let (a, b) = (from_point(a), from_point(b));
            let turn = a.0 * b.1 - a.1 * b.0;
            let within = |p: i128, q: i128| p.min(q) <= 0 && p.max(q) >= 0;
            if turn == 0 && within(a.0, b.0) && within(a.1, b.1) {
                return true;
            }
            if (a.1 > 0) != (b.1 > 0) && (turn > 0) == (b.1 > a.1) {
                winding += if b.1 > a.1 { sum } else { -sum };
            }
        }
        winding != 0
    }

    /// Points of interest: vertices, middles of edges, and a step beside them.
    pub fn corners(&self) -> Vec<(f64, f64)> {
        let step = 1.0 / f64::from(1 << FINE);
        let mut points = Vec::new();
        for ring in self.areas.iter().flatten().flatten() {
            for (at, (x, y)) in ring.iter().enumerate() {
                let next = ring[(at + 1) % ring.len()];
                let middle = ((x + next.0) as f64 / 2.0, (y + next.1) as f64 / 2.0);
                for (x, y) in [(*x as f64, *y as f64), middle] {
                    points.extend([(x, y), (x + step, y), (x - step, y - step), (x, y + step)]);
                }
            }
        }
        points
    }
}

/// Rings around a centre that do not cross themselves; sometimes with a hole of the same form.
fn star(span: i64) -> impl Strategy<Value = Part> {
    let radii = proptest::collection::vec(span / 16..=span / 4, 3..40);
    (0..span, 0..span, radii, 0..3_i64).prop_map(|(x, y, radii, hole)| {
        let count = radii.len() as f64;
        let ring = |part: f64| {
            let at = |(at, radius): (usize, &i64)| {
                let (sin, cos) = (at as f64 / count * std::f64::consts::TAU).sin_cos();
                let radius = *radius as f64 * part;
                (x + (radius * cos).round() as i64, y + (radius * sin).round() as i64)
            };
            radii.iter().enumerate().map(at).collect::<Vec<_>>()
        };
        let mut part = vec![ring(1.0)];
        if hole == 0 {
            part.push(ring(0.5));
        }
        part
    })
}

/// Anything: crossing itself, touching itself, flat.
fn scribble(span: i64) -> impl Strategy<Value = Part> {
    proptest::collection::vec((0..span, 0..span), 1..12).prop_map(|ring| vec![ring])
}

/// On a raster so coarse that edges and vertices fall onto each other.
fn block(span: i64) -> impl Strategy<Value = Part> {
    let step = (span / 8).max(1);
    (0..7_i64, 0..7_i64, 1..4_i64, 1..4_i64).prop_map(move |(x, y, w, h)| {
        let (x, y, w, h) = (x * step, y * step, w * step, h * step);
        vec![vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]]
    })
}

/// Any areas, also such as nobody should have.
pub fn world() -> impl Strategy<Value = World> {
    let spans = prop_oneof![Just(40), Just(3_000), Just(1_000_000), Just(200_000_000), Just(1_000_000_000)];
    spans.prop_flat_map(|span| {
        let part = prop_oneof![star(span).boxed(), scribble(span).boxed(), block(span).boxed()];
        placed(span, proptest::collection::vec(part, 0..4).boxed())
    })
}

/// Areas of parts that are valid, though they may overlap; a ring that crosses itself only by itself.
pub fn fair_world() -> impl Strategy<Value = World> {
    prop_oneof![Just(10_000), Just(1_000_000), Just(200_000_000), Just(1_000_000_000)].prop_flat_map(|span| {
        let parts = proptest::collection::vec(prop_oneof![star(span).boxed(), block(span).boxed()], 0..4);
        let alone = scribble(span).prop_map(|part| vec![part]);
        placed(span, prop_oneof![parts.boxed(), alone.boxed()].boxed())
    })
}

fn placed(span: i64, area: BoxedStrategy<Vec<Part>>) -> impl Strategy<Value = World> {
    // Room on the earth for a star that reaches beyond its span.
    let corner = (span / 3..=3_600_000_000 - span * 3 / 2, span / 3..=1_800_000_000 - span * 13 / 10);
    (corner, proptest::collection::vec(area, 0..14)).prop_map(|(corner, areas)| World { corner, areas })
}
