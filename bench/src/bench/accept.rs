//! How many coverage questions are accepted a second, each durable with its event, and how many actions can be read:
//! on the embedded store beside the bare order API of `bin/bare.rs`, on PostgreSQL beside `pgbench` with the same
//! statements. The server does not carry them out meanwhile.

use super::load::{self, Load, Loaded};
use crate::clock::Random;
use crate::figure::{Figure, Measured};
use crate::http;
use crate::site::{BASE, Process, Site, Store};
use crate::{Result, World, peer};
use std::sync::Arc;
use std::time::Duration;

const ACCEPT: &str = include_str!("../../sql/accept.sql");
const ACCEPT_ONCE: &str = include_str!("../../sql/accept_once.sql");
const READ: &str = include_str!("../../sql/read.sql");

const CONNECTIONS: [usize; 2] = [64, 256];
/// Connections of the reads.
const READERS: usize = 64;

/// What is asked of both sides.
#[derive(Clone, Copy)]
struct Case {
    connections: usize,
    /// With an `Idempotency-Key` that is new for each request.
    once: bool,
}

/// What stands beside each case, and beside the reads.
struct Peers {
    name: &'static str,
    accepted: Vec<f64>,
    reads: Option<f64>,
}

pub async fn run(world: &World) -> Result<Measured> {
    let cases: Vec<Case> = CONNECTIONS
        .iter()
        .flat_map(|&connections| [true, false].map(|once| Case { connections, once }))
        .collect();
    let mut measured = Measured::default();
    for store in Store::BOTH {
        let peers = match store {
            Store::Embedded => bare(world, &cases).await?,
            Store::Postgres => pgbench(world, &cases)?,
        };
        let site = Site::new(world, store, "accept")?;
        let key: Arc<str> = site.furnish()?.into();
        let server = site.serve(&["--no-worker"], &[]).await?;
        let mut numbers = Vec::new();
        for (case, peer) in cases.iter().zip(&peers.accepted) {
            checkpoint(world, store)?;
            let mut loaded = posts(world, &server, key.clone(), *case, OURS).await?;
            numbers.append(&mut loaded.seen);
            let with = if case.once { "with" } else { "without" };
            let what = format!("accepted, {} connections, {with} `Idempotency-Key`", case.connections);
            let figure = Figure::new("accept", what, store.name(), loaded.per_second, "/s");
            measured.figures.push(figure.latencies(&mut loaded.latencies).beside(peers.name, *peer));
        }
        let mut loaded = reads(world, &server, key, numbers).await?;
        let what = format!("read by id, {READERS} connections");
        let figure = Figure::new("accept", what, store.name(), loaded.per_second, "/s");
        let figure = figure.latencies(&mut loaded.latencies);
        measured.figures.push(match peers.reads {
            Some(reads) => figure.beside(peers.name, reads),
            None => figure,
        });
    }
    Ok(measured)
}

fn load(world: &World, connections: usize, expected: u16) -> Load {
    let (warm_up, measured) = world.size((2, 10), (1, 3));
    Load {
        connections,
        warm_up: Duration::from_secs(warm_up),
        measured: Duration::from_secs(measured),
        expected,
    }
}

/// What was written before is on the disk, so that it does not burden what comes next.
fn checkpoint(world: &World, store: Store) -> Result<()> {
    if store == Store::Postgres {
        peer::psql(&world.postgres, &["-c", "CHECKPOINT"])?;
    }
    Ok(())
}

/// Where the bodies are posted to.
const OURS: &str = "/comparetech/api/v1/coverage";
const BARE: &str = "/orders";

async fn posts(
    world: &World,
    server: &Process,
    key: Arc<str>,
    case: Case,
    path: &'static str,
) -> Result<Loaded> {
    // Every run has keys of its own.
    let run = world.seed.wrapping_add(case.connections as u64);
    let write = move |connection: u64, round: u64, request: &mut Vec<u8>| {
        let mut random = Random::new(run, connection << 32 | round);
        let idempotency_key = case.once.then(|| format!("{:016x}{:016x}", random.next(), random.next()));
        http::post(request, path, &key, idempotency_key.as_deref(), &super::coverage(round));
    };
    load::run(server.address, load(world, case.connections, 201), write).await
}

async fn reads(world: &World, server: &Process, key: Arc<str>, numbers: Vec<i64>) -> Result<Loaded> {
    let write = move |connection: u64, round: u64, request: &mut Vec<u8>| {
        let at = Random::new(connection, round).between(0, numbers.len() as u64) as usize;
        http::get(request, format_args!("{BASE}/status/{}", numbers[at]), &key);
    };
    load::run(server.address, load(world, READERS, 200), write).await
}

/// Requests a second of the bare order API in each case.
async fn bare(world: &World, cases: &[Case]) -> Result<Peers> {
    let server = crate::site::bare(world).await?;
    let mut accepted = Vec::new();
    for case in cases {
        accepted.push(posts(world, &server, "no key of ours".into(), *case, BARE).await?.per_second);
    }
    Ok(Peers { name: "bare", accepted, reads: None })
}

/// Transactions a second of pgbench in each case, and reads, in a schema made by the program itself.
fn pgbench(world: &World, cases: &[Case]) -> Result<Peers> {
    let site = Site::new(world, Store::Postgres, "peer")?;
    site.furnish()?;
    let url = site.database.as_deref().ok_or("no database")?;
    let month =
        peer::psql(url, &["-c", "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')"])?.trim().to_owned();
    let seconds = world.size(10, 3);
    let mut accepted = Vec::new();
    for case in cases {
        checkpoint(world, Store::Postgres)?;
        let script = if case.once { ACCEPT_ONCE } else { ACCEPT };
        accepted.push(peer::pgbench(url, script, case.connections, seconds, &[("month", month.clone())])?);
    }
    let most = peer::psql(url, &["-c", "SELECT max(number) FROM action"])?.trim().to_owned();
    let reads = peer::pgbench(url, READ, READERS, seconds, &[("most", most)])?;
    Ok(Peers { name: "pgbench", accepted, reads: Some(reads) })
}
