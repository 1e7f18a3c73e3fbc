//! Lines of a file, one after the other, none longer in memory than is allowed. Lines that were taken for one row and
//! are none can be given back.

use std::collections::VecDeque;
use std::io::{self, BufRead, ErrorKind};

/// Of a longer line only the beginning is kept.
pub const LONGEST: usize = 1 << 20;

pub struct Lines {
    source: Box<dyn BufRead + Send>,
    /// A carriage return alone ends a line too.
    returns: bool,
    given_back: VecDeque<Line>,
    number: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    /// With what ends it.
    pub bytes: Vec<u8>,
    /// Nothing was cut off.
    pub is_whole: bool,
}

impl Lines {
    pub fn new(source: Box<dyn BufRead + Send>, returns: bool) -> Self {
        Self { source, returns, given_back: VecDeque::new(), number: 0 }
    }

    pub fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.given_back.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Line { number: self.number + 1, bytes: Vec::new(), is_whole: true };
        let mut is_read = false;
        loop {
            let buffer = filled(&mut *self.source)?;
            if buffer.is_empty() {
                break;
            }
            is_read = true;
            let is_end = |byte: &u8| *byte == b'\n' || (self.returns && *byte == b'\r');
            let end = buffer.iter().position(is_end);
            let taken = end.map_or(buffer.len(), |end| end + 1);
            line.extend(&buffer[..taken]);
            let returned = end.is_some_and(|end| buffer[end] == b'\r');
            self.source.consume(taken);
            if returned && filled(&mut *self.source)?.first() == Some(&b'\n') {
                line.extend(b"\n");
                self.source.consume(1);
            }
            if end.is_some() {
                break;
            }
        }
        if !is_read {
            return Ok(None);
        }
        self.number += 1;
        if line.number == 1 && line.bytes.starts_with(b"\xef\xbb\xbf") {
            line.bytes.drain(..3);
        }
        Ok(Some(line))
    }

    /// They come again, before all others.
    pub fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        lines.rev().for_each(|line| self.given_back.push_front(line));
    }
}

impl Line {
    fn extend(&mut self, bytes: &[u8]) {
        let fitting = bytes.len().min(LONGEST - self.bytes.len());
        self.is_whole &= fitting == bytes.len();
        self.bytes.extend(&bytes[..fitting]);
    }
}

fn filled(source: &mut (dyn BufRead + Send)) -> io::Result<&[u8]> {
    loop {
        match source.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Asked again, because a loop cannot hand on what it has borrowed; nothing is read twice.
            Ok(_) => return source.fill_buf(),
            Err(error) => return Err(error),
        }
    }
}
