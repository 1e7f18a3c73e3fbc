//! All words of all addresses: found as they are, by their beginning, or with typing errors.
//!
//! Errors are found by symmetric deletion: a word and its misspelling become the same when a letter or two
//! is left out of each. What is left of every word stands in a hash table; only a word's first letters are
//! varied, and every find is checked by its real distance.

use super::distance;
use super::hash;
use super::table::Table;
use super::texts::Texts;
use crate::file::{Error, Mapped, Writer};
use std::ops::Range;
use std::sync::Arc;

/// A word's number; numbers follow the alphabet.
pub type Term = u32;

/// Words beyond this number cannot be told apart in a spelling's 24 bits.
pub const MOST_TERMS: usize = 1 << 24;

/// Letters of a word that are varied.
const VARIED: usize = 8;

#[derive(Debug)]
pub struct Lexicon {
    texts: Texts,
    /// Where each bucket of `spellings` begins; a power of two of them, and one more.
    buckets: Table<u32>,
    /// In the upper 8 bits more of the spelling's hash, below them the term.
    spellings: Table<u32>,
    /// Another spelling of a word and the word, by the spelling: `muhlweg`, `muehlweg`.
    aliases: Table<[u32; 2]>,
}

/// Typing errors that are forgiven in a word of so many bytes.
pub fn forgiven(word: &[u8]) -> u8 {
    let roman = || word.iter().all(|letter| matches!(letter, b'i' | b'v' | b'x'));
    if word.iter().any(u8::is_ascii_digit) || roman() {
        return 0;
    }
    match word.len() {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    }
}

impl Lexicon {
    /// Of words in the order of the alphabet, each once.
    pub fn of(words: &[&str], aliases: Vec<[Term; 2]>) -> Self {
        let mut spelled: Vec<(u64, u32)> = Vec::new();
        let mut variants = Vec::new();
        for (term, word) in words.iter().enumerate() {
            vary(word.as_bytes(), forgiven(word.as_bytes()), &mut variants);
            spelled.extend(variants.iter().map(|variant| (*variant, term as u32)));
        }
        // Four spellings a bucket.
        let count = (spelled.len() / 4).next_power_of_two();
        let mut ends = vec![0_u32; count + 1];
        for (hash, _) in &spelled {
            ends[bucket(*hash, count) + 1] += 1;
        }
        for n in 0..count {
            ends[n + 1] += ends[n];
        }
        let mut next = ends.clone();
        let mut spellings = vec![0_u32; spelled.len()];
        for (hash, term) in spelled {
            let at = &mut next[bucket(hash, count)];
            spellings[*at as usize] = tag(hash) | term;
            *at += 1;
        }
        Self {
            texts: Texts::of(words.iter().copied()),
            buckets: ends.into(),
            spellings: spellings.into(),
            aliases: aliases.into(),
        }
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn text(&self, term: Term) -> &str {
        self.texts.text(term as usize)
    }

    pub fn exact(&self, word: &str) -> Option<Term> {
        let word = word.as_bytes();
        let varied = &word[..word.len().min(VARIED)];
        self.spelled(hash::of(varied)).find(|term| self.texts.get(*term as usize) == word)
    }

    /// The words that begin so.
    pub fn beginning(&self, prefix: &str) -> Range<Term> {
        let from = self.texts.lower_bound(prefix.as_bytes());
        let mut after = prefix.as_bytes().to_vec();
        // Words are UTF-8, which has no such byte.
        after.push(0xff);
        from as Term..self.texts.lower_bound(&after) as Term
    }

    /// Hands over every word that differs by at most what both forgive, with the number of errors; itself too.
    pub fn near(&self, word: &str, variants: &mut Vec<u64>, mut receive: impl FnMut(Term, u8)) {
        let (word, most) = (word.as_bytes(), forgiven(word.as_bytes()));
        vary(word, most, variants);
        let mut seen = [Term::MAX; 16];
        let mut next = 0;
        for variant in variants.iter() {
            for term in self.spelled(*variant) {
                if seen.contains(&term) {
                    continue;
                }
                let text = self.texts.get(term as usize);
                if let Some(errors) = distance::within(word, text, most.min(forgiven(text))) {
                    receive(term, errors);
                }
                seen[next % seen.len()] = term;
                next += 1;
            }
        }
    }

    /// The words that a spelling stands for beside itself.
    pub fn meant(&self, spelling: Term) -> impl Iterator<Item = Term> + '_ {
        let from = self.aliases.partition_point(|[alias, _]| *alias < spelling);
        self.aliases[from..].iter().take_while(move |[alias, _]| *alias == spelling).map(|[_, term]| *term)
    }

