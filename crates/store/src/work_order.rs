//! Work orders: made with their service, moved by the network's people or by themselves.

use crate::action::in_scope;
use crate::sql::Row;
use crate::{Error, Tx, Vault, args, statements};
use model::event::Event;
use model::id::{AreaId, CarrierId, Identity, OrganizationId, ServiceId, WorkOrderId};
use model::scope::Scope;
use model::time::Timestamp;
use model::work_order::{Appointment, State};

macro_rules! page {
    ($wanted:literal) => {
        concat!(
            "SELECT * FROM work_order WHERE ",
            in_scope!(),
            " AND ",
            $wanted,
            " ORDER BY updated_at, number LIMIT $4 OFFSET $5"
        )
    };
}
macro_rules! count {
    ($wanted:literal) => {
        concat!("SELECT count(*) AS n FROM work_order WHERE ", in_scope!(), " AND ", $wanted)
    };
}

statements! {
    INSERT = "INSERT INTO work_order (id, service_id, organization_id, seller_id, carrier_id, area_id, reference, state, comment, untouched,
            version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'new', $8, TRUE, 1, $9, $9) RETURNING number";
    REFER = "UPDATE work_order SET reference = $2 WHERE number = $1";
    COMMENT = "INSERT INTO work_order_comment (work_order_id, comment, created_at) VALUES ($1, $2, $3)";
    BY_ID = concat!("SELECT * FROM work_order WHERE ", in_scope!(), " AND id = $3");
    /// Of what is sold only.
    LOCK = "UPDATE work_order SET version = version WHERE ($1 OR seller_id = $2) AND id = $3 RETURNING *";
    LOCK_OF_SERVICE = "UPDATE work_order SET version = version WHERE service_id = $1 RETURNING *";
    SAVE = "UPDATE work_order SET state = $2, assigned = $3, comment = $4, appointment_date = $5, appointment_time = $6, held = $7, untouched = $8,
            completed_at = $9, closed_at = $10, version = $11, updated_at = $12 WHERE id = $1";
    OF_SERVICE = page!("service_id = $3");
    COUNT_OF_SERVICE = count!("service_id = $3");
    SINCE = page!("updated_at > $3");
    COUNT_SINCE = count!("updated_at > $3");
}

#[derive(Clone, PartialEq)]
pub struct WorkOrder {
    pub number: i64,
    pub id: WorkOrderId,
    pub service: ServiceId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub carrier: CarrierId,
    /// Whose calendar its appointment is in; [`AreaId::NONE`]: that of no area.
    pub area: AreaId,
    pub reference: String,
    pub state: State,
    /// Who does it.
    pub assigned: Option<String>,
    /// What was said last.
    pub comment: Option<String>,
    pub appointment: Option<Appointment>,
    /// The state from which it was put on hold.
    pub held: Option<State>,
    /// Nobody has touched it.
    pub untouched: bool,
    pub completed: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub version: i64,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// A work order to be made for a service.
pub struct New<'a> {
    pub service: ServiceId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub carrier: CarrierId,
    pub area: AreaId,
    pub comment: &'a str,
}

/// `refer` makes its reference of its number.
pub fn insert(
    tx: &mut Tx<'_>,
    new: &New<'_>,
    refer: impl FnOnce(i64) -> String,
) -> Result<WorkOrderId, Error> {
    let id = tx.identity()?;
    insert_as(tx, id, new, refer)
}

/// The same under an id that is fixed from outside.
pub fn insert_as(
    tx: &mut Tx<'_>,
    id: WorkOrderId,
    new: &New<'_>,
    refer: impl FnOnce(i64) -> String,
) -> Result<WorkOrderId, Error> {
    let now = tx.now();
    let comment = tx.vault().seal(new.comment.as_bytes())?;
    let unnamed = id.to_string();
    let number = tx.insert(
        INSERT,
        args![
            &id,
            &new.service,
            &new.organization,
            &new.seller,
            &new.carrier,
            &new.area,
            &unnamed,
            &comment,
            now,
        ],
    )?;
    tx.run(REFER, args![number, &refer(number)])?;
    tx.run(COMMENT, args![&id, &comment, now])?;
    let data = serde_json::json!({"number": number, "service": new.service, "state": State::New});
    event(tx, "work_order.created", id, 1, new.organization, data)?;
    Ok(id)
}

fn event(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: WorkOrderId,
    sequence: i64,
    organization: OrganizationId,
    data: serde_json::Value,
) -> Result<(), Error> {
    let aggregate_id = *id.bytes();
    crate::event::insert(
        tx,
        &Event { kind, version: 1, aggregate: "work_order", aggregate_id, sequence, organization, data },
    )
}

