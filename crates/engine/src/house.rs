//! What the hub registers with the engine: house procedures, and what is to be done when an action
//! ends. Implemented in the hub, wired by the program.

use carriers::Outcome;
use model::action::Action;
use model::time::Timestamp;
use store::{Error, Tx};

/// What a house procedure wants after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Done(Outcome),
    /// The carrier's connector goes on, from its beginning.
    HandOver,
    /// Not before this moment of business time.
    Wait(Timestamp),
}

pub trait House: Send + Sync {
    /// One step of an action that the house drives: one transaction, no network.
    fn step(&self, tx: &mut Tx<'_>, action: &Action) -> Result<Step, Error>;

    /// Told of the end of an action in the transaction that ends it: makes what follows from it and
    /// sets its `result` or `error`.
    fn ended(&self, tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), Error>;
}
