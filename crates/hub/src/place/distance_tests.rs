//! Distances against those on the ellipsoid, and what lies across the 180th meridian.

use super::*;
use geo::{Distance, Geodesic, Point};
use proptest::prelude::*;

fn units(degrees: f64) -> i32 {
    (degrees * UNITS).round() as i32
}

fn ring(corners: &[(f64, f64)]) -> Ring {
    corners.iter().map(|(x, y)| (units(*x), units(*y))).collect()
}

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Ring {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

fn boxed(geometry: &Geometry) -> Extent {
    let vertices = || geometry.0.iter().flatten().flatten();
    Extent {
        number: 1,
        reference: "A".into(),
        west: vertices().map(|v| v.0).min().unwrap(),
        south: vertices().map(|v| v.1).min().unwrap(),
        east: vertices().map(|v| v.0).max().unwrap(),
        north: vertices().map(|v| v.1).max().unwrap(),
    }
}

fn plane(longitude: f64, latitude: f64) -> Plane {
    Plane::at(Position::new(latitude, longitude).unwrap())
}

/// Metres from a point to polygons, and that their box is not farther.
fn to(longitude: f64, latitude: f64, geometry: &Geometry) -> f64 {
    let plane = plane(longitude, latitude);
    let metres = plane.to(geometry);
    assert!(plane.to_box(&boxed(geometry)) <= metres + 0.001);
    metres
}

fn geodesic(from: (f64, f64), to: (f64, f64)) -> f64 {
    Geodesic.distance(Point::new(from.0, from.1), Point::new(to.0, to.1))
}

#[test]
fn inside_is_no_distance_and_a_hole_is_as_far_as_its_edge() {
    let area = Geometry(vec![vec![rectangle(12.0, 55.0, 12.1, 55.1), rectangle(12.04, 55.04, 12.06, 55.06)]]);
    assert_eq!(to(12.02, 55.02, &area), 0.0);
    assert_eq!(to(12.0, 55.05, &area), 0.0, "on the edge");
    assert_eq!(to(12.1, 55.1, &area), 0.0, "on a corner");
    let hole = to(12.041, 55.05, &area);
    assert!((hole - geodesic((12.041, 55.05), (12.04, 55.05))).abs() < 0.01, "{hole}");
    let north = to(12.05, 55.101, &area);
    assert!((north - geodesic((12.05, 55.101), (12.05, 55.1))).abs() < 0.01, "{north}");
    let corner = to(12.101, 55.101, &area);
    assert!((corner - geodesic((12.101, 55.101), (12.1, 55.1))).abs() < 0.01, "{corner}");
}

#[test]
fn of_several_polygons_the_nearest_is_meant() {
    let area =
        Geometry(vec![vec![rectangle(12.0, 55.0, 12.1, 55.1)], vec![rectangle(12.2, 55.0, 12.3, 55.1)]]);
    let metres = to(12.19, 55.05, &area);
    assert!((metres - geodesic((12.19, 55.05), (12.2, 55.05))).abs() < 0.01, "{metres}");
    assert_eq!(plane(12.0, 55.0).to(&Geometry::default()), f64::INFINITY);
}

#[test]
fn what_lies_across_the_180th_meridian_is_near() {
    let west_of_it = Geometry(vec![vec![rectangle(179.0, -17.1, 180.0, -17.0)]]);
    let expected = geodesic((-179.999, -17.05), (180.0, -17.05));
    assert!((to(-179.999, -17.05, &west_of_it) - expected).abs() < 0.01);
    let east_of_it = Geometry(vec![vec![rectangle(-180.0, -17.1, -179.0, -17.0)]]);
    assert!((to(179.999, -17.05, &east_of_it) - expected).abs() < 0.01);
    // All around the earth, cut at the meridian.
    let belt = Geometry(vec![vec![rectangle(-180.0, -18.0, 180.0, -17.0)]]);
    for longitude in [-180.0, -179.9, 0.0, 179.9, 180.0] {
        assert_eq!(to(longitude, -17.5, &belt), 0.0);
        let metres = to(longitude, -16.999, &belt);
        assert!((metres - geodesic((0.0, -16.999), (0.0, -17.0))).abs() < 0.01, "{longitude}: {metres}");
    }
}

proptest! {
    #[test]
    fn metres_are_those_of_the_ellipsoid(
        latitude in -60.0..60.0, longitude in -180.0..180.0, metres in 1.0..100_000.0, bearing in 0.0..360.0_f64
    ) {
        let (north, east) = bearing.to_radians().sin_cos();
        let at = plane(longitude, latitude);
        let (x, y) = (longitude + east * metres / at.east, latitude + north * metres / at.north);
        let x = if x > 180.0 { x - 360.0 } else if x < -180.0 { x + 360.0 } else { x };
        let vertex = ring(&[(x, y)]);
        let (x, y) = (f64::from(vertex[0].0) / UNITS, f64::from(vertex[0].1) / UNITS);
        let exact = geodesic((longitude, latitude), (x, y));
        let measured = to(longitude, latitude, &Geometry(vec![vec![vertex]]));
        // 5 cm of 1 km, 5 m of 10 km, and the millimetre to which it is rounded.
        let kilometres: f64 = metres / 1_000.0;
        let bound = 0.052 * kilometres.powi(2) * (1.0 + kilometres / 1_000.0) + 0.001;
        prop_assert!((measured - exact).abs() <= bound, "{measured} {exact}");
    }

    #[test]
    fn no_vertex_of_what_is_around_a_point_is_nearer_than_its_edges(
        vertices in prop::collection::vec((-1_000..1_000_i32, -1_000..1_000_i32), 1..9),
        x in -2_000..2_000_i32, y in -2_000..2_000_i32
    ) {
        let at = |n: i32| f64::from(n) / 10_000.0;
        let corners: Vec<(f64, f64)> = vertices.iter().map(|(x, y)| (at(*x), 50.0 + at(*y))).collect();
        let measured = to(at(x), 50.0 + at(y), &Geometry(vec![vec![ring(&corners)]]));
        for corner in corners {
            let one = to(at(x), 50.0 + at(y), &Geometry(vec![vec![ring(&[corner])]]));
            prop_assert!(measured <= one);
        }
    }
}
