//! The key by which an asked address finds the listings of a carrier.

use super::country::Rules;
use super::reading::{Parts, Reading};
use super::{Address, street_type, written};

/// A normalised address: two addresses that say the same have equal keys.
///
/// It holds five sections: the words of the street and those of the place, each in alphabetical
/// order (the order in which a country writes them does not matter), house numbers in the order
/// written, units with their kind, and the postcode. Where the postcode ends a text, as in
/// Australia, nothing shows where the street ends: there, and where the country is unknown, street
/// and place are one section, for texts and for parts. A number in one section never equals one in another: `UNIT 9, 93
/// NEWTON ROAD` and `UNIT 93, 9 NEWTON ROAD` differ. An address with a unit has another key than
/// the house without it. Province and country are not part of a key.
///
/// Keys are comparable only when both were made with the same country. A listing has one key
/// ([`MatchKey::of_listing`]); an asked address has several candidates ([`keys_of`]).
///
/// Letters with a usual spelling get it (`æ` `ø` `å` are `ae` `oe` `aa` in Denmark and where the
/// country is unknown, `ä` `ö` `ü` are `ae` `oe` `ue` in German addresses), elsewhere they lose
/// their mark. A German listing `Mühlweg` is found by `Mühlweg` and `Muehlweg`, not by `Muhlweg`,
/// which is a name of its own; a listing written `Muhlweg` is found by `Mühlweg` too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MatchKey(String);

impl MatchKey {
    /// The key of an address in parts: street, number with unit, floor and door, city (or suburb
    /// where there is no city), postcode. `None` without a street, without a number, or with
    /// neither place nor postcode: what is left would match too much.
    pub fn of_parts(address: &Address, country: &str) -> Option<MatchKey> {
        let rules = Rules::of(address.country_or(country));
        parts_reading(address, rules).map(MatchKey::of)
    }

    /// The key of an address in one line. It equals the parts' key when the text says the same.
    /// `None` when the text has neither letters nor digits.
    pub fn of_text(text: &str, country: &str) -> Option<MatchKey> {
        text_reading(text, Rules::of(country)).map(MatchKey::of)
    }

    /// The one key under which a listing is stored: of its parts when they suffice, else of its
    /// full text, else of whatever it has.
    pub fn of_listing(address: &Address, country: &str) -> Option<MatchKey> {
        let rules = Rules::of(address.country_or(country));
        parts_reading(address, rules)
            .or_else(|| text_reading(written(&address.full_text)?, rules))
            .or_else(|| loose_reading(main_parts(address), rules))
            .map(MatchKey::of)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A key as it was stored.
    pub fn from_stored(text: String) -> MatchKey {
        MatchKey(text)
    }

    pub fn into_string(self) -> String {
        self.0
    }

    fn of(reading: Reading) -> MatchKey {
        MatchKey(reading.into_text())
    }
}

impl AsRef<str> for MatchKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The keys under which the asked address may be listed, most trusted first, at most sixteen: its
/// parts; its full text (in English also with a single letter behind the number as its suffix); its
/// parts with another choice of suburb and city; its parts without
/// postcode or without place, for listings that lack them. In countries whose letters have a
/// spelled form, the same once more with the bare letters.
///
/// Parts and full text that contradict each other (street, number, unit or postcode) are not mixed:
/// then the full text is not used. A unit that only one of them names counts for both, so that asking
/// for a unit never finds the house, nor the other way round.
pub fn keys_of(address: &Address, country: &str) -> Vec<MatchKey> {
    let rules = Rules::of(address.country_or(country));
    let mut keys = Vec::new();
    push_keys(&mut keys, address, rules);
    if rules.spells_letters() {
        push_keys(&mut keys, address, rules.bare());
    }
    keys
}

fn push_keys(keys: &mut Vec<MatchKey>, address: &Address, rules: Rules) {
    let main = main_parts(address);
    let by_parts = loose_reading(main, rules);
    let mut by_text = written(&address.full_text).and_then(|text| text_reading(text, rules));
    let mut units = None;
    if let (Some(parts), Some(text)) = (&by_parts, &by_text) {
        if contradicts(address, parts, text, rules) {
            by_text = None;
        } else {
            let named = if parts.units().is_empty() { text.units() } else { parts.units() };
            units = Some(named.to_owned());
        }
    }
    let mut push = |reading: Option<Reading>| {
        let Some(reading) = reading else { return };
        let reading = match &units {
            Some(units) => reading.with_units(units),
            None => reading,
        };
        let key = MatchKey::of(reading);
        if !keys.contains(&key) {
            keys.push(key);
        }
    };
    push(by_parts);
    if by_text.is_some() {
        push(by_text);
        let taking = Rules { takes_letters: true, ..rules };
        push(written(&address.full_text).and_then(|text| text_reading(text, taking)));
    }
    if written(&address.street).is_none() {
        return;
    }
    let both = written(&address.suburb).is_some() && written(&address.city).is_some();
    if both {
        push(loose_reading(Parts { suburb: true, ..main }, rules));
        push(loose_reading(Parts { suburb: true, city: false, ..main }, rules));
    }
    if main.postcode && (main.city || main.suburb) {
        push(loose_reading(Parts { postcode: false, ..main }, rules));
        push(loose_reading(Parts { suburb: false, city: false, ..main }, rules));
    }
    // A text without a postcode.
    push(loose_reading(Parts { postcode: false, split: false, ..main }, rules));
}

/// City, or suburb where there is none, and postcode.
fn main_parts(address: &Address) -> Parts<'_> {
    let city = written(&address.city).is_some();
    Parts {
        address,
        city,
        suburb: !city && written(&address.suburb).is_some(),
        postcode: written(&address.postcode).is_some(),
        split: true,
    }
}

