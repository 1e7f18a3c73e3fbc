//! Cutting at the 180th meridian. A ring that crosses it several times may come out as one that touches itself along
//! the meridian; what it goes around is the same.

use super::Shape;
use super::line::{self, Line, TURN};

/// The parts of a shape on the earth as it is drawn, from -180 to 180 degrees.
pub fn split(shape: &Shape) -> Vec<Shape> {
    let mut parts = Vec::new();
    for turns in -2..=2 {
        let cut = |ring: &Line| {
            let from = turns * TURN - TURN / 2;
            let west = beyond(ring, |x| x - from);
            let both = beyond(&west, |x| from + TURN - x);
            line::tidy(both.into_iter().map(|(x, y)| (x - turns * TURN, y)).collect())
        };
        if let Some(shell) = cut(&shape.shell) {
            parts.push(Shape {
                part: shape.part,
                shell,
                holes: shape.holes.iter().filter_map(cut).collect(),
            });
        }
    }
    parts
}

/// What is left of the ring where the side is not below zero.
fn beyond(ring: &Line, side: impl Fn(i64) -> i64) -> Line {
    let mut kept = Line::new();
    for (a, b) in line::edges(ring) {
        let (from, to) = (side(a.0), side(b.0));
        if from >= 0 {
            kept.push(a);
        }
        if (from > 0 && to < 0) || (from < 0 && to > 0) {
            // Neighbours that have the edge the other way round get the same vertex.
            let ((p, p_side), (q, q_side)) = if a < b { ((a, from), (b, to)) } else { ((b, to), (a, from)) };
            let rise = i128::from(q.1 - p.1) * i128::from(p_side) / i128::from(p_side - q_side);
            // The longitude is the meridian's exactly.
            kept.push((a.0 - from * (side(a.0 + 1) - side(a.0)), p.1 + rise as i64));
        }
    }
    kept
}
