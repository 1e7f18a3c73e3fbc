//! From a thread that reads a file to the store: rows go over in chunks, and into the store in batches that take
//! about as long as orders can wait.

use super::{Begun, Options, PAUSE, Row, Summary, Witness, given_up};
use crate::{Error, Hub};
use model::carrier::Carrier;
use model::id::CarrierId;
use std::time::Duration;
use store::Tx;
use store::import::Kind;
use tokio::sync::mpsc;

/// Weight of the rows handed from the reading thread at a time.
const CHUNK: usize = 1_000;
/// A batch: at most so much weight …
const MOST: usize = 5_000;
/// … and about so long a transaction, so that orders go on meanwhile.
const BATCH_TIME: Duration = Duration::from_millis(15);
/// How often an import that waits for its rows says that it goes on.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Rows of one kind.
pub(crate) trait Listed: Sized + Send + 'static {
    const KIND: Kind;

    /// As many plain rows it costs to load this one.
    fn weight(&self) -> usize {
        1
    }

    fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, rows: &[Self]) -> Result<(), store::Error>;
}

/// What a reader hands its rows to.
pub(crate) struct Rows<T> {
    sender: mpsc::Sender<Vec<Row<T>>>,
    chunk: Vec<Row<T>>,
    weight: usize,
}

/// Nobody takes rows any more: the import has ended.
#[derive(Debug)]
pub(crate) struct Gone;

impl<T: Listed> Rows<T> {
    pub fn push(&mut self, row: Row<T>) -> Result<(), Gone> {
        self.weight += match &row {
            Row::Good(row) | Row::Repaired(row, ..) => row.weight(),
            Row::Again | Row::Bad(..) => 1,
        };
        self.chunk.push(row);
        if self.weight < CHUNK { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Gone> {
        self.weight = 0;
        self.sender.blocking_send(std::mem::take(&mut self.chunk)).map_err(|_| Gone)
    }
}

/// How a file is read: all of its rows into `Rows`, or until nobody takes them; answers the countries that they are in.
pub(crate) type Reading = Result<Vec<String>, Error>;

/// How much the next batch takes, learned from how long the last one took.
struct Pace {
    weight: usize,
}

impl Pace {
    fn took(&mut self, weight: usize, time: Duration) {
        let fitting = weight as f64 * BATCH_TIME.as_secs_f64() / time.as_secs_f64().max(1e-6);
        self.weight = (fitting as usize).clamp(50, MOST).min(self.weight * 2);
    }
}

/// Rows that wait for their batch.
struct Waiting<T> {
    rows: Vec<T>,
    weight: usize,
}

impl<T: Listed> Waiting<T> {
    fn push(&mut self, row: T) {
        self.weight += row.weight();
        self.rows.push(row);
    }

    /// A batch of this weight, or of one row that weighs more; None: there is not so much.
    fn batch(&mut self, pace: &Pace) -> Option<(Vec<T>, usize)> {
        if self.weight < pace.weight {
            return None;
        }
        let (mut weight, mut end) = (0, 0);
        for row in &self.rows {
            weight += row.weight();
            end += 1;
            if weight >= pace.weight {
                break;
            }
        }
        self.weight -= weight;
        let rest = self.rows.split_off(end);
        Some((std::mem::replace(&mut self.rows, rest), weight))
    }
}

impl Hub {
    /// Imports what `read` reads.
    pub(super) async fn import_rows<T: Listed>(
        &self,
        options: &Options,
        witness: &mut impl Witness,
        read: impl FnOnce(&mut Rows<T>) -> Reading + Send + 'static,
    ) -> Result<Summary, Error> {
        let carrier = self.carrier_to_fill(&options.carrier).await?;
        let import = self.begin_import(&carrier, T::KIND, options).await?;
        let mut summary = Summary::default();
        let filling = async {
            tokio::select! {
                countries = self.fill(&carrier, import, read, options, witness, &mut summary) => countries,
                stopped = options.stopped() => Err(stopped),
            }
        };
        let countries = self.or_abort(import, filling.await).await?;
        let end = self.end_import(&carrier, T::KIND, import, countries, options, &mut summary).await;
        self.or_abort(import, end).await?;
        Ok(summary)
    }

    /// Loads what is good; answers the countries that the rows are in.
    async fn fill<T: Listed>(
        &self,
        carrier: &Carrier,
        import: Begun,
        read: impl FnOnce(&mut Rows<T>) -> Reading + Send + 'static,
        options: &Options,
        witness: &mut impl Witness,
        summary: &mut Summary,
    ) -> Reading {
        let (sender, mut chunks) = mpsc::channel::<Vec<Row<T>>>(8);
        let reading = tokio::task::spawn_blocking(move || {
            let mut rows = Rows { sender, chunk: Vec::new(), weight: 0 };
            let countries = read(&mut rows)?;
            let _ = rows.send();
            Ok::<_, Error>(countries)
        });
        let (mut pace, mut told) = (Pace { weight: 500 }, store::machine());
        let mut waiting = Waiting { rows: Vec::new(), weight: 0 };
        loop {
            let chunk = tokio::time::timeout(HEARTBEAT, chunks.recv()).await;
            if store::machine().saturating_sub(told) >= HEARTBEAT {
                self.touch_import(import).await?;
                told = store::machine();
            }
            let chunk = match chunk {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(_) => continue,
            };
            summary.read += chunk.len() as u64;
            for row in chunk {
                match row {
                    Row::Good(row) => waiting.push(row),
                    Row::Repaired(row, at, what) => {
                        witness.repaired(at, &what);
                        waiting.push(row);
                    }
                    Row::Again => summary.imported += 1,
                    Row::Bad(at, why) => summary.refuse(witness, at, &why),
                }
            }
            witness.read(summary.read);
            // Nothing more is loaded once it is clear that nothing will be kept.
            if summary.refused > 0 && !options.skip_bad {
                waiting = Waiting { rows: Vec::new(), weight: 0 };
            }
            while let Some((batch, weight)) = waiting.batch(&pace) {
                summary.imported += self.load(carrier, import.number, batch, weight, &mut pace).await?;
            }
        }
        let countries = reading.await.map_err(|e| Error::Internal(e.to_string()))??;
        if !waiting.rows.is_empty() {
            let Waiting { rows, weight } = waiting;
            summary.imported += self.load(carrier, import.number, rows, weight, &mut pace).await?;
        }
        Ok(countries)
    }

    async fn load<T: Listed>(
        &self,
        carrier: &Carrier,
        import: i64,
        batch: Vec<T>,
        weight: usize,
        pace: &mut Pace,
    ) -> Result<u64, Error> {
        let (id, rows) = (carrier.id, batch.len());
        let took = self
            .store()
            .write(move |tx| {
                let began = store::machine();
                if !store::import::touch(tx, import)? {
                    return Err(given_up());
                }
                T::load(tx, id, import, &batch)?;
                Ok(store::machine().saturating_sub(began))
            })
            .await?;
        pace.took(weight, took);
        tokio::time::sleep(PAUSE).await;
        Ok(rows as u64)
    }
}
