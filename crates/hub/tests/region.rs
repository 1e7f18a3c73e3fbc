//! A state or province that was said is the listing's, or the premise is not the one that is meant.

#![allow(clippy::unwrap_used)]

use atlas::address::{Addresses, Builder, Listing, Question};
use hub::place::{Meant, meant};
use model::address::Address;

/// Country, number, street, postcode, city, province.
const LISTED: [[&str; 6]; 22] = [
    ["US", "100", "Main Street", "66101", "Kansas City", "KS"],
    ["US", "5", "Broadway", "62701", "Springfield", "Illinois"],
    ["US", "7", "Oak Street", "", "Springfield", "IL"],
    ["US", "7", "Oak Street", "", "Springfield", "MO"],
    ["US", "200", "West 42nd Street", "10036", "New York", "NY"],
    ["US", "300", "West 42nd Street", "10036", "New York", ""],
    ["US", "5", "Delaware Avenue", "14202", "Buffalo", "NY"],
    ["US", "1600", "Pennsylvania Avenue", "20500", "Washington", "DC"],
    ["US", "9", "Elm Street", "62701", "Springfield", ""],
    ["AU", "14", "Alfred Street", "2280", "Belmont", "NSW"],
    ["AU", "3", "Kent Street", "6000", "Perth", "WA"],
    ["GB", "12", "George Street", "PH1 1AA", "Perth", ""],
    ["IT", "7", "Via Roma", "24063", "Castro", "BG"],
    ["IT", "1", "Via Cenerentola", "95034", "Bronte", "CT"],
    ["IT", "9", "Via Nuova", "70121", "Bari", "BA"],
    ["IT", "4", "Via Verdi", "", "Castro", ""],
    ["ES", "5", "Calle Luna", "29601", "Marbella", "Málaga"],
    ["ES", "8", "Calle Mayor", "28013", "Madrid", "Madrid"],
    ["ZA", "5", "Vlei Road", "3780", "Richmond", "KZN"],
    ["ZA", "8", "Church Street", "", "Middelburg", "Mpumalanga"],
    ["DE", "5", "Lindenweg", "23730", "Neustadt", "Schleswig-Holstein"],
    ["AU", "6", "Hay Street", "3000", "Melbourne", ""],
];

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn address([country, number, street, postcode, city, province]: [&str; 6]) -> Address {
    Address {
        number: some(number),
        street: some(street),
        postcode: some(postcode),
        city: some(city),
        province: some(province),
        country: some(country),
        ..Address::default()
    }
}

fn listed() -> Addresses {
    let mut builder = Builder::new();
    for (premise, row) in (1..).zip(LISTED) {
        let address = address(row);
        builder.add(&Listing {
            premise,
            carrier: 1,
            address: &address,
            country: "",
            position: None,
            keys: &[],
        });
    }
    builder.into_index().into()
}

/// The premise that is found first, and whether it is taken for the one that is meant.
fn taken(addresses: &Addresses, question: &Question<'_>) -> (i64, bool) {
    let found = addresses.search(&Question { limit: 20, compare_houses: true, ..*question });
    let first = found.first().map_or(0, |found| found.premise);
    match meant(&found) {
        Meant::Place(listings) => (listings[0].premise, true),
        Meant::Unclear | Meant::Nothing => (first, false),
    }
}

