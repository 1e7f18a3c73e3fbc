//! Carriers, who may use them, and the sessions and feeds that the engine keeps for them.

use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::carrier::Carrier;
use model::event::Event;
use model::id::{CarrierId, Identity, OrganizationId};
use model::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

statements! {
    INSERT = "INSERT INTO carrier (id, name, connector, organization_id, settings, open, premises_floor, products_floor, areas_floor, accesses_floor, version, created_at)
        VALUES ($1, $2, $3, $4, $5, TRUE, 0, 0, 0, 0, 1, $6) ON CONFLICT (name) DO NOTHING RETURNING number";
    ALL = "SELECT * FROM carrier ORDER BY number";
    BY_NAME = "SELECT * FROM carrier WHERE name = $1";
    BY_ID = "SELECT * FROM carrier WHERE id = $1";
    HOLDS_AREAS = "SELECT areas_import FROM carrier WHERE id = $1";
    RESTRICT = "UPDATE carrier SET open = FALSE, version = version + 1 WHERE id = $1 RETURNING version, organization_id";
    FORGET_ACCESS = "DELETE FROM carrier_access WHERE carrier_id = $1";
    ALLOW = "INSERT INTO carrier_access (carrier_id, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// An organization uses a carrier that is open, that it owns, or that lists it or one above it.
    USABLE = "SELECT c.name FROM carrier AS c WHERE c.open OR c.organization_id = $1 OR EXISTS
        (SELECT 1 FROM carrier_access AS a JOIN organization_tree AS t ON t.ancestor_id = a.organization_id
         WHERE a.carrier_id = c.id AND t.descendant_id = $1) ORDER BY c.number";
    SESSION = "SELECT session, valid_until FROM carrier_session WHERE carrier_id = $1";
    SAVE_SESSION = "INSERT INTO carrier_session (carrier_id, session, valid_until) VALUES ($1, $2, $3)
        ON CONFLICT (carrier_id) DO UPDATE SET session = excluded.session, valid_until = excluded.valid_until";
    DROP_SESSION = "DELETE FROM carrier_session WHERE carrier_id = $1";
    FEED_BEGIN = "INSERT INTO carrier_feed (carrier_id, cursor, due_at, ready_at, fence) VALUES ($1, 'null', 0, 0, 0) ON CONFLICT DO NOTHING";
    FEED_CLAIM = "UPDATE carrier_feed SET ready_at = $3, fence = fence + 1 WHERE carrier_id = $1 AND due_at <= $2 AND ready_at <= $4
        RETURNING cursor, fence";
    FEED_VOID = "UPDATE carrier_feed SET ready_at = 0, fence = fence + 1 WHERE ready_at > 0";
    FEED_SETTLE = "UPDATE carrier_feed SET cursor = $3, due_at = $4, ready_at = 0 WHERE carrier_id = $1 AND fence = $2";
}

fn read(row: Row<'_>, vault: &crate::Vault) -> Result<Carrier, Error> {
    Ok(Carrier {
        number: row.get("number")?,
        id: row.get("id")?,
        name: row.get("name")?,
        connector: row.get("connector")?,
        organization: row.get("organization_id")?,
        settings: vault.open_json(&row.get::<Vec<u8>>("settings")?)?,
        holds_premises: row.get::<Option<i64>>("premises_import")?.is_some(),
    })
}

/// None: the name is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    name: &str,
    connector: &str,
    organization: OrganizationId,
    settings: &Value,
) -> Result<Option<Carrier>, Error> {
    let (id, now): (CarrierId, _) = (tx.identity()?, tx.now());
    let sealed = tx.vault().seal_json(settings)?;
    let number = tx.insert_new(INSERT, args![&id, name, connector, &organization, &sealed, now])?;
    let Some(number) = number else { return Ok(None) };
    event(
        tx,
        "carrier.created",
        id,
        1,
        organization,
        serde_json::json!({"number": number, "connector": connector}),
    )?;
    let (name, connector, settings) = (name.to_owned(), connector.to_owned(), settings.clone());
    Ok(Some(Carrier { number, id, name, connector, organization, settings, holds_premises: false }))
}

