//! End customers: personal data, sealed. Those that have an e-mail address of their own are found by its digest.

use crate::action::in_tree;
use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::event::Event;
use model::id::{CustomerId, Identity, OrganizationId};
use model::order::Person;
use model::scope::Scope;
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO customer (id, organization_id, person, email_digest, version, created_at, updated_at) VALUES ($1, $2, $3, $4, 1, $5, $5)
        ON CONFLICT DO NOTHING RETURNING number";
    BY_ID = concat!("SELECT * FROM customer WHERE ", in_tree!(), " AND id = $3");
    /// Takes the row's lock.
    LOCK = concat!("UPDATE customer SET version = version WHERE ", in_tree!(), " AND id = $3 RETURNING *");
    PERSON = "SELECT person FROM customer WHERE id = $1";
    ORGANIZATION = "SELECT organization_id FROM customer WHERE id = $1";
    BY_EMAIL = concat!("SELECT * FROM customer WHERE ", in_tree!(), " AND email_digest = $3 ORDER BY number LIMIT $4 OFFSET $5");
    COUNT_BY_EMAIL = concat!("SELECT count(*) AS n FROM customer WHERE ", in_tree!(), " AND email_digest = $3");
    OWN_BY_EMAIL = "SELECT * FROM customer WHERE organization_id = $1 AND email_digest = $2";
    TAKEN = "SELECT 1 AS one FROM customer WHERE organization_id = $1 AND email_digest = $2 AND id <> $3";
    SAVE = "UPDATE customer SET person = $2, email_digest = $3, version = version + 1, updated_at = $4 WHERE id = $1 RETURNING version";
}

/// A customer as it is kept. No `Debug`: personal data.
#[derive(Clone, PartialEq)]
pub struct Customer {
    pub number: i64,
    pub id: CustomerId,
    pub organization: OrganizationId,
    pub person: Person,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Sealed and digested outside of the transaction.
#[derive(Clone)]
pub struct Sealed {
    pub person: Vec<u8>,
    /// None: it is not found by its e-mail address, and may have one that others have.
    pub email: Option<[u8; 32]>,
}

impl Sealed {
    /// `by_email`: no two customers of an organization have this e-mail address.
    pub fn new(vault: &Vault, person: &Person, by_email: bool) -> Result<Self, Error> {
        Ok(Self { person: vault.seal_json(person)?, email: by_email.then(|| email(vault, &person.email)) })
    }
}

/// E-mail addresses are compared in any case, without outer spaces.
pub fn email(vault: &Vault, address: &str) -> [u8; 32] {
    vault.digest("email", &address.trim().to_lowercase())
}

/// None: the organization has a customer with this e-mail address.
pub fn insert(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    sealed: &Sealed,
) -> Result<Option<CustomerId>, Error> {
    let id = tx.identity()?;
    insert_as(tx, id, organization, sealed)
}

/// The same under an id that is fixed from outside.
pub fn insert_as(
    tx: &mut Tx<'_>,
    id: CustomerId,
    organization: OrganizationId,
    sealed: &Sealed,
) -> Result<Option<CustomerId>, Error> {
    let now = tx.now();
    let email = sealed.email.as_ref().map(<[u8; 32]>::as_slice);
    let Some(number) = tx.insert_new(INSERT, args![&id, &organization, &sealed.person, email, now])? else {
        return Ok(None);
    };
    event(tx, "customer.created", id, 1, organization, serde_json::json!({"number": number}))?;
    Ok(Some(id))
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: CustomerId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate: "customer", aggregate_id, sequence, organization, data },
    )
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Customer, Error> {
    Ok(Customer {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        person: vault.open_json(&row.get::<Vec<u8>>("person")?)?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

/// A customer of the organization or one below it.
pub fn by_id(tx: &mut Tx<'_>, scope: Scope, id: CustomerId) -> Result<Option<Customer>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// What a customer is called.
pub fn name(tx: &mut Tx<'_>, id: CustomerId) -> Result<Option<String>, Error> {
    let vault = tx.vault();
    let person =
        tx.first(PERSON, args![&id], |row| vault.open_json::<Person>(&row.get::<Vec<u8>>("person")?))?;
    Ok(person.map(|person| {
        let names = [person.first_name, person.last_name];
        names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
    }))
}

/// Whose customer it is. For those who ask whether they may act for it.
pub fn organization(tx: &mut Tx<'_>, id: CustomerId) -> Result<Option<OrganizationId>, Error> {
    tx.first(ORGANIZATION, args![&id], |row| row.get("organization_id"))
}

/// The same, with the row's lock.
pub fn lock(tx: &mut Tx<'_>, scope: Scope, id: CustomerId) -> Result<Option<Customer>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// Those with an e-mail address, and how many there are in all.
pub fn by_email(
    tx: &mut Tx<'_>,
    scope: Scope,
    email: &[u8; 32],
    (limit, offset): (i64, i64),
) -> Result<(Vec<Customer>, i64), Error> {
    let (vault, email) = (tx.vault(), email.as_slice());
    let (everything, organization) = (scope.everything, &scope.organization);
    let page =
        tx.all(BY_EMAIL, args![everything, organization, email, limit, offset], |row| read(row, vault))?;
    let total = tx.one(COUNT_BY_EMAIL, args![everything, organization, email], |row| row.get("n"))?;
    Ok((page, total))
}

/// The organization's own customer with this e-mail address.
pub fn own_by_email(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    email: &[u8; 32],
) -> Result<Option<Customer>, Error> {
    let vault = tx.vault();
    tx.first(OWN_BY_EMAIL, args![&organization, email.as_slice()], |row| read(row, vault))
}

/// Writes what changed of a customer whose lock this transaction holds. False, or a conflict where both came at once: another one of its organization has the e-mail address.
pub fn save(tx: &mut Tx<'_>, customer: &Customer, sealed: &Sealed) -> Result<bool, Error> {
    let (id, now) = (customer.id, tx.now());
    let email = sealed.email.as_ref().map(<[u8; 32]>::as_slice);
    if email.is_some() && tx.first(TAKEN, args![&customer.organization, email, &id], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    let version = tx.one(SAVE, args![&id, &sealed.person, email, now], |row| row.get("version"))?;
    let data = serde_json::json!({"number": customer.number});
    event(tx, "customer.changed", id, version, customer.organization, data)?;
    Ok(true)
}
