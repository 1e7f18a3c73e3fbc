//! Qualifications: the stored answers to "what can be had here".

use crate::action::in_scope;
use crate::{Error, Tx, args, statements};
use model::action::Action;
use model::event::Event;
use model::id::{Identity, PremiseId, QualificationId};
use model::scope::Scope;

statements! {
    INSERT = "INSERT INTO qualification (id, organization_id, seller_id, action_id, carrier_id, premise_id, answer, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING number";
    OF_ACTION = concat!("SELECT id FROM qualification WHERE ", in_scope!(), " AND action_id = (SELECT id FROM action WHERE number = $3)");
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

/// The qualification that a coverage action, by its number, led to.
pub fn of_action(tx: &mut Tx<'_>, scope: Scope, action: i64) -> Result<Option<QualificationId>, Error> {
    tx.first(OF_ACTION, args![scope.everything, &scope.organization, action], |row| row.get("id"))
}
