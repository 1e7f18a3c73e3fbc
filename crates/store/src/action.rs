//! Actions: inserted by the hub, claimed and settled by the engine, read by the dialects.

use crate::sql::Row;
use crate::{Error, Tx, args, difference, statements};
use model::action::{Action, Driver, Operation, Request, State};
use model::event::Event;
use model::id::{ActionId, CarrierId, Identity, KeyId, OrderId, OrganizationId};
use model::scope::Scope;
use model::time::Timestamp;
use std::time::Duration;

/// Rows that a scope may see: `$1` everything, `$2` organization.
macro_rules! in_scope {
    () => {
        "($1 OR organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = $2) OR seller_id = $2)"
    };
}

/// The same without what it sells to others: only what it or those below it asked for.
macro_rules! in_tree {
    () => {
        "($1 OR organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = $2))"
    };
}
pub(crate) use {in_scope, in_tree};

statements! {
    INSERT = "INSERT INTO action (id, organization_id, seller_id, key_id, dialect, carrier_id, operation, order_id, driver, state,
            version, due_at, ready_at, fence, step, retries, restored, request, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, COALESCE($9, (SELECT CASE WHEN premises_import IS NULL THEN 'connector' ELSE 'house' END
            FROM carrier WHERE id = $6)), 'pending', 1, $10, 0, 0, 0, 0, FALSE, $11, $10, $10) RETURNING number";
    /// For worlds whose objects have numbers fixed from outside.
    INSERT_NUMBERED = "INSERT INTO action (number, id, organization_id, seller_id, dialect, carrier_id, operation, driver, state,
            version, ready_at, fence, step, retries, restored, request, result, error, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'house', $8, 1, 0, 0, 0, 0, FALSE, $9, $10, $11, $12, $13)";
    SEEN = concat!("SELECT * FROM action WHERE ", in_scope!(), " AND number = $3 AND dialect = $4");
    BY_NUMBER = "SELECT * FROM action WHERE number = $1";
    BY_ID = "SELECT * FROM action WHERE id = $1";
    /// Takes the row's lock; none answers when the lease was lost.
    HOLD = "UPDATE action SET fence = fence WHERE number = $1 AND fence = $2 RETURNING *";
    LOCK = "UPDATE action SET fence = fence WHERE number = $1 RETURNING *";
    OBSERVE = "UPDATE action SET progress = $2, due_at = $3 WHERE number = $1";
    /// One that is due already may be leased, and a lease is its worker's.
    WAKE = "UPDATE action SET due_at = $2, ready_at = CASE WHEN due_at IS NULL THEN 0 ELSE ready_at END WHERE id = $1 AND state NOT IN ('done', 'canceled')";
    PUT_OFF = "UPDATE action SET due_at = $2 WHERE number = $1";
    WAKE_OF_ORDER = "UPDATE action SET due_at = $2, ready_at = CASE WHEN due_at IS NULL OR due_at > $2 THEN 0 ELSE ready_at END
        WHERE order_id = $1 AND state NOT IN ('done', 'canceled')";
    PUT_BACK = "UPDATE action SET ready_at = $3 WHERE number = $1 AND fence = $2";
    DUE_CARRIERS = "SELECT id, EXISTS (SELECT 1 FROM action AS h WHERE h.carrier_id = c.id AND h.driver = 'house' AND h.due_at <= $1) AS house
        FROM carrier AS c WHERE EXISTS
        (SELECT 1 FROM action AS a WHERE a.carrier_id = c.id AND a.due_at IS NOT NULL AND a.due_at <= $1)";
    NEXT_DUE = "SELECT min(due) AS due FROM (SELECT (SELECT min(due_at) FROM action AS a
        WHERE a.carrier_id = c.id AND a.due_at IS NOT NULL) AS due FROM carrier AS c) AS dues";
    NEXT_DUE_AFTER = "SELECT min(due) AS due FROM (SELECT (SELECT min(due_at) FROM action AS a
        WHERE a.carrier_id = c.id AND a.due_at > $1) AS due FROM carrier AS c) AS dues";
    BESIDE = "SELECT EXISTS (SELECT 1 FROM attempt WHERE action_id = $1) AS attempts,
        EXISTS (SELECT 1 FROM prompt WHERE action_id = $1) AS prompts, EXISTS (SELECT 1 FROM task WHERE action_id = $1) AS tasks";
    OPEN_COUNT = "SELECT count(*) AS n FROM action WHERE state NOT IN ('done', 'canceled')";
    VOID_LEASES = "UPDATE action SET ready_at = 0, fence = fence + 1 WHERE due_at IS NOT NULL AND ready_at > 0";
    MARK_RESTORED = "UPDATE action SET restored = TRUE, fence = fence + 1000000, ready_at = 0 WHERE state NOT IN ('done', 'canceled')";
}

