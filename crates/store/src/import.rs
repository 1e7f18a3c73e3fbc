//! Imports: rows are loaded in batches that nobody sees; one small commit makes them visible.

use crate::{Error, Tx, args, carrier, change, statements};
use model::id::{CarrierId, ImportId};
use std::time::Duration;

statements! {
    BEGIN = "INSERT INTO import (id, carrier_id, kind, state, origin, countries, touched_at, created_at)
        VALUES ($1, $2, $3, 'loading', $4, '[]', $5, $6)
        ON CONFLICT DO NOTHING RETURNING number";
    GIVE_UP_STALE = "UPDATE import SET state = 'aborted' WHERE carrier_id = $1 AND kind = $2 AND state = 'loading' AND touched_at < $3";
    TOUCH = "UPDATE import SET touched_at = $2 WHERE number = $1 AND state = 'loading'";
    FINISH = "UPDATE import SET state = $2 WHERE number = $1 AND state = 'loading'";
    NAME_COUNTRIES = "UPDATE import SET countries = $2 WHERE number = $1";
    /// Not those of imports that were withdrawn.
    COUNTRIES = "SELECT countries FROM import WHERE carrier_id = $1 AND kind = 'premises' AND state = 'committed'
        AND number >= (SELECT premises_floor FROM carrier WHERE id = $1) ORDER BY number DESC";
    BY_FILE = "SELECT count(*) AS n FROM import WHERE carrier_id = $1 AND kind = 'products' AND state = 'committed' AND origin = 'file'
        AND number <> $2";
    SHOW_PREMISES = "UPDATE carrier SET version = version + 1, premises_import = $2,
            premises_floor = CASE WHEN $3 THEN $2 ELSE premises_floor END WHERE id = $1 RETURNING version, organization_id";
    SHOW_PRODUCTS = "UPDATE carrier SET version = version + 1, products_import = $2,
            products_floor = CASE WHEN $3 THEN $2 ELSE products_floor END WHERE id = $1 RETURNING version, organization_id";
    /// Rows that no reader can see any more, of a range of numbers: of imports given up, withdrawn, or
    /// replaced by a later one.
    SWEEP_PREMISES = "DELETE FROM premise WHERE number IN (
        SELECT p.number FROM premise AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.number > $2 AND p.number <= $3 AND p.carrier_id = $1
            AND (i.state = 'aborted' OR (i.state = 'committed' AND (p.import_number < c.premises_floor OR EXISTS (
            SELECT 1 FROM premise AS n JOIN import AS ni ON ni.number = n.import_number
            WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                AND n.import_number > p.import_number AND ni.state = 'committed')))))";
    SWEEP_PRODUCTS = "DELETE FROM product WHERE number IN (
        SELECT p.number FROM product AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.number > $2 AND p.number <= $3 AND p.carrier_id = $1
            AND (i.state = 'aborted' OR (i.state = 'committed' AND (p.import_number < c.products_floor OR EXISTS (
            SELECT 1 FROM product AS n JOIN import AS ni ON ni.number = n.import_number
            WHERE n.carrier_id = p.carrier_id AND lower(n.code) = lower(p.code)
                AND n.import_number > p.import_number AND ni.state = 'committed')))))";
    LAST_PREMISE = "SELECT max(number) AS number FROM premise";
    LAST_PRODUCT = "SELECT max(number) AS number FROM product";
}

model::words! {
    pub enum Kind ("kind of import") {
        Premises = "premises",
        Products = "products",
    }
}

model::words! {
    pub enum Origin ("origin of an import") {
        /// What a carrier sells before anything is imported for it.
        Default = "default",
        File = "file",
    }
}

/// A loading import that has not moved for this long was interrupted: it has to be touched more often.
pub const STALE: Duration = Duration::from_secs(5);

/// Begins an import. None: another one of the same kind is loading for this carrier.
pub fn begin(tx: &mut Tx<'_>, carrier: CarrierId, kind: Kind, origin: Origin) -> Result<Option<i64>, Error> {
    let (id, now, machine): (ImportId, _, _) = (tx.identity()?, tx.now(), tx.machine_time()?);
    tx.run(GIVE_UP_STALE, args![&carrier, kind.word(), machine - STALE.as_micros() as i64])?;
    tx.insert_new(BEGIN, args![&id, &carrier, kind.word(), origin.word(), machine, now])
}

/// Says that an import is still moving. False: it was given up.
pub fn touch(tx: &mut Tx<'_>, number: i64) -> Result<bool, Error> {
    let machine = tx.machine_time()?;
    Ok(tx.run(TOUCH, args![number, machine])? == 1)
}

pub fn abort(tx: &mut Tx<'_>, number: i64) -> Result<(), Error> {
    tx.run(FINISH, args![number, "aborted"]).map(|_| ())
}

/// Notes the countries that an import's rows are in.
pub fn name_countries(tx: &mut Tx<'_>, number: i64, countries: &[String]) -> Result<(), Error> {
    let countries = serde_json::json!(countries).to_string();
    tx.run(NAME_COUNTRIES, args![number, countries.as_str()]).map(|_| ())
}

/// The countries that a carrier's premises are in, those of the latest import first.
pub fn countries(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Vec<String>, Error> {
    let lists = tx.all(COUNTRIES, args![&carrier], |row| row.json::<Vec<String>>("countries"))?;
    let mut countries = Vec::new();
    for country in lists.into_iter().flatten() {
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    Ok(countries)
}

/// Makes an import visible as a whole, with one event. With `replace`, rows of earlier imports are
/// withdrawn. False: it was given up meanwhile.
pub fn commit(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    kind: Kind,
    number: i64,
    replace: bool,
    rows: u64,
) -> Result<bool, Error> {
    if tx.run(FINISH, args![number, "committed"])? == 0 {
        return Ok(false);
    }
    let (show, event, replace) = match kind {
        Kind::Premises => {
            change::raise(tx, change::PREMISES)?;
            (SHOW_PREMISES, "premises.imported", replace)
        }
        Kind::Products => {
            let by_file: i64 = tx.one(BY_FILE, args![&carrier, number], |row| row.get("n"))?;
            (SHOW_PRODUCTS, "products.imported", replace || by_file == 0)
        }
    };
    let (version, owner) = tx.one(show, args![&carrier, number, replace], |row| {
        Ok((row.get("version")?, row.get("organization_id")?))
    })?;
    carrier::event(
        tx,
        event,
        carrier,
        version,
        owner,
        serde_json::json!({"import": number, "rows": rows, "replaced": replace}),
    )?;
    Ok(true)
}

/// The highest number of a row of that kind: where a sweep ends.
pub fn last(tx: &mut Tx<'_>, kind: Kind) -> Result<i64, Error> {
    let sql = match kind {
        Kind::Premises => LAST_PREMISE,
        Kind::Products => LAST_PRODUCT,
    };
    Ok(tx.one(sql, &[], |row| row.get::<Option<i64>>("number"))?.unwrap_or(0))
}

/// Deletes those of a carrier's rows with numbers above `after`, up to `until`, that nobody can see; says how
/// many. A range is looked at once, so that a sweep costs what the table has rows, in small steps.
pub fn sweep(tx: &mut Tx<'_>, carrier: CarrierId, kind: Kind, after: i64, until: i64) -> Result<u64, Error> {
    let sql = match kind {
        Kind::Premises => SWEEP_PREMISES,
        Kind::Products => SWEEP_PRODUCTS,
    };
    tx.run(sql, args![&carrier, after, until])
}
