//! Searching: first the words as they are written, then with typing errors forgiven, then with a word cut
//! in two. The first way that explains every word is the answer.

use super::candidate::{Candidate, candidates};
use super::index::{Index, Row};
use super::like_named::may_be_another;
use super::most::Most;
use super::query::{Alternative, Forgiving, Query};
use super::result::{Agreement, Hit, Parts};
use super::rows::{Fit, fitting, numbered};
use model::address::Standing;
use std::cell::LazyCell;

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub text: &'a str,
    /// ISO 3166-1 alpha-2 of the only country that counts; empty: all.
    pub country: &'a str,
    /// State or province, where it was said apart from the text; else empty.
    pub province: &'a str,
    /// At most so many rows, after leaving out so many.
    pub limit: usize,
    /// So many of each carrier's, however many carriers there are.
    pub each_carrier: bool,
    pub offset: usize,
    /// Whether a row of an entry counts.
    pub keep: &'a dyn Fn(u32, Row) -> bool,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        Self {
            text: "",
            country: "",
            province: "",
            limit: 0,
            each_carrier: false,
            offset: 0,
            keep: &|_, _| true,
        }
    }
}

/// What number and unit add to an entry's score, more or less.
const MOST_BELOW: f32 = 8.0;

/// Of a street's name so much may be missing, by weight: types and articles.
const MOST_MISSING: f32 = 0.25;

/// What each word that is left over takes from certainty, so many at most.
const STRANGE: f32 = 0.75;
const MOST_STRANGE: u32 = 3;

/// At least so many rows are found, to tell how sure one is.
const LEAST: usize = 11;

/// How a question is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    AsWritten,
    Forgiving(Forgiving),
    /// With this word cut in two or three.
    Cut(usize),
}

impl Way {
    /// The best is looked for also where nothing has all telling words.
    pub fn is_thorough(self) -> bool {
        matches!(self, Way::Forgiving(Forgiving::All) | Way::Cut(_))
    }
}

/// An attempt at a question.
pub(super) struct Attempt {
    pub way: Way,
    pub hits: Vec<Hit>,
    /// Every word of the question has its place in the best hit.
    whole: bool,
    best: f32,
    /// Words that the best hit does not explain.
    left: u32,
}

impl Default for Attempt {
    fn default() -> Self {
        Self { way: Way::Forgiving(Forgiving::All), hits: Vec::new(), whole: false, best: f32::MIN, left: 0 }
    }
}

impl Index {
    /// The rows that answer a text best, best first. Words may come in any order.
    pub fn search(&self, ask: &Ask<'_>) -> Vec<Hit> {
        let query = Query::of(self, ask);
        if query.words.is_empty() || ask.limit == 0 {
            return Vec::new();
        }
        let mut hits = self.answer(&query, ask).hits;
        hits.drain(..ask.offset.min(hits.len()));
        Most { rows: ask.limit, each_carrier: ask.each_carrier }.truncate(self, &mut hits, |hit| hit.row);
        hits
    }

    /// The attempt whose answer counts.
    pub(super) fn answer(&self, query: &Query, ask: &Ask<'_>) -> Attempt {
        let mut readings = query.readings(self);
        let mut best = Attempt::default();
        // A word that nobody knows is a typing error: without forgiving it leads nowhere.
        if query.plain() & !readings.iter().fold(0, |known, reading| known | reading.covers) == 0 {
            best = self.attempt(query, &readings, ask, Way::AsWritten).unwrap_or_default();
        }
        for forgiving in [Forgiving::Unknown, Forgiving::All] {
            if best.whole {
                break;
            }
            query.forgive(self, forgiving, &mut readings);
            match self.attempt(query, &readings, ask, Way::Forgiving(forgiving)) {
                Some(next) if next.best >= best.best => best = next,
                _ => {}
            }
        }
        if !best.whole {
            let left = best.left & query.plain();
            let left = (0..query.words.len()).filter(|n| left & (1 << n) != 0);
            for (word, cut) in left.take(3).filter_map(|word| Some((word, query.cut(self, word)?))) {
                let mut readings = cut.readings(self);
                cut.forgive(self, Forgiving::Unknown, &mut readings);
                match self.attempt(&cut, &readings, ask, Way::Cut(word)) {
                    Some(cut) if cut.best > best.best => best = cut,
                    _ => {}
                }
            }
        }
        best
    }

