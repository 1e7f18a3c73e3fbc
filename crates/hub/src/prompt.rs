//! Answers to prompts: taken under the action's lock, carried to the carrier by the engine.

use crate::action::View;
use crate::fulfil;
use crate::{Error, Hub, Principal};
use carriers::Outcome;
use model::action::{Action, Change, State};
use model::prompt::{Answer, Kind, Prompt, Rejected};
use model::role::Capability;
use std::time::Duration;
use store::Tx;

/// Why an answer is not taken, in the words of the Compare Tech document.
pub const NOT_INTERRUPTED: &str = "Requires status to be interrupted";

impl Hub {
    /// Tries a one-time password. Answers at once: what the carrier says of it is seen in the action.
    pub async fn answer_otp(
        &self,
        principal: &Principal,
        dialect: &'static str,
        number: i64,
        otp: String,
    ) -> Result<View, Error> {
        self.answer(principal, dialect, number, Answer::Otp(otp)).await
    }

    /// Asks for a new one-time password.
    pub async fn reset_otp(
        &self,
        principal: &Principal,
        dialect: &'static str,
        number: i64,
    ) -> Result<View, Error> {
        self.answer(principal, dialect, number, Answer::Reset).await
    }

    async fn answer(
        &self,
        principal: &Principal,
        dialect: &'static str,
        number: i64,
        answer: Answer,
    ) -> Result<View, Error> {
        principal.require(Capability::Order)?;
        let scope = principal.scope;
        let (action, prompt) = self
            .store()
            .write(move |tx| {
                store::action::seen(tx, scope, number, dialect)?.ok_or(Error::NotFound("action"))?;
                let action = store::action::lock(tx, number)?.ok_or(Error::NotFound("action"))?;
                let prompt = store::prompt::by_kind(tx, action.id, Kind::Otp)?;
                let waiting = prompt.filter(|_| action.state == State::Interrupted);
                let prompt = waiting.ok_or_else(|| Error::Conflict(NOT_INTERRUPTED.into()))?;
                take(tx, action, prompt, answer.clone())
            })
            .await?;
        self.engine().wake();
        self.view(action, Some(prompt)).await
    }
}

fn take(
    tx: &mut Tx<'_>,
    before: Action,
    mut prompt: Prompt,
    answer: Answer,
) -> Result<(Action, Prompt), Error> {
    let mut after = before.clone();
    let illegal = |e: model::action::Illegal| Error::Internal(e.to_string());
    match prompt.answer(answer) {
        Ok(()) => {
            after.state = after.state.on(Change::Resume).map_err(illegal)?;
            after.due = Some(tx.now());
        }
        Err(Rejected::NotAsked) => return Err(Error::Conflict(NOT_INTERRUPTED.into())),
        Err(exhausted @ Rejected::Exhausted) => {
            prompt.close();
            after.state = after.state.on(Change::Cancel).map_err(illegal)?;
            after.due = None;
            // Nothing is left for a person to decide.
            if let Some(task) = store::task::last_of_action(tx, after.id)? {
                store::task::apply(tx, task.id)?;
            }
            fulfil::ended(tx, &mut after, &Outcome::Failed { reason: exhausted.to_string() })?;
        }
    }
    store::prompt::save(tx, &prompt)?;
    store::action::settle(tx, &before, &mut after, Duration::ZERO)?;
    Ok((after, prompt))
}
