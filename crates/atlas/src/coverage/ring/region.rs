//! Rings that cross become rings that do not, around the same region. New vertices are where edges cross, at the next
//! whole unit; regions wider than a hundred degrees are moved by as much as four units (4 cm).

use super::Shape;
use super::line::{self, Line};
use geo::bool_ops::{BooleanOps, FillRule};
use geo::{Coord, LineString, MultiPolygon, Polygon};

/// What the shell goes around, without what any of the holes does.
pub fn of(shape: &Shape) -> Vec<Shape> {
    let shell = around(std::slice::from_ref(&shape.shell));
    let whole = if shape.holes.is_empty() { shell } else { shell.difference(&around(&shape.holes)) };
    shapes(&whole, shape.part)
}

pub fn union(all: &[Shape]) -> Vec<Shape> {
    let nothing = MultiPolygon::new(Vec::new());
    let whole = all.iter().fold(nothing, |whole, shape| {
        whole.union(&Polygon::new(ring(&shape.shell), shape.holes.iter().map(ring).collect()))
    });
    shapes(&whole, all.first().map_or(0, |shape| shape.part))
}

/// What any of the rings goes around.
fn around(lines: &[Line]) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::new(Vec::new());
    lines.iter().fold(nothing.clone(), |whole, line| {
        let one = Polygon::new(ring(line), Vec::new()).union_with_fill_rule(&nothing, FillRule::NonZero);
        whole.union(&one)
    })
}

fn ring(line: &Line) -> LineString<f64> {
    line.iter().map(|(x, y)| Coord { x: *x as f64, y: *y as f64 }).collect()
}

/// Without what has no area once it is in units.
fn shapes(whole: &MultiPolygon<f64>, part: usize) -> Vec<Shape> {
    let line = |ring: &LineString<f64>| {
        line::tidy(ring.0.iter().map(|c| (c.x.round() as i64, c.y.round() as i64)).collect())
    };
    whole
        .iter()
        .filter_map(|polygon| {
            let shell = line(polygon.exterior())?;
            Some(Shape { part, shell, holes: polygon.interiors().iter().filter_map(line).collect() })
        })
        .collect()
}
