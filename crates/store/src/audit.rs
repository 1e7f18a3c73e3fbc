//! Who read personal data: rows that are only appended, each hashed with the one before it, so that none can be changed or
//! taken out unseen.

use crate::{Error, Tx, args, statements};
use model::id::{Identity, KeyId, OrganizationId, UserId};
use sha2::{Digest, Sha256};

/// The one head of the chain.
const HEAD: &str = "audit";

statements! {
    BEGIN = "INSERT INTO audit_head (name, chain) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    /// Takes the row's lock.
    LOCK = "UPDATE audit_head SET chain = chain WHERE name = $1 RETURNING chain";
    MOVE = "UPDATE audit_head SET chain = $2 WHERE name = $1";
    CHAIN = "SELECT chain FROM audit_head WHERE name = $1";
    INSERT = "INSERT INTO audit (organization_id, key_id, user_id, what, objects, chain, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT organization_id, key_id, user_id, what, objects, chain, created_at FROM audit ORDER BY number";
}

/// Who did what to which objects.
pub struct Entry<'a> {
    pub organization: OrganizationId,
    pub key: Option<KeyId>,
    pub user: Option<UserId>,
    pub what: &'static str,
    pub objects: &'a [String],
}

pub fn write(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(), Error> {
    let (now, objects) = (tx.now(), serde_json::json!(entry.objects).to_string());
    tx.run(BEGIN, args![HEAD, [0u8; 32].as_slice()])?;
    let before: Vec<u8> = tx.one(LOCK, args![HEAD], |row| row.get("chain"))?;
    let key = entry.key.as_ref().map(|key| key.bytes().to_vec());
    let user = entry.user.as_ref().map(|user| user.bytes().to_vec());
    let chain = linked(&before, entry.organization.bytes(), &key, &user, entry.what, &objects, now.micros());
    tx.run(MOVE, args![HEAD, chain.as_slice()])?;
    tx.run(
        INSERT,
        args![
            &entry.organization,
            entry.key.as_ref(),
            entry.user.as_ref(),
            entry.what,
            objects.as_str(),
            chain.as_slice(),
            now
        ],
    )
    .map(|_| ())
}

fn linked(
    before: &[u8],
    organization: &[u8],
    key: &Option<Vec<u8>>,
    user: &Option<Vec<u8>>,
    what: &str,
    objects: &str,
    at: i64,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let none = Vec::new();
    let (key, user) = (key.as_ref().unwrap_or(&none), user.as_ref().unwrap_or(&none));
    for part in [before, organization, key, user, what.as_bytes(), objects.as_bytes(), &at.to_be_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The number of rows, counted from 1, of the first that does not follow from the one before it; 0: the last ones are gone; None: all do.
pub fn broken(tx: &mut Tx<'_>) -> Result<Option<u64>, Error> {
    let rows = tx.all(ALL, &[], |row| {
        let organization: OrganizationId = row.get("organization_id")?;
        let (key, user): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get("key_id")?, row.get("user_id")?);
        let (what, objects): (String, String) = (row.get("what")?, row.get("objects")?);
        let at: i64 = row.get("created_at")?;
        Ok((organization, key, user, what, objects, at, row.get::<Vec<u8>>("chain")?))
    })?;
    let mut before = vec![0u8; 32];
    for (at, (organization, key, user, what, objects, moment, chain)) in (1..).zip(rows) {
        if linked(&before, organization.bytes(), &key, &user, &what, &objects, moment).as_slice() != chain {
            return Ok(Some(at));
        }
        before = chain;
    }
    let head = tx.first(CHAIN, args![HEAD], |row| row.get::<Vec<u8>>("chain"))?;
    Ok((head.unwrap_or_else(|| vec![0u8; 32]) != before).then_some(0))
}
