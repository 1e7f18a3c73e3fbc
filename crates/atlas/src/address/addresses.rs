//! What is asked at run time: an index mapped from its file, and a small one in memory for what changed since
//! the file was built. A change makes a new `Addresses` that shares the file; readers keep the one they have.

use super::builder::Builder;
use super::complete::Kind;
use super::index::{Index, Row};
use super::listing::Listing;
use super::result::Parts;
use super::search::Ask;
use model::address::{Address, Said};
use model::premise::Position;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A question and what limits its answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'a> {
    pub text: &'a str,
    /// The question in parts, where it has some: they say what is number and unit.
    pub address: Option<&'a Address>,
    /// ISO 3166-1 alpha-2; empty: all countries.
    pub country: &'a str,
    /// Numbers of the carriers whose listings count; None: all.
    pub carriers: Option<&'a [i64]>,
    /// Listings without a position are outside of every area.
    pub within: Option<Within>,
    /// At most so many answers, after leaving out so many.
    pub limit: usize,
    pub offset: usize,
    /// `limit` is of each carrier's listings, so that many carriers that list one place cannot push each other out; a
    /// search knows it.
    pub each_carrier: bool,
    /// Whether `Match::same_house` is wanted: it takes a second reading of the question.
    pub compare_houses: bool,
}

/// An area that answers lie in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Within {
    /// South-west and north-east corner; west may be greater than east, over the antimeridian.
    Box(Position, Position),
    /// A point, and metres around it.
    Circle(Position, f64),
}

/// A premise that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The premise's number in the store.
    pub premise: i64,
    /// The carrier's number in the store.
    pub carrier: i64,
    /// Comparable within one answer only.
    pub score: f32,
    /// 0 to 1: how well it fits, whatever else does.
    pub fit: f32,
    /// 0 to 1: how sure it is that this is what was meant; where several places fit alike, each is as likely.
    pub confidence: f32,
    pub parts: Parts,
    /// As `Hit::whole`.
    pub whole: bool,
    /// House number and units are just those of the question, each of the same kind, read in the manner of the
    /// listing's country; false where that was not asked for.
    pub same_house: bool,
    /// The same for all listings of one address in this answer.
    pub place: [u64; 3],
    pub position: Option<Position>,
}

/// A suggestion while somebody types, with a premise that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    pub kind: Kind,
    pub premise: i64,
    pub carrier: i64,
}

/// A premise near a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    pub premise: i64,
    pub carrier: i64,
    pub metres: f64,
}

/// A listing that was added or changed since the file was built.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub premise: i64,
    pub carrier: i64,
    pub address: Address,
    pub country: String,
    pub position: Option<Position>,
    pub keys: Vec<String>,
}

/// Cheap to clone; nothing in it changes.
#[derive(Debug, Clone)]
pub struct Addresses {
    file: Arc<Index>,
    delta: Arc<Index>,
    changed: Arc<BTreeMap<i64, Change>>,
    /// Numbers of premises that the file has and that are changed or withdrawn.
    hidden: Arc<HashSet<i64>>,
}

impl Default for Addresses {
    /// Nothing is known.
    fn default() -> Self {
        Builder::new().into_index().into()
    }
}

impl From<Index> for Addresses {
    fn from(file: Index) -> Self {
        Self {
            file: Arc::new(file),
            delta: Arc::new(Builder::new().into_index()),
            changed: Arc::default(),
            hidden: Arc::default(),
        }
    }
}

impl Addresses {
    /// The same with some listings added or changed, and others withdrawn. It takes as long as building an index
    /// of all changes since the file: meant for thousands, not for an import.
    pub fn with(&self, changes: impl IntoIterator<Item = Change>, withdrawn: &[i64]) -> Self {
        let mut changed = (*self.changed).clone();
        changed.extend(changes.into_iter().map(|change| (change.premise, change)));
        withdrawn.iter().for_each(|premise| _ = changed.remove(premise));
        let mut hidden = (*self.hidden).clone();
        hidden.extend(changed.keys().chain(withdrawn));
        let mut builder = Builder::new();
        for change in changed.values() {
            let keys: Vec<&str> = change.keys.iter().map(String::as_str).collect();
            builder.add(&Listing {
                premise: change.premise,
                carrier: change.carrier,
                address: &change.address,
                country: &change.country,
                position: change.position,
                keys: &keys,
            });
        }
        Self {
            file: self.file.clone(),
            delta: Arc::new(builder.into_delta(&self.file)),
            changed: Arc::new(changed),
            hidden: Arc::new(hidden),
        }
    }

