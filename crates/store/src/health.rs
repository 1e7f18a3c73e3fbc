//! A carrier's breaker, shared by all nodes: after too many failures in a row it is closed for a
//! while, then one probe in the whole cluster may try. Machine time of the store.

use crate::{Error, Tx, args, statements};
use model::id::CarrierId;
use std::time::Duration;

statements! {
    FAILED = "INSERT INTO carrier_health (carrier_id, failures, closed_until, probe_until) VALUES ($1, 1, 0, 0)
        ON CONFLICT (carrier_id) DO UPDATE SET failures = carrier_health.failures + 1 RETURNING failures";
    SHUT = "UPDATE carrier_health SET closed_until = $2, probe_until = 0 WHERE carrier_id = $1";
    WELL = "UPDATE carrier_health SET failures = 0, closed_until = 0, probe_until = 0 WHERE carrier_id = $1";
    GET = "SELECT failures, closed_until, probe_until FROM carrier_health WHERE carrier_id = $1";
    PROBE = "UPDATE carrier_health SET probe_until = $2 WHERE carrier_id = $1 AND closed_until > 0 AND closed_until <= $3 AND probe_until <= $3";
    UNUSED = "UPDATE carrier_health SET probe_until = 0 WHERE carrier_id = $1";
    VOID = "UPDATE carrier_health SET probe_until = 0 WHERE probe_until > 0";
}

/// Failures in a row after which the breaker opens.
pub const LIMIT: i64 = 5;

/// What may be sent to a carrier now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Nothing for this long.
    Closed(Duration),
    /// One action: it is the probe.
    Probe,
}

/// A carrier's breaker as it stands, before anybody asks to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaker {
    Open,
    /// For this long yet.
    Closed(Duration),
    /// A probe is out, which has this long at most.
    Probed(Duration),
    /// The cool-down is over: one may try.
    Ajar,
}

/// Looks, and changes nothing.
pub fn look(tx: &mut Tx<'_>, id: CarrierId) -> Result<Breaker, Error> {
    let known = tx.first(GET, args![&id], |row| {
        Ok((row.get::<i64>("closed_until")?, row.get::<i64>("probe_until")?))
    })?;
    let Some((closed_until, probe_until)) = known.filter(|(closed, _)| *closed > 0) else {
        return Ok(Breaker::Open);
    };
    let now = tx.machine_time()?;
    let micros = |until: i64| Duration::from_micros(u64::try_from(until - now).unwrap_or(0));
    Ok(match () {
        () if closed_until > now => Breaker::Closed(micros(closed_until)),
        () if probe_until > now => Breaker::Probed(micros(probe_until)),
        () => Breaker::Ajar,
    })
}

/// Asks whether to send. At most one caller in the cluster is told `Probe` in a cool-down.
pub fn gate(tx: &mut Tx<'_>, id: CarrierId, probe: Duration) -> Result<Gate, Error> {
    const SHORT: Duration = Duration::from_millis(100);
    match look(tx, id)? {
        Breaker::Open => return Ok(Gate::Open),
        Breaker::Closed(wait) | Breaker::Probed(wait) => return Ok(Gate::Closed(wait.max(SHORT))),
        Breaker::Ajar => {}
    }
    let now = tx.machine_time()?;
    let until = now.saturating_add(i64::try_from(probe.as_micros()).unwrap_or(i64::MAX));
    Ok(if tx.run(PROBE, args![&id, until, now])? == 1 { Gate::Probe } else { Gate::Closed(SHORT) })
}

/// The probe sent nothing: another may try.
pub fn unused(tx: &mut Tx<'_>, id: CarrierId) -> Result<(), Error> {
    tx.run(UNUSED, args![&id]).map(|_| ())
}

/// Nobody knows of the probes that were out.
pub(crate) fn void_probes(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.run(VOID, &[]).map(|_| ())
}

/// Notes a failure; true when this one opened the breaker.
pub fn failed(tx: &mut Tx<'_>, id: CarrierId, cool_down: Duration) -> Result<bool, Error> {
    let failures: i64 = tx.one(FAILED, args![&id], |row| row.get("failures"))?;
    if failures < LIMIT {
        return Ok(false);
    }
    let until = tx.machine_time()?.saturating_add(i64::try_from(cool_down.as_micros()).unwrap_or(i64::MAX));
    tx.run(SHUT, args![&id, until])?;
    Ok(failures == LIMIT)
}

/// Notes an answer: the carrier is well.
pub fn well(tx: &mut Tx<'_>, id: CarrierId) -> Result<(), Error> {
    tx.run(WELL, args![&id]).map(|_| ())
}
