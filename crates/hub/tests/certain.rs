//! A premise that is not listed must hardly ever be taken for one that is: streets are left out of an index, and
//! then asked for.

#![allow(clippy::unwrap_used)]

use atlas::address::{Addresses, Builder, Listing, Question};
use hub::place::{Meant, meant};
use model::address::Address;
use std::collections::BTreeMap;
use std::path::Path;

const REAL: &str = "../../../shared/data/fr_bano_addresses.csv.gz";
const MOST: usize = 120_000;

/// Number, street, postcode, city.
type Row = [String; 4];

/// Real addresses where the file is at hand, else some that share words as real ones do.
fn rows() -> Vec<Row> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(REAL);
    let Ok(file) = std::fs::File::open(file) else { return generated() };
    let mut reader = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file));
    let row = |record: csv::StringRecord| [1, 2, 3, 4].map(|at| record[at].to_owned());
    reader.records().map(|record| row(record.unwrap())).step_by(3).take(MOST).collect()
}

fn generated() -> Vec<Row> {
    let (types, names) =
        (["Rue", "Place", "Chemin", "Avenue"], ["Moulin", "Lac", "Pont", "Château", "Four", "Puits"]);
    let kinds = ["Vieux", "Grand", "Petit", "Haut", "Neuf", "Long"];
    let towns = ["Aiglun", "Bras", "Cassis", "Digne", "Eyguières", "Fuveau", "Gap"];
    let mut rows = Vec::new();
    for (t, town) in towns.iter().enumerate() {
        for kind in types {
            for name in names {
                for other in kinds {
                    for number in 1..9 {
                        let street = format!("{kind} du {other} {name}");
                        rows.push([number.to_string(), street, format!("0{}000", t + 1), (*town).to_owned()]);
                    }
                }
            }
        }
    }
    rows
}

fn address([number, street, postcode, city]: &Row) -> Address {
    let some = |text: &String| Some(text.clone());
    Address {
        number: some(number),
        street: some(street),
        postcode: some(postcode),
        city: some(city),
        ..Address::default()
    }
}

fn is_certain(addresses: &Addresses, text: &str) -> bool {
    let found = addresses.search(&Question { text, limit: 20, compare_houses: true, ..Question::default() });
    matches!(meant(&found), Meant::Place(_))
}

#[test]
fn what_is_not_listed_is_hardly_ever_taken_for_what_is() {
    let rows = rows();
    let mut streets: BTreeMap<[&String; 3], Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        streets.entry([&row[1], &row[2], &row[3]]).or_default().push(row);
    }
    let (mut builder, mut left_out, mut kept) = (Builder::new(), Vec::new(), Vec::new());
    for (n, rows) in streets.values().enumerate() {
        // Every tenth street is not listed.
        if n % 10 == 3 {
            left_out.push(rows[0]);
            continue;
        }
        kept.push(rows[0]);
        for row in rows {
            let address = address(row);
            builder.add(&Listing {
                premise: 1,
                carrier: 1,
                address: &address,
                country: "FR",
                position: None,
                keys: &[],
            });
        }
    }
    let addresses: Addresses = builder.into_index().into();
    let listed = |row: &Row| rows.iter().filter(|other| *other == row).count();
    let share = |rows: &[&Row]| {
        let certain = rows.iter().filter(|row| is_certain(&addresses, &address(row).one_line("FR"))).count();
        certain as f64 * 100.0 / rows.len() as f64
    };
    let (wrong, right) = (share(&left_out), share(&kept[..kept.len().min(3_000)]));
    assert!(listed(left_out[0]) > 0 && left_out.len() > 100);
    assert!(wrong < 0.3, "{wrong:.2} % of {} that are not listed", left_out.len());
    assert!(right > 99.0, "only {right:.2} % of those that are listed");
}
