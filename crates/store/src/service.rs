//! Services: made when an order is completed, one an order.

use crate::order::Order;
use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{Identity, OrderId, PremiseId, ServiceId};
use model::service::State;

statements! {
    INSERT = "INSERT INTO service (id, organization_id, seller_id, order_id, customer_id, carrier_id, premise_id, product,
            carrier_reference, state, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', 1, $10) RETURNING number";
    IN_SERVICE = "SELECT DISTINCT premise_id FROM service WHERE state = 'active' AND premise_id IS NOT NULL";
    OF_ORDER = "SELECT * FROM service WHERE order_id = $1";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub number: i64,
    pub id: ServiceId,
    pub product: String,
    pub carrier_reference: Option<String>,
    pub state: State,
}

pub fn insert(tx: &mut Tx<'_>, order: &Order, carrier_reference: Option<&str>) -> Result<ServiceId, Error> {
    let (id, now): (ServiceId, _) = (tx.identity()?, tx.now());
    let number: i64 = tx.insert(
        INSERT,
        args![
            &id,
            &order.organization,
            &order.seller,
            &order.id,
            &order.customer,
            &order.carrier,
            order.premise.as_ref(),
            &order.product,
            carrier_reference,
            now,
        ],
    )?;
    let (aggregate_id, organization) = (*id.bytes(), order.organization);
    let data = serde_json::json!({"number": number, "order": order.id, "state": State::Active});
    crate::event::insert(
        tx,
        &Event {
            kind: "service.created",
            version: 1,
            aggregate: "service",
            aggregate_id,
            sequence: 1,
            organization,
            data,
        },
    )?;
    Ok(id)
}

fn read(row: Row<'_>) -> Result<Service, Error> {
    Ok(Service {
        number: row.get("number")?,
        id: row.get("id")?,
        product: row.get("product")?,
        carrier_reference: row.get("carrier_reference")?,
        state: row.word("state")?,
    })
}

/// The premises that have a service in use, whoever's it is.
pub fn premises(tx: &mut Tx<'_>) -> Result<Vec<PremiseId>, Error> {
    tx.all(IN_SERVICE, &[], |row| row.get("premise_id"))
}

pub fn of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<Service>, Error> {
    tx.first(OF_ORDER, args![&order], read)
}