/// What the hub says of a new action; the rest starts at its beginning.
pub struct New<'a> {
    pub id: ActionId,
    pub organization: OrganizationId,
    pub seller: OrganizationId,
    pub key: Option<KeyId>,
    pub dialect: &'a str,
    pub carrier: CarrierId,
    pub operation: Operation,
    pub order: Option<OrderId>,
    /// Who takes the first step. None: the house where we hold the carrier's premises, else its connector.
    pub driver: Option<Driver>,
    /// Sealed by [`seal`].
    pub request: &'a [u8],
    pub at: Timestamp,
}

/// Seals a request, outside of any transaction.
pub fn seal(vault: &crate::Vault, request: &Request) -> Result<Vec<u8>, Error> {
    vault.seal_json(request)
}

/// Inserts a pending action, due at once, with its event; answers its number.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<i64, Error> {
    let number = tx.insert(
        INSERT,
        args![
            &new.id,
            &new.organization,
            &new.seller,
            new.key.as_ref(),
            new.dialect,
            &new.carrier,
            new.operation.word(),
            new.order.as_ref(),
            new.driver.map(Driver::word),
            new.at,
            new.request,
        ],
    )?;
    let data = serde_json::json!({"number": number, "operation": new.operation, "state": State::Pending});
    crate::event::insert(tx, &event("action.created", new.id, new.organization, 1, data))?;
    Ok(number)
}

fn event(
    kind: &'static str,
    id: ActionId,
    organization: OrganizationId,
    sequence: i64,
    data: serde_json::Value,
) -> Event {
    Event { kind, version: 1, aggregate: "action", aggregate_id: *id.bytes(), sequence, organization, data }
}

/// An action that has been through its life already, under a number fixed from outside.
pub struct Past<'a> {
    pub number: i64,
    pub new: New<'a>,
    pub state: State,
    pub result: Option<serde_json::Value>,
    pub error: Option<&'a str>,
    pub updated: Timestamp,
}

pub fn insert_past(tx: &mut Tx<'_>, past: &Past<'_>) -> Result<(), Error> {
    let (new, result) = (&past.new, past.result.as_ref().map(ToString::to_string));
    tx.run(
        INSERT_NUMBERED,
        args![
            past.number,
            &new.id,
            &new.organization,
            &new.seller,
            new.dialect,
            &new.carrier,
            new.operation.word(),
            past.state.word(),
            new.request,
            result.as_deref(),
            past.error,
            new.at,
            past.updated,
        ],
    )?;
    let data = serde_json::json!({"number": past.number, "operation": new.operation, "state": past.state});
    crate::event::insert(tx, &event("action.created", new.id, new.organization, 1, data))
}

pub(crate) fn read(row: Row<'_>, vault: &crate::Vault) -> Result<Action, Error> {
    let progress: Option<Vec<u8>> = row.get("progress")?;
    let result: Option<String> = row.get("result")?;
    Ok(Action {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        seller: row.get("seller_id")?,
        key: row.get("key_id")?,
        dialect: row.get("dialect")?,
        carrier: row.get("carrier_id")?,
        operation: row.word("operation")?,
        order: row.get("order_id")?,
        driver: row.word("driver")?,
        state: row.word("state")?,
        version: row.get("version")?,
        due: row.get("due_at")?,
        fence: row.get("fence")?,
        step: row.get("step")?,
        retries: row.get("retries")?,
        restored: row.get("restored")?,
        request: vault.open_json(&row.get::<Vec<u8>>("request")?)?,
        progress: progress.map_or(Ok(serde_json::Value::Null), |sealed| vault.open_json(&sealed))?,
        result: result
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|e| Error::Corrupt(format!("column result: {e}")))?,
        error: row.get("error")?,
        created: row.get("created_at")?,
        updated: row.get("updated_at")?,
    })
}

