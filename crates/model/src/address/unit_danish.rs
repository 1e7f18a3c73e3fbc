//! Floors and doors as Danes write them behind a house number: `1. th`, `1. sal til højre`, `stuen tv.`, `kl.`

use super::token::{Field, Gap, Role, Tokens};

/// The usual form of a floor that has a name.
fn floor(word: &str) -> Option<&'static str> {
    Some(match word {
        "st" | "stue" | "stuen" => "st",
        "kl" | "kld" | "kaelder" | "kaelderen" => "kl",
        _ => return None,
    })
}

/// The usual form of a side of the stairs.
pub(super) fn door(word: &str) -> Option<&'static str> {
    Some(match word {
        "th" | "hoejre" | "hojre" => "th",
        "tv" | "venstre" => "tv",
        "mf" | "midtfor" | "midt" => "mf",
        _ => return None,
    })
}

/// Floor and door, or a named floor alone. Returns the token after them.
pub(super) fn find(tokens: &mut Tokens, at: usize) -> Option<usize> {
    let field = tokens.list[at].field;
    let behind = field != Field::Text || tokens.list[..at].iter().any(|token| token.role == Role::Number);
    let named = floor(tokens.text(at));
    if !behind || tokens.role(at) == Some(Role::Postcode) || !(tokens.is_digits(at) || named.is_some()) {
        return None;
    }
    let near = |at: usize| tokens.gap(at) == Some(Gap::Space);
    let mut next = at + 1;
    let is_named = matches!(tokens.text(next), "sal" | "etage" | "etg") && near(next);
    next += usize::from(is_named);
    let apart = tokens.gap(next) == Some(Gap::Comma) && (is_named || named.is_some()) && field == Field::Text;
    if near(next) || apart {
        let side = if tokens.text(next) == "til" && near(next + 1) { next + 1 } else { next };
        // `t.h.`
        let letters = match (tokens.text(side), tokens.text(side + 1)) {
            ("t", "h") => Some("th"),
            ("t", "v") => Some("tv"),
            ("m", "f") => Some("mf"),
            _ => None,
        };
        if let Some(usual) = letters.or_else(|| door(tokens.text(side))) {
            (at + 1..side).for_each(|at| tokens.set_role(at, Role::Dropped));
            set(tokens, at, named, "level");
            set(tokens, side, Some(usual), "door");
            if letters.is_some() {
                tokens.set_role(side + 1, Role::Dropped);
            }
            return Some(side + 1 + usize::from(letters.is_some()));
        }
    }
    // `St. Heddinge` is a town.
    let ends = tokens.gap(next).is_none_or(|gap| gap == Gap::Comma) || tokens.starts_with_digit(next);
    if named.is_some() && ends && !matches!(field, Field::Street | Field::Place) {
        (at + 1..next).for_each(|at| tokens.set_role(at, Role::Dropped));
        set(tokens, at, named, "level");
        return Some(next);
    }
    None
}

fn set(tokens: &mut Tokens, at: usize, usual: Option<&'static str>, kind: &'static str) {
    if let Some(usual) = usual {
        tokens.set_usual(at, usual);
    }
    tokens.set_role(at, Role::Unit(kind));
}
