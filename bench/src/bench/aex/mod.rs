//! The AEx API over HTTP, beside the same three questions asked of PostgreSQL with PostGIS and pg_trgm by a minimal
//! server: which premise a text means, what can be had at a point, and an order of a line. They take turns.

mod register;
mod request;
mod side;

use super::load::{self, Load, Loaded};
use crate::clock::Random;
use crate::figure::{Figure, Measured, Peer, grouped};
use crate::http;
use crate::latency::Latencies;
use crate::site::Store;
use crate::{Result, World, peer};
use register::Register;
use request::{Line, Question, Text};
use side::Side;
use std::sync::Arc;
use std::time::Duration;

const CONNECTIONS: usize = 64;
/// Points at which answers are compared.
const COMPARED: usize = 500;

/// What is asked, all of a kind.
#[derive(Clone)]
enum Case {
    Lookup(Text, Arc<[Question]>),
    Available(Arc<[Question]>),
    Order(Arc<[Line]>),
}

/// All turns of a side.
#[derive(Default)]
struct Sum {
    /// The middle of all turns.
    rates: Vec<f64>,
    latencies: Latencies,
    answered: u64,
    right: u64,
}

pub async fn run(world: &World) -> Result<Measured> {
    let register = Register::of(world)?;
    eprintln!("   {} {}: the peer's tables", grouped(register.rows.len() as f64), register.source);
    let mut sides = vec![Side::peer(world, &register).await?];
    for store in Store::BOTH {
        eprintln!("   the network, {}", store.name());
        sides.push(Side::demarc(world, store, &register).await?);
    }
    let mut measured = Measured::default();
    let random = |stream| Random::new(world.seed, stream);
    let points: Arc<[Question]> = request::points(&register, &mut random(10)).into();
    compare(&sides, &points[..COMPARED], &mut measured).await?;
    let lookup = |(stream, text): (u64, Text)| {
        Case::Lookup(text, request::lookups(&register, text, &mut random(stream)).into())
    };
    let mut cases: Vec<Case> =
        (0..).zip([Text::Exact, Text::Abbreviated, Text::Mistyped]).map(lookup).collect();
    cases.push(Case::Available(points));
    cases.push(Case::Order(request::lines(&register, &mut random(11)).into()));
    for case in &cases {
        let mut sums: Vec<Sum> = sides.iter().map(|_| Sum::default()).collect();
        for turn in 0..turns(world) {
            for (side, sum) in sides.iter().zip(&mut sums) {
                eprintln!("   {}: {}", case.name(), side.name);
                sum.add(case.load(world, side, turn).await?);
            }
        }
        if let Case::Order(_) = case {
            ordered(&sides, &sums, &mut measured).await?;
        }
        figures(&register, case, &sides, sums, &mut measured);
    }
    Ok(measured)
}

fn turns(world: &World) -> usize {
    world.size(3, 1)
}

/// Everybody sells the same everywhere.
async fn compare(sides: &[Side], points: &[Question], measured: &mut Measured) -> Result<()> {
    let expected = sides[0].sold(points).await?;
    for side in &sides[1..] {
        let sold = side.sold(points).await?;
        let others = sold.iter().zip(&expected).filter(|(ours, theirs)| ours != theirs);
        if let Some((ours, theirs)) = others.clone().next() {
            let count = others.count();
            let reason =
                format!("{}: at {count} points it sells others, as {ours:?} and not {theirs:?}", side.name);
            measured.wrong.push(reason);
        }
    }
    Ok(())
}

/// What was answered is there, and nothing else.
async fn ordered(sides: &[Side], sums: &[Sum], measured: &mut Measured) -> Result<()> {
    for (side, sum) in sides.iter().zip(sums) {
        let there = side.services().await?;
        if there != sum.answered || sum.right != sum.answered {
            let (answered, right) = (sum.answered, sum.right);
            let reason = format!("{}: {answered} orders, {right} answers, {there} work orders", side.name);
            measured.wrong.push(reason);
        }
    }
    Ok(())
}

