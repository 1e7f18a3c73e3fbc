//! The nearest premise to a point, beside an R-tree (rstar) of points on the unit sphere, whose order is that of true
//! distances, and beside PostGIS where the server has it.

use super::rows::Rows;
use crate::clock::{self, Random};
use crate::figure::{Figure, Measured};
use crate::{Result, World};
use atlas::address::{Addresses, Index, Question};
use model::premise::Position;
use postgres::{Client, NoTls};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use std::path::Path;

/// Nobody looks farther, in metres.
const FAR: f64 = 50_000.0;
const ROUNDS: usize = 3;

type Point = (f64, f64);

pub fn measure(
    world: &World,
    rows: &Rows,
    index: &Path,
    what: &dyn Fn(&str) -> String,
    measured: &mut Measured,
) -> Result<()> {
    let addresses = Addresses::from(Index::open(index)?);
    let tree = tree(rows);
    let points = points(rows, ROUNDS * world.size(50_000, 20_000), &mut Random::new(world.seed, 77));
    let ours = |(latitude, longitude): Point| {
        let point = Position::new(latitude, longitude)?;
        addresses.nearest(point, FAR, &Question { limit: 1, ..Question::default() }).pop()
    };
    let theirs = |(latitude, longitude): Point| {
        tree.nearest_neighbor(&on_sphere(latitude, longitude)).map(|one| one.data)
    };
    let (mut our_rates, mut tree_rates) = (Vec::new(), Vec::new());
    for points in points.chunks(points.len() / ROUNDS) {
        our_rates.push(rate(points, |point| ours(point).is_some()));
        tree_rates.push(rate(points, |point| theirs(point).is_some()));
    }
    let what = |more: &str| what(&format!("nearest premise{more}"));
    let (ours_a_second, rstar) = (super::median(&mut our_rates), super::median(&mut tree_rates));
    let figure = || Figure::new("address", what(""), "file", ours_a_second, "/s");
    measured.figures.push(figure().beside("rstar", rstar));
    let differ = points.iter().filter(|point| {
        let metres = |premise: usize| {
            let row = rows.get(premise);
            metres(**point, (row.latitude, row.longitude))
        };
        let (found, expected) = (ours(**point), theirs(**point));
        // Positions are kept to a centimetre.
        let differs = |found: usize, expected: usize| (metres(found) - metres(expected)).abs() > 0.05;
        match (found, expected) {
            (Some(found), Some(expected)) => differs(found.premise as usize, expected),
            (found, expected) => found.is_some() != expected.is_some(),
        }
    });
    let differ = differ.count();
    let name = what(&format!(": others than rstar's, of {}", crate::figure::grouped(points.len() as f64)));
    measured.figures.push(Figure::new("address", name, "file", differ as f64, ""));
    if differ > 0 {
        measured.wrong.push(format!("{differ} nearest premises are farther than the nearest of rstar"));
    }
    if let Some(postgis) = postgis(world, rows, &points[..world.size(5_000, 1_000)])? {
        measured.figures.push(figure().beside("PostGIS KNN", postgis));
    }
    Ok(())
}

/// Some hundred metres from a premise.
fn points(rows: &Rows, count: usize, random: &mut Random) -> Vec<Point> {
    let mut aside = {
        let mut random = random.clone();
        move || (random.between(0, 1_000_000) as f64 / 1e6 - 0.5) * 4e-3
    };
    let one = |_| {
        let row = rows.get(random.between(0, rows.len() as u64) as usize);
        (row.latitude + aside(), row.longitude + aside())
    };
    (0..count).map(one).collect()
}

fn rate(points: &[Point], mut found: impl FnMut(Point) -> bool) -> f64 {
    let began = clock::now();
    std::hint::black_box(points.iter().filter(|point| found(**point)).count());
    points.len() as f64 / (clock::now() - began).as_secs_f64()
}

fn tree(rows: &Rows) -> RTree<GeomWithData<[f64; 3], usize>> {
    let points = (0..rows.len()).map(|premise| {
        let row = rows.get(premise);
        GeomWithData::new(on_sphere(row.latitude, row.longitude), premise)
    });
    RTree::bulk_load(points.collect())
}

fn on_sphere(latitude: f64, longitude: f64) -> [f64; 3] {
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

/// Over the sphere, as the index has it, to a few centimetres.
fn metres(a: Point, b: Point) -> f64 {
    let (a, b) = (on_sphere(a.0, a.1), on_sphere(b.0, b.1));
    let chord: f64 = (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum();
    2.0 * 6_371_008.8 * (chord.sqrt() / 2.0).asin()
}

/// None where the server has no PostGIS.
fn postgis(world: &World, rows: &Rows, points: &[Point]) -> Result<Option<f64>> {
    let mut client = Client::connect(&world.postgres, NoTls)?;
    let there = client.query("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'", &[])?;
    if there.is_empty() {
        eprintln!("   the server has no PostGIS: no figure for it");
        return Ok(None);
    }
    client.batch_execute(
        "CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS place;
        CREATE TABLE place (premise BIGINT, at GEOMETRY(Point, 4326))",
    )?;
    let mut copy = client.copy_in("COPY place FROM STDIN")?;
    for premise in 0..rows.len() {
        let row = rows.get(premise);
        std::io::Write::write_all(
            &mut copy,
            format!("{premise}\tSRID=4326;POINT({} {})\n", row.longitude, row.latitude).as_bytes(),
        )?;
    }
    copy.finish()?;
    client.batch_execute("CREATE INDEX place_at ON place USING gist (at); ANALYZE place")?;
    let select = client.prepare(
        "SELECT premise FROM place ORDER BY at <-> ST_SetSRID(ST_MakePoint($1, $2), 4326) LIMIT 1",
    )?;
    let rate = rate(points, |(latitude, longitude)| {
        client.query(&select, &[&longitude, &latitude]).is_ok_and(|rows| !rows.is_empty())
    });
    client.batch_execute("DROP TABLE place")?;
    Ok(Some(rate))
}
