//! What an address says, word by word and in the order written: for an index, which wants the words
//! and not one key. Comparing as a whole is the business of `key`.

use super::country::{Language, Rules};
use super::reading::{push_group, sort, text_tokens};
use super::token::{Field, Gap, Role, Tokens};
use super::{Address, postcode, street_type, written};

/// The words of an address in their usual forms, lower case, without marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Words of the street, numbers in its name among them: `rue du 8 mai`.
    pub street: Vec<String>,
    /// Words of suburb and city.
    pub place: Vec<String>,
    /// House number with its suffix, or a range: `8bis`, `93-97`; empty when there is none.
    pub number: String,
    pub units: Vec<Unit>,
    /// Letters and digits only, with the zeros of its country; empty when there is none.
    pub postcode: String,
}

/// `level` `3`, `door` `th`, `unit` `9`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    pub kind: &'static str,
    pub id: String,
}

impl Said {
    /// Reads the parts of an address where it has a street, and its full text for what the parts
    /// lack. `country` is used when the address names none.
    pub fn of(address: &Address, country: &str) -> Said {
        Said::read(address, Rules::of(address.country_or(country)))
    }

    /// The same with letters that only lost their marks (`Mühlweg` as `muhlweg`, not `muehlweg`), for
    /// languages that spell them otherwise. None where both are the same.
    pub fn bare(address: &Address, country: &str) -> Option<Said> {
        let rules = Rules::of(address.country_or(country));
        let parts = [&address.street, &address.suburb, &address.city, &address.full_text];
        let marked = parts.iter().any(|part| part.as_ref().is_some_and(|text| !text.is_ascii()));
        (marked && rules.spells_letters()).then(|| Said::read(address, rules.bare()))
    }

    fn read(address: &Address, rules: Rules) -> Said {
        let text = || written(&address.full_text).map(|text| Said::of_text(text, rules)).unwrap_or_default();
        if written(&address.street).is_none() && written(&address.full_text).is_some() {
            let mut said = text();
            if said.postcode.is_empty() {
                said.postcode = Said::of_parts(address, rules).postcode;
            }
            return said;
        }
        let mut said = Said::of_parts(address, rules);
        if said.number.is_empty() || said.place.is_empty() {
            let text = text();
            if said.number.is_empty() {
                said.number = text.number;
            }
            if said.units.is_empty() {
                said.units = text.units;
            }
            if said.place.is_empty() {
                said.place = text.place;
            }
            if said.postcode.is_empty() {
                said.postcode = text.postcode;
            }
        }
        said
    }

    fn of_parts(address: &Address, rules: Rules) -> Said {
        let mut tokens = Tokens::new(rules);
        let mut push = |part: &Option<String>, field| {
            if let Some(text) = written(part) {
                tokens.push(text, field);
            }
        };
        if rules.number_first {
            push(&address.number, Field::Number);
            push(&address.street, Field::Street);
        } else {
            push(&address.street, Field::Street);
            push(&address.number, Field::Number);
        }
        push(&address.unit, Field::Unit);
        push(&address.floor, Field::Floor);
        push(&address.door, Field::Door);
        push(&address.suburb, Field::Place);
        push(&address.city, Field::Place);
        sort(&mut tokens);
        let mut said = Said::of_tokens(&tokens);
        if let Some(code) = written(&address.postcode) {
            postcode::push_key_form(&mut said.postcode, code, &rules);
        }
        said
    }

    fn of_text(text: &str, rules: Rules) -> Said {
        let mut tokens = text_tokens(text, rules);
        let postcode = (0..tokens.list.len())
            .rfind(|at| tokens.role(*at) == Some(Role::Postcode))
            .filter(|at| *at > 0 && rules.splits_place());
        // What stands behind a postcode is no unit of the house.
        let mark = |tokens: &mut Tokens, from: usize| {
            tokens.list[from..].iter_mut().for_each(|token| token.field = Field::Place);
        };
        if let Some(at) = postcode {
            mark(&mut tokens, at);
        }
        sort(&mut tokens);
        if postcode.is_none()
            && let Some(at) = place_without_postcode(&tokens)
        {
            mark(&mut tokens, at);
        }
        let mut said = Said::of_tokens(&tokens);
        for at in (0..tokens.list.len()).filter(|at| tokens.role(*at) == Some(Role::Postcode)) {
            said.postcode.push_str(tokens.text(at));
        }
        said
    }

    fn of_tokens(tokens: &Tokens) -> Said {
        let house = house(tokens);
        let mut said = Said::default();
        for (at, token) in tokens.list.iter().enumerate() {
            let mut text = String::new();
            match token.role {
                Role::Word | Role::Number => push_group(&mut text, tokens, at),
                Role::Unit(kind) => {
                    push_group(&mut text, tokens, at);
                    said.units.push(Unit { kind, id: text });
                    continue;
                }
                Role::Joined(_) | Role::Postcode | Role::Dropped => continue,
            }
            match () {
                () if Some(at) == house => said.number = text,
                () if token.field == Field::Place => said.place.push(text),
                () => said.street.push(text),
            }
        }
        said.units.sort_unstable();
        said
    }
}

