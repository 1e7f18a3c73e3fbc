//! What surrounds an address in one line: country, state, province. They say nothing that a key holds.

use super::country::Language;
use super::token::{Gap, Role, Tokens};
use super::{postcode, province};

/// Takes away what surrounds the address, and finds its postcode.
pub(crate) fn drop_surroundings(tokens: &mut Tokens) {
    drop_introduction(tokens);
    drop_country(tokens);
    if tokens.rules.language == Language::English {
        drop_south_african_province(tokens);
    }
    postcode::find(tokens);
    if tokens.rules.language == Language::English {
        drop_state(tokens);
        drop_code(tokens);
    }
}

/// `No. 5 Bowling Avenue`.
fn drop_introduction(tokens: &mut Tokens) {
    if matches!(tokens.text(0), "no" | "nr" | "number" | "num") && tokens.starts_with_digit(1) {
        tokens.set_role(0, Role::Dropped);
    }
}

/// The country at the end, and an Italian province (`BRONTE (CT)`, `BRONTE, CT`), say nothing that
/// the key holds.
fn drop_country(tokens: &mut Tokens) {
    let Some(last) = tokens.list.len().checked_sub(1).filter(|last| *last > 0) else { return };
    let name = tokens.text(last);
    let two = tokens.text(last - 1) == "south" && name == "africa";
    let own = match tokens.rules.language {
        Language::English => matches!(name, "australia" | "uk") || two,
        Language::Italian => matches!(name, "italia" | "italy"),
        Language::French => name == "france",
        Language::Spanish => matches!(name, "espana" | "spain"),
        Language::Danish => matches!(name, "danmark" | "denmark"),
        Language::German => matches!(name, "deutschland" | "germany"),
        Language::Unknown => false,
    };
    let mut end = last + 1;
    let first_of_name = if two { last - 1 } else { last };
    // `12 rue de France` is a street: the country stands apart.
    let gap = tokens.gap(first_of_name);
    let apart = gap == Some(Gap::Comma)
        || (gap == Some(Gap::Hyphen) && tokens.rules.language != Language::French)
        || (first_of_name > 0 && tokens.starts_with_digit(first_of_name - 1));
    if own && apart {
        for at in first_of_name..=last {
            tokens.set_role(at, Role::Dropped);
        }
        end = first_of_name;
    }
    if tokens.rules.language == Language::Italian {
        for at in 1..end {
            let set_off = tokens.list[at].bracket
                || (at + 1 == end
                    && (tokens.gap(at) == Some(Gap::Comma) || !tokens.starts_with_digit(at - 1)));
            if set_off && province::name_of(tokens.text(at)).is_some() {
                tokens.set_role(at, Role::Dropped);
            }
        }
    }
}

/// An Australian state before the postcode or at the end.
fn drop_state(tokens: &mut Tokens) {
    let is_state = |text: &str| matches!(text, "nsw" | "vic" | "qld" | "wa" | "sa" | "tas" | "act" | "nt");
    let Some(last) = last_kept(tokens, tokens.list.len()) else { return };
    if is_state(tokens.text(last)) {
        tokens.set_role(last, Role::Dropped);
        postcode::find(tokens);
    } else if tokens.role(last) == Some(Role::Postcode)
        && let Some(before) = last_kept(tokens, last)
        && is_state(tokens.text(before))
    {
        tokens.set_role(before, Role::Dropped);
    }
}

/// `…, Randfontein, ZA, 1765, Gauteng`: the province stands behind the postcode.
fn drop_south_african_province(tokens: &mut Tokens) {
    let Some(last) = last_kept(tokens, tokens.list.len()) else { return };
    let one = matches!(tokens.text(last), "gauteng" | "limpopo" | "mpumalanga");
    let two = last > 1
        && match tokens.text(last) {
            "cape" => matches!(tokens.text(last - 1), "western" | "eastern" | "northern"),
            "natal" => tokens.text(last - 1) == "kwazulu",
            "state" => tokens.text(last - 1) == "free",
            "west" => tokens.text(last - 1) == "north",
            _ => false,
        };
    let first = last - usize::from(two);
    // `North West` is a direction too: only what stands apart, behind a number, is the province.
    let apart = tokens.gap(first) == Some(Gap::Comma) && first > 0 && tokens.is_digits(first - 1);
    if (one || two) && apart {
        (first..=last).for_each(|at| tokens.set_role(at, Role::Dropped));
    }
}

/// `ZA` between commas, before the postcode.
fn drop_code(tokens: &mut Tokens) {
    let Some(last) = last_kept(tokens, tokens.list.len()) else { return };
    let at = if tokens.role(last) == Some(Role::Postcode) { last_kept(tokens, last) } else { Some(last) };
    if let Some(at) = at
        && tokens.text(at) == "za"
        && tokens.gap(at) == Some(Gap::Comma)
    {
        tokens.set_role(at, Role::Dropped);
    }
}

/// The last token before `end` that was not taken away; never the first.
fn last_kept(tokens: &Tokens, end: usize) -> Option<usize> {
    (1..end).rev().find(|at| tokens.role(*at) != Some(Role::Dropped))
}
