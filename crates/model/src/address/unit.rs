//! Flats, shops, floors and doors: which words introduce one, and the forms that need no such word
//! (`9/93-97` in Australia, `1. th` in Denmark, `3º B` in Spain).

use super::country::Language;
use super::normalise::extend_group;
use super::token::{Field, Gap, Role, Tokens};
use super::unit_danish;

/// What the word introduces, in one spelling for all words with the same meaning. Kinds are kept
/// apart (`SHOP 5` is not `UNIT 5`); a flat, an apartment and a unit are one kind.
pub(crate) fn kind(word: &str, language: Language) -> Option<&'static str> {
    use Language::*;
    Some(match (language, word) {
        (English | Unknown, "unit" | "unt" | "flat" | "apt" | "apartment" | "apmt") => "unit",
        (English | Unknown, "shop" | "shp") => "shop",
        (English | Unknown, "suite") | (English, "ste") => "suite",
        (English | Unknown, "level" | "lvl" | "floor" | "flr") => "level",
        (English, "villa" | "vlla") => "villa",
        (English, "factory" | "fcty" | "fy") => "factory",
        (English, "office" | "off" | "ofc") => "office",
        (English, "warehouse" | "whse") => "warehouse",
        (English, "townhouse" | "tnhs") => "townhouse",
        (English, "kiosk" | "ksk") => "kiosk",
        (English, "duplex" | "dup") => "duplex",
        (English, "room" | "rm") => "room",
        (English, "penthouse") => "penthouse",
        (English, "building" | "bldg") => "building",
        (English, "tower" | "twr") => "tower",
        (English, "block" | "blk") => "block",
        (English, "cottage") => "cottage",
        (English, "studio") => "studio",
        (English, "stall") => "stall",
        (English, "shed") => "shed",
        (English, "site") => "site",
        (English, "lot") => "lot",
        (Italian, "int" | "interno" | "appartamento" | "app") => "unit",
        (Italian, "scala") | (Spanish, "esc" | "escalera") | (French, "esc" | "escalier") => "stair",
        (Italian, "piano") | (Spanish, "piso" | "planta") | (French, "etage") => "level",
        (Danish, "sal" | "etage") | (German, "etage" | "og") => "level",
        (Italian, "palazzina") | (French, "bat" | "batiment") => "building",
        (Spanish, "bloque" | "blq") => "block",
        (Spanish, "puerta" | "pta") => "door",
        (Spanish, "portal") => "portal",
        (French, "apt" | "appt" | "appartement") => "unit",
        (German, "whg" | "wohnung") => "unit",
        _ => return None,
    })
}

fn is_spanish_side(word: &str) -> bool {
    matches!(
        word,
        "izq" | "izda" | "izqda" | "izquierda" | "dcha" | "dch" | "derecha" | "drcha" | "centro" | "ctro"
    )
}

/// Gives their role to the tokens that name a unit.
pub(crate) fn find(tokens: &mut Tokens) {
    let language = tokens.rules.language;
    let mut at = 0;
    while at < tokens.list.len() {
        let found = match language {
            Language::Danish => unit_danish::find(tokens, at),
            Language::Spanish => spanish(tokens, at),
            Language::English => u_number(tokens, at),
            _ => None,
        };
        at = found.or_else(|| introduced(tokens, at)).unwrap_or_else(|| remaining(tokens, at));
    }
}

/// `UNIT 9`, `SHOP B`, `LEVEL 1`; `2. etage`, `3e étage`. Returns the token after it.
fn introduced(tokens: &mut Tokens, at: usize) -> Option<usize> {
    if tokens.role(at) != Some(Role::Word) {
        return None;
    }
    let kind = kind(tokens.text(at), tokens.rules.language)?;
    let before = at.checked_sub(1).filter(|before| {
        kind == "level"
            && tokens.role(*before) == Some(Role::Number)
            && matches!(tokens.gap(at), Some(Gap::Space))
            && tokens.rules.language != Language::English
    });
    if let Some(before) = before {
        tokens.set_role(at, Role::Dropped);
        tokens.set_role(before, Role::Unit(kind));
        return Some(at + 1);
    }
    let id = at + 1;
    if let Some(digits) = in_words(tokens, id) {
        tokens.set_usual(id, digits);
        tokens.set_role(at, Role::Dropped);
        tokens.set_role(id, Role::Unit(kind));
        return Some(id + 1);
    }
    if !is_id(tokens, id) {
        // A floor field says "floor" behind or alone.
        if tokens.list[at].field == Field::Floor && kind == "level" && tokens.list.len() > 1 {
            tokens.set_role(at, Role::Dropped);
            return Some(id);
        }
        return None;
    }
    tokens.set_role(at, Role::Dropped);
    tokens.set_role(id, Role::Unit(kind));
    if kind == "unit" && tokens.text(id).starts_with('u') && tokens.text(id).len() > 1 {
        tokens.shorten_front(id, 1);
    }
    Some(end_of_id(tokens, id))
}

