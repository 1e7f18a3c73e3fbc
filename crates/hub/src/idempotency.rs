//! The same key gives the same answer: claimed and filled in the transaction of the effect.

use crate::{Error, Hub, action::Receipt};
use std::sync::Arc;
use store::Tx;
pub use store::idempotency::{Answer, Key};
use store::idempotency::{Claim, claim, fill, get};

/// A caller's key, and how its dialect answers.
#[derive(Clone)]
pub struct Idempotent {
    pub key: Key,
    /// Writes the whole answer, which is stored and replayed byte for byte.
    pub render: Arc<dyn Fn(&Receipt) -> Answer + Send + Sync>,
}

/// What became of a creating request.
#[derive(Debug, Clone, PartialEq)]
pub enum Accepted {
    New(Receipt),
    /// The same request was answered so before.
    Replayed(Answer),
}

/// Runs `create` once for each key. Errors are not stored.
pub(crate) fn once(
    tx: &mut Tx<'_>,
    idempotent: Option<&Idempotent>,
    create: impl FnOnce(&mut Tx<'_>) -> Result<Receipt, Error>,
) -> Result<Accepted, Error> {
    let Some(idempotent) = idempotent else { return create(tx).map(Accepted::New) };
    match claim(tx, &idempotent.key)? {
        Claim::Answered(answer) => Ok(Accepted::Replayed(answer)),
        Claim::Mismatch => Err(Error::KeyReused),
        Claim::Fresh => {
            let receipt = create(tx)?;
            fill(tx, &idempotent.key, &(idempotent.render)(&receipt))?;
            Ok(Accepted::New(receipt))
        }
    }
}

impl Hub {
    /// The answer that stands under a key. Asked before the request is looked at any closer: it is the same answer
    /// when the carrier is no longer sold, or no longer the caller's. Whoever finds nothing here claims the key in the
    /// transaction of the effect all the same.
    pub async fn replay(&self, key: Option<&Key>) -> Result<Option<Accepted>, Error> {
        let Some(key) = key.cloned() else { return Ok(None) };
        match self.store().read(move |tx| get(tx, &key)).await? {
            None => Ok(None),
            Some(Claim::Answered(answer)) => Ok(Some(Accepted::Replayed(answer))),
            Some(Claim::Fresh | Claim::Mismatch) => Err(Error::KeyReused),
        }
    }
}
