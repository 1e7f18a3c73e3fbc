//! Areas from GeoJSON, KML, KMZ, or CSV of points with a radius. What the file is its content says; each format has
//! a file of its own and makes `Feature`s, which `feature.rs` makes areas of.

mod circle;
mod collection;
mod feature;
mod geojson;
mod guard;
mod kml;
mod kmz;
#[cfg(test)]
mod tests;

use super::fill::{Listed, Reading, Rows};
use super::source::decompressed;
use super::{Options, Summary, Witness};
use crate::{Error, Hub};
use feature::Taking;
use model::id::CarrierId;
use std::io::{BufRead, Read};
use store::Tx;
use store::area::Listing;
use store::import::Kind;

/// The fields that a file may fill; `circle` adds those of a circle.
pub const FIELDS: &[&str] = &[
    "external_reference",
    "name",
    "status",
    "ready_on",
    "products",
    "free_ports",
    "latitude",
    "longitude",
    "radius_m",
];

/// A feature's text, a line's, or what stands between two tags. More is refused, so that no file can fill memory.
const LONGEST_FEATURE: usize = 32 << 20;
/// Vertices of one feature.
const MOST_VERTICES: usize = 1_000_000;
/// How deep elements, arrays and objects may lie in each other.
const DEEPEST: usize = 100;

impl Listed for Listing {
    const KIND: Kind = Kind::Areas;

    fn weight(&self) -> usize {
        1 + self.geometry.len() / 512
    }

    fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, rows: &[Self]) -> Result<(), store::Error> {
        store::area::load(tx, carrier, import, rows)
    }
}

impl Hub {
    /// Imports areas.
    pub async fn import_areas(
        &self,
        source: Box<dyn Read + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        let reading = options.clone();
        self.import_rows(options, witness, move |rows| read_all(source, &reading, rows)).await
    }
}

fn read_all(source: Box<dyn Read + Send>, options: &Options, rows: &mut Rows<Listing>) -> Reading {
    let mut taking = Taking::new(&options.mapping, |row| rows.push(row));
    read(decompressed(source)?, options, &mut taking)?;
    taking.finish()?;
    Ok(Vec::new())
}

/// What a file is, by its first bytes.
#[derive(Debug, PartialEq)]
enum Format {
    Json,
    Xml,
    Zip,
    Csv,
}

fn read<F: feature::Take>(
    mut source: Box<dyn BufRead + Send>,
    options: &Options,
    taking: &mut Taking<F>,
) -> Result<(), Error> {
    let head = source.fill_buf().map_err(unreadable)?;
    match format(head)? {
        Format::Json => geojson::read(source, options.name.as_deref().unwrap_or_default(), taking),
        Format::Xml => kml::read(source, taking),
        Format::Zip => kmz::read(source, taking),
        Format::Csv => circle::read(source, &options.mapping, taking),
    }
}

fn format(head: &[u8]) -> Result<Format, Error> {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(Error::invalid("file", "is UTF-16: save it as UTF-8"));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // The separator of RFC 8142 stands before each feature.
    Ok(match head.iter().find(|b| !b.is_ascii_whitespace() && **b != 0x1e) {
        Some(b'{' | b'[') => Format::Json,
        Some(b'<') => Format::Xml,
        _ => Format::Csv,
    })
}

fn unreadable(error: std::io::Error) -> Error {
    Error::invalid("file", format!("cannot be read: {error}"))
}
