//! Import of premises, beside `\copy` of the same rows into a PostgreSQL table with one index.

use crate::figure::{Figure, Measured, grouped};
use crate::premise::{self, Rows};
use crate::site::Store;
use crate::{Result, World, clock, peer};
use std::path::PathBuf;

/// The columns that our own table has of a row, and the index that our match uses.
const TABLE: &str = "CREATE TABLE listing (carrier TEXT, external_reference TEXT, match_key TEXT, number TEXT, street TEXT, postcode TEXT,
        city TEXT, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION);
    CREATE INDEX listing_match ON listing (carrier, match_key)";

pub async fn run(world: &World) -> Result<Measured> {
    let rows = premise::rows(world)?;
    let peer = copied(world, &rows)?;
    let mut measured = Measured::default();
    for store in Store::BOTH {
        let (_, took) = premise::imported(world, store, "import")?;
        let what = format!("{} {}", grouped(rows.count as f64), rows.source);
        let rate = rows.count as f64 / took.as_secs_f64();
        measured.figures.push(Figure::new("import", what, store.name(), rate, "/s").beside("`\\copy`", peer));
    }
    Ok(measured)
}

/// Rows a second of the peer, which gets them unpacked, cut to their columns and with a key ready made.
fn copied(world: &World, rows: &Rows) -> Result<f64> {
    let file = cut(world, rows)?;
    peer::psql(&world.postgres, &["-c", "DROP TABLE IF EXISTS listing", "-c", TABLE, "-c", "CHECKPOINT"])?;
    let began = clock::now();
    peer::psql(
        &world.postgres,
        &["-c", &format!("\\copy listing FROM '{}' WITH (FORMAT csv)", file.display())],
    )?;
    let took = clock::now() - began;
    let count = peer::psql(&world.postgres, &["-c", "SELECT count(*) FROM listing"])?;
    peer::psql(&world.postgres, &["-c", "DROP TABLE listing"])?;
    std::fs::remove_file(&file)?;
    match count.trim().parse::<usize>() {
        Ok(count) if rows.count == count => Ok(rows.count as f64 / took.as_secs_f64()),
        _ => Err(format!("the peer has {} rows of {}", count.trim(), rows.count).into()),
    }
}

fn cut(world: &World, rows: &Rows) -> Result<PathBuf> {
    let file = world.work.join("peer.csv");
    let mut writer = csv::Writer::from_path(&file)?;
    for row in premise::reader(&rows.file)?.records() {
        let row = row?;
        let [id, number, street, postcode, city, _, latitude, longitude] =
            std::array::from_fn(|at| row.get(at).unwrap_or_default());
        let key = format!("{street}|{city}|{number}||{postcode}");
        writer.write_record(["fastweb", id, &key, number, street, postcode, city, latitude, longitude])?;
    }
    writer.flush()?;
    Ok(file)
}
