//! Completing a text while somebody types it: streets first, then house numbers, then units.

use super::candidate::{Candidate, candidates};
use super::index::{Index, Row};
use super::kept::HAS_NUMBER;
use super::most::Most;
use super::query::{Alternative, Forgiving, Query};
use super::result::Agreement;
use super::rows::{fitting, numbered};
use super::search::Ask;

/// Listings of one address that are taken for one.
const MOST_LISTINGS: usize = 8;

/// What is suggested; `row` stands for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    pub kind: Kind,
    pub entry: u32,
    pub row: Row,
    /// Comparable within one answer only.
    pub score: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A street in its place; the number is still to come.
    Street,
    /// A house.
    Number,
    /// A flat, a floor, a door in the house.
    Unit,
}

impl Index {
    /// What a text may become, best first, at most `limit`. Its last word counts as the beginning of one, unless
    /// something that ends a word follows it.
    pub fn complete(&self, ask: &Ask<'_>) -> Vec<Suggestion> {
        let mut query = Query::of(self, ask);
        if query.words.is_empty() || ask.limit == 0 {
            return Vec::new();
        }
        if ask.text.ends_with(char::is_alphanumeric) {
            query.begin_last(self);
        }
        let mut readings = query.readings(self);
        let mut found = self.streets_of(&query, &readings, ask, false);
        let whole = |found: &[Candidate]| {
            found.first().is_some_and(|best| query.left(best.covered, best.by_place) & query.plain() == 0)
        };
        if !whole(&found) {
            query.forgive(self, Forgiving::Unknown, &mut readings);
            let forgiving = self.streets_of(&query, &readings, ask, true);
            let score = |found: &[Candidate]| found.first().map_or(f32::MIN, |best| best.score);
            if score(&forgiving) >= score(&found) {
                found = forgiving;
            }
        }
        self.suggestions(&query, &found, ask)
    }

    fn streets_of(
        &self,
        query: &Query,
        readings: &[Alternative],
        ask: &Ask<'_>,
        thorough: bool,
    ) -> Vec<Candidate> {
        let number = |candidate: &Candidate| numbered(self, query, candidate, ask);
        let mut found = candidates(self, query, readings, number, thorough).unwrap_or_default();
        // Streets that have the number that was typed come before those that have not.
        if !query.houses.is_empty() {
            for candidate in &mut found {
                candidate.score += if candidate.number.is_yes() { HAS_NUMBER } else { 0.0 };
            }
            found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        }
        found
    }

    fn suggestions(&self, query: &Query, found: &[Candidate], ask: &Ask<'_>) -> Vec<Suggestion> {
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let best = found.first().map_or(0.0, |best| best.score);
        for candidate in found {
            if suggestions.len() >= ask.limit || (candidate.score < 0.5 * best && !suggestions.is_empty()) {
                break;
            }
            let left = ask.limit - suggestions.len();
            let below = self.below(query, candidate, left, ask);
            if below.is_empty() {
                let row = self.rows(candidate.entry).find(|row| (ask.keep)(candidate.entry, *row));
                suggestions.extend(row.map(|row| Suggestion {
                    kind: Kind::Street,
                    entry: candidate.entry,
                    row,
                    score: candidate.score,
                }));
            }
            suggestions.extend(below);
        }
        suggestions
    }

    /// Houses and units that the rest of the text says.
    fn below(&self, query: &Query, candidate: &Candidate, limit: usize, ask: &Ask<'_>) -> Vec<Suggestion> {
        let (entry, score) = (candidate.entry, candidate.score);
        let typed = 1_u32 << (query.words.len() - 1);
        let last = &query.words[query.words.len() - 1];
        let still_typed = ask.text.ends_with(char::is_alphanumeric)
            && last.starts_with_digit()
            // A number in front of the street is whole.
            && query.words.len() > 1;
        if still_typed {
            let text = last.text.trim_start_matches('0');
            let begun = |row: &Row| self.number(*row).starts_with(text) && (ask.keep)(entry, *row);
            let mut rows: Vec<Row> = self.rows(entry).filter(begun).collect();
            rows.dedup_by_key(|row| self.number.get(*row));
            // It may be the beginning of a postcode as well: then houses come first, where there are some.
            let is_place = candidate.covered & typed != 0;
            let many = if is_place { !rows.is_empty() } else { rows.len() != 1 };
            if many {
                let number = |row| Suggestion { kind: Kind::Number, entry, row, score };
                return rows.into_iter().take(limit).map(number).collect();
            }
        }
        // One address may be listed by several carriers.
        let mut fits =
            fitting(self, query, entry, candidate.covered, Most::of_all(limit * MOST_LISTINGS), ask.keep);
        let mut seen = Vec::new();
        fits.retain(|fit| {
            let place = self.place(entry, fit.row);
            let new = !seen.contains(&place);
            seen.push(place);
            new
        });
        fits.truncate(limit);
        let mut several =
            fits.windows(2).map(|pair| self.number.get(pair[0].row) == self.number.get(pair[1].row));
        let units = several.any(|same| same);
        fits.iter()
            .filter(|fit| fit.number == Agreement::Agrees)
            .map(|fit| {
                let kind = if units && !self.unit(fit.row).is_empty() { Kind::Unit } else { Kind::Number };
                Suggestion { kind, entry, row: fit.row, score }
            })
            .collect()
    }
}