impl Case {
    fn name(&self) -> String {
        match self {
            Case::Lookup(text, _) => format!("premise lookup, {}", text.name()),
            Case::Available(_) => "availability at a premise's point".to_owned(),
            Case::Order(_) => "`POST /services/full`".to_owned(),
        }
    }

    async fn load(&self, world: &World, side: &Side, turn: usize) -> Result<Loaded> {
        let (address, key, seed) = (side.address(), side.key.clone(), world.seed.wrapping_add(turn as u64));
        let load = |expected| Load {
            connections: CONNECTIONS,
            warm_up: Duration::from_millis(world.size(2_000, 500)),
            measured: Duration::from_secs(world.size(6, 2)),
            expected,
        };
        let at = move |connection: u64, round: u64, of: usize| {
            Random::new(seed, connection << 32 | round).between(0, of as u64) as usize
        };
        peer::psql(&world.postgres, &["-c", "CHECKPOINT"])?;
        match self {
            Case::Lookup(_, questions) | Case::Available(questions) => {
                let (asked, judged) = (questions.clone(), questions.clone());
                let lookup = matches!(self, Case::Lookup(..));
                let write = move |connection: u64, round: u64, request: &mut Vec<u8>| {
                    http::get(request, &asked[at(connection, round, asked.len())].path, &key);
                    true
                };
                let judge = move |connection: u64, round: u64, answer: &[u8]| {
                    let question = &judged[at(connection, round, judged.len())];
                    if lookup { question.is_first(answer) } else { question.is_sold(answer) }
                };
                load::judged(address, load(200), write, judge).await
            }
            Case::Order(lines) => {
                let turns = turns(world);
                let number = move |connection: u64, round: u64| {
                    (round as usize * CONNECTIONS + connection as usize) * turns + turn
                };
                let (asked, judged, products) = (lines.clone(), lines.clone(), side.products.clone());
                let write = move |connection: u64, round: u64, request: &mut Vec<u8>| {
                    let number = number(connection, round);
                    let Some(line) = asked.get(number) else { return false };
                    http::post(request, "/aex/services/full", &key, None, &line.body(&products, number));
                    true
                };
                let judge = move |connection: u64, round: u64, answer: &[u8]| {
                    judged.get(number(connection, round)).is_some_and(|line| line.is_ordered(answer))
                };
                load::judged(address, load(201), write, judge).await
            }
        }
    }
}

impl Sum {
    fn add(&mut self, loaded: Loaded) {
        self.rates.push(loaded.per_second);
        self.latencies.append(loaded.latencies);
        self.answered += loaded.answered;
        self.right += loaded.right;
    }

    /// Of the middling turn.
    fn rate(&mut self) -> f64 {
        self.rates.sort_by(f64::total_cmp);
        self.rates.get(self.rates.len() / 2).copied().unwrap_or_default()
    }

    fn right(&self) -> f64 {
        self.right as f64 / self.answered.max(1) as f64
    }
}

fn figures(register: &Register, case: &Case, sides: &[Side], mut sums: Vec<Sum>, measured: &mut Measured) {
    let judged = matches!(case, Case::Lookup(..) | Case::Available(_));
    let mut theirs = sums.remove(0);
    let beside = Peer {
        name: sides[0].name,
        value: theirs.rate(),
        p50_ms: theirs.latencies.percentile(0.5),
        p99_ms: theirs.latencies.percentile(0.99),
        right: judged.then(|| theirs.right()),
    };
    for (side, mut ours) in sides[1..].iter().zip(sums) {
        let what = format!("{} {}: {}", grouped(register.rows.len() as f64), register.source, case.name());
        let figure = Figure::new("aex", what, side.name, ours.rate(), "/s").latencies(&mut ours.latencies);
        let figure = if judged { figure.right(ours.right()) } else { figure };
        measured.figures.push(figure.beside_peer(beside.clone()));
    }
}
