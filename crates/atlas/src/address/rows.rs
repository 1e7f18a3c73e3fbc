//! Which row of a street: house number and unit of the question against those below an entry.

use super::candidate::Candidate;
use super::house::House;
use super::index::{Index, Row};
use super::most::Most;
use super::query::Query;
use super::result::Agreement;
use super::said_unit::{SaidUnit, bare};
use super::search::Ask;
use model::address::{Gap, Language, unit_kind};
use std::ops::Range;

/// Rows of one entry that are looked at for one reading of the number.
const MOST_ROWS: usize = 2_000;

/// Rows without a number that are looked at where a number is asked for.
const MOST_UNNUMBERED: usize = 64;

/// Carriers that may list each of them.
const MOST_LISTED: usize = 16;

/// A row and how well number and unit fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    pub row: Row,
    pub score: f32,
    pub number: Agreement,
    pub unit: Agreement,
    /// Words of the question that number and unit explain.
    pub covered: u32,
}

/// Whether an entry has the house number that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// None of its rows counts.
    Nothing,
    No,
    /// The words that say the number; none where none is asked for.
    Yes(u32),
}

impl Numbered {
    pub fn is_yes(self) -> bool {
        matches!(self, Numbered::Yes(_))
    }
}

/// Whether the number that is asked for is below the candidate, in a row that counts.
pub fn numbered(index: &Index, query: &Query, candidate: &Candidate, ask: &Ask<'_>) -> Numbered {
    let entry = candidate.entry;
    let country = || index.entry(entry).is_some_and(|it| it.country().eq_ignore_ascii_case(ask.country));
    if !ask.country.is_empty() && !country() {
        return Numbered::Nothing;
    }
    let rows = index.rows(entry);
    let counts = |row: Row| (ask.keep)(entry, row);
    let mut houses = query.houses.iter().filter(|house| house.covers & candidate.covered == 0).peekable();
    let any = || if rows.clone().take(MOST_ROWS).any(counts) { Numbered::No } else { Numbered::Nothing };
    if houses.peek().is_none() {
        return if any() == Numbered::No { Numbered::Yes(0) } else { Numbered::Nothing };
    }
    let has = |house: &&House| {
        let same = house.label.map(|label| labelled(index, rows.clone(), label..label + 1));
        same.is_some_and(|mut same| same.any(counts))
    };
    let said = houses.filter(has).map(|house| house.covers);
    said.max_by_key(|covers| (covers & query.codes).count_ones()).map_or_else(any, Numbered::Yes)
}

/// The rows that fit best, best first, at most so many; `keep` says which count.
pub fn fitting(
    index: &Index,
    query: &Query,
    entry: u32,
    covered: u32,
    most: Most,
    keep: &dyn Fn(u32, Row) -> bool,
) -> Vec<Fit> {
    let rows = index.rows(entry);
    let mut found: Vec<Fit> = Vec::new();
    let mut asked = false;
    let country = index.entry(entry);
    let number_first = country.is_some_and(|entry| entry.number_first());
    // `4/12 Alfred St`: the last number before the street.
    let units_first = country.is_some_and(|entry| Language::of(entry.country()) == Language::English);
    let words = query.plain();
    let front = if words == 0 { 0 } else { words.trailing_zeros() as usize };
    for house in query.houses.iter().filter(|house| house.covers & covered == 0) {
        asked = true;
        let (some, number) = of_house(index, house, rows.clone(), &|row| keep(entry, row));
        let bonus = match number {
            Agreement::Agrees => 5.0,
            Agreement::Close => 3.5,
            _ => continue,
        };
        // `8 bis` says more than `8` and something else.
        let bonus = bonus + 0.5 * (house.covers.count_ones() - 1) as f32;
        // Of two numbers, the house's is the one next to the street, as the country writes it.
        let at = house.covers.trailing_zeros() as usize;
        let ends = !goes_on(query, words, at + house.covers.count_ones() as usize);
        let bonus = bonus + 0.01 * in_place(at, (front, ends), (number_first, units_first));
        for row in some.take(MOST_ROWS).filter(|row| keep(entry, *row)) {
            let fit = with_unit(index, query, row, covered | house.covers, number, bonus);
            found.push(fit);
        }
    }
    if asked {
        // `LOT 6 WILLIS ROAD` has a unit and no number.
        let most = MOST_UNNUMBERED * index.carriers.len().clamp(1, MOST_LISTED);
        let unnumbered = rows.clone().take(most).take_while(|row| index.number(*row).is_empty());
        for row in unnumbered.filter(|row| !index.unit(*row).is_empty() && keep(entry, *row)) {
            let fit = with_unit(index, query, row, covered, Agreement::Agrees, 5.0);
            let named = fit.covered & !covered & query.kinds != 0;
            if named && fit.unit == Agreement::Agrees {
                found.push(fit);
            }
        }
    }
    if found.is_empty() {
        found = if asked {
            // The street is right, the number is not there: its neighbours.
            neighbours(index, query, rows, covered, &|row| keep(entry, row))
        } else {
            without_number(index, query, rows, covered, most, &|row| keep(entry, row))
        };
    }
    // A row that two readings of the number bring counts as the better one.
    found.sort_by(|a, b| a.row.cmp(&b.row).then(b.score.total_cmp(&a.score)));
    found.dedup_by_key(|fit| fit.row);
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
    most.truncate(index, &mut found, |fit| fit.row);
    found
}

