//! Accounts: lines ordered from an offer. What names people is sealed.

use crate::quote_request::{in_reach, pattern, reach};
use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::account::{State, Stored, Wish};
use model::event::Event;
use model::id::{AccountId, ActionId, CustomerId, Identity, OrganizationId};
use model::scope::Reach;
use model::time::Timestamp;

macro_rules! wanted {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM account WHERE ",
            in_reach!(),
            " AND ($5 OR organization_id = $6) AND ($7 OR customer_id = $8) AND ($9 = '' OR state = $9) AND ($10 = '' OR wish = $10)
            AND ($11 = '' OR search LIKE $11 ESCAPE '!')
            AND ($12 OR (state = 'ACTIVE' OR (state = 'CANCELLED' AND activated_at IS NOT NULL AND ends_at > $14)) = $13)"
        )
    };
}

statements! {
    INSERT = "INSERT INTO account (id, organization_id, customer_id, seller_id, carrier_id, request_id, order_id, kind, product_id, code, details,
            search, state, wish, user_id, key_id, starts_at, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18, $18)
        ON CONFLICT (request_id) DO NOTHING RETURNING number";
    BY_ID = concat!("SELECT * FROM account WHERE ", in_reach!(), " AND id = $5");
    ANY = "UPDATE account SET version = version WHERE id = $1 RETURNING *";
    /// Takes the row's lock.
    LOCK = concat!("UPDATE account SET version = version WHERE ", in_reach!(), " AND id = $5 RETURNING *");
    SAVE = "UPDATE account SET product_id = $2, code = $3, details = $4, search = $5, state = $6, wish = $7, service_id = $8, starts_at = $9,
            ends_at = $10, activated_at = $11, version = version + 1, updated_at = $12 WHERE id = $1 RETURNING version";
    /// False where another one has it: the index refuses it.
    TAKE_ADDRESS = "UPDATE account SET ip_address = $2 WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM account WHERE seller_id = $3 AND ip_address = $2 AND id <> $1)";
    RELEASE_ADDRESS = "UPDATE account SET ip_address = NULL WHERE id = $1";
    /// Those that wait for a moment of it look again.
    WAKE = "UPDATE action SET due_at = $2, ready_at = CASE WHEN due_at IS NULL OR due_at > $2 THEN 0 ELSE ready_at END
        WHERE state NOT IN ('done', 'canceled') AND id IN (SELECT action_id FROM account_action WHERE account_id = $1)";
    PLAN = "INSERT INTO account_action (account_id, action_id) VALUES ($1, $2)";
    LIST = concat!(wanted!("*"), " ORDER BY number DESC LIMIT $15 OFFSET $16");
    COUNT = wanted!("count(*) AS n");
}

fn event(tx: &mut Tx<'_>, kind: &'static str, account: &Stored, sequence: i64) -> Result<(), Error> {
    let data = serde_json::json!({
        "number": account.number, "state": account.state, "change": account.wish, "request": account.request,
        "order": account.order,
    });
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "account",
            aggregate_id: *account.id.bytes(),
            sequence,
            organization: account.organization,
            data,
        },
    )
}

/// Inserts an account; its number is set. False: its request has become one already.
pub fn insert(tx: &mut Tx<'_>, account: &mut Stored) -> Result<bool, Error> {
    let details = tx.vault().seal_json(&account.details)?;
    let number = tx.insert_new(
        INSERT,
        args![
            &account.id,
            &account.organization,
            account.customer.as_ref(),
            &account.seller,
            &account.carrier,
            &account.request,
            &account.order,
            account.kind.word(),
            &account.product,
            &account.code,
            &details,
            &search(account),
            account.state.word(),
            account.wish.word(),
            account.user.as_ref(),
            account.key.as_ref(),
            account.starts,
            account.created,
        ],
    )?;
    let Some(number) = number else { return Ok(false) };
    account.number = number;
    event(tx, "account.created", account, 1)?;
    Ok(true)
}

