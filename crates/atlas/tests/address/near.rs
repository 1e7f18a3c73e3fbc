//! Positions: the nearest first, and areas that answers lie in.

use crate::world::*;
use atlas::address::{Question, Within};
use model::premise::Position;
use proptest::prelude::*;

fn at(latitude: f64, longitude: f64) -> Position {
    Position::new(latitude, longitude).unwrap()
}

fn placed(positions: &[(f64, f64)]) -> Vec<House> {
    positions
        .iter()
        .enumerate()
        .map(|(n, (latitude, longitude))| House {
            position: Position::new(*latitude, *longitude),
            ..house(n as i64 + 1, "IT", [&(n / 3 + 1).to_string(), &format!("Via {}", n % 7), "", "Roma"])
        })
        .collect()
}

/// Metres on a sphere, in the plainest way.
fn metres(a: Position, b: Position) -> f64 {
    let unit = |p: Position| {
        let (y, x) = (p.latitude.to_radians(), p.longitude.to_radians());
        [y.cos() * x.cos(), y.cos() * x.sin(), y.sin()]
    };
    let (a, b) = (unit(a), unit(b));
    let chord = (0..3).map(|n| (a[n] - b[n]).powi(2)).sum::<f64>().sqrt();
    2.0 * 6_371_008.8 * (chord / 2.0).asin()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Against looking at every one.
    #[test]
    fn the_nearest_are_found(
        positions in prop::collection::vec((-60.0..60.0_f64, prop_oneof![179.0..180.0_f64, -180.0..-179.0_f64, 0.0..1.0_f64]), 1..80),
        from in (-60.0..60.0_f64, prop_oneof![179.0..180.0_f64, -180.0..-179.0_f64, 0.0..1.0_f64]),
        radius in 0.0..4_000_000.0_f64,
    ) {
        let houses = placed(&positions);
        let town = addresses(&houses);
        let from = at(from.0, from.1);
        let found = town.nearest(from, radius, &Question { limit: 5, ..Question::default() });
        let mut expected: Vec<f64> =
            houses.iter().map(|house| metres(from, house.position.unwrap())).filter(|away| *away <= radius).collect();
        expected.sort_by(f64::total_cmp);
        expected.truncate(5);
        // Positions are kept to less than a metre.
        prop_assert!(found.len().abs_diff(expected.len()) <= 1);
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert!((found.metres - expected).abs() < 1.0, "{} {expected}", found.metres);
        }
    }
}

/// Poles, the antimeridian, a few places again and again, and anywhere.
fn anywhere() -> impl Strategy<Value = (f64, f64)> {
    let edge = prop::sample::select(vec![
        (90.0, 0.0),
        (90.0, -120.0),
        (-90.0, 77.0),
        (0.0, 180.0),
        (0.0, -180.0),
        (60.0, 180.0),
        (52.0, -0.1),
    ]);
    let near = (edge.clone(), -0.01..0.01_f64, -0.01..0.01_f64).prop_map(|((y, x), dy, dx)| (y + dy, x + dx));
    let polar = (prop_oneof![-90.0..-89.0_f64, 89.0..90.0_f64], -180.0..180.0_f64);
    prop_oneof![edge, near, polar, (-90.0..90.0_f64, -180.0..180.0_f64)]
}

/// Street, how it lies to that, how far from it, and a place elsewhere.
type Placed = (usize, u8, f64, f64, (f64, f64));

/// As it is, and not beyond the earth.
fn on_earth((y, x): (f64, f64)) -> Position {
    at(y.clamp(-90.0, 90.0), x.clamp(-180.0, 180.0))
}

