//! API keys: only the SHA-256 of a key is kept.

use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::event::Event;
use model::id::{Identity, KeyId, OrganizationId};
use model::organization;
use model::role::{Capability, Role};
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO api_key (id, organization_id, prefix, hash, role, scopes, expires_at, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) RETURNING number";
    BY_HASH = "SELECT k.number, k.id, k.organization_id, k.prefix, k.role, k.scopes, k.expires_at, k.revoked_at, k.successor_id,
            k.created_at, o.name AS organization, o.kind, o.parent_id
        FROM api_key AS k JOIN organization AS o ON o.id = k.organization_id WHERE k.hash = $1";
    ALL = "SELECT k.number, k.id, k.organization_id, k.prefix, k.role, k.scopes, k.expires_at, k.revoked_at, k.successor_id,
            k.created_at, o.name AS organization, o.kind, o.parent_id
        FROM api_key AS k JOIN organization AS o ON o.id = k.organization_id ORDER BY k.number";
    BY_PREFIX = "SELECT k.number, k.id, k.organization_id, k.prefix, k.role, k.scopes, k.expires_at, k.revoked_at, k.successor_id,
            k.created_at, o.name AS organization, o.kind, o.parent_id
        FROM api_key AS k JOIN organization AS o ON o.id = k.organization_id WHERE k.prefix = $1";
    REVOKE = "UPDATE api_key SET version = version + 1, revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
        RETURNING version, organization_id";
    SUCCEED = "UPDATE api_key SET version = version + 1, successor_id = $2, expires_at = $3
        WHERE id = $1 AND successor_id IS NULL AND revoked_at IS NULL RETURNING version, organization_id";
}

/// A key without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub number: i64,
    pub id: KeyId,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub organization_kind: organization::Kind,
    /// Whether its organization is the root operator.
    pub root: bool,
    pub prefix: String,
    pub role: Role,
    /// None: all that the role has.
    pub scopes: Option<Vec<Capability>>,
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    pub successor: Option<KeyId>,
    pub created: Timestamp,
}

/// What a new key is.
pub struct New<'a> {
    pub organization: OrganizationId,
    pub prefix: &'a str,
    pub hash: [u8; 32],
    pub role: Role,
    pub scopes: Option<&'a [Capability]>,
    pub expires: Option<Timestamp>,
}

pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<KeyId, Error> {
    let (id, now): (KeyId, _) = (tx.identity()?, tx.now());
    let scopes = new.scopes.map(|s| serde_json::json!(s).to_string());
    let number: i64 = tx.insert(
        INSERT,
        args![
            &id,
            &new.organization,
            new.prefix,
            new.hash.as_slice(),
            new.role.word(),
            scopes.as_deref(),
            new.expires,
            now
        ],
    )?;
    event(
        tx,
        "key.created",
        id,
        1,
        new.organization,
        serde_json::json!({"number": number, "role": new.role}),
    )?;
    Ok(id)
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: KeyId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    change::raise(tx, change::ACCESS)?;
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "key",
            aggregate_id: *id.bytes(),
            sequence,
            organization,
            data,
        },
    )
}

fn read(row: Row<'_>) -> Result<Stored, Error> {
    let scopes: Option<String> = row.get("scopes")?;
    Ok(Stored {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        organization_name: row.get("organization")?,
        organization_kind: row.word("kind")?,
        root: row.get::<Option<OrganizationId>>("parent_id")?.is_none(),
        prefix: row.get("prefix")?,
        role: row.word("role")?,
        scopes: scopes
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| Error::Corrupt("column scopes".into()))?,
        expires: row.get("expires_at")?,
        revoked: row.get("revoked_at")?,
        successor: row.get("successor_id")?,
        created: row.get("created_at")?,
    })
}

pub fn by_hash(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Stored>, Error> {
    tx.first(BY_HASH, args![hash.as_slice()], read)
}

pub fn by_prefix(tx: &mut Tx<'_>, prefix: &str) -> Result<Option<Stored>, Error> {
    tx.first(BY_PREFIX, args![prefix], read)
}

pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Stored>, Error> {
    tx.all(ALL, &[], read)
}

/// False: it was revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: KeyId) -> Result<bool, Error> {
    let now = tx.now();
    let revoked =
        tx.first(REVOKE, args![&id, now], |row| Ok((row.get("version")?, row.get("organization_id")?)))?;
    let Some((version, organization)) = revoked else { return Ok(false) };
    event(tx, "key.revoked", id, version, organization, serde_json::json!({}))?;
    Ok(true)
}

/// Names the key that takes its place, and when it ends. False: it has one already, or is revoked.
pub fn succeed(tx: &mut Tx<'_>, id: KeyId, successor: KeyId, expires: Timestamp) -> Result<bool, Error> {
    let succeeded = tx.first(SUCCEED, args![&id, &successor, expires], |row| {
        Ok((row.get("version")?, row.get("organization_id")?))
    })?;
    let Some((version, organization)) = succeeded else { return Ok(false) };
    event(tx, "key.rotated", id, version, organization, serde_json::json!({"successor": successor}))?;
    Ok(true)
}
