//! Many questions at once: rows in, ranked offers out, in the order of the input and in bounded memory. Chunks of rows
//! are located on all cores, their listings are read together, and written while the next ones are under way.

use super::row::{Asked, Flaw, Format, NOT_READABLE, Rows};
use super::rule::{self, Located, Where};
use super::seller::Market;
use crate::place::blocking;
use crate::{Error, Hub, Places, Principal};
use atlas::address::Addresses;
use model::premise::Premise;
use model::role::Capability;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{Read, Write};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Rows that go through together.
const CHUNK: usize = 4_000;
/// Of large rows fewer.
const MOST_BYTES: usize = 4 << 20;
/// Of so many rows of a chunk it is told why they are not readable.
const MOST_FLAWS: usize = 20;
/// Chunks under way at once.
const UNDER_WAY: usize = 3;

#[derive(Debug, Clone, Default)]
pub struct Options {
    pub format: Format,
    /// Rows that were answered before, when a run was interrupted.
    pub skip: u64,
    /// Turns true when it is to end.
    pub stop: Option<watch::Receiver<bool>>,
}

/// What came out, counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub read: u64,
    /// Rows that are not readable.
    pub refused: u64,
    /// Rows with at least one offer.
    pub offered: u64,
    pub offers: u64,
    /// Offers by carrier, and by confidence.
    pub carriers: BTreeMap<String, u64>,
    pub confidences: BTreeMap<String, u64>,
    /// Rows without an offer by reason.
    pub reasons: BTreeMap<String, u64>,
}

/// Is told how far it is.
pub trait Witness: Send {
    /// So many rows are answered, of which the sink has all.
    fn written(&mut self, rows: u64) -> std::io::Result<()>;

    /// What came of them, without those that were skipped; told before `written`.
    fn counted(&mut self, _summary: &Summary) {}

    /// A row is not readable. Of many in succession only the first are told.
    fn refused(&mut self, _flaw: &Flaw) {}
}

impl Hub {
    /// Answers every row of the source; what is counted is without the rows that are skipped.
    pub async fn qualify_rows(
        &self,
        principal: &Principal,
        source: Box<dyn Read + Send>,
        mut sink: Box<dyn Write + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        principal.require(Capability::Qualify)?;
        let market = Arc::new(self.market(principal).await?);
        let addresses = self.places().addresses();
        let rows = Rows::open(crate::import::decompressed(source)?, options.format)?;
        let head = rows.head(options.skip == 0);
        let (sender, mut chunks) = mpsc::channel(UNDER_WAY);
        let skip = options.skip;
        let reading = tokio::task::spawn_blocking(move || read(rows, skip, &sender));
        let (mut summary, mut done) = (Summary::default(), skip);
        let mut under_way: VecDeque<JoinHandle<Result<Answered, Error>>> = VecDeque::new();
        let mut more = true;
        sink.write_all(&head).map_err(unwritable)?;
        while more || !under_way.is_empty() {
            if options.stop.as_ref().is_some_and(|stop| *stop.borrow()) {
                return Err(stopped());
            }
            if more && under_way.len() < UNDER_WAY {
                let chunk = tokio::select! {
                    chunk = chunks.recv() => chunk,
                    () = stopping(options.stop.clone()) => return Err(stopped()),
                };
                match chunk {
                    Some(chunk) => {
                        let (hub, market, addresses) = (self.clone(), market.clone(), addresses.clone());
                        let format = options.format;
                        let task = async move { hub.answered(market, addresses, chunk, format).await };
                        under_way.push_back(tokio::spawn(task));
                    }
                    None => more = false,
                }
                continue;
            }
            let Some(task) = under_way.pop_front() else { continue };
            let answered = task.await.map_err(|e| Error::Internal(e.to_string()))??;
            sink.write_all(&answered.bytes).and_then(|()| sink.flush()).map_err(unwritable)?;
            done += answered.summary.read;
            summary.add(answered.summary);
            answered.flaws.iter().for_each(|flaw| witness.refused(flaw));
            witness.counted(&summary);
            witness.written(done).map_err(unwritable)?;
        }
        reading.await.map_err(|e| Error::Internal(e.to_string()))??;
        Ok(summary)
    }

