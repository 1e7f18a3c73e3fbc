//! One session per carrier, shared by all nodes through the store.

use crate::client::{Client, Failure};
use crate::roster::Member;
use crate::settle::Noted;
use carriers::http::Request;
use carriers::{Call, Context};
use serde_json::Value;
use std::time::Duration;
use store::Store;

/// Sends a call, under the carrier's session where it wants one, but not after `last_start` of
/// machine time. Answers what came and the record of every request that was made for it.
pub async fn send(
    store: &Store,
    client: &Client,
    member: &Member,
    call: &Call,
    last_start: Duration,
) -> (Result<carriers::http::Reply, Failure>, Vec<Noted>) {
    let mut notes = Vec::new();
    let mut request = call.request.clone();
    let late = || Err(Failure::NotSent("too little of the lease was left".into()));
    if !call.auth {
        if store::machine() > last_start {
            return (late(), notes);
        }
        return (
            noted(store, client, member, call.operation, &request, call.mutating, &mut notes).await,
            notes,
        );
    }
    // The second round is for a session that the carrier no longer knows.
    for round in 0..2 {
        let session = match current(store, client, member, round > 0, &mut notes).await {
            Ok(session) => session,
            Err(reason) => return (Err(Failure::NotSent(reason)), notes),
        };
        if let (Some(session), Some(signer)) = (&session, member.connector.session()) {
            request = call.request.clone();
            signer.sign(session, &mut request);
        }
        // A login may have taken its time.
        if store::machine() > last_start {
            return (late(), notes);
        }
        let result = noted(store, client, member, call.operation, &request, call.mutating, &mut notes).await;
        let rejected =
            matches!((&result, member.connector.session()), (Ok(reply), Some(s)) if s.rejected(reply));
        if !rejected || round > 0 {
            return (result, notes);
        }
    }
    (Err(Failure::NotSent("no session".into())), notes)
}

/// The session to use. None: the carrier wants none.
async fn current(
    store: &Store,
    client: &Client,
    member: &Member,
    renew: bool,
    notes: &mut Vec<Noted>,
) -> Result<Option<Value>, String> {
    let Some(sessions) = member.connector.session() else { return Ok(None) };
    let id = member.carrier.id;
    if !renew {
        let stored =
            store.read(move |tx| store::carrier::session(tx, id)).await.map_err(|e| e.to_string())?;
        if let Some((session, _)) = stored {
            return Ok(Some(session));
        }
    }
    let context = Context { settings: &member.settings, now: store.clock().now(), seed: 0 };
    let Some(login) = sessions.authorize(context) else { return Ok(None) };
    let reply = noted(store, client, member, "session", &login, false, notes)
        .await
        .map_err(|f| format!("no session: {}", f.reason()))?;
    let (session, valid_for) =
        sessions.ready(&reply).ok_or_else(|| format!("no session: the carrier answered {}", reply.status))?;
    let (kept, until) = (session.clone(), store.clock().now().plus(valid_for));
    store
        .write(move |tx| store::carrier::save_session(tx, id, &kept, until))
        .await
        .map_err(|e: store::Error| e.to_string())?;
    Ok(Some(session))
}

async fn noted(
    store: &Store,
    client: &Client,
    member: &Member,
    operation: &str,
    request: &Request,
    mutating: bool,
    notes: &mut Vec<Noted>,
) -> Result<carriers::http::Reply, Failure> {
    let (started, from) = (store.clock().now(), store::machine());
    let result = client.send(request, mutating, member.limits.timeout()).await;
    let note =
        Noted::new(member, operation, request, &result, started, store::machine().saturating_sub(from));
    metrics::histogram!("demarc_carrier_call_seconds", "carrier" => member.carrier.name.clone(), "operation" => operation.to_owned())
        .record(note.took.as_secs_f64());
    notes.push(note);
    result
}
