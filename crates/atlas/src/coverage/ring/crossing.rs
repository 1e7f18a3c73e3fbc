//! Which rings cross: edges that have a point in common which is inside of both. Where rings touch they may still cross
//! through a vertex or along an edge, which `within.rs` finds out.

use super::effort::{self, Effort};
use super::line::{Line, edges, turn};
use super::{MOST_CROSSINGS, Reason};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree, RTreeObject};
use std::collections::{BTreeMap, BTreeSet};

pub type Vertex = (i64, i64);
pub type Edge = (Vertex, Vertex);

/// Of some rings, by their places.
#[derive(Default)]
pub struct Crossings {
    /// The smaller place first; (n, n) is a ring that crosses itself.
    pub pairs: BTreeSet<(usize, usize)>,
    /// For each ring and another one that it touches: where, and on which of its own edges.
    pub touches: BTreeMap<(usize, usize), Vec<(Edge, Vertex)>>,
}

/// An error: the place of a ring and what is the matter with it.
pub fn all(rings: &[&Line], effort: &mut Effort) -> Result<Crossings, (usize, Reason)> {
    let all = rings.iter().enumerate().flat_map(|(ring, line)| edges(line).map(move |edge| (ring, edge)));
    let boxed = all.enumerate().map(|(number, (ring, edge))| {
        GeomWithData::new(Rectangle::from_aabb(bounds(edge)), (number, ring, edge))
    });
    let tree = RTree::bulk_load(boxed.collect());
    let mut found = Crossings::default();
    let mut own = vec![0_usize; rings.len()];
    for one in tree.iter() {
        let (number, ring, edge) = one.data;
        for other in tree.locate_in_envelope_intersecting(&one.geom().envelope()) {
            effort.spend(effort::PAIR).map_err(|reason| (ring, reason))?;
            let (other_number, other_ring, other_edge) = other.data;
            // Edges are numbered ring by ring, so that this one's ring is the first of the two.
            if number >= other_number {
                continue;
            }
            if do_cross(edge, other_edge) {
                found.pairs.insert((ring, other_ring));
                effort.spend(effort::CROSSING).map_err(|reason| (ring, reason))?;
                own[ring] += usize::from(ring == other_ring);
                if own[ring] > MOST_CROSSINGS {
                    return Err((ring, Reason::Tangled));
                }
            } else if ring != other_ring {
                for at in touches(edge, other_edge) {
                    found.touches.entry((ring, other_ring)).or_default().push((edge, at));
                    found.touches.entry((other_ring, ring)).or_default().push((other_edge, at));
                }
            }
        }
    }
    Ok(found)
}

fn do_cross((a, b): Edge, (c, d): Edge) -> bool {
    let are_apart = |p: i128, q: i128| (p > 0 && q < 0) || (p < 0 && q > 0);
    are_apart(turn(a, b, c), turn(a, b, d)) && are_apart(turn(c, d, a), turn(c, d, b))
}

/// Ends of the one that are on the other.
fn touches((a, b): Edge, (c, d): Edge) -> impl Iterator<Item = Vertex> {
    let ends = [(c, (a, b)), (d, (a, b)), (a, (c, d)), (b, (c, d))];
    ends.into_iter().filter(|(end, edge)| is_on(*end, *edge)).map(|(end, _)| end)
}

pub fn is_on(vertex: Vertex, (a, b): Edge) -> bool {
    let within = |p: i64, q: i64, at: i64| (p.min(q)..=p.max(q)).contains(&at);
    within(a.0, b.0, vertex.0) && within(a.1, b.1, vertex.1) && turn(a, b, vertex) == 0
}

/// Exact: units have fewer than 53 bits.
fn bounds((a, b): Edge) -> AABB<[f64; 2]> {
    AABB::from_corners([a.0 as f64, a.1 as f64], [b.0 as f64, b.1 as f64])
}
