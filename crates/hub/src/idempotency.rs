//! The same key gives the same answer: claimed and filled in the transaction of the effect.

use crate::{Error, Hub, action::Receipt};
use std::sync::Arc;
use store::Tx;
pub use store::idempotency::{Answer, Key};
use store::idempotency::{Claim, claim, fill, get};

/// A caller's key, and how its dialect answers.
#[derive(Clone)]
pub struct Idempotent<R = Receipt> {
    pub key: Key,
    /// Writes the whole answer, which is stored and replayed byte for byte.
    pub render: Render<R>,
}

/// How a dialect answers with what a caller gets.
pub type Render<R> = Arc<dyn Fn(&R) -> Answer + Send + Sync>;

/// What became of a creating request.
#[derive(Debug, Clone, PartialEq)]
pub enum Accepted<R = Receipt> {
    /// The answer is written already where it was stored.
    New(R, Option<Answer>),
    /// The same request was answered so before.
    Replayed(Answer),
}

/// Runs `create` once for each key. Errors are not stored.
pub(crate) fn once<R, E: From<Error>>(
    tx: &mut Tx<'_>,
    idempotent: Option<&Idempotent<R>>,
    create: impl FnOnce(&mut Tx<'_>) -> Result<R, E>,
) -> Result<Accepted<R>, E> {
    let Some(idempotent) = idempotent else { return create(tx).map(|receipt| Accepted::New(receipt, None)) };
    match claim(tx, &idempotent.key).map_err(Error::from)? {
        Claim::Answered(answer) => Ok(Accepted::Replayed(answer)),
        Claim::Mismatch => Err(Error::KeyReused.into()),
        Claim::Fresh(number) => {
            let receipt = create(tx)?;
            let answer = (idempotent.render)(&receipt);
            fill(tx, number, &answer).map_err(Error::from)?;
            Ok(Accepted::New(receipt, Some(answer)))
        }
    }
}

impl Hub {
    /// The answer that stands under a key. Asked when a request is refused: it is the same answer as before when the
    /// carrier is no longer sold, or no longer the caller's.
    pub async fn replay<R>(&self, key: Option<&Key>) -> Result<Option<Accepted<R>>, Error> {
        let Some(key) = key.cloned() else { return Ok(None) };
        match self.store().read(move |tx| get(tx, &key)).await? {
            None => Ok(None),
            Some(Claim::Answered(answer)) => Ok(Some(Accepted::Replayed(answer))),
            Some(Claim::Fresh(_) | Claim::Mismatch) => Err(Error::KeyReused),
        }
    }
}
