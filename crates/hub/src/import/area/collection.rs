//! Finds the features of a GeoJSON file one after the other, whichever way they are put together, without having more
//! than one of them in memory. What a feature says is not looked at here.

use super::super::At;
use super::{DEEPEST, LONGEST_FEATURE};
use std::io::{self, BufRead};

/// A piece of a file: where it is, and its text in the buffer or why it is none.
pub type Piece = (At, Result<(), String>);

/// What ends everything.
#[derive(Debug)]
pub enum Broken {
    Unreadable(io::Error),
    /// From this line on it is not what it should be.
    Malformed(u64, &'static str),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// Between what stands at the top.
    Top,
    /// Among the features of a collection (true), or of a list that stands at the top.
    Elements(bool),
    /// Each line is one.
    Lines,
}

pub struct Pieces<R> {
    source: R,
    place: Place,
    line: u64,
    features: u64,
    /// Something was at the top already.
    is_first: bool,
}

/// How a value ended.
enum End {
    Whole,
    /// With the bracket that its features begin after.
    Features,
    TooLong,
}

impl<R: BufRead> Pieces<R> {
    /// `in_lines`: the file's name says that each line is a feature.
    pub fn new(source: R, in_lines: bool) -> Self {
        let place = if in_lines { Place::Lines } else { Place::Top };
        Self { source, place, line: 1, features: 0, is_first: true }
    }

