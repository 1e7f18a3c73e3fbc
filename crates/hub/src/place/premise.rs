//! Where premises are: found by what people write.

use super::Places;
use super::kept::{Index, blocking};
use crate::{Error, Hub};
use atlas::address::{
    Addresses, Agreement, Ask, Builder, Index as Addressed, Inspection, Listing, Match, Question,
};
use model::address::Address;
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
        let ask = Ask { text, country, limit, ..Ask::default() };
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
    // What is just not said is not elsewhere.
    let unsaid = |part| part == Agreement::Unsaid;
    let unsaid = unsaid(parts.place) && unsaid(parts.postcode);
    let same_street = close(parts.street) && (close(parts.place) || close(parts.postcode) || unsaid);
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
        && (agrees(parts.place) || agrees(parts.postcode))
        && (agrees(parts.street) || (place && agrees(parts.postcode)))
}

impl Hub {
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
            keys: &[&listed.external_reference, &listed.id.to_string()],
        });
    }
    builder
}
