//! Characters: lower case, without marks, in ASCII where a letter has a usual spelling there.
//! What separates words and what does not is decided in `token`.

use std::borrow::Cow;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::country::{Language, Rules};

/// Characters of one field that are read; what follows them is ignored.
pub const MAX_CHARS: usize = 512;

/// At most `MAX_CHARS` characters, composed, so that `u` with a combining mark is the letter `ü`.
pub(crate) fn prepared(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(&text[..text.len().min(MAX_CHARS)]);
    }
    let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// The spelling of a letter that has no decomposition, or whose spelling depends on the country.
fn spelled(letter: char, rules: &Rules) -> Option<&'static str> {
    let danish = matches!(rules.language, Language::Danish | Language::Unknown) && !rules.bare;
    let german = rules.language == Language::German && !rules.bare;
    Some(match letter {
        'æ' | 'Æ' | 'ǽ' | 'Ǽ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' | 'ẞ' => "ss",
        'ø' | 'Ø' | 'ǿ' | 'Ǿ' if danish => "oe",
        'ø' | 'Ø' | 'ǿ' | 'Ǿ' => "o",
        'å' | 'Å' if danish => "aa",
        'ä' | 'Ä' if german => "ae",
        'ö' | 'Ö' if german => "oe",
        'ü' | 'Ü' if german => "ue",
        'ä' | 'Ä' if rules.language == Language::Danish && danish => "ae",
        'ö' | 'Ö' if rules.language == Language::Danish && danish => "oe",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

/// What a non-ASCII character becomes.
pub(crate) enum Folded {
    /// One or more letters or digits, handed to the receiver.
    Letters,
    /// Nothing: a mark, an invisible character.
    Nothing,
    /// A border between words.
    Border,
}

/// Folds one character that is not ASCII and hands its letters to `receive`. A `'\0'` handed over
/// is a border inside the character (as in a fraction).
pub(crate) fn fold(letter: char, rules: &Rules, mut receive: impl FnMut(char)) -> Folded {
    if let Some(spelling) = spelled(letter, rules) {
        spelling.chars().for_each(receive);
        return Folded::Letters;
    }
    // The letters of western Europe, by far the most frequent: no table needed.
    if let Some(plain) = latin_1(letter) {
        receive(plain);
        return Folded::Letters;
    }
    if is_combining_mark(letter) || is_invisible(letter) {
        return Folded::Nothing;
    }
    let mut any = false;
    // `8½` is not 81/2, `8²` is not 82.
    let full_width = ('\u{ff10}'..='\u{ff19}').contains(&letter);
    decompose_compatible(letter, |part| {
        if part.is_ascii_digit() && !any && !full_width {
            receive('\0');
        }
        fold_part(part, rules, &mut any, &mut receive);
    });
    if any { Folded::Letters } else { Folded::Border }
}

fn fold_part(part: char, rules: &Rules, any: &mut bool, receive: &mut impl FnMut(char)) {
    for lower in part.to_lowercase() {
        if let Some(spelling) = spelled(lower, rules) {
            *any = true;
            spelling.chars().for_each(&mut *receive);
            continue;
        }
        decompose_compatible(lower, |letter| {
            if is_combining_mark(letter) {
            } else if letter.is_alphanumeric() {
                *any = true;
                receive(letter);
            } else {
                receive('\0');
            }
        });
    }
}

fn latin_1(letter: char) -> Option<char> {
    Some(match letter {
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => 'y',
        _ => return None,
    })
}

/// Characters that a reader does not see: they neither spell nor separate.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Upper case without marks, punctuation kept: `Sant'Àgata` is `SANT'AGATA`. At most `MAX_CHARS`
/// characters are read.
pub(crate) fn upper(text: &str) -> String {
    let rules = Rules::of("");
    let text = prepared(text);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter.to_ascii_uppercase());
        } else if matches!(letter, '’' | '‘' | 'ʼ' | '´') {
            out.push('\'');
        } else if letter.is_alphanumeric() {
            fold(letter, &rules, |part| out.extend(part.to_uppercase().filter(|c| *c != '\0')));
        } else if !is_combining_mark(letter) && !is_invisible(letter) {
            out.push(letter);
        }
    }
    out
}
