//! `demarc import`.

use super::Desk;
use crate::cli::{Import, ImportFile};
use crate::failure::Failure;
use crate::progress::{Watched, over_file};
use hub::import::{Mapping, Options, Summary};
use indicatif::ProgressBar;
use serde_json::json;
use std::io::Read;
use std::time::Duration;

pub async fn run(args: Import, desk: &Desk) -> Result<(), Failure> {
    let began = store::machine();
    let (file, summary) = match args {
        Import::Premises { file, country, map } => {
            let mapping = Mapping::parse(map.as_deref().unwrap_or_default())
                .map_err(|e| Failure::usage(format!("--map: {e}")))?;
            let options = Options { country, mapping, ..options(&file) };
            let (source, bar) = open(&file)?;
            let shown = bar.clone();
            let progress = move |rows: u64| {
                let seconds = store::machine().saturating_sub(began).as_secs_f64().max(0.001);
                shown.set_message(format!("{rows} rows, {:.0}/s", rows as f64 / seconds));
            };
            let summary = desk.hub.import_premises(source, &options, progress).await;
            bar.finish_and_clear();
            (file, summary?)
        }
        Import::Products { file } => {
            let (source, bar) = open(&file)?;
            let summary = desk.hub.import_products(source, &options(&file)).await;
            bar.finish_and_clear();
            (file, summary?)
        }
    };
    report(&file, &summary, store::machine().saturating_sub(began))
}

fn options(file: &ImportFile) -> Options {
    Options {
        carrier: file.carrier.clone(),
        skip_bad: file.skip_bad,
        replace: file.replace,
        ..Options::default()
    }
}

fn open(file: &ImportFile) -> Result<(Box<dyn Read + Send>, ProgressBar), Failure> {
    if file.file.as_os_str() == "-" {
        let bar = over_file(None);
        return Ok((Box::new(Watched { inner: std::io::stdin(), bar: bar.clone() }), bar));
    }
    let opened = std::fs::File::open(&file.file)
        .map_err(|e| Failure::usage(format!("{}: {e}", file.file.display())))?;
    let bar = over_file(opened.metadata().ok().map(|m| m.len()));
    Ok((Box::new(Watched { inner: opened, bar: bar.clone() }), bar))
}

fn report(file: &ImportFile, summary: &Summary, took: Duration) -> Result<(), Failure> {
    for (line, why) in &summary.problems {
        eprintln!("line {line}: {why}");
    }
    let untold = summary.refused - summary.problems.len() as u64;
    if untold > 0 {
        eprintln!("and {untold} more bad rows");
    }
    let seconds = (took.as_secs_f64() * 1_000.0).round() / 1_000.0;
    if file.json {
        println!(
            "{}",
            json!({"read": summary.read, "imported": summary.imported, "refused": summary.refused, "seconds": seconds})
        );
    }
    eprintln!(
        "read {} rows, imported {}, refused {}, in {seconds} s",
        summary.read, summary.imported, summary.refused
    );
    match summary.committed {
        true => Ok(()),
        false => {
            Err(Failure::bad_rows("nothing was imported because of bad rows; --skip-bad imports the rest"))
        }
    }
}
