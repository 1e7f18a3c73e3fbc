//! Accesses from CSV.

use super::fill::{Gone, Listed, Reading};
use super::source::{Columns, decompressed, text};
use super::{At, Options, Row, Summary, Witness};
use crate::{Error, Hub};
use model::access::{Details, Gescal37, phone};
use model::id::CarrierId;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use store::Tx;
use store::access::Listing;
use store::import::Kind;

/// The fields that an access's row may have.
pub const FIELDS: &[&str] = &[
    "external_reference",
    "iua",
    "gescal37",
    "phone",
    "brand",
    "premise_reference",
    "technology",
    "address_id",
    "document_number",
    "client_name",
    "territory_owner",
    "bandwidth",
    "customer_type",
    "tv",
    "status",
    "ont",
    "installed_at",
];

impl Listed for Listing {
    const KIND: Kind = Kind::Accesses;

    fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, rows: &[Self]) -> Result<(), store::Error> {
        store::access::load(tx, carrier, import, rows)
    }
}

impl Hub {
    /// Imports accesses.
    pub async fn import_accesses(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let reading = options.clone();
        self.import_rows(options, witness, move |rows| read_all(source, &reading, |row| rows.push(row))).await
    }
}

fn read_all(
    source: Box<dyn Read + Send>,
    options: &Options,
    mut take: impl FnMut(Row<Listing>) -> Result<(), Gone>,
) -> Reading {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decompressed(source)?);
    let unreadable = |error: csv::Error| Error::invalid("file", format!("cannot be read: {error}"));
    let head = reader.headers().map_err(unreadable)?.clone();
    let columns = Columns::read(&head, &options.mapping, FIELDS)?;
    if !columns.have("iua") {
        columns.need("external_reference", "id")?;
    }
    let (mut known, mut record) = (Known::default(), csv::StringRecord::new());
    loop {
        let line = reader.position().line();
        let (line, read) = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => (record.position().map_or(line, csv::Position::line), read_row(&record, &columns)),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                (line, Err("is not UTF-8".to_owned()))
            }
            Err(error) => return Err(unreadable(error)),
        };
        let at = At::Line(line);
        let row = match read.and_then(|listing| Ok((known.check(&listing, line)?, listing))) {
            Ok((false, _)) => Row::Again,
            Ok((true, listing)) => Row::Good(listing),
            Err(why) => Row::Bad(at, why),
        };
        if let Err(Gone) = take(row) {
            break;
        }
    }
    Ok(Vec::new())
}

fn read_row(record: &csv::StringRecord, columns: &Columns) -> Result<Listing, String> {
    let mut values: [Option<&str>; FIELDS.len()] = [None; FIELDS.len()];
    for (slot, value) in values.iter_mut().enumerate() {
        *value = columns.get(record, slot).map(|value| text(FIELDS[slot], value)).transpose()?;
    }
    let [reference, iua, gescal, number, brand, premise_reference, technology, rest @ ..] = values;
    let [address, document, client, territory, bandwidth, customer_type, tv, status, ont, installed] = rest;
    let own = |text: Option<&str>| text.map(ToOwned::to_owned);
    let gescal37 = gescal.map(|text| {
        Gescal37::parse(text)
            .ok_or_else(|| format!("gescal37 `{text}` is not 1 to 37 positions of 0-9, A-Z and blanks"))
    });
    // Not shown: it may be somebody's.
    let phone = number.map(|text| phone(text).ok_or("phone is not 3 to 15 digits")).transpose()?;
    let address_id = address.map(|text| {
        model::access::address_id(text)
            .ok_or_else(|| format!("address_id `{text}` is not a letter and 37 digits"))
    });
    Ok(Listing {
        address_id: address_id.transpose()?,
        details: Details {
            document_number: own(document),
            client_name: own(client),
            territory_owner: own(territory),
            bandwidth: own(bandwidth),
            customer_type: own(customer_type),
            tv: own(tv),
            status: own(status),
            ont: own(ont),
            installed_at: own(installed),
        },
        external_reference: reference
            .or(iua)
            .ok_or("external_reference is missing, and so is iua")?
            .to_owned(),
        iua: own(iua),
        gescal37: gescal37.transpose()?,
        phone,
        brand: own(brand),
        premise_reference: own(premise_reference),
        technology: own(technology),
    })
}

