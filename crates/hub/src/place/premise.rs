//! Where premises are: the atlas of this node. It is derived from the store, kept in a file, and asked by the
//! use cases; a new one is built beside the old one, which answers until then.

use crate::{Error, Hub, Principal};
use arc_swap::ArcSwap;
use atlas::address::{Addresses, Agreement, Ask, Builder, Index, Listing, Match, Question};
use model::address::Address;
use model::premise::Premise;
use model::role::Capability;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::change;
use store::premise::Listed;
use tokio::sync::Mutex;

pub use atlas::address::Inspection;

/// Premises read from the store at a time.
const PAGE: i64 = 5_000;
/// After a build that failed.
const PAUSE: Duration = Duration::from_secs(30);
/// A premise is taken for the one that is meant when it is as sure as this.
const SURE: f32 = 0.75;
/// Listings of one address that are looked at.
const MOST_LISTINGS: usize = 100;

/// What a node knows of places. Clones share it.
#[derive(Clone, Default)]
pub struct Places {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Where the file is kept; None: in memory only.
    folder: Option<PathBuf>,
    current: ArcSwap<Known>,
    /// One build at a time.
    building: Mutex<()>,
}

/// The atlas, and the state of the store that it was made from.
#[derive(Default)]
struct Known {
    addresses: Addresses,
    generation: i64,
}

impl Places {
    /// Kept in a file in this folder, which is made when it is needed.
    pub fn kept_in(folder: PathBuf) -> Self {
        Self { inner: Arc::new(Inner { folder: Some(folder), ..Inner::default() }) }
    }

    /// The addresses as they are known now; what is taken stays as it is.
    pub fn addresses(&self) -> Addresses {
        self.inner.current.load().addresses.clone()
    }

    /// Premises of a carrier that an address means, by their numbers: one, or the listings of one place; none
    /// where it is not clear. `country` is used when the address names none.
    pub fn meant(&self, carrier: i64, address: &Address, country: &str) -> Vec<i64> {
        let country = address.country.as_deref().unwrap_or(country);
        let text = address.one_line(country);
        let question = Question {
            text: &text,
            country,
            carriers: Some(&[carrier]),
            limit: MOST_LISTINGS,
            ..Question::default()
        };
        let found = self.inner.current.load().addresses.search(&question);
        let Some(best) = found.first().filter(|best| is_meant(best)) else { return Vec::new() };
        let same = |other: &&Match| other.confidence == best.confidence && other.score == best.score;
        found.iter().filter(same).map(|found| found.premise).collect()
    }

    /// How a text is read, and at most so many of the streets that are considered.
    pub fn inspect(&self, text: &str, country: &str, limit: usize) -> Inspection {
        let ask = Ask { text, country, limit, offset: 0, keep: &|_, _| true };
        self.inner.current.load().addresses.file().inspect(&ask)
    }

    fn file(&self) -> Option<PathBuf> {
        self.inner.folder.as_ref().map(|folder| folder.join("premises.atlas"))
    }

    fn show(&self, index: Index, generation: i64) {
        self.inner.current.store(Arc::new(Known { addresses: index.into(), generation }));
    }
}

/// Nothing of what was asked differs, and hardly anything was left open.
fn is_meant(found: &Match) -> bool {
    let parts = &found.parts;
    let close = |part| matches!(part, Agreement::Agrees | Agreement::Close);
    found.confidence >= SURE
        && close(parts.street)
        && parts.number == Agreement::Agrees
        && parts.unit == Agreement::Agrees
        && (close(parts.place) || close(parts.postcode))
}

/// A search for premises.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub text: &'a str,
    /// ISO 3166-1 alpha-2; empty: all.
    pub country: &'a str,
    /// None: every carrier that the caller may use.
    pub carrier: Option<&'a str>,
    pub limit: usize,
}

/// A premise that a text may mean.
#[derive(Debug, Clone)]
pub struct Found {
    pub premise: Premise,
    /// The carrier's name.
    pub carrier: String,
    /// The address in one line.
    pub text: String,
    /// 0 to 1: how sure it is that this is what was meant.
    pub confidence: f32,
}

