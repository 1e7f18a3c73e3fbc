//! Properties of the match key that hold for any text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::address::{Address, MatchKey, Variants, keys_of, normalise, padded_postcode};
use proptest::collection::vec;
use proptest::prelude::*;

fn country() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["AU", "ZA", "GB", "IT", "FR", "ES", "DK", "DE", "BE", "IE", "", "zz"])
}

/// Words as they stand in addresses, of which many mean something to the reader.
fn word() -> impl Strategy<Value = String> {
    let known = vec![
        "st",
        "Street",
        "unit",
        "UNIT",
        "level",
        "shop",
        "o",
        "mc",
        "d'",
        "l'",
        "P.zza",
        "v",
        "le",
        "c",
        "so",
        "bis",
        "ter",
        "b",
        "th",
        "1.",
        "3º",
        "N°",
        "9",
        "9/93",
        "93-97",
        "-",
        "/",
        ",",
        "(CT)",
        "rue",
        "r",
        "eme",
        "9ème",
        "Hauptstraße",
        "strasse",
        "first",
        "lot",
        "2280",
        "04510",
        "8000",
        "SW1A",
        "1AA",
        "NSW",
        "Italia",
        "san",
        "s",
        "og",
        "etage",
        "u9",
        "½",
        "Århus",
        "Mühle",
        "00",
    ];
    prop_oneof![
        4 => prop::sample::select(known).prop_map(str::to_owned),
        2 => "[a-zA-Z]{1,8}",
        1 => "\\PC{0,4}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        vec((word(), prop::sample::select(vec![" ", "  ", ", ", "-", "/", ". ", "'"])), 0..12)
            .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect()),
        any::<String>(),
    ]
}

fn field() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

prop_compose! {
    fn address()(
        street in field(), number in field(), unit in field(), floor in field(), door in field(),
        suburb in field(), city in field(), postcode in field(), province in field(),
        country in prop::option::of(country().prop_map(str::to_owned)), full_text in field(),
    ) -> Address {
        Address { street, number, unit, floor, door, suburb, city, postcode, province, country, full_text }
    }
}

/// An address in parts as people write it, in lower-case words of the letters given.
fn plain(letters: &'static str) -> impl Strategy<Value = (Vec<String>, u32, Vec<String>, u32)> {
    (vec(letters, 1..4), 1u32..999, vec(letters, 1..3), 1000u32..9999)
}

fn of(street: &str, number: &str, city: &str, postcode: &str) -> Address {
    let part = |text: &str| Some(text.to_owned());
    Address {
        street: part(street),
        number: part(number),
        city: part(city),
        postcode: part(postcode),
        ..Address::default()
    }
}

/// Gives letters a mark that addresses of the country do not take for another letter.
fn marked(text: &str) -> String {
    text.replace('e', "é").replace('a', "à").replace('o', "ó").replace('n', "n\u{303}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn normalising_again_changes_nothing(text in text(), country in country()) {
        let once = normalise(&text, country);
        prop_assert_eq!(normalise(&once, country), once);
    }

    #[test]
    fn no_input_panics_and_a_listing_is_found_by_itself(address in address(), country in country()) {
        let keys = keys_of(&address, country);
        prop_assert!(keys.len() <= 16);
        if let Some(key) = MatchKey::of_parts(&address, country) {
            // Unless its own text names a unit that the parts leave out.
            prop_assert!(keys.contains(&key) || address.full_text.is_some());
        }
        let listing = MatchKey::of_listing(&address, country);
        if let (Some(listing), None) = (listing, &address.full_text) {
            prop_assert!(keys.contains(&listing));
        }
        Variants::of(&address, country);
        padded_postcode(address.postcode.as_deref().unwrap_or(""), country);
        address.one_line(country);
    }

    #[test]
    fn case_diacritics_punctuation_and_spaces_do_not_change_the_key(
        (street, number, city, postcode) in plain("[b-z]{3,9}"), country in country(),
    ) {
        let (number, postcode) = (number.to_string(), postcode.to_string());
        let key = MatchKey::of_parts(&of(&street.join(" "), &number, &city.join(" "), &postcode), country);
        prop_assert!(key.is_some());
        for (street, city) in [
            (street.join(" ").to_uppercase(), city.join(" ").to_uppercase()),
            (marked(&street.join(" ")), marked(&city.join(" "))),
            (marked(&street.join(" ")).to_uppercase(), city.join("\u{a0}")),
            (format!(" {}. ", street.join("  ")), format!("\"{}\",", city.join(", "))),
            (street.join("-"), city.join("- ")),
        ] {
            let number = format!(" {number}, ");
            let other = MatchKey::of_parts(&of(&street, &number, &city, &postcode), country);
            prop_assert_eq!(&other, &key, "{} {}", street, city);
        }
    }

    #[test]
    fn a_different_number_changes_the_key(
        (street, number, city, postcode) in plain("[b-z]{3,9}"), other in 1u32..999,
        suffix in "[a-z]|bis|ter", country in country(),
    ) {
        let (street, city, postcode) = (street.join(" "), city.join(" "), postcode.to_string());
        let key = |number: &str| MatchKey::of_parts(&of(&street, number, &city, &postcode), country);
        let own = key(&number.to_string());
        prop_assert_eq!(own == key(&other.to_string()), number == other);
        prop_assert_ne!(&own, &key(&format!("{number}{suffix}")));
        prop_assert_ne!(&own, &key(&format!("{number}-{other}")));
        prop_assert_eq!(key(&format!("{number}{suffix}")), key(&format!("{number} {suffix}")));
    }

    #[test]
    fn a_text_in_the_order_of_the_country_has_the_key_of_its_parts(
        (street, number, city, postcode) in plain("x[b-z]{3,8}"), unit in 1u32..999,
    ) {
        let (street, city) = (street.join(" "), city.join(" "));
        let parts = of(&street, &number.to_string(), &city, &postcode.to_string());
        let with_unit = Address { unit: Some(unit.to_string()), ..parts.clone() };
        let au = format!("{number} {street} {city} {postcode}");
        let au_unit = format!("UNIT {unit}, {au}");
        let dk = format!("{street} {number}, {postcode} {city}");
        prop_assert_eq!(MatchKey::of_text(&au, "AU"), MatchKey::of_parts(&parts, "AU"));
        prop_assert_eq!(MatchKey::of_text(&au_unit, "AU"), MatchKey::of_parts(&with_unit, "AU"));
        prop_assert_eq!(MatchKey::of_text(&dk, "DK"), MatchKey::of_parts(&parts, "DK"));
        prop_assert_ne!(MatchKey::of_text(&au, "AU"), MatchKey::of_text(&au_unit, "AU"));
    }
}
