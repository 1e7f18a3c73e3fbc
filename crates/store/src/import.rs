//! Imports: rows are loaded in batches that nobody sees; one small commit makes them visible.

use crate::{Error, Tx, args, carrier, change, statements};
use model::id::{CarrierId, Identity, ImportId};
use sha2::Digest;
use std::time::Duration;

/// carrier, import, whether it replaces
macro_rules! show {
    ($rows:literal) => {
        concat!(
            "UPDATE carrier SET version = version + 1, ",
            $rows,
            "_import = $2, ",
            $rows,
            "_floor = CASE WHEN $3 THEN $2 ELSE ",
            $rows,
            "_floor END WHERE id = $1 RETURNING version, organization_id"
        )
    };
}

/// Rows that no reader can see any more, of a range of numbers: of imports given up, withdrawn, or
/// replaced by a later one. carrier, after, until
macro_rules! sweep {
    ($table:literal, $rows:literal, $same:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE number IN (SELECT p.number FROM ",
            $table,
            " AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
            WHERE p.number > $2 AND p.number <= $3 AND p.carrier_id = $1
                AND (i.state = 'aborted' OR (i.state = 'committed' AND (p.import_number < c.",
            $rows,
            "_floor OR EXISTS (SELECT 1 FROM ",
            $table,
            " AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND ",
            $same,
            " AND n.import_number > p.import_number AND ni.state = 'committed')))))"
        )
    };
}

/// What a reader sees of a table of imported rows: of committed imports that were not withdrawn, and what no
/// later one has in its place. A carrier's last import is seen whatever came before.
macro_rules! visible {
    ($columns:literal, $table:literal, $rows:literal, $wanted:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $table,
            " AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
            WHERE i.state = 'committed' AND p.import_number >= c.",
            $rows,
            "_floor AND (p.import_number = c.",
            $rows,
            "_import OR NOT EXISTS (SELECT 1 FROM ",
            $table,
            " AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                    AND n.import_number > p.import_number AND ni.state = 'committed')) AND ",
            $wanted
        )
    };
}
pub(crate) use visible;

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
    SHOW_PREMISES = show!("premises");
    SHOW_PRODUCTS = show!("products");
    SHOW_AREAS = show!("areas");
    SHOW_ACCESSES = show!("accesses");
    SWEEP_PREMISES = sweep!("premise", "premises", "n.external_reference = p.external_reference");
    SWEEP_PRODUCTS = sweep!("product", "products", "lower(n.code) = lower(p.code)");
    SWEEP_AREAS = sweep!("area", "areas", "n.external_reference = p.external_reference");
    SWEEP_ACCESSES = sweep!("access", "accesses", "n.external_reference = p.external_reference");
    LAST_PREMISE = "SELECT max(number) AS number FROM premise";
    LAST_PRODUCT = "SELECT max(number) AS number FROM product";
    LAST_AREA = "SELECT max(number) AS number FROM area";
    LAST_ACCESS = "SELECT max(number) AS number FROM access";
}

model::words! {
    pub enum Kind ("kind of import") {
        Premises = "premises",
        Products = "products",
        Areas = "areas",
        Accesses = "accesses",
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

/// The identity of what a carrier lists under a reference: the same in every import and on every node.
pub(crate) fn identity<I: Identity>(of: &str, carrier: CarrierId, external_reference: &str) -> I {
    let digest =
        sha2::Sha256::new().chain_update(of).chain_update(carrier.bytes()).chain_update(external_reference);
    let digest = digest.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    // UUID version 8 (RFC 9562): made of our own bits.
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    I::from_bytes(bytes)
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
        Kind::Areas => {
            change::raise(tx, change::AREAS)?;
            (SHOW_AREAS, "areas.imported", replace)
        }
        Kind::Accesses => (SHOW_ACCESSES, "accesses.imported", replace),
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
        Kind::Areas => LAST_AREA,
        Kind::Accesses => LAST_ACCESS,
    };
    Ok(tx.one(sql, &[], |row| row.get::<Option<i64>>("number"))?.unwrap_or(0))
}

/// Deletes those of a carrier's rows with numbers above `after`, up to `until`, that nobody can see; says how
/// many. A range is looked at once, so that a sweep costs what the table has rows, in small steps.
pub fn sweep(tx: &mut Tx<'_>, carrier: CarrierId, kind: Kind, after: i64, until: i64) -> Result<u64, Error> {
    let sql = match kind {
        Kind::Premises => SWEEP_PREMISES,
        Kind::Products => SWEEP_PRODUCTS,
        Kind::Areas => SWEEP_AREAS,
        Kind::Accesses => SWEEP_ACCESSES,
    };
    tx.run(sql, args![&carrier, after, until])
}
