//! Changes of services that take effect on a day: another product, or the end.

use crate::action::in_scope;
use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{Identity, OrderId, OrganizationId, ProductId, ServiceChangeId, ServiceId};
use model::scope::Scope;
use model::time::Timestamp;

model::words! {
    pub enum State ("state of a change of a service") {
        Pending = "pending",
        Done = "done",
        Canceled = "canceled",
    }
}

statements! {
    INSERT = "INSERT INTO service_change (id, organization_id, seller_id, service_id, order_id, new_service_id, product_id, direction, reason,
            effective_at, state, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', 1, $11, $11)
        ON CONFLICT (service_id) WHERE state = 'pending' DO NOTHING RETURNING number";
    BY_ID = "SELECT * FROM service_change WHERE id = $1";
    PENDING_OF = "SELECT * FROM service_change WHERE service_id = $1 AND state = 'pending'";
    PENDING_TO = "SELECT * FROM service_change WHERE new_service_id = $1 AND state = 'pending'";
    FINISH = "UPDATE service_change SET state = $2, version = version + 1, updated_at = $3 WHERE id = $1 AND state = 'pending' RETURNING *";
    SINCE = concat!("SELECT * FROM service_change WHERE ", in_scope!(),
        " AND new_service_id IS NOT NULL AND updated_at > $3 ORDER BY updated_at, number LIMIT $4 OFFSET $5");
    COUNT_SINCE = concat!("SELECT count(*) AS n FROM service_change WHERE ", in_scope!(),
        " AND new_service_id IS NOT NULL AND updated_at > $3");
}

#[derive(Debug, Clone, PartialEq)]
pub struct ServiceChange {
    pub number: i64,
    pub id: ServiceChangeId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub service: ServiceId,
    /// What wishes for it.
    pub order: OrderId,
    /// What comes in its place; None: it ends.
    pub successor: Option<ServiceId>,
    /// The product as its buyer named it.
    pub product_id: Option<ProductId>,
    pub direction: Option<String>,
    pub reason: Option<String>,
    pub effective: Timestamp,
    pub state: State,
    pub created: Timestamp,
    pub updated: Timestamp,
}

pub struct New<'a> {
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub service: ServiceId,
    pub order: OrderId,
    pub successor: Option<ServiceId>,
    pub product_id: Option<ProductId>,
    pub direction: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub effective: Timestamp,
}

/// None: another change of the service is waiting.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<Option<ServiceChangeId>, Error> {
    let (id, now): (ServiceChangeId, _) = (tx.identity()?, tx.now());
    let number = tx.insert_new(
        INSERT,
        args![
            &id,
            &new.organization,
            &new.seller,
            &new.service,
            &new.order,
            new.successor.as_ref(),
            new.product_id.as_ref(),
            new.direction,
            new.reason,
            new.effective,
            now,
        ],
    )?;
    let Some(number) = number else { return Ok(None) };
    let data = serde_json::json!({"number": number, "service": new.service, "successor": new.successor});
    event(tx, "service_change.created", id, 1, new.organization, data)?;
    Ok(Some(id))
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: ServiceChangeId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate: "service_change", aggregate_id, sequence, organization, data },
    )
}

fn read(row: Row<'_>) -> Result<ServiceChange, Error> {
    Ok(ServiceChange {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        seller: row.get("seller_id")?,
        service: row.get("service_id")?,
        order: row.get("order_id")?,
        successor: row.get("new_service_id")?,
        product_id: row.get("product_id")?,
        direction: row.get("direction")?,
        reason: row.get("reason")?,
        effective: row.get("effective_at")?,
        state: row.word("state")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

/// For the hub's own procedures: without a scope.
pub fn by_id(tx: &mut Tx<'_>, id: ServiceChangeId) -> Result<Option<ServiceChange>, Error> {
    tx.first(BY_ID, args![&id], read)
}

/// The change of a service that waits for its day.
pub fn pending_of(tx: &mut Tx<'_>, service: ServiceId) -> Result<Option<ServiceChange>, Error> {
    tx.first(PENDING_OF, args![&service], read)
}

/// The change that waits for its day and makes this service the successor.
pub fn pending_to(tx: &mut Tx<'_>, successor: ServiceId) -> Result<Option<ServiceChange>, Error> {
    tx.first(PENDING_TO, args![&successor], read)
}

/// Ends one that is waiting. False: it was over.
pub fn finish(tx: &mut Tx<'_>, id: ServiceChangeId, state: State) -> Result<bool, Error> {
    let now = tx.now();
    let row =
        tx.first(FINISH, args![&id, state.word(), now], |row| Ok((read(row)?, row.get::<i64>("version")?)))?;
    let Some((change, version)) = row else { return Ok(false) };
    let kind = if state == State::Done { "service_change.done" } else { "service_change.canceled" };
    let data = serde_json::json!({"number": change.number, "state": state});
    event(tx, kind, id, version, change.organization, data)?;
    Ok(true)
}

/// Changes to another product that a scope sees, changed after a moment, and how many there are in all.
pub fn since(
    tx: &mut Tx<'_>,
    scope: Scope,
    after: Timestamp,
    (limit, offset): (i64, i64),
) -> Result<(Vec<ServiceChange>, i64), Error> {
    let (all, own) = (scope.everything, &scope.organization);
    let page = tx.all(SINCE, args![all, own, after, limit, offset], read)?;
    Ok((page, tx.one(COUNT_SINCE, args![all, own, after], |row| row.get("n"))?))
}