/// Whether a name goes on at a word, without a comma before it: `via 1 maggio`.
fn goes_on(query: &Query, plain: u32, at: usize) -> bool {
    plain.checked_shr(at as u32).is_some_and(|rest| rest & 1 == 1)
        && query.words.get(at).is_some_and(|word| word.gap != Gap::Comma)
}

/// How well a number stands where the house's does; `front` is the first word that is no number, and `ends` whether
/// nothing of a name follows: `4/12 Alfred St`, `12 rue de l'église, app. 4`, `Vallensbækvej 12, 4. tv.`
fn in_place(at: usize, (front, ends): (usize, bool), (number_first, units_first): (bool, bool)) -> f32 {
    match () {
        () if units_first => at.min(front) as f32,
        () if number_first => -(at as f32),
        // Behind the street, and the first one there; before it only where there is none behind.
        () if at > front && ends => -(at as f32),
        () => at as f32 - 32.0,
    }
}

/// Rows whose numbers are near to the one asked for, which is none of them.
fn neighbours(
    index: &Index,
    query: &Query,
    rows: Range<Row>,
    covered: u32,
    keep: &dyn Fn(Row) -> bool,
) -> Vec<Fit> {
    let Some(house) = query.houses.iter().find(|house| house.covers & covered == 0) else {
        return Vec::new();
    };
    let middle = index.number.lower_bound(rows.clone(), index.numbers.of_value(house.value).start);
    let after = (middle..rows.end).take(MOST_ROWS).filter(|row| keep(*row)).take(2);
    let before = (rows.start..middle).rev().take(MOST_ROWS).filter(|row| keep(*row)).take(2);
    let fit = |row| Fit {
        row,
        score: -2.0,
        number: Agreement::Differs,
        unit: Agreement::Unsaid,
        covered: covered | house.covers,
    };
    after.chain(before).take(3).map(fit).collect()
}

/// Rows of a street for which no number was said.
fn without_number(
    index: &Index,
    query: &Query,
    rows: Range<Row>,
    covered: u32,
    most: Most,
    keep: &dyn Fn(Row) -> bool,
) -> Vec<Fit> {
    let units = query.numeric & !covered != 0;
    let mut found = Vec::new();
    for row in rows.take(MOST_ROWS).filter(|row| keep(*row)) {
        let unnumbered = index.number(row).is_empty();
        let fit = if unnumbered {
            with_unit(index, query, row, covered, Agreement::Agrees, 0.5)
        } else {
            Fit { row, score: 0.0, number: Agreement::Unsaid, unit: Agreement::Unsaid, covered }
        };
        found.push(fit);
        // Only a unit could make a later row the better one, and only one without a number can be what is meant.
        if found.len() >= most.rows && !units && !(unnumbered && most.each_carrier) {
            break;
        }
    }
    found
}

