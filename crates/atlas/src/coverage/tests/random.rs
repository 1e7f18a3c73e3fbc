//! Any areas, any points.

use super::super::{Builder, Coverage, Delta, Index};
use super::shape::{World, fair_world, world};
use geo::Contains;
use proptest::prelude::*;
use std::sync::Arc;

fn built(world: &World) -> Index {
    let mut builder = Builder::new();
    for (number, area) in (1..).zip(&world.areas) {
        builder.add(number, &world.geometry(area)).unwrap();
    }
    builder.finish().unwrap()
}

fn points(world: &World, more: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let corners = world.corners();
    let (mut w, mut s, mut e, mut n) = (0_f64, 0_f64, 1_f64, 1_f64);
    for (x, y) in &corners {
        (w, s, e, n) = (w.min(*x), s.min(*y), e.max(*x), n.max(*y));
    }
    let inside = more.iter().map(|(x, y)| (w + x * (e - w), s + y * (n - s)));
    corners.iter().copied().chain(inside).map(|point| world.point(point)).collect()
}

fn many() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((-0.1..1.1, -0.1..1.1), 200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_index_says_what_all_edges_say(world in world(), more in many()) {
        let index = built(&world);
        let points = points(&world, &more);
        let mut found = Vec::new();
        for (latitude, longitude) in &points {
            index.at(*latitude, *longitude, &mut found);
            prop_assert_eq!(&found, &world.expected(*latitude, *longitude), "{} {}", latitude, longitude);
        }
        let mut told = vec![None; points.len()];
        index.at_all(&points, |place, found| told[place] = Some(found.to_vec()));
        for ((latitude, longitude), told) in points.iter().zip(told) {
            index.at(*latitude, *longitude, &mut found);
            prop_assert_eq!(Some(&found), told.as_ref());
        }
    }

    #[test]
    fn a_point_at_random_is_held_as_geo_says(world in fair_world(), more in many()) {
        let index = built(&world);
        let mut found = Vec::new();
        // Those at random only: `geo` leaves the border out.
        for (latitude, longitude) in points(&world, &more).iter().rev().take(more.len()) {
            index.at(*latitude, *longitude, &mut found);
            let point = geo::Point::new(*longitude, *latitude);
            let expected: Vec<u64> = (1..)
                .zip(&world.areas)
                .filter(|(_, area)| world.geometry(area).contains(&point))
                .map(|(number, _)| number)
                .collect();
            if found != expected {
                prop_assert_eq!(&found, &world.expected(*latitude, *longitude));
                let near = geo::Rect::new(
                    (longitude - 1e-10, latitude - 1e-10),
                    (longitude + 1e-10, latitude + 1e-10),
                );
                let edges: Vec<_> =
                    world.areas.iter().flat_map(|area| world.geometry(area).0).collect();
                let is_near = edges.iter().any(|polygon| {
                    std::iter::once(polygon.exterior())
                        .chain(polygon.interiors())
                        .any(|ring| geo::Intersects::intersects(ring, &near))
                });
                prop_assert!(is_near, "{:?} {:?} {} {}", found, expected, latitude, longitude);
            }
        }
    }

    #[test]
    fn a_delta_over_an_old_index_says_what_a_new_index_says(
        old in world(), more in many(), withdrawn in proptest::collection::vec(any::<bool>(), 14),
    ) {
        // The areas of the new world: some gone, some moved to where their neighbour was, some as they were.
        let changes: Vec<_> = (1..).zip(&old.areas).zip(&withdrawn).filter_map(|((number, _), gone)| {
            let next = old.areas.get(number as usize);
            if *gone { Some((number, None)) } else if number % 2 == 0 { next.map(|next| (number, Some(next.clone()))) } else { None }
        }).collect();
        let mut new = old.clone();
        for (number, area) in &changes {
            new.areas[*number as usize - 1] = area.clone().unwrap_or_default();
        }
        let delta = Delta::of(changes.into_iter().map(|(number, area)| (number, area.map(|area| old.geometry(&area))))).unwrap();
        let coverage = Coverage::new(Arc::new(built(&old)), Arc::new(delta));
        let points = points(&new, &more);
        let mut found = Vec::new();
        coverage.at_all(&points, |place, told| {
            let (latitude, longitude) = points[place];
            coverage.at(latitude, longitude, &mut found);
            assert_eq!(found, told);
            assert_eq!(found, new.expected(latitude, longitude));
        });
    }
}

#[test]
fn thousands_of_areas_on_one_spot_are_all_found() {
    let star = |number: i64| {
        vec![vec![(100 - number % 90, 0), (3_000, 100 + number % 7), (2_000 + number, 5_000), (0, 3_000)]]
    };
    let world =
        World { corner: (1_000_000, 900_000_000), areas: (0..3_000).map(|n| vec![star(n)]).collect() };
    let index = built(&world);
    let mut found = Vec::new();
    for point in [(1_500.0, 1_500.0), (3_000.0, 103.0), (99.0, 1.0), (3_100.0, 4_000.0), (0.0, 3_000.0)] {
        let (latitude, longitude) = world.point(point);
        index.at(latitude, longitude, &mut found);
        assert_eq!(found, world.expected(latitude, longitude), "{point:?}");
    }
}

#[test]
fn a_hundred_carriers_that_cover_the_same_are_all_found() {
    let block =
        |at: i64| vec![vec![(at * 500, 0), (at * 500 + 500, 0), (at * 500 + 500, 500), (at * 500, 500)]];
    let areas = (0..100).flat_map(|_| (0..4).map(block)).map(|part| vec![part]).collect();
    let world = World { corner: (1_800_000_000, 1_300_000_000), areas };
    let index = built(&world);
    let mut found = Vec::new();
    for point in [(250.0, 250.0), (500.0, 250.0), (2_000.0, 500.0), (2_000.1, 1.0)] {
        let (latitude, longitude) = world.point(point);
        index.at(latitude, longitude, &mut found);
        assert_eq!(found, world.expected(latitude, longitude), "{point:?}");
    }
    assert_eq!(index.len(), 400);
}

#[test]
fn borders_that_many_draw_a_little_differently_make_no_monster() {
    // A hundred borders within two metres of each other, forty kilometres long.
    let border = |n: i64| {
        let wave = move |x: i64| (x * 20_000, (x * 7 + n * 13) % 180 + n);
        let mut ring: Vec<_> = (0..200).map(wave).collect();
        ring.extend([(199 * 20_000, 100_000), (0, 100_000)]);
        vec![vec![ring]]
    };
    let world = World { corner: (1_700_000_000, 1_400_000_000), areas: (0..100).map(border).collect() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("areas.atlas");
    let mut builder = Builder::new();
    (1..).zip(&world.areas).for_each(|(number, area)| builder.add(number, &world.geometry(area)).unwrap());
    builder.write(&path, 1).unwrap();
    let index = Index::open(&path).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size < 20_000_000, "{size}");
    let mut found = Vec::new();
    for n in 0..300 {
        let (latitude, longitude) =
            world.point(((n * 13_267 % 3_980_000) as f64 + 0.3, (n % 290) as f64 + 0.7));
        index.at(latitude, longitude, &mut found);
        assert_eq!(found, world.expected(latitude, longitude));
    }
}
