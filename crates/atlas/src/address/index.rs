//! The index as it is read: tables of plain values, in a mapped file or in memory.

use super::entry::{Entry, Offset, Packed, Part, part_of, term_of};
use super::hash;
use super::layout::prefix_code;
use super::lexicon::{Lexicon, Term};
use super::nearby::Nearby;
use super::number::Numbers;
use super::table::{Column, Table};
use super::texts::Texts;
use crate::file::{Error, Kind, Mapped, Writer};
use model::address::Language;
use model::premise::Position;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Read by any number of threads at once; nothing in it changes.
#[derive(Debug)]
pub struct Index {
    pub(super) generation: u64,
    pub(super) lexicon: Lexicon,
    /// How much each word tells: the logarithm of how rare it is, 0 where no entry has it.
    pub(super) weights: Table<f32>,
    /// Entries by their words, those with the most rows first.
    pub(super) posting_ends: Table<u32>,
    pub(super) postings: Table<u32>,
    /// By falling number of rows; one more closes the last.
    pub(super) entries: Table<Packed>,
    pub(super) entry_words: Table<u32>,
    pub(super) numbers: Numbers,
    pub(super) units: Texts,
    /// Rows, by entry and rising number and unit.
    pub(super) number: Column,
    pub(super) unit: Column,
    pub(super) carrier: Column,
    pub(super) premise: Column,
    pub(super) offset: Table<Offset>,
    /// Row, latitude and longitude of rows whose entry is too wide for offsets.
    pub(super) wide: Table<[u32; 3]>,
    pub(super) carriers: Table<i64>,
    /// Languages of the countries that there are.
    pub(super) languages: Vec<Language>,
    pub(super) countries: Table<[u8; 2]>,
    /// Fingerprint (upper half, lower half) and row, rising.
    pub(super) keys: Table<[u32; 3]>,
    /// The most important entries that have a word beginning so, by up to three bytes.
    pub(super) prefixes: Table<u32>,
    pub(super) prefix_ends: Table<u32>,
    pub(super) prefix_entries: Table<u32>,
    pub(super) nearby: Nearby,
}

/// A row's place in the columns.
pub type Row = usize;

impl Index {
    pub const KIND: Kind = Kind(*b"PREMISES");
    /// Rises with every change of what a file holds: an older one is built again.
    pub const VERSION: u32 = 3;

