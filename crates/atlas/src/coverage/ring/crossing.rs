//! Which rings cross: edges that have a point in common which is inside of both. To touch is not to cross.

use super::line::{Line, edges, turn};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree, RTreeObject};
use std::collections::BTreeSet;

type Edge = ((i64, i64), (i64, i64));

/// Pairs of places among the rings, the smaller first; (n, n) is a ring that crosses itself.
pub fn all(rings: &[&Line]) -> BTreeSet<(usize, usize)> {
    let boxed = rings.iter().enumerate().flat_map(|(ring, line)| {
        edges(line).map(move |edge| GeomWithData::new(Rectangle::from_aabb(bounds(edge)), (ring, edge)))
    });
    let tree = RTree::bulk_load(boxed.collect());
    let mut found = BTreeSet::new();
    for one in tree.iter() {
        let (ring, edge) = one.data;
        if rings.len() == 1 && !found.is_empty() {
            break;
        }
        for other in tree.locate_in_envelope_intersecting(&one.geom().envelope()) {
            let pair = (ring, other.data.0);
            if pair.0 <= pair.1 && !found.contains(&pair) && do_cross(edge, other.data.1) {
                found.insert(pair);
            }
        }
    }
    found
}

pub fn cross(one: &Line, other: &Line) -> bool {
    all(&[one, other]).contains(&(0, 1))
}

fn do_cross((a, b): Edge, (c, d): Edge) -> bool {
    let are_apart = |p: i128, q: i128| (p > 0 && q < 0) || (p < 0 && q > 0);
    are_apart(turn(a, b, c), turn(a, b, d)) && are_apart(turn(c, d, a), turn(c, d, b))
}

/// Exact: units have fewer than 53 bits.
fn bounds((a, b): Edge) -> AABB<[f64; 2]> {
    AABB::from_corners([a.0 as f64, a.1 as f64], [b.0 as f64, b.1 as f64])
}
