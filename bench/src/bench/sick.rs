//! A carrier that accepts connections and never answers, beside a well one: what do the well one's callers notice, and
//! what does it cost? Two servers run side by side under the same load, and one of them has the sick carrier's orders
//! besides: whatever disturbs the machine disturbs both.

use super::end_to_end::Callers;
use crate::figure::{Figure, Measured};
use crate::http::{self, Connection};
use crate::latency::Latencies;
use crate::site::{BASE, Process, Site, Store};
use crate::{Result, World, clock};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::LocalSet;

/// Coverage questions offered to each server in a second.
const RATE: u32 = 50;
/// There are few callers: also one that has waited for long looks again after this.
const POLL: Duration = Duration::from_millis(10);
/// Orders that wait for the sick carrier.
const ORDERS: u64 = 200;
const SICK: &str = "sick";
/// Of every sandbox carrier's default catalogue.
const PRODUCT: &str = "Fibre 100";
/// A carrier that fails is left alone for this long (`engine::worker`'s).
const COOL_DOWN: Duration = Duration::from_secs(10);
/// By then the first calls have run into their deadline of 10 s, and the carrier is known to be sick.
const KNOWN: Duration = Duration::from_secs(13);
/// The promise: nothing grows by more than this part of it.
const GROWTH: f64 = 0.10;

/// A server with its callers.
struct Side {
    server: Process,
    key: String,
    callers: Rc<Callers>,
    /// The most that it had in memory while it was measured, in MB.
    resident: f64,
}

/// What both sides show.
struct Told {
    done: [Latencies; 2],
    resident: [f64; 2],
    /// When the sick carrier was called.
    calls: Vec<Instant>,
    began: Instant,
    /// Orders of the sick carrier of which somebody was told an end.
    ended: usize,
}

pub async fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    let seconds = world.size(600, 60);
    for store in Store::BOTH {
        let told = LocalSet::new().run_until(run_on(world, store, seconds)).await?;
        let (figures, wrong) = told.judged(store, seconds, !world.small);
        measured.figures.extend(figures);
        measured.wrong.extend(wrong.into_iter().map(|reason| format!("{}: {reason}", store.name())));
    }
    Ok(measured)
}

async fn run_on(world: &World, store: Store, seconds: u32) -> Result<Told> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/sandbox", listener.local_addr()?);
    let calls = Rc::new(RefCell::new(Vec::new()));
    let silent = tokio::task::spawn_local(never_answer(listener, calls.clone()));
    let mut sides =
        [side(world, store, "sick_without", &url).await?, side(world, store, "sick_with", &url).await?];
    // Not counted: caches, the first connections.
    offer(&mut sides, 3).await?;
    sides.iter().for_each(|side| drop(side.callers.take_done()));
    let began = clock::now();
    let orders = order(&sides[1]).await?;
    offer(&mut sides, seconds).await?;
    let ended = ended(&sides[1], &orders).await?;
    let done = [sides[0].callers.take_done(), sides[1].callers.take_done()];
    let resident = [sides[0].resident, sides[1].resident];
    drop(sides);
    silent.abort();
    Ok(Told { done, resident, calls: calls.take(), began, ended })
}

/// A server with both carriers.
async fn side(world: &World, store: Store, name: &str, sick: &str) -> Result<Side> {
    let site = Site::new(world, store, name)?;
    let key = site.furnish()?;
    let settings = site.folder.join("sick.json");
    std::fs::write(&settings, serde_json::json!({ "url": sick }).to_string())?;
    let settings = settings.to_str().ok_or("the folder's name is no text")?;
    site.run(&["carrier", "create", SICK, "--connector", "sandbox", "--config", settings])?;
    let server = site.serve(&[], &[]).await?;
    let callers = Rc::new(Callers::new(server.address, key.clone(), POLL));
    Ok(Side { server, key, callers, resident: 0.0 })
}

/// Accepts, notes it, and holds the connection until the other side has had enough.
async fn never_answer(listener: TcpListener, calls: Rc<RefCell<Vec<Instant>>>) {
    while let Ok((mut socket, _)) = listener.accept().await {
        calls.borrow_mut().push(clock::now());
        tokio::task::spawn_local(async move {
            let mut chunk = [0; 4096];
            while socket.read(&mut chunk).await.is_ok_and(|read| read > 0) {}
        });
    }
}

