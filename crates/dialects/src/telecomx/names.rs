//! What objects are called here: 24 hex characters that are made of a kind and a number, or a text that is fixed from
//! outside, which wins.

use super::TelecomX;
use super::refusal::Refusal;
use ::wire::telecomx::{Id, Kind};
use hub::names::{Aliases, Of};
use hub::quote::Named;
use model::id::{Identity, PremiseId, ProductId, QuoteRequestId};
use std::collections::HashMap;
use std::sync::Arc;

/// The dialect's word in the hub.
pub const DIALECT: &str = "telecomx";

/// Offers are counted within their request: so many bits of an offer's number are its own.
const OFFER_BITS: u32 = 10;

/// The words of ids that are fixed from outside.
pub mod kind {
    pub const ORGANIZATION: &str = "organization";
    pub const CUSTOMER: &str = "customer";
    pub const EMPLOYEE: &str = "employee";
    pub const KEY: &str = "key";
    pub const PRODUCT: &str = "product";
    pub const ADDRESS: &str = "address";
    pub const REQUEST: &str = "request";
    pub const OFFER: &str = "offer";
    pub const ACCOUNT: &str = "account";
    pub const DOCUMENT: &str = "document";
}

/// An offer's number over all requests.
pub fn offer_number(request: i64, offer: u32) -> u64 {
    (request.cast_unsigned() << OFFER_BITS) | u64::from(offer)
}

/// The same as what a text that is fixed from outside stands for.
pub fn offer_object(number: u64) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

fn words(of: Of) -> (&'static str, Kind) {
    match of {
        Of::Organization => (kind::ORGANIZATION, Kind::Organization),
        Of::Customer => (kind::CUSTOMER, Kind::Customer),
        Of::User => (kind::EMPLOYEE, Kind::Employee),
        Of::Key => (kind::KEY, Kind::Key),
        Of::QuoteRequest => (kind::REQUEST, Kind::Request),
        Of::Account => (kind::ACCOUNT, Kind::Account),
        Of::Document => (kind::DOCUMENT, Kind::Document),
    }
}

/// How the objects of one answer are called.
pub struct Names {
    aliases: Arc<Aliases>,
    numbers: HashMap<(Of, [u8; 16]), i64>,
}

impl Names {
    pub async fn of(telecomx: &TelecomX, wanted: Vec<(Of, [u8; 16])>) -> Result<Self, Refusal> {
        let aliases = telecomx.hub.aliases(DIALECT).await?;
        Ok(Self { aliases, numbers: telecomx.hub.numbers(wanted).await? })
    }

    /// With an object that was not there before.
    #[must_use]
    pub fn and(&self, of: Of, id: &impl Identity, number: i64) -> Self {
        let mut numbers = self.numbers.clone();
        numbers.insert((of, *id.bytes()), number);
        Self { aliases: self.aliases.clone(), numbers }
    }

    /// `None`: it is gone.
    pub fn id(&self, of: Of, id: &impl Identity) -> Option<Id> {
        let (word, kind) = words(of);
        let made =
            || self.numbers.get(&(of, *id.bytes())).map(|number| Id::made(kind, number.cast_unsigned()));
        self.fixed(word, *id.bytes()).or_else(made)
    }

    pub fn product(&self, id: ProductId) -> Id {
        let made = || Id::made(Kind::Product, hub::quote::product::print(id));
        self.fixed(kind::PRODUCT, *id.bytes()).unwrap_or_else(made)
    }

    pub fn address(&self, id: PremiseId) -> Id {
        let made = || Id::made(Kind::Address, hub::quote::spot::print(id));
        self.fixed(kind::ADDRESS, *id.bytes()).unwrap_or_else(made)
    }

    /// `None`: the request is gone.
    pub fn offer(&self, request: QuoteRequestId, offer: u32) -> Option<Id> {
        let number = offer_number(*self.numbers.get(&(Of::QuoteRequest, *request.bytes()))?, offer);
        let made = || Id::made(Kind::Offer, number);
        Some(self.fixed(kind::OFFER, offer_object(number)).unwrap_or_else(made))
    }

    fn fixed(&self, word: &str, object: [u8; 16]) -> Option<Id> {
        self.aliases.text(word, object).and_then(Id::parse)
    }
}

/// What the ids of one request stand for.
pub struct Known {
    aliases: Arc<Aliases>,
    objects: HashMap<(Of, i64), [u8; 16]>,
}

impl Known {
    /// `ids`: those that are numbers of something, with what they are asked as.
    pub async fn of(telecomx: &TelecomX, ids: impl IntoIterator<Item = (Of, &Id)>) -> Result<Self, Refusal> {
        let aliases = telecomx.hub.aliases(DIALECT).await?;
        let number = |(of, id): (Of, &Id)| {
            let (kind, number) = id.read()?;
            let number = if kind == Kind::Offer { number >> OFFER_BITS } else { number };
            let is = kind == words(of).1 || (kind == Kind::Offer && of == Of::QuoteRequest);
            Some((of, i64::try_from(number).ok().filter(|_| is)?))
        };
        let mut wanted: Vec<(Of, i64)> = ids.into_iter().filter_map(number).collect();
        wanted.sort_unstable_by_key(|(of, number)| (*of as u8, *number));
        wanted.dedup();
        let found = telecomx.hub.ids(wanted.clone()).await?;
        let objects = wanted.into_iter().zip(found).filter_map(|(name, id)| Some((name, id?))).collect();
        Ok(Self { aliases, objects })
    }

    /// `None`: it names nothing of that kind. The UUID that the command line shows is taken too.
    pub fn get<I: Identity>(&self, of: Of, id: &Id) -> Option<I> {
        let (word, kind) = words(of);
        if let Some(object) = self.aliases.object(word, id.as_str()) {
            return Some(I::from_bytes(object));
        }
        if let Ok(own) = id.as_str().parse::<model::id::OrganizationId>() {
            return Some(I::from_bytes(*own.bytes()));
        }
        let (own, number) = id.read()?;
        let number = i64::try_from(number).ok().filter(|_| own == kind)?;
        self.objects.get(&(of, number)).map(|object| I::from_bytes(*object))
    }

    pub fn product(&self, id: &Id) -> Option<Named> {
        if let Some(object) = self.aliases.object(kind::PRODUCT, id.as_str()) {
            return Some(Named::Id(ProductId::from_bytes(object)));
        }
        match id.read() {
            Some((Kind::Product, print)) => Some(Named::Print(print)),
            _ => id.as_str().parse().ok().map(Named::Id),
        }
    }

    pub fn address(&self, id: &Id) -> Option<model::quote::Spot> {
        use model::quote::Spot;
        if let Some(object) = self.aliases.object(kind::ADDRESS, id.as_str()) {
            return Some(Spot::Premise(PremiseId::from_bytes(object)));
        }
        match id.read() {
            Some((Kind::Address, print)) => Some(Spot::Print(print)),
            _ => id.as_str().parse().ok().map(Spot::Premise),
        }
    }

    /// The number of an offer within its request, and over all.
    pub fn offer(&self, id: &Id) -> Option<(i64, u32)> {
        let number = match (self.aliases.object(kind::OFFER, id.as_str()), id.read()) {
            (Some(object), _) => u64::try_from(u128::from_be_bytes(object)).ok()?,
            (None, Some((Kind::Offer, number))) => number,
            _ => return None,
        };
        let own = u32::try_from(number & ((1 << OFFER_BITS) - 1)).ok()?;
        Some((i64::try_from(number >> OFFER_BITS).ok()?, own))
    }
}
