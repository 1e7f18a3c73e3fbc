//! The usual form of street types and of the titles found in street names, by language. Two words
//! with one usual form are taken for the same word; nothing here is shown to anybody.

use super::country::{Language, Rules};
use super::street_type_table::{DANISH, ENGLISH, FRENCH, GERMAN, ITALIAN, SPANISH};

const TABLES: [&[(&str, &str)]; 6] = [ENGLISH, ITALIAN, FRENCH, SPANISH, GERMAN, DANISH];

/// The longest word in the tables; longer ones need no search.
const LONGEST: usize = 10;

/// The usual form of a folded word, `None` when it has no other than itself. Where the country is
/// unknown all tables are tried, without the single letters.
pub(crate) fn usual(word: &str, rules: &Rules) -> Option<&'static str> {
    if word.len() > LONGEST {
        return None;
    }
    match table(rules.language) {
        Some(table) => search(table, word),
        None if word.len() > 1 => usual_anywhere(word),
        None => None,
    }
}

/// The word is in the tables, as it is written or as its usual form.
pub(crate) fn is_known(word: &str, rules: &Rules) -> bool {
    usual(word, rules).is_some()
        || table(rules.language).is_some_and(|table| table.iter().any(|(_, usual)| *usual == word))
}

/// The word is a usual form; of any language where the country is unknown.
pub(crate) fn is_usual(word: &str, rules: &Rules) -> bool {
    let is_in = |table: &[(&str, &str)]| table.iter().any(|(_, usual)| *usual == word);
    match table(rules.language) {
        Some(table) => is_in(table),
        None => TABLES.into_iter().any(is_in),
    }
}

/// The words of which this is the usual form, in one language.
pub(crate) fn written_as(usual: &str, language: Language) -> impl Iterator<Item = &'static str> + '_ {
    let table = table(language).unwrap_or_default();
    table.iter().filter(move |(_, form)| *form == usual).map(|(written, _)| *written)
}

/// Ends the name of a street, in its usual form; words that are as often a part of names (`hill`, `park`)
/// are not counted.
pub(crate) fn is_english_type(word: &str) -> bool {
    matches!(
        word,
        "st" | "road"
            | "avenue"
            | "drive"
            | "place"
            | "court"
            | "crescent"
            | "close"
            | "lane"
            | "parade"
            | "circuit"
            | "highway"
            | "boulevard"
            | "way"
            | "terrace"
            | "grove"
            | "square"
            | "walk"
            | "esplanade"
            | "loop"
            | "circle"
            | "crossing"
            | "track"
            | "alley"
            | "mews"
            | "rise"
            | "parkway"
            | "quay"
            | "row"
    )
}

/// A usual form of one table may have an entry in another (`skt` `sankt` `st`): all of them are
/// one word then.
fn usual_anywhere(word: &str) -> Option<&'static str> {
    let once = |word: &str| TABLES.into_iter().find_map(|table| search(table, word));
    let mut usual = once(word)?;
    for _ in 0..4 {
        match once(usual) {
            Some(next) => usual = next,
            None => break,
        }
    }
    Some(usual)
}

/// `P.zza`, `V.le`, `C.so`: abbreviations with a point inside, which arrive as two words.
pub(crate) fn usual_pair(first: &str, second: &str, rules: &Rules) -> Option<&'static str> {
    Some(match (rules.language, first, second) {
        (Language::Italian, "v", "le") => "viale",
        (Language::Italian, "v", "lo") => "vicolo",
        (Language::Italian, "p", "zza" | "za") => "piazza",
        (Language::Italian, "p", "zzale" | "zale" | "le") => "piazzale",
        (Language::Italian, "p", "tta") => "piazzetta",
        (Language::Italian, "c", "so") => "corso",
        (Language::Italian, "l", "go") => "largo",
        (Language::Italian, "c", "da") => "contrada",
        (Language::Italian, "b", "go") => "borgo",
        (Language::Italian, "f", "lli") => "fratelli",
        (Language::French, "rond", "point") => "rondpoint",
        (Language::French, "lieu", "dit") => "lieudit",
        _ => return None,
    })
}

fn table(language: Language) -> Option<&'static [(&'static str, &'static str)]> {
    match language {
        Language::English => Some(ENGLISH),
        Language::Italian => Some(ITALIAN),
        Language::French => Some(FRENCH),
        Language::Spanish => Some(SPANISH),
        Language::Danish => Some(DANISH),
        Language::German => Some(GERMAN),
        Language::Unknown => None,
    }
}

fn search(table: &'static [(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    let at = table.binary_search_by(|(written, _)| (*written).cmp(word)).ok()?;
    table.get(at).map(|(_, usual)| *usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_sorted_and_settles_in_one_step() {
        for table in TABLES {
            assert!(table.is_sorted_by(|left, right| left.0 < right.0));
            for (written, form) in table {
                assert!(written.len() <= LONGEST, "{written}");
                assert_eq!(search(table, form), None, "{written}: {form}");
            }
        }
    }

    #[test]
    fn with_the_country_unknown_a_usual_form_settles_in_one_step_too() {
        let rules = Rules::of("");
        for table in TABLES {
            for (written, _) in table {
                let form = usual(written, &rules).unwrap_or(written);
                assert_eq!(usual(form, &rules).unwrap_or(form), form, "{written}");
            }
        }
    }
}
