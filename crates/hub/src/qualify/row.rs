//! Rows of a bulk qualification, as CSV with a head line or as one JSON object a line: read with whatever else
//! they carry, written with what was found. A row that cannot be read is one that says why.

mod columns;
mod lines;
mod members;
mod record;
#[cfg(test)]
mod tests;

use super::rule::{Offered, Where};
use crate::Error;
use columns::Columns;
use lines::Lines;
use model::premise::Position;
use record::Records;
use serde_json::Value;
use std::borrow::Cow;
use std::io::BufRead;

/// What is added to each row.
pub const ADDED: [&str; 11] = [
    "premise_reference",
    "matched_text",
    "confidence",
    "carrier",
    "product",
    "technology",
    "down_mbps",
    "up_mbps",
    "monthly_price",
    "currency",
    "reason",
];

pub use model::qualification::Format;

/// What is added beside them where answers can be quoted.
pub const QUALIFICATION: &str = "qualification";

/// One question, and the row that it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// None: the row names no place, or is not readable.
    pub place: Option<Where>,
    pub flaw: Option<Flaw>,
    carried: Carried,
}

/// The reason of a row that is none; why follows after a colon.
pub const NOT_READABLE: &str = "row not readable";

/// Why a row is not readable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where it begins, counted from 1.
    pub line: u64,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Carried {
    /// The values of the columns that are carried along, of whatever bytes.
    Fields { fields: Vec<Vec<u8>>, separator: u8 },
    /// A JSON object as it is written, without its end.
    Members(String),
}

/// Reads one row after the other. A bad one is a row too; an error means that the source cannot be read.
pub enum Rows {
    Csv { records: Records, columns: Columns },
    Json { lines: Lines, quotable: bool },
}

impl Rows {
    /// Reads the head line.
    pub fn open(mut source: Box<dyn BufRead + Send>, format: Format) -> Result<Self, Error> {
        let head = source.fill_buf().map_err(unreadable)?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(Error::invalid("file", "is UTF-16: save it as UTF-8"));
        }
        let lines = Lines::new(source, format == Format::Csv);
        if format == Format::JsonLines {
            return Ok(Rows::Json { lines, quotable: false });
        }
        let mut records = Records::new(lines);
        let columns = Columns::read(&mut records)?;
        Ok(Rows::Csv { records, columns })
    }

    /// Answers will be quotable: the ids of an earlier run's are left out.
    pub fn quotable(&mut self) {
        match self {
            Rows::Csv { columns, .. } => columns.quotable(),
            Rows::Json { quotable, .. } => *quotable = true,
        }
    }

    /// What stands before the first row of the output.
    pub fn head(&self) -> Vec<u8> {
        match self {
            Rows::Csv { columns, .. } => columns.head(),
            Rows::Json { .. } => Vec::new(),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Asked, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Rows::Csv { records, columns } => {
                let record = records.next().transpose()?;
                Some(record.map(|record| columns.row(record)).map_err(unreadable))
            }
            Rows::Json { lines, quotable } => loop {
                match lines.next().transpose()? {
                    Ok(line) => match members::row(&line, *quotable) {
                        Some(row) => return Some(Ok(row)),
                        None => continue,
                    },
                    Err(error) => return Some(Err(unreadable(error))),
                }
            },
        }
    }
}

/// What a row says of its place, each word empty where it says nothing.
#[derive(Default)]
struct Words<'a>([Cow<'a, str>; 5]);

impl Words<'_> {
    const NAMES: [&'static str; 5] = ["reference", "address", "country", "latitude", "longitude"];
}

