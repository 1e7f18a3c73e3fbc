//! A part of a list.

/// Which part is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// At most so many, after leaving out so many.
    pub limit: u32,
    pub offset: u64,
}

impl Window {
    /// As the store counts.
    pub(crate) fn numbers(self) -> (i64, i64) {
        (i64::from(self.limit), i64::try_from(self.offset).unwrap_or(i64::MAX))
    }
}

/// What is there of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// How many there are in the whole list.
    pub total: i64,
}

impl<T> Page<T> {
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(map).collect(), total: self.total }
    }
}
