//! A question as it was typed: its words, what each may stand for in the index, and what may be a house
//! number in it. Which reading is right is found out where entries and rows are looked at.

use super::entry::Entry;
use super::house::{House, houses};
use super::index::Index;
use super::lexicon::{Term, forgiven};
use super::said_unit::{SaidUnit, said_units};
use super::search::Ask;
use super::spelling::spelled;
use super::twin::{repeated, town_and_region};
use model::address::{
    Around, Gap, Language, Named, Standing, Word, surroundings, unit_kind, usual_form, words,
};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// Words that are read; more are ignored.
pub const MOST_WORDS: usize = 24;

/// One thing that a word, or two neighbours, may stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alternative {
    pub term: Term,
    /// The words that it explains, a bit for each.
    pub covers: u32,
    /// 1 as written, less with typing errors.
    pub closeness: f32,
    /// What it counts: rare words more.
    pub weight: f32,
}

#[derive(Debug)]
pub struct Query {
    pub words: Vec<Word>,
    /// The same words with letters that only lost their marks, where that differs.
    bare: Vec<Word>,
    languages: Vec<Language>,
    country: String,
    /// Words that may be a number, a unit or a postcode.
    pub numeric: u32,
    /// Numbers of four digits and more: postcodes, it may be.
    pub codes: u32,
    /// Words that stand in the text more than once: `Rue du Pont du Loup`.
    repeated: Vec<u32>,
    /// Words that introduce a unit.
    pub kinds: u32,
    /// Countries, states and provinces, and what only introduces a number.
    pub around: u32,
    /// The first of them.
    pub regions: u32,
    /// Countries, states and provinces, also those that may be towns, each with its words' bits.
    named: Vec<(u32, Named)>,
    /// There are more words than are read.
    pub cut_off: bool,
    pub houses: Vec<House>,
    units: OnceCell<Vec<SaidUnit>>,
    /// The words that the last one may be the beginning of, where a text is being typed.
    pub beginning: Range<Term>,
}

/// Whose typing errors are forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgiving {
    /// Those of words that are not known as they are.
    Unknown,
    /// Those of every word that is not very frequent.
    All,
}

/// Words with one beginning that are followed one by one; of more, only the most important entries are.
pub const FOLLOWED: usize = 200;

/// How close a word is to its beginning.
pub const BEGUN: f32 = 0.7;

/// A word of this weight is in every fiftieth street.
const FREQUENT: f32 = 3.9;

/// What a word around the address counts where it is a word of one too.
const AROUND: f32 = 0.3;

fn bit(n: usize) -> u32 {
    1 << n
}

impl Query {
    pub fn of(index: &Index, ask: &Ask<'_>) -> Self {
        let known = Language::of(ask.country);
        let mut read = words(ask.text, known, false);
        let cut_off = read.len() > MOST_WORDS;
        read.truncate(MOST_WORDS);
        unglue(index, &mut read);
        let mut query = Self { cut_off, ..Self::of_words(index, ask.text, ask.country, read) };
        query.named.extend(Named::of_field(ask.province, ask.country).map(|named| (0, named)));
        query
    }

    fn of_words(index: &Index, text: &str, country: &str, read: Vec<Word>) -> Self {
        let known = Language::of(country);
        let mut bare = if text.is_ascii() { Vec::new() } else { words(text, known, true) };
        bare.truncate(MOST_WORDS);
        if bare.len() != read.len() {
            bare.clear();
        }
        let languages = if known == Language::Unknown { index.languages.clone() } else { vec![known] };
        let mask = |is: &dyn Fn(&Word) -> bool| {
            read.iter()
                .enumerate()
                .filter(|(_, word)| is(word))
                .map(|(n, _)| bit(n))
                .fold(0, |all, bit| all | bit)
        };
        let own = if let [country] = index.countries[..] { country } else { [0; 2] };
        let own = std::str::from_utf8(&own).unwrap_or_default().trim_end_matches('\0');
        let surroundings = surroundings(&read, if country.is_empty() { own } else { country });
        let around = surroundings.around;
        let of = |wanted: Around| {
            let same = around.iter().enumerate().filter(|(_, is)| **is == wanted);
            same.fold(0, |all, (n, _)| all | bit(n))
        };
        let (regions, around) = (of(Around::Region), of(Around::Region) | of(Around::Mark));
        let numeric = mask(&|word| word.starts_with_digit() || word.text.len() == 1) & !around;
        let codes = mask(&|word| word.text.len() > 3 && word.is_digits()) & !around;
        let kinds = mask(&|word| unit_kind(&word.text).is_some());
        let mut repeated = repeated(&read, &languages);
        let named = surroundings
            .named
            .into_iter()
            .map(|named| (named.words.clone().fold(0, |all, n| all | bit(n)), named));
        let named: Vec<(u32, Named)> = named.collect();
        named.iter().for_each(|(_, named)| repeated.extend(town_and_region(&read, named)));
        let houses = houses(index, &read, around);
        Self {
            words: read,
            bare,
            languages,
            numeric,
            codes,
            repeated,
            kinds,
            around,
            regions,
            named,
            cut_off: false,
            country: country.to_owned(),
            houses,
            units: OnceCell::new(),
            beginning: 0..0,
        }
    }

