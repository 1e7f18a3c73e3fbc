//! Words that a question says twice: what explains one of them explains the other.

use model::address::{Gap, Language, Named, Word, usual_form};
use std::borrow::Cow;
use std::ops::Range;

/// For each word that is no number and comes again, in any of its forms (`St Mary Street`), where it stands.
pub fn repeated(words: &[Word], languages: &[Language]) -> Vec<u32> {
    // Words with one form begin alike.
    let alike = |a: &Word, b: &Word| a.text.as_bytes().first() == b.text.as_bytes().first();
    let named = |word: &&Word| !word.starts_with_digit();
    if !words
        .iter()
        .enumerate()
        .any(|(at, word)| words[..at].iter().filter(named).any(|other| alike(word, other)))
    {
        return Vec::new();
    }
    let forms = words.iter().map(|word| {
        let usual = languages.iter().find_map(|language| usual_form(&word.text, *language));
        usual.unwrap_or(Cow::Borrowed(&*word.text))
    });
    let forms: Vec<Cow<'_, str>> = forms.collect();
    let mut repeated = Vec::new();
    for (at, form) in forms.iter().enumerate().filter(|(at, _)| !words[*at].starts_with_digit()) {
        // `North Street, North Melbourne` says two things.
        let near = |other: usize| {
            let (from, to) = (at.min(other), at.max(other));
            words[from + 1..=to].iter().all(|word| word.gap != Gap::Comma)
        };
        let twins = forms.iter().enumerate().filter(|(n, other)| *other == form && (*n == at || near(*n)));
        let twins = twins.fold(0, |all, (n, _)| all | 1_u32 << n);
        if twins.count_ones() > 1 && twins.trailing_zeros() as usize == at {
            repeated.push(twins);
        }
    }
    repeated
}

/// The words of `New York, New York`, each with its twin.
pub fn town_and_region(words: &[Word], named: &Named) -> Vec<u32> {
    let Named { words: Range { start, end }, .. } = named.clone();
    let Some(town) = start.checked_sub(end - start).filter(|_| named.or_town) else { return Vec::new() };
    let same = (start..end).all(|at| words[at].text == words[at + town - start].text);
    // `Via Roma, Roma`: the town stands apart.
    let apart = words[town].gap == Gap::Comma || (town > 0 && words[town - 1].is_digits());
    let pairs = (start..end).map(|at| 1 << at | 1 << (at + town - start));
    if same && apart { pairs.collect() } else { Vec::new() }
}
