//! Many carriers that list one place.

use crate::world::*;
use atlas::address::{Change, Question};
use std::collections::BTreeMap;

const CARRIERS: i64 = 50;

/// Of each carrier three listings of one house, one of a house without a number, and those of the flats of another.
fn listed() -> Vec<House> {
    let mut houses = Vec::new();
    for carrier in 1..=CARRIERS {
        let mut add = |listing: House| {
            let premise = houses.len() as i64 + 1;
            houses.push(House { premise, carrier, ..listing });
        };
        for _ in 0..3 {
            add(house(0, "IT", ["1", "Via Cenerentola", "95034", "Bronte"]));
        }
        add(house(0, "IT", ["", "Cascina Vecchia", "95034", "Bronte"]));
        // One writes its flats better than all others, and has many.
        let place = if carrier == 1 { "Bronte" } else { "Bronte Sud" };
        for flat in 0..if carrier == 1 { 300 } else { 2 } {
            let mut listing = house(0, "IT", ["8", "Via Lunga", "95034", place]);
            listing.address.unit = some(&flat.to_string());
            add(listing);
        }
    }
    houses
}

#[test]
fn carriers_that_list_one_place_do_not_push_each_other_out() {
    let town = addresses(&listed());
    let counts = |addresses: &atlas::address::Addresses, text: &str| {
        let question = Question { text, limit: 60, each_carrier: true, ..Question::default() };
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        addresses.search(&question).iter().for_each(|found| *counts.entry(found.carrier).or_default() += 1);
        counts
    };
    let all = |count: usize| (1..=CARRIERS).map(|carrier| (carrier, count)).collect::<BTreeMap<_, _>>();
    assert_eq!(counts(&town, "Via Cenerentola 1, 95034 Bronte"), all(3));
    assert_eq!(counts(&town, "Cascina Vecchia, 95034 Bronte"), all(1));
    let mut flats = all(2);
    flats.insert(1, 60);
    assert_eq!(counts(&town, "Via Lunga 8, 95034 Bronte"), flats);
    let change = |n: i64| {
        let listing = house(0, "IT", ["8", "Via Lunga", "95034", "Bronte"]);
        Change {
            premise: 9_000 + n,
            carrier: 1,
            address: listing.address,
            country: "IT".into(),
            position: None,
            keys: vec![],
        }
    };
    let changed = town.with((0..70).map(change), &[]);
    assert_eq!(counts(&changed, "Via Lunga 8, 95034 Bronte"), flats);
}