    fn spelled(&self, hash: u64) -> impl Iterator<Item = Term> + '_ {
        let bucket = bucket(hash, self.buckets.len().saturating_sub(1));
        let tag = tag(hash);
        let spellings = self.spellings.part(&self.buckets, bucket);
        spellings.iter().filter(move |spelling| **spelling & TAG == tag).map(|spelling| spelling & !TAG)
    }

    pub fn open(file: &Arc<Mapped>) -> Result<Self, Error> {
        let lexicon = Self {
            texts: Texts::open(file, b"words\0\0\0", b"wordends")?,
            buckets: Table::open(file, b"buckets\0")?,
            spellings: Table::open(file, b"spelling")?,
            aliases: Table::open(file, b"aliases\0")?,
        };
        let buckets = lexicon.buckets.len().saturating_sub(1);
        if !buckets.is_power_of_two() {
            return Err(Error::Damaged("the spellings have no buckets"));
        }
        Ok(lexicon)
    }

    pub fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        self.texts.write(writer, b"words\0\0\0", b"wordends")?;
        self.buckets.write(writer, b"buckets\0")?;
        self.spellings.write(writer, b"spelling")?;
        self.aliases.write(writer, b"aliases\0")
    }
}

const TAG: u32 = 0xff00_0000;

fn bucket(hash: u64, count: usize) -> usize {
    hash as usize & count.wrapping_sub(1)
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32 & TAG
}

/// The hashes of what is left of the word's first letters without up to `most` of them, each once.
fn vary(word: &[u8], most: u8, hashes: &mut Vec<u64>) {
    hashes.clear();
    let varied = &word[..word.len().min(VARIED)];
    hashes.push(hash::of(varied));
    if most == 0 {
        return;
    }
    let mut left = [0; VARIED];
    for first in 0..varied.len() {
        let once = without(varied, first, &mut left);
        hashes.push(hash::of(&left[..once]));
        if most > 1 {
            let once = left;
            let mut twice = [0; VARIED];
            for second in first..varied.len() - 1 {
                let length = without(&once[..varied.len() - 1], second, &mut twice);
                hashes.push(hash::of(&twice[..length]));
            }
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
}

fn without(word: &[u8], skipped: usize, left: &mut [u8; VARIED]) -> usize {
    let (before, after) = (&word[..skipped], &word[skipped + 1..]);
    left[..before.len()].copy_from_slice(before);
    left[before.len()..word.len() - 1].copy_from_slice(after);
    word.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_found_as_they_are_by_their_beginning_and_by_their_other_spelling() {
        let words = ["12", "eglise", "eglises", "muehlweg", "muhlweg", "rue"];
        let lexicon = Lexicon::of(&words, vec![[4, 3]]);
        for (term, word) in words.iter().enumerate() {
            assert_eq!(lexicon.exact(word), Some(term as Term));
        }
        assert_eq!((lexicon.exact("eglis"), lexicon.exact("")), (None, None));
        assert_eq!(lexicon.beginning("eg"), 1..3);
        assert_eq!(lexicon.beginning("x"), 6..6);
        assert_eq!(lexicon.meant(4).collect::<Vec<_>>(), [3]);
        assert_eq!(lexicon.meant(3).count(), 0);
        assert_eq!(Lexicon::of(&[], Vec::new()).exact("rue"), None);
    }

    fn near(lexicon: &Lexicon, word: &str) -> BTreeSet<(String, u8)> {
        let mut found = BTreeSet::new();
        lexicon.near(word, &mut Vec::new(), |term, errors| {
            found.insert((lexicon.text(term).to_owned(), errors));
        });
        found
    }

    #[test]
    fn a_number_forgives_nothing_and_is_nobody_s_misspelling() {
        let lexicon = Lexicon::of(&["1765", "1766", "abd"], Vec::new());
        assert_eq!(near(&lexicon, "1765"), BTreeSet::from([("1765".into(), 0)]));
        assert_eq!(near(&lexicon, "abe"), BTreeSet::from([("abd".into(), 1)]));
        assert_eq!(near(&Lexicon::of(&["a12", "xxii"], Vec::new()), "a13"), BTreeSet::new());
        assert_eq!(near(&Lexicon::of(&["a12", "xxii"], Vec::new()), "xxiii"), BTreeSet::new());
    }

    proptest! {
        /// Against comparing with every word.
        #[test]
        fn every_word_within_what_is_forgiven_is_found(
            words in proptest::collection::btree_set("[abc]{1,12}", 1..40),
            wanted in "[abc]{1,12}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let lexicon = Lexicon::of(&words, Vec::new());
            let expected: BTreeSet<(String, u8)> = words
                .iter()
                .filter_map(|word| {
                    let most = forgiven(wanted.as_bytes()).min(forgiven(word.as_bytes()));
                    let errors = distance::within(wanted.as_bytes(), word.as_bytes(), most)?;
                    Some(((*word).to_owned(), errors))
                })
                .collect();
            prop_assert_eq!(near(&lexicon, &wanted), expected);
        }
    }
}
