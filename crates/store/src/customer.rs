//! End customers: personal data, sealed.

use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{CustomerId, Identity, OrganizationId};

statements! {
    INSERT = "INSERT INTO customer (id, organization_id, person, version, created_at) VALUES ($1, $2, $3, 1, $4) RETURNING number";
}

/// `person` is sealed by the caller, outside of the transaction.
pub fn insert(tx: &mut Tx<'_>, organization: OrganizationId, person: &[u8]) -> Result<CustomerId, Error> {
    let (id, now): (CustomerId, _) = (tx.identity()?, tx.now());
    let number: i64 = tx.insert(INSERT, args![&id, &organization, person, now])?;
    let (data, aggregate_id) = (serde_json::json!({"number": number}), *id.bytes());
    crate::event::insert(
        tx,
        &Event {
            kind: "customer.created",
            version: 1,
            aggregate: "customer",
            aggregate_id,
            sequence: 1,
            organization,
            data,
        },
    )?;
    Ok(id)
}