fn read(row: Row<'_>, vault: &Vault) -> Result<WorkOrder, Error> {
    let text = |name: &str| {
        let sealed: Option<Vec<u8>> = row.get(name)?;
        let open = |sealed: Vec<u8>| {
            String::from_utf8(vault.open(&sealed)?).map_err(|_| Error::Corrupt(format!("column {name}")))
        };
        sealed.map(open).transpose()
    };
    let date: Option<String> = row.get("appointment_date")?;
    let time: Option<String> = row.get("appointment_time")?;
    let appointment = |(date, time): (String, String)| match date.parse() {
        Ok(date) => Ok(Appointment { date, time }),
        Err(_) => Err(Error::Corrupt(format!("column appointment_date: `{date}` is not a date"))),
    };
    Ok(WorkOrder {
        number: row.get("number")?,
        id: row.get("id")?,
        service: row.get("service_id")?,
        organization: row.get("organization_id")?,
        seller: row.get("seller_id")?,
        carrier: row.get("carrier_id")?,
        area: row.get("area_id")?,
        reference: row.get("reference")?,
        state: row.word("state")?,
        assigned: text("assigned")?,
        comment: text("comment")?,
        appointment: date.zip(time).map(appointment).transpose()?,
        held: row.get::<Option<String>>("held")?.map(|_| row.word("held")).transpose()?,
        untouched: row.get("untouched")?,
        completed: row.get("completed_at")?,
        closed: row.get("closed_at")?,
        version: row.get("version")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

pub fn by_id(tx: &mut Tx<'_>, scope: Scope, id: WorkOrderId) -> Result<Option<WorkOrder>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// Takes the row's lock, for the network that the work is done on.
pub fn lock(tx: &mut Tx<'_>, scope: Scope, id: WorkOrderId) -> Result<Option<WorkOrder>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, args![scope.everything, &scope.organization, &id], |row| read(row, vault))
}

/// The same for the hub's own procedures: that of a service.
pub fn lock_of_service(tx: &mut Tx<'_>, service: ServiceId) -> Result<Option<WorkOrder>, Error> {
    let vault = tx.vault();
    let mut all = tx.all(LOCK_OF_SERVICE, args![&service], |row| read(row, vault))?;
    all.sort_by_key(|order| order.number);
    Ok(all.pop())
}

/// Writes back one whose lock this transaction holds; `said` is kept as a comment of its own.
pub fn save(tx: &mut Tx<'_>, order: &mut WorkOrder, said: Option<&str>) -> Result<(), Error> {
    (order.version, order.updated) = (order.version + 1, tx.now());
    let vault = tx.vault();
    if let Some(said) = said {
        tx.run(COMMENT, args![&order.id, &vault.seal(said.as_bytes())?, order.updated])?;
        order.comment = Some(said.to_owned());
    }
    let seal = |text: &Option<String>| text.as_ref().map(|text| vault.seal(text.as_bytes())).transpose();
    let (assigned, comment) = (seal(&order.assigned)?, seal(&order.comment)?);
    let date = order.appointment.as_ref().map(|appointment| appointment.date.to_string());
    tx.run(
        SAVE,
        args![
            &order.id,
            order.state.word(),
            assigned.as_ref(),
            comment.as_ref(),
            date.as_deref(),
            order.appointment.as_ref().map(|appointment| appointment.time.as_str()),
            order.held.map(State::word),
            order.untouched,
            order.completed,
            order.closed,
            order.version,
            order.updated,
        ],
    )?;
    let data = serde_json::json!({"number": order.number, "state": order.state});
    event(tx, "work_order.changed", order.id, order.version, order.organization, data)
}

/// Which work orders are listed.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    OfService(ServiceId),
    Since(Timestamp),
}

/// Work orders that a scope sees, those that changed last at the end, and how many there are in all.
pub fn list(
    tx: &mut Tx<'_>,
    scope: Scope,
    which: Which,
    (limit, offset): (i64, i64),
) -> Result<(Vec<WorkOrder>, i64), Error> {
    let vault = tx.vault();
    let (all, own) = (scope.everything, &scope.organization);
    let n = |row: Row<'_>| row.get("n");
    match which {
        Which::OfService(id) => Ok((
            tx.all(OF_SERVICE, args![all, own, &id, limit, offset], |row| read(row, vault))?,
            tx.one(COUNT_OF_SERVICE, args![all, own, &id], n)?,
        )),
        Which::Since(after) => Ok((
            tx.all(SINCE, args![all, own, after, limit, offset], |row| read(row, vault))?,
            tx.one(COUNT_SINCE, args![all, own, after], n)?,
        )),
    }
}
