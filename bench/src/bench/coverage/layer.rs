//! Layers of polygons: real ones where they are at hand, else generated ones.

use crate::clock::Random;
use crate::{Result, World};
use flate2::read::GzDecoder;
use geo::{BoundingRect, Coord, CoordsIter, LineString, MultiPolygon, Polygon, Rect};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

pub struct Layer {
    pub name: &'static str,
    /// Their numbers are 1, 2, …
    pub areas: Vec<MultiPolygon<f64>>,
}

/// Name, files, and how many polygons in a row are generated where one of them is missing.
const LAYERS: [(&str, &[&str], usize); 3] = [
    ("UK LSOA", &["uk_lsoa"], 180),
    ("four UK layers", &["uk_oa", "uk_lsoa", "uk_msoa", "uk_wards"], 440),
    ("ZA provinces", &["za_provinces"], 3),
];

pub fn all(world: &World) -> Result<Vec<Layer>> {
    LAYERS
        .iter()
        .map(|(name, files, rows)| {
            let paths: Vec<_> =
                files.iter().map(|file| world.areas.join(format!("{file}.geojsonl.gz"))).collect();
            if paths.iter().all(|path| path.is_file()) {
                let areas = paths.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
                return Ok(Layer { name, areas: areas.into_iter().flatten().collect() });
            }
            Ok(Layer { name, areas: generated(*rows, &mut Random::new(world.seed, *rows as u64)) })
        })
        .collect()
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Rings),
    MultiPolygon(Vec<Rings>),
}

type Rings = Vec<Vec<(f64, f64)>>;

fn read(path: &Path) -> Result<Vec<MultiPolygon<f64>>> {
    let mut areas = Vec::new();
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let feature: Feature = serde_json::from_str(&line?)?;
        areas.push(match feature.geometry {
            Geometry::Polygon(rings) => MultiPolygon::new(vec![polygon(rings)]),
            Geometry::MultiPolygon(parts) => parts.into_iter().map(polygon).collect(),
        });
    }
    Ok(areas)
}

fn polygon(rings: Rings) -> Polygon<f64> {
    let mut rings = rings.into_iter().map(LineString::from);
    let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(shell, rings.collect())
}

/// Squares in a row and as many rows, with borders that wander, eight degrees wide in all.
fn generated(rows: usize, random: &mut Random) -> Vec<MultiPolygon<f64>> {
    /// Vertices of one side.
    const SIDE: usize = 16;
    let step = 8.0 / (rows * SIDE) as f64;
    let count = rows * SIDE + 1;
    let mut jitter = || (random.between(0, 1_000) as f64 / 1e3 - 0.5) * step * 0.9;
    // Every vertex of the raster, moved: sides of two neighbours have the same ones.
    let raster: Vec<(f64, f64)> = (0..count * count)
        .map(|at| {
            (-6.0 + (at % count) as f64 * step + jitter(), 50.0 + (at / count) as f64 * step + jitter())
        })
        .collect();
    let vertex = |x: usize, y: usize| Coord::from(raster[y * count + x]);
    let square = |at: usize| {
        let (x, y) = (at % rows * SIDE, at / rows * SIDE);
        let south = (0..SIDE).map(|n| vertex(x + n, y));
        let east = (0..SIDE).map(|n| vertex(x + SIDE, y + n));
        let north = (0..SIDE).map(|n| vertex(x + SIDE - n, y + SIDE));
        let west = (0..SIDE).map(|n| vertex(x, y + SIDE - n));
        let ring = south.chain(east).chain(north).chain(west).collect();
        MultiPolygon::new(vec![Polygon::new(ring, Vec::new())])
    };
    (0..rows * rows).map(square).collect()
}

impl Layer {
    pub fn uniform(&self, count: usize, random: &mut Random) -> Vec<(f64, f64)> {
        let all = self.areas.iter().filter_map(BoundingRect::bounding_rect).reduce(|a, b| {
            Rect::new(
                Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
                Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
            )
        });
        let Some(all) = all else { return Vec::new() };
        let mut part = || random.next() as f64 / u64::MAX as f64;
        (0..count)
            .map(|_| (all.min().y + all.height() * part(), all.min().x + all.width() * part()))
            .collect()
    }

    /// Within some fifty metres of a vertex, where people live: small areas have as many vertices as large ones.
    pub fn near_borders(&self, count: usize, random: &mut Random) -> Vec<(f64, f64)> {
        let vertices: Vec<Coord<f64>> = self.areas.iter().flat_map(CoordsIter::coords_iter).collect();
        (0..count)
            .map(|_| {
                let vertex = vertices[random.between(0, vertices.len() as u64) as usize];
                let mut aside = || (random.between(0, 1_000_000) as f64 / 1e6 - 0.5) * 1e-3;
                (vertex.y + aside(), vertex.x + aside())
            })
            .collect()
    }
}

/// Nearer to an edge than coordinates are kept, by the index's rule.
pub fn is_at_border(area: &MultiPolygon<f64>, latitude: f64, longitude: f64) -> bool {
    const NEAR: f64 = 1e-7;
    let near = Rect::new((longitude - NEAR, latitude - NEAR), (longitude + NEAR, latitude + NEAR));
    area.iter().any(|polygon| {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .any(|ring| geo::Intersects::intersects(ring, &near))
    })
}
