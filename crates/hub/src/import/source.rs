//! What files of rows have in common: columns are renamed, gzip is unpacked, values and positions are checked.

use crate::Error;
use model::premise::Position;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

/// Columns of a file (properties of a feature) → fields, where they are called differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, String>);

impl Mapping {
    /// Reads `column=field,column=field`, where there are these fields.
    pub fn parse(text: &str, fields: &[&str]) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for pair in text.split(',').filter(|p| !p.trim().is_empty()) {
            let (column, field) =
                pair.split_once('=').ok_or_else(|| format!("`{pair}` is not column=field"))?;
            let (column, field) = (column.trim(), field.trim());
            if !fields.contains(&field) {
                return Err(format!("`{field}` is not a field; there are: {}", fields.join(", ")));
            }
            if columns.insert(column.to_owned(), field.to_owned()).is_some() {
                return Err(format!("column `{column}` is named twice"));
            }
        }
        Ok(Self(columns))
    }

    /// The field that a column fills by its name here or, where it has none, by its own.
    fn field<'a>(&'a self, column: &'a str) -> &'a str {
        self.0.get(column).map_or(column, String::as_str)
    }

    /// The columns that are named, each with its field.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(column, field)| (column.as_str(), field.as_str()))
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
    fields: &'static [&'static str],
    of: Vec<Option<usize>>,
}

impl Columns {
    /// Reads the head line. Columns that are no fields are left alone.
    pub fn read(
        head: &csv::StringRecord,
        mapping: &Mapping,
        fields: &'static [&'static str],
    ) -> Result<Self, Error> {
        let mut of = vec![None; fields.len()];
        for (at, column) in head.iter().enumerate() {
            let field = mapping.field(column.trim_start_matches('\u{feff}').trim());
            if let Some(slot) = fields.iter().position(|f| *f == field) {
                if of[slot].is_some() {
                    return Err(Error::invalid("map", format!("two columns fill the field `{field}`")));
                }
                of[slot] = Some(at);
            }
        }
        for (column, _) in mapping.named() {
            if !head.iter().any(|h| h.trim_start_matches('\u{feff}').trim() == column) {
                return Err(Error::invalid("map", format!("the file has no column `{column}`")));
            }
        }
        Ok(Self { fields, of })
    }

    pub fn have(&self, field: &str) -> bool {
        self.fields.iter().zip(&self.of).any(|(name, at)| *name == field && at.is_some())
    }

    /// An error that says what to do, unless a column fills the field. `other` is what it is often called.
    pub fn need(&self, field: &str, other: &str) -> Result<(), Error> {
        if self.have(field) {
            return Ok(());
        }
        let why = format!("no column fills `{field}`: name it, for example --map {other}={field}");
        Err(Error::invalid("map", why))
    }

    /// The value of a field; None where the column is missing or empty.
    pub fn get<'r>(&self, record: &'r csv::StringRecord, slot: usize) -> Option<&'r str> {
        let text = record.get((*self.of.get(slot)?)?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Longer values are refused.
const LONGEST: usize = 512;

/// The value, if it is one that a field can have.
pub fn text<'a>(field: &str, value: &'a str) -> Result<&'a str, String> {
    if value.len() > LONGEST || value.chars().any(char::is_control) {
        return Err(format!("{field} is longer than {LONGEST} bytes or has control characters"));
    }
    Ok(value)
}

pub fn number(field: &str, text: &str) -> Result<f64, String> {
    text.parse::<f64>().map_err(|_| format!("{field} `{text}` is not a number"))
}

/// A count; a map's properties may write it as `12.0`.
pub fn whole(field: &str, text: &str) -> Result<u32, String> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().map_err(|_| format!("{field} `{text}` is not a whole number"))
}

pub fn position(latitude: &str, longitude: &str) -> Result<Position, String> {
    let (latitude, longitude) = (number("latitude", latitude)?, number("longitude", longitude)?);
    Position::new(latitude, longitude)
        .ok_or_else(|| format!("latitude {latitude} and longitude {longitude} are not on the globe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[&str] = &["external_reference", "full_text", "street", "number"];

    #[test]
    fn a_mapping_names_columns_on_the_left_and_fields_on_the_right() {
        let mapping = Mapping::parse("loc_id=external_reference, address=full_text", FIELDS).unwrap();
        assert_eq!(mapping.field("loc_id"), "external_reference");
        assert_eq!(mapping.field("street"), "street");
        assert!(Mapping::parse("loc_id", FIELDS).unwrap_err().contains("column=field"));
        assert!(Mapping::parse("a=b", FIELDS).unwrap_err().contains("not a field"));
        assert!(Mapping::parse("a=street,a=number", FIELDS).unwrap_err().contains("twice"));
    }
}
