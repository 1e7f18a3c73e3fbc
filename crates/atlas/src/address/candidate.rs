//! The entries that answer a question best, judged by their words alone.
//!
//! Readings are taken rarest first: each brings the entries that have it, and each entry is scored as a whole.
//! Once what the readings left over could add is less than what the best has, no other entry can win.

use super::common::common;
use super::entry::{Entry, Packed, Part, part_of, term_of};
use super::guess::Guess;
use super::index::Index;
use super::kept::Kept;
use super::lexicon::Term;
use super::query::{Alternative, FOLLOWED, MOST_WORDS, Query};
use super::rows::Numbered;
use model::address::Standing;
use std::cell::Cell;

/// Of the best candidates, those of which one may be perfect.
const LEADERS: usize = 8;

/// Readings of a whole question that are followed.
const MOST_READINGS: usize = 1_000;

/// Entries that are scored for one question at most.
const MOST_SCORED: usize = 8_000;

/// What a number in a street's name counts at most.
const MOST_OF_NUMBER: f32 = 2.0;

/// What a word of a street counts that was not asked for, of its weight; less while the text is being typed.
const MISSING: f32 = 0.35;
const STILL_TO_COME: f32 = 0.2;

/// What is taken from a street of whose name more was not asked for than was.
const OTHER_STREET: f32 = 3.0;

/// What is taken from an entry in another country or region than was said.
const ELSEWHERE: f32 = 1.5;

/// Terms whose guesses are kept, a power of two.
const GUESSES_KEPT: usize = 256;

/// What a guessed word counts of what it would count if it were written so.
const GUESSED: f32 = 0.4;

/// An entry and how well its words fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub entry: u32,
    pub score: f32,
    /// Words of the question that the entry explains; those of them that its place does.
    pub covered: u32,
    pub by_place: u32,
    /// Weight of the street's words that were and were not asked for.
    pub street: [f32; 2],
    /// The same of the place's.
    pub places: [f32; 2],
    /// Whether a word of the place, the postcode was asked for.
    pub place: bool,
    pub postcode: bool,
    /// Some word was found only with a typing error: in the street, in the place.
    pub typos: [bool; 2],
    /// Some word was guessed, or taken for another although some address has it as it stands.
    pub guessed: bool,
    /// `No` also where that was not looked at.
    pub number: Numbered,
}

/// What the telling words of a question say by themselves.
enum AtOnce {
    /// No entry has all of them.
    Nothing,
    Unclear,
    Perfect(Vec<Candidate>),
}

/// The readings of a question, found by term.
struct Readings<'a> {
    index: &'a Index,
    // The tables that every entry is looked up in, taken once.
    entries: &'a [Packed],
    entry_words: &'a [u32],
    weights: &'a [f32],
    query: &'a Query,
    /// What is taken from a street for each word of it that was not asked for, of its weight.
    missing: f32,
    /// Words that some address has as they stand.
    exact: u32,
    /// Words that have no reading at all: they may be worse spelled than the lexicon forgives.
    guesses: Vec<Guess<'a>>,
    /// What the terms asked for last may be guesses of.
    guessed: Vec<Cell<(Term, u32)>>,
    /// The word that is being typed, where too many words begin so to follow each of them.
    begun: u32,
    weight_of_beginning: f32,
    /// Rarest first.
    alternatives: Vec<Alternative>,
    /// Open addressing: number of an alternative plus one, 0 where there is none.
    slots: Vec<u16>,
}