    /// Reads what was located and is not read yet.
    async fn read_premises(
        &self,
        located: &[Vec<Located>],
        premises: &mut HashMap<i64, Premise>,
    ) -> Result<(), Error> {
        let all = located.iter().flatten().flat_map(Located::premises).copied();
        let mut wanted: Vec<i64> = all.filter(|number| !premises.contains_key(number)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        wanted.sort_unstable();
        wanted.dedup();
        let read = self.store().read(move |tx| store::premise::by_numbers(tx, &wanted)).await?;
        premises.extend(read.into_iter().map(|premise| (premise.number, premise)));
        Ok(())
    }

    async fn answered(
        &self,
        market: Arc<Market>,
        addresses: Addresses,
        chunk: Vec<Asked>,
        format: Format,
    ) -> Result<Answered, Error> {
        let (chunk, located) = {
            let (market, addresses) = (market.clone(), addresses.clone());
            blocking(move || {
                let located = on_all_cores(&chunk, |row| located(&market, &addresses, row));
                (chunk, located)
            })
            .await?
        };
        let mut premises = HashMap::new();
        self.read_premises(&located, &mut premises).await?;
        let names_reference = |row: &Asked| matches!(row.place, Some(Where::Reference(_)));
        let (chunk, located, mut premises) = if chunk.iter().any(names_reference) {
            let market = market.clone();
            let all = move || {
                let located = with_others(&market, &addresses, &chunk, located, &premises);
                (chunk, located, premises)
            };
            blocking(all).await?
        } else {
            (chunk, located, premises)
        };
        self.read_premises(&located, &mut premises).await?;
        let places = self.places().clone();
        blocking(move || write(&market, &places, &chunk, &located, &premises, format)).await?
    }
}

/// Where a row names a reference, the carriers that do not know it are asked for its address.
fn with_others(
    market: &Market,
    addresses: &Addresses,
    chunk: &[Asked],
    located: Vec<Vec<Located>>,
    premises: &HashMap<i64, Premise>,
) -> Vec<Vec<Located>> {
    let rows: Vec<(&Asked, &Vec<Located>)> = chunk.iter().zip(&located).collect();
    let others = on_all_cores(&rows, |(row, located)| {
        let place = row.place.as_ref()?;
        rule::locate_others(market, addresses, place, located, premises)
    });
    others.into_iter().zip(located).map(|(others, located)| others.unwrap_or(located)).collect()
}

fn stopped() -> Error {
    Error::Internal("it was stopped; the same command goes on from there".into())
}

/// Ends when a stop is wanted.
async fn stopping(stop: Option<watch::Receiver<bool>>) {
    match stop {
        Some(mut stop) => _ = stop.wait_for(|stopping| *stopping).await,
        None => std::future::pending().await,
    }
}

/// A chunk's part of the output.
struct Answered {
    bytes: Vec<u8>,
    summary: Summary,
    /// The first rows that are not readable.
    flaws: Vec<Flaw>,
}

fn read(mut rows: Rows, skip: u64, sender: &mpsc::Sender<Vec<Asked>>) -> Result<(), Error> {
    for _ in 0..skip {
        if rows.next().transpose()?.is_none() {
            return Ok(());
        }
    }
    let (mut chunk, mut bytes) = (Vec::with_capacity(CHUNK), 0);
    for row in rows {
        let row = row?;
        bytes += row.bytes();
        chunk.push(row);
        if chunk.len() == CHUNK || bytes > MOST_BYTES {
            bytes = 0;
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if sender.blocking_send(full).is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        let _ = sender.blocking_send(chunk);
    }
    Ok(())
}

fn located(market: &Market, addresses: &Addresses, row: &Asked) -> Vec<Located> {
    row.place.as_ref().map(|place| rule::locate(market, addresses, place)).unwrap_or_default()
}

/// Applies a function to each, a part of them on each core; in order.
fn on_all_cores<T: Sync, R: Send>(all: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = all.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let each = &each;
        let threads: Vec<_> = all
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(each).collect::<Vec<R>>()))
            .collect();
        let mut results = Vec::with_capacity(all.len());
        for thread in threads {
            match thread.join() {
                Ok(part) => results.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

fn write(
    market: &Market,
    places: &Places,
    chunk: &[Asked],
    located: &[Vec<Located>],
    premises: &HashMap<i64, Premise>,
    format: Format,
) -> Result<Answered, Error> {
    let bytes = Vec::with_capacity(chunk.len() * 160);
    let mut answered = Answered { bytes, summary: Summary::default(), flaws: Vec::new() };
    let summary = &mut answered.summary;
    let unclear = model::qualification::Reason::AddressUnclear;
    for (row, located) in chunk.iter().zip(located) {
        summary.read += 1;
        if let Some(flaw) = &row.flaw {
            summary.refused += 1;
            count(&mut summary.reasons, NOT_READABLE);
            row.write_reason(&format!("{NOT_READABLE}: {}", flaw.why), format, &mut answered.bytes)?;
            if answered.flaws.len() < MOST_FLAWS {
                answered.flaws.push(flaw.clone());
            }
            continue;
        }
        let answer = match &row.place {
            Some(place) => rule::answer(market, places, place, located, premises),
            None => Err(unclear.clone()),
        };
        match answer {
            Ok(offers) => {
                summary.offered += 1;
                for offer in &offers {
                    summary.offers += 1;
                    count(&mut summary.carriers, offer.carrier);
                    count(&mut summary.confidences, offer.confidence.word());
                    row.write_offer(offer, format, &mut answered.bytes)?;
                }
            }
            Err(reason) => {
                let reason = reason.to_string();
                count(&mut summary.reasons, &reason);
                row.write_reason(&reason, format, &mut answered.bytes)?;
            }
        }
    }
    Ok(answered)
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(count) => *count += 1,
        None => _ = counts.insert(what.to_owned(), 1),
    }
}

impl Summary {
    /// Both together.
    pub fn add(&mut self, other: Summary) {
        self.read += other.read;
        self.refused += other.refused;
        self.offered += other.offered;
        self.offers += other.offers;
        let pairs = [
            (&mut self.carriers, other.carriers),
            (&mut self.confidences, other.confidences),
            (&mut self.reasons, other.reasons),
        ];
        for (own, others) in pairs {
            for (what, count) in others {
                *own.entry(what).or_default() += count;
            }
        }
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::Internal(format!("the answers cannot be written: {error}"))
}
