//! Imports: a file is read on a thread of its own, its rows are loaded in batches that nobody sees,
//! and one small commit makes them visible. Bad rows are reported by line.

mod access;
mod agreed;
mod area;
mod fill;
mod premise;
mod price_rule;
mod product;
mod source;

pub use access::FIELDS as ACCESS_FIELDS;
pub use area::FIELDS as AREA_FIELDS;
pub use premise::FIELDS as PREMISE_FIELDS;
pub use source::{Mapping, decompressed};

use crate::{Error, Hub};
use model::carrier::Carrier;
use std::fmt;
use std::time::Duration;
use store::import::{Kind, Origin};
use tokio::sync::watch;

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file's name, whose ending helps where its content does not say what it is.
    pub name: Option<String>,
    /// Turns true when the import is to be given up.
    pub stop: Option<watch::Receiver<bool>>,
    /// Of price rules, that of rows that name none; empty: there is none.
    pub carrier: String,
    /// Products: a reseller's own, made of the carrier's.
    pub organization: Option<String>,
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
    /// Without `skip_bad` a bad row means that nothing was imported; with it, that none is good.
    pub committed: bool,
}

/// Where in a file something is, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Line(u64),
    /// Of a collection, which may be all on one line.
    Feature(u64),
    Placemark(u64),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(n) => write!(f, "line {n}"),
            Self::Feature(n) => write!(f, "feature {n}"),
            Self::Placemark(n) => write!(f, "placemark {n}"),
        }
    }
}

/// What an import tells while it goes on.
pub trait Witness: Send {
    /// So many rows were read.
    fn read(&mut self, _rows: u64) {}

    /// A row is bad: where it is and why. All of them are told, none is kept.
    fn refused(&mut self, at: At, why: &str);

    /// A row was not as it should be, and is imported as it must be meant.
    fn repaired(&mut self, _at: At, _what: &str) {}
}

/// The store is left to others for this long between two batches.
const PAUSE: Duration = Duration::from_millis(2);
/// How often it is looked whether an interrupted import can be given up.
const RETRY: Duration = Duration::from_millis(250);
/// Rows looked at in one transaction when what nobody sees is swept away.
const SWEEP: i64 = 2_000;
/// The same of areas, whose rows are large.
const SWEEP_AREAS: i64 = 500;

/// An import that is loading, and the highest row that was there before it.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    pub number: i64,
    before: i64,
}

/// A row that was read.
#[derive(Debug, PartialEq)]
pub(crate) enum Row<T> {
    Good(T),
    /// Good after something was done.
    Repaired(T, At, String),
    /// The same stands in the file already.
    Again,
    Bad(At, String),
}

impl Summary {
    pub(crate) fn refuse(&mut self, witness: &mut impl Witness, at: At, why: &str) {
        self.refused += 1;
        witness.refused(at, why);
    }
}

impl Options {
    /// Ends when the import is to be given up.
    async fn stopped(&self) -> Error {
        if let Some(mut stop) = self.stop.clone()
            && stop.wait_for(|stopping| *stopping).await.is_ok()
        {
            return Error::Conflict("the import was stopped: nothing was imported".into());
        }
        std::future::pending().await
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

    /// Begins an import. One that was interrupted is waited for until it is sure that it is.
    async fn begin_import(&self, carrier: &Carrier, kind: Kind, options: &Options) -> Result<Begun, Error> {
        let trying = async {
            let mut waited = Duration::ZERO;
            loop {
                match self.try_begin(carrier, kind).await? {
                    Some(begun) => return Ok(begun),
                    None if waited > store::import::STALE => break,
                    None => tokio::time::sleep(RETRY).await,
                }
                waited += RETRY;
            }
            Err(Error::Conflict(format!("another import of {kind} for this carrier is under way")))
        };
        tokio::select! {
            begun = trying => begun,
            stopped = options.stopped() => Err(stopped),
        }
    }

    async fn try_begin(&self, carrier: &Carrier, kind: Kind) -> Result<Option<Begun>, Error> {
        let id = carrier.id;
        let begun = self.store().write(move |tx| {
            let before = store::import::last(tx, kind)?;
            let number = store::import::begin(tx, id, kind, Origin::File)?;
            Ok::<_, store::Error>(number.map(|number| Begun { number, before }))
        });
        Ok(begun.await?)
    }

    /// Says that an import goes on. An error: another one gave it up.
    async fn touch_import(&self, import: Begun) -> Result<(), Error> {
        match self.store().write(move |tx| store::import::touch(tx, import.number)).await? {
            true => Ok(()),
            false => Err(given_up()),
        }
    }

    /// Gives an import up when what was done for it failed, so that the next one need not wait.
    async fn or_abort<T>(&self, import: Begun, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome.is_err()
            && let Err(error) = self.store().write(move |tx| store::import::abort(tx, import.number)).await
        {
            tracing::warn!(%error, "the import could not be given up; the next one does it");
        }
        outcome
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
            return Err(Error::invalid("file", "has no rows; with --replace it withdraws all that there is"));
        }
        // A file without a good row is a mistake: it turns nothing off and withdraws nothing.
        summary.committed = summary.refused == 0 || (options.skip_bad && summary.imported > 0);
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
                return Err(given_up());
            }
        }
        tokio::select! {
            () = self.sweep(carrier, kind, import, summary.committed) => {}
            // What is left is swept by the next import.
            _ = options.stopped() => {}
        }
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
            let step = if kind == Kind::Areas { SWEEP_AREAS } else { SWEEP };
            while after < last {
                let until = after + step;
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

fn given_up() -> Error {
    Error::Conflict(
        "the import stood still for too long and was given up by another one; start it again".into(),
    )
}
