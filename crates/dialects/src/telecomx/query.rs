//! What a query says. A value that cannot be read is refused by its name; what is not known is passed over.

use super::TelecomX;
use super::refusal::Refusal;
use ::wire::telecomx::Id;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use hub::Window;
use model::time::Timestamp;
use std::str::FromStr;

/// As a handler takes it.
pub type Asked = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// Records of a list where nothing is said, and at most.
const LIMIT: u32 = 100;
const MOST: u32 = 500;
const LONGEST_FILTER: usize = 255;

/// The fields of a query.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn of(asked: Asked) -> Result<Self, Refusal> {
        match asked {
            Ok(Query(fields)) => Ok(Self(fields)),
            Err(_) => Err(Refusal::bad_request("the query cannot be read")),
        }
    }

    /// A field that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        let given = self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim());
        given.filter(|value| !value.is_empty())
    }

    /// A field that has to be there, and may say nothing.
    pub fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        let given = self.0.iter().find(|(own, _)| own == name);
        given.map(|(_, value)| value.trim()).ok_or_else(|| Refusal::field(name, "Required"))
    }

    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(Refusal::field(name, "Must be true or false")),
        }
    }

    pub fn number(&self, name: &'static str, first: u32, last: u32) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.parse().ok().filter(|number| (first..=last).contains(number));
        number.map(Some).ok_or_else(|| Refusal::field(name, format!("Must be between {first} and {last}")))
    }

    pub fn id(&self, name: &'static str) -> Result<Option<Id>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        Id::parse(value).map(Some).ok_or_else(|| Refusal::field(name, "Must be an id"))
    }

    pub fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let moment = ::wire::telecomx::Moment::parse(value);
        let moment = moment.ok_or_else(|| Refusal::field(name, "Must be a date"))?;
        Ok(Some(Timestamp::from_micros(moment.micros())))
    }

    /// A word in any case; `ANY` is as good as nothing.
    pub fn word<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Refusal> {
        let Some(value) = self.get(name).filter(|word| !word.eq_ignore_ascii_case("ANY")) else {
            return Ok(None);
        };
        let refused = || Refusal::field(name, "Value is not one of the permitted values.");
        value.to_ascii_uppercase().parse().map(Some).map_err(|_| refused())
    }

    /// What records are to have in them.
    pub fn filter(&self) -> Result<String, Refusal> {
        let text = self.get("filter").unwrap_or_default();
        match text.chars().count() > LONGEST_FILTER {
            true => Err(Refusal::field("filter", format!("At most {LONGEST_FILTER} characters"))),
            false => Ok(text.to_owned()),
        }
    }

    /// `offset` and `limit`.
    pub fn window(&self) -> Result<Window, Refusal> {
        let offset = self.number("offset", 0, i32::MAX as u32)?.unwrap_or(0);
        let limit = self.number("limit", 1, MOST)?.unwrap_or(LIMIT);
        Ok(Window { limit, offset: offset.into() })
    }
}

/// The ids of a path, in their order.
pub struct Named(Vec<String>);

impl Named {
    /// The first one. What is no id names nothing.
    pub fn id(&self) -> Result<Id, Refusal> {
        self.at(0)
    }

    pub fn at(&self, at: usize) -> Result<Id, Refusal> {
        self.0.get(at).and_then(|text| Id::parse(text)).ok_or_else(Refusal::not_found)
    }

    /// The text that stands there.
    pub fn text(&self, at: usize) -> &str {
        self.0.get(at).map_or("", String::as_str)
    }
}

impl FromRequestParts<TelecomX> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, telecomx: &TelecomX) -> Result<Self, Refusal> {
        let read = Path::<Vec<(String, String)>>::from_request_parts(parts, telecomx).await;
        let Path(pairs) = read.map_err(|_| Refusal::not_found())?;
        Ok(Self(pairs.into_iter().map(|(_, value)| value).collect()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Fields {
        Fields(all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_list_is_a_hundred_records_and_at_most_five_hundred() {
        assert_eq!(fields(&[]).window().unwrap(), Window { limit: 100, offset: 0 });
        let asked = fields(&[("offset", "20"), ("limit", "500")]);
        assert_eq!(asked.window().unwrap(), Window { limit: 500, offset: 20 });
        for wrong in [("limit", "0"), ("limit", "501"), ("offset", "-1"), ("offset", "x")] {
            assert!(fields(&[wrong]).window().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn words_and_flags_are_read_in_any_case() {
        let asked = fields(&[("state", "active"), ("up", "TRUE"), ("type", "any"), ("full", "yes")]);
        assert_eq!(
            asked.word::<model::account::State>("state").unwrap(),
            Some(model::account::State::Active)
        );
        assert_eq!(asked.flag("up").unwrap(), Some(true));
        assert_eq!(asked.word::<model::product::Kind>("type").unwrap(), None);
        assert!(asked.flag("full").is_err() && asked.word::<model::product::Kind>("state").is_err());
    }
}
