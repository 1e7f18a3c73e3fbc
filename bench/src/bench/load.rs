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
    let warm = clock::now() + load.warm_up;
    let end = warm + load.measured;
    let mut connections = Vec::new();
    for number in 0..load.connections as u64 {
        connections.push(tokio::spawn(one(address, number, write.clone(), warm, end, load.expected)));
    }
    let mut loaded = Loaded::default();
    for connection in connections {
        let part = connection.await??;
        loaded.latencies.append(part.latencies);
        loaded.seen.extend(part.seen);
    }
    loaded.per_second = loaded.latencies.len() as f64 / load.measured.as_secs_f64();
    Ok(loaded)
}

/// An answer counts when it came within the measured time.
async fn one<W>(
    address: SocketAddr,
    number: u64,
    write: W,
    warm: Instant,
    end: Instant,
    expected: u16,
) -> Result<Loaded>
where
    W: Fn(u64, u64, &mut Vec<u8>),
{
    let mut connection = Connection::open(address).await?;
    let (mut request, mut loaded) = (Vec::with_capacity(1024), Loaded::default());
    for round in 0..MOST {
        write(number, round, &mut request);
        let sent = clock::now();
        if sent >= end {
            break;
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
        if answered >= warm && answered < end {
            loaded.latencies.add(answered - sent);
        }
    }
    Ok(loaded)
}
