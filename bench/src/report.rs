//! The tables, and the document that shows them: one section a bench between two marks, so that a run of some
//! benches leaves the others' sections as they are.

use crate::Result;
use crate::figure::Figure;
use std::path::Path;

const BEGIN: &str = "<!-- figures: written by bench/run -->";
const END: &str = "<!-- end of figures -->";
const HEADING: &str = "### ";

/// One section for each bench that has figures.
pub fn tables(figures: &[Figure], machine: &str) -> String {
    sections(figures, machine).into_iter().map(|(_, text)| text).collect()
}

fn sections(figures: &[Figure], machine: &str) -> Vec<(&'static str, String)> {
    crate::bench::NAMES
        .iter()
        .filter_map(|name| {
            let rows: Vec<_> = figures.iter().filter(|figure| figure.bench == *name).collect();
            if rows.is_empty() {
                return None;
            }
            let mut text = format!("{HEADING}{name}\n\n{machine}\n\n");
            text.push_str("| what | store | Demarc | p50 | p99 | peer | Demarc ÷ peer |\n|---|---|---|---|---|---|---|\n");
            rows.iter().for_each(|row| text.push_str(&format!("| {} |\n", row.cells().join(" | "))));
            text.push('\n');
            Some((*name, text))
        })
        .collect()
}

/// Puts the new sections in the place of the old ones.
pub fn rewrite(document: &Path, figures: &[Figure], machine: &str) -> Result<()> {
    let text = std::fs::read_to_string(document).map_err(|e| format!("{}: {e}", document.display()))?;
    Ok(std::fs::write(document, merged(&text, sections(figures, machine))?)?)
}

fn merged(text: &str, new: Vec<(&'static str, String)>) -> Result<String> {
    let (before, rest) = text.split_once(BEGIN).ok_or_else(|| format!("the document has no line {BEGIN}"))?;
    let (old, after) = rest.split_once(END).ok_or_else(|| format!("the document has no line {END}"))?;
    let mut middle = String::from("\n\n");
    for name in crate::bench::NAMES {
        match new.iter().find(|(new, _)| *new == name) {
            Some((_, section)) => middle.push_str(section),
            None => middle.push_str(&section(old, name)),
        }
    }
    Ok(format!("{before}{BEGIN}{middle}{END}{after}"))
}

/// The section of a bench in what the document has now; empty when it has none.
fn section(text: &str, name: &str) -> String {
    let heading = format!("{HEADING}{name}\n");
    let Some(at) = text.find(&heading) else { return String::new() };
    let rest = &text[at + heading.len()..];
    let end = rest.find(HEADING).unwrap_or(rest.len());
    format!("{heading}{}\n\n", rest[..end].trim_end())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_one_bench_leaves_the_sections_of_the_others() {
        let figure = |bench, value| Figure::new(bench, "rows", "embedded", value, "/s");
        let empty = format!("# Title\n\n{BEGIN}\n{END}\n\nText.\n");
        let both = merged(&empty, sections(&[figure("import", 1.0), figure("start", 2.0)], "then")).unwrap();
        let again = merged(&both, sections(&[figure("import", 3.0)], "now")).unwrap();
        assert!(again.contains("now\n\n| what") && again.contains("| 3/s |"), "{again}");
        assert!(
            again.contains("### start\n\nthen\n") && again.contains("| 2/s |") && !again.contains("| 1/s |"),
            "{again}"
        );
        assert!(again.starts_with("# Title") && again.ends_with("Text.\n"), "{again}");
        assert_eq!(merged(&again, Vec::new()).unwrap(), again);
        assert!(merged("no marks", Vec::new()).is_err());
    }
}