/// An action of a dialect by its number, if the scope may see it.
pub fn seen(tx: &mut Tx<'_>, scope: Scope, number: i64, dialect: &str) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(SEEN, args![scope.everything, &scope.organization, number, dialect], |row| read(row, vault))
}

/// For the engine and for tests: without a scope.
pub fn by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(BY_NUMBER, args![number], |row| read(row, vault))
}

pub fn by_id(tx: &mut Tx<'_>, id: ActionId) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(BY_ID, args![&id], |row| read(row, vault))
}

/// Locks the row for a change from outside the engine.
pub fn lock(tx: &mut Tx<'_>, number: i64) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(LOCK, args![number], |row| read(row, vault))
}

/// Locks the row for the holder of a lease. None: another worker has it now.
pub fn hold(tx: &mut Tx<'_>, number: i64, fence: i64) -> Result<Option<Action>, Error> {
    let vault = tx.vault();
    tx.first(HOLD, args![number, fence], |row| read(row, vault))
}

/// Which due actions of a carrier are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Any,
    /// Those that the house drives.
    House,
    /// Those that were made so long ago, coverage checks and orders, and of which nothing was ever sent that counts.
    Overdue {
        coverage: Timestamp,
        order: Timestamp,
    },
}

/// Leases due actions of a carrier, the longest due first: at most `limit`, each with a new fencing token.
/// One that cannot be read is left out: its lease keeps it from being met again at once.
pub fn claim(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    which: Which,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Action>, Error> {
    let (vault, now, lease) = (tx.vault(), tx.now(), i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
    let sql = difference::claim(tx.engine(), which);
    let read = |row: Row<'_>| match read(row, vault) {
        Err(Error::Corrupt(reason)) => {
            tracing::error!(action = row.get::<i64>("number")?, reason, "an action cannot be read");
            Ok(None)
        }
        action => action.map(Some),
    };
    let claimed = match which {
        Which::Any | Which::House => tx.all(sql, args![&carrier, now, lease, limit], read)?,
        Which::Overdue { coverage, order } => {
            tx.all(sql, args![&carrier, now, lease, limit, coverage, order], read)?
        }
    };
    let mut claimed: Vec<Action> = claimed.into_iter().flatten().collect();
    // RETURNING promises no order.
    claimed.sort_by_key(|action| (action.due, action.number));
    Ok(claimed)
}

/// Gives a leased action back untouched, not to be claimed before `delay` is over.
pub fn put_back(tx: &mut Tx<'_>, number: i64, fence: i64, delay: Duration) -> Result<(), Error> {
    let ready = tx.machine_time()?.saturating_add(i64::try_from(delay.as_micros()).unwrap_or(i64::MAX));
    tx.run(PUT_BACK, args![number, fence, ready]).map(|_| ())
}

/// Writes back an action whose lock this transaction holds. A changed state raises the version and
/// writes its event. Nobody claims it before `pause` of machine time is over: a lease that is kept, or a back-off.
pub fn settle(tx: &mut Tx<'_>, before: &Action, after: &mut Action, pause: Duration) -> Result<(), Error> {
    let updated = (!stands_as(before, after)).then(|| tx.now());
    after.updated = updated.unwrap_or(before.updated);
    if before.state != after.state {
        after.version = before.version + 1;
        let data =
            serde_json::json!({"number": after.number, "operation": after.operation, "state": after.state});
        let kind = match after.state {
            State::Pending => "action.pending",
            State::Running => "action.running",
            State::Interrupted => "action.interrupted",
            State::Done => "action.done",
            State::Canceled => "action.canceled",
        };
        crate::event::insert(tx, &event(kind, after.id, after.organization, after.version, data))?;
    }
    let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX / 2);
    let progress = if after.progress.is_null() { None } else { Some(tx.vault().seal_json(&after.progress)?) };
    let result = after.result.as_ref().map(ToString::to_string);
    tx.run(
        difference::settle(tx.engine()),
        args![
            after.number,
            after.driver.word(),
            after.state.word(),
            after.version,
            after.due,
            pause,
            after.step,
            after.retries,
            after.restored,
            progress.as_ref(),
            result.as_deref(),
            after.error.as_deref(),
            updated,
        ],
    )
    .map(|_| ())
}

