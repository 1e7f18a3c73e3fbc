//! A street with its place: what is searched for. House numbers hang below it.

use super::lexicon::Term;
use model::address::Language;

/// What a word is in an address; it stands in the upper two bits of an entry's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Street,
    Place,
    Postcode,
}

const TERM: u32 = (1 << 30) - 1;

/// A word in its part.
pub fn placed(part: Part, term: Term) -> u32 {
    (part as u32) << 30 | term
}

pub fn part_of(word: u32) -> Part {
    match word >> 30 {
        0 => Part::Street,
        1 => Part::Place,
        _ => Part::Postcode,
    }
}

pub fn term_of(word: u32) -> Term {
    word & TERM
}

/// Where an entry's words and rows begin; they end where those of the next entry begin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Entry {
    pub words: u32,
    pub rows: u32,
    /// South-west corner of its rows, in 1e-7 degree.
    pub south: i32,
    pub west: i32,
    /// Letters of the country; zeros where it is not known.
    pub country: [u8; 2],
    /// Number of the state or province in its country; 0 where it is not known.
    pub region: u8,
    /// By how many bits its rows' offsets are to be shifted.
    pub shift: u8,
}

/// An entry as a table holds it.
pub type Packed = [u32; 5];

impl Entry {
    pub fn pack(&self) -> Packed {
        let [first, second] = self.country;
        let rest = u32::from_be_bytes([self.region, self.shift, first, second]);
        [self.words, self.rows, self.south.cast_unsigned(), self.west.cast_unsigned(), rest]
    }

    pub fn unpack([words, rows, south, west, rest]: Packed) -> Self {
        let [region, shift, first, second] = rest.to_be_bytes();
        let (south, west) = (south.cast_signed(), west.cast_signed());
        Self { words, rows, south, west, country: [first, second], region, shift: shift.min(WIDE) }
    }

    pub fn country(&self) -> &str {
        std::str::from_utf8(&self.country).map_or("", |text| text.trim_end_matches('\0'))
    }
}

/// A row's position as offsets from its entry's corner; `NOWHERE` where it has none.
pub type Offset = [u16; 2];

pub const NOWHERE: Offset = [u16::MAX; 2];

/// The greatest shift, with which a position is kept to less than a metre; the rows of an entry that is wider
/// have their positions in a table of their own.
const MOST_SHIFT: u8 = 6;

/// The shift of an entry that is wider.
const WIDE: u8 = 31;

/// Degrees in the whole numbers that positions are kept in, about a centimetre each.
pub fn fixed(degrees: f64) -> i32 {
    (degrees * 1e7).round() as i32
}

impl Entry {
    /// Whether its country writes `1 ALFRED STREET` rather than `VIA CENERENTOLA 1`.
    pub fn number_first(&self) -> bool {
        matches!(Language::of(self.country()), Language::English | Language::French | Language::Unknown)
    }

    /// Sets the corner, and the shift with which all of these positions fit into offsets.
    pub fn frame(&mut self, positions: impl Iterator<Item = [i32; 2]> + Clone) {
        let bounds = |axis: usize| {
            let values = positions.clone().map(move |position| position[axis]);
            values.fold((i32::MAX, i32::MIN), |(least, most), value| (least.min(value), most.max(value)))
        };
        let ((south, north), (west, east)) = (bounds(0), bounds(1));
        if south > north {
            return;
        }
        let span = (i64::from(north) - i64::from(south)).max(i64::from(east) - i64::from(west));
        (self.south, self.west) = (south, west);
        self.shift = (0..=MOST_SHIFT).find(|shift| span >> shift < i64::from(u16::MAX)).unwrap_or(WIDE);
    }

    /// Its rows' positions are not offsets.
    pub fn is_wide(&self) -> bool {
        self.shift > MOST_SHIFT
    }

    pub fn offset(&self, [latitude, longitude]: [i32; 2]) -> Offset {
        let of = |value: i32, base: i32| {
            let offset = (i64::from(value) - i64::from(base)) >> self.shift;
            u16::try_from(offset).unwrap_or(u16::MAX - 1)
        };
        [of(latitude, self.south), of(longitude, self.west)]
    }

    /// Where its rows lie, by their offsets.
    pub fn grid(&self) -> Grid {
        let half = if self.shift == 0 { 0 } else { 1_u32 << (self.shift - 1) };
        let from = |base: i32| f64::from(base) + f64::from(half);
        Grid { south: from(self.south), west: from(self.west), step: f64::from(1_u32 << self.shift) }
    }

    /// Latitude and longitude in degrees.
    pub fn position(&self, offset: Offset) -> Option<[f64; 2]> {
        self.grid().units(offset).map(|units| units.map(|value| value / 1e7))
    }

    /// What is left of a position once it is kept.
    pub fn kept(&self, position: [i32; 2]) -> [i32; 2] {
        let units = if self.is_wide() { None } else { self.grid().units(self.offset(position)) };
        units.map_or(position, |units| units.map(|value| value as i32))
    }
}

/// An entry's offsets as positions; all its numbers are whole.
pub struct Grid {
    south: f64,
    west: f64,
    step: f64,
}

impl Grid {
    /// Latitude and longitude in 1e-7 degree.
    pub fn units(&self, [y, x]: Offset) -> Option<[f64; 2]> {
        // The middle of a step may lie beyond the earth.
        let of = |offset: u16, from: f64, most: f64| {
            let value = from + f64::from(offset) * self.step;
            if value > most { most } else { value }
        };
        ([y, x] != NOWHERE).then(|| [of(y, self.south, 9e8), of(x, self.west, 18e8)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_position_comes_back_as_near_as_its_street_is_long(
            latitude in -89.0..89.0_f64, longitude in -179.0..179.0_f64, dy in 0.0..0.4_f64, dx in 0.0..0.4_f64,
        ) {
            let ends = [[latitude, longitude], [latitude + dy, longitude + dx]];
            let whole = ends.map(|[y, x]| [fixed(y), fixed(x)]);
            let mut entry = Entry { words: 7, country: *b"ZA", region: 3, ..Entry::default() };
            entry.frame(whole.into_iter());
            let entry = Entry::unpack(entry.pack());
            prop_assert_eq!((entry.words, entry.country(), entry.region, entry.is_wide()), (7, "ZA", 3, false));
            let error = dy.max(dx) / f64::from(u16::MAX) + 1e-7;
            for (end, whole) in ends.into_iter().zip(whole) {
                let [y, x] = entry.position(entry.offset(whole)).unwrap();
                prop_assert!((y - end[0]).abs() <= error && (x - end[1]).abs() <= error);
            }
        }
    }
}
