//! Records of CSV: a line each, or several where a quoted value has line breaks. One that is broken takes its own line
//! with it and nothing else: what came after is read again. That, and that no memory is filled, is why it is read here;
//! a well-formed file comes to the same as with the `csv` crate.

use super::lines::{LONGEST, Line, Lines};
use std::io;

/// More lines are no record any more: a quote was not closed.
const MOST_LINES: usize = 100;
/// So much of a broken record is looked at, so that a person finds it again.
const SHOWN: usize = 1_000;

pub struct Records {
    lines: Lines,
    pub separator: u8,
}

pub struct Record {
    /// Where it begins.
    pub line: u64,
    /// The values or, of a broken record, what its line seems to have.
    pub fields: Vec<Vec<u8>>,
    pub broken: Option<String>,
    lines: Vec<Line>,
}

impl Records {
    pub fn new(lines: Lines) -> Self {
        Self { lines, separator: b',' }
    }

    /// Empty lines are none.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        let mut taken: Vec<Line> = Vec::new();
        let (mut splitter, mut bytes) = (Splitter::new(self.separator), 0);
        let why = loop {
            let Some(line) = self.lines.next()? else {
                if taken.is_empty() {
                    return Ok(None);
                }
                break "a quote is not closed".to_owned();
            };
            if taken.is_empty() && line.bytes.iter().all(|byte| is_break(*byte)) {
                continue;
            }
            bytes += line.bytes.len();
            let (number, is_whole) = (line.number, line.is_whole);
            let end = if is_whole { splitter.split(&line.bytes) } else { Ok(End::Open) };
            taken.push(line);
            match end {
                _ if !is_whole && taken.len() == 1 => break format!("is longer than {LONGEST} bytes"),
                Ok(End::Open) if bytes > LONGEST || taken.len() == MOST_LINES => {
                    break format!("a quote is not closed within {MOST_LINES} lines and {LONGEST} bytes");
                }
                Ok(End::Open) => {}
                Ok(End::Whole) => {
                    let line = taken.first().map_or(number, |line| line.number);
                    return Ok(Some(Record { line, fields: splitter.fields, broken: None, lines: taken }));
                }
                Err(Stray) => break "a quote is not closed, or one in a value is not doubled".to_owned(),
            }
        };
        self.lines.give_back(taken.drain(1..));
        let (line, first) = taken.first().map_or((0, &[][..]), |line| (line.number, &line.bytes));
        let fields = seeming(&first[..first.len().min(SHOWN)], self.separator);
        Ok(Some(Record { line, fields, broken: Some(why), lines: taken }))
    }

    /// Reads a record again, with another separator.
    pub fn give_back(&mut self, record: Record) {
        self.lines.give_back(record.lines.into_iter());
    }
}

fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// The values that the beginning of a broken record may have.
fn seeming(line: &[u8], separator: u8) -> Vec<Vec<u8>> {
    let mut splitter = Splitter::new(separator);
    let _ = splitter.split(line);
    if !matches!(splitter.state, State::Ended) {
        while splitter.field.last().is_some_and(|byte| is_break(*byte)) {
            splitter.field.pop();
        }
        splitter.end_field();
    }
    splitter.fields
}

struct Splitter {
    separator: u8,
    fields: Vec<Vec<u8>>,
    field: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// Before the first byte of a value.
    Begin,
    Plain,
    Quoted,
    /// After a quote in a quoted value: its end, or the first of two.
    Closed,
    Ended,
}

enum End {
    Whole,
    /// The line ends within a quoted value.
    Open,
}

/// Something other than a separator follows a value's last quote.
struct Stray;

impl Splitter {
    fn new(separator: u8) -> Self {
        Self { separator, fields: Vec::new(), field: Vec::new(), state: State::Begin }
    }

    /// Takes one more line of the record.
    fn split(&mut self, line: &[u8]) -> Result<End, Stray> {
        for byte in line {
            self.state = match (self.state, *byte) {
                (State::Begin, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::Closed,
                (State::Closed, b'"') => self.take(b'"', State::Quoted),
                (State::Quoted, byte) => self.take(byte, State::Quoted),
                (_, byte) if byte == self.separator => {
                    self.end_field();
                    State::Begin
                }
                (_, byte) if is_break(byte) => break,
                (State::Closed, _) => return Err(Stray),
                (_, byte) => self.take(byte, State::Plain),
            };
        }
        if matches!(self.state, State::Quoted) {
            return Ok(End::Open);
        }
        self.end_field();
        self.state = State::Ended;
        Ok(End::Whole)
    }

    fn take(&mut self, byte: u8, then: State) -> State {
        self.field.push(byte);
        then
    }

    fn end_field(&mut self) {
        self.fields.push(std::mem::take(&mut self.field));
    }
}
