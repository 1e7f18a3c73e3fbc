//! Layers of polygons, real ones where they are at hand, beside `geo::Contains`.

use super::super::{Builder, Index};
use flate2::read::GzDecoder;
use geo::{BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::io::{BufRead, BufReader};

/// From 0 to 1, the same for the same seed.
pub fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// `rows` × `rows` squares from 0° E, 50° N, one degree wide in all, whose borders wander.
pub fn generated(rows: usize, side: usize) -> Vec<MultiPolygon<f64>> {
    let mut random = random(rows as u64);
    let count = rows * side + 1;
    let step = 1.0 / (rows * side) as f64;
    let raster: Vec<Coord<f64>> = (0..count * count)
        .map(|at| Coord {
            x: ((at % count) as f64 + (random() - 0.5) * 0.9) * step,
            y: 50.0 + ((at / count) as f64 + (random() - 0.5) * 0.9) * step,
        })
        .collect();
    let square = |at: usize| {
        let (x, y) = (at % rows * side, at / rows * side);
        let south = (0..side).map(|n| (x + n, y));
        let east = (0..side).map(|n| (x + side, y + n));
        let north = (0..side).map(|n| (x + side - n, y + side));
        let west = (0..side).map(|n| (x, y + side - n));
        let ring = south.chain(east).chain(north).chain(west).map(|(x, y)| raster[y * count + x]);
        MultiPolygon::new(vec![Polygon::new(ring.collect(), Vec::new())])
    };
    (0..rows * rows).map(square).collect()
}

fn layer(name: &str) -> Option<Vec<MultiPolygon<f64>>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let file = std::fs::File::open(format!("{root}/../shared/data/{name}.geojsonl.gz")).ok()?;
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    Some(lines.map(|line| geometry(&line.unwrap())).collect())
}

fn geometry(feature: &str) -> MultiPolygon<f64> {
    let feature: serde_json::Value = serde_json::from_str(feature).unwrap();
    let geometry = &feature["geometry"];
    let list = |value: &serde_json::Value| value.as_array().unwrap().clone();
    let ring = |ring: &serde_json::Value| -> LineString<f64> {
        list(ring).iter().map(|c| Coord { x: c[0].as_f64().unwrap(), y: c[1].as_f64().unwrap() }).collect()
    };
    let polygon = |rings: &serde_json::Value| {
        let rings: Vec<_> = list(rings).iter().map(ring).collect();
        Polygon::new(rings[0].clone(), rings[1..].to_vec())
    };
    let parts = match geometry["type"].as_str().unwrap() {
        "Polygon" => vec![polygon(&geometry["coordinates"])],
        _ => list(&geometry["coordinates"]).iter().map(polygon).collect(),
    };
    MultiPolygon::new(parts)
}

/// Points at random, half of them anywhere, half within a few metres of a vertex.
fn check(areas: &[MultiPolygon<f64>], count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("areas.atlas");
    let mut builder = Builder::new();
    (1..).zip(areas).for_each(|(number, area)| builder.add(number, area).unwrap());
    builder.write(&path, 1).unwrap();
    let index = Index::open(&path).unwrap();
    let boxes: Vec<_> = areas.iter().map(|area| area.bounding_rect().unwrap()).collect();
    let tree = RTree::bulk_load(
        boxes.iter().enumerate().map(|(at, one)| GeomWithData::new(rectangle(*one), at)).collect(),
    );
    let all = boxes.iter().copied().map(rectangle).reduce(|a, b| {
        let (low, high) =
            ([0, 1].map(|n| a.lower()[n].min(b.lower()[n])), [0, 1].map(|n| a.upper()[n].max(b.upper()[n])));
        Rectangle::from_corners(low, high)
    });
    let (low, high) = all.map(|all| (all.lower(), all.upper())).unwrap();
    let mut random = random(7);
    let points: Vec<(f64, f64)> = (0..count)
        .map(|at| {
            let (x, y) = (random(), random());
            if at % 2 == 0 {
                return (low[1] + y * (high[1] - low[1]), low[0] + x * (high[0] - low[0]));
            }
            let ring = areas[(x * areas.len() as f64) as usize].0[0].exterior();
            let vertex = ring.0[(y * ring.0.len() as f64) as usize];
            (vertex.y + (random() - 0.5) * 1e-4, vertex.x + (random() - 0.5) * 1e-4)
        })
        .collect();
    let mut wrong = Vec::new();
    index.at_all(&points, |place, found| {
        let (latitude, longitude) = points[place];
        let point = Point::new(longitude, latitude);
        let mut expected: Vec<u64> = tree
            .locate_all_at_point(&[longitude, latitude])
            .filter(|one| areas[one.data].contains(&point))
            .map(|one| one.data as u64 + 1)
            .collect();
        expected.sort_unstable();
        if found != expected && !is_at_border(areas, &point) {
            wrong.push((point, found.to_vec(), expected));
        }
    });
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn rectangle(one: Rect<f64>) -> Rectangle<[f64; 2]> {
    Rectangle::from_aabb(AABB::from_corners(one.min().into(), one.max().into()))
}

/// Nearer to an edge than coordinates are kept.
fn is_at_border(areas: &[MultiPolygon<f64>], point: &Point<f64>) -> bool {
    let near = Rect::new((point.x() - 7.1e-8, point.y() - 7.1e-8), (point.x() + 7.1e-8, point.y() + 7.1e-8));
    areas.iter().flatten().any(|polygon| {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .any(|ring| geo::Intersects::intersects(ring, &near))
    })
}

#[test]
fn small_areas_are_answered_as_by_geo() {
    check(&layer("uk_lsoa").unwrap_or_else(|| generated(180, 16)), 100_000);
}

#[test]
fn huge_areas_are_answered_as_by_geo() {
    check(&layer("za_provinces").unwrap_or_else(|| generated(3, 4_000)), 20_000);
}
