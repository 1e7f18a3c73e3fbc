//! Words around an address that say nothing of the place in it: countries, states, provinces, and what only introduces
//! a number or a postcode (`n. 12`, `D-80802`, `CEDEX`).

use super::Gap;
use super::region_name::{LONGEST, Meaning, Named, last_words, meanings};
use super::unit_danish;
use super::word::{Word, unit_kind};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// What names end with: nearly no other word has to be looked at.
static LAST: LazyLock<HashSet<&str>> = LazyLock::new(|| last_words().collect());

/// What a word around an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// None: it is a word of the address.
    No,
    /// A country's, a state's, a province's name or code.
    Region,
    /// It only introduces what follows, or is said to the post office alone.
    Mark,
}

/// What surrounds an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// What each word is.
    pub around: Vec<Around>,
    pub named: Vec<Named>,
}

/// What of a text surrounds the address in it. `country`: ISO 3166-1 alpha-2 in either case, where it is known; else
/// the regions of all countries are.
pub fn surroundings(words: &[Word], country: &str) -> Surroundings {
    let (mut around, mut said) = (vec![Around::No; words.len()], Vec::new());
    for at in 0..words.len() {
        if words[at].bracket
            && let Some(named) = longest(words, at, country)
        {
            around[named.words.clone()].fill(Around::Region);
            said.push(named);
        }
        let length = introduces(words, at, country);
        around[at..at + length].fill(Around::Mark);
    }
    // At the end, between and behind postcodes; of `Fort-de-France` nothing is, nor two countries of `Fort de France`.
    let french = country.is_empty() || country.eq_ignore_ascii_case("FR");
    let (mut end, mut countries) = (words.len(), 0);
    while end > 1 {
        let last = &words[end - 1];
        match before(words, end, country, true) {
            Some(named) if french && words[named.words.start].gap == Gap::Hyphen => break,
            Some(named) if named.meanings.iter().any(Meaning::is_country) && countries > 0 => break,
            Some(named) => {
                countries += usize::from(named.meanings.iter().any(Meaning::is_country));
                around[named.words.clone()].fill(Around::Region);
                end = named.words.start;
                said.push(named);
            }
            None if around[end - 1] != Around::No || is_code(last) => end -= 1,
            None => break,
        }
    }
    // Behind a comma there may be the province that has the name of its town.
    let doubtful = before(words, end, country, false);
    said.extend(doubtful.filter(|named| words[named.words.start].gap == Gap::Comma));
    Surroundings { around, named: said }
}

/// The longest name that ends there, behind at least one word.
fn before(words: &[Word], end: usize, country: &str, sure: bool) -> Option<Named> {
    if !end.checked_sub(1).is_some_and(|last| LAST.contains(&*words[last].text)) {
        return None;
    }
    let names = (1..=LONGEST.min(end - 1)).rev();
    names.filter_map(|length| named(words, end - length..end, country, sure)).next()
}

/// The longest name that begins there, in brackets.
fn longest(words: &[Word], at: usize, country: &str) -> Option<Named> {
    let names = (1..=LONGEST.min(words.len() - at)).rev();
    names
        .filter_map(|length| named(words, at..at + length, country, false))
        .next()
        .map(|named| Named { or_town: false, ..named })
}

/// What these words name, with no comma between them.
fn named(words: &[Word], range: Range<usize>, country: &str, sure: bool) -> Option<Named> {
    let name = &words[range.clone()];
    if name.iter().skip(1).any(|word| word.gap == Gap::Comma) {
        return None;
    }
    let name: Vec<&str> = name.iter().map(|word| word.text.as_str()).collect();
    let meanings = meanings(&name.join(" "));
    let counts = meanings.iter().any(|meaning| meaning.counts(country, sure));
    counts.then_some(Named { words: range, or_town: !sure, meanings })
}

/// A postcode, or a part of one; a house number is none.
fn is_code(word: &Word) -> bool {
    let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
    digits > 3 || (digits > 0 && digits < word.text.len())
}