impl Hub {
    /// The premises of carriers that the caller may use which answer a text best, best first.
    pub async fn search_premises(
        &self,
        principal: &Principal,
        asked: &Asked<'_>,
    ) -> Result<Vec<Found>, Error> {
        principal.require(Capability::Read)?;
        let usable = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let mut carriers: Vec<(i64, String)> = table
            .all()
            .filter(|member| usable.contains(&member.carrier.name))
            .map(|member| (member.carrier.number, member.carrier.name.clone()))
            .collect();
        if let Some(name) = asked.carrier {
            carriers.retain(|(_, carrier)| carrier.eq_ignore_ascii_case(name));
            if carriers.is_empty() {
                return Err(Error::NotFound("carrier"));
            }
        }
        let numbers: Vec<i64> = carriers.iter().map(|(number, _)| *number).collect();
        let matches = self.places().addresses().search(&Question {
            text: asked.text,
            country: asked.country,
            carriers: Some(&numbers),
            limit: asked.limit,
            ..Question::default()
        });
        let wanted: Vec<i64> = matches.iter().map(|found| found.premise).collect();
        let premises = self
            .store()
            .read(move |tx| {
                wanted
                    .iter()
                    .map(|number| store::premise::by_number(tx, *number))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let found = |(found, premise): (&Match, Option<Premise>)| {
            let premise = premise?;
            let carrier = carriers.iter().find(|(number, _)| *number == found.carrier)?.1.clone();
            Some(Found { text: premise.address.one_line(""), carrier, confidence: found.confidence, premise })
        };
        Ok(matches.iter().zip(premises).filter_map(found).collect())
    }

    /// Brings the atlas up to what the store has, however long that takes, and as often as it fails.
    pub async fn keep_places(&self) {
        while let Err(error) = self.refresh_places().await {
            tracing::warn!(%error, "the index of premises could not be brought up to date");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Brings the atlas up to what the store has: from its file if that is as new, else by building it anew.
    pub async fn refresh_places(&self) -> Result<(), Error> {
        let places = self.places().clone();
        let _alone = places.inner.building.lock().await;
        loop {
            let generation = self.store().read(|tx| change::of(tx, change::PREMISES)).await?;
            if places.inner.current.load().generation == generation {
                return Ok(());
            }
            if let Some(path) = places.file()
                && let Some(index) = opened(&path, generation).await?
            {
                places.show(index, generation);
                return Ok(());
            }
            let index = self.built(&places, generation).await?;
            places.show(index, generation);
        }
    }

    /// Reads all premises and makes an index of them.
    async fn built(&self, places: &Places, generation: i64) -> Result<Index, Error> {
        let (mut builder, mut after) = (Builder::new(), 0);
        let began = store::machine();
        loop {
            let page = self.store().read(move |tx| store::premise::page(tx, after, PAGE)).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            builder = blocking(move || taken(builder, &page)).await?;
        }
        let (path, count) = (places.file(), builder.len());
        let index = blocking(move || made(builder, path.as_deref(), generation)).await??;
        let took = store::machine().saturating_sub(began);
        tracing::info!(premises = count, seconds = took.as_secs_f64(), "indexed the premises");
        Ok(index)
    }
}

fn taken(mut builder: Builder, page: &[Listed]) -> Builder {
    for listed in page {
        builder.add(&Listing {
            premise: listed.number,
            carrier: listed.carrier,
            address: &listed.address,
            country: "",
            position: listed.position,
            keys: &[&listed.external_reference],
        });
    }
    builder
}

fn made(builder: Builder, path: Option<&Path>, generation: i64) -> Result<Index, Error> {
    let Some(path) = path else { return Ok(builder.into_index()) };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| Error::Internal(format!("{}: {e}", folder.display())))?;
    }
    let damaged = |e: atlas::file::Error| Error::Internal(format!("{}: {e}", path.display()));
    builder.write(path, generation.cast_unsigned()).map_err(damaged)?;
    Index::open(path).map_err(damaged)
}

/// The index in a file that is there, as new as the store and whole. It is read through once.
async fn opened(path: &Path, generation: i64) -> Result<Option<Index>, Error> {
    let path = path.to_owned();
    blocking(move || match Index::open(&path) {
        Ok(index) if index.generation() != generation.cast_unsigned() => None,
        Ok(index) => match Index::verify(&path) {
            Ok(()) => Some(index),
            Err(error) => {
                tracing::warn!(%error, "the index of premises is built anew");
                None
            }
        },
        Err(error) if error.is_missing() => None,
        Err(error) => {
            tracing::warn!(%error, "the index of premises is built anew");
            None
        }
    })
    .await
}

/// Runs what takes long on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))
}