/// Which of the numbers is the house's: the one in the number field; else the one before all words where
/// numbers come first; else the last of the street that is not part of its name.
fn house(tokens: &Tokens) -> Option<usize> {
    let numbers = || {
        (0..tokens.list.len())
            .filter(|at| tokens.role(*at) == Some(Role::Number) && tokens.list[*at].field != Field::Place)
    };
    if let Some(at) = numbers().find(|at| tokens.list[*at].field == Field::Number) {
        return Some(at);
    }
    // A house whose number is a letter.
    let letter = (0..tokens.list.len())
        .find(|at| tokens.list[*at].field == Field::Number && tokens.role(*at) == Some(Role::Word));
    if letter.is_some() {
        return letter;
    }
    let first_word = tokens.list.iter().position(|token| token.role == Role::Word);
    let front = numbers().find(|at| first_word.is_none_or(|word| *at < word));
    if tokens.rules.number_first && front.is_some() {
        return front;
    }
    // `Via 4 Novembre`: a name follows.
    let last_word = (0..tokens.list.len())
        .rfind(|at| tokens.role(*at) == Some(Role::Word) && tokens.list[*at].field != Field::Place);
    // `Via Cenerentola 1 Bronte`: a name stands before it; a type alone is none.
    let least = if matches!(tokens.rules.language, Language::German | Language::Danish) { 1 } else { 2 };
    let words_before = |at: usize| tokens.list[..at].iter().filter(|token| token.role == Role::Word).count();
    numbers()
        .rfind(|at| last_word.is_none_or(|word| *at > word))
        .or_else(|| numbers().rfind(|at| tokens.list[*at].field == Field::Text && words_before(*at) >= least))
        .or(front)
}

/// Where the place begins in a text whose postcode does not show it.
fn place_without_postcode(tokens: &Tokens) -> Option<usize> {
    let words: Vec<usize> =
        (0..tokens.list.len()).filter(|at| tokens.role(*at) == Some(Role::Word)).collect();
    let by_type = if tokens.rules.language == Language::English { behind_type(tokens, &words) } else { None };
    let by_number = || {
        let house = house(tokens).filter(|_| !tokens.rules.number_first)?;
        words.iter().copied().find(|at| *at > house)
    };
    // `8 rue de l'Eglise, Lyon`.
    let by_comma = || words.iter().skip(1).copied().find(|at| tokens.gap(*at) == Some(Gap::Comma));
    by_type.or_else(by_number).or_else(by_comma)
}

