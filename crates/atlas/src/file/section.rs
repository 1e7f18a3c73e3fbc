//! A section of a mapped file, as a slice of values.

use super::{Error, Mapped};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Keeps its file mapped. Take the slice once and keep it for a loop: each `deref` looks at range and alignment
/// again, which costs a nanosecond.
pub struct Section<T> {
    file: Arc<Mapped>,
    range: Range<usize>,
    values: PhantomData<T>,
}

impl<T: bytemuck::Pod> Section<T> {
    pub(super) fn new(file: Arc<Mapped>, range: Range<usize>) -> Result<Self, Error> {
        if range.is_empty() {
            return Ok(Self { file, range: 0..0, values: PhantomData });
        }
        match bytemuck::try_cast_slice::<u8, T>(file.bytes(range.clone())) {
            Ok(values) if !values.is_empty() => Ok(Self { file, range, values: PhantomData }),
            _ => Err(Error::Damaged("a section does not hold whole values")),
        }
    }
}

impl<T: bytemuck::Pod> Deref for Section<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        bytemuck::try_cast_slice(self.file.bytes(self.range.clone())).unwrap_or_default()
    }
}

impl<T> Clone for Section<T> {
    fn clone(&self) -> Self {
        Self { file: Arc::clone(&self.file), range: self.range.clone(), values: PhantomData }
    }
}

impl<T> fmt::Debug for Section<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("range", &self.range).finish_non_exhaustive()
    }
}
