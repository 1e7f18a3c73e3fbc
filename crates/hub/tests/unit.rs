//! A unit is the listing's however it is said, and a unit that is not listed is no other's.

#![allow(clippy::unwrap_used)]

use atlas::address::{Addresses, Builder, Listing, Question};
use hub::place::{Meant, meant};
use model::address::Address;

const LISTED: [(&str, &str); 9] = [
    ("GB", "Flat 2, 12 High Street, Derby DE1 1AA"),
    ("GB", "Flat Three, 12 High Street, Derby DE1 1AA"),
    ("GB", "5 Two Mile Lane, Derby DE1 1AA"),
    ("AU", "UNIT 11 12 ALFRED STREET BELMONT NSW 2280"),
    ("DK", "Algade 5, 1. th, 2605 Brøndby"),
    ("DK", "Algade 5, 1. tv, 2605 Brøndby"),
    ("DK", "Algade 5, st. tv, 2605 Brøndby"),
    ("DK", "Algade 5, kl., 2605 Brøndby"),
    ("DK", "Algade 7, 2605 Brøndby"),
];

fn listed() -> Addresses {
    let mut builder = Builder::new();
    for (premise, (country, text)) in (1..).zip(LISTED) {
        let address = Address { full_text: Some(text.to_owned()), ..Address::default() };
        builder.add(&Listing { premise, carrier: 1, address: &address, country, position: None, keys: &[] });
    }
    builder.into_index().into()
}

/// The premise that is taken for the one that is meant; 0 if none is.
fn taken(addresses: &Addresses, country: &str, text: &str) -> i64 {
    let question = Question { text, country, limit: 20, compare_houses: true, ..Question::default() };
    match meant(&addresses.search(&question)) {
        Meant::Place(listings) => listings[0].premise,
        Meant::Unclear | Meant::Nothing => 0,
    }
}

#[test]
fn units_in_words_and_digits_are_the_same() {
    let listed = listed();
    for (country, text, premise) in [
        ("GB", "Flat Two, 12 High Street, Derby DE1 1AA", 1),
        ("GB", "Flat 2, 12 High Street, Derby DE1 1AA", 1),
        ("GB", "Flat 3, 12 High Street, Derby DE1 1AA", 2),
        ("GB", "Flat three 12 High Street, Derby DE1 1AA", 2),
        ("GB", "Flat Four, 12 High Street, Derby DE1 1AA", 0),
        ("GB", "Flat Two, 5 Two Mile Lane, Derby DE1 1AA", 0),
        ("GB", "5 Two Mile Lane, Derby DE1 1AA", 3),
        ("AU", "Unit Eleven, 12 Alfred Street, Belmont 2280", 4),
        ("AU", "Unit Twelve, 12 Alfred Street, Belmont 2280", 0),
        ("DK", "Algade 5, 1. sal th, 2605 Brøndby", 5),
        ("DK", "Algade 5, 1. sal til højre, 2605 Brøndby", 5),
        ("DK", "Algade 5 1 sal t.v. 2605 Brøndby", 6),
        ("DK", "Algade 5, stuen tv, 2605 Brøndby", 7),
        ("DK", "Algade 5, st. tv., 2605 Brøndby", 7),
        ("DK", "Algade 5, st. th, 2605 Brøndby", 0),
        ("DK", "Algade 5, kl., 2605 Brøndby", 8),
        ("DK", "Algade 5, kælderen, 2605 Brøndby", 8),
        ("DK", "Algade 5, 2. sal th, 2605 Brøndby", 0),
        ("DK", "Algade 7, kl., 2605 Brøndby", 0),
        ("DK", "Algade 7, 1. sal, 2605 Brøndby", 0),
        ("DK", "Algade 7, 2605 Brøndby", 9),
    ] {
        assert_eq!(taken(&listed, country, text), premise, "{text}");
    }
}
