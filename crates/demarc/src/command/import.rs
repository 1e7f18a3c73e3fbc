//! `demarc import`.

use super::Desk;
use crate::cli::{Import, ImportFile};
use crate::failure::Failure;
use crate::out;
use crate::progress::{Watched, over_file};
use hub::import::{At, Mapping, Options, Summary, Witness};
use indicatif::ProgressBar;
use serde_json::json;
use std::io::Read;
use std::time::Duration;
use tokio::sync::watch;

pub async fn run(args: Import, desk: &Desk) -> Result<(), Failure> {
    let began = store::machine();
    let stop = super::stop_signal()?;
    let (file, imported) = match args {
        Import::Premises { file, country, map } => {
            let mapping = mapping(map.as_deref(), hub::import::PREMISE_FIELDS)?;
            let options = Options { country, mapping, ..options(&file, &stop) };
            let (source, mut shown) = open(&file, began)?;
            let imported = desk.hub.import_premises(source, &options, &mut shown).await;
            shown.bar.finish_and_clear();
            (file, imported)
        }
        Import::Areas { file, map } => {
            let mapping = mapping(map.as_deref(), hub::import::AREA_FIELDS)?;
            let options = Options { mapping, ..options(&file, &stop) };
            let (source, mut shown) = open(&file, began)?;
            let imported = desk.hub.import_areas(source, &options, &mut shown).await;
            shown.bar.finish_and_clear();
            (file, imported)
        }
        Import::Accesses { file, map } => {
            let mapping = mapping(map.as_deref(), hub::import::ACCESS_FIELDS)?;
            let options = Options { mapping, ..options(&file, &stop) };
            let (source, mut shown) = open(&file, began)?;
            let imported = desk.hub.import_accesses(source, &options, &mut shown).await;
            shown.bar.finish_and_clear();
            (file, imported)
        }
        Import::Products { file, org, customer } => {
            let options = Options { organization: org, ..options(&file, &stop) };
            let (source, mut shown) = open(&file, began)?;
            let imported = match customer {
                Some(customer) => desk.hub.import_agreed(source, &options, &customer, &mut shown).await,
                None => desk.hub.import_products(source, &options, &mut shown).await,
            };
            shown.bar.finish_and_clear();
            (file, imported)
        }
        Import::PriceRules(file) => {
            let file = ImportFile::from(file);
            let (options, (source, mut shown)) = (options(&file, &stop), open(&file, began)?);
            let imported = desk.hub.import_price_rules(source, &options, &mut shown).await;
            shown.bar.finish_and_clear();
            (file, imported)
        }
    };
    match imported {
        Ok(summary) => report(&file, &summary, store::machine().saturating_sub(began)),
        // Not the file's fault, nor the store's.
        Err(error) if *stop.borrow() => Err(Failure::other(error)),
        Err(error) => Err(error.into()),
    }
}

fn mapping(text: Option<&str>, fields: &[&str]) -> Result<Mapping, Failure> {
    Mapping::parse(text.unwrap_or_default(), fields).map_err(|e| Failure::usage(format!("--map: {e}")))
}

fn options(file: &ImportFile, stop: &watch::Receiver<bool>) -> Options {
    Options {
        name: file.file.file_name().map(|name| name.to_string_lossy().into_owned()),
        stop: Some(stop.clone()),
        carrier: file.carrier.clone(),
        skip_bad: file.skip_bad,
        replace: file.replace,
        ..Options::default()
    }
}

/// The bar and the bad rows, as they are met.
struct Shown {
    bar: ProgressBar,
    began: Duration,
}

impl Witness for Shown {
    fn read(&mut self, rows: u64) {
        let seconds = store::machine().saturating_sub(self.began).as_secs_f64().max(0.001);
        self.bar.set_message(format!("{rows} rows, {:.0}/s", rows as f64 / seconds));
    }

    fn refused(&mut self, at: At, why: &str) {
        self.bar.suspend(|| out::note(format_args!("{at}: {why}")));
    }

    fn repaired(&mut self, at: At, what: &str) {
        self.bar.suspend(|| out::note(format_args!("{at}: note: {what}")));
    }
}

fn open(file: &ImportFile, began: Duration) -> Result<(Box<dyn Read + Send>, Shown), Failure> {
    if file.file.as_os_str() == "-" {
        let bar = over_file(None);
        return Ok((Box::new(Watched { inner: std::io::stdin(), bar: bar.clone() }), Shown { bar, began }));
    }
    let opened = std::fs::File::open(&file.file)
        .map_err(|e| Failure::usage(format!("{}: {e}", file.file.display())))?;
    let bar = over_file(opened.metadata().ok().map(|m| m.len()));
    Ok((Box::new(Watched { inner: opened, bar: bar.clone() }), Shown { bar, began }))
}

fn report(file: &ImportFile, summary: &Summary, took: Duration) -> Result<(), Failure> {
    let seconds = (took.as_secs_f64() * 1_000.0).round() / 1_000.0;
    if file.json {
        out::line(json!({
            "read": summary.read, "imported": summary.imported, "refused": summary.refused, "seconds": seconds
        }))?;
    }
    out::note(format_args!(
        "read {} rows, imported {}, refused {}, in {seconds} s",
        summary.read, summary.imported, summary.refused
    ));
    match (summary.committed, file.skip_bad) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::bad_rows("nothing was imported: no row is good")),
        (false, false) => {
            Err(Failure::bad_rows("nothing was imported because of bad rows; --skip-bad imports the rest"))
        }
    }
}