impl<'a> Readings<'a> {
    fn of(index: &'a Index, query: &'a Query, alternatives: &[Alternative]) -> Self {
        let mut readings = alternatives.to_vec();
        let read = readings.iter().fold(0, |read, reading| read | reading.covers);
        let length = |term| index.postings(term).len();
        readings.sort_by_cached_key(|reading| (length(reading.term), reading.term));
        readings.truncate(MOST_READINGS);
        let size = (readings.len() * 4).next_power_of_two().max(16);
        let mut slots = vec![0_u16; size];
        for (number, reading) in readings.iter().enumerate() {
            let mut slot = place(reading.term, size);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = number as u16 + 1;
        }
        let unread = query.plain() & !read & !query.typed();
        let unread = query.words.iter().enumerate().filter(|(n, _)| unread & (1 << n) != 0);
        let guesses: Vec<Guess<'_>> =
            unread.map(|(n, word)| Guess::of(1 << n, word.text.as_bytes())).collect();
        let exact = readings.iter().filter(|reading| reading.closeness >= 0.9);
        Self {
            exact: exact.fold(0, |exact, reading| exact | reading.covers),
            index,
            entries: &index.entries,
            entry_words: &index.entry_words,
            weights: &index.weights,
            query,
            missing: if query.typed() == 0 { MISSING } else { STILL_TO_COME },
            begun: if query.beginning.len() > FOLLOWED { query.typed() } else { 0 },
            weight_of_beginning: query.weight_of_beginning(index),
            guessed: if guesses.is_empty() {
                Vec::new()
            } else {
                vec![Cell::new((Term::MAX, 0)); GUESSES_KEPT]
            },
            guesses,
            alternatives: readings,
            slots,
        }
    }

