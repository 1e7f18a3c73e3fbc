//! Services: lines in use or on their way there, one an order.

use crate::action::in_scope;
use crate::order::Order;
use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::event::Event;
use model::id::{CarrierId, CustomerId, Identity, OrderId, OrganizationId, PremiseId, ProductId, ServiceId};
use model::scope::Scope;
use model::service::{Change, Credentials, Flag, Flags, State};
use model::time::Timestamp;

/// Services of own networks: those of other carriers have nothing of theirs in our hands.
macro_rules! page {
    ($wanted:literal) => {
        concat!(
            "SELECT * FROM service WHERE ",
            in_scope!(),
            " AND credentials IS NOT NULL AND ",
            $wanted,
            " ORDER BY updated_at, number LIMIT $4 OFFSET $5"
        )
    };
}
macro_rules! count {
    ($wanted:literal) => {
        concat!(
            "SELECT count(*) AS n FROM service WHERE ",
            in_scope!(),
            " AND credentials IS NOT NULL AND ",
            $wanted
        )
    };
}

statements! {
    INSERT = "INSERT INTO service (id, organization_id, seller_id, order_id, customer_id, carrier_id, premise_id, premise_reference, product,
            product_id, carrier_reference, state, place, isp_reference, credentials, provisioned, on_network, completed, cancelled, suspended, starts_at,
            version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $12 = 'active', $12 = 'active', $12 = 'active', FALSE,
            FALSE, $16, 1, $17, $17)
        ON CONFLICT (carrier_id, place) WHERE place IS NOT NULL DO NOTHING RETURNING number";
    IN_SERVICE = "SELECT DISTINCT premise_id FROM service WHERE state NOT IN ('ended', 'deleted') AND premise_id IS NOT NULL";
    OF_ORDER = "SELECT * FROM service WHERE order_id = $1";
    BY_ID = concat!("SELECT * FROM service WHERE ", in_scope!(), " AND id = $3");
    ANY_BY_ID = "SELECT * FROM service WHERE id = $1";
    /// Takes the row's lock.
    LOCK = concat!("UPDATE service SET version = version WHERE ", in_scope!(), " AND id = $3 RETURNING *");
    SAVE = "UPDATE service SET state = $2, place = $3, isp_reference = $4, credentials = $5, provisioned = $6, provisioned_at = $7,
            on_network = $8, on_network_at = $9, completed = $10, completed_at = $11, cancelled = $12, cancelled_at = $13,
            suspended = $14, suspended_at = $15, reason = $16, starts_at = $17, ends_at = $18, deleted_at = $19, version = $20,
            updated_at = $21, product = $22, product_id = $23 WHERE id = $1";
    OF_CUSTOMER = page!("customer_id = $3 AND state <> 'deleted'");
    COUNT_OF_CUSTOMER = count!("customer_id = $3 AND state <> 'deleted'");
    OF_PREMISE = page!("premise_id = $3");
    COUNT_OF_PREMISE = count!("premise_id = $3");
    BY_REFERENCE = page!("isp_reference = $3");
    COUNT_BY_REFERENCE = count!("isp_reference = $3");
    SINCE = page!("updated_at > $3 AND (state = $6 OR $6 = '')");
    COUNT_SINCE = count!("updated_at > $3 AND (state = $4 OR $4 = '')");
    ON_PREMISE = "SELECT * FROM service WHERE premise_id = $1 AND state NOT IN ('ended', 'deleted') ORDER BY number";
    AT_PLACE = "SELECT 1 AS one FROM service WHERE carrier_id = $1 AND place = $2";
    PREMISES_SINCE = concat!("SELECT premise_id, premise_reference, carrier_id, max(updated_at) AS updated_at FROM service WHERE ", in_scope!(),
        " AND credentials IS NOT NULL AND premise_id IS NOT NULL GROUP BY premise_id, premise_reference, carrier_id HAVING max(updated_at) > $3
        ORDER BY max(updated_at), premise_id LIMIT $4 OFFSET $5");
    COUNT_PREMISES_SINCE = concat!("SELECT count(*) AS n FROM (SELECT premise_id FROM service WHERE ", in_scope!(),
        " AND credentials IS NOT NULL AND premise_id IS NOT NULL GROUP BY premise_id, premise_reference, carrier_id HAVING max(updated_at) > $3) AS own");
    RELEASE = "DELETE FROM credential WHERE service_id = $1";
    RELEASE_NAME = "DELETE FROM credential WHERE service_id = $1 AND digest = $2";
    HAND_OVER = "UPDATE credential SET service_id = $2 WHERE service_id = $1";
    NAME = "INSERT INTO credential (digest, service_id) VALUES ($1, $2) ON CONFLICT (digest)
        DO UPDATE SET service_id = excluded.service_id WHERE credential.service_id = excluded.service_id";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub number: i64,
    pub id: ServiceId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub order: OrderId,
    pub customer: CustomerId,
    pub carrier: CarrierId,
    pub premise: Option<PremiseId>,
    /// The premise's external reference.
    pub premise_reference: Option<String>,
    /// The carrier's code.
    pub product: String,
    /// The product as its buyer named it.
    pub product_id: Option<ProductId>,
    pub carrier_reference: Option<String>,
    pub state: State,
    /// What it keeps from others: its place with its kind.
    pub place: Option<String>,
    pub isp_reference: Option<String>,
    pub credentials: Option<Credentials>,
    pub flags: Flags,
    /// Why it ended.
    pub reason: Option<String>,
    /// When it is to begin, where that is not as soon as possible.
    pub starts: Option<Timestamp>,
    /// When it is to end, where that is known before.
    pub ends: Option<Timestamp>,
    pub deleted: Option<Timestamp>,
    pub version: i64,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// A service to be made of an order.
pub struct New<'a> {
    pub id: ServiceId,
    pub order: &'a Order,
    pub state: State,
    pub premise_reference: Option<&'a str>,
    pub product_id: Option<ProductId>,
    pub carrier_reference: Option<&'a str>,
    /// None: it keeps nothing from others.
    pub place: Option<&'a str>,
    pub isp_reference: Option<&'a str>,
    pub credentials: Option<&'a Credentials>,
    pub starts: Option<Timestamp>,
}

