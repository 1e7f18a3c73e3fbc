//! Qualifications: the stored answers to "what can be had here". A coverage action's is a row; those of a run of bulk
//! qualification are many in a row, and each has an id all the same.

use crate::action::in_tree;
use crate::answers::{self, Packed};
use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::action::Action;
use model::event::Event;
use model::id::{CarrierId, Identity, OrganizationId, PremiseId, QualificationId};
use model::qualification::Answer;
use model::scope::Scope;
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO qualification (id, organization_id, seller_id, action_id, carrier_id, premise_id, answer, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING number";
    BY_ID = concat!("SELECT carrier_id, answer, created_at FROM qualification WHERE ", in_tree!(), " AND id = $3");
    STANDS = concat!("SELECT number FROM qualification WHERE ", in_tree!(), " AND id = $3");
    PUT = "INSERT INTO qualification_chunk (run_id, first, last, organization_id, answers, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (run_id, first) DO UPDATE SET last = excluded.last, answers = excluded.answers, created_at = excluded.created_at";
    CHUNK = concat!("SELECT first, last, answers, created_at FROM qualification_chunk WHERE ", in_tree!(),
        " AND run_id = $3 AND first <= $4 ORDER BY first DESC LIMIT 1");
    CHUNK_STANDS = concat!("SELECT last FROM qualification_chunk WHERE ", in_tree!(),
        " AND run_id = $3 AND first <= $4 ORDER BY first DESC LIMIT 1");
    DISCARD = "DELETE FROM qualification_chunk WHERE number IN (SELECT number FROM qualification_chunk WHERE run_id = $1 LIMIT $2)";
    /// Numbers rise with time: looking at the lowest is enough.
    PRUNE = "DELETE FROM qualification_chunk WHERE created_at < $1
        AND number IN (SELECT number FROM qualification_chunk ORDER BY number LIMIT $2)";
    OF_ACTION = concat!("SELECT id FROM qualification WHERE ", in_tree!(), " AND action_id = (SELECT id FROM action WHERE number = $3)");
}

/// Stores what an action found out, with its event.
pub fn insert(
    tx: &mut Tx<'_>,
    action: &Action,
    premise: Option<PremiseId>,
    answer: &serde_json::Value,
) -> Result<QualificationId, Error> {
    let (id, now): (QualificationId, _) = (tx.identity()?, tx.now());
    let text = answer.to_string();
    let number: i64 = tx.insert(
        INSERT,
        args![
            &id,
            &action.organization,
            &action.seller,
            &action.id,
            &action.carrier,
            premise.as_ref(),
            text.as_str(),
            now
        ],
    )?;
    let data = serde_json::json!({"number": number, "action": action.id, "carrier": action.carrier});
    let (aggregate_id, organization) = (*id.bytes(), action.organization);
    let kind = "qualification.created";
    crate::event::insert(
        tx,
        &Event {
            kind,
            version: 1,
            aggregate: "qualification",
            aggregate_id,
            sequence: 1,
            organization,
            data,
        },
    )?;
    Ok(id)
}

/// The qualification that a coverage action, by its number, led to, for those who asked or stand above them.
pub fn of_action(tx: &mut Tx<'_>, scope: Scope, action: i64) -> Result<Option<QualificationId>, Error> {
    tx.first(OF_ACTION, args![scope.everything, &scope.organization, action], |row| row.get("id"))
}

/// What a qualification says.
#[derive(Clone, PartialEq)]
pub enum Found {
    /// Of a coverage action: one carrier's answer, as the hub wrote it.
    Coverage { carrier: CarrierId, answer: serde_json::Value },
    /// Of a bulk qualification: all carriers' offers, or the reason why there is none.
    Bulk(Answer),
}

/// A qualification of either kind by its id, and when it was made.
pub fn by_id(
    tx: &mut Tx<'_>,
    scope: Scope,
    id: QualificationId,
) -> Result<Option<(Found, Timestamp)>, Error> {
    let coverage = |row: Row<'_>| {
        let found = Found::Coverage { carrier: row.get("carrier_id")?, answer: row.json("answer")? };
        Ok((found, row.get("created_at")?))
    };
    if let Some(found) = tx.first(BY_ID, args![scope.everything, &scope.organization, &id], coverage)? {
        return Ok(Some(found));
    }
    let (run, row) = id.apart();
    let row = i64::from(row);
    let chunk = tx.first(CHUNK, args![scope.everything, &scope.organization, &run, row], |found| {
        let (first, last): (i64, i64) = (found.get("first")?, found.get("last")?);
        Ok((first, last, found.get::<Vec<u8>>("answers")?, found.get::<Timestamp>("created_at")?))
    })?;
    let Some((first, _, answers, at)) = chunk.filter(|(_, last, ..)| row <= *last) else { return Ok(None) };
    let nth = usize::try_from(row - first).unwrap_or_default();
    Ok(Some((Found::Bulk(answers::unpack(tx.vault(), &answers, nth)?), at)))
}

/// Whether there is such a qualification; what it says is not read.
pub fn stands(tx: &mut Tx<'_>, scope: Scope, id: QualificationId) -> Result<bool, Error> {
    let number = |row: Row<'_>| row.get::<i64>("number");
    if tx.first(STANDS, args![scope.everything, &scope.organization, &id], number)?.is_some() {
        return Ok(true);
    }
    let (run, row) = id.apart();
    let row = i64::from(row);
    let last = |found: Row<'_>| found.get::<i64>("last");
    let last = tx.first(CHUNK_STANDS, args![scope.everything, &scope.organization, &run, row], last)?;
    Ok(last.is_some_and(|last| row <= last))
}

/// Deletes chunks of a run's answers, at most `limit`; says how many.
pub fn discard(tx: &mut Tx<'_>, run: QualificationId, limit: i64) -> Result<u64, Error> {
    tx.run(DISCARD, args![&run, limit])
}

/// Stores answers of a run; those that stand there already give way.
pub fn put(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    run: QualificationId,
    answers: &Packed,
) -> Result<(), Error> {
    let now = tx.now();
    let rows = [answers.first, answers.last].map(u64::cast_signed);
    tx.run(PUT, args![&run, rows[0], rows[1], &organization, &answers.bytes, now]).map(|_| ())
}

/// Forgets chunks of answers from before a moment, at most `limit`; says how many.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(PRUNE, args![before, limit])
}
