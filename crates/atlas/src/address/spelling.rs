//! Other ways to write a word of a street's name, beside the usual forms that `model` knows: they hold for what is
//! asked, and for what is indexed they need not.

use model::address::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Numbers up to 31 in words, for streets that are named after days: `rue du Onze Novembre`.
const FRENCH: [(&str, &str); 31] = [
    ("un", "1"),
    ("deux", "2"),
    ("trois", "3"),
    ("quatre", "4"),
    ("cinq", "5"),
    ("six", "6"),
    ("sept", "7"),
    ("huit", "8"),
    ("neuf", "9"),
    ("dix", "10"),
    ("onze", "11"),
    ("douze", "12"),
    ("treize", "13"),
    ("quatorze", "14"),
    ("quinze", "15"),
    ("seize", "16"),
    ("dixsept", "17"),
    ("dixhuit", "18"),
    ("dixneuf", "19"),
    ("vingt", "20"),
    ("vingtetun", "21"),
    ("vingtdeux", "22"),
    ("vingttrois", "23"),
    ("vingtquatre", "24"),
    ("vingtcinq", "25"),
    ("vingtsix", "26"),
    ("vingtsept", "27"),
    ("vingthuit", "28"),
    ("vingtneuf", "29"),
    ("trente", "30"),
    ("trenteetun", "31"),
];

const SPANISH: [(&str, &str); 12] = [
    ("uno", "1"),
    ("dos", "2"),
    ("tres", "3"),
    ("cuatro", "4"),
    ("cinco", "5"),
    ("seis", "6"),
    ("siete", "7"),
    ("ocho", "8"),
    ("nueve", "9"),
    ("diez", "10"),
    ("once", "11"),
    ("doce", "12"),
];

/// What is short for what.
const SHORT: [(Language, &str, &str); 20] = [
    (Language::French, "janv", "janvier"),
    (Language::French, "fev", "fevrier"),
    (Language::French, "fevr", "fevrier"),
    (Language::French, "avr", "avril"),
    (Language::French, "juil", "juillet"),
    (Language::French, "sept", "septembre"),
    (Language::French, "oct", "octobre"),
    (Language::French, "nov", "novembre"),
    (Language::French, "dec", "decembre"),
    (Language::French, "db", "division"),
    (Language::Italian, "circ", "circonvallazione"),
    (Language::Italian, "circne", "circonvallazione"),
    (Language::English, "rlwy", "railway"),
    (Language::English, "rly", "railway"),
    (Language::English, "n", "north"),
    (Language::English, "s", "south"),
    (Language::English, "e", "east"),
    (Language::English, "w", "west"),
    (Language::Danish, "sdr", "soender"),
    (Language::Danish, "sct", "sankt"),
];

/// A language, how it is spelled there, and how close that is.
type Spelling = (Language, &'static str, f32);

/// All of them by what is written.
static TABLE: LazyLock<HashMap<&str, Vec<Spelling>>> = LazyLock::new(|| {
    let mut table: HashMap<&str, Vec<_>> = HashMap::new();
    for (language, numbers) in [(Language::French, &FRENCH[..]), (Language::Spanish, &SPANISH)] {
        for (text, number) in numbers {
            table.entry(text).or_default().push((language, *number, 1.0));
            table.entry(number).or_default().push((language, *text, 1.0));
        }
    }
    for (language, short, long) in SHORT {
        table.entry(short).or_default().push((language, long, 0.95));
    }
    table
});

/// Hands over each other spelling of a word in these languages, and how close it is.
pub fn spelled(word: &str, languages: &[Language], mut receive: impl FnMut(&str, f32)) {
    let known = TABLE.get(word).into_iter().flatten();
    known
        .filter(|(of, ..)| languages.contains(of))
        .for_each(|(_, form, closeness)| receive(form, *closeness));
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let romance = [Language::Italian, Language::Spanish, Language::French];
    // `Via 20 Settembre` is Via XX Settembre.
    if digits
        && languages.iter().any(|language| romance.contains(language))
        && let Some(roman) = word.parse().ok().and_then(roman)
    {
        receive(&roman, 1.0);
    }
    // `W 42 St` is West 42nd Street.
    if digits && word.len() < 4 && languages.contains(&Language::English) {
        receive(&ordinal(word), 0.9);
    }
    if languages.contains(&Language::Danish)
        && let Some(long) = danish(word)
    {
        receive(&long, 0.95);
    }
}

fn ordinal(number: &str) -> String {
    let teen = number.len() > 1 && number.as_bytes()[number.len() - 2] == b'1';
    let ending = match number.as_bytes().last() {
        Some(b'1') if !teen => "st",
        Some(b'2') if !teen => "nd",
        Some(b'3') if !teen => "rd",
        _ => "th",
    };
    [number, ending].concat()
}

/// Of the days of a month, and of kings.
fn roman(number: u32) -> Option<String> {
    let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = "x".repeat((number / 10) as usize);
    (1..=31).contains(&number).then(|| [&*tens, ones[(number % 10) as usize]].concat())
}

/// `Nørreg.` is Nørregade, `Strandblvd.` Strandboulevarden.
fn danish(word: &str) -> Option<String> {
    if let Some(name) = word.strip_suffix("blvd").filter(|name| name.len() > 2) {
        return Some([name, "boulevarden"].concat());
    }
    let name = word.strip_suffix('g').filter(|name| name.len() > 3)?;
    Some([name, "gade"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_spelled_in_its_language() {
        let all = |word: &str, language| {
            let mut found = Vec::new();
            spelled(word, &[language], |form, _| found.push(form.to_owned()));
            found
        };
        assert_eq!(all("onze", Language::French), ["11"]);
        assert_eq!(all("11", Language::French), ["onze", "xi"]);
        assert_eq!(all("29", Language::Italian), ["xxix"]);
        assert_eq!(all("sept", Language::French), ["7", "septembre"]);
        assert_eq!(all("42", Language::English), ["42nd"]);
        assert_eq!(all("112", Language::English), ["112th"]);
        assert_eq!(all("noerreg", Language::Danish), ["noerregade"]);
        assert_eq!(all("strandblvd", Language::Danish), ["strandboulevarden"]);
        assert!(all("dos", Language::French).is_empty() && all("weg", Language::Danish).is_empty());
    }
}