    /// The index in the file.
    pub fn file(&self) -> &Index {
        &self.file
    }

    /// How many listings changed since the file was built.
    pub fn changes(&self) -> usize {
        self.hidden.len()
    }

    /// The premises that answer a text best, best first.
    pub fn search(&self, question: &Question<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        self.each(question, |index, ask| {
            let mut house = SaidHouse::of(question);
            found.extend(index.search(ask).into_iter().map(|hit| Match {
                whole: hit.whole,
                same_house: question.compare_houses && house.is(index, hit.entry, hit.row),
                premise: index.premise(hit.row),
                carrier: index.carrier(hit.row).unwrap_or_default(),
                score: hit.score,
                fit: hit.fit,
                confidence: hit.confidence,
                parts: hit.parts,
                place: if self.delta.is_empty() {
                    index.place(hit.entry, hit.row)
                } else {
                    index.place_by_words(hit.entry, hit.row)
                },
                position: index.position(hit.entry, hit.row),
            }));
        });
        if !self.delta.is_empty() {
            found.sort_by(|a, b| b.score.total_cmp(&a.score));
        }
        if question.each_carrier { of_each_carrier(found, question) } else { page(found, question) }
    }

    /// What a text may become while somebody types it.
    pub fn complete(&self, question: &Question<'_>) -> Vec<Completion> {
        let mut found = Vec::new();
        self.each(question, |index, ask| {
            found.extend(index.complete(ask).into_iter().map(|suggestion| {
                let completion = Completion {
                    kind: suggestion.kind,
                    premise: index.premise(suggestion.row),
                    carrier: index.carrier(suggestion.row).unwrap_or_default(),
                };
                (suggestion.score, completion)
            }));
        });
        if !self.delta.is_empty() {
            found.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        page(found, question).into_iter().map(|(_, completion)| completion).collect()
    }

    /// The nearest premises to a point, none farther than `metres`, nearest first. The question's text is not
    /// looked at.
    pub fn nearest(&self, point: Position, metres: f64, question: &Question<'_>) -> Vec<Neighbour> {
        let mut found = Vec::new();
        self.each(question, |index, ask| {
            let near = index.nearest(point, metres, ask.limit, ask.keep);
            found.extend(near.into_iter().map(|near| Neighbour {
                premise: index.premise(near.row),
                carrier: index.carrier(near.row).unwrap_or_default(),
                metres: near.metres,
            }));
        });
        found.sort_by(|a, b| a.metres.total_cmp(&b.metres));
        page(found, question)
    }

    /// Premises that have this key, and very rarely one that has not: compare what the store says.
    pub fn by_key(&self, key: &str) -> Vec<i64> {
        self.by_fingerprint(super::builder::fingerprint(key))
    }

    /// The same by the key's fingerprint.
    pub fn by_fingerprint(&self, fingerprint: u64) -> Vec<i64> {
        let file = self.file.by_fingerprint(fingerprint).map(|row| self.file.premise(row));
        let file = file.filter(|premise| !self.hidden.contains(premise));
        file.chain(self.delta.by_fingerprint(fingerprint).map(|row| self.delta.premise(row))).collect()
    }

    /// Asks the file and what changed since, each for as many as are wanted.
    fn each(&self, question: &Question<'_>, mut ask: impl FnMut(&Index, &Ask<'_>)) {
        let limit = question.offset + question.limit;
        let province = question.address.and_then(|address| address.province.as_deref()).unwrap_or_default();
        let (text, country) = (question.text, question.country);
        let each_carrier = question.each_carrier;
        let empty = Ask { text, country, province, limit, each_carrier, ..Ask::default() };
        for index in [&*self.file, &*self.delta] {
            if index.is_empty() {
                continue;
            }
            let hidden = std::ptr::eq(index, &*self.file) && !self.hidden.is_empty();
            let carriers = question.carriers.map(|carriers| index.carriers_in(carriers));
            let keep = |entry: u32, row: Row| {
                !(hidden && self.hidden.contains(&index.premise(row)))
                    && carriers.as_ref().is_none_or(|carriers| index.is_of(carriers, row))
                    && question.within.is_none_or(|within| index.is_within(entry, row, within))
            };
            ask(index, &Ask { keep: &keep, ..empty });
        }
    }
}