    /// None: nothing has all the telling words, as `candidates` says.
    fn attempt(&self, query: &Query, readings: &[Alternative], ask: &Ask<'_>, way: Way) -> Option<Attempt> {
        let number = |candidate: &Candidate| numbered(self, query, candidate, ask);
        let candidates = candidates(self, query, readings, number, way.is_thorough())?;
        // Of how many a place is one must be known, however few are wanted.
        let wanted = Most { rows: (ask.offset + ask.limit).max(LEAST), each_carrier: ask.each_carrier };
        let mut many = 2 * wanted.rows;
        let mut found: Vec<(Hit, u32)> = Vec::new();
        let (mut best, mut last) = (f32::MIN, f32::MAX);
        for candidate in candidates {
            // No number below it can lift it over those that are found, or near to the best of them.
            let most = candidate.score + MOST_BELOW;
            let enough = found.len() >= wanted.rows && !wanted.each_carrier;
            if most < 0.6 * best || (enough && most < last) {
                break;
            }
            let entry = self.entry(candidate.entry).unwrap_or_default();
            let another = LazyCell::new(|| may_be_another(self, query, readings, &candidate));
            for fit in fitting(self, query, candidate.entry, candidate.covered, wanted, ask.keep) {
                let standing = query.standing(fit.covered, &entry);
                let has_unit = !self.unit(fit.row).is_empty();
                let left = query.left(fit.covered, candidate.by_place);
                let hit = hit(query, &candidate, &fit, has_unit, standing, left);
                let hit = if hit.whole && *another { of_other_street(hit) } else { hit };
                found.push((hit, left));
            }
            if found.len() > many {
                sort(&mut found);
                wanted.truncate(self, &mut found, |(hit, _)| hit.row);
                many = 2 * found.len();
            }
            best = found.iter().map(|(hit, _)| hit.score).fold(best, f32::max);
            last = found.iter().map(|(hit, _)| hit.score).fold(f32::MAX, f32::min);
        }
        sort(&mut found);
        let left = found.first().map_or_else(|| query.left(0, 0), |(_, left)| *left);
        let best = found.first().map_or(f32::MIN, |(hit, _)| hit.score);
        let number = found.first().map(|(hit, _)| hit.parts.number);
        let whole =
            left & query.plain() == 0 && matches!(number, Some(Agreement::Agrees | Agreement::Unsaid));
        let mut hits: Vec<Hit> = found.into_iter().map(|(hit, _)| hit).collect();
        self.share(&mut hits);
        Some(Attempt { way, hits, whole, best, left })
    }
}

impl Index {
    /// Where several places fit equally well, each is as likely as the others. Listings of one address are one
    /// place.
    fn share(&self, hits: &mut [Hit]) {
        let Some(best) = hits.first().map(|hit| hit.score) else { return };
        // The same street in another town differs by as little as this.
        let close = |hit: &Hit| best - hit.score < 0.5;
        let mut places: Vec<_> =
            hits.iter().filter(|hit| close(hit)).map(|hit| self.place(hit.entry, hit.row)).collect();
        places.sort_unstable();
        places.dedup();
        for hit in hits {
            if close(hit) {
                hit.confidence /= places.len().min(10) as f32;
            } else {
                hit.confidence *= 0.8;
            }
        }
    }
}

fn sort(found: &mut [(Hit, u32)]) {
    found.sort_by(|(a, _), (b, _)| {
        b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)).then(a.row.cmp(&b.row))
    });
}