/// As the index says it.
fn great_circle(a: Position, b: Position) -> f64 {
    let (from, to) = (a.latitude.to_radians(), b.latitude.to_radians());
    let (dy, dx) = (to - from, (b.longitude - a.longitude).to_radians());
    let h = (dy / 2.0).sin().powi(2) + from.cos() * to.cos() * (dx / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Row by row what comes of looking at every one: streets that are short, that are one point, or that go around
    /// the earth; with a radius, a limit and a filter.
    #[test]
    fn the_nearest_rows_are_those_that_a_look_at_all_finds(
        streets in prop::collection::vec(anywhere(), 1..60),
        houses in prop::collection::vec((0..60_usize, 0..8_u8, -0.003..0.003_f64, -0.003..0.003_f64, anywhere()), 1..300),
        from in anywhere(),
        radius in prop_oneof![Just(0.0), 1.0..300.0_f64, 300.0..3e6_f64, Just(1e9), Just(f64::INFINITY)],
        limit in 1..8_usize,
        kept in 1..4_usize,
    ) {
        let placed = |(n, (street, how, dy, dx, other)): (usize, &Placed)| {
            let street = street % streets.len();
            let (y, x) = streets[street];
            let position = match how {
                0 => on_earth(*other),
                1..3 => on_earth((y, x)),
                _ => on_earth((y + dy, x + dx)),
            };
            let written = [&(n + 1).to_string(), &format!("Via {street}"), "", "Roma"];
            House { position: Some(position), ..house(n as i64 + 1, "IT", written) }
        };
        let houses: Vec<House> = houses.iter().enumerate().map(placed).collect();
        let (index, from) = (index(&houses), on_earth(from));
        let keep = |row: usize| row.is_multiple_of(kept);
        let mut expected = Vec::new();
        for entry in 0..index.streets() as u32 {
            let far = index.rows(entry).filter_map(|row| Some((great_circle(from, index.position(entry, row)?), row)));
            expected.extend(far.filter(|(metres, row)| *metres <= radius && keep(*row)));
        }
        prop_assert!(radius < 1e9 || kept > 1 || expected.len() == houses.len(), "a position is lost");
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        expected.truncate(limit);
        let found = index.nearest(from, radius, limit, |_, row| keep(row));
        let found: Vec<(f64, usize)> = found.iter().map(|near| (near.metres, near.row)).collect();
        prop_assert_eq!(found, expected);
    }
}

/// Positions in a long street are kept to a third of a metre, which may be outside of the box around them.
#[test]
fn a_box_is_around_what_is_kept_of_its_rows() {
    let place = |n, latitude, street| House {
        position: Position::new(latitude, 1.0),
        ..house(n, "IT", [&n.to_string(), street, "", "Roma"])
    };
    let houses =
        [place(1, 50.0, "Via Lunga"), place(2, 50.4, "Via Lunga"), place(3, 50.4001984, "Via Corta")];
    let index = index(&houses);
    let from = at(50.4001, 1.0);
    let found = index.nearest(from, 1e3, 1, |_, _| true);
    assert_eq!(found.iter().map(|near| index.premise(near.row)).collect::<Vec<_>>(), [2]);
}

#[test]
fn answers_may_be_limited_to_an_area() {
    let town = addresses(&placed(&[
        (1.0, 179.9),
        (1.0, -179.9),
        (1.0, 0.0),
        (50.0, 0.0),
        (1.0, 180.0),
        (1.0, -180.0),
    ]));
    let within = |within| {
        let question = Question { text: "roma", within: Some(within), limit: 10, ..Question::default() };
        let mut found: Vec<i64> = town.search(&question).iter().map(|found| found.premise).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(within(Within::Box(at(0.0, 179.0), at(2.0, -179.0))), [1, 2, 5, 6]);
    assert_eq!(within(Within::Box(at(0.0, -1.0), at(60.0, 1.0))), [3, 4]);
    assert_eq!(within(Within::Box(at(0.0, 179.0), at(2.0, 180.0))), [1, 5, 6]);
    assert_eq!(within(Within::Box(at(0.0, -180.0), at(2.0, -179.0))), [2, 5, 6]);
    assert_eq!(within(Within::Box(at(0.0, 1.0), at(60.0, -1.0))), [1, 2, 5, 6]);
    assert_eq!(within(Within::Box(at(0.0, -180.0), at(60.0, 180.0))), [1, 2, 3, 4, 5, 6]);
    assert_eq!(within(Within::Circle(at(1.0, 180.0), 20_000.0)), [1, 2, 5, 6]);
    let mut nowhere = placed(&[(1.0, 1.0)]);
    nowhere[0].position = None;
    let town = addresses(&nowhere);
    assert_eq!(town.nearest(at(1.0, 1.0), 1e7, &Question { limit: 1, ..Question::default() }), []);
}
