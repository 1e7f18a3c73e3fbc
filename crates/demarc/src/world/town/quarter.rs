//! A quarter: parallel streets, perhaps a crossing street at either end, odd numbers on one side and even ones on the
//! other. Where its houses stand and the ring around them; what is written on their doors is each country's.

use super::seeded::Seeded;
use jiff::civil::Date;
use model::premise::Position;

/// Metres between a street's middle and the houses.
const SETBACK: f64 = 14.0;
/// Metres from the first house of a row to the middle of the crossing street, and between its houses.
const CROSSING: f64 = 50.0;
const CROSSING_STEP: f64 = 24.0;
/// Metres from the outermost houses to the border of the area, at least.
const MARGIN: f64 = 25.0;
/// Metres of a degree of latitude.
const DEGREE: f64 = 111_320.0;

/// It is the area of the same name, too.
pub struct Quarter {
    /// Of the area, unique within the town.
    pub reference: &'static str,
    pub name: &'static str,
    /// Planned until then; None: live.
    pub ready_on: Option<Date>,
    /// Codes of what is sold here; None: all.
    pub products: Option<&'static [&'static str]>,
    pub suburb: Option<&'static str>,
    pub city: &'static str,
    pub postcode: &'static str,
    pub province: Option<&'static str>,
    /// Buildings with several homes; else houses.
    pub blocks: bool,
    pub rows: &'static [&'static str],
    /// Two at most: before the first houses of the rows, and behind the last.
    pub crossings: &'static [&'static str],
    /// On either side of a row.
    pub plots: u32,
    /// Metres from house to house, and from row to row.
    pub step: f64,
    pub pitch: f64,
    /// Degrees by which the rows are turned from west-east, to the left.
    pub turned: f64,
    /// Where one of its houses stands: row, number, latitude, longitude. That puts it on the map.
    pub house: (usize, u32, f64, f64),
}

pub struct House {
    pub street: &'static str,
    pub number: u32,
    pub position: Position,
    /// For all that is left to chance about it.
    pub chance: Seeded,
    /// Degrees (latitude, longitude) that a metre along the street is.
    metre: (f64, f64),
}

impl House {
    /// So many metres along the street.
    pub fn beside(&self, metres: f64) -> Position {
        rounded(
            self.position.latitude + metres * self.metre.0,
            self.position.longitude + metres * self.metre.1,
        )
    }
}

impl Quarter {
    pub fn houses(&self) -> Vec<House> {
        let mut houses = Vec::new();
        for (row, street) in self.rows.iter().enumerate() {
            for number in 1..=2 * self.plots {
                let at = self.in_row(row, number);
                houses.push(self.house_at(street, number, at, (1.0, 0.0)));
            }
        }
        let plots = (self.rows.len() as f64 * self.pitch / CROSSING_STEP) as u32;
        for (street, middle) in self.crossings.iter().zip([-CROSSING, self.length() + CROSSING]) {
            for number in 1..=2 * plots {
                let at = (middle - side(number), f64::from((number - 1) / 2) * CROSSING_STEP);
                houses.push(self.house_at(street, number, at, (0.0, 1.0)));
            }
        }
        houses
    }

    /// Longitude, latitude; open.
    pub fn ring(&self) -> Vec<(f64, f64)> {
        let across = self.rows.len() as f64 * self.pitch;
        let border = SETBACK + MARGIN;
        let ends = |count: usize| if self.crossings.len() > count { CROSSING } else { 0.0 };
        let (west, east) = (-ends(0) - border, self.length() + ends(1) + border);
        let corners = [(west, -border), (east, -border), (east, across + border), (west, across + border)];
        corners.map(|at| self.on_map(at)).map(|at| (at.longitude, at.latitude)).to_vec()
    }

    /// From the first house of a row to the last, in metres.
    fn length(&self) -> f64 {
        f64::from(self.plots.saturating_sub(1)) * self.step
    }

    /// Metres along and across from the beginning of the first row.
    fn in_row(&self, row: usize, number: u32) -> (f64, f64) {
        (f64::from((number - 1) / 2) * self.step, row as f64 * self.pitch + side(number))
    }

    fn house_at(&self, street: &'static str, number: u32, at: (f64, f64), along: (f64, f64)) -> House {
        let mut chance = Seeded::of(&format!("{} {} {street} {number}", self.postcode, self.city));
        // Nobody builds by a ruler.
        let aside = [(); 2].map(|()| f64::from(chance.below(31)) / 10.0 - 1.5);
        House {
            street,
            number,
            position: self.on_map((at.0 + aside[0], at.1 + aside[1])),
            chance,
            metre: self.degrees(along),
        }
    }

    fn on_map(&self, at: (f64, f64)) -> Position {
        let (row, number, latitude, longitude) = self.house;
        let known = self.in_row(row, number);
        let (north, east) = self.degrees((at.0 - known.0, at.1 - known.1));
        rounded(latitude + north, longitude + east)
    }

    /// Degrees (latitude, longitude) of so many metres along and across.
    fn degrees(&self, (along, across): (f64, f64)) -> (f64, f64) {
        let (sine, cosine) = self.turned.to_radians().sin_cos();
        let north = along * sine + across * cosine;
        let east = along * cosine - across * sine;
        (north / DEGREE, east / (DEGREE * self.house.2.to_radians().cos()))
    }
}

/// Odd numbers on the left, even ones on the right.
fn side(number: u32) -> f64 {
    if number % 2 == 1 { SETBACK } else { -SETBACK }
}

/// To a millionth of a degree, which no machine's sine changes.
fn rounded(latitude: f64, longitude: f64) -> Position {
    let to = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Position { latitude: to(latitude), longitude: to(longitude) }
}
