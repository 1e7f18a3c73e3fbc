//! Building an index: listings are taken one by one, then sorted and laid out.

use super::entry::{self, Part};
use super::hash;
use super::index::Index;
use super::layout;
use super::lexicon::MOST_TERMS;
use super::listing::Listing;
use crate::file::{Error, Writer};
use model::address::{Address, Language, Said, region_of, written_as};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Listings of one entry contradict each other on its region.
pub(super) const SEVERAL: u8 = u8::MAX;

/// What listings of one entry have in common: words in their parts, sorted, country and, where no postcode tells it, region.
type Same = (Box<[u32]>, [u8; 2], u8);

/// What is known of an index that is being built. About 60 bytes a premise, and what its streets need.
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) words: Interned,
    pub(super) numbers: Interned,
    pub(super) units: Interned,
    pub(super) entries: HashMap<Same, u32>,
    /// The region of each entry, as all its listings have it.
    pub(super) regions: Vec<u8>,
    pub(super) carriers: Vec<i64>,
    pub(super) rows: Vec<Row>,
    /// Fingerprint of a key, and its row.
    pub(super) keys: Vec<(u64, u32)>,
    /// Another spelling of a word, and the word.
    pub(super) aliases: Vec<[u32; 2]>,
    /// Words whose other spellings are noted, by language.
    spelled: HashSet<(u32, u8)>,
    /// The address before this one, and its entry: registers are sorted by street.
    last: Option<(Address, [u8; 2], u32)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub entry: u32,
    pub number: u32,
    pub unit: u32,
    pub carrier: u32,
    pub premise: i64,
    /// 1e-7 degree.
    pub position: Option<[i32; 2]>,
}

/// Texts, each of which has a number.
#[derive(Debug, Default)]
pub(super) struct Interned(HashMap<Box<str>, u32>);

impl Interned {
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(text.into(), number);
        number
    }

    /// The texts by their numbers.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![""; self.0.len()];
        for (text, number) in &self.0 {
            texts[*number as usize] = text;
        }
        texts
    }
}