/// Orders at the sick carrier; their numbers.
async fn order(side: &Side) -> Result<Vec<i64>> {
    let mut connection = Connection::open(side.server.address).await?;
    let (mut request, mut orders) = (Vec::new(), Vec::new());
    for number in 0..ORDERS {
        let body = super::subscription(number).replacen(crate::site::CARRIER, SICK, 1).replacen(
            "Fastweb Casa",
            PRODUCT,
            1,
        );
        http::post(&mut request, format_args!("{BASE}/subscription"), &side.key, None, &body);
        let answer = connection.send(&request).await?;
        let text = || String::from_utf8_lossy(answer.body).into_owned();
        orders.push(http::id(answer.body).filter(|_| answer.status == 201).ok_or_else(text)?);
    }
    Ok(orders)
}

/// How many of the orders have an end.
async fn ended(side: &Side, orders: &[i64]) -> Result<usize> {
    let mut connection = Connection::open(side.server.address).await?;
    let (mut request, mut ended) = (Vec::new(), 0);
    for order in orders {
        http::get(&mut request, format_args!("{BASE}/status/{order}"), &side.key);
        let answer = connection.send(&request).await?;
        ended += usize::from(!matches!(http::status(answer.body), Some("pending" | "running")));
    }
    Ok(ended)
}

/// Offers coverage questions of the well carrier to both in turn, and waits for the last.
async fn offer(sides: &mut [Side; 2], seconds: u32) -> Result<()> {
    let mut tasks = Vec::new();
    let (began, both) = (clock::now(), RATE * 2);
    for number in 0..both * seconds {
        let due = began + Duration::from_secs(1) * number / both;
        tokio::time::sleep_until(due.into()).await;
        let callers = sides[number as usize % 2].callers.clone();
        tasks.push(tokio::task::spawn_local(async move { callers.follow(due, u64::from(number / 2)).await }));
        if number % both == 0 {
            for side in sides.iter_mut() {
                side.resident = side.resident.max(side.server.resident_mb()?);
            }
        }
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

impl Told {
    /// `p99` is judged where there are enough of them that it means something.
    fn judged(mut self, store: Store, seconds: u32, p99: bool) -> (Vec<Figure>, Vec<String>) {
        let figure = |what: String, value: f64, unit| Figure::new("sick", what, store.name(), value, unit);
        let mut wrong = Vec::new();
        let mut figures = Vec::new();
        for (what, part) in [("p50", 0.5), ("p99", 0.99)] {
            let [without, with] =
                [0, 1].map(|side: usize| self.done[side].percentile(part).unwrap_or_default());
            let what = format!("POST to `done` seen at the well carrier, {what}, {RATE}/s for {seconds} s");
            if p99 && part > 0.9 && with > without * (1.0 + GROWTH) {
                wrong.push(format!("{what}: {with:.2} ms, without the sick one's orders {without:.2} ms"));
            }
            figures.push(figure(what, with, "ms").beside("without", without));
        }
        let [without, with] = self.resident;
        if with > without * (1.0 + GROWTH) {
            wrong.push(format!("{with:.1} MB, without the sick one's orders {without:.1} MB"));
        }
        let what = format!("most resident memory, {ORDERS} orders wait for the sick one");
        figures.push(figure(what, with, "MB").beside("without", without));
        let known = self.began + KNOWN;
        let probes: Vec<_> = self.calls.iter().filter(|at| **at >= known).copied().collect();
        let in_one =
            |from: &Instant| probes.iter().filter(|at| *at >= from && **at < *from + COOL_DOWN).count();
        let most = probes.iter().map(in_one).max().unwrap_or(0);
        if most > 1 || probes.is_empty() {
            wrong.push(format!("{most} probes within one cool-down, {} in all", probes.len()));
        }
        figures.push(figure(
            "calls to the sick one before it is known".into(),
            (self.calls.len() - probes.len()) as f64,
            "",
        ));
        figures.push(figure("probes after that".into(), probes.len() as f64, ""));
        figures.push(figure("most probes within one cool-down".into(), most as f64, ""));
        if self.ended > 0 {
            wrong.push(format!("{} orders of the sick one have an end", self.ended));
        }
        figures.push(figure("its orders that were shown as ended".into(), self.ended as f64, ""));
        (figures, wrong)
    }
}
