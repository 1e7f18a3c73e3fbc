//! Whether a street may be another than the one that was said: words of its name were not said, and they tell it from
//! a street of the same place that has none of them.

use super::candidate::Candidate;
use super::entry::{Part, part_of, term_of};
use super::index::Index;
use super::lexicon::Term;
use super::query::{Alternative, Query};
use model::address::{Gap, Language};

/// Streets of one place that are looked at.
const MOST_STREETS: usize = 2_000;

/// The words of a candidate's street.
struct Street {
    said: Vec<Term>,
    unsaid: Vec<Term>,
}

/// What was said may be another street: a direction was not said, or belongs to the town, or a number of the name, or
/// a word that another street of the place can do without.
pub fn may_be_another(index: &Index, query: &Query, readings: &[Alternative], candidate: &Candidate) -> bool {
    let language =
        index.entry(candidate.entry).map_or(Language::Unknown, |entry| Language::of(entry.country()));
    let text = |term: Term| index.lexicon.text(term);
    let words = || words_of(index, candidate.entry, Part::Street);
    // Nearly always.
    if candidate.street[1] == 0.0 && !words().any(|term| is_direction(text(term), language)) {
        return false;
    }
    let used = |term: Term| {
        readings
            .iter()
            .filter(move |reading| reading.term == term && reading.covers & !candidate.covered == 0)
    };
    let (said, unsaid): (Vec<Term>, Vec<Term>) = words().partition(|term| used(*term).next().is_some());
    let tells = |term: &Term| {
        is_direction(text(*term), language) || text(*term).starts_with(|c: char| c.is_ascii_digit())
    };
    if unsaid.iter().any(tells) {
        return true;
    }
    let mut directions = said.iter().filter(|term| is_direction(text(**term), language));
    let of_town = |term: &Term| used(*term).all(|reading| is_of_town(query, candidate, reading.covers));
    if directions.any(of_town) {
        return true;
    }
    let street = Street { said, unsaid };
    street.unsaid.iter().any(|term| !is_article(text(*term)))
        && has_like_named(index, candidate.entry, &street)
}

fn words_of(index: &Index, entry: u32, part: Part) -> impl Iterator<Item = Term> + '_ {
    let words = index.entry_words(entry).iter().filter(move |word| part_of(**word) == part);
    words.map(|word| term_of(*word))
}

/// `5 Boulevard, South Melbourne`: a direction that a comma parts from the street, and none from the town.
fn is_of_town(query: &Query, candidate: &Candidate, word: u32) -> bool {
    let at = word.trailing_zeros() as usize;
    let begins = |n: &usize| query.words[*n].gap == Gap::Comma;
    let from = (0..=at).rev().find(begins).unwrap_or(0);
    let to = (at + 1..query.words.len()).find(begins).unwrap_or(query.words.len());
    let part = (from..to).fold(0_u32, |all, n| all | 1 << n) & candidate.covered & query.plain() & !word;
    part & candidate.by_place != 0 && part & !candidate.by_place == 0
}

/// There is a street of the same place that has all words that were said, lacks one of those that were not, and has no
/// more of its own: `Macquarie Street` for `Macquarie Road` where `Macquarie` was said.
fn has_like_named(index: &Index, entry: u32, street: &Street) -> bool {
    let place = |entry: u32| words_of(index, entry, Part::Place);
    let code = |entry: u32| words_of(index, entry, Part::Postcode);
    let country = |entry: u32| index.entry(entry).map(|entry| (entry.country, entry.region));
    let (town, own): (Vec<Term>, _) = (place(entry).collect(), country(entry));
    let same_place = |other: u32| match town.is_empty() {
        true => code(other).eq(code(entry)) && country(other) == own,
        false => place(other).eq(town.iter().copied()) && country(other) == own,
    };
    let rarest = street.said.iter().chain(&town).min_by_key(|term| index.postings(**term).len());
    let Some(rarest) = rarest else { return false };
    let tells = |term: &Term| !is_article(index.lexicon.text(*term));
    let most = street.unsaid.iter().filter(|term| tells(term)).count();
    index.postings(*rarest).iter().take(MOST_STREETS).any(|other| {
        if *other == entry || !same_place(*other) {
            return false;
        }
        let words: Vec<Term> = words_of(index, *other, Part::Street).collect();
        street.said.iter().all(|term| words.contains(term))
            && street.unsaid.iter().any(|term| tells(term) && !words.contains(term))
            && words.iter().filter(|term| tells(term) && !street.said.contains(term)).count() <= most
    })
}

/// Carriers write one street with them and without.
#[rustfmt::skip]
static ARTICLES: &[&str] = &[
    "the", "of", "and", "de", "du", "des", "d", "l", "la", "le", "les", "et", "a", "au", "aux", "del", "los",
    "las", "el", "y", "di", "da", "dei", "degli", "della", "delle", "dello", "dell", "e", "i", "der", "die",
    "das", "dem", "den", "am", "im", "an", "zum", "zur", "von", "und", "og",
];

/// What tells one half of a street from the other.
#[rustfmt::skip]
static DIRECTIONS: &[(Language, &[&str])] = &[
    (Language::English, &[
        "north", "south", "east", "west", "n", "s", "e", "w", "ne", "nw", "se", "sw", "northeast", "northwest",
        "southeast", "southwest", "upper", "lower",
    ]),
    (Language::French, &[
        "nord", "sud", "est", "ouest", "haut", "haute", "bas", "basse",
    ]),
    (Language::Italian, &[
        "nord", "sud", "est", "ovest", "superiore", "inferiore",
    ]),
    (Language::Spanish, &[
        "norte", "sur", "este", "oeste", "alto", "alta", "bajo", "baja",
    ]),
    (Language::Danish, &[
        "nord", "syd", "oest", "vest", "noerre", "soender", "oester", "vester", "nordre", "soendre", "oestre",
        "vestre",
    ]),
    (Language::German, &[
        "nord", "sued", "ost", "west", "noerdliche", "suedliche", "oestliche", "westliche", "obere", "oberer",
        "oberes", "untere", "unterer", "unteres",
    ]),
];

fn is_article(word: &str) -> bool {
    ARTICLES.contains(&word)
}

fn is_direction(word: &str, language: Language) -> bool {
    let of = |own: Language| language == own || language == Language::Unknown;
    DIRECTIONS.iter().any(|(own, words)| of(*own) && words.contains(&word))
}
