//! Users: people of an organization, or of one of its customers. (The table is `member`; `user` is a reserved word.)

use crate::action::in_tree;
use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::event::Event;
use model::id::{CustomerId, Identity, OrganizationId, UserId};
use model::organization;
use model::role::Role;
use model::scope::Scope;
use model::time::Timestamp;
use serde_json::{Value, json};

macro_rules! members {
    () => {
        "SELECT m.*, o.name AS organization, o.kind, o.parent_id
        FROM member AS m JOIN organization AS o ON o.id = m.organization_id "
    };
}

/// $3: all; or those of the customer $4. $5: all; or those of the organization $6. $7: a pattern.
macro_rules! listed {
    () => {
        " AND ($3 OR customer_id = $4) AND ($5 OR organization_id = $6) AND searched LIKE $7 ESCAPE '!'"
    };
}

statements! {
    INSERT = "INSERT INTO member (id, organization_id, customer_id, email, name, searched, role, password_hash, failures, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 1, $9) ON CONFLICT (email) DO NOTHING RETURNING number";
    ALL = concat!(members!(), "WHERE ", in_tree!(), " ORDER BY m.number");
    BY_ID = concat!(members!(), "WHERE ", in_tree!(), " AND m.id = $3");
    BY_NUMBER = concat!(members!(), "WHERE ", in_tree!(), " AND m.number = $3");
    BY_EMAIL = concat!(members!(), "WHERE ", in_tree!(), " AND m.email = $3");
    SEEN = concat!(members!(), "WHERE ", in_tree!(), listed!(), " ORDER BY m.number LIMIT $8 OFFSET $9");
    COUNT_SEEN = concat!("SELECT count(*) AS n FROM member WHERE ", in_tree!(), listed!());
    NAMED = concat!(members!(), "WHERE m.email = $1");
    LOCK = "UPDATE member SET version = version WHERE id = $1";
    WHOLE = concat!(members!(), "WHERE m.id = $1");
    SAVE = "UPDATE member SET password_hash = $2, totp = $3, totp_step = $4, disabled_at = $5, failures = $6, locked_until = $7,
            version = version + 1 WHERE id = $1 RETURNING version";
    TELL = "UPDATE member SET version = version + 1 WHERE id = $1 RETURNING version";
    /// By whichever of both it was named.
    CUSTOMER = "SELECT id FROM customer WHERE organization_id = $1 AND (id = $2 OR number = $3)";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub number: i64,
    pub id: UserId,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub organization_kind: organization::Kind,
    /// Whether its organization is the root operator.
    pub root: bool,
    /// It is a user of this customer, and sees nothing else.
    pub customer: Option<CustomerId>,
    /// Lower case; unique over the installation.
    pub email: String,
    pub name: Option<String>,
    pub role: Role,
    /// Whether a code of the authenticator is needed to sign in.
    pub two_factor: bool,
    pub disabled: Option<Timestamp>,
    pub created: Timestamp,
}

/// By what a sign-in is judged. No `Debug`: secrets.
#[derive(Clone, PartialEq)]
pub struct Credentials {
    pub password_hash: String,
    sealed_totp: Option<Vec<u8>>,
    /// The time step whose code was accepted last.
    pub totp_step: Option<i64>,
    /// Wrong sign-ins in a row.
    pub failures: u32,
    /// Until then none is looked at.
    pub locked_until: Option<Timestamp>,
}

impl Credentials {
    /// The secret of the authenticator.
    pub fn totp(&self, vault: &Vault) -> Result<Option<Vec<u8>>, Error> {
        self.sealed_totp.as_ref().map(|sealed| vault.open(sealed)).transpose()
    }

    /// Another secret, or none; no code of it was accepted yet.
    pub fn set_totp(&mut self, vault: &Vault, secret: Option<&[u8]>) -> Result<(), Error> {
        self.sealed_totp = secret.map(|secret| vault.seal(secret)).transpose()?;
        self.totp_step = None;
        Ok(())
    }
}

/// What a new user is.
pub struct New<'a> {
    pub organization: OrganizationId,
    pub customer: Option<CustomerId>,
    /// Lower case.
    pub email: &'a str,
    pub name: Option<&'a str>,
    pub role: Role,
    pub password_hash: &'a str,
}

/// Which users are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub organization: Option<OrganizationId>,
    /// Stands in address or name, in any case.
    pub text: Option<String>,
}