    /// Reads the next piece into the buffer. None: there are no more.
    pub fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Piece>, Broken> {
        loop {
            text.clear();
            match self.place {
                Place::Lines => return self.next_line(text),
                Place::Top => match self.significant()? {
                    None => return Ok(None),
                    Some(b'[') if self.is_first => {
                        self.skip();
                        self.place = Place::Elements(false);
                    }
                    Some(b'{') => {
                        let began = self.line;
                        match self.value(text, true)? {
                            End::Features => self.place = Place::Elements(true),
                            end => {
                                // What follows on lines of its own may be broken line by line.
                                if self.is_first && self.line == began {
                                    self.place = Place::Lines;
                                }
                                self.is_first = false;
                                return Ok(Some((At::Line(began), whole(end))));
                            }
                        }
                        self.is_first = false;
                    }
                    Some(_) => return Err(Broken::Malformed(self.line, "a feature is expected")),
                },
                Place::Elements(in_object) => match self.significant()? {
                    Some(b']') => {
                        self.skip();
                        if in_object {
                            self.rest_of_object()?;
                        }
                        self.place = Place::Top;
                        self.is_first = false;
                    }
                    Some(b'{' | b'[') => {
                        self.features += 1;
                        let end = self.value(text, false)?;
                        return Ok(Some((At::Feature(self.features), whole(end))));
                    }
                    Some(b'}') | None => {
                        return Err(Broken::Malformed(self.line, "the file ends within its features"));
                    }
                    Some(_) => {
                        self.features += 1;
                        self.until_comma()?;
                        return Ok(Some((At::Feature(self.features), Err("is not a feature".into()))));
                    }
                },
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.source.fill_buf()?.first().copied())
    }

    fn skip(&mut self) {
        self.source.consume(1);
    }

    /// The next byte that means something; it is not taken.
    fn significant(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b'\n') => self.line += 1,
                // Blanks, commas, and the marks that a file or a feature (RFC 8142) may begin with.
                Some(b' ' | b'\t' | b'\r' | b',' | 0x1e | 0xef | 0xbb | 0xbf) => {}
                other => return Ok(other),
            }
            self.skip();
        }
    }

    fn next_line(&mut self, text: &mut Vec<u8>) -> Result<Option<Piece>, Broken> {
        loop {
            text.clear();
            let (line, mut is_end, mut is_long) = (self.line, false, false);
            while !is_end {
                let bytes = self.source.fill_buf()?;
                if bytes.is_empty() {
                    break;
                }
                let end = bytes.iter().position(|b| *b == b'\n');
                let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                is_long |= text.len() + taken.len() > LONGEST_FEATURE;
                if !is_long {
                    text.extend_from_slice(taken);
                }
                let taken = taken.len();
                is_end = end.is_some();
                self.source.consume(taken + usize::from(is_end));
            }
            if is_end {
                self.line += 1;
            }
            while text.last().is_some_and(|b| b.is_ascii_whitespace() || *b == b',') {
                text.pop();
            }
            let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | 0x1e | 0xef | 0xbb | 0xbf);
            let begins = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
            text.drain(..begins);
            match (text.is_empty() && !is_long, is_end) {
                (false, _) => {
                    return Ok(Some((At::Line(line), if is_long { Err(too_long()) } else { Ok(()) })));
                }
                (true, false) => return Ok(None),
                (true, true) => {}
            }
        }
    }

    /// Reads an object or a list to its end, or to where its features begin if they are looked for.
    fn value(&mut self, text: &mut Vec<u8>, looking: bool) -> Result<End, Broken> {
        let (mut depth, mut in_string, mut escaped, mut is_long) = (0, false, false, false);
        loop {
            let bytes = self.source.fill_buf()?;
            if bytes.is_empty() {
                return Err(Broken::Malformed(self.line, "the file ends within a feature"));
            }
            let (mut end, mut taken) = (None, 0);
            for byte in bytes {
                taken += 1;
                self.line += u64::from(*byte == b'\n');
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => in_string = true,
                    b'[' if looking && depth == 1 => {
                        // The text before it is needed: the rest of this loop goes on after it is there.
                        end = Some(End::Features);
                        break;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            end = Some(End::Whole);
                            break;
                        }
                    }
                    _ => {}
                }
                if depth > DEEPEST {
                    return Err(Broken::Malformed(self.line, "too many lists and objects in each other"));
                }
            }
            let piece = bytes.get(..taken).unwrap_or_default();
            is_long |= text.len() + piece.len() > LONGEST_FEATURE;
            if is_long {
                // Enough to see what the features are called by.
                let kept = piece.len().saturating_sub(64);
                text.truncate(0);
                text.extend_from_slice(piece.get(kept..).unwrap_or_default());
            } else {
                text.extend_from_slice(piece);
            }
            self.source.consume(taken);
            match end {
                Some(End::Features) if is_called_features(text) => return Ok(End::Features),
                Some(End::Features) => depth += 1,
                Some(_) => return Ok(if is_long { End::TooLong } else { End::Whole }),
                None => {}
            }
        }
    }

    /// What follows the features of a collection.
    fn rest_of_object(&mut self) -> Result<(), Broken> {
        let (mut depth, mut in_string, mut escaped) = (1_u64, false, false);
        loop {
            let bytes = self.source.fill_buf()?;
            if bytes.is_empty() {
                return Err(Broken::Malformed(self.line, "the file ends within its collection"));
            }
            let mut taken = 0;
            for byte in bytes {
                taken += 1;
                self.line += u64::from(*byte == b'\n');
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    b'{' | b'[' if !in_string => depth += 1,
                    b'}' | b']' if !in_string => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            self.source.consume(taken);
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Goes over what is no feature.
    fn until_comma(&mut self) -> io::Result<()> {
        while let Some(byte) = self.peek()? {
            if matches!(byte, b',' | b']' | b'}' | b'{' | b'[') {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.skip();
        }
        Ok(())
    }
}

fn whole(end: End) -> Result<(), String> {
    if matches!(end, End::TooLong) { Err(too_long()) } else { Ok(()) }
}

fn too_long() -> String {
    format!("the feature has more than {} MB", LONGEST_FEATURE >> 20)
}

/// Whether the list that begins with the last byte is the member `features`.
fn is_called_features(text: &[u8]) -> bool {
    let name = text.strip_suffix(b"[").map(<[u8]>::trim_ascii_end).and_then(|text| text.strip_suffix(b":"));
    name.is_some_and(|text| text.trim_ascii_end().ends_with(b"\"features\""))
}
