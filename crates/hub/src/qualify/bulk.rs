//! Many questions at once: rows in, ranked offers out, in the order of the input and in bounded memory. Chunks of rows
//! are located on several cores, their listings are read together, and written while the next ones are under way.
//! Whoever wants the answers takes them chunk by chunk.

use super::page::Page;
pub use super::page::Summary;
use super::row::{Asked, Flaw, Format, Rows};
use super::rule::{self, Located, Where};
use super::seller::Market;
use crate::{Error, Hub, Principal};
use atlas::address::Addresses;
use model::id::{OrganizationId, QualificationId};
use model::premise::Premise;
use model::role::Capability;
use std::collections::{HashMap, VecDeque};
use std::io::{BufReader, Read, Write};
use std::sync::Arc;
use store::answers::Packed;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

/// Of large rows fewer go through together.
const MOST_BYTES: usize = 4 << 20;

#[derive(Debug, Clone, Default)]
pub struct Options {
    pub format: Format,
    /// Rows that were answered before, when a run was interrupted.
    pub skip: u64,
    /// Turns true when it is to end.
    pub stop: Option<watch::Receiver<bool>>,
    /// The run that the answers are stored as, so that each can be quoted by its id.
    pub run: Option<QualificationId>,
    /// The rows of a file that was read through before: it is plain, and ends there. None: it may be packed.
    pub accepted: Option<u64>,
    /// Beside other work: half of the cores, and a little at a time.
    pub gentle: bool,
}

impl Options {
    /// Rows that go through together.
    pub(super) fn chunk(&self) -> usize {
        if self.gentle { 1_000 } else { 4_000 }
    }

    /// Chunks under way at once.
    fn under_way(&self) -> usize {
        if self.gentle { 1 } else { 3 }
    }

    fn cores(&self) -> usize {
        let all = std::thread::available_parallelism().map_or(1, usize::from);
        if self.gentle { (all / 2).max(1) } else { all }
    }
}

/// A chunk's part of the output: at first the head line, then the answers to one row after the other.
pub struct Answered {
    pub bytes: Vec<u8>,
    pub summary: Summary,
    /// The first rows that are not readable.
    pub flaws: Vec<Flaw>,
    /// The same to be stored, where they can be quoted.
    pub answers: Option<Packed>,
}

/// Is given the answers, in order.
pub trait Taker: Send {
    /// An error ends the run.
    fn take(&mut self, answered: Answered) -> impl Future<Output = Result<(), Error>> + Send;
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

/// Rows that are read, and what they are answered with.
pub(super) struct Chunk {
    /// The number of the first row, counted from 1.
    pub first: u64,
    pub rows: Vec<Asked>,
}

/// Writes the answers to a sink; those that can be quoted are stored before they are seen.
struct IntoSink<'w, W> {
    hub: Hub,
    organization: OrganizationId,
    run: Option<QualificationId>,
    sink: Box<dyn Write + Send>,
    witness: &'w mut W,
    skipped: u64,
    counted: Summary,
}

impl<W: Witness> Taker for IntoSink<'_, W> {
    async fn take(&mut self, answered: Answered) -> Result<(), Error> {
        if let Some((run, answers)) = self.run.zip(answered.answers) {
            let organization = self.organization;
            let put =
                move |tx: &mut store::Tx<'_>| store::qualification::put(tx, organization, run, &answers);
            self.hub.store().write_patiently(put).await?;
        }
        self.sink.write_all(&answered.bytes).and_then(|()| self.sink.flush()).map_err(unwritable)?;
        if answered.summary.read == 0 {
            return Ok(());
        }
        self.counted.add(&answered.summary);
        answered.flaws.iter().for_each(|flaw| self.witness.refused(flaw));
        self.witness.counted(&self.counted);
        self.witness.written(self.skipped + self.counted.read).map_err(unwritable)
    }
}

impl Hub {
    /// Answers every row of the source into a sink; what is counted is without the rows that are skipped.
    pub async fn qualify_rows(
        &self,
        principal: &Principal,
        source: Box<dyn Read + Send>,
        sink: Box<dyn Write + Send>,
        options: &Options,
        witness: &mut impl Witness,
    ) -> Result<Summary, Error> {
        principal.require(Capability::Qualify)?;
        let (organization, run, skipped) = (principal.organization, options.run, options.skip);
        let counted = Summary::default();
        let mut taker = IntoSink { hub: self.clone(), organization, run, sink, witness, skipped, counted };
        self.answer_rows(organization, source, options, &mut taker).await
    }

