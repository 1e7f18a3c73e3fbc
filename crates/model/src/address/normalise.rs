//! One spelling for all the ways of writing the same: letters, street types, house numbers.

use super::country::{Language, Rules};
use super::street_type;
use super::token::{Field, Gap, Role, Tokens};

/// The text in its usual form: lower case, without diacritics and punctuation, street types in one
/// spelling for each, house numbers as `8bis`, `12-14`. It is for comparing, not for showing.
/// Normalising a second time changes nothing. At most `MAX_CHARS` characters are read.
pub fn normalise(text: &str, country: &str) -> String {
    let mut tokens = Tokens::new(Rules::of(country));
    tokens.push(text, Field::Text);
    // The result holds no mark but those within numbers, so no other may decide anything.
    for at in 0..tokens.list.len() {
        tokens.list[at].article = false;
        if at == 0
            || !tokens.starts_with_digit(at)
            || !tokens.starts_with_digit(at - 1)
            || tokens.gap(at) == Some(Gap::Comma)
        {
            tokens.list[at].gap = Gap::Space;
        }
    }
    join(&mut tokens);
    tokens.usual_forms();
    let mut out = String::with_capacity(text.len());
    for (at, token) in tokens.list.iter().enumerate() {
        match token.role {
            Role::Dropped => continue,
            Role::Joined(glue) => out.push_str(glue),
            _ if !out.is_empty() => out.push(' '),
            _ => {}
        }
        out.push_str(tokens.text(at));
        if token.ordinal && tokens.is_digits(at) {
            out.push('º');
        }
    }
    out
}

/// Joins what is one word or one number though it was written as several.
pub(crate) fn join(tokens: &mut Tokens) {
    let mut at = 0;
    while at < tokens.list.len() {
        match tokens.role(at) {
            Some(Role::Word) => {
                if let Some(usual) = fused(tokens, at) {
                    tokens.fuse(at, usual);
                } else if begins_name(tokens, at) {
                    tokens.set_role(at + 1, Role::Joined(""));
                    at += 1;
                }
            }
            Some(Role::Number) => at = extend_group(tokens, at, true),
            _ => {}
        }
        at += 1;
    }
}

/// `P.zza`, `V.le`: two tokens that are one street type.
fn fused(tokens: &Tokens, at: usize) -> Option<&'static str> {
    let next = at + 1;
    if tokens.role(next) != Some(Role::Word) || tokens.gap(next) != Some(Gap::Space) {
        return None;
    }
    street_type::usual_pair(tokens.text(at), tokens.text(next), &tokens.rules)
}

/// `O Brien`, `Mc Donald`: written apart, meant as one name.
fn begins_name(tokens: &Tokens, at: usize) -> bool {
    let next = at + 1;
    tokens.rules.language == Language::English
        && matches!(tokens.text(at), "o" | "mc")
        && tokens.role(next) == Some(Role::Word)
        && tokens.gap(next) == Some(Gap::Space)
        && !street_type::is_known(tokens.text(next), &tokens.rules)
}

/// Joins suffixes (`8 bis`, `8 b`) and, with `ranges`, further numbers (`12 - 14`) to the number at
/// `at`. Returns the last token of the group.
pub(crate) fn extend_group(tokens: &mut Tokens, at: usize, ranges: bool) -> usize {
    let mut last = at;
    loop {
        let next = last + 1;
        let glue = match (tokens.role(next), tokens.gap(next)) {
            (Some(Role::Word), Some(gap)) if is_suffix(tokens, last, gap) => "",
            (Some(Role::Number), Some(Gap::Hyphen)) if ranges => "-",
            (Some(Role::Number), Some(Gap::Slash)) if ranges => {
                if tokens.rules.language == Language::English { "/" } else { "-" }
            }
            _ => return last,
        };
        // A range goes on from a number, not from a name.
        if !glue.is_empty() && !tokens.starts_with_digit(last) && last == at {
            return last;
        }
        tokens.set_role(next, Role::Joined(glue));
        last = next;
    }
}

/// Is the token after `last` the suffix of the number at `last`?
fn is_suffix(tokens: &Tokens, last: usize, gap: Gap) -> bool {
    let next = last + 1;
    if gap == Gap::Comma || !tokens.is_digits(last) || tokens.list[last].ordinal {
        return false;
    }
    let text = tokens.text(next);
    if matches!(text, "bis" | "ter" | "quater" | "quinquies") {
        return true;
    }
    if !tokens.is_letter(next) {
        return false;
    }
    let spaced = gap == Gap::Space && tokens.list[next].field != Field::Number;
    match tokens.rules.language {
        // `105 W Schultz Road`: in a text only a comma shows that the letter is the number's.
        Language::English if spaced => tokens.rules.takes_letters || tokens.gap(next + 1) == Some(Gap::Comma),
        // `12 r de la Gare`, and roads such as `D 921`.
        Language::French if spaced => {
            text != "r"
                && (tokens.role(next + 1) != Some(Role::Number) || tokens.gap(next + 1) != Some(Gap::Space))
        }
        _ => true,
    }
}
