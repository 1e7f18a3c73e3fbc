//! Coordinates as whole numbers, so that all geometry is exact. A *unit* is 1e-7 degrees, counted from the corner at
//! 180° W, 90° S: vertices are on units. Points are finer, a unit has `1 << FINE` of their steps.

/// Of one unit.
pub const FINE: u32 = 16;
const PER_DEGREE: f64 = 1e7;
const WEST: f64 = 180.0 * PER_DEGREE;
const SOUTH: f64 = 90.0 * PER_DEGREE;

/// A vertex, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vertex {
    pub x: u32,
    pub y: u32,
}

/// A point that is asked for, in fine steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub x: i64,
    pub y: i64,
}

impl Vertex {
    /// The nearest one. None: not a number, or not on the earth.
    pub fn at(latitude: f64, longitude: f64) -> Option<Self> {
        is_on_earth(latitude, longitude).then_some(Self {
            x: (longitude * PER_DEGREE + (WEST + 0.5)) as u32,
            y: (latitude * PER_DEGREE + (SOUTH + 0.5)) as u32,
        })
    }

    pub fn point(self) -> Point {
        Point { x: i64::from(self.x) << FINE, y: i64::from(self.y) << FINE }
    }
}

impl Point {
    /// The nearest one. None: not a number, or not on the earth.
    pub fn at(latitude: f64, longitude: f64) -> Option<Self> {
        const STEPS: f64 = (1_u64 << FINE) as f64;
        is_on_earth(latitude, longitude).then_some(Self {
            x: (longitude * (PER_DEGREE * STEPS) + (WEST * STEPS + 0.5)) as i64,
            y: (latitude * (PER_DEGREE * STEPS) + (SOUTH * STEPS + 0.5)) as i64,
        })
    }
}

fn is_on_earth(latitude: f64, longitude: f64) -> bool {
    latitude.abs() <= 90.0 && longitude.abs() <= 180.0
}

/// Twice the area of the triangle: above zero if `c` is on the left of the way from `a` to `b`.
pub fn turn(a: Vertex, b: Vertex, c: Vertex) -> i128 {
    let across = |p: u32, q: u32| i128::from(i64::from(p) - i64::from(q));
    across(b.x, a.x) * across(c.y, a.y) - across(b.y, a.y) * across(c.x, a.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vertex_and_the_point_on_it_are_the_same_place_all_over_the_earth() {
        for units in (-1_800_000_000_i64..=1_800_000_000).step_by(999_983) {
            let longitude = units as f64 / 1e7;
            let latitude = longitude / 2.0;
            let vertex = Vertex::at(latitude, longitude).unwrap();
            assert_eq!(i64::from(vertex.x), units + 1_800_000_000);
            assert_eq!(Point::at(latitude, longitude).unwrap().x, vertex.point().x);
        }
        for (latitude, longitude) in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (90.1, 0.0), (0.0, -180.1)] {
            assert_eq!(Point::at(latitude, longitude), None);
        }
    }
}
