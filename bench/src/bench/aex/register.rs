//! The premises of a network, and what is sold where: a real register of premises where it is at hand, else a generated
//! one of the same shape. Written once, for everybody.

use crate::clock::Random;
use crate::{Result, World};
use flate2::read::GzDecoder;
use geo::{ConvexHull, MultiPoint, Point, Polygon};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

const FILE: &str = "au_nbn_premises.csv.gz";
/// Rows of the real file.
const ALL: usize = 108_301;
const SOME: usize = 40_000;

/// Technology, Mbit/s down and up, dollars a month.
pub const PRODUCTS: [(&str, u32, u32, u32); 13] = [
    ("FTTP", 50, 20, 74),
    ("FTTP", 100, 20, 84),
    ("FTTP", 1000, 50, 109),
    ("HFC", 50, 20, 74),
    ("HFC", 100, 20, 84),
    ("HFC", 500, 50, 95),
    ("FTTC", 50, 20, 74),
    ("FTTC", 100, 20, 84),
    ("FTTB", 50, 20, 74),
    ("FTTB", 100, 20, 84),
    ("FTTN", 25, 10, 59),
    ("FTTN", 50, 20, 74),
    ("WIRELESS", 75, 10, 79),
];
pub const TAX: u32 = 10;

#[derive(Debug, Deserialize)]
pub struct Row {
    #[serde(rename = "loc_id")]
    pub reference: String,
    pub address: String,
    #[serde(rename = "tech")]
    pub technology: String,
    #[serde(rename = "lat")]
    pub latitude: f64,
    #[serde(rename = "lon")]
    pub longitude: f64,
    #[serde(rename = "suburb_file")]
    pub suburb: String,
}

pub struct Register {
    pub rows: Vec<Row>,
    /// Where they come from, for people.
    pub source: &'static str,
    /// By suburb.
    pub areas: BTreeMap<String, Polygon<f64>>,
    /// With the files that Demarc imports.
    folder: PathBuf,
}

/// What a product is called.
pub fn name(technology: &str, down: u32, up: u32) -> String {
    format!("{technology} {down}/{up}")
}

/// Whether anything is sold over it.
pub fn is_sold(technology: &str) -> bool {
    PRODUCTS.iter().any(|(sold, ..)| *sold == technology)
}

impl Register {
    pub fn of(world: &World) -> Result<Self> {
        let (file, count) = (world.areas.join(FILE), world.size(ALL, SOME));
        let (rows, source) = match file.is_file() {
            true => (read(&file, count)?, "real premises"),
            false => (generated(count, &mut Random::new(world.seed, 0)), "generated premises"),
        };
        let mut points: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        for row in &rows {
            let place = Point::new(row.longitude, row.latitude);
            points.entry(row.suburb.clone()).or_default().push(place);
        }
        let areas = points.into_iter().map(|(suburb, points)| (suburb, around(points))).collect();
        let folder = std::path::absolute(world.work.join("network"))?;
        std::fs::create_dir(&folder)?;
        let register = Self { rows, source, areas, folder };
        register.write()?;
        Ok(register)
    }

    /// The name of one of its files.
    pub fn file(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        Ok(path.to_str().ok_or("the folder's name is not UTF-8")?.to_owned())
    }

    fn write(&self) -> Result<()> {
        let mut premises = csv::Writer::from_path(self.file("premises.csv")?)?;
        premises.write_record(["external_reference", "full_text", "technology", "latitude", "longitude"])?;
        for row in &self.rows {
            let (latitude, longitude) = (row.latitude.to_string(), row.longitude.to_string());
            premises.write_record([&row.reference, &row.address, &row.technology, &latitude, &longitude])?;
        }
        premises.flush()?;
        let features: Vec<Value> = self.areas.iter().map(|(suburb, shape)| feature(suburb, shape)).collect();
        let areas = json!({"type": "FeatureCollection", "features": features});
        std::fs::write(self.file("areas.geojson")?, areas.to_string())?;
        let products: Vec<Value> = PRODUCTS.iter().map(product).collect();
        std::fs::write(self.file("products.json")?, Value::from(products).to_string())?;
        let settings = json!({"country": "AU", "zone": "Australia/Sydney"});
        Ok(std::fs::write(self.file("network.json")?, settings.to_string())?)
    }
}

