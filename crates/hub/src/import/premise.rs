//! Premises from CSV.

use super::fill::{Gone, Listed, Reading, Rows};
use super::source::{Columns, decompressed, text, whole};
use super::{At, Options, Row, Summary, Witness};
use crate::{Error, Hub};
use model::address::{Address, MatchKey};
use model::id::CarrierId;
use model::premise::Position;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use store::Tx;
use store::import::Kind;
use store::premise::Listing;

/// The fields that a premise's row may have.
pub const FIELDS: &[&str] = &[
    "external_reference",
    "number",
    "street",
    "unit",
    "floor",
    "door",
    "suburb",
    "city",
    "postcode",
    "province",
    "country",
    "latitude",
    "longitude",
    "full_text",
    "technology",
    "free_ports",
    "premise_id",
];

impl Listed for Listing {
    const KIND: Kind = Kind::Premises;

    fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, rows: &[Self]) -> Result<(), store::Error> {
        store::premise::load(tx, carrier, import, rows)
    }
}

impl Hub {
    /// Imports premises.
    pub async fn import_premises(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let reading = options.clone();
        self.import_rows(options, witness, move |rows| read_all(source, &reading, rows)).await
    }
}

/// Reads the whole file; answers the countries that its rows are in.
fn read_all(source: Box<dyn Read + Send>, options: &Options, rows: &mut Rows<Listing>) -> Reading {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decompressed(source)?);
    let head = reader.headers().map_err(unreadable)?.clone();
    let columns = columns(&head, options)?;
    let default_country = country(options.country.as_deref())?;
    let (mut countries, mut seen, hasher) = (BTreeSet::new(), HashSet::new(), RandomState::new());
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let (line, read) = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                (line, read_row(&record, &columns, &default_country))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                (line, Err("is not UTF-8".to_owned()))
            }
            Err(error) => return Err(unreadable(error)),
        };
        let row = match read {
            Ok((listing, country)) => {
                if !countries.contains(&country) {
                    countries.insert(country);
                }
                // Registers repeat themselves. A reference with another address is another address of the
                // same listing; ten million rows are told apart in 8 bytes each.
                let is_new =
                    seen.insert(hasher.hash_one((&listing.external_reference, listing.key.as_str())));
                if is_new { Row::Good(listing) } else { Row::Again }
            }
            Err(why) => Row::Bad(At::Line(line), why),
        };
        if let Err(Gone) = rows.push(row) {
            return Ok(Vec::new());
        }
    }
    Ok(countries.into_iter().collect())
}

fn columns(head: &csv::StringRecord, options: &Options) -> Result<Columns, Error> {
    let columns = Columns::read(head, &options.mapping, FIELDS)?;
    columns.need("external_reference", "id")?;
    let (whole, parts) = (columns.have("full_text"), columns.have("street") && columns.have("number"));
    if !whole && !parts {
        return Err(Error::invalid(
            "map",
            "no columns fill `street` and `number`, nor `full_text`: name them with --map",
        ));
    }
    Ok(columns)
}

fn unreadable(error: csv::Error) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}

fn country(text: Option<&str>) -> Result<String, Error> {
    let Some(text) = text else { return Ok(String::new()) };
    let country = text.to_ascii_uppercase();
    let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    if fits { Ok(country) } else { Err(Error::invalid("country", "must be two letters (ISO 3166)")) }
}

/// One row, and the country that it is in.
fn read_row(
    record: &csv::StringRecord,
    columns: &Columns,
    default_country: &str,
) -> Result<(Listing, String), String> {
    let mut values: [Option<&str>; FIELDS.len()] = [None; FIELDS.len()];
    for (slot, value) in values.iter_mut().enumerate() {
        *value = columns.get(record, slot).map(|value| text(FIELDS[slot], value)).transpose()?;
    }
    let [
        reference,
        number,
        street,
        unit,
        floor,
        door,
        suburb,
        city,
        postcode,
        province,
        own_country,
        latitude,
        longitude,
        full_text,
        technology,
        free_ports,
        id,
    ] = values;
    let own = |text: Option<&str>| text.map(ToOwned::to_owned);
    let country = match own_country {
        Some(text) => country(Some(text)).map_err(|e| e.to_string())?,
        None => default_country.to_owned(),
    };
    let address = Address {
        street: own(street),
        number: own(number),
        unit: own(unit),
        floor: own(floor),
        door: own(door),
        suburb: own(suburb),
        city: own(city),
        postcode: own(postcode),
        province: own(province),
        country: (!country.is_empty()).then(|| country.clone()),
        full_text: own(full_text),
    };
    let reference = reference.ok_or("external_reference is missing")?;
    let key = MatchKey::of_listing(&address, &country)
        .ok_or("the address has neither street, number and place, nor a full text")?;
    let id =
        id.map(|text| text.parse().map_err(|_| format!("premise_id `{text}` is not a GUID"))).transpose()?;
    let listing = Listing {
        id,
        external_reference: reference.to_owned(),
        key,
        address: serde_json::to_string(&address).map_err(|e| e.to_string())?,
        technology: own(technology),
        position: position(latitude, longitude)?,
        free_ports: free_ports.map(|text| whole("free_ports", text)).transpose()?,
    };
    Ok((listing, country))
}

fn position(latitude: Option<&str>, longitude: Option<&str>) -> Result<Option<Position>, String> {
    match (latitude, longitude) {
        (None, None) => Ok(None),
        (Some(latitude), Some(longitude)) => super::source::position(latitude, longitude).map(Some),
        _ => Err("latitude and longitude must be given together".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_what_an_address_needs_is_refused_with_what_to_do() {
        let head = |names: &[&str]| columns(&csv::StringRecord::from(names.to_vec()), &Options::default());
        assert!(head(&["external_reference", "street", "number"]).is_ok());
        assert!(head(&["\u{feff}external_reference", "full_text"]).is_ok());
        assert!(head(&["id", "street", "number"]).unwrap_err().to_string().contains("external_reference"));
        assert!(head(&["external_reference", "street"]).unwrap_err().to_string().contains("full_text"));
        let twice = head(&["external_reference", "full_text", "full_text"]);
        assert!(twice.unwrap_err().to_string().contains("two columns"));
    }
}