fn parts_reading(address: &Address, rules: Rules) -> Option<Reading> {
    let parts = main_parts(address);
    written(&address.street)?;
    written(&address.number)?;
    if !(parts.city || parts.suburb || parts.postcode) {
        return None;
    }
    let reading = Reading::of_parts(parts, rules);
    let says_enough = reading.words().len() > 1 || reading.numbers().contains(' ');
    says_enough.then_some(reading)
}

/// As `parts_reading`, but the number may stand in the street field or be missing altogether, as
/// it is in listings of places without numbers.
fn loose_reading(parts: Parts, rules: Rules) -> Option<Reading> {
    written(&parts.address.street)?;
    if !(parts.city || parts.suburb || parts.postcode) {
        return None;
    }
    let reading = Reading::of_parts(parts, rules);
    (!reading.is_empty()).then_some(reading)
}

fn text_reading(text: &str, rules: Rules) -> Option<Reading> {
    let reading = Reading::of_text(text, rules);
    (reading.text().len() > "||||".len()).then_some(reading)
}

fn contradicts(address: &Address, parts: &Reading, text: &Reading, rules: Rules) -> bool {
    let differ = |left: &str, right: &str| !left.is_empty() && !right.is_empty() && left != right;
    let number = Address { number: address.number.clone(), ..Address::default() };
    let number = Reading::of_parts(main_parts(&number), rules);
    differ(parts.units(), text.units())
        || differ(parts.postcode(), text.postcode())
        || number
            .numbers()
            .split(' ')
            .any(|number| !number.is_empty() && !text.numbers().split(' ').any(|other| other == number))
        || names_another_street(address, text, rules)
}

/// A word of the street is nowhere in the text. Its type may be left out there, and a first name may
/// be an initial in either.
fn names_another_street(address: &Address, text: &Reading, rules: Rules) -> bool {
    let street = Address { street: address.street.clone(), ..Address::default() };
    let street = Reading::of_parts(main_parts(&street), rules);
    let said = |word: &str| {
        text.words().split([' ', '|']).any(|other| {
            let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
            other == word || initial(other, word) || initial(word, other)
        })
    };
    let words = || street.words().split([' ', '|']).filter(|word| !word.is_empty());
    // `Place de l'Abbaye` has a name beside its type, `Park Avenue` has not.
    let has_name = words().any(|word| !street_type::is_usual(word, &rules));
    let may_lack = |word: &str| has_name && street_type::is_usual(word, &rules);
    words().any(|word| !may_lack(word) && !said(word))
}