/// Takes the suffix of an id, and a range (`UNIT 1-2, 5 …`) only where the house number is seen to
/// follow: in `UNIT 9 - 93 NEWTON ROAD` the second number is the house.
fn end_of_id(tokens: &mut Tokens, id: usize) -> usize {
    let range_ends =
        tokens.starts_with_digit(id + 2) && !matches!(tokens.gap(id + 2), Some(Gap::Hyphen | Gap::Slash));
    let range = range_ends && tokens.gap(id + 1) == Some(Gap::Hyphen);
    extend_group(tokens, id, range) + 1
}

/// `Flat Two, 12 High Street`: a number in words with which the unit ends; `Shop One Tree Hill Road` goes on.
fn in_words(tokens: &Tokens, at: usize) -> Option<&'static str> {
    let english = matches!(tokens.rules.language, Language::English | Language::Unknown);
    let said = english && tokens.role(at) == Some(Role::Word) && tokens.gap(at) != Some(Gap::Comma);
    let ends = tokens.gap(at + 1).is_none_or(|gap| gap == Gap::Comma) || tokens.starts_with_digit(at + 1);
    if said && ends { in_digits(tokens.text(at)) } else { None }
}

/// English number words, one to twenty.
pub fn in_digits(word: &str) -> Option<&'static str> {
    Some(match word {
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        "eleven" => "11",
        "twelve" => "12",
        "thirteen" => "13",
        "fourteen" => "14",
        "fifteen" => "15",
        "sixteen" => "16",
        "seventeen" => "17",
        "eighteen" => "18",
        "nineteen" => "19",
        "twenty" => "20",
        _ => return None,
    })
}

/// Begins with a digit, or is a letter, or a letter and digits (`C101`).
fn is_id(tokens: &Tokens, at: usize) -> bool {
    if !matches!(tokens.role(at), Some(Role::Word | Role::Number)) || tokens.gap(at) == Some(Gap::Comma) {
        return false;
    }
    tokens.starts_with_digit(at) || tokens.is_letter(at) || is_letter_and_digits(tokens.text(at))
}

fn is_letter_and_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 1
        && bytes[0].is_ascii_lowercase()
        && bytes[1].is_ascii_digit()
        && bytes[1..].iter().all(u8::is_ascii_alphanumeric)
}

/// `U9` in front, and `C101/21`, `B/12`: an id before a slash.
fn u_number(tokens: &mut Tokens, at: usize) -> Option<usize> {
    let field = tokens.list[at].field;
    let text = tokens.text(at);
    if tokens.role(at) != Some(Role::Word) {
        return None;
    }
    if matches!(field, Field::Text | Field::Number | Field::Unit)
        && (field == Field::Unit || is_front(tokens, at))
        && text.starts_with('u')
        && is_letter_and_digits(text)
    {
        tokens.shorten_front(at, 1);
        tokens.set_role(at, Role::Unit("unit"));
        return Some(at + 1);
    }
    if matches!(field, Field::Text | Field::Number)
        && is_front(tokens, at)
        && (tokens.is_letter(at) || is_letter_and_digits(text))
        && tokens.gap(at + 1) == Some(Gap::Slash)
        && tokens.starts_with_digit(at + 1)
    {
        tokens.set_role(at, Role::Unit("unit"));
        return Some(at + 1);
    }
    None
}

/// No word precedes: the place of the unit and the house number in English addresses.
pub(crate) fn is_front(tokens: &Tokens, at: usize) -> bool {
    !tokens.list[..at].iter().any(|token| token.role == Role::Word)
}

/// `3º B`, `3º 2ª`, `3º izda`: floor and door.
fn spanish(tokens: &mut Tokens, at: usize) -> Option<usize> {
    if !tokens.list[at].ordinal
        || !tokens.is_digits(at)
        || matches!(tokens.list[at].field, Field::Street | Field::Place)
    {
        return None;
    }
    let door = tokens.gap(at + 1).is_some_and(|gap| gap != Gap::Comma)
        && (tokens.is_letter(at + 1)
            || is_spanish_side(tokens.text(at + 1))
            || (tokens.is_digits(at + 1) && tokens.list[at + 1].ordinal));
    tokens.set_role(at, Role::Unit(if tokens.list[at].field == Field::Door { "door" } else { "level" }));
    if door {
        tokens.set_role(at + 1, Role::Unit("door"));
    }
    Some(at + 1 + usize::from(door))
}

/// In the unit, floor and door fields whatever is left is an id. Returns the token after it.
fn remaining(tokens: &mut Tokens, at: usize) -> usize {
    let kind = match tokens.list[at].field {
        Field::Unit => "unit",
        Field::Floor => "level",
        Field::Door => "door",
        _ => return at + 1,
    };
    if !matches!(tokens.role(at), Some(Role::Word | Role::Number)) {
        return at + 1;
    }
    let usual = match tokens.rules.language {
        Language::Danish if kind == "door" => unit_danish::door(tokens.text(at)),
        Language::English => in_digits(tokens.text(at)),
        _ => None,
    };
    if let Some(usual) = usual {
        tokens.set_usual(at, usual);
    }
    tokens.set_role(at, Role::Unit(kind));
    extend_group(tokens, at, true) + 1
}
