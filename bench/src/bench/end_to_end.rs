//! From a POST to the moment when its caller sees `done`, at a constant rate, through the real engine and a sandbox
//! carrier over HTTP. Times are counted from the moment at which a request was due, so that a slow server is not
//! spared the requests that it holds up.

use crate::figure::{Figure, Measured};
use crate::http::{self, Connection};
use crate::latency::Latencies;
use crate::site::{BASE, Site, Store};
use crate::{Result, World, clock};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;

/// Actions offered in a second: what leaves a small machine room, and what is asked for.
const RATES: [u32; 2] = [100, 500];
/// A caller looks again after this …
const POLL: Duration = Duration::from_millis(5);
/// … and one that has waited for a tenth of a second only after this, as callers do: a server that is behind is not
/// asked ever more.
const SLOW_POLL: Duration = Duration::from_secs(2);
const HURRY: Duration = Duration::from_millis(100);
/// An action that is not done by then ends the bench.
const PATIENCE: Duration = Duration::from_secs(120);
/// Connections kept for the next requests …
const MOST_IDLE: usize = 256;
/// … as long as the server keeps them too.
const LONGEST_IDLE: Duration = Duration::from_secs(5);

/// The callers' side: where the server is, and connections that nobody uses at the moment.
pub struct Callers {
    address: SocketAddr,
    key: String,
    /// How often one looks again who has waited for long.
    slow_poll: Duration,
    /// With the moment from which it was not used.
    idle: RefCell<Vec<(Instant, Connection)>>,
    done: RefCell<Latencies>,
}

pub async fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    let seconds = world.size(20, 5);
    for store in Store::BOTH {
        let site = Site::new(world, store, "end_to_end")?;
        let key = site.furnish()?;
        let server = site.serve(&[], &[]).await?;
        let callers = Rc::new(Callers::new(server.address, key, SLOW_POLL));
        // Not counted: caches, the first connections.
        LocalSet::new().run_until(offer(callers.clone(), RATES[0], 1)).await?;
        callers.take_done();
        for rate in RATES {
            let began = clock::now();
            LocalSet::new().run_until(offer(callers.clone(), rate, seconds)).await?;
            let took = clock::now() - began;
            let mut done = callers.take_done();
            let reached = done.len() as f64 / took.as_secs_f64();
            let what = format!("POST to `done` seen, {rate}/s offered for {seconds} s");
            let figure = Figure::new("end-to-end", what, store.name(), reached, "/s");
            measured.figures.push(figure.latencies(&mut done));
        }
    }
    Ok(measured)
}

/// Offers actions at a rate, each followed by a task of its own, and waits for the last.
async fn offer(callers: Rc<Callers>, rate: u32, seconds: u32) -> Result<()> {
    let mut tasks = Vec::new();
    let began = clock::now();
    for number in 0..rate * seconds {
        let due = began + Duration::from_secs(1) * number / rate;
        tokio::time::sleep_until(due.into()).await;
        let callers = callers.clone();
        tasks.push(tokio::task::spawn_local(async move { callers.follow(due, u64::from(number)).await }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

impl Callers {
    pub fn new(address: SocketAddr, key: String, slow_poll: Duration) -> Self {
        Self { address, key, slow_poll, idle: RefCell::default(), done: RefCell::default() }
    }

    /// How long it took each that was followed since the last time.
    pub fn take_done(&self) -> Latencies {
        self.done.take()
    }

    /// Asks for the coverage of an address at the time when it was due, and looks until it is done.
    pub async fn follow(&self, due: Instant, number: u64) -> Result<()> {
        let mut connection = self.connection().await?;
        let mut request = Vec::new();
        http::post(&mut request, format_args!("{BASE}/coverage"), &self.key, None, &super::coverage(number));
        let answer = connection.send(&request).await?;
        let text = || String::from_utf8_lossy(answer.body).into_owned();
        let id = http::id(answer.body).filter(|_| answer.status == 201).ok_or_else(text)?;
        http::get(&mut request, format_args!("{BASE}/status/{id}"), &self.key);
        loop {
            tokio::time::sleep(if clock::now() - due < HURRY { POLL } else { self.slow_poll }).await;
            let answer = connection.send(&request).await?;
            let status = http::status(answer.body).unwrap_or_default();
            let seen = clock::now();
            match status {
                "done" => {
                    self.done.borrow_mut().add(seen - due);
                    break;
                }
                "pending" | "running" if seen - due < PATIENCE => {}
                other => return Err(format!("action {id} is `{other}` after {:?}", seen - due).into()),
            }
        }
        let mut idle = self.idle.borrow_mut();
        if idle.len() < MOST_IDLE {
            idle.push((clock::now(), connection));
        }
        Ok(())
    }

    async fn connection(&self) -> Result<Connection> {
        let kept = self.idle.borrow_mut().pop();
        match kept.filter(|(since, _)| clock::now() - *since < LONGEST_IDLE) {
            Some((_, connection)) => Ok(connection),
            None => Ok(Connection::open(self.address).await?),
        }
    }
}
