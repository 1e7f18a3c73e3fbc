//! The words of a text of which nothing is known, not even its country: for searching. What a word
//! may stand for is asked language by language; which word is what is decided by whoever looks them up.

use std::borrow::Cow;

use super::country::{Language, Rules};
use super::token::{Field, Tokens};
use super::{street_type, unit};

pub use super::token::Gap;

/// A run of letters and digits, lower case, without marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// The strongest mark between it and the word before it.
    pub gap: Gap,
    /// An opening bracket stood before it.
    pub bracket: bool,
}

impl Word {
    pub fn is_digits(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub fn starts_with_digit(&self) -> bool {
        self.text.as_bytes().first().is_some_and(u8::is_ascii_digit)
    }
}

/// The words of a text in the order written. Letters are spelled as the language does it (`ü` is `ue` in
/// German, `ø` is `oe` in Danish and where the language is unknown), with `bare` they lose only their mark.
/// At most [`super::MAX_CHARS`] characters are read.
pub fn words(text: &str, language: Language, bare: bool) -> Vec<Word> {
    let mut tokens = Tokens::new(Rules { bare, ..Rules::of_language(language) });
    tokens.push(text, Field::Text);
    (0..tokens.list.len())
        .map(|at| {
            let token = &tokens.list[at];
            Word { text: tokens.text(at).to_owned(), gap: token.gap, bracket: token.bracket }
        })
        .collect()
}

/// The usual form of a word, where the language has another than the word itself.
pub fn usual_form(word: &str, language: Language) -> Option<Cow<'_, str>> {
    if let Some(usual) = street_type::usual(word, &Rules::of_language(language)) {
        return Some(Cow::Borrowed(usual));
    }
    match language {
        Language::German => word.strip_suffix("asse").filter(|cut| cut.ends_with("str")).map(Cow::Borrowed),
        Language::French if word.starts_with(|first: char| first.is_ascii_digit()) => {
            word.strip_suffix("me").filter(|cut| cut.ends_with('e')).map(Cow::Borrowed)
        }
        _ => None,
    }
}

/// The words of which this is the usual form, in a language that is known: `street` and `saint` of `st`.
pub fn written_as(usual: &str, language: Language) -> impl Iterator<Item = &'static str> + '_ {
    street_type::written_as(usual, language)
}

/// What a word introduces in any of the languages: `flat` a `unit`, `scala` a `stair`.
pub fn unit_kind(word: &str) -> Option<&'static str> {
    Language::ALL.iter().find_map(|language| unit::kind(word, *language))
}
