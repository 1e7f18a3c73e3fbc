//! The best entries so far. Of those whose words fit alike, the ones that have the house number come first: in a country
//! full of streets of one name few have a number 139.

use super::candidate::Candidate;

/// Entries kept for a closer look.
const MOST: usize = 64;

/// What the house number that is asked for adds to a candidate's rank.
pub const HAS_NUMBER: f32 = 3.0;

/// Candidates whose rows are looked into for one question at most.
const MOST_LOOKS: usize = 2_000;

pub struct Kept<F> {
    /// Best first.
    list: Vec<Candidate>,
    /// Tells the words that are a candidate's house number, if it has the one that is asked for; None: none is.
    has_number: Option<F>,
    looks: usize,
}

impl<F: Fn(&Candidate) -> Option<u32>> Kept<F> {
    pub fn new(has_number: Option<F>) -> Self {
        Self { list: Vec::new(), has_number, looks: 0 }
    }

    pub fn insert(&mut self, mut candidate: Candidate) {
        let last = self.last_rank();
        match &self.has_number {
            None => candidate.number = Some(0),
            Some(has_number) if candidate.score + HAS_NUMBER >= last && self.looks < MOST_LOOKS => {
                self.looks += 1;
                candidate.number = has_number(&candidate);
            }
            Some(_) => {}
        }
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
        let lifted = self.has_number.is_some() && candidate.number.is_some();
        candidate.score + if lifted { HAS_NUMBER } else { 0.0 }
    }

    /// The least rank that is kept, once there are enough.
    fn last_rank(&self) -> f32 {
        self.list.get(MOST - 1).map_or(f32::MIN, |last| self.rank(last))
    }
}
