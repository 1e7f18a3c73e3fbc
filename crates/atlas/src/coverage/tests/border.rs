//! The rule of the border, word by word.

use super::super::{Builder, Index, Refused};
use geo::{Contains, LineString, MultiPolygon, Point, Polygon};

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    Polygon::new(LineString::from_iter(ring), Vec::new())
}

fn built(areas: &[Polygon<f64>]) -> Index {
    let mut builder = Builder::new();
    for (number, area) in (1..).zip(areas) {
        builder.add(number, &MultiPolygon::new(vec![area.clone()])).unwrap();
    }
    builder.finish().unwrap()
}

fn check(index: &Index, longitude: f64, latitude: f64, expected: &[u64]) {
    let mut found = vec![99];
    index.at(latitude, longitude, &mut found);
    assert_eq!(found, expected, "{longitude} {latitude}");
}

#[test]
fn a_point_on_an_edge_belongs_to_the_areas_on_both_sides() {
    let areas = [square(1.0, 1.0, 1.0), square(2.0, 1.0, 1.0)];
    let index = built(&areas);
    check(&index, 2.0, 1.5, &[1, 2]);
    check(&index, 2.0, 2.0, &[1, 2]);
    check(&index, 1.0, 1.5, &[1]);
    check(&index, 3.0, 1.0, &[2]);
    // By geo it belongs to neither.
    assert!(areas.iter().all(|area| !area.contains(&Point::new(2.0, 1.5))));
    // A step of the points' raster aside it is one side's alone; outside is outside.
    check(&index, 2.0 - 2e-12, 1.5, &[1]);
    check(&index, 2.0 + 2e-12, 1.5, &[2]);
    check(&index, 1.0 - 2e-12, 1.5, &[]);
}

#[test]
fn vertices_are_kept_to_seven_digits_and_points_are_not() {
    // The border is written at 2.00000004 and kept at 2.0000000.
    let index = built(&[square(1.0, 1.0, 1.000_000_04)]);
    check(&index, 2.000_000_02, 1.5, &[]);
    check(&index, 1.999_999_99, 1.5, &[1]);
    // Nearer than half of the last digit the answer is the rounded border's, beyond it is geo's.
    let index = built(&[square(1.0, 1.0, 1.000_000_06)]);
    check(&index, 2.000_000_09, 1.5, &[1]);
    check(&index, 2.000_000_13, 1.5, &[]);
}

#[test]
fn parts_of_one_area_that_touch_have_no_border_between_them() {
    let mut builder = Builder::new();
    builder.add(7, &MultiPolygon::new(vec![square(1.0, 1.0, 1.0), square(2.0, 1.0, 1.0)])).unwrap();
    // What is given twice under one number is one area.
    builder.add(7, &MultiPolygon::new(vec![square(3.0, 1.0, 1.0)])).unwrap();
    let index = builder.finish().unwrap();
    assert_eq!(index.len(), 1);
    for longitude in [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0] {
        check(&index, longitude, 1.5, &[7]);
    }
}

#[test]
fn the_border_of_a_hole_belongs_to_the_area() {
    let hole = square(1.5, 1.5, 0.5).exterior().clone();
    let index = built(&[Polygon::new(square(1.0, 1.0, 2.0).exterior().clone(), vec![hole])]);
    check(&index, 1.75, 1.75, &[]);
    check(&index, 1.5, 1.75, &[1]);
    check(&index, 1.25, 1.75, &[1]);
}

#[test]
fn the_ends_of_the_earth_can_be_covered() {
    let world = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)];
    let index = built(&[Polygon::new(LineString::from_iter(world), Vec::new())]);
    for (longitude, latitude) in [(180.0, 90.0), (-180.0, -90.0), (0.0, 0.0), (179.999_999_99, -90.0)] {
        check(&index, longitude, latitude, &[1]);
    }
    for (longitude, latitude) in [(180.1, 0.0), (0.0, f64::NAN), (0.0, -91.0), (f64::INFINITY, 0.0)] {
        check(&index, longitude, latitude, &[]);
    }
}

#[test]
fn what_has_no_area_or_is_not_on_the_earth_holds_nothing() {
    check(&built(&[]), 1.0, 1.0, &[]);
    let flat = |ring: &[(f64, f64)]| Polygon::new(LineString::from_iter(ring.iter().copied()), Vec::new());
    let index = built(&[flat(&[]), flat(&[(1.0, 1.0)]), flat(&[(1.0, 1.0), (2.0, 2.0), (1.0, 1.0)])]);
    check(&index, 1.0, 1.0, &[]);
    check(&index, 1.5, 1.5, &[]);
    let mut builder = Builder::new();
    let good = square(1.0, 1.0, 1.0);
    for wrong in [square(f64::NAN, 1.0, 1.0), square(179.5, 0.0, 1.0), square(0.0, 89.5, 1.0)] {
        let area = MultiPolygon::new(vec![good.clone(), wrong]);
        assert_eq!(builder.add(1, &area), Err(Refused::OutOfRange));
    }
    // Nothing of what was refused is left.
    check(&builder.finish().unwrap(), 1.5, 1.5, &[]);
}