fn hit(
    query: &Query,
    candidate: &Candidate,
    fit: &Fit,
    has_unit: bool,
    standing: Standing,
    left: u32,
) -> Hit {
    let strange = (left & query.plain()).count_ones().min(MOST_STRANGE);
    let strange = STRANGE.powi(strange.cast_signed());
    let parts = Parts {
        street: street(candidate),
        number: fit.number,
        unit: fit.unit,
        place: match candidate {
            // Springfield in another state.
            _ if standing == Standing::Differs => Agreement::Differs,
            // Springfield is not West Springfield.
            _ if candidate.place && (candidate.typos[1] || partly(candidate.places)) => Agreement::Close,
            _ if candidate.place => Agreement::Agrees,
            _ if left & query.plain() != 0 => Agreement::Differs,
            // The only name that could be the town is taken for a region.
            _ if standing != Standing::Agrees && query.regions & !fit.covered != 0 => Agreement::Differs,
            _ => Agreement::Unsaid,
        },
        postcode: if candidate.postcode {
            Agreement::Agrees
        } else if (0..query.words.len())
            .any(|n| left & (1 << n) != 0 && query.words[n].is_digits() && query.words[n].text.len() > 3)
        {
            Agreement::Differs
        } else {
            Agreement::Unsaid
        },
    };
    Hit {
        entry: candidate.entry,
        row: fit.row,
        score: candidate.score + fit.score,
        fit: strange * fit_of(&parts),
        confidence: strange * fit_of(&parts),
        parts,
        whole: left & (query.plain() | query.codes) == 0
            && strange_kinds(query, candidate, fit, has_unit) == 0
            && !query.cut_off
            && (standing < Standing::Unknown || parts.postcode == Agreement::Agrees)
            && !candidate.guessed
            && !partly(candidate.street),
    }
}

/// The same where another street may be meant, which is like this one.
fn of_other_street(hit: Hit) -> Hit {
    let parts = Parts { street: Agreement::Close, ..hit.parts };
    let less = fit_of(&parts) / fit_of(&hit.parts);
    Hit { parts, fit: hit.fit * less, confidence: hit.confidence * less, whole: false, ..hit }
}

/// Of a name more was not said than types and articles are.
fn partly([said, unsaid]: [f32; 2]) -> bool {
    unsaid > MOST_MISSING * said
}

/// Words that introduce a unit where the row has none that they could: `8 Villa Park Road` is not in Park Road.
fn strange_kinds(query: &Query, candidate: &Candidate, fit: &Fit, has_unit: bool) -> u32 {
    // `2. sal`, `Flat 2`.
    let units = if has_unit { fit.covered & !candidate.covered } else { 0 };
    query.left(fit.covered, candidate.by_place) & query.kinds & !(units << 1 | units >> 1)
}

fn street(candidate: &Candidate) -> Agreement {
    let [said, unsaid] = candidate.street;
    match () {
        () if said == 0.0 => Agreement::Differs,
        () if unsaid > said => Agreement::Differs,
        () if partly(candidate.street) || candidate.typos[0] => Agreement::Close,
        () => Agreement::Agrees,
    }
}

/// What each part takes from certainty.
fn fit_of(parts: &Parts) -> f32 {
    use Agreement::*;
    let street = match parts.street {
        Agrees => 1.0,
        Close => 0.85,
        Unsaid | Differs => 0.4,
    };
    let number = match parts.number {
        Agrees => 1.0,
        Close => 0.7,
        Unsaid => 0.5,
        Differs => 0.3,
    };
    let unit = match parts.unit {
        Agrees => 1.0,
        Close => 0.8,
        Unsaid => 0.7,
        Differs => 0.6,
    };
    let place = match (parts.place, parts.postcode) {
        (Agrees, Agrees | Unsaid) => 1.0,
        (Close | Unsaid, Agrees) | (Close, Unsaid) => 0.95,
        (Agrees | Close, _) => 0.8,
        (_, Agrees) => 0.75,
        (Unsaid, _) => 0.8,
        (Differs, _) => 0.5,
    };
    street * number * unit * place
}
