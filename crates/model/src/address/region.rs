//! Words around an address that say nothing of the place in it: countries, states, provinces, and what only introduces
//! a number or a postcode (`n. 12`, `D-80802`, `CEDEX`).

use super::Gap;
use super::province;
use super::region_table::{COUNTRIES, IN_BRACKETS, REGIONS};
use super::word::{Word, unit_kind};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Names of regions have at most so many words.
const LONGEST: usize = 4;

/// What names end with, but for codes of two letters: nearly no other word has to be looked at.
static LAST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = REGIONS.iter().flat_map(|(_, names)| names.iter()).chain(COUNTRIES);
    names.map(|name| name.rsplit(' ').next().unwrap_or_default()).collect()
});

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

/// What each word is. `country`: ISO 3166-1 alpha-2 in either case, where it is known; else the
/// regions of all countries are.
pub fn around(words: &[Word], country: &str) -> Vec<Around> {
    let mut around = vec![Around::No; words.len()];
    for at in 0..words.len() {
        if words[at].bracket {
            let length = named(words, at, words.len(), country, true);
            around[at..at + length].fill(Around::Region);
        }
        let length = introduces(words, at, country);
        around[at..at + length].fill(Around::Mark);
    }
    // At the end, between and behind postcodes; of `Fort-de-France` nothing is, nor two countries of `Fort de France`.
    let french = country.is_empty() || country.eq_ignore_ascii_case("FR");
    let (mut end, mut countries) = (words.len(), 0);
    while end > 1 {
        let last = &words[end - 1];
        let longest =
            if last.text.len() == 2 || LAST.contains(&*last.text) { LONGEST.min(end - 1) } else { 0 };
        let name =
            (1..=longest).rev().find(|length| named(words, end - length, end, country, false) == *length);
        let name = name.filter(|length| !(french && words[end - length].gap == Gap::Hyphen));
        let is_country = |length: usize| is_country(&words[end - length..end]);
        match name {
            Some(length) if is_country(length) && countries > 0 => break,
            Some(length) => {
                countries += usize::from(is_country(length));
                around[end - length..end].fill(Around::Region);
                end -= length;
            }
            None if around[end - 1] != Around::No || is_code(last) => end -= 1,
            None => break,
        }
    }
    around
}

/// A postcode, or a part of one; a house number is none.
fn is_code(word: &Word) -> bool {
    let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
    digits > 3 || (digits > 0 && digits < word.text.len())
}

fn is_country(words: &[Word]) -> bool {
    let name: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    COUNTRIES.contains(&&*name.join(" "))
}

/// How many words from here on are a region's name, up to `end`; 0 where they are none.
fn named(words: &[Word], at: usize, end: usize, country: &str, bracketed: bool) -> usize {
    let known = |name: &str| {
        let of = |(own, names): &(&str, &[&str])| {
            (country.is_empty() || own.eq_ignore_ascii_case(country)) && names.contains(&name)
        };
        let code =
            (country.is_empty() || country.eq_ignore_ascii_case("IT")) && province::name_of(name).is_some();
        COUNTRIES.contains(&name)
            || REGIONS.iter().any(of)
            || code
            || (bracketed && IN_BRACKETS.iter().any(of))
    };
    let mut name = String::new();
    let mut longest = 0;
    for (n, word) in words[at..end.min(at + LONGEST)].iter().enumerate() {
        if n > 0 {
            if word.gap == Gap::Comma {
                break;
            }
            name.push(' ');
        }
        name.push_str(&word.text);
        if known(&name) {
            longest = n + 1;
        }
    }
    longest
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
        let around = around(&words, country);
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
    fn names_are_found_by_their_words() {
        let all = REGIONS.iter().chain(IN_BRACKETS).flat_map(|(_, names)| names.iter()).chain(COUNTRIES);
        for name in all {
            assert!(name.split(' ').count() <= LONGEST, "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' '), "{name}");
        }
    }
}
