//! What a file says of an area, whatever its format, becomes an area: properties are mapped to fields and checked,
//! rings are cleaned.

use super::super::fill::Gone;
use super::super::source::{Mapping, text, whole};
use super::super::{At, Row};
use super::MOST_VERTICES;
use crate::Error;
use atlas::coverage::ring::{self, Cleaned, Part};
use geo::LineString;
use model::area::{Geometry, Ring, Status, UNITS};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use store::area::Listing;

/// Of all formats; a circle has more of its own.
const FIELDS: [&str; 6] = ["external_reference", "name", "status", "ready_on", "products", "free_ports"];
const REFERENCE: usize = 0;
const NAME: usize = 1;
const STATUS: usize = 2;
const READY_ON: usize = 3;
const PRODUCTS: usize = 4;
const FREE_PORTS: usize = 5;
/// More codes than that are a mistake.
const MOST_PRODUCTS: usize = 1_000;

/// Takes a row; an error: no more are wanted.
pub trait Take: FnMut(Row<Listing>) -> Result<(), Gone> {}
impl<F: FnMut(Row<Listing>) -> Result<(), Gone>> Take for F {}

/// Where a value comes from; what is higher wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The name, where nothing else can be the reference.
    Name,
    /// The format's own id of a feature.
    Own,
    /// A property `id`.
    Id,
    /// Called like the field but for its case.
    Like,
    Called,
    Mapped,
}

/// What is known of a feature, field by field.
#[derive(Debug, Default, Clone)]
pub struct Values {
    texts: [Option<(Rank, String)>; FIELDS.len()],
}

impl Values {
    fn offer(&mut self, slot: usize, rank: Rank, value: &str) {
        let Some(held) = self.texts.get_mut(slot) else { return };
        let value = value.trim();
        if !value.is_empty() && held.as_ref().is_none_or(|(known, _)| *known < rank) {
            *held = Some((rank, value.to_owned()));
        }
    }

    /// The format's own id.
    pub fn own_id(&mut self, value: &str) {
        self.offer(REFERENCE, Rank::Own, value);
    }

    fn get(&self, slot: usize) -> Option<&str> {
        self.texts.get(slot)?.as_ref().map(|(_, value)| value.as_str())
    }

    fn reference(&self) -> Option<&str> {
        self.get(REFERENCE)
    }
}

