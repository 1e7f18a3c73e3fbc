//! Rows of a bulk qualification, as CSV with a head line or as one JSON object a line: read with whatever else
//! they carry, written with what was found.

use super::rule::{Offered, Where};
use crate::Error;
use model::premise::Position;
use serde_json::{Map, Value};
use std::io::{BufRead, Lines};

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

/// Longer lines of JSON are refused.
const LONGEST: usize = 1 << 20;

pub use model::qualification::Format;

/// What is added beside them where answers can be quoted.
pub const QUALIFICATION: &str = "qualification";

/// One question, and the row that it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// None: the row names no place.
    pub place: Option<Where>,
    carried: Carried,
}

#[derive(Debug, Clone, PartialEq)]
enum Carried {
    /// The columns that are carried along.
    Fields(Vec<String>),
    Members(Map<String, Value>),
}

/// Reads one row after the other.
pub enum Rows {
    Csv {
        reader: Box<csv::Reader<Box<dyn BufRead + Send>>>,
        columns: Box<Columns>,
        record: csv::StringRecord,
    },
    Json {
        lines: Lines<Box<dyn BufRead + Send>>,
        number: u64,
    },
}

/// Where in a record the question stands, and which columns are carried along.
pub struct Columns {
    reference: Option<usize>,
    address: Option<usize>,
    country: Option<usize>,
    position: Option<[usize; 2]>,
    carried: Vec<usize>,
    names: Vec<String>,
}

impl Rows {
    /// Reads the head line.
    pub fn open(source: Box<dyn BufRead + Send>, format: Format) -> Result<Self, Error> {
        if format == Format::JsonLines {
            return Ok(Rows::Json { lines: source.lines(), number: 0 });
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
        let head = reader.headers().map_err(unreadable)?;
        let names: Vec<String> =
            head.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let (reference, address, country) = (at("reference"), at("address"), at("country"));
        let position = at("latitude").zip(at("longitude")).map(|(latitude, longitude)| [latitude, longitude]);
        if reference.is_none() && address.is_none() && position.is_none() {
            return Err(Error::invalid(
                "file",
                "has no column `address`, `reference`, or `latitude` and `longitude`",
            ));
        }
        let carried: Vec<usize> =
            (0..names.len()).filter(|at| !ADDED.contains(&names[*at].as_str())).collect();
        let names = carried.iter().map(|at| names[*at].clone()).collect();
        let columns = Columns { reference, address, country, position, carried, names };
        let (reader, columns) = (Box::new(reader), Box::new(columns));
        Ok(Rows::Csv { reader, columns, record: csv::StringRecord::new() })
    }

    /// Leaves out the ids of an earlier run's answers: there will be new ones.
    pub fn quotable(&mut self) {
        if let Rows::Csv { columns, .. } = self {
            let kept = columns.names.iter().map(|name| name != QUALIFICATION);
            let mut kept = kept.collect::<Vec<bool>>().into_iter();
            columns.carried.retain(|_| kept.next().unwrap_or(true));
            columns.names.retain(|name| name != QUALIFICATION);
        }
    }

    /// What stands before the first row of the output.
    pub fn head(&self, quotable: bool) -> Vec<u8> {
        match self {
            Rows::Csv { columns, .. } => {
                let added = ADDED.into_iter().chain(quotable.then_some(QUALIFICATION));
                line(columns.names.iter().map(String::as_str).chain(added)).unwrap_or_default()
            }
            Rows::Json { .. } => Vec::new(),
        }
    }
}

/// The place that a question names, if it names one.
fn place(reference: &str, address: &str, country: &str, position: Option<Position>) -> Option<Where> {
    let (reference, address) = (reference.trim(), address.trim());
    if !reference.is_empty() {
        return Some(Where::Reference(reference.to_owned()));
    }
    if !address.is_empty() {
        let (text, country) = (address.to_owned(), country.trim().to_ascii_uppercase());
        return Some(Where::Address { text, country });
    }
    position.map(Where::Position)
}

impl Iterator for Rows {
    type Item = Result<Asked, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Rows::Csv { reader, columns, record } => match reader.read_record(record) {
                Ok(false) => None,
                Ok(true) => Some(Ok(columns.read(record))),
                Err(error) => Some(Err(unreadable(error))),
            },
            Rows::Json { lines, number } => loop {
                *number += 1;
                match lines.next()? {
                    Ok(text) if text.trim().is_empty() => {}
                    Ok(text) => return Some(members(&text, *number)),
                    Err(error) => return Some(Err(unreadable(error))),
                }
            },
        }
    }
}

impl Columns {
    fn read(&self, record: &csv::StringRecord) -> Asked {
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let position = self.position.and_then(|at| {
            let [latitude, longitude] = at.map(|at| record.get(at)?.trim().parse::<f64>().ok());
            Position::new(latitude?, longitude?)
        });
        Asked {
            place: place(field(self.reference), field(self.address), field(self.country), position),
            carried: Carried::Fields(
                self.carried.iter().map(|at| record.get(*at).unwrap_or_default().to_owned()).collect(),
            ),
        }
    }
}

