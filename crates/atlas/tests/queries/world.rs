//! Invented towns with their premises, spelled out from short lines.
//!
//! `town  country  postcode  name  province  style` begins a town; a comma in its name parts suburb and city.
//! `street  name  numbers  units` is a street in it: `1..9` and `1..17/2` are rows of numbers, `8_bis` has a
//! space, `12{UNIT 1;UNIT 2}` are the units of a house, and `-12` among the numbers means that it is listed by
//! its units only. Styles: `parts` lists streets and numbers apart, `text` in one line, `caps` the same in capitals.

use atlas::address::{Builder, Index, Listing};
use model::address::Address;
use std::collections::HashMap;

const FILES: [(&str, &str); 6] = [
    ("da", include_str!("world/da.tsv")),
    ("de", include_str!("world/de.tsv")),
    ("en", include_str!("world/en.tsv")),
    ("es", include_str!("world/es.tsv")),
    ("fr", include_str!("world/fr.tsv")),
    ("it", include_str!("world/it.tsv")),
];

struct Town<'a> {
    country: &'a str,
    postcode: &'a str,
    name: &'a str,
    province: &'a str,
    style: &'a str,
}

struct Premise {
    address: Address,
    language: &'static str,
}

/// All premises of all languages; a premise's number is its place here.
pub struct World {
    premises: Vec<Premise>,
    references: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl World {
    pub fn read() -> Self {
        let mut world = Self { premises: Vec::new(), references: Vec::new(), numbers: HashMap::new() };
        for (language, text) in FILES {
            let mut town = None;
            for line in text.lines() {
                let fields: Vec<&str> = line.split('\t').collect();
                match fields[..] {
                    ["town", country, postcode, name, province, style] => {
                        town = Some(Town { country, postcode, name, province, style });
                    }
                    ["street", street, numbers] => world.street(language, town.as_ref(), street, numbers, ""),
                    ["street", street, numbers, units] => {
                        world.street(language, town.as_ref(), street, numbers, units);
                    }
                    _ => panic!("neither town nor street: {line}"),
                }
            }
        }
        world
    }

    pub fn index(&self) -> Index {
        let mut builder = Builder::new();
        for (number, premise) in self.premises.iter().enumerate() {
            builder.add(&Listing {
                premise: number as i64,
                carrier: 1,
                address: &premise.address,
                country: "",
                position: None,
                keys: &[],
            });
        }
        builder.into_index()
    }

    pub fn reference(&self, premise: i64) -> &str {
        &self.references[usize::try_from(premise).unwrap()]
    }

    pub fn has(&self, reference: &str) -> bool {
        self.numbers.contains_key(reference)
    }

    /// How many premises each language has.
    pub fn sizes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        FILES.iter().map(|(language, _)| {
            (*language, self.premises.iter().filter(|premise| premise.language == *language).count())
        })
    }

    fn street(
        &mut self,
        language: &'static str,
        town: Option<&Town>,
        street: &str,
        numbers: &str,
        units: &str,
    ) {
        let town = town.expect("a town before its streets");
        let mut houses: Vec<String> = numbers.split(' ').flat_map(row).collect();
        for bare in numbers.split(' ').filter_map(|number| number.strip_prefix('-')) {
            houses.retain(|house| house != bare);
        }
        for house in &houses {
            self.push(language, town, street, house, "");
        }
        for building in units.split(" | ").filter(|units| !units.is_empty()) {
            let (house, units) = building.split_once('{').expect("units of a house");
            for unit in units.trim_end_matches('}').split(';') {
                self.push(language, town, street, house, unit);
            }
        }
    }

    fn push(&mut self, language: &'static str, town: &Town, street: &str, house: &str, unit: &str) {
        let place = format!("{}-{}", town.postcode, town.name);
        let parts = [town.country, &place, street, house, unit].map(slug);
        let reference = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("/");
        let house = house.replace('_', " ");
        let address = match town.style {
            "parts" => in_parts(town, street, &house, unit),
            "caps" => in_text(town, in_line(town, street, &house, unit).to_uppercase()),
            _ => in_text(town, in_line(town, street, &house, unit)),
        };
        let before = self.numbers.insert(reference.clone(), self.premises.len());
        assert!(before.is_none(), "{reference} is there twice");
        self.premises.push(Premise { address, language });
        self.references.push(reference);
    }
}

/// `1..17/2` is every second number.
fn row(text: &str) -> Vec<String> {
    if text.starts_with('-') {
        return Vec::new();
    }
    let Some((from, to)) = text.split_once("..") else { return vec![text.to_owned()] };
    let (to, step) = to.split_once('/').unwrap_or((to, "1"));
    let number = |text: &str| text.parse::<usize>().expect("a number");
    (number(from)..=number(to)).step_by(number(step)).map(|number| number.to_string()).collect()
}

/// Letters and digits in lower case, a hyphen for what is between.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            slug.extend(letter.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn in_text(town: &Town, text: String) -> Address {
    Address { full_text: Some(text), country: part(town.country), ..Address::default() }
}

fn part(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Street, number, unit and place in fields of their own.
fn in_parts(town: &Town, street: &str, house: &str, unit: &str) -> Address {
    let (suburb, city) = town.name.split_once(", ").unwrap_or(("", town.name));
    let mut address = Address {
        street: part(street),
        number: part(house),
        suburb: part(suburb),
        city: part(city),
        postcode: part(town.postcode),
        province: part(town.province),
        country: part(town.country),
        ..Address::default()
    };
    // Danish and Spanish registers have floor and door, the others one field.
    match (town.country, unit.split_once(' ')) {
        ("DK" | "ES", Some((floor, door))) => {
            address.floor = part(floor.trim_end_matches(['.', 'º']));
            address.door = part(door);
        }
        _ => address.unit = part(unit),
    }
    address
}

/// The whole in one line, as it is written in the country.
fn in_line(town: &Town, street: &str, house: &str, unit: &str) -> String {
    let Town { country, postcode, name, province, .. } = town;
    let before = if unit.is_empty() { String::new() } else { format!("{unit}, ") };
    let behind = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    match *country {
        "AU" => format!("{} {house} {street} {name} {province} {postcode}", unit).trim_start().to_owned(),
        "ZA" if unit == "Cottage" => {
            format!("{house} (Cottage), {street}, {name}, {country}, {postcode}, {province}")
        }
        "ZA" => format!("{before}{house}, {street}, {name}, {country}, {postcode}, {province}"),
        "GB" => format!("{before}{house} {street}, {name}, {postcode}"),
        "US" => format!("{house} {street}{}, {name}, {province} {postcode}", behind.replace(',', "")),
        "FR" => format!("{before}{house} {street}, {postcode} {name}"),
        "IT" => format!("{street} {house}{behind}, {postcode} {name} ({province})"),
        "ES" => format!("{street}, {house}{behind}, {postcode} {name}"),
        _ => format!("{street} {house}{behind}, {postcode} {name}"),
    }
}
