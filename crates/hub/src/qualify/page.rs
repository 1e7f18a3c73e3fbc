//! The answers to a chunk of rows: written as rows of the output, counted, and packed to be stored.

use super::bulk::{Answered, Chunk, Options};
use super::row::{Asked, Flaw, NOT_READABLE};
use super::rule::{self, Located, Offered, Where};
use super::seller::Market;
use crate::{Error, Places};
use model::premise::Premise;
use model::product::Product;
use model::qualification::Confidence;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::answers::Answers;

/// Of so many rows of a chunk it is told why they are not readable.
const MOST_FLAWS: usize = 20;

/// What came out, counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub read: u64,
    /// Rows that are not readable.
    #[serde(default)]
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

impl Summary {
    /// Both together.
    pub fn add(&mut self, other: &Summary) {
        self.read += other.read;
        self.refused += other.refused;
        self.offered += other.offered;
        self.offers += other.offers;
        let pairs = [
            (&mut self.carriers, &other.carriers),
            (&mut self.confidences, &other.confidences),
            (&mut self.reasons, &other.reasons),
        ];
        for (own, others) in pairs {
            for (what, count) in others {
                *own.entry(what.clone()).or_default() += count;
            }
        }
    }
}

/// The answers to a chunk of rows, as they are written.
pub(super) struct Page<'o> {
    options: &'o Options,
    bytes: Vec<u8>,
    summary: Summary,
    flaws: Vec<Flaw>,
    answers: Answers,
}

/// Offers that are stored as one: the same in all but the premise.
type Alike<'a> = (*const Product, *const u8, Confidence, Option<&'a str>);

impl<'o> Page<'o> {
    pub fn new(options: &'o Options) -> Self {
        let bytes = Vec::with_capacity(options.chunk() * 160);
        Self { options, bytes, summary: Summary::default(), flaws: Vec::new(), answers: Answers::default() }
    }

    pub fn write(
        &mut self,
        market: &Market,
        places: &Places,
        chunk: &Chunk,
        located: &[Vec<Located>],
        premises: &HashMap<i64, Premise>,
    ) -> Result<(), Error> {
        let mut known = HashMap::new();
        let unclear = model::qualification::Reason::AddressUnclear;
        for ((number, row), located) in (chunk.first..).zip(&chunk.rows).zip(located) {
            let id = self.options.run.map(|run| run.answer(number).ok_or_else(too_many)).transpose()?;
            let id = id.map(|id| id.to_string());
            self.summary.read += 1;
            if let Some(flaw) = &row.flaw {
                self.refuse(row, flaw, id.as_deref())?;
                continue;
            }
            let answer = match &row.place {
                Some(place) => rule::answer(market, places, place, located, premises),
                None => Err(unclear.clone()),
            };
            match &answer {
                Ok(offers) => {
                    self.summary.offered += 1;
                    for offer in offers {
                        self.summary.offers += 1;
                        count(&mut self.summary.carriers, offer.carrier);
                        count(&mut self.summary.confidences, offer.confidence.word());
                        row.write_offer(offer, id.as_deref(), &mut self.bytes)?;
                    }
                    if id.is_some() {
                        let offers = offers.iter().map(|offer| self.alike(offer, &mut known));
                        let offers: Vec<_> = offers.collect();
                        self.answers.add(&asked(row), &offers, None)?;
                    }
                }
                Err(reason) => {
                    let reason = reason.to_string();
                    count(&mut self.summary.reasons, &reason);
                    row.write_reason(&reason, id.as_deref(), &mut self.bytes)?;
                    if id.is_some() {
                        self.answers.add(&asked(row), &[], Some(&reason))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A row that is not readable says why.
    fn refuse(&mut self, row: &Asked, flaw: &Flaw, id: Option<&str>) -> Result<(), Error> {
        let reason = format!("{NOT_READABLE}: {}", flaw.why);
        self.summary.refused += 1;
        count(&mut self.summary.reasons, NOT_READABLE);
        row.write_reason(&reason, id, &mut self.bytes)?;
        if id.is_some() {
            self.answers.add(&asked(row), &[], Some(&reason))?;
        }
        if self.flaws.len() < MOST_FLAWS {
            self.flaws.push(flaw.clone());
        }
        Ok(())
    }

    /// Where an offer stands among those that are stored, and its premise.
    fn alike<'a>(
        &mut self,
        offer: &Offered<'a>,
        known: &mut HashMap<Alike<'a>, usize>,
    ) -> (usize, Option<&'a str>) {
        let own = offer.premise.and_then(|premise| premise.technology.as_deref());
        let key: Alike<'a> = (offer.product, offer.carrier.as_ptr(), offer.confidence, own);
        let at = *known.entry(key).or_insert_with(|| {
            self.answers.offer(model::qualification::Offered {
                carrier: offer.carrier.to_owned(),
                product: offer.product.code.clone(),
                technology: offer.technology().map(str::to_owned),
                down_mbps: offer.product.down_mbps,
                up_mbps: offer.product.up_mbps,
                monthly: offer.product.monthly,
                lead_days: offer.product.lead_days,
                confidence: offer.confidence,
            })
        });
        (at, offer.premise.map(|premise| premise.external_reference.as_str()))
    }

    pub fn finish(self, vault: &store::Vault, first: u64) -> Result<Answered, Error> {
        let answers = match self.options.run {
            Some(_) => Some(self.answers.pack(vault, first)?),
            None => None,
        };
        Ok(Answered { bytes: self.bytes, summary: self.summary, flaws: self.flaws, answers })
    }
}

/// A question as it is stored.
fn asked(row: &Asked) -> model::qualification::Asked {
    use model::qualification::Asked;
    match &row.place {
        Some(Where::Address { text, country }) => Asked::Address(text.clone(), country.clone()),
        Some(Where::Reference(key)) => Asked::Reference(key.clone()),
        Some(Where::Position(point)) => Asked::Position(point.latitude, point.longitude),
        None => Asked::Nothing,
    }
}

fn too_many() -> Error {
    Error::invalid("file", format!("has more rows than can be quoted: at most {}", u32::MAX))
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(count) => *count += 1,
        None => _ = counts.insert(what.to_owned(), 1),
    }
}
