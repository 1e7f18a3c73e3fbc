//! Service accounts: public keys by which an organization's programs are known. A name with several keys is one
//! account whose keys are being changed.

use crate::action::in_tree;
use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::event::Event;
use model::id::{Identity, OrganizationId, ServiceAccountId};
use model::organization;
use model::role::Role;
use model::scope::Scope;
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO service_account (id, organization_id, name, role, kid, public_key, expires_at, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) ON CONFLICT (kid) DO NOTHING RETURNING number";
    BY_KID = "SELECT s.*, o.name AS organization, o.kind, o.parent_id
        FROM service_account AS s JOIN organization AS o ON o.id = s.organization_id WHERE s.kid = $1";
    ALL = concat!("SELECT s.*, o.name AS organization, o.kind, o.parent_id
        FROM service_account AS s JOIN organization AS o ON o.id = s.organization_id WHERE ", in_tree!(), " ORDER BY s.number");
    IS_THERE = concat!("SELECT number FROM service_account WHERE ", in_tree!(), " AND kid = $3");
    REVOKE = concat!("UPDATE service_account SET version = version + 1, revoked_at = $4 WHERE ", in_tree!(),
        " AND kid = $3 AND revoked_at IS NULL RETURNING id, version, organization_id");
}

/// One key of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub number: i64,
    pub id: ServiceAccountId,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub organization_kind: organization::Kind,
    /// Whether its organization is the root operator.
    pub root: bool,
    pub name: String,
    pub role: Role,
    pub kid: String,
    /// DER of PKCS #1.
    pub public_key: Vec<u8>,
    /// Business time, as of API keys.
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    pub created: Timestamp,
}

/// What a new one is.
pub struct New<'a> {
    pub organization: OrganizationId,
    pub name: &'a str,
    pub role: Role,
    pub kid: &'a str,
    pub public_key: &'a [u8],
    pub expires: Option<Timestamp>,
}

/// What became of a wish to revoke one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    Now,
    Before,
    Unknown,
}

/// None: there is or was a key with this `kid`.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<Option<ServiceAccountId>, Error> {
    let (id, now): (ServiceAccountId, _) = (tx.identity()?, tx.now());
    let number = tx.insert_new(
        INSERT,
        args![&id, &new.organization, new.name, new.role.word(), new.kid, new.public_key, new.expires, now],
    )?;
    let Some(number) = number else { return Ok(None) };
    let data = serde_json::json!({"number": number, "role": new.role, "kid": new.kid});
    event(tx, "service_account.created", id, 1, new.organization, data)?;
    Ok(Some(id))
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: ServiceAccountId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    change::raise(tx, change::ACCESS)?;
    let (aggregate, aggregate_id) = ("service_account", *id.bytes());
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate, aggregate_id, sequence, organization, data },
    )
}

fn read(row: Row<'_>) -> Result<Stored, Error> {
    Ok(Stored {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        organization_name: row.get("organization")?,
        organization_kind: row.word("kind")?,
        root: row.get::<Option<OrganizationId>>("parent_id")?.is_none(),
        name: row.get("name")?,
        role: row.word("role")?,
        kid: row.get("kid")?,
        public_key: row.get("public_key")?,
        expires: row.get("expires_at")?,
        revoked: row.get("revoked_at")?,
        created: row.get("created_at")?,
    })
}

/// For finding out who calls; also one that was revoked.
pub fn by_kid(tx: &mut Tx<'_>, kid: &str) -> Result<Option<Stored>, Error> {
    tx.first(BY_KID, args![kid], read)
}

/// Those of the organization and of those below it, in the order in which they were made.
pub fn all(tx: &mut Tx<'_>, scope: Scope) -> Result<Vec<Stored>, Error> {
    tx.all(ALL, args![scope.everything, &scope.organization], read)
}

/// Ends a key of the organization or of one below it.
pub fn revoke(tx: &mut Tx<'_>, scope: Scope, kid: &str) -> Result<Revoked, Error> {
    let now = tx.now();
    let revoked = tx.first(REVOKE, args![scope.everything, &scope.organization, kid, now], |row| {
        Ok((row.get("id")?, row.get("version")?, row.get("organization_id")?))
    })?;
    if let Some((id, version, organization)) = revoked {
        event(tx, "service_account.revoked", id, version, organization, serde_json::json!({}))?;
        return Ok(Revoked::Now);
    }
    let there = tx
        .first(IS_THERE, args![scope.everything, &scope.organization, kid], |row| row.get::<i64>("number"))?;
    Ok(if there.is_some() { Revoked::Before } else { Revoked::Unknown })
}
