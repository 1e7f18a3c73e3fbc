//! The best entries so far. Those that have the house number, in a row that counts, come before others whose words fit
//! as well: of many streets of one name few have a number 139, and few are of the carrier that is asked about.

use super::candidate::Candidate;
use super::rows::Numbered;

/// Entries kept for a closer look.
const MOST: usize = 64;

/// What the house number that is asked for adds to a candidate's rank.
pub const HAS_NUMBER: f32 = 3.0;

/// Candidates with rows that count of which the rows are looked into; of more the rest is left out.
const MOST_LOOKS: usize = 3_000;

pub struct Kept<F> {
    /// Best first.
    list: Vec<Candidate>,
    numbered: F,
    looks: usize,
}

impl<F: Fn(&Candidate) -> Numbered> Kept<F> {
    pub fn new(numbered: F) -> Self {
        Self { list: Vec::new(), numbered, looks: 0 }
    }

    pub fn insert(&mut self, mut candidate: Candidate) {
        let last = self.last_rank();
        if candidate.score + HAS_NUMBER < last || self.looks >= MOST_LOOKS {
            return;
        }
        candidate.number = (self.numbered)(&candidate);
        if candidate.number == Numbered::Nothing {
            return;
        }
        self.looks += 1;
        let rank = self.rank(&candidate);
        let before = |other: &Candidate| {
            let others = self.rank(other);
            others > rank || (others == rank && other.entry <= candidate.entry)
        };
        let at = self.list.partition_point(before);
        if at >= MOST || self.list.get(at.wrapping_sub(1)).is_some_and(|other| other.entry == candidate.entry)
        {
            return;
        }
        self.list.insert(at, candidate);
        self.list.truncate(MOST);
    }

    pub fn list(&self) -> &[Candidate] {
        &self.list
    }

    pub fn into_list(self) -> Vec<Candidate> {
        self.list
    }

    /// One whose words count no more than this takes no place any more.
    pub fn is_full(&self, score: f32) -> bool {
        score + HAS_NUMBER <= self.last_rank()
    }

    fn rank(&self, candidate: &Candidate) -> f32 {
        candidate.score + if candidate.number.is_yes() { HAS_NUMBER } else { 0.0 }
    }

    /// The least rank that is kept, once there are enough.
    fn last_rank(&self) -> f32 {
        self.list.get(MOST - 1).map_or(f32::MIN, |last| self.rank(last))
    }
}
