//! Rings that cross themselves everywhere, as points in no order do: untangling them would take for ever, and nobody
//! could say what they mean.

use super::MOST_CROSSINGS;
use geo::Coord;

/// Pairs of edges that are looked at. Where that is not enough, it is hard to say; such rings are rarely tangled.
const MOST_PAIRS: usize = 10_000_000;

/// Whether the ring crosses itself more than `MOST_CROSSINGS` times.
pub fn is_tangled(ring: &[Coord<f64>]) -> bool {
    if ring.len() * ring.len() / 2 < MOST_CROSSINGS {
        return false;
    }
    let mut edges: Vec<Edge> = ring.windows(2).filter_map(Edge::of).collect();
    edges.sort_by(|a, b| a.west.x.total_cmp(&b.west.x));
    let (mut open, mut crossings, mut pairs) = (Vec::<Edge>::new(), 0, 0);
    for edge in edges {
        open.retain(|other| other.east.x >= edge.west.x);
        pairs += open.len() + 1;
        crossings += open.iter().filter(|other| other.crosses(&edge)).count();
        if crossings > MOST_CROSSINGS || pairs > MOST_PAIRS {
            break;
        }
        open.push(edge);
    }
    crossings > MOST_CROSSINGS
}

#[derive(Clone, Copy)]
struct Edge {
    west: Coord<f64>,
    east: Coord<f64>,
}

impl Edge {
    fn of(pair: &[Coord<f64>]) -> Option<Self> {
        let [a, b] = *pair else { return None };
        Some(if a.x <= b.x { Self { west: a, east: b } } else { Self { west: b, east: a } })
    }

    /// Each has the other's ends on both of its sides.
    fn crosses(&self, other: &Self) -> bool {
        self.parts(other) && other.parts(self)
    }

    fn parts(&self, other: &Self) -> bool {
        let side = |p: Coord<f64>| {
            (self.east.x - self.west.x) * (p.y - self.west.y)
                - (self.east.y - self.west.y) * (p.x - self.west.x)
        };
        side(other.west) * side(other.east) < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_no_order_are_a_tangle_and_a_comb_is_none() {
        let mixed = |n: u64| {
            let x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            Coord { x: (x >> 40) as f64, y: (x & 0xff_ffff) as f64 }
        };
        let tangle: Vec<_> = (0..100_000).map(mixed).collect();
        assert!(is_tangled(&tangle));
        assert!(!is_tangled(&tangle[..50]));
        let comb = |n: usize| Coord { x: n as f64, y: (n % 2) as f64 * 1e6 };
        let upright: Vec<_> = (0..100_000).map(comb).collect();
        assert!(!is_tangled(&upright));
        let lying: Vec<_> = upright.iter().map(|c| Coord { x: c.y, y: c.x }).collect();
        assert!(!is_tangled(&lying));
    }
}
