//! Each thing that can be wrong with a ring, and what becomes of it.

use super::*;
use geo::{Area, Contains, Point};
use proptest::prelude::*;

fn ring(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
    points.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
}

fn part(shell: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Part {
    Part { shell: ring(shell), holes: holes.iter().map(|hole| ring(hole)).collect() }
}

/// What was repaired, and the geometry.
fn check(parts: &[Part]) -> (Vec<What>, MultiPolygon<f64>) {
    let cleaned = clean(parts).unwrap();
    (cleaned.repairs.iter().map(|repair| repair.what).collect(), cleaned.geometry)
}

fn check_refused(shell: &[(f64, f64)], reason: Reason) {
    assert_eq!(clean(&[part(shell, &[])]), Err(Refused { part: 0, ring: 0, reason }));
}

const SQUARE: [(f64, f64); 5] = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];

#[test]
fn a_ring_without_fault_stays_as_it_is_whichever_way_it_winds() {
    for shell in [SQUARE.to_vec(), SQUARE.iter().rev().copied().collect()] {
        let (what, geometry) = check(&[part(&shell, &[&[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)]])]);
        assert_eq!((what, geometry.unsigned_area()), (vec![], 15.5));
        assert_eq!(geometry.0[0].exterior().0, ring(&shell));
    }
}

#[test]
fn an_open_ring_is_closed_and_doubled_points_and_spikes_go() {
    let shell = [(0.0, 0.0), (4.0, 0.0), (4.0, 0.0), (9.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];
    let (what, geometry) = check(&[part(&shell, &[])]);
    assert_eq!(what, [What::Closed, What::Doubled, What::Spike]);
    assert_eq!(geometry.0[0].exterior().0, ring(&SQUARE));
}

#[test]
fn of_a_bow_tie_both_halves_are_kept_and_of_a_pentagram_all() {
    let (what, geometry) = check(&[part(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)], &[])]);
    assert_eq!(what, [What::Closed, What::Crossed]);
    assert!((geometry.unsigned_area() - 2.0).abs() < 1e-6, "{geometry:?}");
    let corner = |n: f64| (n * 0.8 * std::f64::consts::PI).sin_cos();
    let star: Vec<_> = (0..6).map(|n| corner(f64::from(n))).collect();
    let (what, geometry) = check(&[part(&star, &[])]);
    assert_eq!(what, [What::Crossed]);
    assert!(geometry.contains(&Point::new(0.0, 0.0)) && geometry.contains(&Point::new(0.0, 0.9)));
}

#[test]
fn a_ring_that_touches_itself_is_left_alone() {
    let shell = [(0.0, 0.0), (2.0, 2.0), (4.0, 0.0), (4.0, 4.0), (2.0, 2.0), (0.0, 4.0), (0.0, 0.0)];
    let (what, geometry) = check(&[part(&shell, &[])]);
    assert_eq!((what, geometry.0[0].exterior().0.len()), (vec![], 7));
}

#[test]
fn holes_are_cut_out_of_their_shell_and_of_nothing_else() {
    let outside: &[_] = &[(6.0, 6.0), (7.0, 6.0), (7.0, 7.0)];
    let across: &[_] = &[(3.0, 1.0), (6.0, 1.0), (6.0, 3.0), (3.0, 3.0), (3.0, 1.0)];
    let flat: &[_] = &[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (1.0, 1.0)];
    let large: &[_] = &[(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)];
    let small: &[_] = &[(1.5, 1.5), (2.0, 1.5), (2.0, 2.0), (1.5, 1.5)];
    for (holes, expected, area) in [
        (vec![outside], vec![What::Closed, What::HoleOutside], 16.0),
        (vec![across], vec![What::HoleCrossed], 14.0),
        (vec![flat], vec![What::EmptyHole], 16.0),
        (vec![large, small], vec![What::HoleCrossed], 12.0),
        (vec![large], vec![], 12.0),
        // It touches the shell at a corner, or along a side.
        (vec![&[(0.0, 0.0), (2.0, 1.0), (1.0, 2.0), (0.0, 0.0)]], vec![], 14.5),
        (vec![&[(0.0, 1.0), (2.0, 1.0), (2.0, 2.0), (0.0, 2.0), (0.0, 1.0)]], vec![], 14.0),
        // Half of it is outside, and no edges cross.
        (vec![&[(2.0, 0.0), (6.0, 0.0), (6.0, 4.0), (2.0, 4.0), (2.0, 0.0)]], vec![What::HoleCrossed], 8.0),
    ] {
        let (what, geometry) = check(&[part(&SQUARE, &holes)]);
        assert_eq!(what, expected);
        assert!((geometry.unsigned_area() - area).abs() < 1e-6, "{expected:?}: {geometry:?}");
    }
}

#[test]
fn parts_are_united_if_they_overlap_and_left_if_they_touch_or_lie_in_a_hole() {
    let at = |x: f64, y: f64, side: f64| {
        part(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)], &[])
    };
    let mut ring = at(0.0, 0.0, 4.0);
    ring.holes.push(at(1.0, 1.0, 2.0).shell);
    for (parts, expected, area) in [
        (vec![at(0.0, 0.0, 2.0), at(1.0, 1.0, 2.0)], vec![What::Overlapping], 7.0),
        (vec![at(0.0, 0.0, 4.0), at(1.0, 1.0, 2.0)], vec![What::Overlapping], 16.0),
        (vec![at(0.0, 0.0, 2.0), at(0.0, 0.0, 2.0)], vec![What::Overlapping], 4.0),
        (vec![at(0.0, 0.0, 4.0), at(2.0, 0.0, 4.0)], vec![What::Overlapping], 24.0),
        (vec![at(0.0, 0.0, 2.0), at(2.0, 0.0, 2.0)], vec![], 8.0),
        (vec![ring.clone(), at(1.5, 1.5, 1.0)], vec![], 13.0),
        (vec![ring, at(1.0, 1.0, 2.0)], vec![], 16.0),
    ] {
        let (what, geometry) = check(&parts);
        assert_eq!(what, expected);
        assert!((geometry.unsigned_area() - area).abs() < 1e-6, "{parts:?}: {geometry:?}");
    }
}

