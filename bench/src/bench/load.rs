//! Closed-loop load: so many connections, each with one request under way, for a time. The warm-up is not counted.

use crate::http::Connection;
use crate::latency::Latencies;
use crate::{Result, clock};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How a load is made.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub connections: usize,
    pub warm_up: Duration,
    pub measured: Duration,
    /// What every answer must be; another one ends the bench.
    pub expected: u16,
}

#[derive(Debug, Default)]
pub struct Loaded {
    pub per_second: f64,
    pub latencies: Latencies,
    /// A part of what was answered: numbers of actions.
    pub seen: Vec<i64>,
    /// All answers, also those that do not count …
    pub answered: u64,
    /// … and how many of them were right.
    pub right: u64,
}

/// However fast the server is, a connection makes no more requests than this.
const MOST: u64 = 1_000_000;
/// One number in so many is kept.
const KEPT: u64 = 16;

/// `write` makes the request of a connection (first argument) with a number (second one).
pub async fn run<W>(address: SocketAddr, load: Load, write: W) -> Result<Loaded>
where
    W: Fn(u64, u64, &mut Vec<u8>) + Clone + Send + Sync + 'static,
{
    let write = move |connection: u64, round: u64, request: &mut Vec<u8>| {
        write(connection, round, request);
        true
    };
    judged(address, load, write, |_, _, _| true).await
}

/// The same where there may be nothing left to ask (`write` says false), which ends the load, and where `judge` says
/// whether the body of an answer is right.
pub async fn judged<W, J>(address: SocketAddr, load: Load, write: W, judge: J) -> Result<Loaded>
where
    W: Fn(u64, u64, &mut Vec<u8>) -> bool + Clone + Send + Sync + 'static,
    J: Fn(u64, u64, &[u8]) -> bool + Clone + Send + Sync + 'static,
{
    let warm = clock::now() + load.warm_up;
    let time = Time { warm, end: warm + load.measured };
    let mut connections = Vec::new();
    for number in 0..load.connections as u64 {
        let (write, judge) = (write.clone(), judge.clone());
        connections.push(tokio::spawn(one(address, number, (write, judge), time, load.expected)));
    }
    let (mut loaded, mut end) = (Loaded::default(), warm);
    for connection in connections {
        let (part, ended) = connection.await??;
        loaded.latencies.append(part.latencies);
        loaded.seen.extend(part.seen);
        loaded.answered += part.answered;
        loaded.right += part.right;
        end = end.max(ended.min(time.end));
    }
    let seconds = end.saturating_duration_since(warm).as_secs_f64();
    if seconds < load.measured.as_secs_f64() / 2.0 {
        return Err("there is too little to ask for".into());
    }
    loaded.per_second = loaded.latencies.len() as f64 / seconds;
    Ok(loaded)
}

#[derive(Debug, Clone, Copy)]
struct Time {
    warm: Instant,
    end: Instant,
}

/// An answer counts when it came within the measured time. With the moment when this connection had nothing more to ask.
async fn one<W, J>(
    address: SocketAddr,
    number: u64,
    (write, judge): (W, J),
    Time { warm, end }: Time,
    expected: u16,
) -> Result<(Loaded, Instant)>
where
    W: Fn(u64, u64, &mut Vec<u8>) -> bool,
    J: Fn(u64, u64, &[u8]) -> bool,
{
    let mut connection = Connection::open(address).await?;
    let (mut request, mut loaded) = (Vec::with_capacity(1024), Loaded::default());
    for round in 0..MOST {
        let more = write(number, round, &mut request);
        let sent = clock::now();
        if sent >= end || !more {
            return Ok((loaded, sent));
        }
        let answer = connection.send(&request).await?;
        let answered = clock::now();
        if answer.status != expected {
            return Err(
                format!("answered {}: {}", answer.status, String::from_utf8_lossy(answer.body)).into()
            );
        }
        if round % KEPT == 0 {
            loaded.seen.extend(crate::http::id(answer.body));
        }
        loaded.answered += 1;
        loaded.right += u64::from(judge(number, round, answer.body));
        if answered >= warm && answered < end {
            loaded.latencies.add(answered - sent);
        }
    }
    Ok((loaded, end))
}
