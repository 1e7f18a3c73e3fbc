//! Organizations and their tree.

use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::event::Event;
use model::id::{Identity, OrganizationId};
use model::organization::{Kind, Organization};

statements! {
    INSERT = "INSERT INTO organization (id, name, kind, parent_id, version, created_at) VALUES ($1, $2, $3, $4, 1, $5)
        ON CONFLICT (name) DO NOTHING RETURNING number";
    ENTER_TREE = "INSERT INTO organization_tree (ancestor_id, descendant_id)
        SELECT ancestor_id, $2 FROM organization_tree WHERE descendant_id = $1";
    ENTER_SELF = "INSERT INTO organization_tree (ancestor_id, descendant_id) VALUES ($1, $1)";
    BY_NAME = "SELECT * FROM organization WHERE name = $1";
    BY_ID = "SELECT * FROM organization WHERE id = $1";
    ROOT = "SELECT * FROM organization WHERE parent_id IS NULL";
    ALL = "SELECT * FROM organization ORDER BY number";
    WITHIN = "SELECT 1 AS one FROM organization_tree WHERE ancestor_id = $1 AND descendant_id = $2";
}

fn read(row: Row<'_>) -> Result<Organization, Error> {
    Ok(Organization {
        number: row.get("number")?,
        id: row.get("id")?,
        name: row.get("name")?,
        kind: row.word("kind")?,
        parent: row.get("parent_id")?,
    })
}

/// Inserts an organization below its parent. None: the name is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    name: &str,
    kind: Kind,
    parent: OrganizationId,
) -> Result<Option<Organization>, Error> {
    let id = tx.identity()?;
    insert_as(tx, id, name, kind, parent)
}

/// The same under an id that is fixed from outside.
pub fn insert_as(
    tx: &mut Tx<'_>,
    id: OrganizationId,
    name: &str,
    kind: Kind,
    parent: OrganizationId,
) -> Result<Option<Organization>, Error> {
    let now = tx.now();
    let Some(number) = tx.insert_new(INSERT, args![&id, name, kind.word(), &parent, now])? else {
        return Ok(None);
    };
    if tx.run(ENTER_TREE, args![&parent, &id])? == 0 {
        return Err(Error::Conflict(format!("there is no organization {parent} to be above `{name}`")));
    }
    tx.run(ENTER_SELF, args![&id])?;
    change::raise(tx, change::ACCESS)?;
    let data = serde_json::json!({"number": number, "kind": kind});
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event {
            kind: "organization.created",
            version: 1,
            aggregate: "organization",
            aggregate_id,
            sequence: 1,
            organization: id,
            data,
        },
    )?;
    Ok(Some(Organization { number, id, name: name.to_owned(), kind, parent: Some(parent) }))
}

pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Organization>, Error> {
    tx.first(BY_NAME, args![name], read)
}

pub fn by_id(tx: &mut Tx<'_>, id: OrganizationId) -> Result<Option<Organization>, Error> {
    tx.first(BY_ID, args![&id], read)
}

/// Whether an organization is another one, or below it.
pub fn is_within(tx: &mut Tx<'_>, above: OrganizationId, id: OrganizationId) -> Result<bool, Error> {
    Ok(tx.first(WITHIN, args![&above, &id], |_| Ok(()))?.is_some())
}

/// The installation's root operator, made with the schema.
pub fn root(tx: &mut Tx<'_>) -> Result<Organization, Error> {
    tx.one(ROOT, &[], read)
}

pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Organization>, Error> {
    tx.all(ALL, &[], read)
}
