//! Where premises are: found by what people write.

use super::Places;
use super::kept::{Index, blocking};
use crate::{Error, Hub, Principal};
use atlas::address::{
    Addresses, Agreement, Ask, Builder, Index as Addressed, Inspection, Listing, Match, Question,
};
use model::address::Address;
use model::premise::Premise;
use model::role::Capability;
use std::collections::HashMap;
use std::path::Path;
use store::change;
use store::premise::Listed;

/// Premises read from the store at a time.
const PAGE: i64 = 5_000;
/// A premise is taken for the one that is meant when it is as sure as this.
const SURE: f32 = 0.75;
/// Places whose scores differ by less fit alike.
const ALIKE: f32 = 0.5;
/// Listings of one address that are looked at.
const MOST_LISTINGS: usize = 100;

/// The index of premises.
#[derive(Default)]
pub(super) struct Premises(Addresses);

impl Index for Premises {
    const OF: &'static str = "premises";
    const FILE: &'static str = "premises.atlas";
    const TOPIC: &'static str = change::PREMISES;
    type Builder = Builder;

    fn builder() -> Builder {
        Builder::new()
    }

    async fn fill(hub: &Hub, builder: Builder, after: i64) -> Result<(Builder, Option<i64>), Error> {
        let page = hub.store().read(move |tx| store::premise::page(tx, after, PAGE)).await?;
        let last = page.last().map(|listed| listed.number);
        Ok((blocking(move || taken(builder, &page)).await?, last))
    }

    fn write(builder: Builder, path: &Path, generation: u64) -> Result<(), atlas::file::Error> {
        builder.write(path, generation)
    }

    fn finish(builder: Builder) -> Result<Self, atlas::file::Error> {
        Ok(Self(builder.into_index().into()))
    }

    fn open(path: &Path) -> Result<Self, atlas::file::Error> {
        Addressed::open(path).map(|index| Self(index.into()))
    }

    fn generation(&self) -> u64 {
        self.0.file().generation()
    }

    fn verify(&self, path: &Path) -> Result<(), atlas::file::Error> {
        Addressed::verify(path)
    }

    fn len(&self) -> usize {
        self.0.file().len()
    }
}

impl Places {
    /// The addresses as they are known now; what is taken stays as it is.
    pub fn addresses(&self) -> Addresses {
        self.inner.premises.look(|premises| premises.0.clone())
    }

    /// Premises of a carrier that an address means, by their numbers: one, or the listings of one place; none
    /// where it is not clear. `country` is used when the address names none.
    pub fn meant(&self, carrier: i64, address: &Address, country: &str) -> Vec<i64> {
        let country = address.country.as_deref().unwrap_or(country);
        let text = address.one_line(country);
        let question = Question {
            text: &text,
            address: Some(address),
            country,
            carriers: Some(&[carrier]),
            limit: MOST_LISTINGS,
            compare_houses: true,
            ..Question::default()
        };
        let found = self.inner.premises.look(|premises| premises.0.search(&question));
        match meant(&found) {
            Meant::Place(listings) => listings.iter().map(|found| found.premise).collect(),
            Meant::Unclear | Meant::Nothing => Vec::new(),
        }
    }

    /// How a text is read, and at most so many of the streets that are considered.
    pub fn inspect(&self, text: &str, country: &str, limit: usize) -> Inspection {
        let ask = Ask { text, country, limit, offset: 0, keep: &|_, _| true };
        self.inner.premises.look(|premises| premises.0.file().inspect(&ask))
    }
}

/// What an answer comes to for somebody who wants one place.
pub enum Meant<'a> {
    /// The listings of the one place that is meant.
    Place(Vec<&'a Match>),
    /// Several may be meant, or one that is not close enough.
    Unclear,
    /// There is nothing like it.
    Nothing,
}

/// Which of one carrier's listings, best first, are meant.
pub fn meant<'a>(found: impl IntoIterator<Item = &'a Match>) -> Meant<'a> {
    let mut found = found.into_iter();
    let Some(best) = found.next() else { return Meant::Nothing };
    let mut listings = vec![best];
    let mut alike = false;
    for other in found.take_while(|other| best.score - other.score < ALIKE) {
        if other.place == best.place {
            listings.push(other);
        } else {
            alike |= other.fit >= best.fit;
        }
    }
    let parts = &best.parts;
    let close = |part| matches!(part, Agreement::Agrees | Agreement::Close);
    let same_street = close(parts.street) && (close(parts.place) || close(parts.postcode));
    match () {
        () if same_street && is_sure(best) && !alike => Meant::Place(listings),
        // The number is another's, or there is no such street in the place: that is known well enough.
        () if parts.number == Agreement::Differs || !same_street => Meant::Nothing,
        () => Meant::Unclear,
    }
}

/// An order may follow: nothing that was said is left over or differs, number and unit are just the listing's, and a
/// mistyped street is believed only where place and postcode agree.
fn is_sure(found: &Match) -> bool {
    let parts = &found.parts;
    let agrees = |part| part == Agreement::Agrees;
    let place = matches!(parts.place, Agreement::Agrees | Agreement::Close);
    found.fit >= SURE
        && found.whole
        && found.same_house
        && agrees(parts.number)
        && agrees(parts.unit)
        && parts.place != Agreement::Differs
        && parts.postcode != Agreement::Differs
        && (agrees(parts.street) || (place && agrees(parts.postcode)))
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
        let premises = self.store().read(move |tx| store::premise::by_numbers(tx, &wanted)).await?;
        let mut premises: HashMap<i64, Premise> =
            premises.into_iter().map(|premise| (premise.number, premise)).collect();
        let mut found = |found: &Match| {
            let premise = premises.remove(&found.premise)?;
            let carrier = carriers.iter().find(|(number, _)| *number == found.carrier)?.1.clone();
            Some(Found { text: premise.address.one_line(""), carrier, confidence: found.confidence, premise })
        };
        Ok(matches.iter().filter_map(&mut found).collect())
    }

    /// Brings the index of premises up to what the store has.
    pub async fn refresh_places(&self) -> Result<(), Error> {
        let inner = &self.places().inner;
        inner.premises.refresh(self, inner.folder.as_ref()).await
    }

    /// The same, as often as it fails.
    pub async fn keep_places(&self) {
        let inner = &self.places().inner;
        inner.premises.keep(self, inner.folder.as_ref()).await;
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
