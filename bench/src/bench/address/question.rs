//! What is asked, and whether an answer is right: both the same for everybody.

use super::rows::{Row, Rows};
use crate::clock::Random;

/// A way to ask.
pub struct Class {
    pub name: &'static str,
    /// While somebody types: streets are wanted, not premises.
    pub complete: bool,
    /// Asked of every peer, not of tantivy only.
    pub of_all: bool,
    text: fn(&Row, &mut Random) -> String,
}

pub const CLASSES: [Class; 7] = [
    Class { name: "exact", complete: false, of_all: true, text: |row, _| whole(row) },
    Class {
        name: "one typo",
        complete: false,
        of_all: true,
        text: |row, random| mistyped(&whole(row), 1, random),
    },
    Class {
        name: "two typos, no postcode",
        complete: false,
        of_all: true,
        text: |row, random| mistyped(&without_postcode(row), 2, random),
    },
    Class { name: "prefix", complete: true, of_all: true, text: prefix },
    Class {
        name: "no locality",
        complete: false,
        of_all: false,
        text: |row, _| format!("{} {} {}", row.number, row.street, row.postcode),
    },
    Class { name: "no postcode", complete: false, of_all: false, text: |row, _| without_postcode(row) },
    Class { name: "another order", complete: false, of_all: false, text: shuffled },
];

pub struct Question {
    pub text: String,
    premise: usize,
}

impl Class {
    pub fn questions(&self, rows: &Rows, count: usize, random: &mut Random) -> Vec<Question> {
        (0..count).map(|_| self.question(rows, random)).collect()
    }

    pub fn question(&self, rows: &Rows, random: &mut Random) -> Question {
        let premise = random.between(0, rows.len() as u64) as usize;
        Question { text: (self.text)(&rows.get(premise), random), premise }
    }

    /// The share of right first answers; of right streets in the first five, where streets are wanted.
    pub fn right(&self, rows: &Rows, asked: &[Question], answers: &[Vec<usize>]) -> (f64, f64) {
        let (mut first, mut in_five) = (0, 0);
        for (question, answer) in asked.iter().zip(answers) {
            let place = if self.complete {
                // The beginning of a town's name does not tell its copies apart.
                let street = |premise: usize| street(rows.original(premise));
                let mut streets: Vec<[String; 2]> = Vec::new();
                for street in answer.iter().map(|premise| street(*premise)) {
                    if !streets.contains(&street) {
                        streets.push(street);
                    }
                }
                streets.iter().position(|one| *one == street(question.premise))
            } else {
                answer.iter().position(|premise| question.is_of(rows, *premise))
            };
            first += usize::from(place == Some(0));
            in_five += usize::from(place.is_some_and(|place| place < 5));
        }
        let share = |count: usize| count as f64 / asked.len().max(1) as f64;
        (share(first), share(in_five))
    }
}

impl Question {
    /// Whether it was made from this house, which may be there several times.
    pub fn is_of(&self, rows: &Rows, premise: usize) -> bool {
        premise == self.premise || house(&rows.get(premise)) == house(&rows.get(self.premise))
    }
}

fn street(row: &Row) -> [String; 2] {
    [row.street.to_lowercase(), row.city.to_lowercase()]
}

fn house(row: &Row) -> (String, [String; 2]) {
    (row.number.to_lowercase(), street(row))
}

fn whole(row: &Row) -> String {
    format!("{} {} {} {}", row.number, row.street, row.postcode, row.city)
}

fn without_postcode(row: &Row) -> String {
    format!("{} {} {}", row.number, row.street, row.city)
}

fn shuffled(row: &Row, random: &mut Random) -> String {
    let mut parts = [&*row.number, &*row.street, &*row.postcode, &*row.city];
    for at in (1..parts.len()).rev() {
        parts.swap(at, random.between(0, at as u64 + 1) as usize);
    }
    parts.join(" ")
}

/// Number, street and city, cut somewhere behind two thirds of the street.
fn prefix(row: &Row, random: &mut Random) -> String {
    let text: Vec<char> = without_postcode(row).chars().collect();
    let least = row.number.chars().count() + 1 + row.street.chars().count() * 2 / 3;
    let cut = random.between(least as u64, text.len() as u64 + 1) as usize;
    text[..cut].iter().collect::<String>().trim_end().to_owned()
}

/// A typing error in each of so many words of four letters or more; in fewer, where there are not so many.
pub fn mistyped(text: &str, errors: usize, random: &mut Random) -> String {
    let mut text: Vec<char> = text.chars().collect();
    let mut words = long_words(&text);
    let mut chosen = Vec::new();
    while chosen.len() < errors && !words.is_empty() {
        chosen.push(words.swap_remove(random.between(0, words.len() as u64) as usize));
    }
    // From the end, so that an error does not move the words that are still to come.
    chosen.sort_unstable_by(|a, b| b.cmp(a));
    for (from, to) in chosen {
        let word = text[from..to].to_vec();
        let mut wrong = word.clone();
        while wrong == word {
            wrong = word.clone();
            let at = random.between(0, word.len() as u64) as usize;
            let letter = char::from(b'a' + random.between(0, 26) as u8);
            match random.between(0, 4) {
                0 => _ = wrong.remove(at),
                1 => wrong.insert(at, letter),
                2 => wrong[at] = letter,
                _ => wrong.swap(at.saturating_sub(1), at),
            }
        }
        text.splice(from..to, wrong);
    }
    text.into_iter().collect()
}

/// From where to where they go.
fn long_words(text: &[char]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut from = 0;
    for at in 0..=text.len() {
        if text.get(at).is_some_and(|c| c.is_alphanumeric()) {
            continue;
        }
        if at - from >= 4 && text[from..at].iter().all(|c| c.is_alphabetic()) {
            words.push((from, at));
        }
        from = at + 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_in_each_of_as_many_long_words() {
        let text = "12 rue de l’Église 04510 Aiglun";
        for seed in 0..500 {
            let wrong = mistyped(text, 2, &mut Random::new(seed, 0));
            let kept = |word: &str| wrong.contains(word);
            let word = |word: &str| wrong.split([' ', '’']).any(|other| other == word);
            assert!(kept("12 rue de l’") && kept(" 04510 ") && !word("Église") && !word("Aiglun"), "{wrong}");
            let length = wrong.chars().count().abs_diff(text.chars().count());
            assert!(length <= 2, "{wrong}");
        }
        assert_eq!(mistyped("12 rue B 1234", 1, &mut Random::new(1, 0)), "12 rue B 1234");
    }
}