/// The place that a row names, if it names one.
fn place(words: &Words<'_>) -> Result<Option<Where>, String> {
    let [reference, address, country, latitude, longitude] = words.0.each_ref().map(|word| word.trim());
    if !reference.is_empty() {
        return Ok(Some(Where::Reference(reference.to_owned())));
    }
    if !address.is_empty() {
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_country && !country.is_empty() {
            return Err(format!("country `{}` is not two letters", shown(country)));
        }
        let (text, country) = (address.to_owned(), country.to_ascii_uppercase());
        return Ok(Some(Where::Address { text, country }));
    }
    if latitude.is_empty() && longitude.is_empty() {
        return Ok(None);
    }
    let position = match (latitude.parse(), longitude.parse()) {
        (Ok(latitude), Ok(longitude)) => Position::new(latitude, longitude),
        _ => None,
    };
    let (latitude, longitude) = (shown(latitude), shown(longitude));
    let wrong = || format!("latitude `{latitude}` and longitude `{longitude}` are no point on the globe");
    position.map(|position| Some(Where::Position(position))).ok_or_else(wrong)
}

/// Enough of a value to find it again.
fn shown(value: &str) -> String {
    value.chars().take(40).collect()
}

impl Asked {
    /// How much room it takes, about.
    pub fn bytes(&self) -> usize {
        let carried = match &self.carried {
            Carried::Fields { fields, .. } => {
                fields.iter().map(|field| size_of_val(field) + field.len()).sum()
            }
            Carried::Members(object) => object.len(),
        };
        let named = match &self.place {
            Some(Where::Address { text, .. } | Where::Reference(text)) => text.len(),
            Some(Where::Position(_)) | None => 0,
        };
        size_of_val(self) + carried + named
    }

    /// `id`: by which the answer can be quoted.
    pub fn write_offer(&self, offer: &Offered<'_>, id: Option<&str>, out: &mut Vec<u8>) -> Result<(), Error> {
        let product = offer.product;
        let technology = offer.technology();
        let monthly = offer.monthly();
        let number = |value: Option<u32>| value.map_or(Value::Null, Value::from);
        let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
        let added = [
            text(offer.premise.map(|premise| premise.external_reference.clone())),
            text(offer.matched.map(|premise| premise.address.one_line(""))),
            Value::from(offer.confidence.word()),
            Value::from(offer.carrier),
            Value::from(product.code.as_str()),
            text(technology.map(str::to_owned)),
            number(product.down_mbps),
            number(product.up_mbps),
            text(monthly.map(|monthly| monthly.amount.to_string())),
            text(monthly.map(|monthly| monthly.currency.to_string())),
            Value::Null,
        ];
        self.write(added, id, out)
    }

    pub fn write_reason(&self, reason: &str, id: Option<&str>, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut added: [Value; ADDED.len()] = Default::default();
        added[ADDED.len() - 1] = Value::from(reason);
        self.write(added, id, out)
    }

    fn write(&self, added: [Value; ADDED.len()], id: Option<&str>, out: &mut Vec<u8>) -> Result<(), Error> {
        match &self.carried {
            Carried::Fields { fields, separator } => {
                let shown = added.iter().map(|value| match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                let shown: Vec<String> = shown.collect();
                let added = shown.iter().map(String::as_str).chain(id).map(str::as_bytes);
                let fields = fields.iter().map(Vec::as_slice).chain(added);
                out.extend(line(fields, *separator)?);
            }
            Carried::Members(object) => {
                out.extend(object.as_bytes());
                let mut is_first = object.trim_end().ends_with('{');
                let id = id.map(|id| (&QUALIFICATION, Value::from(id)));
                for (name, value) in ADDED.iter().zip(added).chain(id) {
                    out.extend(if is_first { "\"" } else { ",\"" }.bytes());
                    is_first = false;
                    out.extend(name.bytes());
                    out.extend(b"\":");
                    serde_json::to_writer(&mut *out, &value).map_err(|e| Error::Internal(e.to_string()))?;
                }
                out.extend(b"}\n");
            }
        }
        Ok(())
    }
}

fn line<'a>(fields: impl Iterator<Item = &'a [u8]>, separator: u8) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::with_capacity(160));
    writer.write_record(fields).map_err(|e| Error::Internal(e.to_string()))?;
    writer.into_inner().map_err(|e| Error::Internal(e.to_string()))
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}
