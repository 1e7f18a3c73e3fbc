//! A word of a street's name that was not said may be what tells it from another street.

#![allow(clippy::unwrap_used)]

use atlas::address::{Addresses, Builder, Listing, Question};
use hub::place::{Meant, meant};
use model::address::Address;

/// Country, number, street, postcode, city.
const LISTED: [[&str; 5]; 20] = [
    ["US", "5", "Martin Luther King Boulevard South", "38101", "Memphis"],
    ["US", "9", "Martin Luther King Boulevard", "38101", "Memphis"],
    ["US", "20", "North Kalamazoo Mall", "49001", "Kalamazoo"],
    ["US", "8", "Old Witherspoon Street", "08540", "Princeton"],
    ["US", "5", "Witherspoon Street", "08540", "Princeton"],
    ["AU", "3", "Wollondilly North Road", "2580", "Goulburn"],
    ["AU", "4", "Wollondilly Road", "2580", "Goulburn"],
    ["AU", "7", "Kurrajong High Street West", "2500", "Wollongong"],
    ["AU", "5", "The Boulevard South", "3205", "South Melbourne"],
    ["AU", "6", "Esplanade South", "3000", "Melbourne"],
    ["AU", "12", "Macquarie Road", "2158", "Dural"],
    ["AU", "14", "Macquarie Street", "2158", "Dural"],
    ["AU", "12", "Wentworth Road", "2158", "Dural"],
    ["AU", "14", "Wentworth Street", "2159", "Galston"],
    ["FR", "12", "Boulevard Gambetta", "05000", "Gap"],
    ["FR", "14", "Rue Gambetta", "05000", "Gap"],
    ["FR", "8", "Rue de l'Église", "05000", "Gap"],
    ["FR", "3", "Rue Église Saint-Pierre", "05000", "Gap"],
    ["DE", "5", "Obere Kastanienallee", "10115", "Berlin"],
    ["DK", "7", "Nørre Kastetallé", "8000", "Aarhus"],
];

fn listed() -> Addresses {
    let mut builder = Builder::new();
    let some = |text: &str| Some(text.to_owned());
    let mut add = |premise: i64, [country, number, street, postcode, city]: [&str; 5]| {
        let address = Address {
            number: some(number),
            street: some(street),
            postcode: some(postcode),
            city: some(city),
            ..Address::default()
        };
        builder.add(&Listing { premise, carrier: 1, address: &address, country, position: None, keys: &[] });
    };
    for (premise, row) in (1..).zip(LISTED) {
        add(premise, row);
    }
    // So that words such as `south` and `road` are frequent.
    for n in 0..400 {
        let name = format!("Name{}x", (b'a' + (n % 20) as u8) as char);
        let street = ["South Road", "North Road", "Boulevard West", "Old Street", "Upper Mall"][n % 5];
        add(1_000 + n as i64, ["AU", "1", &format!("{name} {street}"), "2000", &format!("Town{n}")]);
        add(2_000 + n as i64, ["US", "1", &format!("{name} {street}"), "10001", &format!("Town{n}")]);
        let street = ["Obere", "Rue", "Nørre"][n % 3];
        add(
            3_000 + n as i64,
            [["DE", "FR", "DK"][n % 3], "1", &format!("{street} {name}"), "", &format!("Town{n}")],
        );
    }
    builder.into_index().into()
}

/// The premise that is found first, and whether it is taken for the one that is meant.
fn taken(addresses: &Addresses, country: &str, text: &str) -> (i64, bool) {
    let question = Question { text, country, limit: 20, compare_houses: true, ..Question::default() };
    let found = addresses.search(&question);
    let first = found.first().map_or(0, |found| found.premise);
    (first, matches!(meant(&found), Meant::Place(_)))
}

#[test]
fn a_street_is_taken_where_all_that_tells_it_from_others_is_said() {
    let listed = listed();
    for (premise, [country, number, street, postcode, city]) in (1..).zip(LISTED) {
        let text = match country {
            "DE" | "DK" => format!("{street} {number}, {postcode} {city}"),
            _ => format!("{number} {street}, {city} {postcode}"),
        };
        assert_eq!(taken(&listed, country, &text), (premise, true), "{text}");
    }
    for (country, text, premise) in [
        ("US", "5 Martin Luther King Blvd S, Memphis 38101", 1),
        ("AU", "3 Wollondilly Nth Rd, Goulburn", 6),
        ("AU", "12 Wentworth, Dural 2158", 13),
    ] {
        assert_eq!(taken(&listed, country, text), (premise, true), "{text}");
    }
}

#[test]
fn a_street_is_found_and_not_taken_where_that_is_not_said() {
    let listed = listed();
    for (country, text, premise) in [
        // The street without the direction is listed, or is not.
        ("US", "5 Martin Luther King Blvd, Memphis 38101", 1),
        ("US", "20 Kalamazoo Mall, Kalamazoo 49001", 3),
        ("US", "8 Witherspoon Street, Princeton 08540", 4),
        ("AU", "3 Wollondilly Road, Goulburn 2580", 6),
        ("AU", "7 Kurrajong High Street, Wollongong 2500", 8),
        // The direction is the town's.
        ("AU", "5 The Boulevard, South Melbourne 3205", 9),
        ("AU", "6 Esplanade, South Melbourne", 10),
        // Another type of street.
        ("AU", "12 Macquarie, Dural 2158", 11),
        ("FR", "12 Gambetta, 05000 Gap", 15),
        ("DE", "Kastanienallee 5, 10115 Berlin", 19),
        ("DK", "Kastetallé 7, 8000 Aarhus", 20),
    ] {
        assert_eq!(taken(&listed, country, text), (premise, false), "{text}");
    }
}
