//! What is said and is not so takes the certainty away: no order goes to another house, street or town.

#![allow(clippy::unwrap_used)]

use atlas::address::{Addresses, Builder, Listing, Question};
use hub::place::{Meant, meant};
use model::address::Address;

/// Country, number, street, postcode, city.
const LISTED: [[&str; 5]; 34] = [
    ["US", "100", "Main Street", "66101", "Kansas City"],
    ["US", "5", "Broadway", "62701", "Springfield"],
    ["US", "9", "Main Street", "62701", "Springfield"],
    ["US", "200", "Main Street", "62701", "Springfield"],
    ["US", "10", "Main Street", "43215", "Columbus"],
    ["US", "7", "Highway A12", "62701", "Springfield"],
    ["US", "40", "Market Street", "01101", "West Springfield"],
    ["US", "12", "County Road 9", "19901", "Dover"],
    ["US", "7", "County Road 12", "19901", "Dover"],
    ["US", "300", "5th Street", "62701", "Springfield"],
    ["AU", "14", "Alfred Street", "2280", "Belmont"],
    ["AU", "8", "Park Road", "2280", "Belmont"],
    ["AU", "8", "Hill Road", "2280", "Belmont"],
    ["AU", "5", "North Street", "3000", "Melbourne"],
    ["AU", "33", "Kent Street", "6100", "Victoria Park"],
    ["GB", "6", "Kiln Lane", "S26 1AA", "Kiveton"],
    ["GB", "12", "George Street", "PH1 1AA", "Perth"],
    ["GB", "3", "High Street", "DE1 1AA", "Derby"],
    ["ZA", "5", "Vlei Road", "3780", "Richmond"],
    ["IT", "7", "Via Roma", "24063", "Castro"],
    ["IT", "5", "Via Roma", "86020", "Campochiaro"],
    ["IT", "9", "Via Nuova", "70121", "Bari"],
    ["IT", "5", "Via Santa", "70121", "Bari"],
    ["IT", "6", "Via Giovanni XXIII", "70121", "Bari"],
    ["ES", "5", "Calle Nueva", "03181", "Torrevieja"],
    ["ES", "5", "Calle Luna", "16001", "Cuenca"],
    ["DE", "5", "Lindenweg", "23730", "Neustadt"],
    ["DE", "5", "Am Alten", "50667", "Köln"],
    ["DE", "3", "Hauptstraße", "34414", "Warburg"],
    ["FR", "5", "Rue de Paris", "95450", "Vigny"],
    ["FR", "60", "Route de Lille", "62300", "Lens"],
    ["FR", "3", "Rue Pasteur", "69001", "Lyon"],
    ["FR", "8", "Rue du 11 Novembre", "46000", "Cahors"],
    ["FR", "3", "Rue Louis XIV", "46000", "Cahors"],
];

fn listed() -> Addresses {
    let mut builder = Builder::new();
    let some = |text: &str| Some(text.to_owned());
    for (premise, [country, number, street, postcode, city]) in (1..).zip(LISTED) {
        let address = Address {
            number: some(number),
            street: some(street),
            postcode: some(postcode),
            city: some(city),
            ..Address::default()
        };
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
fn what_is_said_just_so_is_taken() {
    let listed = listed();
    for (premise, [country, number, street, postcode, city]) in (1..).zip(LISTED) {
        let number_first = matches!(country, "US" | "AU" | "GB" | "ZA" | "FR");
        let text = match number_first {
            true => format!("{number} {street}, {postcode} {city}"),
            false => format!("{street} {number}, {postcode} {city}"),
        };
        assert_eq!(taken(&listed, country, &text), premise, "{text}");
    }
}

#[test]
fn what_contradicts_a_listing_is_not_taken_for_it() {
    let listed = listed();
    for (country, text) in [
        // Another state, another country.
        ("US", "100 Main St, Kansas City, MO"),
        ("IT", "Via Roma 7, Castro (LE)"),
        ("ZA", "5 Vlei Road, Richmond, Northern Cape"),
        ("DE", "Lindenweg 5, Neustadt, Hessen"),
        ("GB", "12 George Street, Perth, Australia"),
        ("", "12 George Street, Perth WA"),
        // A town that has a region's name.
        ("FR", "5 rue de Paris, 95450 Us"),
        ("US", "10 Main St, Delaware, OH 43215"),
        ("GB", "6 Kiln Lane, Wales, S26 1AA"),
        ("ES", "Calle Luna 5, 16001 (Madrid)"),
        // A street that has.
        ("IT", "Bari, Via Nuova Italia 9"),
        ("ES", "Torrevieja, Calle Nueva España 5"),
        ("DE", "Köln, Am Alten Hessen 5"),
        // A flat that is not listed.
        ("US", "5 Broadway #1204, Springfield, IL 62701"),
        ("US", "5 Broadway, 1204, Springfield, IL 62701"),
        ("FR", "60 route de Lille 1002, 62300 Lens"),
        ("US", "9 Main Street, Springfield 62701, 62702"),
        ("US", "5 Broadway, Penthouse, Springfield 62701"),
        ("AU", "14 Alfred St Townhouse, Belmont NSW 2280"),
        ("US", "Unit CS 12, 200 Main Street, Springfield 62701"),
        // Words that introduce a unit are part of these names.
        ("AU", "8 Villa Park Road, Belmont 2280"),
        ("AU", "8 Tower Hill Road, Belmont 2280"),
        ("IT", "Via Scala Santa 5, 70121 Bari"),
        // Half of a town's name, or another town.
        ("AU", "5 North Street, North Melbourne VIC 3000"),
        ("US", "40 Market Street, Springfield"),
        ("AU", "33 Kent St, Park"),
        ("FR", "3 rue Pasteur, Laon"),
        ("DE", "Hauptstr. 3, Marburg"),
        ("GB", "3 High Street, Denby"),
        // Numbers in names.
        ("US", "12 County Road 7, Dover 19901"),
        ("FR", "11 rue du 8 novembre, Cahors"),
        ("US", "7 Highway A13, Springfield 62701"),
        ("IT", "Via Giovanni XXII 6, 70121 Bari"),
        ("FR", "3 rue Louis XVI, 46000 Cahors"),
        ("US", "300 No. 5th St, Springfield 62701"),
    ] {
        assert_eq!(taken(&listed, country, text), 0, "{text}");
    }
}
