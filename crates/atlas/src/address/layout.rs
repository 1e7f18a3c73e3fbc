//! From what was taken to what is read: everything sorted, numbered anew and put end to end.

use super::builder::{Builder, Row, SEVERAL};
use super::entry::{Entry, NOWHERE, Offset, part_of, placed, term_of};
use super::index::{Index, languages};
use super::lexicon::Lexicon;
use super::nearby::Nearby;
use super::number::{self, Numbers};
use super::table::Column;
use super::texts::Texts;
use std::collections::BTreeMap;

/// Entries kept for a beginning of up to three bytes.
const PER_PREFIX: usize = 24;

/// An entry that is to be laid out.
struct Listed {
    /// Of its rows.
    count: u32,
    /// Its words in their parts, sorted.
    said: Box<[u32]>,
    country: [u8; 2],
    region: u8,
    /// The number that the builder gave it.
    old: u32,
}

/// `base`: the index beside which this one is asked, in which its words count the same.
pub fn lay_out(builder: Builder, base: Option<&Index>) -> Index {
    let Builder {
        words, numbers, units, entries, regions, carriers, mut rows, mut keys, mut aliases, ..
    } = builder;
    let words = words.texts();
    let (words, new_word) = renumbered(words, |word| *word);
    let (numbers, new_number) = renumbered(numbers.texts(), |text| number::order(text));
    let (units, new_unit) = renumbered(units.texts(), |text| *text);

    let mut counts = vec![0_u32; entries.len()];
    rows.iter().for_each(|row| counts[row.entry as usize] += 1);
    let mut listed: Vec<Listed> = entries
        .into_iter()
        .map(|((mut said, country, _), old)| {
            for word in &mut said {
                *word = placed(part_of(*word), new_word[term_of(*word) as usize]);
            }
            said.sort_unstable();
            let region = if regions[old as usize] == SEVERAL { 0 } else { regions[old as usize] };
            Listed { count: counts[old as usize], said, country, region, old }
        })
        .collect();
    listed.sort_unstable_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (&a.said, a.country, a.region).cmp(&(&b.said, b.country, b.region)))
    });
    let mut new_entry = vec![0_u32; listed.len()];
    for (new, entry) in listed.iter().enumerate() {
        new_entry[entry.old as usize] = new as u32;
    }

    for row in &mut rows {
        row.entry = new_entry[row.entry as usize];
        row.number = new_number[row.number as usize];
        row.unit = new_unit[row.unit as usize];
    }
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    let by = |at: &u32| {
        let row = &rows[*at as usize];
        (row.entry, row.number, row.unit, row.carrier, row.premise)
    };
    if !keys.is_empty() {
        order.sort_unstable_by_key(by);
        let mut new_row = vec![0_u32; rows.len()];
        for (new, old) in order.iter().enumerate() {
            new_row[*old as usize] = new as u32;
        }
        keys.iter_mut().for_each(|(_, row)| *row = new_row[*row as usize]);
        keys.sort_unstable();
        keys.dedup();
    }
    drop(order);
    rows.sort_unstable_by_key(|row| (row.entry, row.number, row.unit, row.carrier, row.premise));

    aliases.iter_mut().for_each(|pair| *pair = pair.map(|word| new_word[word as usize]));
    aliases.sort_unstable();
    aliases.dedup();

    let said: Vec<&[u32]> = listed.iter().map(|entry| &*entry.said).collect();
    let (posting_ends, postings) = postings(&said, words.len());
    let streets = base.map_or(said.len(), Index::streets).max(1);
    let weight = |(ends, word): (&[u32], &&str)| match ends[1] - ends[0] {
        0 => 0.0,
        count => {
            let known = base.and_then(|base| base.lexicon.exact(word).map(|term| base.weight(term)));
            known.filter(|weight| *weight > 0.0).unwrap_or((1.0 + streets as f32 / count as f32).ln())
        }
    };
    let weights: Vec<f32> = posting_ends.windows(2).zip(&words).map(weight).collect();
    let (prefixes, prefix_ends, prefix_entries) = prefixes(&said, &words);
    let (entries, offset, wide) = entries_of(&listed, &rows);
    let entry_words: Vec<u32> = said.concat();
    let mut countries: Vec<[u8; 2]> = listed.iter().map(|entry| entry.country).collect();
    countries.sort_unstable();
    countries.dedup();
    let nearby = Nearby::of(&entries, &rows);
    let column = |value: fn(&Row) -> u64| Column::of(&rows.iter().map(value).collect::<Vec<_>>());
    Index {
        generation: 0,
        lexicon: Lexicon::of(&words, aliases),
        weights: weights.into(),
        posting_ends: posting_ends.into(),
        postings: postings.into(),
        entry_words: entry_words.into(),
        numbers: Numbers::of(&numbers),
        units: Texts::of(units),
        number: column(|row| u64::from(row.number)),
        unit: column(|row| u64::from(row.unit)),
        carrier: column(|row| u64::from(row.carrier)),
        premise: column(|row| row.premise.cast_unsigned()),
        offset: offset.into(),
        wide: wide.into(),
        carriers: carriers.into(),
        languages: languages(&countries),
        countries: countries.into(),
        keys: keys
            .into_iter()
            .map(|(fingerprint, row)| [(fingerprint >> 32) as u32, fingerprint as u32, row])
            .collect::<Vec<_>>()
            .into(),
        prefixes: prefixes.into(),
        prefix_ends: prefix_ends.into(),
        prefix_entries: prefix_entries.into(),
        nearby,
        entries: entries.iter().map(Entry::pack).collect::<Vec<_>>().into(),
    }
}

