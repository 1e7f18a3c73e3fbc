//! Documents attached to accounts: name and content are sealed.

use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::document::Kind;
use model::id::{AccountId, DocumentId};
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO document (id, account_id, kind, name, size, content, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING number";
    OF = "SELECT number, id, kind, name, size, created_at FROM document WHERE account_id = $1 ORDER BY number";
    COUNT = "SELECT count(*) AS n FROM document WHERE account_id = $1";
    BY_ID = "SELECT number, id, kind, name, size, created_at, content FROM document WHERE account_id = $1 AND id = $2";
    DELETE = "DELETE FROM document WHERE account_id = $1 AND id = $2";
}

/// A document without its content. No `Debug`: its name may name people.
#[derive(Clone, PartialEq)]
pub struct Document {
    pub number: i64,
    pub id: DocumentId,
    pub kind: Kind,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub created: Timestamp,
}

/// A document to be kept, sealed outside of the transaction.
#[derive(Clone)]
pub struct Sealed {
    kind: Kind,
    name: Vec<u8>,
    size: i64,
    content: Vec<u8>,
}

impl Sealed {
    pub fn new(vault: &Vault, kind: Kind, name: &str, content: &[u8]) -> Result<Self, Error> {
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        Ok(Self { kind, name: vault.seal(name.as_bytes())?, size, content: vault.seal(content)? })
    }
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Document, Error> {
    let name = vault.open(&row.get::<Vec<u8>>("name")?)?;
    Ok(Document {
        number: row.get("number")?,
        id: row.get("id")?,
        kind: row.word("kind")?,
        name: String::from_utf8_lossy(&name).into_owned(),
        size: row.get("size")?,
        created: row.get("created_at")?,
    })
}

/// Keeps a document of an account whose lock this transaction holds.
pub fn insert(tx: &mut Tx<'_>, account: AccountId, sealed: &Sealed) -> Result<DocumentId, Error> {
    let (id, now): (DocumentId, _) = (tx.identity()?, tx.now());
    tx.insert(
        INSERT,
        args![&id, &account, sealed.kind.word(), &sealed.name, sealed.size, &sealed.content, now],
    )?;
    Ok(id)
}

/// Those of an account, in the order in which they came.
pub fn of(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Document>, Error> {
    let vault = tx.vault();
    tx.all(OF, args![&account], |row| read(row, vault))
}

/// How many an account has.
pub fn count(tx: &mut Tx<'_>, account: AccountId) -> Result<i64, Error> {
    tx.one(COUNT, args![&account], |row| row.get("n"))
}

/// A document of an account, and what is in it.
pub fn by_id(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: DocumentId,
) -> Result<Option<(Document, Vec<u8>)>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![&account, &id], |row| {
        Ok((read(row, vault)?, vault.open(&row.get::<Vec<u8>>("content")?)?))
    })
}

/// False: there is none.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: DocumentId) -> Result<bool, Error> {
    Ok(tx.run(DELETE, args![&account, &id])? == 1)
}