/// Behind the first street type that follows a name, with the types that follow it at once
/// (`ROSE GROVE ROAD`) and the direction of `WILLIAM STREET NORTH, …`.
fn behind_type(tokens: &Tokens, words: &[usize]) -> Option<usize> {
    let is_type = |at: usize| street_type::is_english_type(tokens.text(at));
    let near = |at: usize| tokens.gap(at) == Some(Gap::Space);
    let mut end = (1..words.len()).find(|n| is_type(words[*n]))?;
    // Behind `road` comes the place, be it `LANE COVE`.
    let sure =
        |at: usize| matches!(tokens.text(at), "st" | "road" | "avenue" | "drive" | "highway" | "boulevard");
    while !sure(words[end]) && words.len() > end + 2 && is_type(words[end + 1]) && near(words[end + 1]) {
        end += 1;
    }
    let (next, after) = (*words.get(end + 1)?, words.get(end + 2).copied());
    let direction = matches!(tokens.text(next), "north" | "south" | "east" | "west");
    match after {
        Some(after) if direction && near(next) && !near(after) => Some(after),
        _ => Some(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `street / place / number / units / postcode`.
    fn show(said: &Said) -> String {
        let units: Vec<String> = said.units.iter().map(|unit| format!("{} {}", unit.kind, unit.id)).collect();
        let (street, place) = (said.street.join(" "), said.place.join(" "));
        [&street, &place, &said.number, &units.join(", "), &said.postcode].map(String::as_str).join(" / ")
    }

    #[track_caller]
    fn check_text(country: &str, text: &str, expected: &str) {
        let address = Address { full_text: Some(text.into()), ..Address::default() };
        assert_eq!(show(&Said::of(&address, country)), expected);
    }

    #[test]
    fn a_text_is_told_apart_in_the_manner_of_its_country() {
        check_text(
            "AU",
            "UNIT 4 12 ALFRED ST BELMONT NTH 2280",
            "alfred st / belmont north / 12 / unit 4 / 2280",
        );
        check_text("AU", "7 GROVE RD LANE COVE 2066", "grove road / lane cove / 7 /  / 2066");
        check_text(
            "AU",
            "9/93-97 NEWTON ROAD WETHERILL PARK NSW 2164",
            "newton road / wetherill park / 93-97 / unit 9 / 2164",
        );
        check_text(
            "DK",
            "Vallensbækvej 20A, 3. th., 2605 Brøndby",
            "vallensbaekvej / broendby / 20a / door th, level 3 / 2605",
        );
        check_text("FR", "8 bis rue du 8 mai 1945, 69001 Lyon", "rue du 8 mai 1945 / lyon / 8bis /  / 69001");
        check_text("IT", "VIA 4 NOVEMBRE 12, 00187 ROMA", "via 4 novembre / roma / 12 /  / 00187");
        check_text("IT", "VIA CENERENTOLA 1, BRONTE (CT)", "via cenerentola / bronte / 1 /  / ");
        check_text(
            "ES",
            "C/ Mayor 3, 2º B, 28013 Madrid",
            "calle mayor / madrid / 3 / door b, level 2 / 28013",
        );
        check_text("IT", "Via Cenerentola 1 Bronte", "via cenerentola / bronte / 1 /  / ");
        check_text("IT", "Via 4 Novembre 12 Roma", "via 4 novembre / roma / 12 /  / ");
        check_text("DE", "Hauptstr. 5 Berlin", "hauptstr / berlin / 5 /  / ");
        check_text("DE", "Hauptstraße 5, 10115 Berlin", "hauptstr / berlin / 5 /  / 10115");
        check_text(
            "ZA",
            "38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng",
            "cottage railway st / hectorton randfontein / 38 /  / 1765",
        );
    }

    #[test]
    fn units_are_read_alike_in_words_and_in_digits() {
        let units = |country: &str, text: &str| {
            let address = Address { full_text: Some(text.into()), ..Address::default() };
            let said = Said::of(&address, country);
            (said.number, said.units, said.street, said.place)
        };
        for (country, text, usual) in [
            ("GB", "Flat Two, 12 High Street, Derby DE1 1AA", "Flat 2, 12 High Street, Derby DE1 1AA"),
            ("AU", "Unit Three 12 Alfred St Belmont 2280", "Unit 3 12 Alfred St Belmont 2280"),
            ("US", "12 Main Street Apt Twenty, Dover", "12 Main Street Apt 20, Dover"),
            ("AU", "Level Eleven, 5 Kent St, Perth", "Level 11, 5 Kent St, Perth"),
            ("DK", "Algade 5, 1. sal th, 2605 Brøndby", "Algade 5, 1. th, 2605 Brøndby"),
            ("DK", "Algade 5, 1 sal t.h., 2605 Brøndby", "Algade 5, 1. th, 2605 Brøndby"),
            ("DK", "Algade 5, 1. sal, th., 2605 Brøndby", "Algade 5, 1. th, 2605 Brøndby"),
            ("DK", "Algade 5, 2. etage til venstre, 2605 Brøndby", "Algade 5, 2. tv, 2605 Brøndby"),
            ("DK", "Algade 5, stuen tv., 2605 Brøndby", "Algade 5, st. tv, 2605 Brøndby"),
            ("DK", "Algade 5, stuen, 2605 Brøndby", "Algade 5, st., 2605 Brøndby"),
            ("DK", "Algade 5, kælderen, 2605 Brøndby", "Algade 5, kl., 2605 Brøndby"),
            ("DK", "Algade 5 kl. 2605 Brøndby", "Algade 5, kl., 2605 Brøndby"),
        ] {
            assert_eq!(units(country, text), units(country, usual), "{text}");
            assert!(!units(country, usual).1.is_empty(), "{usual}");
        }
        let show = |country: &str, text: &str| {
            let address = Address { full_text: Some(text.into()), ..Address::default() };
            show(&Said::of(&address, country))
        };
        assert_eq!(
            show("DK", "Algade 5, st. tv, 2605 Brøndby"),
            "algade / broendby / 5 / door tv, level st / 2605"
        );
        assert_eq!(show("DK", "Algade 5, kl., 2605 Brøndby"), "algade / broendby / 5 / level kl / 2605");
        // A name goes on, or a town.
        assert_eq!(show("AU", "Shop One Tree Hill Road 2280"), show("AU", "shop one tree hill road 2280"));
        assert!(show("AU", "8 Villa Five Dock Road, Belmont 2280").contains("five"));
        assert_eq!(show("DK", "Algade 5, St. Heddinge"), "algade / st heddinge / 5 /  / ");
    }

    #[test]
    fn parts_say_what_they_are_and_the_text_says_what_they_lack() {
        let part = |text: &str| Some(text.to_owned());
        let address = Address {
            street: part("Rue du 8 Mai"),
            city: part("Aiglun"),
            postcode: part("4510"),
            full_text: part("12 bis rue du 8 mai 04510 Aiglun"),
            ..Address::default()
        };
        assert_eq!(show(&Said::of(&address, "FR")), "rue du 8 mai / aiglun / 12bis /  / 04510");
        let address = Address { number: part("3"), ..address };
        assert_eq!(show(&Said::of(&address, "FR")), "rue du 8 mai / aiglun / 3 /  / 04510");
    }

    #[test]
    fn letters_are_spelled_and_bare() {
        let address =
            Address { street: Some("Mühlweg".into()), number: Some("1".into()), ..Address::default() };
        assert_eq!(Said::of(&address, "DE").street, ["muehlweg"]);
        assert_eq!(Said::bare(&address, "DE").unwrap().street, ["muhlweg"]);
        assert_eq!(Said::bare(&address, "FR"), None);
    }
}
