//! Bulk qualifications: the chunks of a caller's file and of its result, the places that a key has, and the actions
//! that work on them. What stands in a chunk is packed and sealed by [`crate::pack`].

use crate::action::{in_tree, read};
use crate::{Error, Tx, args, statements};
use model::action::Action;
use model::id::{ActionId, CarrierId, KeyId};
use model::scope::Scope;
use model::time::Timestamp;

statements! {
    /// Two requests of one key wait for each other.
    LOCK_KEY = "UPDATE api_key SET version = version WHERE id = $1";
    /// An action that is open is due. key, no carrier, uploads since
    TAKEN = "SELECT (SELECT count(*) FROM action WHERE carrier_id = $2 AND driver = 'house' AND due_at IS NOT NULL AND key_id = $1)
        + (SELECT count(*) FROM bulk_upload WHERE key_id = $1 AND created_at > $3) AS n";
    BEGIN = "INSERT INTO bulk_upload (id, key_id, created_at) VALUES ($1, $2, $3)";
    RELEASE = "UPDATE bulk_upload SET key_id = NULL WHERE id = $1";
    END = "DELETE FROM bulk_upload WHERE id = $1";
    STALE = "SELECT id FROM bulk_upload WHERE created_at < $1 LIMIT $2";
    PUT = "INSERT INTO bulk_chunk (action_id, part, position, content, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (action_id, part, position) DO UPDATE SET content = excluded.content";
    NEXT = "SELECT position, content FROM bulk_chunk WHERE action_id = $1 AND part = $2 AND position > $3 ORDER BY position LIMIT 1";
    DISCARD = "DELETE FROM bulk_chunk WHERE number IN (SELECT number FROM bulk_chunk WHERE action_id = $1 LIMIT $2)";
    SEEN = concat!("SELECT * FROM action WHERE ", in_tree!(), " AND id = $3 AND operation = 'bulk'");
    ALL = "SELECT * FROM action WHERE operation = 'bulk' AND number < $1 ORDER BY number DESC LIMIT $2";
    /// Of its own, so that the index by organization is used.
    LIST = "SELECT * FROM action WHERE organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = $1)
        AND operation = 'bulk' AND number < $2 ORDER BY number DESC LIMIT $3";
    /// Numbers rise with time: looking at the lowest is enough.
    PRUNE = "DELETE FROM bulk_chunk WHERE created_at < $1 AND number IN (SELECT number FROM bulk_chunk ORDER BY number LIMIT $2)";
}

/// Which of the two files a chunk is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the caller sent.
    File,
    Result,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Part::File => "file",
            Part::Result => "result",
        }
    }
}

/// How many places of a key are taken: by actions that are open and by files that have been coming in since a moment.
/// Until the transaction ends nobody else counts this key's.
pub fn taken(tx: &mut Tx<'_>, key: KeyId, since: Timestamp) -> Result<i64, Error> {
    tx.run(LOCK_KEY, args![&key])?;
    tx.one(TAKEN, args![&key, &CarrierId::NONE, since], |row| row.get("n"))
}

/// A file begins to come in.
pub fn begin(tx: &mut Tx<'_>, id: ActionId, key: Option<KeyId>) -> Result<(), Error> {
    let now = tx.now();
    tx.run(BEGIN, args![&id, key.as_ref(), now]).map(|_| ())
}

/// It is given up: its key's place is free, and what there is of it is still to be discarded.
pub fn release(tx: &mut Tx<'_>, id: ActionId) -> Result<(), Error> {
    tx.run(RELEASE, args![&id]).map(|_| ())
}

/// It has come in, or was discarded. False: it was before.
pub fn end(tx: &mut Tx<'_>, id: ActionId) -> Result<bool, Error> {
    Ok(tx.run(END, args![&id])? > 0)
}

/// Files that began to come in before a moment and never did.
pub fn stale(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<ActionId>, Error> {
    tx.all(STALE, args![before, limit], |row| row.get("id"))
}

/// Stores a chunk; one that stands there already gives way.
pub fn put(tx: &mut Tx<'_>, id: ActionId, part: Part, position: i64, content: &Vec<u8>) -> Result<(), Error> {
    let now = tx.now();
    tx.run(PUT, args![&id, part.word(), position, content, now]).map(|_| ())
}

/// The chunk after a position, with its own.
pub fn next(tx: &mut Tx<'_>, id: ActionId, part: Part, after: i64) -> Result<Option<(i64, Vec<u8>)>, Error> {
    tx.first(NEXT, args![&id, part.word(), after], |row| Ok((row.get("position")?, row.get("content")?)))
}

/// Deletes chunks of both files, at most `limit`; says how many.
pub fn discard(tx: &mut Tx<'_>, id: ActionId, limit: i64) -> Result<u64, Error> {
    tx.run(DISCARD, args![&id, limit])
}

/// A bulk qualification by its id, if the scope may see it.
pub fn seen(tx: &mut Tx<'_>, scope: Scope, id: ActionId) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(SEEN, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// Those that the scope may see below a number, the newest first.
pub fn list(tx: &mut Tx<'_>, scope: Scope, below: i64, limit: i64) -> Result<Vec<Action>, Error> {
    let vault = tx.vault();
    if scope.everything {
        return tx.all(ALL, args![below, limit], |row| read(row, vault));
    }
    tx.all(LIST, args![&scope.organization, below, limit], |row| read(row, vault))
}

/// Forgets chunks that were stored before a moment, at most `limit`; says how many.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(PRUNE, args![before, limit])
}
