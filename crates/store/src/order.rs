//! Orders.

use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{CarrierId, CustomerId, Identity, OrderId, OrganizationId, PremiseId, QualificationId};
use model::order::State;

statements! {
    INSERT = "INSERT INTO \"order\" (id, organization_id, seller_id, customer_id, carrier_id, premise_id, product, addons, qualification_id, state,
            version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'in_progress', 1, $10, $10) RETURNING number";
    BY_ID = "SELECT * FROM \"order\" WHERE id = $1";
    CHANGE = "UPDATE \"order\" SET version = version + 1, state = $2, updated_at = $3 WHERE id = $1 AND state = 'in_progress' RETURNING *";
    LOCATE = "UPDATE \"order\" SET version = version + 1, premise_id = $2, updated_at = $3 WHERE id = $1 RETURNING *";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub number: i64,
    pub id: OrderId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub customer: CustomerId,
    pub carrier: CarrierId,
    pub premise: Option<PremiseId>,
    pub product: String,
    pub addons: Vec<String>,
    pub state: State,
    pub version: i64,
}

pub struct New<'a> {
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub customer: CustomerId,
    pub carrier: CarrierId,
    /// None: it is found when the order is carried out.
    pub premise: Option<PremiseId>,
    pub product: &'a str,
    pub addons: &'a [String],
    pub qualification: Option<QualificationId>,
}

pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<OrderId, Error> {
    let (id, now): (OrderId, _) = (tx.identity()?, tx.now());
    let addons = serde_json::json!(new.addons).to_string();
    let number: i64 = tx.insert(
        INSERT,
        args![
            &id,
            &new.organization,
            &new.seller,
            &new.customer,
            &new.carrier,
            new.premise.as_ref(),
            new.product,
            addons.as_str(),
            new.qualification.as_ref(),
            now,
        ],
    )?;
    event(
        tx,
        "order.created",
        id,
        1,
        new.organization,
        serde_json::json!({"number": number, "state": State::InProgress}),
    )?;
    Ok(id)
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: OrderId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "order",
            aggregate_id: *id.bytes(),
            sequence,
            organization,
            data,
        },
    )
}

fn read(row: Row<'_>) -> Result<Order, Error> {
    Ok(Order {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        seller: row.get("seller_id")?,
        customer: row.get("customer_id")?,
        carrier: row.get("carrier_id")?,
        premise: row.get("premise_id")?,
        product: row.get("product")?,
        addons: row.json("addons")?,
        state: row.word("state")?,
        version: row.get("version")?,
    })
}

pub fn by_id(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, Error> {
    tx.first(BY_ID, args![&id], read)
}

/// Moves an order that is in progress to a final state, with its event. None: it is in one already.
pub fn finish(tx: &mut Tx<'_>, id: OrderId, state: State) -> Result<Option<Order>, Error> {
    let now = tx.now();
    let Some(order) = tx.first(CHANGE, args![&id, state.word(), now], read)? else { return Ok(None) };
    let kind = if state == State::Completed { "order.completed" } else { "order.canceled" };
    event(
        tx,
        kind,
        id,
        order.version,
        order.organization,
        serde_json::json!({"number": order.number, "state": state}),
    )?;
    Ok(Some(order))
}

/// Notes the premise that an order is for.
pub fn locate(tx: &mut Tx<'_>, id: OrderId, premise: PremiseId) -> Result<(), Error> {
    let now = tx.now();
    let order = tx.one(LOCATE, args![&id, &premise, now], read)?;
    event(
        tx,
        "order.located",
        id,
        order.version,
        order.organization,
        serde_json::json!({"number": order.number, "premise": premise}),
    )
}