/// What a list is filtered by, folded.
fn search(account: &Stored) -> String {
    let details = &account.details;
    let places = [Some(&details.address), details.address2.as_ref()].into_iter().flatten();
    let texts = places
        .flat_map(|place| [Some(place.text.as_str()), place.postcode.as_deref(), place.city.as_deref()]);
    let named = [&details.reference, &details.circuit, &details.name].map(|text| text.as_deref());
    let all: Vec<&str> = texts.chain(named).flatten().collect();
    model::product::folded(&all.join(" "))
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Stored, Error> {
    Ok(Stored {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        customer: row.get("customer_id")?,
        seller: row.get("seller_id")?,
        carrier: row.get("carrier_id")?,
        request: row.get("request_id")?,
        order: row.get("order_id")?,
        service: row.get("service_id")?,
        kind: row.word("kind")?,
        product: row.get("product_id")?,
        code: row.get("code")?,
        details: vault.open_json(&row.get::<Vec<u8>>("details")?)?,
        state: row.word("state")?,
        wish: row.word("wish")?,
        user: row.get("user_id")?,
        key: row.get("key_id")?,
        starts: row.get("starts_at")?,
        ends: row.get("ends_at")?,
        activated: row.get("activated_at")?,
        version: row.get("version")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

pub fn by_id(tx: &mut Tx<'_>, reach: Reach, id: AccountId) -> Result<Option<Stored>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, reach!(reach, &CustomerId::NONE, &id), |row| read(row, vault))
}

/// The same, with the row's lock.
pub fn lock(tx: &mut Tx<'_>, reach: Reach, id: AccountId) -> Result<Option<Stored>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, reach!(reach, &CustomerId::NONE, &id), |row| read(row, vault))
}

/// For the hub's own procedures: without a scope.
pub fn lock_any(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Stored>, Error> {
    let vault = tx.vault();
    tx.first(ANY, args![&id], |row| read(row, vault))
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Changed,
    Confirmed,
    Activated,
    /// Another product took the place of its own.
    ProductChanged,
    Cancelled,
    /// Its end was taken back.
    Kept,
    Ended,
}

impl Happened {
    fn kind(self) -> &'static str {
        match self {
            Happened::Changed => "account.changed",
            Happened::Confirmed => "account.confirmed",
            Happened::Activated => "account.activated",
            Happened::ProductChanged => "account.product_changed",
            Happened::Cancelled => "account.cancelled",
            Happened::Kept => "account.kept",
            Happened::Ended => "account.ended",
        }
    }
}

/// Writes back an account whose lock this transaction holds.
pub fn save(tx: &mut Tx<'_>, account: &mut Stored, what: Happened) -> Result<(), Error> {
    account.updated = tx.now();
    let details = tx.vault().seal_json(&account.details)?;
    account.version = tx.one(
        SAVE,
        args![
            &account.id,
            &account.product,
            &account.code,
            &details,
            &search(account),
            account.state.word(),
            account.wish.word(),
            account.service.as_ref(),
            account.starts,
            account.ends,
            account.activated,
            account.updated,
        ],
        |row| row.get("version"),
    )?;
    event(tx, what.kind(), account, account.version)
}

/// Gives an address of the network's to an account. False, or a conflict where both came at once: another account of
/// the same seller has it.
pub fn take_address(
    tx: &mut Tx<'_>,
    id: AccountId,
    seller: OrganizationId,
    address: &str,
) -> Result<bool, Error> {
    Ok(tx.run(TAKE_ADDRESS, args![&id, address, &seller])? == 1)
}

/// Gives it back.
pub fn release_address(tx: &mut Tx<'_>, id: AccountId) -> Result<(), Error> {
    tx.run(RELEASE_ADDRESS, args![&id]).map(|_| ())
}

/// Notes that an action waits for a moment of an account.
pub fn plan(tx: &mut Tx<'_>, id: AccountId, action: ActionId) -> Result<(), Error> {
    tx.run(PLAN, args![&id, &action]).map(|_| ())
}

/// Lets the actions that wait for moments of an account look at it now.
pub fn wake_actions(tx: &mut Tx<'_>, id: AccountId) -> Result<(), Error> {
    let now = tx.now();
    tx.run(WAKE, args![&id, now]).map(|_| ())
}

/// Which accounts are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub organization: Option<OrganizationId>,
    pub customer: Option<CustomerId>,
    pub state: Option<State>,
    pub wish: Option<Wish>,
    /// In address, reference, circuit or name, in any case; empty: any.
    pub text: String,
    /// Whether the line carries traffic.
    pub up: Option<bool>,
}

/// Accounts that somebody sees, the newest first, and how many there are in all.
pub fn list(
    tx: &mut Tx<'_>,
    reach: Reach,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Stored>, i64), Error> {
    let (vault, text, now): (_, _, Timestamp) = (tx.vault(), pattern(&filter.text), tx.now());
    let (organization, customer) =
        (filter.organization.unwrap_or(OrganizationId::NONE), filter.customer.unwrap_or(CustomerId::NONE));
    let wanted = reach!(
        reach,
        &CustomerId::NONE,
        filter.organization.is_none(),
        &organization,
        filter.customer.is_none(),
        &customer,
        filter.state.map_or("", State::word),
        filter.wish.map_or("", Wish::word),
        &text,
        filter.up.is_none(),
        filter.up.unwrap_or(false),
        now,
        limit,
        offset,
    );
    let page = tx.all(LIST, wanted, |row| read(row, vault))?;
    let total = tx.one(COUNT, &wanted[..14], |row| row.get("n"))?;
    Ok((page, total))
}