/// Commas at which a text is turned around.
const MOST_TURNS: usize = 3;

/// House number and units of a question, as each country reads them.
struct SaidHouse<'a> {
    question: &'a Question<'a>,
    /// Country, house number and units; a text that begins with the place is read from each of its commas on.
    read: Vec<([u8; 2], String, String)>,
}

impl<'a> SaidHouse<'a> {
    fn of(question: &'a Question<'a>) -> Self {
        Self { question, read: Vec::new() }
    }

    fn is(&mut self, index: &Index, entry: u32, row: Row) -> bool {
        let country = index.entry(entry).map_or([0; 2], |entry| entry.country);
        if !self.read.iter().any(|(of, _, _)| *of == country) {
            let code = std::str::from_utf8(&country).unwrap_or_default();
            let texts = match self.question.address {
                Some(address) => vec![Address { country: None, ..address.clone() }],
                None => from_each_comma(self.question.text, code),
            };
            self.read.extend(texts.iter().map(|text| {
                let said = Said::of(text, code);
                (country, said.number.clone(), super::builder::units(&said))
            }));
        }
        let (number, units) = (index.number(row), index.unit(row));
        self.read.iter().any(|read| read.0 == country && read.1 == number && read.2 == units)
    }
}

/// A text, and the same turned around at its first commas: `00198 Roma, Via Salaria 2` is `Via Salaria 2, 00198 Roma`.
///
/// What has a house number before the comma begins with the street.
fn from_each_comma(text: &str, country: &str) -> Vec<Address> {
    let said = |text: &str| Address { full_text: Some(text.to_owned()), ..Address::default() };
    let is_place = |at: &usize| {
        let number = Said::of(&said(&text[..*at]), country).number;
        number.is_empty() || number.len() > 3
    };
    let commas = text.match_indices([',', ';']).take(MOST_TURNS).map(|(at, _)| at);
    let turned = commas.filter(is_place).map(|at| format!("{}, {}", &text[at + 1..], &text[..at]));
    std::iter::once(said(text)).chain(turned.map(|text| said(&text))).collect()
}

fn page<T>(mut found: Vec<T>, question: &Question<'_>) -> Vec<T> {
    found.drain(..question.offset.min(found.len()));
    found.truncate(question.limit);
    found
}

/// The file's and those that changed since, together no more than are wanted of each carrier.
fn of_each_carrier(mut found: Vec<Match>, question: &Question<'_>) -> Vec<Match> {
    if found.len() > question.limit {
        let mut counts: HashMap<i64, usize> = HashMap::new();
        found.retain(|found| {
            let count = counts.entry(found.carrier).or_default();
            *count += 1;
            *count <= question.limit
        });
    }
    found
}

impl Index {
    /// Which of the index's carriers are among these.
    fn carriers_in(&self, wanted: &[i64]) -> Vec<bool> {
        self.carriers.iter().map(|carrier| wanted.contains(carrier)).collect()
    }

    fn is_of(&self, carriers: &[bool], row: Row) -> bool {
        carriers.get(self.carrier.get(row) as usize).copied().unwrap_or(false)
    }

    fn is_within(&self, entry: u32, row: Row, within: Within) -> bool {
        let Some(position) = self.position(entry, row) else { return false };
        match within {
            Within::Circle(middle, metres) => super::nearby::distance(middle, position) <= metres,
            Within::Box(low, high) => {
                let (west, east) = (low.longitude, high.longitude);
                let between = |longitude: f64| {
                    if west <= east {
                        (west..=east).contains(&longitude)
                    } else {
                        longitude >= west || longitude <= east
                    }
                };
                let longitude = position.longitude;
                // The antimeridian has two numbers.
                let between = between(longitude) || (longitude.abs() == 180.0 && between(-longitude));
                between && (low.latitude..=high.latitude).contains(&position.latitude)
            }
        }
    }
}
