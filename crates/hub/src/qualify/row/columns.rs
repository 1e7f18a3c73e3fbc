//! What a CSV file's head line says: where in a record the question stands, and which columns are carried along.

use super::record::{Record, Records};
use super::{ADDED, Asked, Carried, Flaw, QUALIFICATION, Words, line, place, unreadable};
use crate::Error;
use std::str::from_utf8;

/// A file has one of these between its values.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// Every row takes room for each of them.
const MOST_COLUMNS: usize = 1_000;

pub struct Columns {
    of: [Option<usize>; Words::NAMES.len()],
    /// How many there are.
    count: usize,
    carried: Vec<usize>,
    names: Vec<Vec<u8>>,
    separator: u8,
    quotable: bool,
}

impl Columns {
    /// Reads the head line, and finds out what separates its values.
    pub fn read(records: &mut Records) -> Result<Self, Error> {
        let mut broken = None;
        for separator in SEPARATORS {
            records.separator = separator;
            let head = records.next().map_err(unreadable)?;
            let head = head.ok_or_else(|| Error::invalid("file", "is empty: it has no head line"))?;
            if head.broken.is_none() {
                let columns = Self::of(&head.fields, separator)?;
                let [reference, address, _, latitude, longitude] = columns.of;
                if reference.or(address).or(latitude.and(longitude)).is_some() {
                    return Ok(columns);
                }
            }
            broken = broken.or_else(|| head.broken.clone());
            records.give_back(head);
        }
        Err(match broken {
            Some(why) => Error::invalid("file", format!("has a head line that is not readable: {why}")),
            None => {
                let why = "has no column `address`, `reference`, or `latitude` and `longitude`";
                Error::invalid("file", why)
            }
        })
    }

    fn of(head: &[Vec<u8>], separator: u8) -> Result<Self, Error> {
        if head.len() > MOST_COLUMNS {
            return Err(Error::invalid("file", format!("has more than {MOST_COLUMNS} columns")));
        }
        let names: Vec<&[u8]> = head.iter().map(|name| name.trim_ascii()).collect();
        let mut of = [None; Words::NAMES.len()];
        for (slot, wanted) in of.iter_mut().zip(Words::NAMES) {
            let mut all = (0..names.len()).filter(|at| names[*at] == wanted.as_bytes());
            *slot = all.next();
            if all.next().is_some() {
                return Err(Error::invalid("file", format!("has two columns `{wanted}`")));
            }
        }
        let is_added = |name: &[u8]| ADDED.iter().any(|added| added.as_bytes() == name);
        let carried: Vec<usize> = (0..names.len()).filter(|at| !is_added(names[*at])).collect();
        let carried_names = carried.iter().map(|at| names[*at].to_owned()).collect();
        Ok(Self { of, count: names.len(), carried, names: carried_names, separator, quotable: false })
    }

    /// A column more is added, and that of an earlier run left out.
    pub fn quotable(&mut self) {
        self.quotable = true;
        let kept = |name: &[u8]| name != QUALIFICATION.as_bytes();
        let mut names = self.names.iter();
        self.carried.retain(|_| names.next().is_some_and(|name| kept(name)));
        self.names.retain(|name| kept(name));
    }

    /// The head line of the output.
    pub fn head(&self) -> Vec<u8> {
        let added = ADDED.into_iter().chain(self.quotable.then_some(QUALIFICATION));
        let names = self.names.iter().map(Vec::as_slice).chain(added.map(str::as_bytes));
        line(names, self.separator).unwrap_or_default()
    }

    pub fn row(&self, record: Record) -> Asked {
        let Record { line, mut fields, broken, .. } = record;
        // A plain list of addresses has no quotes, and no other column that a comma could begin.
        if self.count == 1 && fields.len() > 1 {
            fields = vec![fields.join(&self.separator)];
        }
        let place = match broken {
            Some(why) => Err(why),
            None => self.words(&fields).and_then(|words| place(&words)),
        };
        fields.resize(self.count, Vec::new());
        let carried = self.carried.iter().map(|at| std::mem::take(&mut fields[*at])).collect();
        let (place, flaw) = match place {
            Ok(place) => (place, None),
            Err(why) => (None, Some(Flaw { line, why })),
        };
        Asked { place, flaw, carried: Carried::Fields { fields: carried, separator: self.separator } }
    }

    fn words<'a>(&self, fields: &'a [Vec<u8>]) -> Result<Words<'a>, String> {
        // A separator too many at the end harms nobody.
        let is_surplus = fields.iter().skip(self.count).any(|field| !field.is_empty());
        if fields.len() < self.count || is_surplus {
            return Err(format!("has {} values, the head line has {}", fields.len(), self.count));
        }
        let mut words = Words::default();
        for (at, word) in self.of.iter().zip(&mut words.0) {
            let Some(field) = at.and_then(|at| fields.get(at)) else { continue };
            *word = from_utf8(field).map_err(|_| "is not UTF-8")?.trim().into();
        }
        Ok(words)
    }
}