/// What stands in the file already: an access stands there once, and so does an IUA.
#[derive(Default)]
struct Known {
    /// Hash of the reference → hash of the row, and its line.
    references: HashMap<u64, (u64, u64)>,
    iuas: HashMap<u64, u64>,
    hasher: RandomState,
}

impl Known {
    /// False: the same row stands in the file already.
    fn check(&mut self, listing: &Listing, line: u64) -> Result<bool, String> {
        let Listing {
            external_reference,
            iua,
            gescal37,
            phone,
            brand,
            premise_reference,
            technology,
            address_id,
            details,
        } = listing;
        let hash = |text: &str| self.hasher.hash_one(text);
        let all = (external_reference, iua, gescal37, phone, brand, premise_reference, technology);
        let all = (all, address_id, details);
        let (reference, all) = (hash(external_reference), self.hasher.hash_one(all));
        match self.references.get(&reference) {
            Some((same, _)) if *same == all => return Ok(false),
            Some((_, first)) => {
                return Err(format!("external_reference `{external_reference}` is that of line {first} too"));
            }
            None => {}
        }
        if let Some(iua) = iua {
            let key = hash(iua);
            if let Some(first) = self.iuas.get(&key) {
                return Err(format!("iua `{iua}` is that of line {first} too"));
            }
            self.iuas.insert(key, line);
        }
        self.references.insert(reference, (all, line));
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is told of each row, and why nothing was read.
    fn check(text: &[u8]) -> Vec<String> {
        let (mut told, source) = (Vec::new(), Box::new(std::io::Cursor::new(text.to_vec())));
        let read = read_all(source, &Options::default(), |row| {
            told.push(match row {
                Row::Good(access) => format!("{} {:?}", access.external_reference, access.phone),
                Row::Repaired(..) => "repaired".into(),
                Row::Again => "again".into(),
                Row::Bad(at, why) => format!("{at}: {why}"),
            });
            Ok(())
        });
        told.extend(read.err().map(|error| error.to_string()));
        told
    }

    #[test]
    fn rows_are_checked_field_by_field_and_a_reference_or_iua_stands_once() {
        let head = "external_reference,iua,gescal37,phone,brand,premise_reference,technology\n";
        let row = |row: &str| {
            check(format!("{head}a,V1,28000010276800007,900 000 000,ORANGE,,FTTH\n{row}\n").as_bytes())
        };
        assert_eq!(row("a,V1,28000010276800007,900000000,ORANGE,,FTTH"), [r#"a Some("900000000")"#, "again"]);
        for (second, told) in [
            (",V2,,,,,", "V2 None"),
            ("b,,,,,,", "b None"),
            ("a,V1,,,,,", "line 3: external_reference `a` is that of line 2 too"),
            ("b,V1,,,,,", "line 3: iua `V1` is that of line 2 too"),
            (",,28,,,,", "line 3: external_reference is missing, and so is iua"),
            ("b,,28-0,,,,", "line 3: gescal37 `28-0` is not 1 to 37 positions of 0-9, A-Z and blanks"),
            ("b,,,12a,,,", "line 3: phone is not 3 to 15 digits"),
        ] {
            assert_eq!(row(second)[1], told);
        }
        assert!(check(b"brand\nORANGE\n")[0].contains("external_reference"));
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in prop::collection::vec(any::<u8>(), 0..200)) {
            check(&text);
            check(&[b"iua,phone,gescal37\n".as_slice(), &text].concat());
        }
    }
}
