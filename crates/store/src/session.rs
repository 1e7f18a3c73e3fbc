//! Tokens of people: sessions, which end when they are not used, and machine tokens. As of keys, only the SHA-256 is
//! kept. Who changes what a user has of them locks the user first; a use is written without that lock.

use crate::member::{Member, tell};
use crate::sql::Row;
use crate::{Error, Tx, args, change, statements};
use model::credential::{ApiKey, Kind};
use model::id::{SessionId, UserId};
use model::time::Timestamp;
use serde_json::json;

statements! {
    INSERT = "INSERT INTO session (id, member_id, kind, prefix, hash, minutes, used_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING number";
    BY_HASH = "SELECT * FROM session WHERE hash = $1";
    USE = "UPDATE session SET used_at = CASE WHEN used_at < $2 THEN $2 ELSE used_at END WHERE number = $1";
    COUNT = "SELECT count(*) AS n FROM session WHERE member_id = $1 AND kind = $2";
    END_ONE = "DELETE FROM session WHERE member_id = $1 AND (hash = $2 OR prefix = $3) RETURNING id, kind";
    END_ALL = "DELETE FROM session WHERE member_id = $1 AND kind = $2 RETURNING id, kind";
    PRUNE_OF = "DELETE FROM session WHERE member_id = $1 AND minutes IS NOT NULL AND used_at < $2 - minutes * 60000000";
    PRUNE = "DELETE FROM session WHERE number IN (SELECT number FROM session
        WHERE minutes IS NOT NULL AND used_at < $1 - minutes * 60000000 ORDER BY number LIMIT $2)";
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub number: i64,
    pub id: SessionId,
    pub user: UserId,
    pub kind: Kind,
    pub prefix: String,
    /// How long after its last use it ends; None: it does not.
    pub minutes: Option<u32>,
    /// The last use that was written.
    pub used: Timestamp,
    pub created: Timestamp,
}

/// How a caller names a token.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub hash: [u8; 32],
    /// Empty: by the hash alone.
    pub prefix: &'a str,
}

/// Makes a token of a user, from now on.
pub fn insert(
    tx: &mut Tx<'_>,
    user: UserId,
    kind: Kind,
    token: (&ApiKey, [u8; 32]),
    minutes: Option<u32>,
) -> Result<SessionId, Error> {
    let (id, now): (SessionId, _) = (tx.identity()?, tx.now());
    let (token, hash) = token;
    let minutes = minutes.map(i64::from);
    tx.insert(INSERT, args![&id, &user, kind.word(), token.prefix(), hash.as_slice(), minutes, now])?;
    Ok(id)
}

fn read(row: Row<'_>) -> Result<Session, Error> {
    Ok(Session {
        number: row.get("number")?,
        id: row.get("id")?,
        user: row.get("member_id")?,
        kind: row.word("kind")?,
        prefix: row.get("prefix")?,
        minutes: row.count("minutes")?,
        used: row.get("used_at")?,
        created: row.get("created_at")?,
    })
}

/// Also one that has ended and is not pruned yet.
pub fn by_hash(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Session>, Error> {
    tx.first(BY_HASH, args![hash.as_slice()], read)
}

/// Writes a use. False: it is there no more.
pub fn touch(tx: &mut Tx<'_>, number: i64, at: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(USE, args![number, at])? > 0)
}

pub fn count(tx: &mut Tx<'_>, user: UserId, kind: Kind) -> Result<i64, Error> {
    tx.one(COUNT, args![&user, kind.word()], |row| row.get("n"))
}

fn ended(row: Row<'_>) -> Result<(SessionId, Kind), Error> {
    Ok((row.get("id")?, row.word("kind")?))
}

/// Ends one token of a user whose lock this transaction holds. False: the user has none such.
pub fn end(tx: &mut Tx<'_>, member: &Member, named: Named<'_>) -> Result<bool, Error> {
    let ended = tx.all(END_ONE, args![&member.id, named.hash.as_slice(), named.prefix], ended)?;
    for (id, kind) in &ended {
        told(tx, member, *kind, std::slice::from_ref(id))?;
    }
    Ok(!ended.is_empty())
}

/// Ends all of a kind of a user whose lock this transaction holds; says how many.
pub fn end_all(tx: &mut Tx<'_>, member: &Member, kind: Kind) -> Result<u64, Error> {
    let ended = tx.all(END_ALL, args![&member.id, kind.word()], ended)?;
    let ids: Vec<SessionId> = ended.into_iter().map(|(id, _)| id).collect();
    if !ids.is_empty() {
        told(tx, member, kind, &ids)?;
    }
    Ok(ids.len() as u64)
}

fn told(tx: &mut Tx<'_>, member: &Member, kind: Kind, ids: &[SessionId]) -> Result<(), Error> {
    change::raise(tx, change::SESSION)?;
    match kind {
        Kind::Session => tell(tx, member, "session.ended", json!({"sessions": ids})),
        Kind::Machine => tell(tx, member, "machine_token.revoked", json!({"tokens": ids})),
    }
}

/// Forgets a user's sessions that ended before a moment.
pub fn prune_of(tx: &mut Tx<'_>, user: UserId, before: Timestamp) -> Result<(), Error> {
    tx.run(PRUNE_OF, args![&user, before]).map(|_| ())
}

/// The same of all users, at most so many; says how many.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(PRUNE, args![before, limit])
}
