//! Premises to import: real French addresses, or generated ones of the same shape.

use crate::clock::Random;
use crate::site::{CARRIER, Site, Store};
use crate::{Result, World, clock};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Rows of the real file.
pub const ALL: usize = 588_928;
pub const SOME: usize = 100_000;
pub const HEAD: [&str; 8] = ["id", "housenumber", "street", "postcode", "city", "source", "lat", "lon"];
const MAP: &str = "id=external_reference,housenumber=number,lat=latitude,lon=longitude";

/// A file of rows, gzip.
pub struct Rows {
    pub file: PathBuf,
    pub count: usize,
    /// Where they come from, for people.
    pub source: &'static str,
}

/// The rows of this run.
pub fn rows(world: &World) -> Result<Rows> {
    let (count, real) = (world.size(ALL, SOME), world.addresses.is_file());
    let source = if real { "real addresses" } else { "generated addresses" };
    if real && count == ALL {
        return Ok(Rows { file: world.addresses.clone(), count, source });
    }
    let file = world.work.join("premises.csv.gz");
    if !file.exists() {
        let encoder = GzEncoder::new(BufWriter::new(File::create(&file)?), Compression::fast());
        let mut writer = csv::Writer::from_writer(encoder);
        writer.write_record(HEAD)?;
        if real {
            for row in reader(&world.addresses)?.records().take(count) {
                writer.write_record(&row?)?;
            }
        } else {
            let mut random = Random::new(world.seed, 0);
            (0..count).try_for_each(|at| writer.write_record(generated(at, &mut random)))?;
        }
        writer.into_inner().map_err(|e| e.to_string())?.finish()?.flush()?;
    }
    Ok(Rows { file, count, source })
}

/// The rows of a file, unpacked.
pub fn reader(file: &Path) -> Result<csv::Reader<Box<dyn Read>>> {
    let unpacked: Box<dyn Read> = Box::new(GzDecoder::new(BufReader::new(File::open(file)?)));
    Ok(csv::Reader::from_reader(unpacked))
}

/// Twelve houses a street, forty streets a town.
pub fn generated(at: usize, random: &mut Random) -> [String; 8] {
    const KINDS: [&str; 5] = ["Rue", "Avenue", "Chemin", "Place", "Voie"];
    const NAMES: [&str; 8] = [
        "des Amandiers",
        "du Moulin",
        "de la Gare",
        "Victor Hugo",
        "des Écoles",
        "du Château",
        "de l’Église",
        "Pasteur",
    ];
    let (street, town) = (at / 12, at / 480);
    let offset = |n: u64| n as f64 / 1e6;
    [
        format!("{street:09}X-{}", at % 12 + 1),
        (at % 12 + 1).to_string(),
        format!("{} {} {}", KINDS[street % KINDS.len()], NAMES[street % NAMES.len()], street % 40 + 1),
        format!("{:05}", 1_000 + town % 95_000),
        format!("Ville-{town}"),
        "G".to_owned(),
        format!("{:.6}", 43.0 + offset(random.between(0, 7_000_000))),
        format!("{:.6}", offset(random.between(0, 7_000_000))),
    ]
}

/// A site with the premises imported, and how long the import took from the start of its process to its end.
pub fn imported(world: &World, store: Store, name: &str) -> Result<(Site, Duration)> {
    let rows = rows(world)?;
    let site = Site::new(world, store, name)?;
    site.furnish()?;
    let file = std::path::absolute(&rows.file)?;
    let file = file.to_str().ok_or("the folder's name is not UTF-8")?;
    let began = clock::now();
    let imported = import(&site, file, CARRIER)?;
    let took = clock::now() - began;
    if imported != rows.count {
        return Err(format!("{imported} of {} rows were imported", rows.count).into());
    }
    Ok((site, took))
}

/// Imports a file of such rows; answers how many were.
pub fn import(site: &Site, file: &str, carrier: &str) -> Result<usize> {
    let said = site.run(&[
        "import",
        "premises",
        file,
        "--carrier",
        carrier,
        "--map",
        MAP,
        "--country",
        "FR",
        "--skip-bad",
        "--json",
    ])?;
    let summary: serde_json::Value = serde_json::from_str(&said)?;
    Ok(summary["imported"].as_u64().unwrap_or(0) as usize)
}