/// Takes features and hands on areas.
pub struct Taking<F> {
    take: F,
    /// The columns that are named, the slots that they fill, and whether there was one.
    mapped: Vec<(String, usize, bool)>,
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl<F: Take> Taking<F> {
    pub fn new(mapping: &Mapping, take: F) -> Self {
        let slot = |field: &str| FIELDS.iter().position(|known| *known == field).unwrap_or(FIELDS.len());
        let mapped = mapping.named().map(|(column, field)| (column.to_owned(), slot(field), false)).collect();
        Self { take, mapped, seen: HashSet::new(), hasher: RandomState::new() }
    }

    /// Notes a property under its field, if it is one's. A field that the mapping names takes what is mapped only.
    pub fn property(&mut self, values: &mut Values, name: &str, value: &str) {
        let mut is_mapped = false;
        for (column, slot, seen) in &mut self.mapped {
            if column == name {
                *seen = true;
                is_mapped = true;
                values.offer(*slot, Rank::Mapped, value);
            }
        }
        if is_mapped {
            return;
        }
        let like = FIELDS.iter().position(|field| field.eq_ignore_ascii_case(name));
        match like {
            Some(slot) if !self.is_mapped(slot) => {
                let rank = if FIELDS.get(slot) == Some(&name) { Rank::Called } else { Rank::Like };
                values.offer(slot, rank, value);
            }
            None if name.eq_ignore_ascii_case("id") && !self.is_mapped(REFERENCE) => {
                values.offer(REFERENCE, Rank::Id, value);
            }
            _ => {}
        }
    }

    fn is_mapped(&self, slot: usize) -> bool {
        self.mapped.iter().any(|(_, mapped, _)| *mapped == slot)
    }

    /// Takes a feature: what is known of it and its polygons, or what is wrong with them.
    pub fn feature(
        &mut self,
        at: At,
        mut values: Values,
        parts: Result<Vec<Part>, String>,
    ) -> Result<(), Gone> {
        if self.is_mapped(REFERENCE) {
            values.texts[REFERENCE].take_if(|(rank, _)| *rank != Rank::Mapped);
        } else if let Some(name) = values.get(NAME).map(str::to_owned) {
            values.offer(REFERENCE, Rank::Name, &name);
        }
        let told = |why: String| match values.reference() {
            // It may be as long as the file.
            Some(reference) => format!("`{}`: {why}", reference.chars().take(100).collect::<String>()),
            None => why,
        };
        let row = match parts.and_then(|parts| made(&values, &parts)) {
            Err(why) => Row::Bad(at, told(why)),
            Ok((listing, _)) if !self.seen.insert(self.hash(&listing)) => Row::Again,
            Ok((listing, repairs)) if repairs.is_empty() => Row::Good(listing),
            Ok((listing, repairs)) => Row::Repaired(listing, at, told(repairs)),
        };
        (self.take)(row)
    }

    /// Takes what cannot be read.
    pub fn bad(&mut self, at: At, why: impl Into<String>) -> Result<(), Gone> {
        (self.take)(Row::Bad(at, why.into()))
    }

    fn hash(&self, listing: &Listing) -> u64 {
        let Listing { external_reference, name, status, ready_on, products, free_ports, geometry } = listing;
        self.hasher.hash_one((external_reference, name, status, ready_on, products, free_ports, geometry))
    }

    /// After the last feature: a column that no feature had was misspelt, and everything would be `live`.
    pub fn finish(&self) -> Result<(), Error> {
        match self.mapped.iter().find(|(_, slot, seen)| !seen && *slot < FIELDS.len()) {
            Some((column, ..)) if !self.seen.is_empty() => {
                Err(Error::invalid("map", format!("no feature has a property `{column}`")))
            }
            _ => Ok(()),
        }
    }
}

/// The area, and what was repaired.
fn made(values: &Values, parts: &[Part]) -> Result<(Listing, String), String> {
    let checked = |slot: usize| {
        let field = FIELDS.get(slot).copied().unwrap_or_default();
        values.get(slot).map(|value| text(field, value)).transpose()
    };
    let reference = checked(REFERENCE)?
        .ok_or("external_reference is missing: name the property that has it with --map")?
        .to_owned();
    let name = checked(NAME)?.map(str::to_owned);
    let status = checked(STATUS)?.map_or(Ok(Status::default()), status)?;
    let ready_on = checked(READY_ON)?.map(date).transpose()?;
    let products = values.get(PRODUCTS).map(products).transpose()?;
    let free_ports = checked(FREE_PORTS)?.map(|text| whole("free_ports", text)).transpose()?;
    let vertices = |part: &Part| part.shell.len() + part.holes.iter().map(Vec::len).sum::<usize>();
    if parts.iter().map(vertices).sum::<usize>() > MOST_VERTICES {
        return Err(format!("the area has more than {MOST_VERTICES} points: cut it into several"));
    }
    let Cleaned { geometry, repairs } = ring::clean(parts).map_err(|refused| match refused.reason {
        ring::Reason::Nothing => "there is no polygon".to_owned(),
        reason if parts.len() == 1 && refused.ring == 0 => reason.to_string(),
        // People count from one.
        reason => format!("polygon {}, ring {}: {reason}", refused.part + 1, refused.ring + 1),
    })?;
    let mut told: Vec<String> = Vec::new();
    for repair in repairs {
        let what = repair.what.to_string();
        if !told.contains(&what) {
            told.push(what);
        }
    }
    let polygons = geometry.iter().map(|polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(in_units).collect()
    });
    let geometry = Geometry(polygons.collect()).to_bytes();
    Ok((
        Listing { external_reference: reference, name, status, ready_on, products, free_ports, geometry },
        told.join("; "),
    ))
}

/// What `ring::clean` answers lies on the earth, and is closed.
fn in_units(ring: &LineString<f64>) -> Ring {
    let unit = |degrees: f64| (degrees * UNITS).round() as i32;
    let mut ring: Ring = ring.0.iter().map(|c| (unit(c.x), unit(c.y))).collect();
    if ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

fn status(text: &str) -> Result<Status, String> {
    let words = || Status::ALL.iter().map(|status| status.word()).collect::<Vec<_>>().join(", ");
    text.to_ascii_lowercase().parse().map_err(|_| format!("status `{text}` is not one of: {}", words()))
}

/// A date, or the date of a moment.
fn date(text: &str) -> Result<jiff::civil::Date, String> {
    let day = match text.split_once(['T', ' ']) {
        Some((day, _)) => day,
        None => text,
    };
    day.parse().map_err(|_| format!("ready_on `{text}` is not a date like 2027-03-01"))
}

/// A JSON list, or codes between semicolons.
fn products(text: &str) -> Result<Vec<String>, String> {
    let codes: Vec<String> = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|_| "products is not a list of codes".to_owned())?
    } else {
        text.split(';').map(str::to_owned).collect()
    };
    let codes: Vec<String> =
        codes.iter().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
    if codes.is_empty() {
        return Err("products is an empty list: without it all that the carrier sells is sold here".into());
    }
    if codes.len() > MOST_PRODUCTS {
        return Err(format!("products has more than {MOST_PRODUCTS} codes"));
    }
    for code in &codes {
        super::super::source::text("products", code)?;
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_a_list_or_codes_between_semicolons() {
        assert_eq!(products("a; b c ;").unwrap(), ["a", "b c"]);
        assert_eq!(products(r#"["a;b", "c"]"#).unwrap(), ["a;b", "c"]);
        for wrong in ["[]", "[1]", ";", "[", r#"["a\u0000"]"#] {
            assert!(products(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_may_have_a_time_that_does_not_matter() {
        for text in ["2027-03-01", "2027-03-01T00:00:00Z", "2027-03-01 12:00"] {
            assert_eq!(date(text).unwrap().to_string(), "2027-03-01");
        }
        for wrong in ["01/03/2027", "2027-02-30", "soon", "T"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }
}