fn feature(suburb: &str, shape: &Polygon<f64>) -> Value {
    let ring: Vec<[f64; 2]> = shape.exterior().coords().map(|at| [at.x, at.y]).collect();
    json!({
        "type": "Feature", "properties": {"external_reference": suburb, "name": suburb, "status": "live"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    })
}

fn product(&(technology, down, up, dollars): &(&str, u32, u32, u32)) -> Value {
    json!({
        "code": format!("{technology}-{down}-{up}"), "name": name(technology, down, up),
        "description": format!("{down} Mbit/s down, {up} Mbit/s up over {technology}"), "technology": technology,
        "down_mbps": down, "up_mbps": up, "term_months": 12, "currency": "AUD",
        "monthly": {"customer": {"amount": format!("{dollars}.00"), "currency": "AUD"}},
    })
}

fn read(file: &Path, count: usize) -> Result<Vec<Row>> {
    let rows = csv::Reader::from_reader(GzDecoder::new(File::open(file)?)).into_deserialize();
    Ok(rows.take(count).collect::<std::result::Result<_, _>>()?)
}

/// The convex hull of points, some sixty metres wider, with its corners as Demarc keeps them.
fn around(points: Vec<Point>) -> Polygon<f64> {
    const WIDER: [(f64, f64); 4] = [(6e-4, 6e-4), (6e-4, -6e-4), (-6e-4, 6e-4), (-6e-4, -6e-4)];
    let kept = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let hull = MultiPoint::new(points).convex_hull();
    let corners = hull.exterior().coords();
    let wider = corners.flat_map(|at| WIDER.map(|(x, y)| Point::new(kept(at.x + x), kept(at.y + y))));
    MultiPoint::new(wider.collect()).convex_hull()
}

/// Thirty houses a street, a hundred streets a suburb, and some flats.
fn generated(count: usize, random: &mut Random) -> Vec<Row> {
    const FIRST: [&str; 10] = [
        "ALBATROSS",
        "BOTTLEBRUSH",
        "CORMORANT",
        "DRIFTWOOD",
        "ESTUARY",
        "FLINDERS",
        "GANNET",
        "HARBOUR",
        "IRONBARK",
        "JETTY",
    ];
    const SECOND: [&str; 10] = [
        "BANKSIA",
        "CURLEW",
        "DOLPHIN",
        "EUCALYPT",
        "GREVILLEA",
        "HERON",
        "KESTREL",
        "LORIKEET",
        "MANGROVE",
        "OSPREY",
    ];
    const KINDS: [&str; 6] = ["STREET", "AVENUE", "ROAD", "DRIVE", "COURT", "CRESCENT"];
    const TECHNOLOGIES: [&str; 5] = ["FTTN", "FTTP", "HFC", "FTTN", "FTTC"];
    let row = |at: usize| {
        let (street, suburb) = (at / 30, at / 3_000);
        let (house, flat) = (at % 30 / 2 + 1, at % 2);
        let mut address = String::new();
        if house % 5 == 0 {
            let _ = write!(address, "UNIT {}, ", flat + 1);
        }
        let house = if house % 5 == 0 { 2 * house } else { 2 * house + flat };
        let (first, second) = (FIRST[street % 10], SECOND[street / 10 % 10]);
        let (kind, town) = (KINDS[street % KINDS.len()], FIRST[suburb % 10]);
        let end = SECOND[suburb / 10 % 10];
        let _ = write!(address, "{house} {first} {second} {kind} {town} {end} {}", 2_000 + suburb);
        let mut near = |from: f64| from + random.between(0, 50_000) as f64 / 1e6;
        Row {
            reference: format!("LOC{:012}", 31_000_000 + at),
            address,
            technology: TECHNOLOGIES[street % TECHNOLOGIES.len()].to_owned(),
            latitude: near(-33.0 - suburb as f64 / 10.0),
            longitude: near(151.0),
            suburb: format!("suburb-{suburb}"),
        }
    };
    (0..count).map(row).collect()
}