    /// The question with one word cut in two or three: `newtown` asked for `new town`.
    pub fn cut(&self, index: &Index, word: usize) -> Option<Query> {
        let text = &self.words.get(word)?.text;
        if self.known(index, text).is_some() {
            return None;
        }
        let ends: Vec<usize> =
            (2..text.len().saturating_sub(1)).filter(|at| text.is_char_boundary(*at)).collect();
        let known = |part: &str| self.known(index, part);
        let in_two =
            ends.iter().filter_map(|at| Some((known(&text[..*at])?.min(known(&text[*at..])?), [*at, *at])));
        let in_three = || {
            let starts = ends.iter().filter_map(|at| Some((*at, known(&text[..*at])?)));
            let cuts = starts.flat_map(|(first, weight)| {
                let seconds = ends.iter().filter(move |second| **second > first + 1);
                seconds.filter_map(move |second| {
                    let weight = weight.min(known(&text[first..*second])?).min(known(&text[*second..])?);
                    Some((weight, [first, *second]))
                })
            });
            cuts.max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let (_, [first, second]) = in_two.max_by(|a, b| a.0.total_cmp(&b.0)).or_else(in_three)?;
        let parts = [&text[..first], &text[first..second], &text[second..]];
        let gaps = [self.words[word].gap, Gap::Space, Gap::Space];
        let parts = parts.into_iter().zip(gaps).filter(|(part, _)| !part.is_empty());
        let parts: Vec<Word> =
            parts.map(|(text, gap)| Word { text: text.to_owned(), gap, bracket: false }).collect();
        let mut read = self.words.clone();
        read.splice(word..=word, parts);
        read.truncate(MOST_WORDS);
        let apart = self.named.iter().filter(|(words, _)| *words == 0).cloned();
        let mut cut = Self::of_words(index, "", &self.country, read);
        cut.named.extend(apart);
        Some(cut)
    }

    /// How much a word tells that some address has, in any of its forms and spellings.
    fn known(&self, index: &Index, word: &str) -> Option<f32> {
        let forms = std::iter::once(Cow::Borrowed(word)).chain(self.forms(word));
        let terms = forms.filter_map(|form| index.lexicon.exact(&form));
        let meant = terms.flat_map(|term| std::iter::once(term).chain(index.lexicon.meant(term)));
        meant.map(|term| index.weight(term)).filter(|weight| *weight > 0.0).reduce(f32::max)
    }

    /// Takes the last word for the beginning of one, as it is while somebody types.
    pub fn begin_last(&mut self, index: &Index) {
        let Some(last) = self.words.last() else { return };
        self.beginning = index.lexicon.beginning(&last.text);
        if self.beginning.is_empty() {
            // One letter too many, or two that were swapped.
            let bytes = last.text.as_bytes();
            let without = (1..bytes.len()).map(|at| [&bytes[..at], &bytes[at + 1..]].concat());
            let swapped = (2..bytes.len()).map(|at| {
                let mut bytes = bytes.to_vec();
                bytes.swap(at - 1, at);
                bytes
            });
            let mended = without.chain(swapped).filter(|_| bytes.len() > 3);
            let ranges = mended.map(|bytes| index.lexicon.beginning(&String::from_utf8_lossy(&bytes)));
            self.beginning = ranges.filter(|range| !range.is_empty()).min_by_key(Range::len).unwrap_or(0..0);
        }
    }

    /// All words with a beginning count the same, however rare each is.
    pub fn weight_of_beginning(&self, index: &Index) -> f32 {
        let count: usize = self.beginning.clone().take(FOLLOWED).map(|term| index.postings(term).len()).sum();
        BEGUN * (1.0 + index.streets() as f32 / count.max(1) as f32).ln()
    }

    /// The bit of the word that is being typed; 0 where none is.
    pub fn typed(&self) -> u32 {
        if self.beginning.is_empty() { 0 } else { bit(self.words.len() - 1) }
    }

    /// Words that are neither numbers nor what surrounds an address.
    pub fn plain(&self) -> u32 {
        self.all() & !self.numeric & !self.kinds & !self.around
    }

    /// What in it may name a unit.
    pub fn units(&self) -> &[SaidUnit] {
        self.units.get_or_init(|| said_units(&self.words, &self.languages))
    }

    /// The words of the address that these do not explain. One that is there twice is explained by its twin, and what
    /// may be a province is one where other words, `by_place`, are the town's.
    pub fn left(&self, covered: u32, by_place: u32) -> u32 {
        let explained = self.repeated.iter().filter(|twins| **twins & covered != 0);
        let covered = explained.fold(covered, |all, twins| all | twins);
        let provinces = self.named.iter().filter(|(words, named)| {
            named.or_town && words & covered == 0 && by_place & !words != 0 && named.is_in(&self.country)
        });
        self.all() & !self.around & !provinces.fold(covered, |all, (words, _)| all | words)
    }

    /// How country and region stand to an entry's, but for words that are its own.
    pub fn standing(&self, covered: u32, entry: &Entry) -> Standing {
        let said = self.named.iter().filter(|(words, _)| *words == 0 || words & !covered != 0);
        said.map(|(_, named)| named.standing(entry.country(), entry.region)).max().unwrap_or(Standing::Unsaid)
    }

    /// The words of countries and regions that an entry is not in.
    pub fn elsewhere(&self, covered: u32, entry: &Entry) -> u32 {
        let said = self.named.iter().filter(|(words, _)| words & !covered != 0);
        let differs = |named: &Named| named.standing(entry.country(), entry.region) == Standing::Differs;
        said.filter(|(_, named)| differs(named)).fold(0, |all, (words, _)| all | words)
    }

    /// The words that name a country or a region, or may do so.
    pub fn region_words(&self) -> u32 {
        self.named.iter().fold(self.regions, |all, (words, _)| all | words)
    }

    /// Whether it has anything to compare with an entry's country and region.
    pub fn names_region(&self) -> bool {
        !self.named.is_empty()
    }

    pub fn all(&self) -> u32 {
        (1_u32 << self.words.len()) - 1
    }

    /// What its words stand for as they are written.
    pub fn readings(&self, index: &Index) -> Vec<Alternative> {
        let mut found = Vec::with_capacity(self.words.len() * 2);
        if self.beginning.len() <= FOLLOWED {
            let (covers, closeness, weight) = (self.typed(), BEGUN, self.weight_of_beginning(index));
            let terms = self.beginning.clone();
            let mut terms: Vec<Term> =
                terms.flat_map(|term| std::iter::once(term).chain(index.lexicon.meant(term))).collect();
            terms.retain(|term| index.weight(*term) > 0.0);
            terms.sort_unstable();
            terms.dedup();
            found.extend(terms.into_iter().map(|term| Alternative { term, covers, closeness, weight }));
        }
        let mut known = 0;
        for at in 0..self.words.len() {
            let before = found.len();
            self.as_written(index, at, &mut found);
            known |= if found.len() > before { bit(at) } else { 0 };
        }
        // Of two numbers one may be the street's.
        let numbers = self.numeric & !self.codes;
        if numbers.count_ones() > 1 {
            let numbers = (0..self.words.len()).filter(|at| numbers & bit(*at) != 0);
            numbers.for_each(|at| self.spelled(index, at, &mut found));
        }
        // Words that stand for something by themselves are joined only if that leads nowhere.
        for at in (0..self.words.len()).filter(|at| !known & (bit(*at) | bit(*at + 1)) != 0) {
            self.joined(index, at, &mut found);
        }
        self.limit_typed(index, &mut found);
        found
    }

    /// Adds what its words may stand for besides.
    pub fn forgive(&self, index: &Index, forgiving: Forgiving, found: &mut Vec<Alternative>) {
        let mut variants = Vec::new();
        for at in 0..self.words.len() {
            self.joined(index, at, found);
            self.spelled(index, at, found);
        }
        for at in 0..self.words.len() {
            let word = &self.words[at].text;
            // How rare the word is as it stands: a frequent one is meant.
            let known = found
                .iter()
                .filter(|reading| reading.covers & bit(at) != 0)
                .map(|reading| index.weight(reading.term))
                .fold(f32::INFINITY, f32::min);
            let typos = match forgiving {
                Forgiving::Unknown => known == f32::INFINITY,
                Forgiving::All => known > FREQUENT,
            };
            if typos && forgiven(word.as_bytes()) > 0 {
                index.lexicon.near(word, &mut variants, |term, errors| {
                    if errors > 0 {
                        let same_start =
                            index.lexicon.text(term).as_bytes().first() == word.as_bytes().first();
                        let closeness = [1.0, 0.8, 0.6][usize::from(errors.min(2))];
                        let closeness = if same_start { closeness } else { closeness * 0.9 };
                        self.add(index, found, term, bit(at), closeness);
                    }
                });
            }
        }
        self.limit_typed(index, found);
    }

    /// A word that is whole already may still go on.
    fn limit_typed(&self, index: &Index, found: &mut [Alternative]) {
        if self.typed() != 0 {
            let most = 1.4 * self.weight_of_beginning(index);
            for reading in found.iter_mut().filter(|reading| reading.covers & self.typed() != 0) {
                reading.weight = reading.weight.min(most);
            }
        }
    }

    /// The forms of one word, without errors.
    pub fn as_written(&self, index: &Index, at: usize, found: &mut Vec<Alternative>) {
        let word = &self.words[at];
        let mut look = |form: &str, closeness: f32| {
            if let Some(term) = index.lexicon.exact(form) {
                self.add(index, found, term, bit(at), closeness);
            }
        };
        look(&word.text, 1.0);
        if let Some(bare) = self.bare.get(at).filter(|bare| bare.text != word.text) {
            look(&bare.text, 1.0);
        }
        for form in self.forms(&word.text) {
            look(&form, 1.0);
        }
        // A postcode that lost its zeros.
        let other = self.words.iter().filter(|word| word.starts_with_digit()).count() > 1;
        if other && word.is_digits() && matches!(word.text.len(), 3 | 4) {
            let padded = ["00", &word.text].concat();
            look(&padded[padded.len() - 4..], 0.95);
            look(&padded[padded.len() - 5..], 0.95);
        }
        if word.is_digits() && word.text.starts_with('0') {
            look(word.text.trim_start_matches('0'), 1.0);
        }
    }

    /// A word as it may be written besides.
    fn spelled(&self, index: &Index, at: usize, found: &mut Vec<Alternative>) {
        spelled(&self.words[at].text, &self.languages, |form, closeness| {
            if let Some(term) = index.lexicon.exact(form) {
                self.add(index, found, term, bit(at), closeness);
            }
        });
    }

    /// A word and the next one as one word: `SW1A 1AA`, `P.zza`, `Haupt str.`
    fn joined(&self, index: &Index, at: usize, found: &mut Vec<Alternative>) {
        let Some(next) = self.words.get(at + 1).filter(|next| next.gap != Gap::Comma) else { return };
        let word = &self.words[at];
        let joined = [&*word.text, &*next.text].concat();
        // Two numbers are one only as a postcode: `39 012`.
        if word.is_digits() && next.is_digits() && joined.len() != 5 {
            return;
        }
        let mut look = |form: &str, _: f32| {
            if let Some(term) = index.lexicon.exact(form) {
                self.add(index, found, term, bit(at) | bit(at + 1), 0.95);
            }
        };
        look(&joined, 1.0);
        self.forms(&joined).for_each(|form| look(&form, 1.0));
        spelled(&joined, &self.languages, look);
    }

    /// Adds a reading and the words that it is another spelling of; one known already only when it is better.
    fn add(&self, index: &Index, found: &mut Vec<Alternative>, term: Term, covers: u32, closeness: f32) {
        // A country's name is sooner that than a street's.
        let share = if covers & !self.around == 0 { AROUND } else { 1.0 };
        for term in std::iter::once(term).chain(index.lexicon.meant(term)) {
            let weight = index.weight(term) * closeness * share;
            let known = found.iter_mut().find(|other| other.term == term && other.covers == covers);
            match known {
                Some(other) if other.weight < weight => (other.closeness, other.weight) = (closeness, weight),
                Some(_) => {}
                None if weight == 0.0 => {}
                None => found.push(Alternative { term, covers, closeness, weight }),
            }
        }
    }

    fn forms<'a>(&self, word: &'a str) -> impl Iterator<Item = Cow<'a, str>> + use<'a, '_> {
        self.languages.iter().filter_map(move |language| usual_form(word, *language))
    }
}