fn read(row: Row<'_>) -> Result<Member, Error> {
    Ok(Member {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        organization_name: row.get("organization")?,
        organization_kind: row.word("kind")?,
        root: row.get::<Option<OrganizationId>>("parent_id")?.is_none(),
        customer: row.get("customer_id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.word("role")?,
        two_factor: row.get::<Option<Vec<u8>>>("totp")?.is_some(),
        disabled: row.get("disabled_at")?,
        created: row.get("created_at")?,
    })
}

fn read_both(row: Row<'_>) -> Result<(Member, Credentials), Error> {
    let credentials = Credentials {
        password_hash: row.get("password_hash")?,
        sealed_totp: row.get("totp")?,
        totp_step: row.get("totp_step")?,
        failures: row.count("failures")?.unwrap_or_default(),
        locked_until: row.get("locked_until")?,
    };
    Ok((read(row)?, credentials))
}

/// None: the address is taken.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<Option<i64>, Error> {
    let (id, now): (UserId, _) = (tx.identity()?, tx.now());
    let searched = format!("{} {}", new.email, new.name.unwrap_or_default()).to_lowercase();
    let number = tx.insert_new(
        INSERT,
        args![
            &id,
            &new.organization,
            new.customer.as_ref(),
            new.email,
            new.name,
            &searched,
            new.role.word(),
            new.password_hash,
            now
        ],
    )?;
    if let Some(number) = number {
        let data = json!({"number": number, "role": new.role, "customer": new.customer});
        event(tx, "user.created", id, 1, new.organization, data)?;
    }
    Ok(number)
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: UserId,
    sequence: i64,
    organization: OrganizationId,
    data: Value,
) -> Result<(), Error> {
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate: "user", aggregate_id, sequence, organization, data },
    )
}

/// Users of the organization and of those below it.
pub fn all(tx: &mut Tx<'_>, scope: Scope) -> Result<Vec<Member>, Error> {
    tx.all(ALL, args![scope.everything, &scope.organization], read)
}

pub fn by_id(tx: &mut Tx<'_>, scope: Scope, id: UserId) -> Result<Option<Member>, Error> {
    tx.first(BY_ID, args![scope.everything, &scope.organization, &id], read)
}

pub fn by_number(tx: &mut Tx<'_>, scope: Scope, number: i64) -> Result<Option<Member>, Error> {
    tx.first(BY_NUMBER, args![scope.everything, &scope.organization, number], read)
}

pub fn by_email(tx: &mut Tx<'_>, scope: Scope, email: &str) -> Result<Option<Member>, Error> {
    tx.first(BY_EMAIL, args![scope.everything, &scope.organization, email], read)
}

/// Those that a filter lets through, and how many there are in all.
pub fn seen(
    tx: &mut Tx<'_>,
    scope: Scope,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Member>, i64), Error> {
    let pattern = pattern(filter.text.as_deref().unwrap_or_default());
    let nobody = CustomerId::from_bytes([0; 16]);
    let customer = filter.customer.as_ref();
    let organization = filter.organization.as_ref();
    let (all_customers, customer) = (customer.is_none(), customer.unwrap_or(&nobody));
    let (all_organizations, organization) =
        (organization.is_none(), organization.unwrap_or(&scope.organization));
    let (everything, above) = (scope.everything, &scope.organization);
    let total = tx.one(
        COUNT_SEEN,
        args![everything, above, all_customers, customer, all_organizations, organization, &pattern],
        |row| row.get("n"),
    )?;
    let page = tx.all(
        SEEN,
        args![
            everything,
            above,
            all_customers,
            customer,
            all_organizations,
            organization,
            &pattern,
            limit,
            offset
        ],
        read,
    )?;
    Ok((page, total))
}

/// What LIKE finds the text anywhere with.
fn pattern(text: &str) -> String {
    let mut out = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '!' | '%' | '_') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// For somebody who signs in with that address.
pub fn signing_in(tx: &mut Tx<'_>, email: &str) -> Result<Option<(Member, Credentials)>, Error> {
    tx.first(NAMED, args![email], read_both)
}

/// Whoever holds a token, of whatever organization.
pub fn holder(tx: &mut Tx<'_>, id: UserId) -> Result<Option<Member>, Error> {
    tx.first(WHOLE, args![&id], read)
}

/// A user with the row's lock.
pub fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<Option<(Member, Credentials)>, Error> {
    if tx.run(LOCK, args![&id])? == 0 {
        return Ok(None);
    }
    tx.first(WHOLE, args![&id], read_both)
}

/// Writes what changed of a user whose lock this transaction holds: the credentials, and whether it is disabled.
pub fn save(
    tx: &mut Tx<'_>,
    member: &Member,
    credentials: &Credentials,
    kind: &'static str,
    data: Value,
) -> Result<(), Error> {
    let version = tx.one(
        SAVE,
        args![
            &member.id,
            &credentials.password_hash,
            credentials.sealed_totp.as_ref(),
            credentials.totp_step,
            member.disabled,
            i64::from(credentials.failures),
            credentials.locked_until
        ],
        |row| row.get("version"),
    )?;
    event(tx, kind, member.id, version, member.organization, data)
}

/// An event of a user of whom nothing else changes.
pub fn tell(tx: &mut Tx<'_>, member: &Member, kind: &'static str, data: Value) -> Result<(), Error> {
    let version = tx.one(TELL, args![&member.id], |row| row.get("version"))?;
    event(tx, kind, member.id, version, member.organization, data)
}

/// A customer of the organization's own, by its id or number as text.
pub fn customer(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    named: &str,
) -> Result<Option<CustomerId>, Error> {
    let id = named.parse().unwrap_or(CustomerId::from_bytes([0; 16]));
    let number: i64 = named.parse().unwrap_or_default();
    tx.first(CUSTOMER, args![&organization, &id, number], |row| row.get("id"))
}