/// The rows, of these, whose numbers have such labels.
fn labelled(index: &Index, rows: Range<Row>, labels: Range<u64>) -> Range<Row> {
    let from = index.number.lower_bound(rows.clone(), labels.start);
    let end = (from..rows.end).take_while(|row| index.number.get(*row) < labels.end).count();
    from..from + end
}

/// The rows of a number: those that have just it, else those with another suffix, else ranges around it.
fn of_house(
    index: &Index,
    house: &House,
    rows: Range<Row>,
    keep: &dyn Fn(Row) -> bool,
) -> (Box<dyn Iterator<Item = Row>>, Agreement) {
    if let Some(label) = house.label {
        let same = labelled(index, rows.clone(), label..label + 1);
        if same.clone().any(keep) {
            return (Box::new(same), Agreement::Agrees);
        }
    }
    let values = index.numbers.of_value(house.value);
    let near = labelled(index, rows.clone(), values.clone());
    if house.value > 0 && near.clone().any(keep) {
        return (Box::new(near), Agreement::Close);
    }
    // `95` is in `93-97`, on the same side of the street.
    let end = index.number.lower_bound(rows.clone(), values.start);
    let from = rows.start.max(end.saturating_sub(64));
    let within: Vec<Row> = (from..end)
        .filter(|row| {
            let [first, last] = index.numbers.span(index.number.get(*row));
            first < house.value && house.value <= last && (house.value - first).is_multiple_of(2)
        })
        .collect();
    let number = if within.is_empty() { Agreement::Differs } else { Agreement::Close };
    (Box::new(within.into_iter()), number)
}

fn with_unit(index: &Index, query: &Query, row: Row, covered: u32, number: Agreement, score: f32) -> Fit {
    let mut fit = Fit { row, score, number, unit: Agreement::Unsaid, covered };
    let unit = index.unit(row);
    let (mut agreeing, mut missing) = (0, 0);
    // Words of which one piece is used, the other not yet.
    let mut pieces: Vec<(usize, u8)> = Vec::new();
    for (kind, id) in unit.split(' ').filter_map(|part| part.split_once(':')) {
        let free = |said: &&SaidUnit| {
            let begun = pieces
                .iter()
                .any(|(word, piece)| *word == said.word && said.piece != 0 && *piece != said.piece);
            (fit.covered & (1 << said.word) == 0 || begun) && said.text == bare(id)
        };
        // The word before it says what it is, or it does so itself.
        let named = |said: &&SaidUnit| {
            let before = said.word.checked_sub(1).and_then(|at| unit_kind(&query.words[at].text));
            said.kind.or(before) == Some(kind)
        };
        let found =
            query.units().iter().filter(free).max_by_key(|said| (named(said), std::cmp::Reverse(said.word)));
        match found {
            Some(said) => {
                agreeing += 1;
                // `1C` is 1C sooner than 1 and C.
                fit.score += if said.piece == 0 { 1.5 } else { 1.2 };
                if said.piece != 0 {
                    pieces.push((said.word, said.piece));
                }
                fit.covered |= 1 << said.word;
                if said.text.len() > 1 && query.words[said.word].text.len() == 1 {
                    fit.covered |= 1 << (said.word + 1);
                }
                if named(&said) {
                    if said.kind.is_none() {
                        fit.covered |= 1 << (said.word - 1);
                    }
                    fit.score += 0.5;
                } else if !matches!(kind, "unit" | "level" | "door") {
                    // `4/12` is flat 4 sooner than shop 4.
                    fit.score -= 0.2;
                }
            }
            None => {
                missing += 1;
                fit.score -= 0.6;
            }
        }
    }
    let left = query.numeric & !fit.covered;
    let left = (0..query.words.len()).filter(|n| left & (1 << n) != 0).filter(|n| {
        // A postcode that is another's is no unit.
        query.words[*n].text.len() < 4
    });
    let left = left.count();
    fit.score -= 0.6 * left as f32;
    fit.unit = match (agreeing, missing, left) {
        (0, 0, 0) => Agreement::Agrees,
        (0, 0, _) => Agreement::Differs,
        (_, 0, 0) => Agreement::Agrees,
        (_, 0, _) => Agreement::Close,
        (0, _, 0) => Agreement::Unsaid,
        (0, _, _) => Agreement::Differs,
        _ => Agreement::Close,
    };
    fit
}