/// `østergade53` is a street and its number, `12000Rodez` a postcode and its town, unless some address has just that
/// word.
fn unglue(index: &Index, read: &mut Vec<Word>) {
    let mut at = 0;
    while at < read.len().min(MOST_WORDS - 1) {
        let text = &read[at].text;
        if let Some(cut) = seam(text).filter(|_| index.lexicon.exact(text).is_none()) {
            let (left, right) = (text[..cut].to_owned(), text[cut..].to_owned());
            let Word { gap, bracket, .. } = read[at];
            let right = Word { text: right, gap: Gap::Space, bracket: false };
            read.splice(at..=at, [Word { text: left, gap, bracket }, right]);
        }
        at += 1;
    }
    read.truncate(MOST_WORDS);
}

/// Where letters and digits meet in a word that may be two.
fn seam(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let rest = &text[digits..];
        let name = rest.len() > 2 && rest.bytes().all(|byte| !byte.is_ascii_digit());
        return (name && !matches!(rest, "bis" | "ter" | "quater") && unit_kind(rest).is_none())
            .then_some(digits);
    }
    let letters = text.bytes().take_while(|byte| !byte.is_ascii_digit()).count();
    let glued = letters > 3 && letters < text.len() && text.is_char_boundary(letters);
    (glued && unit_kind(&text[..letters]).is_none()).then_some(letters)
}