/// How many words from here on only introduce what follows: `n. 12`, `No 5`, `D-80802`; or are said to a post office
/// alone: `CEDEX 3`, `BP 123`. 0: none.
fn introduces(words: &[Word], at: usize, country: &str) -> usize {
    let word = &words[at];
    let next = words.get(at + 1).filter(|next| next.gap != Gap::Comma);
    let number = next.filter(|next| next.starts_with_digit());
    let french = country.is_empty() || country.eq_ignore_ascii_case("FR");
    let unit = at > 0 && unit_kind(&words[at - 1].text).is_some();
    let english = matches!(&*country.to_ascii_uppercase(), "AU" | "NZ" | "ZA" | "GB" | "IE" | "US" | "CA");
    match (&*word.text, number) {
        ("cedex", Some(number)) if number.text.len() < 3 => 2,
        ("cedex", _) => 1,
        ("bp" | "cs" | "tsa", Some(number)) if french && !unit && number.is_digits() && at > 0 => 2,
        // `No. 5th Street` is North 5th.
        (_, Some(number)) if english && number.text.len() > 2 && number.text.ends_with(['t', 'd', 'h']) => 0,
        ("no" | "nr" | "num" | "numero" | "number" | "nummer" | "nro" | "civico", Some(_)) => 1,
        ("n", Some(_)) if !english => 1,
        // `1. sal til højre`.
        ("til", _) if at > 0 && next.is_some_and(|next| unit_danish::door(&next.text).is_some()) => 1,
        // `12345-6789`.
        (_, _) if word.is_digits() && word.text.len() == 4 && word.gap == Gap::Hyphen => {
            usize::from(at > 1 && words[at - 1].is_digits() && words[at - 1].text.len() == 5)
        }
        (
            "d" | "f" | "i" | "e" | "a" | "b" | "l" | "ch" | "dk" | "de" | "it" | "es" | "fr" | "at" | "za"
            | "au",
            Some(code),
        ) if code.gap == Gap::Hyphen && code.is_digits() && code.text.len() > 3 => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, words};
    use super::*;

    fn shown(text: &str, country: &str) -> String {
        let words = words(text, Language::of(country), false);
        let around = surroundings(&words, country).around;
        let kept = words
            .iter()
            .zip(around)
            .filter(|(_, around)| *around == Around::No)
            .map(|(word, _)| word.text.as_str());
        kept.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_surrounds_an_address_is_told_from_what_is_in_it() {
        for (country, text, kept) in [
            (
                "ZA",
                "38, Railway Street, Randfontein, ZA, 1765, Gauteng",
                "38 railway street randfontein 1765",
            ),
            (
                "ZA",
                "131 Jan van Riebeeck Drive, Paarl, Western Cape, 7646",
                "131 jan van riebeeck drive paarl 7646",
            ),
            ("ZA", "5 Bowling Avenue, Sandton 2191, South Africa", "5 bowling avenue sandton 2191"),
            ("US", "597 N Michigan Ave, Chicago, IL 60611-1234, USA", "597 n michigan ave chicago 60611"),
            ("US", "200 W 42 St, New York, NY 10036", "200 w 42 st new york 10036"),
            ("US", "36 Gardenia Ct, Hartford, CT", "36 gardenia ct hartford"),
            (
                "GB",
                "112 Elgin Avenue, London, Greater London, W9 3QP, United Kingdom",
                "112 elgin avenue london w9 3qp",
            ),
            (
                "AU",
                "1 Lemonwood Place, Castle Hill, New South Wales 2154, AUS",
                "1 lemonwood place castle hill 2154",
            ),
            ("AU", "No. 1 Lemonwood Place", "1 lemonwood place"),
            ("FR", "39 Av Jean Rostand, Aurillac", "39 av jean rostand aurillac"),
            ("FR", "n° 47 Rue des Lilas, F-46000 Cahors CEDEX 9, France", "47 rue des lilas 46000 cahors"),
            ("DK", "Algade 5, 1. sal til højre, 2605 Brøndby", "algade 5 1 sal hoejre 2605 broendby"),
            ("FR", "5 rue Thiers, BP 123, Sedan (Ardennes)", "5 rue thiers sedan"),
            ("IT", "Bari, Via Nuova Italia 9", "bari via nuova italia 9"),
            ("US", "Suite BP 12, 200 Main Street, Dover", "suite bp 12 200 main street dover"),
            ("US", "300 No. 5th St", "300 no 5th st"),
            ("FR", "2 Rue des Lilas, 97200 Fort-de-France", "2 rue des lilas 97200 fort de france"),
            ("IT", "VIA CENERENTOLA n. 1, I-95034 BRONTE (CT)", "via cenerentola 1 95034 bronte"),
            ("DE", "Leopoldstr. Nr. 44, D-80802 München, Bayern", "leopoldstr 44 80802 muenchen"),
            ("ES", "Calle de Alcalá, núm. 49, 28014 Madrid (Madrid)", "calle de alcala 49 28014 madrid"),
            ("", "1 Main Street, Springfield, Illinois", "1 main street springfield"),
        ] {
            assert_eq!(shown(text, country), kept, "{text}");
        }
    }

    #[test]
    fn a_province_that_may_be_its_town_stays_a_word_of_the_address() {
        let said = |text: &str, country: &str| -> Vec<(std::ops::Range<usize>, bool)> {
            let named = surroundings(&words(text, Language::of(country), false), country).named;
            named.into_iter().map(|named| (named.words, named.or_town)).collect()
        };
        assert_eq!(said("5 Broadway, New York, New York 10007", "US"), [(4..6, true)]);
        assert_eq!(said("5 Broadway, Buffalo, New York", "US"), [(3..5, true)]);
        assert_eq!(said("5 Broadway New York", "US"), []);
        assert_eq!(said("Via Roma 7, Bronte, Catania", "IT"), [(4..5, true)]);
        assert_eq!(said("Via Roma 7, Bronte (Catania)", "IT"), [(4..5, false)]);
    }
}
