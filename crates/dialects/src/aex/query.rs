//! What a query says: pages, moments, ids. A value that cannot be read is refused by its name.

use super::Aex;
use super::refusal::Refusal;
use super::status;
use ::wire::aex::{self as wire, guid, moment};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use hub::{Page, Principal, Window};
use model::id::Identity;
use model::service::State;
use model::time::Timestamp;
use serde::de::DeserializeOwned;

/// As a handler takes it.
pub type Asked = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// Items on a page, where nothing is said.
const COUNT: u32 = 10;
/// More are never shown on one.
const MOST: u32 = 100;
/// Of pages and counts.
const LARGEST: u64 = 1_000_000;

/// The fields of a query.
pub struct Fields(Vec<(String, String)>);

/// A page that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub page: u64,
    pub window: Window,
}

impl Fields {
    pub fn of(asked: Asked) -> Result<Self, Refusal> {
        match asked {
            Ok(Query(fields)) => Ok(Self(fields)),
            Err(_) => Err(Refusal::field("query", "cannot be read")),
        }
    }

    /// A field as it is given.
    fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// A field that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// A day; what is given and is none is refused.
    pub fn day(&self, name: &'static str) -> Result<Option<wire::Date>, Refusal> {
        let wrong = || Refusal::field(name, "must be a date, such as 2024-10-17");
        self.given(name).map(|text| wire::Date::parse(text).ok_or_else(wrong)).transpose()
    }

    pub fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::field(name, "is required"))
    }

    /// A GUID, in any case.
    pub fn id<I: Identity>(&self, name: &'static str) -> Result<Option<I>, Refusal> {
        let read = |text: &str| guid::parse(text).ok_or_else(|| Refusal::field(name, "must be a GUID"));
        Ok(self.given(name).map(read).transpose()?.map(I::from_bytes))
    }

    /// A moment; what has no zone is in the caller's.
    pub fn moment(&self, name: &'static str, caller: &Principal) -> Result<Option<Timestamp>, Refusal> {
        let wrong = || Refusal::field(name, "must be a date, such as 2024-10-17 13:42:49");
        let read =
            |text: &str| moment::parse(text, &caller.zone).map(Timestamp::from_micros).ok_or_else(wrong);
        self.given(name).map(read).transpose()
    }

    /// A service's state by its word or number.
    pub fn service_state(&self) -> Result<Option<State>, Refusal> {
        let wrong = || Refusal::field("status", "is not a status of a service");
        self.given("status").map(|word| status::service_state(word).ok_or_else(wrong)).transpose()
    }

    fn number(&self, name: &'static str, most: u64) -> Result<Option<u64>, Refusal> {
        let wrong = || Refusal::field(name, format!("must be a number from 1 to {most}"));
        let read =
            |text: &str| text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(wrong);
        self.get(name).map(read).transpose()
    }

    /// `page` and `count`; a larger count than is shown on a page becomes the largest one.
    pub fn part(&self) -> Result<Part, Refusal> {
        self.part_by("count")
    }

    pub fn part_by(&self, count: &'static str) -> Result<Part, Refusal> {
        let page = self.number("page", LARGEST)?.unwrap_or(1);
        let count = self.number(count, LARGEST)?.map_or(COUNT, |count| count.min(MOST.into()) as u32);
        Ok(Part::new(page, count))
    }
}

impl Part {
    pub fn new(page: u64, count: u32) -> Self {
        Self { page, window: Window { limit: count, offset: (page - 1) * u64::from(count) } }
    }

    /// The page as it is answered.
    pub fn answered<T, U>(self, found: Page<T>, map: impl FnMut(T) -> U) -> wire::Page<U> {
        let items: Vec<U> = found.items.into_iter().map(map).collect();
        wire::Page {
            page: self.page,
            count: items.len() as u64,
            total: u64::try_from(found.total).unwrap_or(0),
            items,
        }
    }
}

/// What a path says. One that cannot be read names nothing.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Aex> for Named<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, aex: &Aex) -> Result<Self, Refusal> {
        let read = Path::from_request_parts(parts, aex).await;
        read.map(|Path(read)| Self(read)).map_err(|_| Refusal::not_found())
    }
}

/// The record that a path names; what is no GUID names none.
pub fn named<I: Identity>(text: &str) -> Result<I, Refusal> {
    guid::parse(text).map(I::from_bytes).ok_or_else(Refusal::not_found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Fields {
        Fields(all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_page_is_ten_and_at_most_a_hundred() {
        assert_eq!(fields(&[]).part().unwrap(), Part::new(1, 10));
        assert_eq!(fields(&[("page", "3"), ("count", "500")]).part().unwrap(), Part::new(3, 100));
        assert_eq!(Part::new(3, 100).window, Window { limit: 100, offset: 200 });
        for wrong in [("page", "0"), ("page", "-1"), ("page", "x"), ("count", "0"), ("page", "99999999")] {
            assert!(fields(&[wrong]).part().is_err(), "{wrong:?}");
        }
        assert_eq!(fields(&[("page", " ")]).part().unwrap(), Part::new(1, 10), "as if it were not there");
    }
}
