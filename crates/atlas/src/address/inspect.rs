//! Why a search answers what it answers: for people who ask.

use super::candidate::{Candidate, candidates};
use super::entry::{Part, part_of, term_of};
use super::index::Index;
use super::most::Most;
use super::query::{Forgiving, Query};
use super::result::Agreement;
use super::rows::{fitting, numbered};
use super::search::{Ask, Way};

/// How a text was read, and the streets that were considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// As they were read in the end: one may have been cut in two.
    pub words: Vec<InspectedWord>,
    /// Whether they were read otherwise than as they are written: joined, cut, by ear, with typing errors.
    pub forgiving: bool,
    /// Those of the answer first, in its order; then what was considered besides.
    pub streets: Vec<InspectedStreet>,
}

/// A word of the question and what it may stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectedWord {
    pub text: String,
    /// A number, or a single letter, that may be the house's or a unit's.
    pub numeric: bool,
    /// It introduces a unit.
    pub introduces: bool,
    /// It names a country, a state or a province; it may also be the town that has its name.
    pub region: bool,
    /// It only introduces what follows, or is said to a post office alone.
    pub mark: bool,
    pub readings: Vec<Reading>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The word of the index.
    pub word: String,
    /// 1 as written, less with typing errors.
    pub closeness: f32,
    /// What it counts: rare words more.
    pub weight: f32,
    /// Streets that have it.
    pub streets: usize,
    /// With the next word, it is one.
    pub joined: bool,
}

/// A street with its place that was considered.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectedStreet {
    pub entry: u32,
    pub street: Vec<String>,
    pub place: Vec<String>,
    pub postcode: String,
    /// Of its words alone, before number and unit.
    pub score: f32,
    /// Words of the question that neither it nor its best address explains, and regions that it is not in.
    pub unexplained: Vec<String>,
    /// How the house number of its best address is the one that is asked for.
    pub number: Agreement,
    pub rows: usize,
}

impl Index {
    /// How the text of a question is read.
    pub fn inspect(&self, ask: &Ask<'_>) -> Inspection {
        let asked = Query::of(self, ask);
        if asked.words.is_empty() {
            return Inspection { words: Vec::new(), forgiving: false, streets: Vec::new() };
        }
        let answer = self.answer(&asked, &Ask { limit: ask.limit.max(1), ..*ask });
        let cut = if let Way::Cut(word) = answer.way { asked.cut(self, word) } else { None };
        let query = cut.unwrap_or(asked);
        let mut readings = query.readings(self);
        let forgave: &[Forgiving] = match answer.way {
            Way::AsWritten => &[],
            Way::Forgiving(Forgiving::Unknown) | Way::Cut(_) => &[Forgiving::Unknown],
            Way::Forgiving(Forgiving::All) => &[Forgiving::Unknown, Forgiving::All],
        };
        forgave.iter().for_each(|forgiving| query.forgive(self, *forgiving, &mut readings));
        let number = |candidate: &_| numbered(self, &query, candidate, ask);
        let mut found =
            candidates(self, &query, &readings, number, answer.way.is_thorough()).unwrap_or_default();
        let place = |entry: u32| answer.hits.iter().position(|hit| hit.entry == entry);
        found.sort_by_key(|candidate| place(candidate.entry).unwrap_or(usize::MAX));
        let words = query.words.iter().enumerate().map(|(n, word)| {
            let bit = 1_u32 << n;
            let own = readings.iter().filter(|reading| reading.covers.trailing_zeros() as usize == n);
            InspectedWord {
                text: word.text.clone(),
                numeric: query.numeric & bit != 0,
                introduces: query.kinds & bit != 0,
                region: query.region_words() & bit != 0,
                mark: query.around & !query.regions & bit != 0,
                readings: own
                    .map(|reading| Reading {
                        word: self.lexicon.text(reading.term).to_owned(),
                        closeness: reading.closeness,
                        weight: reading.weight,
                        streets: self.postings(reading.term).len(),
                        joined: reading.covers.count_ones() > 1,
                    })
                    .collect(),
            }
        });
        let asks =
            |candidate: &Candidate| query.houses.iter().any(|house| house.covers & candidate.covered == 0);
        let streets = found.iter().take(ask.limit).map(|candidate| {
            let entry = candidate.entry;
            let fits = fitting(self, &query, entry, candidate.covered, Most::of_all(1), ask.keep);
            let covered = fits.first().map_or(candidate.covered, |fit| fit.covered);
            let left = query.left(covered, candidate.by_place);
            let elsewhere = self.entry(entry).map_or(0, |entry| query.elsewhere(covered, &entry));
            InspectedStreet {
                entry,
                street: self.words_of(entry, Part::Street),
                place: self.words_of(entry, Part::Place),
                postcode: self.words_of(entry, Part::Postcode).concat(),
                score: candidate.score,
                unexplained: (0..query.words.len())
                    .filter(|n| (left | elsewhere) & (1 << n) != 0)
                    .map(|n| query.words[n].text.clone())
                    .collect(),
                number: match fits.first() {
                    _ if !asks(candidate) => Agreement::Unsaid,
                    fit => fit.map_or(Agreement::Differs, |fit| fit.number),
                },
                rows: self.rows(entry).len(),
            }
        });
        Inspection { words: words.collect(), forgiving: !forgave.is_empty(), streets: streets.collect() }
    }

    fn words_of(&self, entry: u32, part: Part) -> Vec<String> {
        let words = self.entry_words(entry).iter().filter(|word| part_of(**word) == part);
        words.map(|word| self.lexicon.text(term_of(*word)).to_owned()).collect()
    }
}
