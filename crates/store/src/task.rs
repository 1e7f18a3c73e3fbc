//! Human tasks: one open one an action at most.

use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::event::Event;
use model::id::{ActionId, Identity, TaskId};
use model::scope::Scope;
use model::task::{Decision, State, Task};

/// A task belongs to the seller only: it is the carrier's evidence.
macro_rules! seller_scope {
    () => {
        "($1 OR organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = $2))"
    };
}

statements! {
    INSERT = "INSERT INTO task (id, action_id, attempt_id, organization_id, state, evidence, version, created_at)
        VALUES ($1, $2, $3, $4, 'open', $5, 1, $6) RETURNING number";
    OPEN = concat!("SELECT * FROM task WHERE ", seller_scope!(), " AND state = 'open' ORDER BY number");
    LOCK = concat!("UPDATE task SET version = version + 1 WHERE ", seller_scope!(), " AND number = $3 AND state = 'open' RETURNING *");
    DECIDE = "UPDATE task SET state = 'decided', decision = $2, carrier_reference = $3, decided_at = $4 WHERE number = $1";
    APPLY = "UPDATE task SET state = 'applied', version = version + 1 WHERE id = $1 AND state IN ('open', 'decided') RETURNING *";
    LAST_OF_ACTION = "SELECT * FROM task WHERE action_id = $1 ORDER BY number DESC LIMIT 1";
}

pub fn insert(tx: &mut Tx<'_>, task: &Task) -> Result<i64, Error> {
    let now = tx.now();
    let evidence = task.evidence.to_string();
    let number = tx.insert(
        INSERT,
        args![&task.id, &task.action, task.attempt.as_ref(), &task.organization, evidence.as_str(), now],
    )?;
    event(tx, "task.opened", task, number, 1)?;
    Ok(number)
}

fn event(tx: &mut Tx<'_>, kind: &'static str, task: &Task, number: i64, sequence: i64) -> Result<(), Error> {
    let data = serde_json::json!({"number": number, "action": task.action, "decision": task.decision});
    let aggregate_id = *task.id.bytes();
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "task",
            aggregate_id,
            sequence,
            organization: task.organization,
            data,
        },
    )
}

fn read(row: Row<'_>) -> Result<Task, Error> {
    let decision: Option<String> = row.get("decision")?;
    Ok(Task {
        number: row.get("number")?,
        id: row.get("id")?,
        action: row.get("action_id")?,
        attempt: row.get("attempt_id")?,
        organization: row.get("organization_id")?,
        state: row.word("state")?,
        evidence: row.json("evidence")?,
        decision: decision
            .map(|word| word.parse())
            .transpose()
            .map_err(|_| Error::Corrupt("column decision".into()))?,
        carrier_reference: row.get("carrier_reference")?,
        created: row.get("created_at")?,
    })
}

/// Open tasks of the sellers in the scope, oldest first.
pub fn open(tx: &mut Tx<'_>, scope: Scope) -> Result<Vec<Task>, Error> {
    tx.all(OPEN, args![scope.everything, &scope.organization], read)
}

/// Decides an open task. None: there is no such open task in the scope.
pub fn decide(
    tx: &mut Tx<'_>,
    scope: Scope,
    number: i64,
    decision: Decision,
    reference: Option<&str>,
) -> Result<Option<Task>, Error> {
    let now = tx.now();
    let locked = tx.first(LOCK, args![scope.everything, &scope.organization, number], |row| {
        Ok((row.get::<i64>("version")?, read(row)?))
    })?;
    let Some((version, mut task)) = locked else { return Ok(None) };
    tx.run(DECIDE, args![number, decision.word(), reference, now])?;
    task.state = State::Decided;
    task.decision = Some(decision);
    task.carrier_reference = reference.map(ToOwned::to_owned);
    event(tx, "task.decided", &task, number, version)?;
    Ok(Some(task))
}

/// Notes that the engine has acted on a decision, or that there is nothing left to decide.
pub fn apply(tx: &mut Tx<'_>, id: TaskId) -> Result<(), Error> {
    let applied = tx.first(APPLY, args![&id], |row| Ok((row.get::<i64>("version")?, read(row)?)))?;
    match applied {
        Some((version, task)) => event(tx, "task.applied", &task, task.number, version),
        None => Ok(()),
    }
}

pub fn last_of_action(tx: &mut Tx<'_>, action: ActionId) -> Result<Option<Task>, Error> {
    tx.first(LAST_OF_ACTION, args![&action], read)
}
