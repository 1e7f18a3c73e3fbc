//! Rings of very many vertices, parts in great numbers, and rings of any kind at all: an answer in bounded time, and
//! what was repaired is what the rule says.

use super::*;
use geo::{Area, Contains, Point};
use proptest::prelude::*;

fn closed(points: impl IntoIterator<Item = (f64, f64)>) -> Vec<Coord<f64>> {
    let mut ring: Vec<Coord<f64>> = points.into_iter().map(|(x, y)| Coord { x, y }).collect();
    ring.extend(ring.first().copied());
    ring
}

fn square(x: f64, y: f64, side: f64) -> Part {
    let shell = closed([(x, y), (x + side, y), (x + side, y + side), (x, y + side)]);
    Part { shell, holes: Vec::new() }
}

/// Repairs, each once, and the area.
fn check(parts: &[Part]) -> (Vec<What>, f64) {
    let cleaned = clean(parts).unwrap();
    let mut what: Vec<What> = Vec::new();
    for repair in cleaned.repairs {
        if !what.contains(&repair.what) {
            what.push(repair.what);
        }
    }
    (what, cleaned.geometry.unsigned_area())
}

fn is_near(area: f64, expected: f64) -> bool {
    (area - expected).abs() < 1e-3 * expected.max(1.0)
}

fn reason(parts: &[Part]) -> Reason {
    clean(parts).unwrap_err().reason
}

/// A long way there and back in narrow steps.
fn comb(teeth: usize, turned: impl Fn(f64, f64) -> (f64, f64)) -> Part {
    let step = 80.0 / teeth as f64;
    let point = |n: usize| turned(n as f64 * step / 2.0, if n.is_multiple_of(2) { 0.0 } else { 30.0 });
    let ring = (0..2 * teeth).map(point).chain([turned(80.0, -1.0), turned(0.0, -1.0)]);
    Part { shell: closed(ring), holes: Vec::new() }
}

#[test]
fn a_ring_of_very_many_vertices_is_no_work() {
    let wave = |n: usize| {
        let turn = n as f64 / 300_000.0 * std::f64::consts::TAU;
        let far = 10.0 + (turn * 5_000.0).sin();
        (far * turn.cos(), far * turn.sin())
    };
    let round = Part { shell: closed((0..300_000).map(wave)), holes: Vec::new() };
    assert_eq!(check(&[round]).0, []);
    assert_eq!(check(&[comb(50_000, |x, y| (x, y))]).0, []);
    assert_eq!(check(&[comb(50_000, |x, y| (y, x))]).0, []);
    // Each spike is in the one before.
    let spikes = (0..100_000).map(|n| (f64::from(n % 2) + f64::from(n) * 1e-6, 0.0));
    let spiky = Part { shell: closed(spikes.chain([(9.0, 0.0), (9.0, 9.0), (0.0, 9.0)])), holes: Vec::new() };
    let (what, area) = check(&[spiky]);
    assert!(what.contains(&What::Spike) && is_near(area, 81.0), "{what:?} {area}");
}

#[test]
fn parts_in_great_numbers_are_united_or_left() {
    let grid: Vec<Part> =
        (0..100_000).map(|n| square(f64::from(n % 316) * 0.1, f64::from(n / 316) * 0.1, 0.11)).collect();
    let (what, area) = check(&grid);
    assert!(what == [What::Overlapping] && is_near(area, 0.1 * 0.1 * 100_000.0 + 0.7), "{what:?} {area}");
    // One above the other, of which all boxes share their longitudes.
    let pile: Vec<Part> = (0..20_000).map(|n| square(0.0, f64::from(n) * 1e-3, 9e-4)).collect();
    assert_eq!(check(&pile).0, []);
    // Islands in the bay of a land with a long coast, and lakes in it.
    let mut land = comb(20_000, |x, y| (x, y - 40.0));
    land.holes = (0..5_000)
        .map(|n| square(f64::from(n % 200) * 0.1, -40.9 + f64::from(n / 200) * 8e-3, 7e-3).shell)
        .collect();
    let islands = (0..5_000).map(|n| square(f64::from(n) * 0.016 + 0.001, -10.5, 1e-5));
    let parts: Vec<Part> = std::iter::once(land).chain(islands).collect();
    assert_eq!(check(&parts).0, []);
}