#[test]
fn a_region_that_is_the_listings_needs_no_postcode() {
    let listed = listed();
    for (country, text, premise) in [
        ("US", "100 Main St, Kansas City, KS", 1),
        ("US", "100 Main St, Kansas City, Kansas, USA", 1),
        ("US", "5 Broadway, Springfield IL", 2),
        ("US", "5 Broadway, IL 62701", 2),
        ("US", "7 Oak St, Springfield, Missouri", 4),
        ("US", "7 Oak St, Springfield, Illinois", 3),
        ("US", "200 W 42nd St, New York, NY", 5),
        ("US", "200 West 42nd Street, New York, New York", 5),
        ("US", "200 West 42nd Street, New York, New York 10036", 5),
        ("US", "200 West 42nd Street, New York", 5),
        ("US", "300 West 42nd Street, New York, New York 10036", 6),
        ("US", "5 Delaware Avenue, Buffalo, New York", 7),
        ("US", "5 Delaware Ave, Buffalo, NY", 7),
        ("US", "1600 Pennsylvania Avenue, Washington, D.C.", 8),
        ("US", "9 Elm Street, Springfield, IL 62701", 9),
        ("", "3 Kent Street, Perth WA", 11),
        ("AU", "14 Alfred Street, Belmont, New South Wales", 10),
        ("AU", "14 Alfred Street, Belmont, Australia", 10),
        ("IT", "Via Cenerentola 1, Bronte (CT)", 14),
        ("IT", "Via Cenerentola 1, Bronte, Catania", 14),
        ("IT", "Via Cenerentola 1, Bronte (Catania), Italia", 14),
        ("IT", "Via Cenerentola 1, 95034 Bronte, Sicilia", 14),
        ("IT", "Via Nuova 9, Bari, Bari", 15),
        ("IT", "Via Nuova 9, Bari (BA)", 15),
        ("ES", "Calle Luna 5, Marbella (Málaga)", 17),
        ("ES", "Calle Luna 5, Marbella, Málaga", 17),
        ("ES", "Calle Luna 5, 29601 Marbella, Andalucía", 17),
        ("ES", "Calle Mayor 8, Madrid, Madrid", 18),
        ("ZA", "5 Vlei Road, Richmond, KwaZulu-Natal", 19),
        ("ZA", "8 Church Street, Middelburg, MP", 20),
        ("DE", "Lindenweg 5, Neustadt, Schleswig-Holstein", 21),
    ] {
        let question = Question { text, country, ..Question::default() };
        assert_eq!(taken(&listed, &question), (premise, true), "{text}");
    }
}

#[test]
fn another_region_is_another_place() {
    let listed = listed();
    for (country, text) in [
        ("US", "100 Main St, Kansas City, MO"),
        ("US", "100 Main St, Kansas City, Missouri"),
        ("US", "5 Broadway, Springfield, MO"),
        ("US", "5 Broadway, Springfield, MO 62701"),
        ("US", "7 Oak St, Springfield"),
        ("US", "7 Oak St, Springfield, Ohio"),
        ("US", "5 Delaware Avenue, New York"),
        ("US", "5 Delaware Avenue, New York 14202"),
        ("US", "5 Delaware Avenue, Buffalo, Wyoming"),
        ("US", "200 W 42nd St, New York, NJ"),
        ("US", "9 Elm Street, Springfield, IL"),
        ("AU", "14 Alfred Street, Belmont WA"),
        ("AU", "14 Alfred Street, Belmont, Victoria"),
        ("AU", "6 Hay Street, Melbourne VIC"),
        ("", "12 George Street, Perth WA"),
        ("", "12 George Street, Perth, Australia"),
        ("GB", "12 George Street, Perth, Wales"),
        ("IT", "Via Roma 7, Castro (LE)"),
        ("IT", "Via Roma 7, Castro, Lecce"),
        ("IT", "Via Roma 7, Castro, Roma"),
        ("IT", "Via Roma 7, 24063 Roma"),
        ("IT", "Via Verdi 4, Castro (LE)"),
        ("ES", "Calle Luna 5, Marbella (Cádiz)"),
        ("ZA", "5 Vlei Road, Richmond, Northern Cape"),
        ("ZA", "8 Church Street, Middelburg, Eastern Cape"),
        ("DE", "Lindenweg 5, Neustadt, Hessen"),
    ] {
        let question = Question { text, country, ..Question::default() };
        assert!(!taken(&listed, &question).1, "{text}");
    }
}

#[test]
fn a_province_in_a_field_of_its_own_counts_as_much() {
    let listed = listed();
    for (row, is_taken) in [
        (["IT", "7", "Via Roma", "24063", "Castro", "BG"], true),
        (["IT", "7", "Via Roma", "", "Castro", "Bergamo"], true),
        (["IT", "7", "Via Roma", "", "Castro", "LE"], false),
        (["IT", "7", "Via Roma", "24063", "Castro", "XX"], true),
        (["IT", "4", "Via Verdi", "", "Castro", ""], true),
        (["IT", "4", "Via Verdi", "", "Castro", "LE"], false),
        (["US", "7", "Oak Street", "", "Springfield", "MO"], true),
        (["US", "7", "Oak Street", "", "Springfield", ""], false),
    ] {
        let address = address(row);
        let text = address.one_line("");
        let question =
            Question { text: &text, address: Some(&address), country: row[0], ..Question::default() };
        assert_eq!(taken(&listed, &question).1, is_taken, "{row:?}");
    }
}