impl<'a> New<'a> {
    /// A line that is in use as soon as it is known of, with nothing of it in our hands.
    pub fn in_use(id: ServiceId, order: &'a Order, carrier_reference: &'a str) -> Self {
        Self {
            id,
            order,
            state: State::Active,
            premise_reference: None,
            product_id: None,
            carrier_reference: Some(carrier_reference),
            place: None,
            isp_reference: None,
            credentials: None,
            starts: None,
        }
    }
}

/// False: there is another one at its place.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<bool, Error> {
    let (now, order) = (tx.now(), new.order);
    let credentials = new.credentials.map(|credentials| tx.vault().seal_json(credentials)).transpose()?;
    let made = tx.insert_new(
        INSERT,
        args![
            &new.id,
            &order.organization,
            &order.seller,
            &order.id,
            &order.customer,
            &order.carrier,
            order.premise.as_ref(),
            new.premise_reference,
            &order.product,
            new.product_id.as_ref(),
            new.carrier_reference,
            new.state.word(),
            new.place,
            new.isp_reference,
            credentials.as_ref(),
            new.starts,
            now,
        ],
    )?;
    let Some(number) = made else { return Ok(false) };
    let data = serde_json::json!({"number": number, "order": order.id, "state": new.state});
    event(tx, "service.created", new.id, 1, order.organization, data)?;
    Ok(true)
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: ServiceId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate: "service", aggregate_id, sequence, organization, data },
    )
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Service, Error> {
    let flag =
        |is: &str, changed: &str| Ok::<_, Error>(Flag { is: row.get(is)?, changed: row.get(changed)? });
    let credentials: Option<Vec<u8>> = row.get("credentials")?;
    Ok(Service {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        seller: row.get("seller_id")?,
        order: row.get("order_id")?,
        customer: row.get("customer_id")?,
        carrier: row.get("carrier_id")?,
        premise: row.get("premise_id")?,
        premise_reference: row.get("premise_reference")?,
        product: row.get("product")?,
        product_id: row.get("product_id")?,
        carrier_reference: row.get("carrier_reference")?,
        state: row.word("state")?,
        place: row.get("place")?,
        isp_reference: row.get("isp_reference")?,
        credentials: credentials.map(|sealed| vault.open_json(&sealed)).transpose()?,
        flags: Flags {
            provisioned: flag("provisioned", "provisioned_at")?,
            on_network: flag("on_network", "on_network_at")?,
            completed: flag("completed", "completed_at")?,
            cancelled: flag("cancelled", "cancelled_at")?,
            suspended: flag("suspended", "suspended_at")?,
        },
        reason: row.get("reason")?,
        starts: row.get("starts_at")?,
        ends: row.get("ends_at")?,
        deleted: row.get("deleted_at")?,
        version: row.get("version")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

/// The premises that have a service or are to have one, whoever's it is.
pub fn premises(tx: &mut Tx<'_>) -> Result<Vec<PremiseId>, Error> {
    tx.all(IN_SERVICE, &[], |row| row.get("premise_id"))
}

/// The services at a premise that are not over, whoever's they are.
pub fn on_premise(tx: &mut Tx<'_>, premise: PremiseId) -> Result<Vec<Service>, Error> {
    let vault = tx.vault();
    tx.all(ON_PREMISE, args![&premise], |row| read(row, vault))
}

/// Whether a service keeps this place from others.
pub fn is_taken(tx: &mut Tx<'_>, carrier: CarrierId, place: &str) -> Result<bool, Error> {
    Ok(tx.first(AT_PLACE, args![&carrier, place], |_| Ok(()))?.is_some())
}

pub fn of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<Service>, Error> {
    let vault = tx.vault();
    tx.first(OF_ORDER, args![&order], |row| read(row, vault))
}

pub fn by_id(tx: &mut Tx<'_>, scope: Scope, id: ServiceId) -> Result<Option<Service>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// For the hub's own procedures: without a scope.
pub fn any_by_id(tx: &mut Tx<'_>, id: ServiceId) -> Result<Option<Service>, Error> {
    let vault = tx.vault();
    tx.first(ANY_BY_ID, args![&id], |row| read(row, vault))
}

/// The same as [`by_id`], with the row's lock.
pub fn lock(tx: &mut Tx<'_>, scope: Scope, id: ServiceId) -> Result<Option<Service>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// Writes back a service whose lock this transaction holds, with an event named after what happened.
pub fn save(tx: &mut Tx<'_>, service: &mut Service, change: Option<Change>) -> Result<(), Error> {
    (service.version, service.updated) = (service.version + 1, tx.now());
    let credentials =
        service.credentials.as_ref().map(|credentials| tx.vault().seal_json(credentials)).transpose()?;
    let flags = &service.flags;
    tx.run(
        SAVE,
        args![
            &service.id,
            service.state.word(),
            service.place.as_deref(),
            service.isp_reference.as_deref(),
            credentials.as_ref(),
            flags.provisioned.is,
            flags.provisioned.changed,
            flags.on_network.is,
            flags.on_network.changed,
            flags.completed.is,
            flags.completed.changed,
            flags.cancelled.is,
            flags.cancelled.changed,
            flags.suspended.is,
            flags.suspended.changed,
            service.reason.as_deref(),
            service.starts,
            service.ends,
            service.deleted,
            service.version,
            service.updated,
            &service.product,
            service.product_id.as_ref(),
        ],
    )?;
    let kind = match change {
        None => "service.changed",
        Some(Change::Open) => "service.opened",
        Some(Change::Activate) => "service.activated",
        Some(Change::Suspend) => "service.suspended",
        Some(Change::Resume) => "service.resumed",
        Some(Change::End) => "service.ended",
        Some(Change::Delete) => "service.deleted",
    };
    let data = serde_json::json!({"number": service.number, "state": service.state});
    event(tx, kind, service.id, service.version, service.organization, data)
}

/// Which services are listed.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Without those that are deleted.
    OfCustomer(CustomerId),
    OfPremise(PremiseId),
    /// By the buyer's own reference.
    Referenced(&'a str),
    /// Changed after a moment, in one state or any.
    Since(Timestamp, Option<State>),
}

/// Services that a scope sees, those that changed last at the end, and how many there are in all.
pub fn list(
    tx: &mut Tx<'_>,
    scope: Scope,
    which: Which<'_>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Service>, i64), Error> {
    let vault = tx.vault();
    let (all, own) = (scope.everything, &scope.organization);
    let n = |row: Row<'_>| row.get("n");
    match which {
        Which::OfCustomer(id) => Ok((
            tx.all(OF_CUSTOMER, args![all, own, &id, limit, offset], |row| read(row, vault))?,
            tx.one(COUNT_OF_CUSTOMER, args![all, own, &id], n)?,
        )),
        Which::OfPremise(id) => Ok((
            tx.all(OF_PREMISE, args![all, own, &id, limit, offset], |row| read(row, vault))?,
            tx.one(COUNT_OF_PREMISE, args![all, own, &id], n)?,
        )),
        Which::Referenced(text) => Ok((
            tx.all(BY_REFERENCE, args![all, own, text, limit, offset], |row| read(row, vault))?,
            tx.one(COUNT_BY_REFERENCE, args![all, own, text], n)?,
        )),
        Which::Since(after, state) => {
            let state = state.map_or("", State::word);
            Ok((
                tx.all(SINCE, args![all, own, after, limit, offset, state], |row| read(row, vault))?,
                tx.one(COUNT_SINCE, args![all, own, after, state], n)?,
            ))
        }
    }
}

/// A premise with services that somebody sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    pub premise: PremiseId,
    pub reference: Option<String>,
    pub carrier: CarrierId,
}

/// Premises at which a scope sees services, one of them changed after a moment; and how many there are in all.
pub fn premises_since(
    tx: &mut Tx<'_>,
    scope: Scope,
    after: Timestamp,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Served>, i64), Error> {
    let (all, own) = (scope.everything, &scope.organization);
    let page = tx.all(PREMISES_SINCE, args![all, own, after, limit, offset], |row| {
        Ok(Served {
            premise: row.get("premise_id")?,
            reference: row.get("premise_reference")?,
            carrier: row.get("carrier_id")?,
        })
    })?;
    Ok((page, tx.one(COUNT_PREMISES_SINCE, args![all, own, after], |row| row.get("n"))?))
}

/// Gives back the names of a service's credentials.
pub fn release_names(tx: &mut Tx<'_>, service: ServiceId) -> Result<(), Error> {
    tx.run(RELEASE, args![&service]).map(|_| ())
}

/// Gives one of them back.
pub fn release_name(tx: &mut Tx<'_>, name: &str, service: ServiceId) -> Result<(), Error> {
    let digest = tx.vault().digest("credential", name);
    tx.run(RELEASE_NAME, args![&service, digest.as_slice()]).map(|_| ())
}

/// Hands the names of a service's credentials over to the one that takes its place.
pub fn hand_names_over(tx: &mut Tx<'_>, from: ServiceId, to: ServiceId) -> Result<(), Error> {
    tx.run(HAND_OVER, args![&from, &to]).map(|_| ())
}

/// Takes a name for a service that no other has. False: it is another's.
pub fn take_name(tx: &mut Tx<'_>, name: &str, service: ServiceId) -> Result<bool, Error> {
    let digest = tx.vault().digest("credential", name);
    Ok(tx.run(NAME, args![digest.as_slice(), &service])? == 1)
}
