//! Users: people of an organization. (The table is `member`; `user` is a reserved word.)

use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::event::Event;
use model::id::{Identity, OrganizationId, UserId};
use model::role::Role;

statements! {
    INSERT = "INSERT INTO member (id, organization_id, email, role, password_hash, version, created_at)
        VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (email) DO NOTHING RETURNING number";
    ALL = "SELECT m.number, m.id, m.organization_id, m.email, m.role, o.name AS organization FROM member AS m
        JOIN organization AS o ON o.id = m.organization_id ORDER BY m.number";
    BY_EMAIL = "SELECT m.number, m.id, m.organization_id, m.email, m.role, o.name AS organization, m.password_hash FROM member AS m
        JOIN organization AS o ON o.id = m.organization_id WHERE m.email = $1";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub number: i64,
    pub id: UserId,
    pub organization: OrganizationId,
    pub organization_name: String,
    /// Lower case; unique over the installation.
    pub email: String,
    pub role: Role,
}

fn read(row: Row<'_>) -> Result<Member, Error> {
    Ok(Member {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        organization_name: row.get("organization")?,
        email: row.get("email")?,
        role: row.word("role")?,
    })
}

/// None: the address is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    email: &str,
    role: Role,
    password_hash: &str,
) -> Result<Option<i64>, Error> {
    let (id, now): (UserId, _) = (tx.identity()?, tx.now());
    let number = tx.insert_new(INSERT, args![&id, &organization, email, role.word(), password_hash, now])?;
    if let Some(number) = number {
        change::raise(tx, change::ACCESS)?;
        let (data, aggregate_id) = (serde_json::json!({"number": number, "role": role}), *id.bytes());
        crate::event::insert(
            tx,
            &Event {
                kind: "user.created",
                version: 1,
                aggregate: "user",
                aggregate_id,
                sequence: 1,
                organization,
                data,
            },
        )?;
    }
    Ok(number)
}

pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Member>, Error> {
    tx.all(ALL, &[], read)
}

/// The user with that address, and the hash of the password.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(Member, String)>, Error> {
    tx.first(BY_EMAIL, args![email], |row| Ok((read(row)?, row.get("password_hash")?)))
}