impl Builder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a listing. One whose address has no word at all is found by its keys and position only.
    pub fn add(&mut self, listing: &Listing<'_>) {
        let country = country(listing);
        let (entry, house, unit) = match self.repeated(listing.address, country) {
            Some(entry) => {
                let below = Address {
                    number: listing.address.number.clone(),
                    unit: listing.address.unit.clone(),
                    floor: listing.address.floor.clone(),
                    door: listing.address.door.clone(),
                    ..Address::default()
                };
                let said = Said::of(&below, text(&country));
                (entry, said.number.clone(), units(&said))
            }
            None => {
                let said = Said::of(listing.address, text(&country));
                let entry = self.entry(&said, country, region_of(listing.address, text(&country)));
                if let Some(bare) = Said::bare(listing.address, text(&country)) {
                    self.note_aliases(&bare, &said);
                }
                self.last = repeatable(listing.address).map(|address| (address, country, entry));
                (entry, said.number.clone(), units(&said))
            }
        };
        let number = self.rows.len() as u32;
        let row = Row {
            entry,
            number: self.numbers.number(&house),
            unit: self.units.number(&unit),
            carrier: self.carrier(listing.carrier),
            premise: listing.premise,
            position: listing.position.map(|at| [entry::fixed(at.latitude), entry::fixed(at.longitude)]),
        };
        self.rows.push(row);
        self.keys.extend(listing.keys.iter().map(|key| (fingerprint(key), number)));
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The index in memory.
    pub fn into_index(self) -> Index {
        layout::lay_out(self, None)
    }

    /// The index in memory, of what came after another was built: its words count what they count there.
    pub(super) fn into_delta(self, base: &Index) -> Index {
        layout::lay_out(self, Some(base))
    }

    /// Writes the index to a file. `generation`: which state of the store it was made from.
    pub fn write(self, path: &Path, generation: u64) -> Result<(), Error> {
        let mut writer = Writer::create(path, Index::KIND, Index::VERSION, generation)?;
        self.into_index().write(&mut writer)?;
        writer.finish()
    }

    fn carrier(&mut self, carrier: i64) -> u32 {
        let known = self.carriers.iter().rposition(|other| *other == carrier);
        known.unwrap_or_else(|| {
            self.carriers.push(carrier);
            self.carriers.len() - 1
        }) as u32
    }

    /// The entry of the address before, if this one differs from it in what is below the street only.
    fn repeated(&self, address: &Address, country: [u8; 2]) -> Option<u32> {
        let (last, of, entry) = self.last.as_ref()?;
        let same = *of == country
            && address.full_text.is_none()
            && address.number.is_some()
            && address.street == last.street
            && address.suburb == last.suburb
            && address.city == last.city
            && address.postcode == last.postcode
            && address.province == last.province;
        same.then_some(*entry)
    }

    fn entry(&mut self, said: &Said, country: [u8; 2], region: u8) -> u32 {
        let mut words = Vec::with_capacity(12);
        for (part, texts) in [(Part::Street, &said.street), (Part::Place, &said.place)] {
            words.extend(texts.iter().filter_map(|text| Some(entry::placed(part, self.word(text)?))));
        }
        if !said.postcode.is_empty() {
            words.extend(self.word(&said.postcode).map(|word| entry::placed(Part::Postcode, word)));
        }
        self.note_spellings(said, Language::of(text(&country)));
        words.sort_unstable();
        words.dedup();
        let next = self.entries.len() as u32;
        let apart = if said.postcode.is_empty() { region } else { 0 };
        let number = *self.entries.entry((words.into(), country, apart)).or_insert(next);
        match self.regions.get_mut(number as usize) {
            Some(known) if *known == 0 => *known = region,
            Some(known) if region != 0 && *known != region => *known = SEVERAL,
            Some(_) => {}
            None => self.regions.push(region),
        }
        number
    }

    /// Words are kept in their usual forms (`st`, `hauptstr`), and found however the whole word is mistyped.
    fn note_spellings(&mut self, said: &Said, language: Language) {
        for word in said.street.iter().chain(&said.place) {
            let Some(number) = self.word(word) else { continue };
            if !self.spelled.insert((number, language as u8)) {
                continue;
            }
            let mut whole: Vec<String> =
                written_as(word, language).filter(|written| written.len() > 3).map(str::to_owned).collect();
            if language == Language::German && word.len() > 3 && word.ends_with("str") {
                whole.push(format!("{word}asse"));
            }
            for whole in whole {
                let whole = self.word(&whole);
                self.aliases.extend(whole.map(|whole| [whole, number]));
            }
        }
    }

    /// None when there are more different words than an index can tell apart: such a word is not searched.
    fn word(&mut self, text: &str) -> Option<u32> {
        let known = self.words.0.len() < MOST_TERMS || self.words.0.contains_key(text);
        known.then(|| self.words.number(text))
    }

    fn note_aliases(&mut self, bare: &Said, said: &Said) {
        let pairs = bare.street.iter().zip(&said.street).chain(bare.place.iter().zip(&said.place));
        for (bare, said) in pairs.filter(|(bare, said)| bare != said) {
            if let (Some(bare), Some(said)) = (self.word(bare), self.word(said)) {
                self.aliases.push([bare, said]);
            }
        }
        if self.aliases.len() > 4096 && self.aliases.len().is_power_of_two() {
            self.aliases.sort_unstable();
            self.aliases.dedup();
        }
    }
}

/// An address after which another of the same street may come.
fn repeatable(address: &Address) -> Option<Address> {
    let repeatable = address.full_text.is_none() && address.number.is_some() && address.street.is_some();
    repeatable.then(|| Address {
        street: address.street.clone(),
        suburb: address.suburb.clone(),
        city: address.city.clone(),
        postcode: address.postcode.clone(),
        province: address.province.clone(),
        ..Address::default()
    })
}

fn country(listing: &Listing<'_>) -> [u8; 2] {
    let country = listing.address.country.as_deref().unwrap_or(listing.country).trim().as_bytes();
    match country {
        [first, second] => [first.to_ascii_uppercase(), second.to_ascii_uppercase()],
        _ => [0; 2],
    }
}

fn text(country: &[u8; 2]) -> &str {
    std::str::from_utf8(country).map_or("", |text| text.trim_end_matches('\0'))
}

/// `level:3 door:th`
pub(super) fn units(said: &Said) -> String {
    let units: Vec<String> = said.units.iter().map(|unit| format!("{}:{}", unit.kind, unit.id)).collect();
    units.join(" ")
}

/// What stands for a key: keys are compared without case and outer spaces. The same on every machine and in every version.
pub fn fingerprint(key: &str) -> u64 {
    hash::of(key.trim().to_lowercase().as_bytes())
}
