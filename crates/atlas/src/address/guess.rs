//! A word that no address has, nor any like it: whether it may stand for a word of an entry that other words
//! brought.

use super::{distance, sound};

/// Endings of compound street names, longest first.
const ENDINGS: [&str; 17] = [
    "strasse", "straede", "vaenge", "platz", "gasse", "allee", "damm", "ring", "gade", "alle", "torv", "weg",
    "str", "vej", "gd", "vj", "g",
];

/// Edits of a word of five letters or more.
const MOST: u8 = 2;

pub struct Guess<'a> {
    /// Its bit in the question.
    pub word: u32,
    text: &'a [u8],
    sound: Vec<u8>,
}

impl<'a> Guess<'a> {
    pub fn of(word: u32, text: &'a [u8]) -> Self {
        Self { word, text, sound: sound::of(text) }
    }

    /// Cut short, with more errors than are forgiven elsewhere, with another ending, or written by ear.
    pub fn is_alike(&self, other: &[u8]) -> bool {
        let text = self.text;
        if text.len() < 3 {
            return false;
        }
        if other.starts_with(text) || same_stem(text, other) {
            return true;
        }
        // Sounds of one letter are written with three at most.
        if other.len() < 4 || text.len().abs_diff(other.len()) > 4 {
            return false;
        }
        let errors = if text.len() > 4 { MOST } else { 1 };
        distance::within(text, other, errors).is_some() || self.sounds_like(other)
    }

    fn sounds_like(&self, other: &[u8]) -> bool {
        self.text.len() > 4
            && self.sound.len() > 3
            && distance::within(&self.sound, &sound::of(other), 1).is_some()
    }
}

/// `Kastanienstraße` for `Kastanienweg`, `vestergd` for `vestergade`.
fn same_stem(word: &[u8], other: &[u8]) -> bool {
    let stem = |word: &[u8]| {
        let ending = ENDINGS.iter().find(|ending| word.ends_with(ending.as_bytes()));
        ending.map(|ending| word.len() - ending.len()).filter(|stem| *stem > 3)
    };
    matches!((stem(word), stem(other)), (Some(a), Some(b)) if word[..a] == other[..b])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_close_and_not_closer_than_it_is() {
        let alike = |text: &str, other: &str| Guess::of(1, text.as_bytes()).is_alike(other.as_bytes());
        for (text, other) in [
            ("guwrex", "gueret"),
            ("kastanienstrasse", "kastanienweg"),
            ("vesterg", "vestergade"),
            ("guadalkibir", "guadalquivir"),
            ("gar", "garibaldi"),
        ] {
            assert!(alike(text, other), "{text} {other}");
        }
        for (text, other) in [("guwrex", "figeac"), ("ab", "abbaye"), ("rue", "rive"), ("mozart", "wagner")] {
            assert!(!alike(text, other), "{text} {other}");
        }
    }
}
