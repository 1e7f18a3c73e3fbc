//! Areas: loaded in bulk, read by number or, for an index, page by page.

use crate::import::visible;
use crate::sql::{Arg, Row};
use crate::{Error, Tx, args, difference, statements};
use model::area::{Area, Geometry, Status};
use model::id::{AreaId, CarrierId};

statements! {
    PAGE = visible!(
        "p.number, c.number AS carrier, p.external_reference, p.status, p.geometry",
        "area", "areas", "p.number > $1 ORDER BY p.number LIMIT $2"
    );
    BY_NUMBER = visible!(
        "p.number, p.id, p.carrier_id, p.external_reference, p.name, p.status, p.ready_on, p.products, p.free_ports",
        "area", "areas", "p.number = $1"
    );
    LISTED = visible!("1 AS one", "area", "areas", "p.carrier_id = $1 AND p.external_reference = $2");
    KNOWN = visible!("1 AS one", "area", "areas", "p.carrier_id = $1 AND p.id = $2");
    GEOMETRY = visible!("p.geometry", "area", "areas", "p.number = $1");
    OF_CARRIER = visible!(
        "p.number, p.id, p.carrier_id, p.external_reference, p.name, p.status, p.ready_on, p.products, p.free_ports",
        "area", "areas", "p.carrier_id = $1 AND p.number > $2 ORDER BY p.number LIMIT $3"
    );
    COUNT = visible!("count(DISTINCT p.id) AS n", "area", "areas", "p.carrier_id = $1");
}

/// An area, or a part of one, as it is loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub external_reference: String,
    pub name: Option<String>,
    pub status: Status,
    pub ready_on: Option<jiff::civil::Date>,
    /// Codes; None: all that the carrier sells.
    pub products: Option<Vec<String>>,
    /// 0: nothing more can be had here.
    pub free_ports: Option<u32>,
    /// What `model::area::Geometry` makes of itself.
    pub geometry: Vec<u8>,
}

/// The identity of a carrier's area: the same in every import and on every node.
pub fn identity(carrier: CarrierId, external_reference: &str) -> AreaId {
    crate::import::identity("area", carrier, external_reference)
}

/// Loads areas into an import that nobody sees yet. The same reference again is another part of the same area.
pub fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, listings: &[Listing]) -> Result<(), Error> {
    let texts: Vec<(AreaId, Option<String>, Option<String>)> = listings
        .iter()
        .map(|listing| {
            let products = listing.products.as_ref().map(|codes| serde_json::json!(codes).to_string());
            let ready_on = listing.ready_on.map(|date| date.to_string());
            (identity(carrier, &listing.external_reference), ready_on, products)
        })
        .collect();
    let rows: Vec<[Arg<'_>; 10]> = texts
        .iter()
        .zip(listings)
        .map(|((id, ready_on, products), listing)| {
            [
                id.into(),
                (&carrier).into(),
                import.into(),
                (&listing.external_reference).into(),
                listing.name.as_deref().into(),
                listing.status.word().into(),
                ready_on.as_deref().into(),
                products.as_deref().into(),
                listing.free_ports.map(i64::from).into(),
                (&listing.geometry).into(),
            ]
        })
        .collect();
    difference::AREAS.load(tx, &rows)
}

fn read(row: Row<'_>) -> Result<Area, Error> {
    let date = |text: String| {
        text.parse().map_err(|_| Error::Corrupt(format!("column ready_on: `{text}` is not a date")))
    };
    Ok(Area {
        number: row.get("number")?,
        id: row.get("id")?,
        carrier: row.get("carrier_id")?,
        external_reference: row.get("external_reference")?,
        name: row.get("name")?,
        status: row.word("status")?,
        ready_on: row.get::<Option<String>>("ready_on")?.map(date).transpose()?,
        products: row.get::<Option<String>>("products")?.map(|_| row.json("products")).transpose()?,
        free_ports: row.count("free_ports")?,
    })
}

/// The area under this number, if it can be seen.
pub fn by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Area>, Error> {
    tx.first(BY_NUMBER, args![number], read)
}

/// Whether a carrier has an area of this id that can be seen.
pub fn is_known(tx: &mut Tx<'_>, carrier: CarrierId, id: AreaId) -> Result<bool, Error> {
    Ok(tx.first(KNOWN, args![&carrier, &id], |_| Ok(()))?.is_some())
}

/// Whether a carrier has an area of this reference that can be seen.
pub fn is_listed(tx: &mut Tx<'_>, carrier: CarrierId, external_reference: &str) -> Result<bool, Error> {
    Ok(tx.first(LISTED, args![&carrier, external_reference], |_| Ok(()))?.is_some())
}

/// The geometry of the area under this number, if it can be seen.
pub fn geometry(tx: &mut Tx<'_>, number: i64) -> Result<Option<Geometry>, Error> {
    let stored = tx.first(GEOMETRY, args![number], |row| row.get::<Vec<u8>>("geometry"))?;
    let Some(bytes) = stored else { return Ok(None) };
    let damaged = || Error::Corrupt(format!("the geometry of area {number} cannot be read"));
    Geometry::from_bytes(&bytes).map(Some).ok_or_else(damaged)
}

/// What an index of areas needs of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub number: i64,
    /// The carrier's number.
    pub carrier: i64,
    pub external_reference: String,
    pub status: Status,
    /// None: what is stored cannot be read. One such row must not keep all others out of the index.
    pub geometry: Option<Geometry>,
}

/// Areas of all carriers with numbers above `after`, rising; at most `limit`.
pub fn page(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Listed>, Error> {
    tx.all(PAGE, args![after, limit], |row| {
        Ok(Listed {
            number: row.get("number")?,
            carrier: row.get("carrier")?,
            external_reference: row.get("external_reference")?,
            status: row.word("status")?,
            geometry: Geometry::from_bytes(&row.get::<Vec<u8>>("geometry")?),
        })
    })
}

/// A carrier's areas with numbers above `after`, rising; at most `limit`.
pub fn of_carrier(tx: &mut Tx<'_>, carrier: CarrierId, after: i64, limit: i64) -> Result<Vec<Area>, Error> {
    tx.all(OF_CARRIER, args![&carrier, after, limit], read)
}

/// How many areas a carrier has.
pub fn count(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<i64, Error> {
    tx.one(COUNT, args![&carrier], |row| row.get("n"))
}