    /// The best reading of this term that explains something new. `rarest` becomes the number of the term's
    /// first reading, if that is lower.
    fn best(&self, entry: u32, term: Term, covered: u32, rarest: &mut usize) -> Option<Alternative> {
        let mut best: Option<Alternative> = None;
        let mut slot = place(term, self.slots.len());
        while let Some(number) = self.slots[slot].checked_sub(1).map(usize::from)
            && let Some(reading) = self.alternatives.get(number)
        {
            if reading.term == term {
                *rarest = number.min(*rarest);
            }
            let new = reading.term == term && reading.covers & !covered == reading.covers;
            // Of `8 rue du 8 mai` the last number is the street's, of `Via 8 Settembre 8` the first.
            let instead = |known: Alternative| {
                reading.weight > known.weight
                    || (reading.weight == known.weight
                        && (reading.covers > known.covers) == self.is_number_first(entry))
            };
            if new && best.is_none_or(instead) {
                best = Some(*reading);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        best
    }

    fn words(&self, entry: u32) -> &'a [u32] {
        let at = entry as usize;
        match self.entries.get(at..at + 2) {
            Some([this, next]) => {
                self.entry_words.get(this[0] as usize..next[0] as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }

    fn is_number_first(&self, entry: u32) -> bool {
        self.entries.get(entry as usize).is_some_and(|entry| Entry::unpack(*entry).number_first())
    }

    /// The entry as a whole, and the number of the first reading that brings it.
    fn score(&self, entry: u32) -> (Candidate, usize) {
        let mut rarest = usize::MAX;
        let mut found = Candidate {
            entry,
            score: 0.0,
            covered: 0,
            by_place: 0,
            street: [0.0; 2],
            places: [0.0; 2],
            place: false,
            postcode: false,
            typos: [false; 2],
            guessed: false,
            number: Numbered::No,
        };
        let mut code = false;
        let (mut places, mut best_place) = (0.0_f32, 0.0_f32);
        for word in self.words(entry) {
            let (part, term) = (part_of(*word), term_of(*word));
            match self.best(entry, term, found.covered, &mut rarest) {
                Some(reading) => {
                    let weight = reading.weight;
                    found.covered |= reading.covers;
                    let numeric = reading.covers & self.query.numeric == reading.covers;
                    let typo = reading.closeness < 0.9;
                    found.guessed |= typo && reading.covers & self.exact != 0;
                    match part {
                        Part::Street => {
                            // A house number is one more often than it is a part of a name.
                            let weight = if numeric { weight.min(MOST_OF_NUMBER) } else { weight };
                            found.score += weight;
                            found.street[0] += weight;
                            found.typos[0] |= typo;
                        }
                        Part::Place => {
                            places += weight;
                            best_place = best_place.max(weight);
                            found.places[0] += weight;
                            found.place = true;
                            found.by_place |= reading.covers;
                            found.typos[1] |= typo;
                        }
                        Part::Postcode => {
                            found.score += 0.7 * weight;
                            found.postcode = true;
                        }
                    }
                }
                None if part == Part::Postcode => code = true,
                None => {
                    let weight = self.weight(term);
                    let begun = self.begun & !found.covered;
                    let begun = if self.query.beginning.contains(&term) { begun } else { 0 };
                    let guessed = if begun == 0 { self.guess(term, found.covered) } else { begun };
                    let said = if begun == 0 { GUESSED * weight } else { self.weight_of_beginning };
                    found.covered |= guessed;
                    found.guessed |= guessed != 0;
                    match part {
                        Part::Street if guessed != 0 => {
                            found.score += said;
                            found.street[0] += weight;
                            found.typos[0] |= begun == 0;
                        }
                        Part::Street => {
                            found.score -= self.missing * weight;
                            found.street[1] += weight;
                        }
                        _ if guessed != 0 => {
                            places += said;
                            best_place = best_place.max(said);
                            found.place = true;
                            found.by_place |= guessed;
                            found.typos[1] |= begun == 0;
                        }
                        _ => {
                            found.score -= 0.02 * weight;
                            found.places[1] += weight;
                        }
                    }
                }
            }
        }
        // The words of a place come together: all of them say little more than the rarest.
        found.score += 0.9 * (best_place + 0.4 * (places - best_place));
        if found.street[1] > found.street[0] && self.query.typed() == 0 {
            found.score -= OTHER_STREET;
        }
        if self.query.names_region() && self.is_elsewhere(entry, found.covered) {
            found.score -= ELSEWHERE;
        }
        if code && self.says_another_postcode(entry, found.covered) {
            found.score -= 1.0;
        }
        (found, rarest)
    }

    /// The word without a reading that may be this one, spelled badly or cut short; 0 if there is none.
    fn guess(&self, term: Term, covered: u32) -> u32 {
        if self.guesses.is_empty() {
            return 0;
        }
        let slot = &self.guessed[place(term, GUESSES_KEPT)];
        let (known, mut alike) = slot.get();
        if known != term {
            let text = self.index.lexicon.text(term).as_bytes();
            let words = self.guesses.iter().filter(|guess| guess.is_alike(text));
            alike = words.fold(0, |alike, guess| alike | guess.word);
            slot.set((term, alike));
        }
        let free = alike & !covered;
        free & free.wrapping_neg()
    }

    /// The candidate explains every word, and nothing in its street was not asked for.
    fn is_perfect(&self, candidate: &Candidate) -> bool {
        let left = self.query.left(candidate.covered, candidate.by_place);
        left & self.query.plain() == 0 && candidate.street[1] == 0.0
    }

    /// The entries that have all telling words, if one of them is perfect in every way: nothing can beat it.
    fn at_once(&self, numbered: &impl Fn(&Candidate) -> Numbered) -> AtOnce {
        let common = common(self.index, self.query, &self.alternatives, MOST_SCORED);
        let Some(common) = common.filter(|_| self.guesses.is_empty()) else { return AtOnce::Unclear };
        if common.is_empty() {
            return AtOnce::Nothing;
        }
        let mut kept = Kept::new(numbered);
        for entry in common {
            kept.insert(self.score(entry).0);
        }
        let perfect = |best: &Candidate| {
            let Numbered::Yes(number) = best.number else { return false };
            self.is_perfect(best) && self.query.codes & !(best.covered | number) == 0
        };
        if kept.list().iter().take(LEADERS).any(perfect) {
            AtOnce::Perfect(settled(self.query, kept.into_list()))
        } else {
            AtOnce::Unclear
        }
    }

    /// For each reading what it and all after it can add to a score at most, the best of each word.
    fn bounds(&self) -> Vec<f32> {
        let mut most = [0.0_f32; MOST_WORDS];
        let mut bounds = vec![0.0; self.alternatives.len() + 1];
        // Words without a reading may be guessed in any entry.
        let guess = GUESSED * (1.0 + self.entries.len() as f32).ln();
        for unread in &self.guesses {
            if let Some(most) = most.get_mut(unread.word.trailing_zeros() as usize) {
                *most = guess;
            }
        }
        // Any word may have the beginning that is being typed.
        if self.query.beginning.len() > FOLLOWED
            && let Some(typed) = most.get_mut(self.query.words.len() - 1)
        {
            *typed = self.weight_of_beginning;
        }
        for (number, reading) in self.alternatives.iter().enumerate().rev() {
            let word = reading.covers.trailing_zeros() as usize;
            if let Some(most) = most.get_mut(word) {
                let short =
                    self.query.numeric & reading.covers != 0 && self.query.codes & reading.covers == 0;
                *most = most.max(if short { reading.weight.min(MOST_OF_NUMBER) } else { reading.weight });
            }
            bounds[number] = most.iter().sum();
        }
        bounds
    }

    /// Another country or region was said.
    fn is_elsewhere(&self, entry: u32, covered: u32) -> bool {
        let entry = self.entries.get(entry as usize).map(|entry| Entry::unpack(*entry));
        entry.is_some_and(|entry| self.query.standing(covered, &entry) == Standing::Differs)
    }

    /// A number as long as the entry's postcode is left over.
    fn says_another_postcode(&self, entry: u32, covered: u32) -> bool {
        let left = self.query.codes & !covered;
        if left == 0 {
            return false;
        }
        let code = self.words(entry).iter().find(|word| part_of(**word) == Part::Postcode);
        let length = code.map(|word| self.index.lexicon.text(term_of(*word)).len());
        let words = self.query.words.iter().enumerate();
        words.into_iter().any(|(n, word)| left & (1 << n) != 0 && Some(word.text.len()) == length)
    }

    fn weight(&self, term: Term) -> f32 {
        self.weights.get(term as usize).copied().unwrap_or(0.0)
    }
}

fn place(term: Term, size: usize) -> usize {
    (term.wrapping_mul(0x9e37_79b1) >> 7) as usize & (size - 1)
}

/// The entries that fit best, best first; those with more rows first where two fit equally. `numbered`
/// looks for the house number.
/// None: no entry has all telling words, and `thorough`, which looks for the best nevertheless, is not wanted.
pub fn candidates(
    index: &Index,
    query: &Query,
    alternatives: &[Alternative],
    numbered: impl Fn(&Candidate) -> Numbered,
    thorough: bool,
) -> Option<Vec<Candidate>> {
    let readings = Readings::of(index, query, alternatives);
    match readings.at_once(&numbered) {
        AtOnce::Perfect(found) => return Some(found),
        AtOnce::Nothing if !thorough => return None,
        _ => {}
    }
    let bounds = readings.bounds();
    let mut kept = Kept::new(&numbered);
    let mut scored = 0;
    let mut before = None;
    if query.beginning.len() > FOLLOWED {
        for entry in index.beginning(&query.words[query.words.len() - 1].text) {
            kept.insert(readings.score(*entry).0);
        }
    }
    for (number, reading) in readings.alternatives.iter().enumerate() {
        if before.replace(reading.term) == Some(reading.term) {
            continue;
        }
        if let Some(leader) = kept.list().first() {
            // What is still to come can add is no match for what was found, or nothing is left to add.
            let left = bounds[number];
            let perfect =
                |best: &Candidate| readings.is_perfect(best) && left < best.score && best.number.is_yes();
            let best = &kept.list()[..kept.list().len().min(LEADERS)];
            if left < leader.score * 0.55 || kept.is_full(left) || best.iter().any(perfect) {
                break;
            }
        }
        for entry in index.postings(reading.term) {
            if scored >= MOST_SCORED {
                break;
            }
            scored += 1;
            let (candidate, rarest) = readings.score(*entry);
            // One that a rarer reading brings was seen then.
            if rarest == number {
                kept.insert(candidate);
            }
        }
    }
    Some(settled(query, kept.into_list()))
}

/// Judged by the order of the words too.
fn settled(query: &Query, mut best: Vec<Candidate>) -> Vec<Candidate> {
    for candidate in &mut best {
        candidate.score -= 0.3 * changes(query, candidate) as f32;
    }
    best.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
    best
}

/// How often the question goes from street to place or back, beyond the once that cannot be avoided.
fn changes(query: &Query, candidate: &Candidate) -> u32 {
    let mut changes = 0;
    let mut last = None;
    for n in (0..query.words.len()).filter(|n| candidate.covered & query.plain() & (1 << n) != 0) {
        let place = candidate.by_place & (1 << n) != 0;
        changes += u32::from(last.replace(place).is_some_and(|last| last != place));
    }
    changes.saturating_sub(1)
}
