//! How far two words are apart: letters put in, left out, changed, or swapped with their neighbour.

/// Longer words are compared by their first bytes only.
const LONGEST: usize = 32;

/// The number of edits between two words, a swap of neighbours counting as one; None if it is more than
/// `most`. Words are bytes: after folding nearly all of them are ASCII.
pub fn within(left: &[u8], right: &[u8], most: u8) -> Option<u8> {
    let (left, right) = trimmed(left, right);
    if left.len().abs_diff(right.len()) > usize::from(most) {
        return None;
    }
    if left.is_empty() || right.is_empty() {
        return u8::try_from(left.len().max(right.len())).ok();
    }
    let width = right.len() + 1;
    // At most 32 letters: costs fit into a byte.
    let mut rows = [[0_u8; LONGEST + 1]; 3];
    let (mut before, mut above, mut row) = (0, 1, 2);
    for (n, cell) in rows[above].iter_mut().enumerate().take(width) {
        *cell = n as u8;
    }
    for (i, a) in left.iter().enumerate() {
        rows[row][0] = i as u8 + 1;
        let mut least = rows[row][0];
        for (j, b) in right.iter().enumerate() {
            let change = rows[above][j] + u8::from(a != b);
            let mut cost = change.min(rows[above][j + 1] + 1).min(rows[row][j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                cost = cost.min(rows[before][j - 1] + 1);
            }
            rows[row][j + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        (before, above, row) = (above, row, before);
    }
    Some(rows[above][right.len()]).filter(|cost| *cost <= most)
}

/// Without what both begin and end with, which costs nothing.
fn trimmed<'a>(mut left: &'a [u8], mut right: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[same..], &right[same..]);
    let same = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[..left.len() - same], &right[..right.len() - same]);
    (&left[..left.len().min(LONGEST)], &right[..right.len().min(LONGEST)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As it stands in the books, without any of the short cuts.
    fn plainly(left: &[u8], right: &[u8]) -> usize {
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for i in 0..=left.len() {
            for j in 0..=right.len() {
                table[i][j] = match (i, j) {
                    (0, n) | (n, 0) => n,
                    _ => {
                        let change = table[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
                        let mut least = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[left.len()][right.len()]
    }

    #[test]
    fn edits_are_counted() {
        for (left, right, expected) in [
            ("eglise", "eglise", Some(0)),
            ("eglise", "leglise", Some(1)),
            ("martin", "matrin", Some(1)),
            ("vallensbaek", "valensbek", Some(2)),
            ("rue", "via", None),
            ("", "ab", Some(2)),
        ] {
            assert_eq!(within(left.as_bytes(), right.as_bytes(), 2), expected, "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn the_short_cuts_change_nothing(left in "[ab]{0,9}", right in "[abc]{0,9}", most in 0_u8..4) {
            let plain = plainly(left.as_bytes(), right.as_bytes());
            let found = within(left.as_bytes(), right.as_bytes(), most);
            prop_assert_eq!(found.map(usize::from), Some(plain).filter(|n| *n <= usize::from(most)));
        }
    }
}
