//! Human tasks: what the engine must not guess.

use crate::{Error, Hub, Principal};
use model::role::Capability;
use model::task::{Decision, Task};

impl Hub {
    /// Open tasks of the caller's carriers, oldest first.
    pub async fn tasks(&self, principal: &Principal) -> Result<Vec<Task>, Error> {
        principal.require(Capability::Decide)?;
        let scope = principal.scope;
        Ok(self.store().read(move |tx| store::task::open(tx, scope)).await?)
    }

    /// Decides one; the engine goes on from there. The carrier's reference is needed to go on from
    /// an order that the carrier has.
    pub async fn decide_task(
        &self,
        principal: &Principal,
        number: i64,
        decision: Decision,
        reference: Option<String>,
    ) -> Result<Task, Error> {
        principal.require(Capability::Decide)?;
        let scope = principal.scope;
        let task = self
            .store()
            .write(move |tx| {
                let task = store::task::decide(tx, scope, number, decision, reference.as_deref())?
                    .ok_or(Error::NotFound("open task"))?;
                if decision == Decision::Confirmed && task.attempt.is_some() && reference.is_none() {
                    return Err(Error::invalid(
                        "reference",
                        "is needed: the carrier's own reference of the order that it has",
                    ));
                }
                if let Some(given) = &reference
                    && store::attempt::action_of(tx, given)?.is_some()
                {
                    return Err(Error::invalid(
                        "reference",
                        "must be the carrier's own reference of the order: this one is ours",
                    ));
                }
                store::action::wake(tx, task.action)?;
                Ok::<_, Error>(task)
            })
            .await?;
        self.engine().wake();
        Ok(task)
    }
}
