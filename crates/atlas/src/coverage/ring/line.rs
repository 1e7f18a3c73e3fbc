//! One ring in units of 1e-7 degrees, not closed: the edge from its last vertex to its first goes without saying.
//! Longitudes go on beyond the 180th meridian, so that there is no jump in them.

use super::{Reason, What};
use geo::Coord;
use std::collections::BTreeSet;

pub type Line = Vec<(i64, i64)>;

/// Once around the earth.
pub const TURN: i64 = 3_600_000_000;

/// At least three vertices, none of them twice in succession, no spikes.
pub fn read(ring: &[Coord<f64>]) -> Result<(Line, Vec<What>), Reason> {
    let mut line = ring.iter().map(vertex).collect::<Result<Line, _>>()?;
    if line.iter().collect::<BTreeSet<_>>().len() < 3 {
        return Err(Reason::TooFew);
    }
    let mut what = Vec::new();
    go_on(&mut line)?;
    if line.first() == line.last() {
        line.pop();
    } else {
        what.push(What::Closed);
    }
    let before = line.len();
    line.dedup();
    while line.len() > 1 && line.first() == line.last() {
        line.pop();
    }
    if line.len() < before {
        what.push(What::Doubled);
    }
    let before = line.len();
    let line = without_spikes(line);
    if line.len() < before {
        what.push(What::Spike);
    }
    if line.len() < 3 { Err(Reason::NoArea) } else { Ok((line, what)) }
}

/// Without doubled vertices and spikes. None: nothing is left.
pub fn tidy(mut line: Line) -> Option<Line> {
    line.dedup();
    let line = without_spikes(line);
    (line.len() >= 3).then_some(line)
}

fn vertex(c: &Coord<f64>) -> Result<(i64, i64), Reason> {
    if !c.x.is_finite() || !c.y.is_finite() {
        return Err(Reason::NotANumber);
    }
    if c.y.abs() > 90.0 || c.x.abs() > 360.0 {
        return Err(Reason::OutOfRange);
    }
    Ok(((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64))
}

/// A step of more than half a turn is one the other way. Of exactly a turn it is drawn along a pole.
fn go_on(line: &mut Line) -> Result<(), Reason> {
    let other_way = |step: i64| {
        let is_jump = step.abs() > TURN / 2 && step.abs() != TURN;
        if is_jump { -step.signum() * TURN } else { 0 }
    };
    let is_closed = line.first() == line.last();
    let mut turned = 0;
    let mut last: Option<i64> = None;
    for (x, _) in line.iter_mut() {
        turned += last.map_or(0, |last| other_way(*x - last));
        last = Some(*x);
        *x += turned;
    }
    // Once around, and then where it began, or short of it.
    if let (Some((first, _)), Some((last, _))) = (line.first(), line.last())
        && (is_closed && first != last || other_way(first - last) != 0)
    {
        return Err(Reason::AroundPole);
    }
    // Most of it on this side of the meridian.
    let (low, high) = bounds(line);
    let middle = (low.0 + high.0) / 2;
    let turns = (middle + TURN / 2).div_euclid(TURN);
    let is_whole = low.0 >= -TURN / 2 && high.0 <= TURN / 2;
    line.iter_mut().for_each(|(x, _)| *x -= if is_whole { 0 } else { turns * TURN });
    Ok(())
}

fn without_spikes(line: Line) -> Line {
    let mut kept: Line = Vec::with_capacity(line.len());
    for vertex in line {
        while let [.., a, b] = kept.as_slice()
            && is_spike(*a, *b, vertex)
        {
            kept.pop();
        }
        if kept.last() != Some(&vertex) {
            kept.push(vertex);
        }
    }
    // Where the end meets the beginning.
    let mut from = 0;
    loop {
        match &kept[from..] {
            [first, .., last] if first == last => drop(kept.pop()),
            [first, .., a, b] if is_spike(*a, *b, *first) => drop(kept.pop()),
            [first, second, .., last] if is_spike(*last, *first, *second) => from += 1,
            _ => return kept.split_off(from),
        }
    }
}

/// From `b` it goes back to where it came from.
fn is_spike(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> bool {
    let along = |p: i64, q: i64, r: i64| i128::from(q - p) * i128::from(r - q);
    turn(a, b, c) == 0 && along(a.0, b.0, c.0) + along(a.1, b.1, c.1) < 0
}

/// Above zero if `c` is on the left of the way from `a` to `b`.
pub fn turn(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> i128 {
    i128::from(b.0 - a.0) * i128::from(c.1 - a.1) - i128::from(b.1 - a.1) * i128::from(c.0 - a.0)
}

pub fn edges(line: &Line) -> impl Iterator<Item = ((i64, i64), (i64, i64))> {
    line.iter().copied().zip(line.iter().copied().cycle().skip(1))
}

/// The least and the greatest coordinates.
pub fn bounds(line: &Line) -> ((i64, i64), (i64, i64)) {
    line.iter().fold(((i64::MAX, i64::MAX), (i64::MIN, i64::MIN)), |(low, high), (x, y)| {
        ((low.0.min(*x), low.1.min(*y)), (high.0.max(*x), high.1.max(*y)))
    })
}

/// The hole, so many turns further that it may lie in the shell, of which these are the bounds.
pub fn beside(mut hole: Line, (low, high): ((i64, i64), (i64, i64))) -> Line {
    let (from, to) = bounds(&hole);
    let turns = [0, TURN, -TURN].into_iter().find(|turns| from.0 + turns >= low.0 && to.0 + turns <= high.0);
    hole.iter_mut().for_each(|(x, _)| *x += turns.unwrap_or(0));
    hole
}
