//! The rows of a CSV file under the hub's field names: columns are renamed, gzip is unpacked.

use crate::Error;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

/// Columns of a file → fields of a premise, where they are called differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, String>);

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
];

impl Mapping {
    /// Reads `column=field,column=field`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for pair in text.split(',').filter(|p| !p.trim().is_empty()) {
            let (column, field) =
                pair.split_once('=').ok_or_else(|| format!("`{pair}` is not column=field"))?;
            let (column, field) = (column.trim(), field.trim());
            if !FIELDS.contains(&field) {
                return Err(format!("`{field}` is not a field; there are: {}", FIELDS.join(", ")));
            }
            if columns.insert(column.to_owned(), field.to_owned()).is_some() {
                return Err(format!("column `{column}` is named twice"));
            }
        }
        Ok(Self(columns))
    }

    /// The field that a column fills, if it fills one.
    fn field<'a>(&'a self, column: &'a str) -> Option<&'a str> {
        let field = self.0.get(column).map_or(column, String::as_str);
        FIELDS.contains(&field).then_some(field)
    }
}

/// Unpacks gzip where the content is gzip, whatever the file is called.
pub fn decompressed(source: Box<dyn Read + Send>) -> Result<Box<dyn BufRead + Send>, Error> {
    let mut buffered = BufReader::with_capacity(256 * 1024, source);
    let head = buffered.fill_buf().map_err(unreadable)?;
    if head.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::with_capacity(
            256 * 1024,
            flate2::bufread::MultiGzDecoder::new(buffered),
        )));
    }
    Ok(Box::new(buffered))
}

fn unreadable(error: std::io::Error) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}

/// Where in a record each field stands.
#[derive(Debug, Clone)]
pub struct Columns {
    of: [Option<usize>; FIELDS.len()],
}

impl Columns {
    /// Reads the head line. Columns that are no fields are left alone.
    pub fn read(head: &csv::StringRecord, mapping: &Mapping) -> Result<Self, Error> {
        let mut of = [None; FIELDS.len()];
        for (at, column) in head.iter().enumerate() {
            let column = column.trim_start_matches('\u{feff}').trim();
            let Some(field) = mapping.field(column) else { continue };
            if let Some(slot) = FIELDS.iter().position(|f| *f == field) {
                if of[slot].is_some() {
                    return Err(Error::invalid("map", format!("two columns fill the field `{field}`")));
                }
                of[slot] = Some(at);
            }
        }
        for column in mapping.0.keys() {
            if !head.iter().any(|h| h.trim_start_matches('\u{feff}').trim() == column) {
                return Err(Error::invalid("map", format!("the file has no column `{column}`")));
            }
        }
        let columns = Self { of };
        let has = |field: &str| {
            FIELDS.iter().position(|f| *f == field).is_some_and(|slot| columns.of[slot].is_some())
        };
        if !has("external_reference") {
            return Err(Error::invalid(
                "map",
                "no column fills `external_reference`: name it, for example --map id=external_reference",
            ));
        }
        let (whole, parts) = (has("full_text"), has("street") && has("number"));
        if !whole && !parts {
            return Err(Error::invalid(
                "map",
                "no columns fill `street` and `number`, nor `full_text`: name them with --map",
            ));
        }
        Ok(columns)
    }

    /// The value of a field; None where the column is missing or empty.
    pub fn get<'r>(&self, record: &'r csv::StringRecord, slot: usize) -> Option<&'r str> {
        let text = record.get(self.of[slot]?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_columns_on_the_left_and_fields_on_the_right() {
        let mapping = Mapping::parse("loc_id=external_reference, address=full_text").unwrap();
        assert_eq!(mapping.field("loc_id"), Some("external_reference"));
        assert_eq!(mapping.field("street"), Some("street"));
        assert_eq!(mapping.field("suburb_file"), None);
        assert!(Mapping::parse("loc_id").unwrap_err().contains("column=field"));
        assert!(Mapping::parse("a=b").unwrap_err().contains("not a field"));
        assert!(Mapping::parse("a=street,a=number").unwrap_err().contains("twice"));
    }

    #[test]
    fn a_file_without_what_an_address_needs_is_refused_with_what_to_do() {
        let head =
            |columns: &[&str]| Columns::read(&csv::StringRecord::from(columns.to_vec()), &Mapping::default());
        assert!(head(&["external_reference", "street", "number"]).is_ok());
        assert!(head(&["\u{feff}external_reference", "full_text"]).is_ok());
        assert!(head(&["id", "street", "number"]).unwrap_err().to_string().contains("external_reference"));
        assert!(head(&["external_reference", "street"]).unwrap_err().to_string().contains("full_text"));
        assert!(
            head(&["external_reference", "full_text", "full_text"])
                .unwrap_err()
                .to_string()
                .contains("two columns")
        );
    }
}
