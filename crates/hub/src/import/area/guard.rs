//! Keeps a reader that looks for an end (of a tag, of a line) from filling memory when there is none.

use super::LONGEST_FEATURE;
use std::io::{self, BufRead, Read};

/// Fails when more than so much is read between two calls of `renew`.
pub struct Guard<R> {
    inner: R,
    left: usize,
}

impl<R> Guard<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, left: LONGEST_FEATURE }
    }

    pub fn renew(&mut self) {
        self.left = LONGEST_FEATURE;
    }

    fn spend(&mut self, bytes: usize) -> io::Result<()> {
        let too_much = || io::Error::other(format!("more than {} MB in one piece", LONGEST_FEATURE >> 20));
        self.left = self.left.checked_sub(bytes).ok_or_else(too_much)?;
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.spend(read)?;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            self.spend(1)?;
        }
        let left = self.left;
        // Not more than is left, so that `consume` never spends more.
        self.inner.fill_buf().map(|bytes| bytes.get(..left.min(bytes.len())).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.inner.consume(bytes);
    }
}
