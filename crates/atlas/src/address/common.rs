//! The entries that have all of a question's telling words, found by their lists alone.

use super::index::Index;
use super::query::{Alternative, Query};

/// A word that so many entries have, or of which so many are wanted as its readings, tells too little to be looked for.
const MOST_OF_ALL: usize = 8;
const MOST_READINGS: usize = 64;

/// Of so few entries it is quicker to look at each.
const FEW: usize = 8;

/// What one word of the question may be: where each of its readings is.
struct Group<'a> {
    lists: Vec<&'a [u32]>,
    /// Entries in all of them.
    total: usize,
}

/// Rising numbers of entries that have some reading of each telling word: empty where there are none. None where fewer
/// than two words tell, or so many entries remain that nothing is gained.
pub fn common(index: &Index, query: &Query, alternatives: &[Alternative], most: usize) -> Option<Vec<u32>> {
    // A number of four digits and more may be the house's, where no other is.
    let numbered = query.houses.iter().any(|house| house.covers & query.codes == 0);
    let words = if numbered { query.plain() | query.codes } else { query.plain() };
    let mut groups: Vec<Group<'_>> = Vec::with_capacity(query.words.len());
    for word in (0..query.words.len()).map(|n| 1_u32 << n).filter(|word| words & word != 0) {
        let readings = alternatives.iter().filter(|reading| reading.covers & word != 0);
        let lists: Vec<&[u32]> =
            readings.take(MOST_READINGS + 1).map(|reading| index.postings(reading.term)).collect();
        let total = lists.iter().map(|list| list.len()).sum();
        if total > 0 && lists.len() <= MOST_READINGS && total < index.streets() / MOST_OF_ALL {
            groups.push(Group { lists, total });
        }
    }
    groups.sort_by_key(|group| group.total);
    let (first, rest) = groups.split_first()?;
    if rest.is_empty() || first.total > 4 * most {
        return None;
    }
    let mut found = first.lists.concat();
    if first.lists.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
    let mut has = Vec::new();
    for group in rest {
        if found.len() <= FEW {
            break;
        }
        has.clear();
        has.resize(found.len(), false);
        group.lists.iter().for_each(|list| mark(&found, list, &mut has));
        let mut at = 0;
        found.retain(|_| {
            at += 1;
            has[at - 1]
        });
    }
    (found.len() <= most).then_some(found)
}

/// Marks what both have; both rise.
fn mark(found: &[u32], list: &[u32], has: &mut [bool]) {
    let mut from = 0;
    if found.len() <= list.len() {
        for (entry, has) in found.iter().zip(has) {
            from = at_least(list, from, *entry);
            *has |= list.get(from) == Some(entry);
        }
    } else {
        for entry in list {
            from = at_least(found, from, *entry);
            if found.get(from) == Some(entry) {
                has[from] = true;
            }
        }
    }
}

/// The first place from `from` on whose value is not below `wanted`: near ones are found soonest.
fn at_least(list: &[u32], from: usize, wanted: u32) -> usize {
    let (mut low, mut step) = (from, 1);
    while low + step <= list.len() && list[low + step - 1] < wanted {
        low += step;
        step *= 2;
    }
    let high = list.len().min(low + step);
    low + list[low..high].partition_point(|entry| *entry < wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_both_have_is_marked(
            found in proptest::collection::btree_set(0_u32..60, 0..40),
            list in proptest::collection::btree_set(0_u32..60, 0..40),
        ) {
            let both: BTreeSet<u32> = found.intersection(&list).copied().collect();
            let (found, list): (Vec<u32>, Vec<u32>) = (found.into_iter().collect(), list.into_iter().collect());
            let mut has = vec![false; found.len()];
            mark(&found, &list, &mut has);
            let marked: BTreeSet<u32> = found.iter().zip(&has).filter(|(_, has)| **has).map(|(entry, _)| *entry).collect();
            prop_assert_eq!(marked, both);
        }
    }
}
