//! What the engine is given by the hub: the house procedures, and what follows from an end.

use crate::{Places, account, order, own, qualify};
use carriers::Outcome;
use engine::{House, Step};
use model::action::{Action, Work};
use store::{Error, Tx};

/// The hub's side of the engine.
#[derive(Default)]
pub struct Fulfilment {
    pub places: Places,
}

impl House for Fulfilment {
    fn step(&self, tx: &mut Tx<'_>, action: &Action) -> Result<Step, Error> {
        match &action.request.work {
            Work::Coverage(asked) => {
                Ok(Step::Done(qualify::from_premises(tx, &self.places, action.carrier, &asked.address)?))
            }
            Work::Subscription(subscription) => {
                match own::order::step(tx, &self.places, action, subscription)? {
                    Some(step) => Ok(step),
                    None => order::check_premise(tx, &self.places, action, subscription),
                }
            }
            Work::Change { change } => own::change::step(tx, action, *change),
            Work::Account { account, task } => account::step(tx, *account, *task),
            // Too long for one transaction: see `bulk`.
            Work::Bulk(_) => Err(Error::Internal("a bulk qualification has no house procedure".into())),
        }
    }

    fn ended(&self, tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), Error> {
        ended(tx, action, outcome)
    }
}

/// What follows from the end of an action, in the transaction that ends it.
pub(crate) fn ended(tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), Error> {
    match &action.request.work {
        Work::Coverage(_) => qualify::conclude(tx, action, outcome),
        Work::Subscription(_) => order::conclude(tx, action, outcome),
        Work::Change { .. } => own::change::conclude(tx, action, outcome),
        Work::Account { .. } => account::conclude(tx, action, outcome),
        Work::Bulk(_) => Ok(()),
    }
}
