//! Why a search answers what it answers: for people who ask.

use super::candidate::candidates;
use super::entry::{Part, part_of, term_of};
use super::index::Index;
use super::query::{Forgiving, Query};
use super::rows::numbered;
use super::search::Ask;

/// How a text was read, and the streets that were considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    pub words: Vec<InspectedWord>,
    /// Whether typing errors had to be forgiven.
    pub forgiving: bool,
    /// Best first.
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
    /// It names a country, a state or a province, or only introduces a number.
    pub region: bool,
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
    /// Before number and unit.
    pub score: f32,
    /// Words of the question that it does not explain.
    pub unexplained: Vec<String>,
    /// It has the house number that is asked for.
    pub has_number: bool,
    pub rows: usize,
}

impl Index {
    /// How the text of a question is read.
    pub fn inspect(&self, ask: &Ask<'_>) -> Inspection {
        let query = Query::of(self, ask);
        let mut readings = query.readings(self);
        let (mut found, mut forgave) = (Vec::new(), false);
        for forgiving in [None, Some(Forgiving::Unknown), Some(Forgiving::All)] {
            if let Some(forgiving) = forgiving {
                query.forgive(self, forgiving, &mut readings);
                forgave = true;
            }
            let number = |candidate: &_| numbered(self, &query, candidate, ask);
            let last = forgiving == Some(Forgiving::All);
            found = candidates(self, &query, &readings, number, last).unwrap_or_default();
            let whole = found.first().is_some_and(|best| {
                query.left(best.covered, best.by_place) & query.plain() == 0 && best.number.is_yes()
            });
            if whole {
                break;
            }
        }
        let words = query.words.iter().enumerate().map(|(n, word)| {
            let bit = 1_u32 << n;
            let own = readings.iter().filter(|reading| reading.covers.trailing_zeros() as usize == n);
            InspectedWord {
                text: word.text.clone(),
                numeric: query.numeric & bit != 0,
                introduces: query.kinds & bit != 0,
                region: query.around & bit != 0,
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
        let streets = found.iter().take(ask.limit).map(|candidate| InspectedStreet {
            entry: candidate.entry,
            street: self.words_of(candidate.entry, Part::Street),
            place: self.words_of(candidate.entry, Part::Place),
            postcode: self.words_of(candidate.entry, Part::Postcode).concat(),
            score: candidate.score,
            unexplained: (0..query.words.len())
                .filter(|n| candidate.covered & (1 << n) == 0)
                .map(|n| query.words[n].text.clone())
                .collect(),
            has_number: candidate.number.is_yes(),
            rows: self.rows(candidate.entry).len(),
        });
        Inspection { words: words.collect(), forgiving: forgave, streets: streets.collect() }
    }

    fn words_of(&self, entry: u32, part: Part) -> Vec<String> {
        let words = self.entry_words(entry).iter().filter(|word| part_of(**word) == part);
        words.map(|word| self.lexicon.text(term_of(*word)).to_owned()).collect()
    }
}