pub(crate) fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: CarrierId,
    sequence: i64,
    organization: OrganizationId,
    data: Value,
) -> Result<(), Error> {
    change::raise(tx, change::CARRIER)?;
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "carrier",
            aggregate_id: *id.bytes(),
            sequence,
            organization,
            data,
        },
    )
}

pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Carrier>, Error> {
    let vault = tx.vault();
    tx.all(ALL, &[], |row| read(row, vault))
}

pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Carrier>, Error> {
    let vault = tx.vault();
    tx.first(BY_NAME, args![name], |row| read(row, vault))
}

pub fn by_id(tx: &mut Tx<'_>, id: CarrierId) -> Result<Option<Carrier>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![&id], |row| read(row, vault))
}

/// Whether we hold areas of its.
pub fn holds_areas(tx: &mut Tx<'_>, id: CarrierId) -> Result<bool, Error> {
    let import = tx.first(HOLDS_AREAS, args![&id], |row| row.get::<Option<i64>>("areas_import"))?;
    Ok(import.flatten().is_some())
}

/// Limits a carrier to the organizations named (and those below them), in place of an earlier list.
pub fn restrict(tx: &mut Tx<'_>, id: CarrierId, to: &[OrganizationId]) -> Result<(), Error> {
    let (version, owner) =
        tx.one(RESTRICT, args![&id], |row| Ok((row.get("version")?, row.get("organization_id")?)))?;
    tx.run(FORGET_ACCESS, args![&id])?;
    for organization in to {
        tx.run(ALLOW, args![&id, organization])?;
    }
    event(tx, "carrier.restricted", id, version, owner, serde_json::json!({"organizations": to}))
}

/// Names of the carriers that an organization may order from.
pub fn usable(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<String>, Error> {
    tx.all(USABLE, args![&organization], |row| row.get("name"))
}

/// The carrier's session while it is valid.
pub fn session(tx: &mut Tx<'_>, id: CarrierId) -> Result<Option<(Value, Timestamp)>, Error> {
    let (vault, now) = (tx.vault(), tx.now());
    let stored = tx.first(SESSION, args![&id], |row| {
        let until: Timestamp = row.get("valid_until")?;
        Ok((vault.open_json::<Value>(&row.get::<Vec<u8>>("session")?)?, until))
    })?;
    Ok(stored.filter(|(_, until)| *until > now))
}

pub fn save_session(
    tx: &mut Tx<'_>,
    id: CarrierId,
    session: &Value,
    valid_until: Timestamp,
) -> Result<(), Error> {
    let sealed = tx.vault().seal_json(session)?;
    tx.run(SAVE_SESSION, args![&id, &sealed, valid_until]).map(|_| ())
}

pub fn drop_session(tx: &mut Tx<'_>, id: CarrierId) -> Result<(), Error> {
    tx.run(DROP_SESSION, args![&id]).map(|_| ())
}

/// Leases a carrier's feed when it is due: its cursor and a fencing token.
pub fn claim_feed(tx: &mut Tx<'_>, id: CarrierId, lease: Duration) -> Result<Option<(Value, i64)>, Error> {
    tx.run(FEED_BEGIN, args![&id])?;
    let (now, machine) = (tx.now(), tx.machine_time()?);
    let until = machine.saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
    tx.first(FEED_CLAIM, args![&id, now, until, machine], |row| Ok((row.json("cursor")?, row.get("fence")?)))
}

/// Writes back a feed's cursor and when it is next due. False: another worker has it now.
pub fn settle_feed(
    tx: &mut Tx<'_>,
    id: CarrierId,
    fence: i64,
    cursor: &Value,
    due: Timestamp,
) -> Result<bool, Error> {
    let cursor = cursor.to_string();
    Ok(tx.run(FEED_SETTLE, args![&id, fence, cursor.as_str(), due])? == 1)
}

/// Voids the leases of feeds.
pub(crate) fn void_feeds(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.run(FEED_VOID, &[]).map(|_| ())
}
