//! Answers that were given once and are given again: the row commits with the effect. Bodies are
//! sealed: what a caller is told may name a customer.

use crate::{Error, Tx, args, statements};
use model::id::{Identity, OrganizationId};
use sha2::{Digest, Sha256};

statements! {
    CLAIM = "INSERT INTO idempotency (digest, body_hash, status, headers, body, created_at)
        VALUES ($1, $2, 0, '', $3, $4) ON CONFLICT (digest) DO NOTHING RETURNING number";
    FILL = "UPDATE idempotency SET status = $2, headers = $3, body = $4 WHERE number = $1";
    GET = "SELECT body_hash, status, headers, body FROM idempotency WHERE digest = $1";
    /// Numbers rise with time: looking at the lowest is enough.
    PRUNE = "DELETE FROM idempotency WHERE created_at < $1 AND number IN (SELECT number FROM idempotency ORDER BY number LIMIT $2)";
}

/// A key of one organization for one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub organization: OrganizationId,
    /// Dialect and path, for example `comparetech POST /coverage`.
    pub operation: &'static str,
    pub key: String,
    /// SHA-256 of the body with sorted members.
    pub body_hash: [u8; 32],
}

impl Key {
    /// What stands for it in the store: short, because the index over all keys of 400 days is the one
    /// place that every order writes to at random. 128 bits of SHA-256; only an organization's own keys
    /// could be made to meet.
    fn digest(&self) -> [u8; 16] {
        let hash = Sha256::new()
            .chain_update(self.organization.bytes())
            .chain_update(self.operation)
            .chain_update([0])
            .chain_update(&self.key)
            .finalize();
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash[..16]);
        digest
    }
}

/// An answer as it went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// `name: value` lines.
    pub headers: String,
    pub body: Vec<u8>,
}

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing did: it is this transaction's now, to be filled before it commits. The row's number.
    Fresh(i64),
    /// The same request was answered so.
    Answered(Answer),
    /// Another body stands under this key.
    Mismatch,
}

/// Takes the key or says what stands there; waits for a transaction that has it but is not done.
pub fn claim(tx: &mut Tx<'_>, key: &Key) -> Result<Claim, Error> {
    let (now, digest) = (tx.now(), key.digest());
    let claimed = args![digest.as_slice(), key.body_hash.as_slice(), b"".as_slice(), now];
    if let Some(number) = tx.insert_new(CLAIM, claimed)? {
        return Ok(Claim::Fresh(number));
    }
    get(tx, key)?.ok_or_else(|| Error::Internal("a key that was taken is gone".into()))
}

/// Says what stands under the key, if anything does; takes nothing.
pub fn get(tx: &mut Tx<'_>, key: &Key) -> Result<Option<Claim>, Error> {
    let vault = tx.vault();
    let known = tx.first(GET, args![key.digest().as_slice()], |row| {
        let status = row.get::<i64>("status")?;
        let status = u16::try_from(status).map_err(|_| Error::Corrupt("column status".into()))?;
        let body = match status {
            // Committed without an answer: there is none to open.
            0 => Vec::new(),
            _ => vault.open(&row.get::<Vec<u8>>("body")?)?,
        };
        Ok((row.get::<Vec<u8>>("body_hash")?, Answer { status, headers: row.get("headers")?, body }))
    })?;
    Ok(known.map(|(hash, answer)| match hash == key.body_hash {
        true => Claim::Answered(answer),
        false => Claim::Mismatch,
    }))
}

/// Writes the answer into a row claimed in this transaction.
pub fn fill(tx: &mut Tx<'_>, number: i64, answer: &Answer) -> Result<(), Error> {
    let body = tx.vault().seal(&answer.body)?;
    tx.run(FILL, args![number, i64::from(answer.status), &answer.headers, &body]).map(|_| ())
}

/// Forgets keys claimed before a moment, at most `limit`; says how many.
pub fn prune(tx: &mut Tx<'_>, before: model::time::Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(PRUNE, args![before, limit])
}
