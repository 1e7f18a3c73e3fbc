//! Quote requests, each with its offers. What names people is sealed; a list is filtered by address and reference.

use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::event::Event;
use model::id::{CustomerId, Identity, OrganizationId, QuoteRequestId};
use model::quote::Stored;
use model::scope::Reach;

/// What a caller sees that may be a customer's own. everything, organization, any customer, customer
macro_rules! in_reach {
    () => {
        concat!(crate::action::in_scope!(), " AND ($3 OR customer_id = $4)")
    };
}
pub(crate) use in_reach;

macro_rules! wanted {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM quote_request WHERE ",
            in_reach!(),
            " AND state <> 'deleted' AND ($5 OR organization_id = $6) AND ($7 OR customer_id = $8)
            AND ($9 OR (answered_at IS NOT NULL) = $10) AND ($11 = '' OR search LIKE $11 ESCAPE '!')"
        )
    };
}

statements! {
    INSERT = "INSERT INTO quote_request (id, organization_id, customer_id, seller_id, carrier_id, product_id, kind, details, search, offers, offers_made,
            state, user_id, key_id, answered_at, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16, $17) RETURNING number";
    BY_ID = concat!("SELECT * FROM quote_request WHERE ", in_reach!(), " AND id = $5 AND state <> 'deleted'");
    /// Takes the row's lock.
    LOCK = concat!("UPDATE quote_request SET version = version WHERE ", in_reach!(), " AND id = $5 AND state <> 'deleted' RETURNING *");
    SAVE = "UPDATE quote_request SET product_id = $2, kind = $3, details = $4, search = $5, offers = $6, offers_made = $7, state = $8,
            answered_at = $9, carrier_id = $10, seller_id = $11, customer_id = $13, version = version + 1, updated_at = $12
        WHERE id = $1 RETURNING version";
    LIST = concat!(wanted!("*"), " ORDER BY number DESC LIMIT $12 OFFSET $13");
    COUNT = wanted!("count(*) AS n");
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    request: &Stored,
    sequence: i64,
    data: serde_json::Value,
) -> Result<(), Error> {
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "quote_request",
            aggregate_id: *request.id.bytes(),
            sequence,
            organization: request.organization,
            data,
        },
    )
}

/// Inserts a request; its number is set.
pub fn insert(tx: &mut Tx<'_>, request: &mut Stored) -> Result<(), Error> {
    let details = tx.vault().seal_json(&request.details)?;
    let (search, offers) = (request.details.search(), serde_json::json!(request.offers).to_string());
    request.number = tx.insert(
        INSERT,
        args![
            &request.id,
            &request.organization,
            request.customer.as_ref(),
            &request.seller,
            &request.carrier,
            &request.product,
            request.kind.word(),
            &details,
            &search,
            &offers,
            i64::from(request.offers_made),
            request.state.word(),
            request.user.as_ref(),
            request.key.as_ref(),
            request.answered,
            request.created,
            request.updated,
        ],
    )?;
    let data = serde_json::json!({"number": request.number, "state": request.state});
    event(tx, "quote_request.created", request, 1, data)
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Stored, Error> {
    Ok(Stored {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        customer: row.get("customer_id")?,
        seller: row.get("seller_id")?,
        carrier: row.get("carrier_id")?,
        product: row.get("product_id")?,
        kind: row.word("kind")?,
        details: vault.open_json(&row.get::<Vec<u8>>("details")?)?,
        offers: row.json("offers")?,
        offers_made: row.count("offers_made")?.unwrap_or(0),
        state: row.word("state")?,
        user: row.get("user_id")?,
        key: row.get("key_id")?,
        answered: row.get("answered_at")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

/// The arguments of [`in_reach!`].
macro_rules! reach {
    ($reach:expr, $none:expr $(, $more:expr)* $(,)?) => {
        args![
            $reach.scope.everything,
            &$reach.scope.organization,
            $reach.customer.is_none(),
            $reach.customer.as_ref().unwrap_or($none)
            $(, $more)*
        ]
    };
}
pub(crate) use reach;

/// A request that is not taken back.
pub fn by_id(tx: &mut Tx<'_>, reach: Reach, id: QuoteRequestId) -> Result<Option<Stored>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, reach!(reach, &CustomerId::NONE, &id), |row| read(row, vault))
}

/// The same, with the row's lock.
pub fn lock(tx: &mut Tx<'_>, reach: Reach, id: QuoteRequestId) -> Result<Option<Stored>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, reach!(reach, &CustomerId::NONE, &id), |row| read(row, vault))
}

/// Writes back a request whose lock this transaction holds. `what` happened to it.
pub fn save(tx: &mut Tx<'_>, request: &mut Stored, what: Happened) -> Result<(), Error> {
    request.updated = tx.now();
    let details = tx.vault().seal_json(&request.details)?;
    let (search, offers) = (request.details.search(), serde_json::json!(request.offers).to_string());
    let version = tx.one(
        SAVE,
        args![
            &request.id,
            &request.product,
            request.kind.word(),
            &details,
            &search,
            &offers,
            i64::from(request.offers_made),
            request.state.word(),
            request.answered,
            &request.carrier,
            &request.seller,
            request.updated,
            request.customer.as_ref(),
        ],
        |row| row.get("version"),
    )?;
    let data = serde_json::json!({"number": request.number, "state": request.state});
    event(tx, what.kind(), request, version, data)
}

/// What happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Changed,
    Answered,
    Ordered,
    Deleted,
}

impl Happened {
    fn kind(self) -> &'static str {
        match self {
            Happened::Changed => "quote_request.changed",
            Happened::Answered => "quote_request.answered",
            Happened::Ordered => "quote_request.ordered",
            Happened::Deleted => "quote_request.deleted",
        }
    }
}

/// Which requests are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub organization: Option<OrganizationId>,
    pub customer: Option<CustomerId>,
    /// Whether it has offers.
    pub answered: Option<bool>,
    /// In the address or the reference, in any case; empty: any.
    pub text: String,
}

/// A text that is looked for anywhere, as a pattern for LIKE.
pub(crate) fn pattern(text: &str) -> String {
    let text = model::product::folded(text);
    if text.is_empty() {
        return text;
    }
    let escaped: String = text
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c]))
        .collect();
    format!("%{escaped}%")
}

/// Requests that somebody sees, the newest first, and how many there are in all.
pub fn list(
    tx: &mut Tx<'_>,
    reach: Reach,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Stored>, i64), Error> {
    let (vault, text) = (tx.vault(), pattern(&filter.text));
    let (organization, customer) =
        (filter.organization.unwrap_or(OrganizationId::NONE), filter.customer.unwrap_or(CustomerId::NONE));
    let wanted = reach!(
        reach,
        &CustomerId::NONE,
        filter.organization.is_none(),
        &organization,
        filter.customer.is_none(),
        &customer,
        filter.answered.is_none(),
        filter.answered.unwrap_or(false),
        &text,
        limit,
        offset,
    );
    let page = tx.all(LIST, wanted, |row| read(row, vault))?;
    let total = tx.one(COUNT, &wanted[..11], |row| row.get("n"))?;
    Ok((page, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_the_engine_is_looked_for_as_it_is() {
        assert_eq!(pattern(" Vej 100%_!"), "%vej 100!%!_!!%");
        assert_eq!(pattern("  "), "");
    }
}
