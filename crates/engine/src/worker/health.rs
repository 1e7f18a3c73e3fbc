//! What a node knows of its carriers' breakers, beside what the store keeps for all nodes.

use super::Engine;
use crate::client::Failure;
use crate::roster::Member;
use carriers::http::Reply;
use model::id::CarrierId;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::health::{self, Breaker};

/// A carrier whose breaker opened is left alone for this long.
pub const COOL_DOWN: Duration = Duration::from_secs(10);
/// A probe may be over long before it must be: looked at again after this long.
const PROBED: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Memory {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Carriers whose last call failed: the next good answer is to be noted.
    suspects: HashSet<CarrierId>,
    /// Carriers that are not asked about until this machine time: their breakers are closed.
    closed: HashMap<CarrierId, Duration>,
}

impl Memory {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is known that nothing may be sent to it.
    pub fn is_closed(&self, id: CarrierId) -> bool {
        self.known().closed.get(&id).is_some_and(|until| *until > store::machine())
    }

    /// Notes what the store says of a breaker.
    pub fn looked(&self, id: CarrierId, breaker: Breaker) {
        let mut known = self.known();
        if breaker != Breaker::Open {
            // Another node, or this one before it was started again, has seen it fail.
            known.suspects.insert(id);
        }
        match breaker {
            Breaker::Closed(wait) => known.closed.insert(id, store::machine() + wait),
            Breaker::Probed(wait) => known.closed.insert(id, store::machine() + wait.min(PROBED)),
            Breaker::Open | Breaker::Ajar => known.closed.remove(&id),
        };
    }

    /// Notes how a call went; says whether the store has to know.
    fn went(&self, id: CarrierId, well: bool) -> bool {
        let mut known = self.known();
        if well {
            known.closed.remove(&id);
            return known.suspects.remove(&id);
        }
        known.suspects.insert(id);
        true
    }
}

impl Engine {
    /// Keeps the carrier's breaker: only what says something of its health counts.
    pub(super) async fn note_health(&self, member: &Member, result: &Result<Reply, Failure>) {
        let id = member.carrier.id;
        if matches!(result, Err(Failure::Ours(_))) {
            return;
        }
        let well = matches!(result, Ok(reply) if reply.status < 500);
        metrics::counter!("demarc_carrier_answers_total", "carrier" => member.carrier.name.clone(), "well" => well.to_string()).increment(1);
        if !self.inner.health.went(id, well) {
            return;
        }
        let noted = self.inner.store.write_patiently(move |tx| match well {
            true => health::well(tx, id).map(|()| false),
            false => health::failed(tx, id, COOL_DOWN),
        });
        match noted.await {
            Ok(true) => tracing::warn!(
                carrier = member.carrier.name,
                "the carrier does not answer: left alone for a while"
            ),
            Ok(false) => {}
            Err(error) => {
                let error: store::Error = error;
                tracing::warn!(%error, "a carrier's health could not be noted")
            }
        }
    }
}
