//! What the index reads: slices that lie in a mapped file, or in memory for what came after it was built.

use crate::file::{Error, Mapped, Section, Tag, Writer};
use std::ops::Deref;
use std::sync::Arc;

/// A slice of plain values, wherever it lies.
#[derive(Debug)]
pub enum Table<T> {
    Mapped(Section<T>),
    Owned(Vec<T>),
}

impl<T: bytemuck::Pod> Table<T> {
    pub fn open(file: &Arc<Mapped>, tag: &[u8; 8]) -> Result<Self, Error> {
        file.section(Tag(*tag)).map(Table::Mapped)
    }

    pub fn write(&self, writer: &mut Writer, tag: &[u8; 8]) -> Result<(), Error> {
        writer.section(Tag(*tag), self)
    }

    /// The values from the `n`th of `ends` to the next one; empty where a damaged file says nonsense.
    pub fn part(&self, ends: &[u32], n: usize) -> &[T] {
        let (Some(from), Some(to)) = (ends.get(n), ends.get(n + 1)) else { return &[] };
        self.get(*from as usize..*to as usize).unwrap_or_default()
    }
}

impl<T: bytemuck::Pod> Deref for Table<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Table::Mapped(section) => section,
            Table::Owned(values) => values,
        }
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(values: Vec<T>) -> Self {
        Table::Owned(values)
    }
}

/// Numbers in as many bytes as the widest of them needs; none at all where all are the same.
#[derive(Debug)]
pub struct Column {
    base: u64,
    width: usize,
    count: usize,
    bytes: Table<u8>,
}

impl Column {
    pub fn of(values: &[u64]) -> Self {
        let base = values.iter().copied().min().unwrap_or(0);
        let span = values.iter().copied().max().unwrap_or(0) - base;
        let width =
            [1, 2, 3, 4, 5, 6, 7, 8].into_iter().find(|width| span >> (8 * width - 1) <= 1).unwrap_or(8);
        let width = if span == 0 { 0 } else { width };
        let mut bytes = Vec::with_capacity(values.len() * width);
        for value in values {
            bytes.extend_from_slice(&(value - base).to_le_bytes()[..width]);
        }
        Self { base, width, count: values.len(), bytes: bytes.into() }
    }

    /// The `n`th value; the least one where a damaged file has none.
    pub fn get(&self, n: usize) -> u64 {
        let mut value = [0; 8];
        if let Some(bytes) = self.bytes.get(n * self.width..(n + 1) * self.width) {
            value[..self.width].copy_from_slice(bytes);
        }
        self.base.wrapping_add(u64::from_le_bytes(value))
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// The first of `range` whose value is not below `wanted`; the values there must rise.
    pub fn lower_bound(&self, range: std::ops::Range<usize>, wanted: u64) -> usize {
        let (mut from, mut to) = (range.start, range.end.min(self.count));
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

    pub fn open(file: &Arc<Mapped>, tag: &[u8; 8], head: [u64; 3]) -> Result<Self, Error> {
        let [base, width, count] = head;
        let bytes = Table::<u8>::open(file, tag)?;
        let (width, count) = (width as usize, count as usize);
        if width > 8 || count.checked_mul(width) != Some(bytes.len()) {
            return Err(Error::Damaged("a column is not as long as it says"));
        }
        Ok(Self { base, width, count, bytes })
    }

    /// Writes the values; what is returned must be kept to open them.
    pub fn write(&self, writer: &mut Writer, tag: &[u8; 8]) -> Result<[u64; 3], Error> {
        self.bytes.write(writer, tag)?;
        Ok([self.base, self.width as u64, self.count as u64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gives_back_what_it_was_made_of() {
        for values in [
            vec![],
            vec![7, 7, 7],
            vec![0, 255],
            vec![3, 259],
            vec![0, 65_535, 70_000],
            vec![1 << 40, (1 << 40) + 5],
            vec![0, u64::MAX],
            vec![0, (1 << 32) - 1],
            vec![0, 1 << 32],
        ] {
            let column = Column::of(&values);
            let read: Vec<u64> = (0..column.len()).map(|n| column.get(n)).collect();
            assert_eq!(read, values);
        }
        assert_eq!(Column::of(&[0, 255]).width, 1);
        assert_eq!(Column::of(&[0, 256]).width, 2);
        assert_eq!(Column::of(&[9, 9]).width, 0);
    }

    #[test]
    fn a_bound_is_found_by_halves() {
        let column = Column::of(&[5, 1, 3, 3, 8, 0]);
        assert_eq!([0, 3, 4, 9].map(|wanted| column.lower_bound(1..5, wanted)), [1, 2, 4, 5]);
    }
}
