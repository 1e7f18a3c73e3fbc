//! What in a question may be the house number.

use super::index::Index;
use super::number::span;
use model::address::{Gap, Word};

/// What may be the house number.
#[derive(Debug, Clone)]
pub struct House {
    pub covers: u32,
    /// In the index just so.
    pub label: Option<u64>,
    pub value: u32,
}

/// What may be a house number, longest readings first: `8 bis`, `93-97`, `20A`, `12`.
pub fn houses(index: &Index, words: &[Word], around: u32) -> Vec<House> {
    let mut houses = Vec::new();
    let mut push = |text: &str, covers: u32| {
        houses.push(House { label: index.numbers.find(text), value: span(text)[0], covers });
    };
    let said = |at: usize, word: &Word| word.starts_with_digit() && around & 1 << at == 0;
    for (at, word) in words.iter().enumerate().filter(|(at, word)| said(*at, word)) {
        let text = match word.text.trim_start_matches('0') {
            "" => "0",
            rest if rest.starts_with(|first: char| first.is_ascii_digit()) => rest,
            _ => &word.text,
        };
        let next = words.get(at + 1).filter(|next| next.gap != Gap::Comma);
        if let Some(next) = next {
            let suffix = next.text.len() == 1 && next.text.as_bytes()[0].is_ascii_lowercase()
                || matches!(&*next.text, "bis" | "ter" | "quater" | "quinquies");
            let range = next.starts_with_digit() && matches!(next.gap, Gap::Hyphen | Gap::Slash);
            if word.is_digits() && suffix {
                push(&format!("{text}{}", next.text), 1 << at | 1 << (at + 1));
                match &*next.text {
                    "b" => push(&format!("{text}bis"), 1 << at | 1 << (at + 1)),
                    "t" => push(&format!("{text}ter"), 1 << at | 1 << (at + 1)),
                    _ => {}
                }
            } else if range {
                push(&format!("{text}-{}", next.text), 1 << at | 1 << (at + 1));
            }
        }
        push(text, 1 << at);
        // `1O`, with the letter for the digit.
        if text.contains('o') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'o') {
            push(&text.replace('o', "0"), 1 << at);
        }
    }
    houses
}
