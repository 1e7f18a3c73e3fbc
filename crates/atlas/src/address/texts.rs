//! Short texts end to end, each found by its number.

use super::table::Table;
use crate::file::{Error, Mapped, Writer};
use std::sync::Arc;

#[derive(Debug)]
pub struct Texts {
    bytes: Table<u8>,
    ends: Table<u32>,
}

impl Texts {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), vec![0]);
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            ends.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        }
        Self { bytes: bytes.into(), ends: ends.into() }
    }

    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// Empty where there is none.
    pub fn get(&self, n: usize) -> &[u8] {
        self.bytes.part(&self.ends, n)
    }

    pub fn text(&self, n: usize) -> &str {
        std::str::from_utf8(self.get(n)).unwrap_or_default()
    }

    /// How many texts come before `wanted`, in the order of bytes; the texts must be in it.
    pub fn lower_bound(&self, wanted: &[u8]) -> usize {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.get(middle) < wanted {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    pub fn open(file: &Arc<Mapped>, bytes: &[u8; 8], ends: &[u8; 8]) -> Result<Self, Error> {
        Ok(Self { bytes: Table::open(file, bytes)?, ends: Table::open(file, ends)? })
    }

    pub fn write(&self, writer: &mut Writer, bytes: &[u8; 8], ends: &[u8; 8]) -> Result<(), Error> {
        self.bytes.write(writer, bytes)?;
        self.ends.write(writer, ends)
    }
}
