//! Calls to carriers, under a session where the carrier wants one: one per carrier, shared by all nodes
//! through the store.

use crate::client::{Client, Failure};
use crate::roster::Member;
use crate::settle::Noted;
use carriers::http::{Reply, Request};
use carriers::{Call, Context};
use model::id::CarrierId;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Store;

pub struct Caller {
    store: Store,
    client: Client,
    /// Held while a node logs in at a carrier: many calls that find the session over make one login.
    logins: Mutex<HashMap<CarrierId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Caller {
    pub fn new(store: Store) -> Result<Self, String> {
        Ok(Self { store, client: Client::new()?, logins: Mutex::default() })
    }

    /// Sends a call, under the carrier's session where it wants one, but not after `last_start` of
    /// machine time. Answers what came and the record of every request that was made for it.
    pub async fn send(
        &self,
        member: &Member,
        call: &Call,
        last_start: Duration,
    ) -> (Result<Reply, Failure>, Vec<Noted>) {
        let mut notes = Vec::new();
        let mut made = Made { of: self, member, last_start, notes: &mut notes };
        let result = match member.connector.session().filter(|_| call.auth) {
            Some(signer) => made.signed(signer, call).await,
            None => made.request(call.operation, &call.request, call.mutating).await,
        };
        (result, notes)
    }

    fn login(&self, id: CarrierId) -> Arc<tokio::sync::Mutex<()>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}

/// The requests that are made for one call.
struct Made<'a> {
    of: &'a Caller,
    member: &'a Member,
    last_start: Duration,
    notes: &'a mut Vec<Noted>,
}

impl Made<'_> {
    async fn signed(
        &mut self,
        signer: &dyn carriers::connector::Session,
        call: &Call,
    ) -> Result<Reply, Failure> {
        let mut rejected = None;
        // The second round is for a session that the carrier no longer knows.
        for _ in 0..2 {
            let session = self.session(signer, rejected.as_ref()).await?;
            let mut request = call.request.clone();
            if let Some(session) = &session {
                signer.sign(session, &mut request);
            }
            let reply = self.request(call.operation, &request, call.mutating).await?;
            if !signer.rejected(&reply) {
                return Ok(reply);
            }
            rejected = session;
        }
        Err(Failure::NotSent("no session: the carrier rejects the one that it gave".into()))
    }

    /// The session to use. None: the carrier wants none.
    async fn session(
        &mut self,
        signer: &dyn carriers::connector::Session,
        rejected: Option<&Value>,
    ) -> Result<Option<Value>, Failure> {
        if let Some(session) = self.stored(rejected).await? {
            return Ok(Some(session));
        }
        let store = &self.of.store;
        let context = Context { settings: &self.member.settings, now: store.clock().now(), seed: 0 };
        let Some(login) = signer.authorize(context) else { return Ok(None) };
        let turn = self.of.login(self.member.carrier.id);
        let patience = self.last_start.saturating_sub(store::machine());
        let Ok(_turn) = tokio::time::timeout(patience, turn.lock()).await else {
            return Err(Failure::Ours("another call was logging in for too long".into()));
        };
        if let Some(session) = self.stored(rejected).await? {
            return Ok(Some(session));
        }
        let reply = self.request("session", &login, false).await.map_err(|failure| match failure {
            Failure::Ours(reason) => Failure::Ours(reason),
            failure => Failure::NotSent(format!("no session: {}", failure.reason())),
        })?;
        let (session, valid_for) = signer
            .ready(&reply)
            .ok_or_else(|| Failure::NotSent(format!("no session: the carrier answered {}", reply.status)))?;
        let (id, kept) = (self.member.carrier.id, session.clone());
        let until = store.clock().now().plus(valid_for);
        store
            .write_patiently(move |tx| store::carrier::save_session(tx, id, &kept, until))
            .await
            .map_err(ours)?;
        Ok(Some(session))
    }

    /// The session that the store keeps, unless it is the one that was rejected.
    async fn stored(&self, rejected: Option<&Value>) -> Result<Option<Value>, Failure> {
        let id = self.member.carrier.id;
        let stored = self.of.store.read(move |tx| store::carrier::session(tx, id)).await.map_err(ours)?;
        Ok(stored.map(|(session, _)| session).filter(|session| Some(session) != rejected))
    }

    async fn request(
        &mut self,
        operation: &str,
        request: &Request,
        mutating: bool,
    ) -> Result<Reply, Failure> {
        let (store, member) = (&self.of.store, self.member);
        let (started, from) = (store.clock().now(), store::machine());
        let result = self.of.client.send(request, mutating, member.limits.timeout(), self.last_start).await;
        if matches!(result, Err(Failure::Ours(_))) {
            // Nothing went out that could be recorded.
            return result;
        }
        let took = store::machine().saturating_sub(from);
        let note = Noted::new(member, operation, request, &result, started, took);
        metrics::histogram!("demarc_carrier_call_seconds", "carrier" => member.carrier.name.clone(), "operation" => operation.to_owned())
            .record(took.as_secs_f64());
        self.notes.push(note);
        result
    }
}

fn ours(error: store::Error) -> Failure {
    Failure::Ours(format!("the session is out of reach: {error}"))
}
