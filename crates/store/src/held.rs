//! Accesses that have changed hands here, or were made here: each stands in the place of what its carrier lists under
//! its id. Read as [`crate::access`] reads them.

use crate::access::{By, after, digest, read};
use crate::{Error, Tx, args, statements};
use model::access::{Access, Gescal37};
use model::event::Event;
use model::id::{AccessId, CarrierId, Identity, OrganizationId};

macro_rules! held {
    ($wanted:literal) => {
        concat!("SELECT * FROM access_held WHERE carrier_id = $1 AND ", $wanted)
    };
}

statements! {
    BEGIN = "INSERT INTO access_held (id, carrier_id, external_reference, iua, gescal37, phone, phone_digest, brand, premise_reference, technology,
            address_id, details, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $13) ON CONFLICT (id) DO NOTHING";
    /// Takes the row's lock.
    LOCK = "UPDATE access_held SET version = version WHERE id = $1 RETURNING *";
    SAVE = "UPDATE access_held SET iua = $2, gescal37 = $3, phone = $4, phone_digest = $5, brand = $6, address_id = $7, details = $8,
            version = version + 1, updated_at = $9 WHERE id = $1 RETURNING version";
    BY_ID = "SELECT * FROM access_held WHERE id = $1";
    BY_REFERENCE = held!("external_reference = $2 ORDER BY number LIMIT $3");
    BY_IUA = held!("iua = $2 ORDER BY number LIMIT $3");
    BY_GESCAL37 = held!("gescal37 = $2 ORDER BY number LIMIT $3");
    BY_PHONE = held!("phone_digest = $2 ORDER BY number LIMIT $3");
    BY_ADDRESS = held!("address_id = $2 ORDER BY number LIMIT $3");
    IN_BUILDING = held!("gescal37 >= $2 AND gescal37 < $4 AND substr(gescal37, 1, 17) = $2 ORDER BY number LIMIT $3");
}

/// As it is here; None: its carrier's list says all.
pub fn by_id(tx: &mut Tx<'_>, id: AccessId) -> Result<Option<Access>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![&id], |row| read(row, vault))
}

/// Takes an access over as it is, unless it was before, and its lock. What is here counts.
pub fn take(tx: &mut Tx<'_>, listed: &Access) -> Result<Access, Error> {
    let (now, vault) = (tx.now(), tx.vault());
    let phone = sealed_phone(tx, listed)?;
    let details = vault.seal_json(&listed.details)?;
    tx.run(
        BEGIN,
        args![
            &listed.id,
            &listed.carrier,
            &listed.external_reference,
            listed.iua.as_deref(),
            listed.gescal37.as_ref().map(Gescal37::as_str),
            phone.as_ref().map(|(sealed, _)| sealed),
            phone.as_ref().map(|(_, digest)| digest),
            listed.brand.as_deref(),
            listed.premise_reference.as_deref(),
            listed.technology.as_deref(),
            listed.address_id.as_deref(),
            &details,
            now,
        ],
    )?;
    tx.one(LOCK, args![&listed.id], |row| read(row, vault))
}

type Phone = Option<(Vec<u8>, Vec<u8>)>;

fn sealed_phone(tx: &Tx<'_>, access: &Access) -> Result<Phone, Error> {
    let vault = tx.vault();
    let sealed = |phone: &String| Ok::<_, Error>((vault.seal(phone.as_bytes())?, digest(vault, phone)));
    access.phone.as_ref().map(sealed).transpose()
}

/// Writes back an access whose lock this transaction holds, with an event for the organization that it is now of.
pub fn save(tx: &mut Tx<'_>, access: &Access, organization: OrganizationId) -> Result<(), Error> {
    let (phone, now) = (sealed_phone(tx, access)?, tx.now());
    let details = tx.vault().seal_json(&access.details)?;
    let version = tx.one(
        SAVE,
        args![
            &access.id,
            access.iua.as_deref(),
            access.gescal37.as_ref().map(Gescal37::as_str),
            phone.as_ref().map(|(sealed, _)| sealed),
            phone.as_ref().map(|(_, digest)| digest),
            access.brand.as_deref(),
            access.address_id.as_deref(),
            &details,
            now,
        ],
        |row| row.get("version"),
    )?;
    let data = serde_json::json!({"carrier": access.carrier, "status": access.details.status});
    crate::event::insert(
        tx,
        &Event {
            kind: "access.moved",
            version: 1,
            aggregate: "access",
            aggregate_id: *access.id.bytes(),
            sequence: version,
            organization,
            data,
        },
    )
}

/// A carrier's accesses with this code, at most `limit`.
pub fn find(tx: &mut Tx<'_>, carrier: CarrierId, by: By<'_>, limit: i64) -> Result<Vec<Access>, Error> {
    let vault = tx.vault();
    let read = |row: crate::sql::Row<'_>| read(row, vault);
    match by {
        By::Reference(text) => tx.all(BY_REFERENCE, args![&carrier, text, limit], read),
        By::Iua(text) => tx.all(BY_IUA, args![&carrier, text, limit], read),
        By::Gescal37(code) => tx.all(BY_GESCAL37, args![&carrier, code.as_str(), limit], read),
        By::Phone(phone) => tx.all(BY_PHONE, args![&carrier, &digest(vault, phone), limit], read),
        By::Address(text) => tx.all(BY_ADDRESS, args![&carrier, text, limit], read),
    }
}

/// Those in a building.
pub fn in_building(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    building: &str,
    limit: i64,
) -> Result<Vec<Access>, Error> {
    let (vault, end) = (tx.vault(), after(building));
    tx.all(IN_BUILDING, args![&carrier, building, limit, &end], |row| read(row, vault))
}
