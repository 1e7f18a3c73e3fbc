//! Premises: one carrier's listing of a place that can be served.

use crate::address::{Address, MatchKey};
use crate::id::{CarrierId, PremiseId};
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq)]
pub struct Premise {
    pub number: i64,
    pub id: PremiseId,
    pub carrier: CarrierId,
    /// Unique within the carrier: guid, gescal37, addressId, LOC id, UPRN …
    pub external_reference: String,
    pub address: Address,
    pub key: MatchKey,
    /// WGS 84 degrees.
    pub position: Option<Position>,
    /// Limits what is sold here: products of another technology are not offered.
    pub technology: Option<String>,
    /// How many lines can still be had here, by the carrier's word; 0: it is full. None: the carrier does not say.
    pub free_ports: Option<u32>,
    /// Since when it is listed like this.
    pub listed: Timestamp,
}

/// Degrees, WGS 84: latitude −90…90, longitude −180…180.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    pub latitude: f64,
    pub longitude: f64,
}

impl Position {
    /// None when out of range or not a number.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude))
            .then_some(Self { latitude, longitude })
    }
}
