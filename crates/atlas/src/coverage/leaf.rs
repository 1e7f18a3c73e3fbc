//! Reading a leaf: from a reference, whose areas are known, straight to the point, counting the edges on the way.
//! An edge has areas on its sides; whoever crosses it leaves some and enters others.

use super::grid::{FINE, Point, Vertex};
use super::layout::{COVER, Cell, Header, NARROW, SPARSE, WIDE};
use super::table::Table;

/// The way from the reference to the point, both from the cell's corner (from the earth's, if vertices are wide).
#[derive(Debug, Clone, Copy)]
struct Way {
    from: (i64, i64),
    to: (i64, i64),
    /// In fine steps.
    along: (i64, i64),
}

/// What a chain does to the way.
#[derive(Debug, Clone, Copy, Default)]
struct Crossed {
    /// From its right to its left, less those from its left to its right.
    times: i64,
    /// The point is on it.
    on: bool,
}

/// Takes words from a leaf until there are none.
struct Words<'a>(&'a [u32]);

impl<'a> Words<'a> {
    #[inline]
    fn one(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    fn many(&mut self, count: usize) -> Option<&'a [u32]> {
        let (first, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(first)
    }
}

/// Adds the numbers of the areas that hold the point. Of a leaf that is damaged it may add any, or none.
pub fn read(table: &Table<'_>, leaf: &[u32], cell: Cell, point: Point, found: &mut Vec<u64>) {
    let mut words = Words(leaf);
    let Some(header) = words.one().map(Header) else { return };
    if header.is(SPARSE) {
        sparse(table, words, header, cell, point, found);
    } else {
        dense(table, words, header, cell, point, found);
    }
}

impl Way {
    fn new(header: Header, (a, b): (u8, u8), cell: Cell, point: Point) -> Self {
        let reference = cell.reference(a, b);
        let corner = if header.is(WIDE) { Vertex { x: 0, y: 0 } } else { Vertex { x: cell.x, y: cell.y } };
        let (from, base) = (reference.point(), corner.point());
        Self {
            from: (
                i64::from(reference.x.wrapping_sub(corner.x)),
                i64::from(reference.y.wrapping_sub(corner.y)),
            ),
            to: (point.x - base.x, point.y - base.y),
            along: (point.x - from.x, point.y - from.y),
        }
    }
}

/// At most eight slots, whose windings are the bytes of one word; a chain's changes are added to all at once.
#[inline]
fn dense(
    table: &Table<'_>,
    mut words: Words<'_>,
    header: Header,
    cell: Cell,
    point: Point,
    found: &mut Vec<u64>,
) -> Option<()> {
    let way = Way::new(header, header.reference(), cell, point);
    let cover = if header.is(COVER) { table.set(words.one()?) } else { &[] };
    let slots = words.many(header.slots())?;
    let mut windings = BIAS.wrapping_add(bytes(header.inside()));
    let mut on = 0;
    for _ in 0..header.chains() {
        let chain = words.one()?;
        let (gains, loses) = ((chain >> 16) as u8, (chain >> 24) as u8);
        let crossed = cross(&mut words, chain & 0xFFFF, header, &way)?;
        let changes = bytes(gains).wrapping_sub(bytes(loses));
        windings = windings.wrapping_add(changes.wrapping_mul(crossed.times as u64));
        on |= if crossed.on { gains | loses } else { 0 };
    }
    let is_inside = |at: usize| (windings ^ BIAS) >> (8 * (at & 7)) & 0xFF != 0 || on >> (at & 7) & 1 != 0;
    merge(table, cover, slots, is_inside, found);
    Some(())
}

/// With this added to each winding, none borrows from the next byte.
const BIAS: u64 = 0x8080_8080_8080_8080;

/// A byte of one for each bit.
#[inline]
fn bytes(bits: u8) -> u64 {
    let alone = (u64::from(bits) * 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    (alone + 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
}

/// Any number of slots, and any windings.
#[cold]
fn sparse(
    table: &Table<'_>,
    mut words: Words<'_>,
    header: Header,
    cell: Cell,
    point: Point,
    found: &mut Vec<u64>,
) -> Option<()> {
    let (count, chains, reference) = (words.one()? as usize, words.one()?, words.one()?);
    let way = Way::new(header, (reference as u8, (reference >> 16) as u8), cell, point);
    let cover = if header.is(COVER) { table.set(words.one()?) } else { &[] };
    let slots = words.many(count)?;
    let mut windings: Vec<i64> = words.many(count)?.iter().map(|word| i64::from(*word as i32)).collect();
    for _ in 0..chains {
        let (vertices, changes) = (words.one()?, words.one()? as usize);
        let changes = words.many(changes.checked_mul(2)?)?;
        let crossed = cross(&mut words, vertices, header, &way)?;
        if crossed.times == 0 && !crossed.on {
            continue;
        }
        for change in changes.as_chunks::<2>().0 {
            let winding = windings.get_mut(change[0] as usize)?;
            *winding = winding.wrapping_add(i64::from(change[1] as i32).wrapping_mul(crossed.times));
            if crossed.on {
                // No crossing brings it back to zero.
                *winding = i64::MAX / 2;
            }
        }
    }
    merge(table, cover, slots, |at| windings.get(at).is_some_and(|winding| *winding != 0), found);
    Some(())
}

/// Both ascend, and have nothing in common.
#[inline]
fn merge(
    table: &Table<'_>,
    cover: &[u32],
    slots: &[u32],
    is_inside: impl Fn(usize) -> bool,
    found: &mut Vec<u64>,
) {
    if cover.is_empty() {
        let inside = slots.iter().enumerate().filter(|(at, _)| is_inside(*at));
        return inside.for_each(|(_, area)| found.extend(table.numbers.get(*area as usize)));
    }
    let mut cover = cover.iter().peekable();
    for (_, area) in slots.iter().enumerate().filter(|(at, _)| is_inside(*at)) {
        while let Some(before) = cover.next_if(|before| *before < area) {
            found.extend(table.numbers.get(*before as usize));
        }
        found.extend(table.numbers.get(*area as usize));
    }
    cover.for_each(|area| found.extend(table.numbers.get(*area as usize)));
}

#[inline]
fn cross(words: &mut Words<'_>, vertices: u32, header: Header, way: &Way) -> Option<Crossed> {
    let count = vertices as usize;
    if header.is(NARROW) {
        let chain = words.many(count)?.iter();
        Some(moderate(chain.map(|word| (i64::from(*word as i16), i64::from((*word >> 16) as i16))), way))
    } else {
        let chain = words.many(count.checked_mul(2)?)?.as_chunks::<2>().0.iter();
        if !header.is(WIDE) {
            Some(moderate(chain.map(|[x, y]| (i64::from(*x as i32), i64::from(*y as i32))), way))
        } else {
            Some(wide(chain.map(|[x, y]| (i64::from(*x), i64::from(*y))), way))
        }
    }
}

/// No product of a sound leaf needs more than 62 bits: vertices less 22, points less 38.
#[inline]
fn moderate(mut chain: impl Iterator<Item = (i64, i64)>, way: &Way) -> Crossed {
    let mut crossed = Crossed::default();
    let Some(mut a) = chain.next() else { return crossed };
    let minus = |p: (i64, i64), q: (i64, i64)| (p.0.wrapping_sub(q.0), p.1.wrapping_sub(q.1));
    let turn = |p: (i64, i64), q: (i64, i64)| p.0.wrapping_mul(q.1).wrapping_sub(p.1.wrapping_mul(q.0));
    let is_left = |vertex| turn(way.along, minus(vertex, way.from)) > 0;
    let mut a_is_left = is_left(a);
    for b in chain {
        let edge = minus(b, a);
        let b_is_left = is_left(b);
        let to = turn(edge, minus(way.to, (a.0 << FINE, a.1 << FINE)));
        let from = turn(edge, minus(way.from, a));
        let is_crossed = (a_is_left != b_is_left) & ((to > 0) != (from > 0));
        crossed.times += i64::from(is_crossed) * (1 - 2 * i64::from(from > 0));
        if to == 0 && is_between(a, b, way.to) {
            crossed.on = true;
        }
        (a, a_is_left) = (b, b_is_left);
    }
    crossed
}

/// The same with more bits: for edges longer than 0.2 degrees.
#[cold]
fn wide(mut chain: impl Iterator<Item = (i64, i64)>, way: &Way) -> Crossed {
    let mut crossed = Crossed::default();
    let Some(mut a) = chain.next() else { return crossed };
    let minus = |p: (i64, i64), q: (i64, i64)| (p.0.wrapping_sub(q.0), p.1.wrapping_sub(q.1));
    let turn =
        |p: (i64, i64), q: (i64, i64)| i128::from(p.0) * i128::from(q.1) - i128::from(p.1) * i128::from(q.0);
    let is_left = |vertex| turn(way.along, minus(vertex, way.from)) > 0;
    let mut a_is_left = is_left(a);
    for b in chain {
        let edge = minus(b, a);
        let b_is_left = is_left(b);
        let to = turn(edge, minus(way.to, (a.0 << FINE, a.1 << FINE)));
        if a_is_left != b_is_left {
            let from = turn(edge, minus(way.from, a));
            if (to > 0) != (from > 0) {
                crossed.times += if from > 0 { -1 } else { 1 };
            }
        }
        if to == 0 && is_between(a, b, way.to) {
            crossed.on = true;
        }
        (a, a_is_left) = (b, b_is_left);
    }
    crossed
}

/// Of a point that is on the line through both.
fn is_between(a: (i64, i64), b: (i64, i64), point: (i64, i64)) -> bool {
    let holds = |p: i64, q: i64, at: i64| (p.min(q) << FINE..=p.max(q) << FINE).contains(&at);
    holds(a.0, b.0, point.0) && holds(a.1, b.1, point.1)
}
