//! The address index of `atlas` in a process of its own, so that its memory is its own: builds it from rows, and
//! answers questions. `bench/tantivy` is the same for tantivy.
//! Not here: what is asked and who is right (`bench/src/bench/address`).

use arc_swap::ArcSwap;
use atlas::address::{Addresses, Builder, Change, Index, Listing, Question};
use model::address::Address;
use model::premise::Position;
use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Numbers from here on are of premises that the swaps add.
const ADDED: i64 = 1 << 40;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["build", rows, file] => println!("{}", build(rows, Path::new(file), false)?),
        ["build", rows, file, "--keys"] => println!("{}", build(rows, Path::new(file), true)?),
        ["serve", file] => serve(Path::new(file))?,
        _ => return Err("usage: search build ROWS INDEX [--keys] | serve INDEX".into()),
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

/// A row: id, number, street, postcode, city, latitude, longitude.
fn build(rows: &str, file: &Path, with_keys: bool) -> Result<Value> {
    let began = now();
    let mut builder = Builder::new();
    let mut premise = 0;
    for line in BufReader::new(File::open(rows)?).lines() {
        let line = line?;
        let parts: Vec<&str> = line.split('\t').collect();
        let [id, number, street, postcode, city, latitude, longitude] = parts[..] else {
            return Err(line.into());
        };
        let text = |text: &str| Some(text.to_owned());
        let address = Address {
            number: text(number),
            street: text(street),
            postcode: text(postcode),
            city: text(city),
            ..Address::default()
        };
        builder.add(&Listing {
            premise,
            carrier: 1,
            address: &address,
            country: "FR",
            position: Position::new(latitude.parse()?, longitude.parse()?),
            keys: if with_keys { std::slice::from_ref(&id) } else { &[] },
        });
        premise += 1;
    }
    builder.write(file, 1)?;
    let seconds = (now() - began).as_secs_f64();
    let bytes = std::fs::metadata(file)?.len();
    Ok(json!({"rows": premise, "seconds": seconds, "bytes": bytes, "peak_mb": status("VmHWM:")?}))
}

/// A command a line on stdin: `search`, `complete` or `swap`, threads, how many answers, file of questions.
fn serve(file: &Path) -> Result<()> {
    let addresses = Addresses::from(Index::open(file)?);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [mode, threads, limit, questions] = words[..] else { return Err(line.into()) };
        let lines = BufReader::new(File::open(questions)?).lines();
        let asked: Vec<String> = lines.collect::<std::io::Result<_>>()?;
        let (threads, limit) = (threads.parse()?, limit.parse()?);
        let answer = match mode {
            "search" => answers(&asked, threads, |text| {
                let found = addresses.search(&Question { text, limit, ..Question::default() });
                found.into_iter().map(|one| one.premise).collect()
            })?,
            "complete" => answers(&asked, threads, |text| {
                let found = addresses.complete(&Question { text, limit, ..Question::default() });
                found.into_iter().map(|one| one.premise).collect()
            })?,
            "swap" => swap(file, &asked, threads)?,
            _ => return Err(line.into()),
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

/// Nanoseconds, and premises.
type Answers = Vec<(u64, Vec<i64>)>;

fn answers(asked: &[String], threads: usize, find: impl Fn(&str) -> Vec<i64> + Sync) -> Result<Value> {
    let one = |text: &String| {
        let began = now();
        let found = find(text);
        ((now() - began).as_nanos() as u64, found)
    };
    let began = now();
    let parts: Vec<Answers> = std::thread::scope(|scope| {
        let run: Vec<_> = asked
            .chunks(asked.len().div_ceil(threads).max(1))
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Answers>()))
            .collect();
        run.into_iter().map(|thread| thread.join().map_err(|_| "a thread died".into())).collect::<Result<_>>()
    })?;
    let seconds = (now() - began).as_secs_f64();
    let (nanos, answers): (Vec<u64>, Vec<Vec<i64>>) = parts.into_iter().flatten().unzip();
    let resident = status("VmRSS:")?;
    Ok(json!({"seconds": seconds, "nanos": nanos, "answers": answers, "resident_mb": resident}))
}

/// Readers search for two seconds while another thread maps the file anew and adds premises, again and again. Every
/// first answer has to be the one that is given when nothing moves.
fn swap(file: &Path, asked: &[String], threads: usize) -> Result<Value> {
    let current = ArcSwap::from_pointee(Addresses::from(Index::open(file)?));
    let first = |text: &str| {
        let found = current.load().search(&Question { text, limit: 1, ..Question::default() });
        found.first().map(|one| one.premise)
    };
    let expected: Vec<Option<i64>> = asked.iter().map(|text| first(text)).collect();
    let (done, asked_all, lost) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let began = now();
    let swaps = std::thread::scope(|scope| -> Result<u64> {
        for thread in 0..threads {
            let (done, asked_all, lost, expected) = (&done, &asked_all, &lost, &expected);
            scope.spawn(move || {
                let mut at = thread * asked.len() / threads;
                while !done.load(Ordering::Relaxed) {
                    asked_all.fetch_add(1, Ordering::Relaxed);
                    lost.fetch_add(u64::from(first(&asked[at]) != expected[at]), Ordering::Relaxed);
                    at = (at + 1) % asked.len();
                }
            });
        }
        let swapped = change(file, &current, began);
        done.store(true, Ordering::Relaxed);
        swapped
    })?;
    let seconds = (now() - began).as_secs_f64();
    let (asked, lost) = (asked_all.into_inner(), lost.into_inner());
    Ok(json!({"seconds": seconds, "asked": asked, "lost": lost, "swaps": swaps}))
}

fn change(file: &Path, current: &ArcSwap<Addresses>, began: Instant) -> Result<u64> {
    let mut swaps = 0;
    while now() - began < Duration::from_secs(2) {
        let fresh = Addresses::from(Index::open(file)?);
        let next = fresh.with((0..100).map(|number| added(swaps, number)), &[]);
        current.store(fresh.into());
        current.store(next.into());
        swaps += 2;
    }
    Ok(swaps)
}

/// Premises of a street that no question means.
fn added(swaps: u64, number: i64) -> Change {
    let address = Address {
        number: Some(number.to_string()),
        street: Some(format!("Zwyx Qvuzzk {swaps}")),
        city: Some("Xzyqvu".to_owned()),
        ..Address::default()
    };
    Change {
        premise: ADDED + number,
        carrier: 1,
        address,
        country: "FR".to_owned(),
        position: None,
        keys: Vec::new(),
    }
}

/// A line of this process's status, in MB.
fn status(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no such line in /proc")?;
    Ok(kilobytes.parse::<f64>()? / 1_024.0)
}