    /// Maps a file. It is not read through: `verify` is for a thread that has time.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = Mapped::open(path, Self::KIND, Self::VERSION)?;
        Self::of(&file)
    }

    /// Compares the file with its checksums.
    pub fn verify(path: &Path) -> Result<(), Error> {
        Mapped::open(path, Self::KIND, Self::VERSION)?.verify()
    }

    /// Which state of the store it was made from; 0 for one in memory.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many addresses there are.
    pub fn len(&self) -> usize {
        self.premise.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many streets, each with its place.
    pub fn streets(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }

    /// How many different words.
    pub fn words(&self) -> usize {
        self.lexicon.len()
    }

    /// The premise's number in the store.
    pub fn premise(&self, row: Row) -> i64 {
        self.premise.get(row).cast_signed()
    }

    /// The carrier's number in the store.
    pub fn carrier(&self, row: Row) -> Option<i64> {
        self.carriers.get(self.carrier.get(row) as usize).copied()
    }

    pub fn position(&self, entry: u32, row: Row) -> Option<Position> {
        let entry = self.entry(entry)?;
        if entry.is_wide() {
            let at = self.wide.binary_search_by_key(&(row as u32), |[row, _, _]| *row).ok()?;
            let [_, latitude, longitude] = *self.wide.get(at)?;
            let degrees = |value: u32| f64::from(value.cast_signed()) / 1e7;
            return Position::new(degrees(latitude), degrees(longitude));
        }
        let [latitude, longitude] = entry.position(self.offset.get(row).copied()?)?;
        Position::new(latitude, longitude)
    }

    /// House number as it is compared: `8bis`.
    pub fn number(&self, row: Row) -> &str {
        self.numbers.text(self.number.get(row))
    }

    /// `level:3 door:th`, empty for the house itself.
    pub fn unit(&self, row: Row) -> &str {
        self.units.text(self.unit.get(row) as usize)
    }

    /// What the listings of one address have in common: street, house number and unit. It tells places of one
    /// index apart, and is none outside of it.
    pub fn place(&self, entry: u32, row: Row) -> [u64; 3] {
        [u64::from(entry), self.number.get(row), self.unit.get(row)]
    }

    /// The same, of what is written: it tells places of two indexes apart.
    pub(super) fn place_by_words(&self, entry: u32, row: Row) -> [u64; 3] {
        let words = self.entry_words(entry).iter().fold(0_u64, |all, word| {
            let text = self.lexicon.text(term_of(*word)).as_bytes();
            // In any order: the numbers of words differ between indexes.
            all.wrapping_add(hash::of(text).wrapping_mul(u64::from(*word >> 30) + 1))
        });
        // Towns of one name, where no postcode tells them apart.
        let coded = self.entry_words(entry).iter().any(|word| part_of(*word) == Part::Postcode);
        let region = self.entry(entry).filter(|_| !coded).map_or(0, |entry| u64::from(entry.region));
        let words = words.wrapping_add(region << 56);
        [words, hash::of(self.number(row).as_bytes()), hash::of(self.unit(row).as_bytes())]
    }

    pub fn rows(&self, entry: u32) -> Range<Row> {
        match (self.entry(entry), self.entry(entry + 1)) {
            (Some(this), Some(next)) => this.rows as usize..(next.rows as usize).min(self.len()),
            _ => 0..0,
        }
    }

    pub(super) fn entry(&self, entry: u32) -> Option<Entry> {
        self.entries.get(entry as usize).copied().map(Entry::unpack)
    }

    /// The entry's words, each with its part.
    pub(super) fn entry_words(&self, entry: u32) -> &[u32] {
        let (Some(this), Some(next)) = (self.entry(entry), self.entry(entry + 1)) else { return &[] };
        self.entry_words.get(this.words as usize..next.words as usize).unwrap_or_default()
    }

    /// The entry that a row belongs to.
    pub fn entry_of(&self, row: Row) -> u32 {
        (self.entries.partition_point(|entry| Entry::unpack(*entry).rows as usize <= row) as u32)
            .saturating_sub(1)
    }

    /// The most important entries that have a word with this beginning, of which the first three bytes count.
    pub(super) fn beginning(&self, prefix: &str) -> &[u32] {
        let code = prefix_code(&prefix.as_bytes()[..prefix.len().min(3)]);
        match self.prefixes.binary_search(&code) {
            Ok(at) => self.prefix_entries.part(&self.prefix_ends, at),
            Err(_) => &[],
        }
    }

    pub(super) fn weight(&self, term: Term) -> f32 {
        self.weights.get(term as usize).copied().unwrap_or(0.0)
    }

    pub(super) fn postings(&self, term: Term) -> &[u32] {
        self.postings.part(&self.posting_ends, term as usize)
    }

    /// Rows that were given this key, and very rarely another's: whoever asks compares what the store says.
    pub fn by_key(&self, key: &str) -> impl Iterator<Item = Row> + '_ {
        self.by_fingerprint(super::builder::fingerprint(key))
    }

    /// The same by the key's fingerprint.
    pub fn by_fingerprint(&self, fingerprint: u64) -> impl Iterator<Item = Row> + '_ {
        let wanted = [(fingerprint >> 32) as u32, fingerprint as u32];
        let from = self.keys.partition_point(|[upper, lower, _]| [*upper, *lower] < wanted);
        let same = self.keys[from..].iter().take_while(move |[upper, lower, _]| [*upper, *lower] == wanted);
        same.map(|[_, _, row]| *row as Row).filter(|row| *row < self.len())
    }

    fn of(file: &Arc<Mapped>) -> Result<Self, Error> {
        let heads = Table::<[u64; 3]>::open(file, b"columns\0")?;
        let [number, unit, carrier, premise] = heads[..] else {
            return Err(Error::Damaged("it has other columns"));
        };
        let countries = Table::open(file, b"countrys")?;
        let index = Self {
            generation: file.generation(),
            lexicon: Lexicon::open(file)?,
            weights: Table::open(file, b"weights\0")?,
            posting_ends: Table::open(file, b"postends")?,
            postings: Table::open(file, b"postings")?,
            entries: Table::open(file, b"entries\0")?,
            entry_words: Table::open(file, b"entwords")?,
            numbers: Numbers::open(file)?,
            units: Texts::open(file, b"units\0\0\0", b"unitends")?,
            number: Column::open(file, b"number\0\0", number)?,
            unit: Column::open(file, b"unit\0\0\0\0", unit)?,
            carrier: Column::open(file, b"carrier\0", carrier)?,
            premise: Column::open(file, b"premise\0", premise)?,
            offset: Table::open(file, b"offset\0\0")?,
            wide: Table::open(file, b"wide\0\0\0\0")?,
            carriers: Table::open(file, b"carriers")?,
            languages: languages(&countries),
            countries,
            keys: Table::open(file, b"keys\0\0\0\0")?,
            prefixes: Table::open(file, b"prefixes")?,
            prefix_ends: Table::open(file, b"prefends")?,
            prefix_entries: Table::open(file, b"prefentr")?,
            nearby: Nearby::open(file)?,
        };
        let rows = index.premise.len();
        let same = [index.number.len(), index.unit.len(), index.carrier.len(), index.offset.len()];
        if same.iter().any(|length| *length != rows) {
            return Err(Error::Damaged("its columns differ in length"));
        }
        Ok(index)
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        self.lexicon.write(writer)?;
        self.weights.write(writer, b"weights\0")?;
        self.posting_ends.write(writer, b"postends")?;
        self.postings.write(writer, b"postings")?;
        self.entries.write(writer, b"entries\0")?;
        self.entry_words.write(writer, b"entwords")?;
        self.numbers.write(writer)?;
        self.units.write(writer, b"units\0\0\0", b"unitends")?;
        let heads = [
            self.number.write(writer, b"number\0\0")?,
            self.unit.write(writer, b"unit\0\0\0\0")?,
            self.carrier.write(writer, b"carrier\0")?,
            self.premise.write(writer, b"premise\0")?,
        ];
        self.offset.write(writer, b"offset\0\0")?;
        self.wide.write(writer, b"wide\0\0\0\0")?;
        self.carriers.write(writer, b"carriers")?;
        self.countries.write(writer, b"countrys")?;
        self.keys.write(writer, b"keys\0\0\0\0")?;
        self.prefixes.write(writer, b"prefixes")?;
        self.prefix_ends.write(writer, b"prefends")?;
        self.prefix_entries.write(writer, b"prefentr")?;
        self.nearby.write(writer)?;
        writer.section(crate::file::Tag(*b"columns\0"), &heads)
    }
}

/// The languages of some countries, each once. Where one is not known, all are tried.
pub(super) fn languages(countries: &[[u8; 2]]) -> Vec<Language> {
    let spoken = |language: &Language| {
        countries.iter().any(|country| {
            let of = Language::of(std::str::from_utf8(country).unwrap_or_default());
            of == *language || of == Language::Unknown
        })
    };
    Language::ALL.into_iter().filter(spoken).collect()
}
