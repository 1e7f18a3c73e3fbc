//! Rings that cross become rings that do not, around the same region. New vertices are where edges cross, at the next
//! whole unit; regions wider than a hundred degrees are moved by as much as four units (4 cm).

use super::Shape;
use super::line::{self, Line, TURN};
use geo::bool_ops::{BooleanOps, FillRule, unary_union};
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// What the shell goes around, without what any of the holes does.
pub fn of(shape: &Shape) -> Vec<Shape> {
    let shell = around(&shape.shell);
    let holes: Vec<MultiPolygon<f64>> = shape.holes.iter().map(around).collect();
    let whole = if holes.is_empty() { shell } else { shell.difference(&unary_union(&holes)) };
    shapes(&whole, shape.part)
}

pub fn union(all: &[Shape]) -> Vec<Shape> {
    let nothing = MultiPolygon::new(Vec::new());
    // Each for itself first: together they must wind alike.
    let each = all.iter().map(|shape| {
        nothing.union(&Polygon::new(ring(&shape.shell), shape.holes.iter().map(ring).collect()))
    });
    let whole = unary_union(&each.collect::<Vec<MultiPolygon<f64>>>());
    shapes(&whole, all.first().map_or(0, |shape| shape.part))
}

/// What the ring goes around.
fn around(line: &Line) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::new(Vec::new());
    Polygon::new(ring(line), Vec::new()).union_with_fill_rule(&nothing, FillRule::NonZero)
}

fn ring(line: &Line) -> LineString<f64> {
    line.iter().map(|(x, y)| Coord { x: *x as f64, y: *y as f64 }).collect()
}

/// Without what has no area once it is in units. What is moved does not go beyond a pole.
fn shapes(whole: &MultiPolygon<f64>, part: usize) -> Vec<Shape> {
    let vertex = |c: &Coord<f64>| (c.x.round() as i64, (c.y.round() as i64).clamp(-TURN / 4, TURN / 4));
    let line = |ring: &LineString<f64>| line::tidy(ring.0.iter().map(vertex).collect());
    whole
        .iter()
        .filter_map(|polygon| {
            let shell = line(polygon.exterior())?;
            Some(Shape { part, shell, holes: polygon.interiors().iter().filter_map(line).collect() })
        })
        .collect()
}