/// Whether only what nobody sees has changed: when it is looked at again, and the connector's own record of that.
/// A card page is polled every second; what is new about it is in the prompt, whose own saving tells the action.
fn stands_as(before: &Action, after: &Action) -> bool {
    (before.state, before.driver, before.step, before.restored)
        == (after.state, after.driver, after.step, after.restored)
        && (&before.result, &before.error) == (&after.result, &after.error)
}

/// What there is of an action beside its own row. Most have nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    pub attempts: bool,
    pub prompts: bool,
    pub tasks: bool,
}

pub fn beside(tx: &mut Tx<'_>, id: ActionId) -> Result<Beside, Error> {
    tx.one(BESIDE, args![&id], |row| {
        Ok(Beside { attempts: row.get("attempts")?, prompts: row.get("prompts")?, tasks: row.get("tasks")? })
    })
}

/// Gives an open action new progress, learned beside its own calls, and makes it due. A lease that a
/// worker has is left alone.
pub fn observe(tx: &mut Tx<'_>, number: i64, progress: &serde_json::Value) -> Result<(), Error> {
    let (now, sealed) = (tx.now(), tx.vault().seal_json(progress)?);
    tx.run(OBSERVE, args![number, &sealed, now]).map(|_| ())
}

/// Makes an open action due now, whoever had put it off.
pub fn wake(tx: &mut Tx<'_>, id: ActionId) -> Result<(), Error> {
    let now = tx.now();
    tx.run(WAKE, args![&id, now]).map(|_| ())
}

/// Lets a new action wait for a moment, in the transaction that inserts it.
pub fn put_off(tx: &mut Tx<'_>, number: i64, until: Timestamp) -> Result<(), Error> {
    tx.run(PUT_OFF, args![number, until]).map(|_| ())
}

/// The same for whatever carries out an order.
pub fn wake_of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<(), Error> {
    let now = tx.now();
    tx.run(WAKE_OF_ORDER, args![&order, now]).map(|_| ())
}

/// A carrier with something due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub carrier: CarrierId,
    /// Something of it is the house's.
    pub house: bool,
}

/// The carriers with something due.
pub fn due_carriers(tx: &mut Tx<'_>) -> Result<Vec<Due>, Error> {
    let now = tx.now();
    tx.all(DUE_CARRIERS, args![now], |row| Ok(Due { carrier: row.get("id")?, house: row.get("house")? }))
}

/// The earliest moment at which anything is due.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
    tx.one(NEXT_DUE, &[], |row| row.get("due"))
}

/// The same of what is due later than `now`.
pub fn next_due_after(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    tx.one(NEXT_DUE_AFTER, args![now], |row| row.get("due"))
}

/// How many actions have not come to their end.
pub fn open_count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.one(OPEN_COUNT, &[], |row| row.get("n"))
}

/// Voids every lease and ends every back-off: for a server that has its store to itself and starts.
pub fn void_leases(tx: &mut Tx<'_>) -> Result<u64, Error> {
    crate::carrier::void_feeds(tx)?;
    crate::health::void_probes(tx)?;
    tx.run(VOID_LEASES, &[])
}

/// Voids every lease and marks what is open, after a backup was restored.
/// Numbers go on a million higher: those given out since the backup are not given to others.
pub fn mark_restored(tx: &mut Tx<'_>) -> Result<u64, Error> {
    difference::leap(tx, 1_000_000)?;
    crate::carrier::void_feeds(tx)?;
    crate::health::void_probes(tx)?;
    tx.run(MARK_RESTORED, &[])
}
