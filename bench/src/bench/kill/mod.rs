//! SIGKILL under load, again and again: is anything that was accepted lost, is anything ordered twice, does an answer
//! contradict an earlier one? The carrier is a process of its own that is never killed, and its ledger is the judge.

mod book;
mod caller;
mod judge;
mod plant;

use crate::clock::Random;
use crate::figure::{Figure, Measured};
use crate::latency::Latencies;
use crate::site::{Process, Site, Store, free_address};
use crate::{Result, World, clock};
use book::Book;
use caller::Place;
use judge::Verdict;
use plant::Plant;
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

/// How often the server is killed, and what is spoiled meanwhile.
#[derive(Clone, Copy)]
struct Lives {
    kills: usize,
    plant: Option<Plant>,
}

/// What a run on one store has to tell.
struct Told {
    verdict: Verdict,
    broken: usize,
    starts: Latencies,
    waited: Duration,
}

pub async fn run(world: &World) -> Result<Measured> {
    if world.plant {
        return plant::run(world).await;
    }
    let mut measured = Measured::default();
    let lives = Lives { kills: world.size(200, 20), plant: None };
    for store in Store::BOTH {
        let site = Site::new(world, store, "kill")?;
        let told = LocalSet::new().run_until(run_on(world, &site, lives)).await?;
        measured
            .wrong
            .extend(told.verdict.wrong().into_iter().map(|reason| format!("{}: {reason}", store.name())));
        measured.figures.extend(told.figures(store, lives.kills));
    }
    Ok(measured)
}

impl Told {
    fn figures(mut self, store: Store, kills: usize) -> [Figure; 9] {
        let figure = |what: &str, value: f64, unit| Figure::new("kill", what, store.name(), value, unit);
        let count = |what: &str, value: usize| figure(what, value as f64, "");
        let start = self.starts.percentile(0.5).unwrap_or_default();
        [
            count("SIGKILLs under load", kills),
            count("accepted: orders", self.verdict.orders),
            count("accepted: coverage questions", self.verdict.coverages),
            count("tries repeated because the connection broke", self.broken),
            count("accepted and lost", self.verdict.lost),
            count("booked twice at the carrier", self.verdict.duplicated),
            count("answers that contradict", self.verdict.contradictions.len()),
            figure("start after a kill, median", start, "ms"),
            figure("all at their end after the last kill", self.waited.as_secs_f64(), "s"),
        ]
    }
}

async fn run_on(world: &World, site: &Site, lives: Lives) -> Result<Told> {
    let key = site.furnish()?;
    let sandbox = site.sandbox().await?;
    let sandbox_url = format!("http://{}/sandbox", sandbox.address);
    let address = free_address()?;
    let book = Rc::new(Book::default());
    let place = Place { address, key, book: book.clone(), seed: world.seed };

    let posters: Vec<_> = (0..POSTERS)
        .map(|number| tokio::task::spawn_local(place.clone().post_until_closed(number)))
        .collect();
    (0..FOLLOWERS).for_each(|_| drop(tokio::task::spawn_local(place.clone().follow())));
    let (server, starts) = live(site, address, &sandbox_url, lives, world.seed).await?;
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
    Ok(Told { verdict, broken: book.broken(), starts, waited })
}

/// Starts the server and kills it so many times; the last one lives on. Answers also how long the starts took.
async fn live(
    site: &Site,
    address: SocketAddr,
    sandbox_url: &str,
    lives: Lives,
    seed: u64,
) -> Result<(Process, Latencies)> {
    let mut random = Random::new(seed, 0);
    let mut starts = Latencies::default();
    for _ in 0..lives.kills {
        let mut server = start(site, address, sandbox_url, &mut starts).await?;
        tokio::time::sleep(Duration::from_millis(random.between(LIFE.0, LIFE.1))).await;
        server.kill()?;
        if let Some(plant) = lives.plant {
            plant.spoil(&site.folder)?;
        }
    }
    Ok((start(site, address, sandbox_url, &mut starts).await?, starts))
}

async fn start(
    site: &Site,
    address: SocketAddr,
    sandbox_url: &str,
    starts: &mut Latencies,
) -> Result<Process> {
    let began = clock::now();
    let mut server = site.start(address, &[], &[("DEMARC_SANDBOX_URL", sandbox_url)])?;
    server.ready().await?;
    starts.add(clock::now() - began);
    Ok(server)
}
