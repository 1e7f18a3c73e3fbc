//! Postcodes: their form in a key, the zeros that an integer lost, and where one stands in a text.

use super::country::{Rules, Shape};
use super::fold::prepared;
use super::token::{Gap, Role, Tokens};

/// The postcode with the leading zeros that its country writes: `4510` is `04510` in France. A
/// postcode of another shape, or of an unknown country, is returned as it is, without outer spaces.
pub fn padded(postcode: &str, country: &str) -> String {
    let postcode = postcode.trim();
    match Rules::of(country).postcode {
        Shape::Digits(length) if is_short(postcode, length) => zeros(postcode, length),
        _ => postcode.to_owned(),
    }
}

/// Appends the postcode as keys hold it: letters and digits only, lower case, padded, without the
/// country's letters in front (`DK-8000`).
pub(crate) fn push_key_form(out: &mut String, postcode: &str, rules: &Rules) {
    let from = out.len();
    for letter in prepared(postcode).chars().filter(|letter| letter.is_alphanumeric()) {
        out.extend(letter.to_lowercase());
    }
    let Shape::Digits(length) = rules.postcode else { return };
    let code = &out[from..];
    let letters = code.bytes().take_while(u8::is_ascii_lowercase).count();
    if letters <= 2 && code.len() - letters == length && is_all_digits(&code[letters..]) {
        out.replace_range(from..from + letters, "");
    } else if is_short(code, length) {
        for _ in code.len()..length {
            out.insert(from, '0');
        }
    }
}

/// Finds the postcode among the tokens of a text and gives it its role.
pub(crate) fn find(tokens: &mut Tokens) {
    match tokens.rules.postcode {
        Shape::Digits(length) => find_digits(tokens, length),
        Shape::British => find_british(tokens),
        Shape::Other => {}
    }
}

fn find_digits(tokens: &mut Tokens, length: usize) {
    let fits = |tokens: &Tokens, at: usize| {
        tokens.role(at) == Some(Role::Number) && tokens.is_digits(at) && tokens.text(at).len() == length
    };
    let mut kept = (0..tokens.list.len()).rev().filter(|at| tokens.role(*at) != Some(Role::Dropped));
    let found = if tokens.rules.postcode_last() {
        kept.next().filter(|at| *at > 0 && fits(tokens, *at))
    } else {
        // The first token is a house number where numbers come first.
        let first = usize::from(tokens.rules.number_first);
        kept.find(|at| *at >= first && fits(tokens, *at))
    };
    let Some(at) = found else { return };
    tokens.set_role(at, Role::Postcode);
    if at > 0 && tokens.gap(at) == Some(Gap::Hyphen) {
        let prefix = tokens.text(at - 1);
        if matches!(
            prefix,
            "a" | "at"
                | "b"
                | "be"
                | "ch"
                | "d"
                | "de"
                | "dk"
                | "e"
                | "es"
                | "f"
                | "fr"
                | "i"
                | "it"
                | "l"
                | "lu"
                | "n"
                | "no"
        ) {
            tokens.set_role(at - 1, Role::Dropped);
        }
    }
}

fn find_british(tokens: &mut Tokens) {
    for at in (0..tokens.list.len()).rev() {
        let text = tokens.text(at).as_bytes();
        if is_inward(text) && at > 0 && is_outward(tokens.text(at - 1).as_bytes()) {
            tokens.set_role(at - 1, Role::Postcode);
            tokens.set_role(at, Role::Postcode);
            return;
        }
        if text.len() > 4 && text.is_ascii() {
            let (outward, inward) = text.split_at(text.len() - 3);
            if is_outward(outward) && is_inward(inward) {
                tokens.set_role(at, Role::Postcode);
                return;
            }
        }
    }
}

/// `SW1A`, `M1`, `B33`.
fn is_outward(text: &[u8]) -> bool {
    let letters = text.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    (1..=2).contains(&letters)
        && text.get(letters).is_some_and(u8::is_ascii_digit)
        && text.len() <= letters + 2
        && text.iter().all(u8::is_ascii_alphanumeric)
}

/// `1AA`.
fn is_inward(text: &[u8]) -> bool {
    text.len() == 3 && text[0].is_ascii_digit() && text[1..].iter().all(u8::is_ascii_lowercase)
}

fn is_all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_short(code: &str, length: usize) -> bool {
    code.len() < length && is_all_digits(code)
}

fn zeros(code: &str, length: usize) -> String {
    format!("{code:0>length$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_key_form(postcode: &str, country: &str, expected: &str) {
        let mut out = String::new();
        push_key_form(&mut out, postcode, &Rules::of(country));
        assert_eq!(out, expected);
    }

    #[test]
    fn a_postcode_that_lost_its_zeros_as_an_integer_gets_them_back() {
        assert_eq!(padded("4510", "FR"), "04510");
        assert_eq!(padded("118", "it"), "00118");
        assert_eq!(padded("800", "DK"), "0800");
        assert_eq!(padded(" 1 ", "ZA"), "0001");
        assert_eq!(padded("2280", "AU"), "2280");
        assert_eq!(padded("SW1A 1AA", "GB"), "SW1A 1AA");
        assert_eq!(padded("4510", "XX"), "4510");
        assert_eq!(padded("", "IT"), "");
    }

    #[test]
    fn a_postcode_is_compared_without_spaces_case_and_country_letters() {
        check_key_form("SW1A 1AA", "GB", "sw1a1aa");
        check_key_form("DK-8000", "DK", "8000");
        check_key_form("4510", "FR", "04510");
        check_key_form("F-4510", "FR", "f4510");
        check_key_form("123456789", "FR", "123456789");
    }
}
