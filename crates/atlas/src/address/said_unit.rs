//! What in a question may name a unit: every way to say `3. th`, `2º B`, `UNIT 4`.

use model::address::{Language, Word, in_digits, unit_kind, usual_form};

/// A text that may be a unit's, and the word that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidUnit {
    pub text: String,
    pub word: usize,
    /// The word says two things (`2th`): this is the first or the second of them. 0: the whole word.
    pub piece: u8,
    /// The word says of itself what kind it is: `flat3`, `u3`.
    pub kind: Option<&'static str>,
}

/// All of a question. What a word says is compared without zeros in front.
pub fn said_units(words: &[Word], languages: &[Language]) -> Vec<SaidUnit> {
    let mut found = Vec::new();
    for (word, read) in words.iter().enumerate() {
        let text = read.text.as_str();
        let mut push = |text: &str, piece, kind| {
            let text = bare(text).to_owned();
            if !text.is_empty() {
                found.push(SaidUnit { text, word, piece, kind });
            }
        };
        push(text, 0, None);
        for form in languages.iter().filter_map(|language| usual_form(text, *language)) {
            push(&form, 0, None);
        }
        if let Some(short) = short(text).or_else(|| in_digits(text)) {
            push(short, 0, None);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
        if digits > 0 && digits < text.len() {
            // `2th`, `3b`; `3o` is `3º` typed without the mark.
            push(&text[..digits], 1, None);
            push(&text[digits..], 2, None);
        } else if letters > 0 && letters < text.len() {
            // `u3`, `F2`, `v109`; `W12` in Germany.
            let english = languages.contains(&Language::English);
            let kind = match &text[..letters] {
                "u" => Some("unit"),
                "f" if english => Some("unit"),
                "v" if english => Some("villa"),
                "w" if languages.contains(&Language::German) => Some("unit"),
                word => unit_kind(word),
            };
            if kind.is_some() {
                push(&text[letters..], 0, kind);
            }
        }
        // `t.h.`, `t v`
        if let Some(next) = words.get(word + 1)
            && text.len() == 1
            && next.text.len() == 1
        {
            push(&format!("{text}{}", next.text), 0, None);
        }
    }
    found
}

/// Without zeros in front, unless there is nothing else.
pub fn bare(text: &str) -> &str {
    match text.trim_start_matches('0') {
        "" => text,
        rest => rest,
    }
}

/// The short form of a word that names a floor or a side.
fn short(word: &str) -> Option<&'static str> {
    Some(match word {
        "stuen" | "stue" | "parterre" | "ground" => "st",
        "kaelder" | "kaelderen" | "kld" => "kl",
        "venstre" => "tv",
        "hoejre" | "hojre" => "th",
        "midtfor" | "midt" => "mf",
        "izquierda" | "izda" | "izqda" | "iz" => "izq",
        "derecha" | "dcha" | "drcha" | "der" | "dr" => "dch",
        "bj" | "bajos" => "bajo",
        "ent" | "entlo" => "entresuelo",
        "erdgeschoss" => "eg",
        "primero" | "primera" | "primo" | "prima" | "erster" | "foerste" => "1",
        "segundo" | "segunda" | "secondo" | "seconda" | "second" | "zweiter" | "anden" => "2",
        "tercero" | "tercera" | "terzo" | "terza" | "third" | "dritter" | "tredje" => "3",
        "cuarto" | "cuarta" | "quarto" | "quarta" | "fourth" | "vierter" | "fjerde" => "4",
        "quinto" | "quinta" => "5",
        "sexto" | "sexta" => "6",
        "septimo" => "7",
        "octavo" => "8",
        "noveno" => "9",
        "decimo" => "10",
        _ => return None,
    })
}
