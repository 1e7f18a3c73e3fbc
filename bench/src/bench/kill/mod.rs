//! SIGKILL under load, again and again: is anything that was accepted lost, is anything ordered twice, does an answer
//! contradict an earlier one? The carrier is a process of its own that is never killed, and its ledger is the judge.

mod book;
mod caller;
mod judge;

use crate::clock::Random;
use crate::figure::{Figure, Measured};
use crate::latency::Latencies;
use crate::site::{Site, Store, free_address};
use crate::{Result, World, clock};
use book::Book;
use caller::Place;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;

/// Connections that post, and others that follow what was accepted.
const POSTERS: u64 = 16;
const FOLLOWERS: usize = 8;
/// A ready server lives so long, in milliseconds.
const LIFE: (u64, u64) = (50, 500);
/// After the last kill everything has to come to its end within this.
const PATIENCE: Duration = Duration::from_secs(180);

pub async fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    for store in Store::BOTH {
        let site = Site::new(world, store, "kill")?;
        LocalSet::new().run_until(on(world, &site, &mut measured)).await?;
    }
    Ok(measured)
}

async fn on(world: &World, site: &Site, measured: &mut Measured) -> Result<()> {
    let kills = world.size(200, 20);
    let key = site.furnish()?;
    let sandbox = site.sandbox().await?;
    let sandbox_url = format!("http://{}/sandbox", sandbox.address);
    let address = free_address()?;
    let book = Rc::new(Book::default());
    let place = Place { address, key, book: book.clone(), seed: world.seed };

    let mut posters = Vec::new();
    for number in 0..POSTERS {
        posters.push(tokio::task::spawn_local(place.clone().post_until_closed(number)));
    }
    for _ in 0..FOLLOWERS {
        tokio::task::spawn_local(place.clone().follow());
    }
    let (server, mut starts) = lives(site, address, &sandbox_url, kills, world.seed).await?;
    book.close();
    for poster in posters {
        poster.await?;
    }
    let began = clock::now();
    while book.open() > 0 && clock::now() - began < PATIENCE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waited = clock::now() - began;
    let verdict = judge::judge(&place, &sandbox).await?;
    drop(server);

    let figure = |what: &str, value: usize| Figure::new("kill", what, site.store.name(), value as f64, "");
    let ready = starts.percentile(0.5).unwrap_or_default();
    measured.figures.extend([
        figure("SIGKILLs under load", kills),
        figure("accepted: orders", verdict.orders),
        figure("accepted: coverage questions", verdict.coverages),
        figure("requests repeated after a broken connection", book.broken()),
        figure("accepted and lost", verdict.lost),
        figure("booked twice at the carrier", verdict.duplicated),
        figure("answers that contradict", verdict.contradictions.len()),
        Figure::new("kill", "start after a kill", site.store.name(), ready, "ms").latencies(&mut starts),
        Figure::new("kill", "all at their end after the last kill", site.store.name(), waited.as_secs_f64(), "s"),
    ]);
    measured.wrong.extend(verdict.wrong().into_iter().map(|reason| format!("{}: {reason}", site.store.name())));
    Ok(())
}

/// Starts the server and kills it so many times; the last one lives on. Answers also how long the starts took.
async fn lives(
    site: &Site,
    address: SocketAddr,
    sandbox_url: &str,
    kills: usize,
    seed: u64,
) -> Result<(crate::site::Process, Latencies)> {
    let mut random = Random::new(seed, 0);
    let mut starts = Latencies::default();
    for _ in 0..kills {
        let mut server = start(site, address, sandbox_url, &mut starts).await?;
        tokio::time::sleep(Duration::from_millis(random.between(LIFE.0, LIFE.1))).await;
        server.kill()?;
    }
    Ok((start(site, address, sandbox_url, &mut starts).await?, starts))
}

async fn start(site: &Site, address: SocketAddr, sandbox_url: &str, starts: &mut Latencies) -> Result<crate::site::Process> {
    let began = clock::now();
    let mut server = site.start(address, &[], &[("DEMARC_SANDBOX_URL", sandbox_url)])?;
    server.ready().await?;
    starts.add(clock::now() - began);
    Ok(server)
}