/// The texts in their order, and for each old number the new one.
fn renumbered<'a, K: Ord>(texts: Vec<&'a str>, by: impl Fn(&&'a str) -> K) -> (Vec<&'a str>, Vec<u32>) {
    let mut order: Vec<u32> = (0..texts.len() as u32).collect();
    order.sort_unstable_by_key(|old| by(&texts[*old as usize]));
    let mut new = vec![0; texts.len()];
    for (at, old) in order.iter().enumerate() {
        new[*old as usize] = at as u32;
    }
    (order.iter().map(|old| texts[*old as usize]).collect(), new)
}

/// For each word the entries that have it, rising.
fn postings(said: &[&[u32]], words: usize) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0_u32; words + 1];
    // A word that is street and place is posted once.
    let each = |entry: &[u32]| {
        let mut terms: Vec<u32> = entry.iter().map(|word| term_of(*word)).collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    };
    for entry in said {
        each(entry).iter().for_each(|term| ends[*term as usize + 1] += 1);
    }
    for n in 0..words {
        ends[n + 1] += ends[n];
    }
    let mut next = ends.clone();
    let mut postings = vec![0_u32; ends[words] as usize];
    for (number, entry) in said.iter().enumerate() {
        for term in each(entry) {
            postings[next[term as usize] as usize] = number as u32;
            next[term as usize] += 1;
        }
    }
    (ends, postings)
}

/// A beginning as it is compared: its length, then its bytes.
pub fn prefix_code(prefix: &[u8]) -> u32 {
    let byte = |n: usize| u32::from(prefix.get(n).copied().unwrap_or(0));
    (prefix.len() as u32) << 24 | byte(0) << 16 | byte(1) << 8 | byte(2)
}

fn prefixes(said: &[&[u32]], words: &[&str]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let mut best: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (number, entry) in said.iter().enumerate() {
        for word in *entry {
            let text = words[term_of(*word) as usize].as_bytes();
            for length in 1..=text.len().min(3) {
                let entries = best.entry(prefix_code(&text[..length])).or_default();
                if entries.len() < PER_PREFIX && entries.last() != Some(&(number as u32)) {
                    entries.push(number as u32);
                }
            }
        }
    }
    let mut ends = vec![0];
    let mut entries = Vec::new();
    for list in best.values() {
        entries.extend_from_slice(list);
        ends.push(entries.len() as u32);
    }
    (best.into_keys().collect(), ends, entries)
}

/// Entries with one more to close the last, where each row is below its entry, and those of wide entries.
fn entries_of(listed: &[Listed], rows: &[Row]) -> (Vec<Entry>, Vec<Offset>, Vec<[u32; 3]>) {
    let mut entries = Vec::with_capacity(listed.len() + 1);
    let mut offsets = vec![NOWHERE; rows.len()];
    let mut wide = Vec::new();
    let (mut words, mut at) = (0_u32, 0_usize);
    for Listed { count, said, country, region, .. } in listed {
        let below = &rows[at..at + *count as usize];
        let mut entry =
            Entry { words, rows: at as u32, country: *country, region: *region, ..Entry::default() };
        entry.frame(below.iter().filter_map(|row| row.position));
        for (n, position) in below.iter().enumerate().filter_map(|(n, row)| Some((n, row.position?))) {
            if entry.is_wide() {
                let [latitude, longitude] = position.map(i32::cast_unsigned);
                wide.push([(at + n) as u32, latitude, longitude]);
            } else {
                offsets[at + n] = entry.offset(position);
            }
        }
        entries.push(entry);
        words += said.len() as u32;
        at += *count as usize;
    }
    entries.push(Entry { words, rows: at as u32, ..Entry::default() });
    (entries, offsets, wide)
}
