//! Circles as CSV has them: a position and a radius in metres. A circle becomes a polygon that is at most a metre, or a
//! thousandth of its radius, inside it. The earth is taken for a sphere: of 100 km that is wrong by 0.5 km at most.

use super::super::At;
use super::super::fill::Gone;
use super::super::source::{Columns, Mapping, number, position};
use super::feature::{Take, Taking, Values};
use super::guard::Guard;
use super::{FIELDS, unreadable};
use crate::Error;
use atlas::coverage::ring::Part;
use geo::Coord;
use model::premise::Position;
use std::f64::consts::{PI, TAU};
use std::io::BufRead;

/// Mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;
const LARGEST_M: f64 = 500_000.0;

pub fn read(source: impl BufRead, mapping: &Mapping, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(Guard::new(source));
    let head = reader.headers().map_err(broken)?.clone();
    let columns = Columns::read(&head, mapping, FIELDS)?;
    for (field, other) in [("latitude", "lat"), ("longitude", "lon"), ("radius_m", "radius")] {
        columns.need(field, other)?;
    }
    let names: Vec<&str> = head.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        reader.get_mut().renew();
        let (line, read) = match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => (record.position().map_or(line, csv::Position::line), Ok(())),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => (line, Err("is not UTF-8")),
            Err(error) => return Err(broken(error)),
        };
        let at = At::Line(line);
        let taken = match read {
            Err(why) => taking.bad(at, why),
            Ok(()) => {
                let mut values = Values::default();
                for (name, value) in names.iter().zip(&record) {
                    taking.property(&mut values, name, value);
                }
                taking.feature(at, values, drawn(&record, &columns).map(|part| vec![part]))
            }
        };
        if let Err(Gone) = taken {
            return Ok(());
        }
    }
}

fn broken(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(error),
        kind => Error::invalid("file", format!("cannot be read: {kind:?}")),
    }
}

fn drawn(record: &csv::StringRecord, columns: &Columns) -> Result<Part, String> {
    let get = |field: &str| {
        let slot = FIELDS.iter().position(|known| *known == field).unwrap_or(FIELDS.len());
        columns.get(record, slot).ok_or_else(|| format!("{field} is missing"))
    };
    let centre = position(get("latitude")?, get("longitude")?)?;
    let radius = number("radius_m", get("radius_m")?)?;
    if !(radius > 0.0 && radius <= LARGEST_M) {
        return Err(format!("radius_m {radius} is not above 0 and at most {LARGEST_M}"));
    }
    Ok(Part { shell: circle(centre, radius), holes: Vec::new() })
}

/// The corners: as many as keep the edges within a metre, or a thousandth of the radius, of the circle.
fn circle(centre: Position, radius: f64) -> Vec<Coord<f64>> {
    let bulge = f64::max(1.0 / radius, 1e-4).min(1e-3);
    let corners = (PI / (1.0 - bulge).acos()).ceil().max(3.0);
    let (latitude, longitude) = (centre.latitude.to_radians(), centre.longitude.to_radians());
    let (sin_distance, cos_distance) = (radius / EARTH).sin_cos();
    let corner = |n: u32| {
        let (sin_bearing, cos_bearing) = (f64::from(n) / corners * TAU).sin_cos();
        let sin = latitude.sin() * cos_distance + latitude.cos() * sin_distance * cos_bearing;
        let east = (sin_bearing * sin_distance * latitude.cos())
            .atan2(cos_distance - latitude.sin() * sin.clamp(-1.0, 1.0));
        Coord { x: (longitude + east).to_degrees(), y: sin.clamp(-1.0, 1.0).asin().to_degrees() }
    };
    (0..corners as u32).chain([0]).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(a: Position, b: Coord<f64>) -> f64 {
        let (from, to) = (a.latitude.to_radians(), b.y.to_radians());
        let half = ((to - from) / 2.0).sin().powi(2)
            + from.cos() * to.cos() * ((b.x - a.longitude).to_radians() / 2.0).sin().powi(2);
        2.0 * EARTH * half.sqrt().asin()
    }

    #[test]
    fn every_corner_is_on_the_circle_and_every_edge_close_to_it() {
        for (latitude, longitude) in [(0.0, 0.0), (52.0, 13.4), (-33.9, 151.2), (70.0, 179.99)] {
            for radius in [5.0, 300.0, 5_000.0, 80_000.0] {
                let centre = Position::new(latitude, longitude).unwrap();
                let ring = circle(centre, radius);
                assert_eq!(ring.first(), ring.last());
                assert!(ring.len() < 300, "{}", ring.len());
                for pair in ring.windows(2) {
                    let far = metres(centre, pair[0]);
                    assert!((far - radius).abs() < radius * 1e-6, "{far} {radius}");
                    let middle = Coord { x: (pair[0].x + pair[1].x) / 2.0, y: (pair[0].y + pair[1].y) / 2.0 };
                    let inside = radius - metres(centre, middle);
                    assert!(inside < f64::max(1.2, radius * 1.2e-3), "{inside} {radius}");
                }
            }
        }
    }
}