fn members(text: &str, number: u64) -> Result<Asked, Error> {
    let wrong = |what: &str| Error::invalid("file", format!("line {number}: {what}"));
    if text.len() > LONGEST {
        return Err(wrong("is longer than a megabyte"));
    }
    let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
        return Err(wrong("is not a JSON object"));
    };
    ADDED.iter().for_each(|name| _ = members.remove(*name));
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let degrees = |name: &str| match members.get(name) {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let position = degrees("latitude")
        .zip(degrees("longitude"))
        .and_then(|(latitude, longitude)| Position::new(latitude, longitude));
    let place = place(&text("reference"), &text("address"), &text("country"), position);
    Ok(Asked { place, carried: Carried::Members(members) })
}

impl Asked {
    /// How much it carries, about.
    pub fn bytes(&self) -> usize {
        match &self.carried {
            Carried::Fields(fields) => fields.iter().map(String::len).sum(),
            Carried::Members(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        }
    }

    /// `id`: by which the answer can be quoted.
    pub fn write_offer(
        &self,
        offer: &Offered<'_>,
        id: Option<&str>,
        format: Format,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
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
        self.write(added, id, format, out)
    }

    pub fn write_reason(
        &self,
        reason: &str,
        id: Option<&str>,
        format: Format,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let mut added: [Value; ADDED.len()] = Default::default();
        added[ADDED.len() - 1] = Value::from(reason);
        self.write(added, id, format, out)
    }

    fn write(
        &self,
        added: [Value; ADDED.len()],
        id: Option<&str>,
        format: Format,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match (&self.carried, format) {
            (Carried::Fields(fields), _) => {
                let shown = added.iter().map(|value| match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                let shown: Vec<String> = shown.collect();
                let fields = fields.iter().chain(&shown).map(String::as_str).chain(id);
                out.extend(line(fields)?);
            }
            (Carried::Members(members), _) => {
                let mut members = members.clone();
                members.extend(ADDED.iter().map(|name| (*name).to_owned()).zip(added));
                members.extend(id.map(|id| (QUALIFICATION.to_owned(), Value::from(id))));
                serde_json::to_writer(&mut *out, &members).map_err(|e| Error::Internal(e.to_string()))?;
                out.push(b'\n');
            }
        }
        Ok(())
    }
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Object(members) => members.values().map(weight).sum(),
        _ => 8,
    }
}

fn line<'a>(fields: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::with_capacity(160));
    writer.write_record(fields).map_err(|e| Error::Internal(e.to_string()))?;
    writer.into_inner().map_err(|e| Error::Internal(e.to_string()))
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, format: Format) -> Result<Vec<Asked>, Error> {
        Rows::open(Box::new(std::io::Cursor::new(text.to_owned())), format)?.collect()
    }

    #[test]
    fn a_row_names_its_place_by_reference_address_or_position() {
        let text = "id,reference,address,latitude,longitude,country\n\
            1,LOC1,Via Roma 1,1,2,\n2,,Via Roma 1,1,2,it\n3,,,1,2,\n4,,,91,2,\n5\n";
        let places: Vec<Option<Where>> =
            rows(text, Format::Csv).unwrap().into_iter().map(|row| row.place).collect();
        let address = Where::Address { text: "Via Roma 1".into(), country: "IT".into() };
        let position = Where::Position(Position { latitude: 1.0, longitude: 2.0 });
        let expected =
            [Some(Where::Reference("LOC1".into())), Some(address), Some(position.clone()), None, None];
        assert_eq!(places, expected);
        let json = "{\"id\": 1, \"latitude\": \"1\", \"longitude\": 2}\n\n{\"reference\": 7}\n";
        let places: Vec<Option<Where>> =
            rows(json, Format::JsonLines).unwrap().into_iter().map(|row| row.place).collect();
        assert_eq!(places, [Some(position), Some(Where::Reference("7".into()))]);
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        let told = |text: &str, format| rows(text, format).unwrap_err().to_string();
        assert!(told("id,name\n1,x\n", Format::Csv).contains("no column `address`"));
        assert!(told("{\"address\": 1}\n[]\n", Format::JsonLines).contains("line 2: is not a JSON object"));
    }

    #[test]
    fn a_row_is_carried_along_without_what_an_earlier_run_added() {
        let text = "id,address,reason,confidence\n7,\"a \"\"b\"\", c\",old,old\n";
        let open = || Rows::open(Box::new(std::io::Cursor::new(text.to_owned())), Format::Csv).unwrap();
        let head = String::from_utf8(open().head(false)).unwrap();
        assert_eq!(head.trim_end(), format!("id,address,{}", ADDED.join(",")));
        let mut out = Vec::new();
        open().next().unwrap().unwrap().write_reason("not covered", None, Format::Csv, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "7,\"a \"\"b\"\", c\",,,,,,,,,,,not covered\n");
    }

    #[test]
    fn the_ids_of_answers_take_the_place_of_an_earlier_runs() {
        let text = "qualification,address,id\nold,Via Roma 1,7\n";
        let mut rows = Rows::open(Box::new(std::io::Cursor::new(text)), Format::Csv).unwrap();
        rows.quotable();
        let mut out = rows.head(true);
        let row = rows.next().unwrap().unwrap();
        row.write_reason("not covered", Some("new"), Format::Csv, &mut out).unwrap();
        let written =
            format!("address,id,{},qualification\nVia Roma 1,7,,,,,,,,,,,not covered,new\n", ADDED.join(","));
        assert_eq!(String::from_utf8(out).unwrap(), written);
    }
}
