//! House numbers as they are written (`8bis`, `93-97`), in the order of their values.

use super::table::Table;
use super::texts::Texts;
use crate::file::{Error, Mapped, Writer};
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug)]
pub struct Numbers {
    texts: Texts,
    /// The number that a text begins with and, for a range, the one that it ends with.
    spans: Table<[u32; 2]>,
}

/// `8` of `8bis`, `93` to `97` of `93-97`; a text without a number is 0.
pub fn span(text: &str) -> [u32; 2] {
    let value = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits.min(9)].parse::<u32>().unwrap_or(0)
    };
    let from = value(text);
    match text.split_once('-').map(|(_, to)| value(to)) {
        Some(to) if to > from => [from, to],
        _ => [from, from],
    }
}

/// By which numbers are sorted.
pub fn order(text: &str) -> ([u32; 2], &str) {
    (span(text), text)
}

impl Numbers {
    /// Of texts in their order, each once.
    pub fn of(texts: &[&str]) -> Self {
        let spans: Vec<_> = texts.iter().map(|text| span(text)).collect();
        Self { texts: Texts::of(texts.iter().copied()), spans: spans.into() }
    }

    pub fn text(&self, label: u64) -> &str {
        self.texts.text(label as usize)
    }

    pub fn span(&self, label: u64) -> [u32; 2] {
        self.spans.get(label as usize).copied().unwrap_or_default()
    }

    /// The label that is written just so.
    pub fn find(&self, text: &str) -> Option<u64> {
        let same = self.of_value(span(text)[0]);
        same.into_iter().find(|label| self.text(*label) == text)
    }

    /// All labels that begin with this value: `8`, `8bis`, `8-10`.
    pub fn of_value(&self, value: u32) -> Range<u64> {
        let from = self.spans.partition_point(|[from, _]| *from < value);
        let to = self.spans.partition_point(|[from, _]| *from <= value);
        from as u64..to as u64
    }

    pub fn open(file: &Arc<Mapped>) -> Result<Self, Error> {
        let numbers = Self {
            texts: Texts::open(file, b"numbers\0", b"numbends")?,
            spans: Table::open(file, b"numspans")?,
        };
        if numbers.spans.len() != numbers.texts.len() {
            return Err(Error::Damaged("house numbers have no values"));
        }
        Ok(numbers)
    }

    pub fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        self.texts.write(writer, b"numbers\0", b"numbends")?;
        self.spans.write(writer, b"numspans")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_by_text_and_by_value() {
        let mut texts = ["8bis", "8", "93-97", "100", "8-10", "", "c"];
        texts.sort_unstable_by_key(|text| order(text));
        let numbers = Numbers::of(&texts);
        for text in texts {
            assert_eq!(numbers.find(text).map(|label| numbers.text(label)), Some(text));
        }
        assert_eq!(numbers.find("9"), None);
        let eights: Vec<&str> = numbers.of_value(8).map(|label| numbers.text(label)).collect();
        assert_eq!(eights, ["8", "8bis", "8-10"]);
        assert_eq!(span("93-97"), [93, 97]);
        assert_eq!(span("99999999999"), [999_999_999, 999_999_999]);
    }
}
