//! Imports: a file is read on a thread of its own, its rows are loaded in batches that nobody sees,
//! and one small commit makes them visible. Bad rows are reported by line.

mod premise;
mod product;
mod source;

pub use source::{FIELDS, Mapping, decompressed};

use crate::{Error, Hub};
use model::carrier::Carrier;
use std::time::Duration;
use store::import::{Kind, Origin};

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub carrier: String,
    /// Of rows that name none; ISO 3166 alpha-2.
    pub country: Option<String>,
    pub mapping: Mapping,
    /// Import what is good although some rows are bad.
    pub skip_bad: bool,
    /// Withdraw what this file lacks.
    pub replace: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    pub read: u64,
    pub imported: u64,
    pub refused: u64,
    /// The first bad rows: line and why.
    pub problems: Vec<(u64, String)>,
    /// Without `skip_bad` a bad row means that nothing was imported.
    pub committed: bool,
}

/// More bad rows than this are counted, not told.
pub(crate) const MOST_PROBLEMS: usize = 1_000;
/// A batch: at most so many rows …
const MOST_ROWS: usize = 5_000;
/// … and about so long a transaction, so that orders go on meanwhile.
const BATCH_TIME: Duration = Duration::from_millis(15);
/// The store is left to others for this long between two batches.
const PAUSE: Duration = Duration::from_millis(2);
/// Rows looked at in one transaction when what nobody sees is swept away.
const SWEEP: i64 = 2_000;

/// An import that is loading, and the highest row that was there before it.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    pub number: i64,
    before: i64,
}

/// A row that was read (None: the same stands in the file already), or why it is refused.
pub(crate) type Row<T> = Result<Option<T>, (u64, String)>;

impl Summary {
    pub(crate) fn refuse(&mut self, line: u64, why: String) {
        self.refused += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push((line, why));
        }
    }
}

/// How many rows the next batch takes, learned from how long the last one took.
pub(crate) struct Pace {
    rows: usize,
}

impl Pace {
    pub fn new() -> Self {
        Self { rows: 500 }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn took(&mut self, rows: usize, time: Duration) {
        let fitting = rows as f64 * BATCH_TIME.as_secs_f64() / time.as_secs_f64().max(1e-6);
        self.rows = (fitting as usize).clamp(50, MOST_ROWS).min(self.rows * 2);
    }
}

impl Hub {
    async fn carrier_to_fill(&self, name: &str) -> Result<Carrier, Error> {
        let name = name.to_ascii_lowercase();
        self.store()
            .read(move |tx| store::carrier::by_name(tx, &name))
            .await?
            .ok_or(Error::NotFound("carrier"))
    }

    async fn begin_import(&self, carrier: &Carrier, kind: Kind) -> Result<Begun, Error> {
        let id = carrier.id;
        let begun = self
            .store()
            .write(move |tx| {
                let before = store::import::last(tx, kind)?;
                let number = store::import::begin(tx, id, kind, Origin::File)?;
                Ok::<_, store::Error>(number.map(|number| Begun { number, before }))
            })
            .await?;
        begun.ok_or_else(|| {
            Error::Conflict(format!(
                "another import of {kind} for this carrier is under way, or was interrupted less than a minute ago"
            ))
        })
    }

    /// Makes an import visible, or gives it up when a row was bad and none may be.
    async fn end_import(
        &self,
        carrier: &Carrier,
        kind: Kind,
        import: Begun,
        countries: Vec<String>,
        options: &Options,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let (id, replace, rows) = (carrier.id, options.replace, summary.imported);
        if summary.imported == 0 && summary.refused == 0 && !options.replace {
            self.store().write(move |tx| store::import::abort(tx, import.number)).await?;
            return Err(Error::invalid("file", "has no rows; with --replace it withdraws all that there is"));
        }
        summary.committed = summary.refused == 0 || options.skip_bad;
        if !summary.committed {
            summary.imported = 0;
            self.store().write(move |tx| store::import::abort(tx, import.number)).await?;
        } else {
            let committed = self
                .store()
                .write(move |tx| {
                    store::import::name_countries(tx, import.number, &countries)?;
                    store::import::commit(tx, id, kind, import.number, replace, rows)
                })
                .await?;
            if !committed {
                return Err(Error::Conflict(
                    "the import took too long between two batches and was given up; start it again".into(),
                ));
            }
        }
        self.sweep(carrier, kind, import, summary.committed).await;
        Ok(())
    }

    /// Deletes rows that nobody can see any more. The import is done: what goes wrong here is only told.
    async fn sweep(&self, carrier: &Carrier, kind: Kind, import: Begun, committed: bool) {
        let id = carrier.id;
        let swept: Result<(), store::Error> = async {
            // What this import took the place of was there before it; what was given up came with it.
            let (mut after, last) = match committed {
                true => (0, import.before),
                false => (import.before, self.store().read(move |tx| store::import::last(tx, kind)).await?),
            };
            while after < last {
                let until = after + SWEEP;
                self.store().write(move |tx| store::import::sweep(tx, id, kind, after, until)).await?;
                after = until;
                tokio::time::sleep(PAUSE).await;
            }
            Ok(())
        }
        .await;
        if let Err(error) = swept {
            tracing::warn!(%error, "rows that nobody sees are left; the next import sweeps them");
        }
    }
}
