//! A small town, and how it is asked about.

use atlas::address::{Addresses, Builder, Index, Listing, Match, Question};
use model::address::Address;
use model::premise::Position;

/// A listing as the tests write it: number, street, postcode, city, country.
#[derive(Debug, Clone)]
pub struct House {
    pub premise: i64,
    pub carrier: i64,
    pub address: Address,
    pub country: &'static str,
    pub position: Option<Position>,
}

pub fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

pub fn house(premise: i64, country: &'static str, [number, street, postcode, city]: [&str; 4]) -> House {
    let address = Address {
        number: some(number),
        street: some(street),
        postcode: some(postcode),
        city: some(city),
        ..Address::default()
    };
    House { premise, carrier: 1, address, country, position: None }
}

pub fn text(premise: i64, country: &'static str, text: &str) -> House {
    let address = Address { full_text: some(text), ..Address::default() };
    House { premise, carrier: 1, address, country, position: None }
}

pub fn builder(houses: &[House]) -> Builder {
    let mut builder = Builder::new();
    for house in houses {
        let key = format!("REF-{}", house.premise);
        builder.add(&Listing {
            premise: house.premise,
            carrier: house.carrier,
            address: &house.address,
            country: house.country,
            position: house.position,
            keys: &[&key],
        });
    }
    builder
}

pub fn index(houses: &[House]) -> Index {
    builder(houses).into_index()
}

pub fn addresses(houses: &[House]) -> Addresses {
    index(houses).into()
}

pub fn search(addresses: &Addresses, text: &str) -> Vec<Match> {
    addresses.search(&Question { text, limit: 5, ..Question::default() })
}

/// The premise that is found first; 0 if none is.
pub fn first(addresses: &Addresses, text: &str) -> i64 {
    search(addresses, text).first().map_or(0, |found| found.premise)
}