    /// Answers every row of the source, for an organization.
    pub(crate) async fn answer_rows(
        &self,
        organization: OrganizationId,
        source: Box<dyn Read + Send>,
        options: &Options,
        taker: &mut impl Taker,
    ) -> Result<Summary, Error> {
        let market = Arc::new(self.market(organization).await?);
        let addresses = self.places().addresses();
        let (sender, mut chunks) = mpsc::channel(options.under_way());
        let (head_sender, head) = tokio::sync::oneshot::channel();
        let reader = options.clone();
        let reading = tokio::task::spawn_blocking(move || read(source, &reader, head_sender, &sender));
        let mut summary = Summary::default();
        if let Ok(bytes) = head.await {
            let (summary, flaws) = (Summary::default(), Vec::new());
            taker.take(Answered { bytes, summary, flaws, answers: None }).await?;
        }
        let mut under_way: VecDeque<JoinHandle<Result<Answered, Error>>> = VecDeque::new();
        let mut more = true;
        while more || !under_way.is_empty() {
            if options.stop.as_ref().is_some_and(|stop| *stop.borrow()) {
                return Err(stopped());
            }
            if more && under_way.len() < options.under_way() {
                let chunk = tokio::select! {
                    chunk = chunks.recv() => chunk,
                    () = stopping(options.stop.clone()) => return Err(stopped()),
                };
                match chunk {
                    Some(chunk) => {
                        let (hub, market, addresses) = (self.clone(), market.clone(), addresses.clone());
                        let options = options.clone();
                        let task = async move { hub.answered(market, addresses, chunk, options).await };
                        under_way.push_back(tokio::spawn(task));
                    }
                    None => more = false,
                }
                continue;
            }
            let Some(task) = under_way.pop_front() else { continue };
            let answered = task.await.map_err(unjoined)??;
            summary.add(&answered.summary);
            taker.take(answered).await?;
        }
        reading.await.map_err(unjoined)??;
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
        chunk: Chunk,
        options: Options,
    ) -> Result<Answered, Error> {
        let (chunk, located) = {
            let (market, addresses, cores) = (market.clone(), addresses.clone(), options.cores());
            blocking(move || {
                let located = on_cores(cores, &chunk.rows, |row| located(&market, &addresses, row));
                (chunk, located)
            })
            .await?
        };
        let mut premises = HashMap::new();
        self.read_premises(&located, &mut premises).await?;
        let names_reference = |row: &Asked| matches!(row.place, Some(Where::Reference(_)));
        let (chunk, located, mut premises) = if chunk.rows.iter().any(names_reference) {
            let (market, cores) = (market.clone(), options.cores());
            let all = move || {
                let located = with_others(cores, &market, &addresses, &chunk.rows, located, &premises);
                (chunk, located, premises)
            };
            blocking(all).await?
        } else {
            (chunk, located, premises)
        };
        self.read_premises(&located, &mut premises).await?;
        let hub = self.clone();
        blocking(move || {
            let mut page = Page::new(&options);
            page.write(&market, hub.places(), &chunk, &located, &premises)?;
            page.finish(hub.store().vault(), chunk.first)
        })
        .await?
    }
}

/// Where a row names a reference, the carriers that do not know it are asked for its address.
fn with_others(
    cores: usize,
    market: &Market,
    addresses: &Addresses,
    chunk: &[Asked],
    located: Vec<Vec<Located>>,
    premises: &HashMap<i64, Premise>,
) -> Vec<Vec<Located>> {
    let rows: Vec<(&Asked, &Vec<Located>)> = chunk.iter().zip(&located).collect();
    let others = on_cores(cores, &rows, |(row, located)| {
        let place = row.place.as_ref()?;
        rule::locate_others(market, addresses, place, located, premises)
    });
    others.into_iter().zip(located).map(|(others, located)| others.unwrap_or(located)).collect()
}

/// Runs what takes long on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(unjoined)
}

/// A panic goes on: it is the rows' fault, and none that passes.
fn unjoined(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => Error::Internal(error.to_string()),
    }
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

fn read(
    source: Box<dyn Read + Send>,
    options: &Options,
    head: tokio::sync::oneshot::Sender<Vec<u8>>,
    sender: &mpsc::Sender<Chunk>,
) -> Result<(), Error> {
    let source = match options.accepted {
        Some(_) => Box::new(BufReader::with_capacity(64 << 10, source)),
        None => crate::import::decompressed(source)?,
    };
    let mut rows = Rows::open(source, options.format)?;
    let quotable = options.run.is_some();
    if quotable {
        rows.quotable();
    }
    // Without it the answers just begin.
    if options.skip == 0 {
        let _ = head.send(rows.head());
    } else {
        drop(head);
    }
    for _ in 0..options.skip {
        if rows.next().transpose()?.is_none() {
            return Ok(());
        }
    }
    let (mut first, mut chunk, mut bytes) = (options.skip + 1, Vec::with_capacity(options.chunk()), 0);
    for row in rows {
        let row = row?;
        if options.accepted.is_some_and(|accepted| first + chunk.len() as u64 > accepted) {
            return Err(Error::invalid("file", "has more rows than when it was accepted"));
        }
        bytes += row.bytes();
        chunk.push(row);
        if chunk.len() == options.chunk() || bytes > MOST_BYTES {
            bytes = 0;
            let rows = std::mem::replace(&mut chunk, Vec::with_capacity(options.chunk()));
            let next = first + rows.len() as u64;
            if sender.blocking_send(Chunk { first, rows }).is_err() {
                return Ok(());
            }
            first = next;
        }
    }
    if !chunk.is_empty() {
        let _ = sender.blocking_send(Chunk { first, rows: chunk });
    }
    Ok(())
}

fn located(market: &Market, addresses: &Addresses, row: &Asked) -> Vec<Located> {
    row.place.as_ref().map(|place| rule::locate(market, addresses, place)).unwrap_or_default()
}

/// Applies a function to each, a part of them on each core; in order.
fn on_cores<T: Sync, R: Send>(cores: usize, all: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
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

fn unwritable(error: std::io::Error) -> Error {
    Error::Internal(format!("the answers cannot be written: {error}"))
}
