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

#[test]
fn answers_may_be_limited_to_an_area() {
    let town = addresses(&placed(&[(1.0, 179.9), (1.0, -179.9), (1.0, 0.0), (50.0, 0.0)]));
    let within = |within| {
        let question = Question { text: "roma", within: Some(within), limit: 10, ..Question::default() };
        let mut found: Vec<i64> = town.search(&question).iter().map(|found| found.premise).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(within(Within::Box(at(0.0, 179.0), at(2.0, -179.0))), [1, 2]);
    assert_eq!(within(Within::Box(at(0.0, -1.0), at(60.0, 1.0))), [3, 4]);
    assert_eq!(within(Within::Circle(at(1.0, 180.0), 20_000.0)), [1, 2]);
    let mut nowhere = placed(&[(1.0, 1.0)]);
    nowhere[0].position = None;
    let town = addresses(&nowhere);
    assert_eq!(town.nearest(at(1.0, 1.0), 1e7, &Question { limit: 1, ..Question::default() }), []);
}
