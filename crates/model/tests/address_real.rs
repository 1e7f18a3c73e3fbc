//! The match key on real addresses, where the files are there, and on a small generated set
//! otherwise: every listing is found by its own parts, and hardly two have one key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;
use model::address::{Address, MatchKey, keys_of};

fn rows(name: &str, columns: &[&str]) -> Option<Vec<Vec<String>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let file = File::open(folder.join(name)).ok()?;
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let header = reader.headers().unwrap().clone();
    let at: Vec<usize> =
        columns.iter().map(|name| header.iter().position(|other| other == *name).unwrap()).collect();
    Some(
        reader
            .records()
            .map(|row| {
                let row = row.unwrap();
                at.iter().map(|at| row[*at].to_owned()).collect()
            })
            .collect(),
    )
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn french() -> Vec<Address> {
    let columns = ["housenumber", "street", "postcode", "city"];
    let rows = rows("fr_bano_addresses.csv.gz", &columns).unwrap_or_else(|| {
        let mut rows = Vec::new();
        for number in ["1", "1BIS", "2", "2A", "12-14", "100"] {
            for street in ["Rue de l'Église", "Avenue du 8 Mai 1945", "D 921", "Impasse Saint-Joseph"] {
                for (postcode, city) in [("04510", "Aiglun"), ("12500", "Saint-Côme-d'Olt")] {
                    rows.push([number, street, postcode, city].map(str::to_owned).to_vec());
                }
            }
        }
        rows
    });
    rows.iter()
        .map(|row| Address {
            number: some(&row[0]),
            street: some(&row[1]),
            postcode: some(&row[2]),
            city: some(&row[3]),
            ..Address::default()
        })
        .collect()
}

fn australian() -> Vec<String> {
    match rows("au_nbn_premises.csv.gz", &["address"]) {
        Some(rows) => rows.into_iter().flatten().collect(),
        None => {
            let mut texts = Vec::new();
            for unit in ["", "UNIT 9, ", "UNIT 93, ", "SHOP 9, LEVEL 1, ", "SHOP B, ", "UNIT C101, "] {
                for number in ["9", "93-97", "9A", "LOT 9"] {
                    for street in ["ALFRED STREET", "ST JAMES ROAD", "THE ESPLANADE"] {
                        for place in ["BELMONT NORTH 2280", "WETHERILL PARK 2164"] {
                            texts.push(format!("{unit}{number} {street} {place}"));
                        }
                    }
                }
            }
            texts
        }
    }
}

/// The parts of an Australian address as a client would give them. Where the street ends and the
/// suburb begins is not known from the text, so the caller tries what it likes.
fn australian_parts(text: &str, words_of_suburb: usize) -> Address {
    let (front, rest) = match text.rsplit_once(", ") {
        Some((front, rest)) => (front, rest),
        None => ("", text),
    };
    let mut address = Address::default();
    for part in front.split(", ").filter(|part| !part.is_empty()) {
        match part.split_once(' ') {
            Some(("UNIT", id)) => address.unit = some(id),
            Some(("LEVEL" | "FLOOR", id)) => address.floor = some(id),
            _ => address.unit = some(part),
        }
    }
    let words: Vec<&str> = rest.split(' ').collect();
    let street = if words[0] == "LOT" { 2 } else { 1 };
    let city = words.len() - 1 - words_of_suburb;
    address.number = some(&words[..street].join(" "));
    address.street = some(&words[street..city].join(" "));
    address.city = some(&words[city..words.len() - 1].join(" "));
    address.postcode = some(words[words.len() - 1]);
    address
}

/// The share of listings whose key another listing has too, and the first such pairs.
fn shared_keys(keys: &[MatchKey], show: impl Fn(usize) -> String) -> f64 {
    let mut first: HashMap<&MatchKey, Vec<usize>> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        first.entry(key).or_default().push(at);
    }
    let groups: Vec<_> = first.values().filter(|group| group.len() > 1).collect();
    for group in groups.iter().take(12) {
        println!("  same key: {}", group.iter().map(|at| show(*at)).collect::<Vec<_>>().join(" = "));
    }
    let rows: usize = groups.iter().map(|group| group.len()).sum();
    println!("  {} of {} listings share their key", rows, keys.len());
    rows as f64 / keys.len() as f64
}

#[test]
fn every_french_listing_is_found_by_its_own_parts_however_they_are_written() {
    let listings = french();
    let keys: Vec<MatchKey> =
        listings.iter().map(|listing| MatchKey::of_listing(listing, "FR").unwrap()).collect();
    assert!(shared_keys(&keys, |at| listings[at].one_line("FR")) < 0.005);
    for (listing, key) in listings.iter().zip(&keys).step_by(7) {
        let number = listing.number.as_deref().unwrap();
        let suffix = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
        let spaced = match &number[suffix..] {
            "BIS" | "TER" | "QUATER" | "A" | "B" | "R" => {
                format!("{} {}", &number[..suffix], &number[suffix..])
            }
            _ => number.to_owned(),
        };
        let asked = Address {
            number: Some(spaced),
            street: listing.street.as_deref().map(str::to_uppercase),
            city: listing.city.as_deref().map(|city| city.replace(['-', '\''], " ")),
            postcode: listing.postcode.as_deref().map(|code| code.trim_start_matches('0').to_owned()),
            ..Address::default()
        };
        assert_eq!(keys_of(&asked, "FR").first(), Some(key), "{listing:?}");
    }
}

#[test]
fn nearly_every_french_listing_is_found_by_its_text() {
    let listings = french();
    let sample: Vec<_> = listings.iter().step_by(11).collect();
    let missed: Vec<_> = sample
        .iter()
        .filter(|listing| {
            let text = listing.one_line("FR");
            MatchKey::of_text(&text, "FR") != MatchKey::of_listing(listing, "FR")
        })
        .collect();
    println!("missed {} of {}", missed.len(), sample.len());
    missed.iter().take(20).for_each(|listing| println!("  {}", listing.one_line("FR")));
    assert!(missed.len() * 1000 <= sample.len());
}

#[test]
fn every_australian_listing_is_found_by_its_own_parts_and_by_no_others() {
    let texts = australian();
    let keys: Vec<MatchKey> = texts.iter().map(|text| MatchKey::of_text(text, "AU").unwrap()).collect();
    // Seven pairs are one address written twice (`YANDINA - COOLUM ROAD`).
    assert!(shared_keys(&keys, |at| texts[at].clone()) < 0.0005);
    for (text, key) in texts.iter().zip(&keys) {
        for words in 1..=2 {
            let asked = australian_parts(text, words);
            assert_eq!(keys_of(&asked, "AU").first(), Some(key), "{text}: {asked:?}");
        }
    }
}

#[test]
fn an_australian_client_may_abbreviate() {
    let abbreviate = |text: &str| {
        text.split(' ')
            .map(|word| match word {
                "STREET" => "St.",
                "ROAD" => "Rd",
                "AVENUE" => "Ave",
                "DRIVE" => "Dr",
                "PLACE" => "Pl",
                "COURT" => "Ct",
                "CRESCENT" => "Cres",
                "CLOSE" => "Cl",
                "PARADE" => "Pde",
                "CIRCUIT" => "Cct",
                "NORTH" => "Nth",
                other => other,
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    for text in australian() {
        let parts = australian_parts(&text, 1);
        let asked = Address {
            street: parts.street.as_deref().map(abbreviate),
            city: parts.city.as_deref().map(abbreviate),
            ..parts
        };
        assert_eq!(keys_of(&asked, "AU").first(), MatchKey::of_text(&text, "AU").as_ref(), "{text}");
    }
}
