//! Retentions: moves of an access from one brand to another. (`retention` is what is forgotten after a time.)

use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{AccessId, CarrierId, Identity, OrganizationId, RetentionId, ServiceId};

statements! {
    INSERT = "INSERT INTO retention (id, organization_id, seller_id, carrier_id, access_id, reuse, source_digest, request_digest, service_id, version,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) RETURNING number";
    LAST_SOURCE = "SELECT source_digest FROM retention WHERE access_id = $1 ORDER BY number DESC LIMIT 1";
    SAME = "SELECT number FROM retention WHERE organization_id = $1 AND request_digest = $2 AND number = (SELECT max(n.number) FROM retention AS n
        WHERE n.access_id = retention.access_id)";
}

/// A move to be noted.
pub struct New<'a> {
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub carrier: CarrierId,
    pub access: AccessId,
    pub reuse: bool,
    pub source: Option<&'a [u8; 32]>,
    pub request: &'a [u8; 32],
    pub service: Option<ServiceId>,
}

pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<RetentionId, Error> {
    let (id, now): (RetentionId, _) = (tx.identity()?, tx.now());
    let number = tx.insert(
        INSERT,
        args![
            &id,
            &new.organization,
            &new.seller,
            &new.carrier,
            &new.access,
            new.reuse,
            new.source.map(<[u8; 32]>::as_slice),
            new.request.as_slice(),
            new.service.as_ref(),
            now,
        ],
    )?;
    let data = serde_json::json!({"number": number, "access": new.access, "reuse": new.reuse});
    crate::event::insert(
        tx,
        &Event {
            kind: "retention.accepted",
            version: 1,
            aggregate: "retention",
            aggregate_id: *id.bytes(),
            sequence: 1,
            organization: new.organization,
            data,
        },
    )?;
    Ok(id)
}

/// Whether an access was last moved on the strength of this.
pub fn was_last(tx: &mut Tx<'_>, access: AccessId, source: &[u8; 32]) -> Result<bool, Error> {
    let last = tx.first(LAST_SOURCE, args![&access], |row| row.get::<Option<Vec<u8>>>("source_digest"))?;
    Ok(last.flatten().is_some_and(|last| last == source))
}

/// Whether the same request was the last to move its access.
pub fn is_repeated(tx: &mut Tx<'_>, organization: OrganizationId, request: &[u8; 32]) -> Result<bool, Error> {
    Ok(tx.first(SAME, args![&organization, request.as_slice()], |_| Ok(()))?.is_some())
}
