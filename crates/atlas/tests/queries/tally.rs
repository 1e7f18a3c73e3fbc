//! Right first answers, by language and by kind of question.

use super::asked::Asked;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

#[derive(Default)]
pub struct Tally {
    /// By kind and language: right ones, and all.
    counts: BTreeMap<(&'static str, &'static str), [u32; 2]>,
}

impl Tally {
    pub fn count(&mut self, asked: &Asked, right: bool) {
        let [correct, all] = self.counts.entry((asked.kind, asked.language)).or_default();
        *correct += u32::from(right);
        *all += 1;
    }

    /// Percent of the questions that this chooses.
    pub fn percent(&self, chosen: impl Fn(&str, &str) -> bool) -> f64 {
        let [right, all] = self.sum(chosen);
        100.0 * f64::from(right) / f64::from(all.max(1))
    }

    fn sum(&self, chosen: impl Fn(&str, &str) -> bool) -> [u32; 2] {
        let counts = self.counts.iter().filter(|((kind, language), _)| chosen(kind, language));
        counts.fold([0, 0], |[right, all], (_, [more, of])| [right + more, all + of])
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: BTreeSet<&str> = self.counts.keys().map(|(kind, _)| *kind).collect();
        let languages: BTreeSet<&str> = self.counts.keys().map(|(_, language)| *language).collect();
        write!(f, "{:>24}", "")?;
        languages.iter().try_for_each(|language| write!(f, "{language:>9}"))?;
        writeln!(f)?;
        let mut line = |name: &str, chosen: &dyn Fn(&str) -> bool| {
            write!(f, "{name:>24}")?;
            for language in &languages {
                let [right, all] = self.sum(|kind, of| chosen(kind) && of == *language);
                let cell = if all == 0 { String::new() } else { format!("{right}/{all}") };
                write!(f, "{cell:>9}")?;
            }
            let [right, all] = self.sum(|kind, _| chosen(kind));
            writeln!(f, "{:>11}{:>7.1} %", format!("{right}/{all}"), self.percent(|kind, _| chosen(kind)))
        };
        for kind in &kinds {
            line(kind, &|of| of == *kind)?;
        }
        line("all", &|_| true)?;
        write!(f, "{:>24}", "percent")?;
        for language in &languages {
            write!(f, "{:>9.1}", self.percent(|_, of| of == *language))?;
        }
        writeln!(f)
    }
}
