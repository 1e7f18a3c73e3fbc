//! The premises: French addresses, and as many copies of them as are wanted, each in towns of other names and
//! postcodes.

use crate::{Result, World, premise};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

pub struct Row {
    pub id: String,
    pub number: String,
    pub street: String,
    pub postcode: String,
    pub city: String,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
}

/// A premise's number is its place among them.
pub struct Rows {
    originals: Vec<Row>,
    times: usize,
    pub source: &'static str,
}

/// What the copies' towns have at the end of their names.
const ENDS: [&str; 16] =
    ["ac", "el", "or", "un", "is", "ov", "al", "ec", "im", "on", "us", "ar", "et", "ix", "ob", "yn"];
/// The originals, and a copy for each ending.
pub const MOST_TIMES: usize = 1 + ENDS.len();

impl Rows {
    pub fn of(world: &World, count: usize) -> Result<Self> {
        let real = world.addresses.is_file();
        let mut originals = Vec::with_capacity(count);
        let row = |parts: &[&str]| -> Result<Row> {
            let [id, number, street, postcode, city, _, latitude, longitude] = parts[..] else {
                return Err(format!("not an address: {parts:?}").into());
            };
            // Tabs part the columns of the file.
            let text = |text: &str| text.replace(['\t', '\n'], " ");
            Ok(Row {
                id: text(id),
                number: text(number),
                street: text(street),
                postcode: text(postcode),
                city: text(city),
                latitude: latitude.parse()?,
                longitude: longitude.parse()?,
            })
        };
        if real {
            for record in premise::reader(&world.addresses)?.records().take(count) {
                originals.push(row(&record?.iter().collect::<Vec<_>>())?);
            }
        } else {
            let mut random = crate::clock::Random::new(world.seed, 0);
            for at in 0..count {
                let parts = premise::generated(at, &mut random);
                originals.push(row(&parts.each_ref().map(String::as_str))?);
            }
        }
        let source = if real { "real addresses" } else { "generated addresses" };
        Ok(Self { originals, times: 1, source })
    }

    /// The same rows so many times, all but the first altered.
    pub fn repeated(mut self, times: usize) -> Self {
        self.times = times.min(MOST_TIMES);
        self.source = "addresses, most in altered towns";
        self
    }

    pub fn len(&self) -> usize {
        self.originals.len() * self.times
    }

    /// The row that this one is, or is a copy of.
    pub fn original(&self, premise: usize) -> &Row {
        &self.originals[premise % self.originals.len()]
    }

    pub fn get(&self, premise: usize) -> Row {
        let row = self.original(premise);
        let copy = premise / self.originals.len();
        let mut row = Row {
            id: row.id.clone(),
            number: row.number.clone(),
            street: row.street.clone(),
            postcode: row.postcode.clone(),
            city: row.city.clone(),
            ..*row
        };
        if let Some(end) = copy.checked_sub(1).and_then(|copy| ENDS.get(copy)) {
            row.id.push_str(end);
            row.city.push_str(end);
            let postcode = row.postcode.parse::<usize>().unwrap_or_default();
            row.postcode = format!("{:05}", (postcode + 1_237 * copy) % 100_000);
        }
        row
    }

    /// A row a line, its columns between tabs.
    pub fn write(&self, file: &Path) -> Result<()> {
        let mut file = BufWriter::new(File::create(file)?);
        for premise in 0..self.len() {
            let Row { id, number, street, postcode, city, latitude, longitude } = self.get(premise);
            writeln!(file, "{id}\t{number}\t{street}\t{postcode}\t{city}\t{latitude}\t{longitude}")?;
        }
        Ok(file.flush()?)
    }
}