#[test]
fn what_nobody_could_tell_in_time_is_refused_with_words() {
    let mixed = |n: u64| {
        let x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((x >> 40) as f64 * 1e-6, (x & 0xff_ffff) as f64 * 1e-6)
    };
    let tangle = |count| [Part { shell: closed((0..count).map(mixed)), holes: Vec::new() }];
    assert!(check(&tangle(50)).0.contains(&What::Crossed));
    assert_eq!(reason(&tangle(100_000)), Reason::Tangled);
    assert_eq!(reason(&[comb(50_000, |x, y| (x + y, y))]), Reason::Dense);
    // They cross each other 25 million times, and none crosses itself.
    let crossed = [comb(2_500, |x, y| (x / 3.0, y)), comb(2_500, |x, y| (y, x / 3.0))];
    assert_eq!(reason(&crossed), Reason::Dense);
    let words = Reason::Tangled.to_string();
    assert_eq!(words, "a ring crosses itself more than 5000 times");
}

/// So many cells of a grid of twelve by twelve.
type Cells = (i32, i32, i32, i32);

fn cells() -> impl Strategy<Value = Cells> {
    (0..10_i32, 0..10_i32, 1..8_i32, 1..8_i32)
        .prop_map(|(x, y, wide, high)| (x, y, (x + wide).min(12), (y + high).min(12)))
}

/// Its ring, from one corner or the other, this way round or that.
fn drawn((x, y, east, north): Cells, how: u8) -> Vec<Coord<f64>> {
    let [x, y, east, north] = [x, y, east, north].map(f64::from);
    let mut corners = vec![(x, y), (east, y), (east, north), (x, north)];
    corners.rotate_left(usize::from(how & 3));
    if how & 4 > 0 {
        corners.reverse();
    }
    closed(corners)
}

fn has((west, south, east, north): Cells, x: i32, y: i32) -> bool {
    (west..east).contains(&x) && (south..north).contains(&y)
}

/// Any coordinate, mostly on a coarse grid, where rings touch themselves and each other.
fn any_ring() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let coarse = (-4..5_i32, -4..5_i32).prop_map(|(x, y)| (f64::from(x) * 45.0, f64::from(y) * 22.5));
    let odd =
        prop::sample::select(vec![f64::NAN, f64::INFINITY, 1e300, -0.0, 180.0, -180.0, 360.0, 90.0, 1e-8]);
    let other = prop_oneof![
        8 => (-360.0..360.0_f64, -90.0..90.0_f64),
        1 => (odd.clone(), -9.0..9.0_f64),
        1 => (-9.0..9.0_f64, odd)
    ];
    prop::collection::vec(prop_oneof![6 => coarse, 1 => other], 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// All parts together, each its shell without its holes.
    #[test]
    fn the_area_is_that_of_all_parts_without_their_own_holes(
        parts in prop::collection::vec(((cells(), 0..8_u8), prop::collection::vec((cells(), 0..8_u8), 0..4)), 1..6),
    ) {
        let covered = |x: i32, y: i32| parts.iter().any(|((shell, _), holes)| {
            has(*shell, x, y) && !holes.iter().any(|(hole, _)| has(*hole, x, y))
        });
        let expected = (0..144).filter(|n| covered(n % 12, n / 12)).count();
        let drawn = parts.iter().map(|((shell, how), holes)| Part {
            shell: drawn(*shell, *how),
            holes: holes.iter().map(|(hole, how)| drawn(*hole, *how)).collect(),
        });
        let area = match clean(&drawn.collect::<Vec<_>>()) {
            Ok(cleaned) => {
                for n in 0..144 {
                    let (x, y) = (n % 12, n / 12);
                    let middle = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                    prop_assert_eq!(cleaned.geometry.contains(&middle), covered(x, y), "{:?}", middle);
                }
                cleaned.geometry.unsigned_area()
            }
            Err(refused) => {
                prop_assert_eq!(refused.reason, Reason::NoArea);
                0.0
            }
        };
        prop_assert!((area - expected as f64).abs() < 1e-4, "{} {}", area, expected);
    }

    #[test]
    fn whatever_the_rings_there_is_a_geometry_or_a_reason(
        parts in prop::collection::vec((any_ring(), prop::collection::vec(any_ring(), 0..3)), 0..5),
        close in any::<bool>(),
    ) {
        let ring = |points: &Vec<(f64, f64)>| {
            let mut ring = closed(points.iter().copied());
            if !close {
                ring.pop();
            }
            ring
        };
        let parts: Vec<Part> = parts.iter().map(|(shell, holes)| Part { shell: ring(shell), holes: holes.iter().map(ring).collect() }).collect();
        if let Ok(cleaned) = clean(&parts) {
            for polygon in &cleaned.geometry {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    prop_assert!(ring.0.len() > 3 && ring.is_closed());
                    prop_assert!(ring.0.iter().all(|c| c.x.abs() <= 180.0 && c.y.abs() <= 90.0), "{:?}", ring);
                }
            }
        }
    }
}
