//! Premises: loaded in bulk, found by their match key.

use crate::import::visible;
use crate::sql::{Arg, Row};
use crate::{Error, Tx, args, difference, statements};
use model::address::{Address, MatchKey};
use model::id::{CarrierId, PremiseId};
use model::premise::{Position, Premise};

statements! {
    MATCHING = "SELECT p.number, p.id, p.carrier_id, p.external_reference, p.match_key, p.address, p.technology, p.latitude, p.longitude, p.free_ports,
            i.created_at AS listed_at
        FROM premise AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.carrier_id = $1 AND p.match_key = $2 AND i.state = 'committed' AND p.import_number >= c.premises_floor
            AND NOT EXISTS (SELECT 1 FROM premise AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                    AND n.import_number > p.import_number AND ni.state = 'committed')
        ORDER BY p.external_reference LIMIT $3";
    BY_REFERENCE = visible!(
        "p.number, p.id, p.carrier_id, p.external_reference, p.match_key, p.address, p.technology, p.latitude, p.longitude, p.free_ports,
            i.created_at AS listed_at",
        "premise", "premises", "p.carrier_id = $1 AND p.external_reference = $2 ORDER BY p.number"
    );
    /// Of places whose references begin with their building.
    IN_BUILDING = visible!(
        "p.number, p.id, p.carrier_id, p.external_reference, p.match_key, p.address, p.technology, p.latitude, p.longitude, p.free_ports,
            i.created_at AS listed_at",
        "premise", "premises", "p.carrier_id = $1 AND p.external_reference >= $2 AND p.external_reference < $4
            AND substr(p.external_reference, 1, 17) = $2 ORDER BY p.external_reference LIMIT $3"
    );
    /// Rows of a carrier's last import are seen whatever came before.
    PAGE = "SELECT p.number, p.id, c.number AS carrier, p.external_reference, p.address, p.latitude, p.longitude
        FROM premise AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.number > $1 AND i.state = 'committed' AND p.import_number >= c.premises_floor
            AND (p.import_number = c.premises_import OR NOT EXISTS (SELECT 1 FROM premise AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                    AND n.import_number > p.import_number AND ni.state = 'committed'))
        ORDER BY p.number LIMIT $2";
    COUNT = "SELECT count(DISTINCT p.id) AS n FROM premise AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.carrier_id = $1 AND i.state = 'committed' AND p.import_number >= c.premises_floor
            AND NOT EXISTS (SELECT 1 FROM premise AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                    AND n.import_number > p.import_number AND ni.state = 'committed')";
}

/// A listing as it is loaded, under one of its addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// None: made of carrier and reference.
    pub id: Option<PremiseId>,
    pub external_reference: String,
    pub key: MatchKey,
    /// JSON of the address.
    pub address: String,
    pub technology: Option<String>,
    pub position: Option<Position>,
    /// 0: nothing more can be had here.
    pub free_ports: Option<u32>,
}

/// The identity of a carrier's listing: the same in every import and on every node.
pub fn identity(carrier: CarrierId, external_reference: &str) -> PremiseId {
    crate::import::identity("", carrier, external_reference)
}

/// Loads listings into an import that nobody sees yet. The same reference again is another address
/// of the same listing.
pub fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, listings: &[Listing]) -> Result<(), Error> {
    let ids: Vec<PremiseId> = listings
        .iter()
        .map(|listing| listing.id.unwrap_or_else(|| identity(carrier, &listing.external_reference)))
        .collect();
    let rows: Vec<[Arg<'_>; 10]> = ids
        .iter()
        .zip(listings)
        .map(|(id, listing)| {
            [
                id.into(),
                (&carrier).into(),
                import.into(),
                (&listing.external_reference).into(),
                listing.key.as_str().into(),
                (&listing.address).into(),
                listing.technology.as_deref().into(),
                listing.position.map(|p| p.latitude).into(),
                listing.position.map(|p| p.longitude).into(),
                listing.free_ports.map(i64::from).into(),
            ]
        })
        .collect();
    difference::PREMISES.load(tx, &rows)
}

fn position(row: &Row<'_>) -> Result<Option<Position>, Error> {
    let position = row.get::<Option<f64>>("latitude")?.zip(row.get::<Option<f64>>("longitude")?);
    Ok(position.and_then(|(latitude, longitude)| Position::new(latitude, longitude)))
}

fn read(row: Row<'_>) -> Result<Premise, Error> {
    Ok(Premise {
        number: row.get("number")?,
        id: row.get("id")?,
        carrier: row.get("carrier_id")?,
        external_reference: row.get("external_reference")?,
        address: row.json("address")?,
        key: MatchKey::from_stored(row.get("match_key")?),
        position: position(&row)?,
        technology: row.get("technology")?,
        free_ports: row.count("free_ports")?,
        listed: row.get("listed_at")?,
    })
}

/// The carrier's listings under a key, by reference; at most `limit`.
pub fn matching(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    key: &MatchKey,
    limit: i64,
) -> Result<Vec<Premise>, Error> {
    tx.all(MATCHING, args![&carrier, key.as_str(), limit], read)
}

/// A carrier's listing under a reference, in just these letters; one row an address.
pub fn by_reference(tx: &mut Tx<'_>, carrier: CarrierId, reference: &str) -> Result<Vec<Premise>, Error> {
    tx.all(BY_REFERENCE, args![&carrier, reference], read)
}

/// Premises whose references begin with a building's 17 positions, at most `limit`.
pub fn in_building(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    building: &str,
    limit: i64,
) -> Result<Vec<Premise>, Error> {
    let end = crate::access::after(building);
    tx.all(IN_BUILDING, args![&carrier, building, limit, &end], read)
}

/// The premises under these numbers, those that can be seen; in no order.
pub fn by_numbers(tx: &mut Tx<'_>, numbers: &[i64]) -> Result<Vec<Premise>, Error> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let list = serde_json::json!(numbers).to_string();
    let sql = difference::premises(tx.engine());
    tx.all(sql, args![list.as_str()], read)
}

/// What an index of premises needs of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub number: i64,
    pub id: PremiseId,
    /// The carrier's number.
    pub carrier: i64,
    pub external_reference: String,
    pub address: Address,
    pub position: Option<Position>,
}

/// Premises of all carriers with numbers above `after`, rising; at most `limit`.
pub fn page(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Listed>, Error> {
    tx.all(PAGE, args![after, limit], |row| {
        Ok(Listed {
            number: row.get("number")?,
            id: row.get("id")?,
            carrier: row.get("carrier")?,
            external_reference: row.get("external_reference")?,
            address: row.json("address")?,
            position: position(&row)?,
        })
    })
}

/// How many listings a carrier has.
pub fn count(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<i64, Error> {
    tx.one(COUNT, args![&carrier], |row| row.get("n"))
}