#[test]
fn a_ring_over_the_antimeridian_is_cut_there_however_it_is_written() {
    let jumping = [(179.0, 0.0), (-179.0, 0.0), (-179.0, 2.0), (179.0, 2.0), (179.0, 0.0)];
    let east = [(179.0, 0.0), (181.0, 0.0), (181.0, 2.0), (179.0, 2.0), (179.0, 0.0)];
    let west = [(-181.0, 0.0), (-179.0, 0.0), (-179.0, 2.0), (-181.0, 2.0), (-181.0, 0.0)];
    let hole: &[_] = &[(-179.9, 0.5), (-179.5, 0.5), (-179.5, 1.0), (-179.9, 0.5)];
    for shell in [jumping, east, west] {
        let (what, geometry) = check(&[part(&shell, &[hole])]);
        assert_eq!(what, [What::Split]);
        assert!((geometry.unsigned_area() - 3.9).abs() < 1e-9, "{geometry:?}");
        for (longitude, expected) in [(179.5, true), (-179.3, true), (-179.6, false), (0.0, false)] {
            assert_eq!(geometry.contains(&Point::new(longitude, 0.7)), expected, "{longitude}");
        }
    }
    // Beyond the meridian altogether, and along it: nothing to cut.
    let beyond = [(190.0, 0.0), (191.0, 0.0), (191.0, 2.0), (190.0, 0.0)];
    let (what, geometry) = check(&[part(&beyond, &[])]);
    assert_eq!((what, geometry.contains(&Point::new(-169.2, 0.5))), (vec![], true));
    let world = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)];
    let (what, geometry) = check(&[part(&world, &[])]);
    assert_eq!((what, geometry.unsigned_area()), (vec![], 64_800.0));
}

#[test]
fn what_is_no_ring_is_refused_with_the_reason() {
    check_refused(&[], Reason::TooFew);
    check_refused(&[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0), (1.0, 1.0)], Reason::TooFew);
    check_refused(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)], Reason::NoArea);
    check_refused(&[(0.0, 0.0), (f64::NAN, 1.0), (2.0, 2.0)], Reason::NotANumber);
    check_refused(&[(0.0, 0.0), (1.0, f64::INFINITY), (2.0, 2.0)], Reason::NotANumber);
    check_refused(&[(0.0, 0.0), (1.0, 91.0), (2.0, 2.0)], Reason::OutOfRange);
    check_refused(&[(0.0, 0.0), (100.0, 80.0), (-100.0, 80.0)], Reason::AroundPole);
    // Closed as it is written, and yet once around.
    check_refused(&[(0.0, 80.0), (120.0, 80.0), (-120.0, 80.0), (0.0, 80.0)], Reason::AroundPole);
    assert_eq!(clean(&[]).unwrap_err().reason, Reason::Nothing);
    let around: &[_] = &[(-1.0, -1.0), (5.0, -1.0), (5.0, 5.0), (-1.0, 5.0)];
    for hole in [&SQUARE, around] {
        assert_eq!(clean(&[part(&SQUARE, &[hole])]).unwrap_err().reason, Reason::NoArea);
    }
    let hole: &[_] = &[(1.0, 1.0), (f64::NAN, 1.0), (2.0, 2.0)];
    let refused = clean(&[part(&SQUARE, &[]), part(&SQUARE, &[&SQUARE, hole])]).unwrap_err();
    assert_eq!(refused, Refused { part: 1, ring: 2, reason: Reason::NotANumber });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_cleaned_ring_goes_around_what_the_ring_went_around(
        shell in proptest::collection::vec((0..30_i32, 0..30_i32), 3..25),
        points in proptest::collection::vec((0.0..3.0, 0.0..3.0), 60),
    ) {
        let shell: Vec<(f64, f64)> = shell.into_iter().map(|(x, y)| (f64::from(x) / 10.0, f64::from(y) / 10.0)).collect();
        let raw = Polygon::new(shell.iter().copied().collect(), Vec::new());
        let Ok(cleaned) = clean(&[part(&shell, &[])]) else {
            prop_assert!(!points.iter().any(|(x, y)| raw.contains(&Point::new(*x, *y))));
            return Ok(());
        };
        for (x, y) in points {
            // New vertices are rounded, and move an edge as far.
            let near = geo::Rect::new((x - 1e-6, y - 1e-6), (x + 1e-6, y + 1e-6));
            if !geo::Intersects::intersects(raw.exterior(), &near) {
                let point = Point::new(x, y);
                prop_assert_eq!(cleaned.geometry.contains(&point), raw.contains(&point), "{:?} {:?}", point, cleaned);
            }
        }
        // What is clean stays as it is.
        let parts: Vec<Part> = cleaned.geometry.iter().map(|polygon| Part {
            shell: polygon.exterior().0.clone(),
            holes: polygon.interiors().iter().map(|hole| hole.0.clone()).collect(),
        }).collect();
        let again = clean(&parts).unwrap();
        let is_tidy = again.repairs.iter().all(|repair| !matches!(repair.what, What::Closed | What::Doubled | What::Spike));
        prop_assert!(is_tidy, "{:?}", again.repairs);
    }
}
