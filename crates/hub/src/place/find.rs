//! Premises found for somebody who asks: by a text, by one that is still being typed, by a point.

use crate::{Error, Hub, Principal};
use atlas::address::{Kind, Question, Within};
use model::address::Address;
use model::id::CarrierId;
use model::premise::{Position, Premise};
use model::role::Capability;
use std::collections::HashMap;

/// What limits an answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Not looked at where a point is asked for.
    pub text: &'a str,
    /// ISO 3166-1 alpha-2; empty: all.
    pub country: &'a str,
    /// None: every carrier that the caller may use.
    pub carrier: Option<&'a str>,
    /// Premises without a position lie nowhere.
    pub within: Option<Within>,
    /// At most so many, after leaving out so many.
    pub limit: usize,
    pub offset: usize,
}

/// A premise that was found.
#[derive(Debug, Clone)]
pub struct Found {
    pub premise: Premise,
    /// The carrier's name.
    pub carrier: String,
    /// The address in one line.
    pub text: String,
}

/// Names of carriers.
type Carriers = HashMap<CarrierId, String>;

impl Hub {
    /// The premises of carriers that the caller may use which answer a text best, best first; each with how sure it is,
    /// 0 to 1, that this is what was meant.
    pub async fn search_premises(
        &self,
        principal: &Principal,
        asked: &Asked<'_>,
    ) -> Result<Vec<(Found, f32)>, Error> {
        let (carriers, numbers) = self.asked_carriers(principal, asked.carrier).await?;
        let found = self.places().addresses().search(&asked.question(&numbers));
        let found = found.into_iter().map(|found| (found.premise, found.confidence)).collect();
        self.with_premises(&carriers, found).await
    }

    /// What a text may become that is still being typed, best first: streets, then their houses, then the units in one.
    /// Each with a premise that stands for it; the text is the suggestion's.
    pub async fn complete_premises(
        &self,
        principal: &Principal,
        asked: &Asked<'_>,
    ) -> Result<Vec<(Found, Kind)>, Error> {
        let (carriers, numbers) = self.asked_carriers(principal, asked.carrier).await?;
        let found = self.places().addresses().complete(&asked.question(&numbers));
        let found = found.into_iter().map(|found| (found.premise, found.kind)).collect();
        let mut found = self.with_premises(&carriers, found).await?;
        for (found, kind) in &mut found {
            found.text = suggestion(&found.premise.address, *kind);
        }
        Ok(found)
    }

    /// The premises nearest to a point, none farther than `metres`; nearest first, each with how far it is.
    pub async fn nearest_premises(
        &self,
        principal: &Principal,
        point: Position,
        metres: f64,
        asked: &Asked<'_>,
    ) -> Result<Vec<(Found, f64)>, Error> {
        let (carriers, numbers) = self.asked_carriers(principal, asked.carrier).await?;
        let found = self.places().addresses().nearest(point, metres, &asked.question(&numbers));
        let found = found.into_iter().map(|found| (found.premise, found.metres)).collect();
        self.with_premises(&carriers, found).await
    }

    /// The carriers that the caller may use, or of them the one that is asked for.
    async fn asked_carriers(
        &self,
        principal: &Principal,
        asked: Option<&str>,
    ) -> Result<(Carriers, Vec<i64>), Error> {
        principal.require(Capability::Read)?;
        let usable = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let members = table.all().map(|member| &member.carrier).filter(|carrier| {
            usable.contains(&carrier.name)
                && asked.is_none_or(|asked| carrier.name.eq_ignore_ascii_case(asked))
        });
        let (carriers, numbers): (Carriers, Vec<i64>) =
            members.map(|carrier| ((carrier.id, carrier.name.clone()), carrier.number)).unzip();
        if asked.is_some() && numbers.is_empty() {
            return Err(Error::NotFound("carrier"));
        }
        Ok((carriers, numbers))
    }

    /// Reads what was found; what a later import took the place of is not there any more.
    async fn with_premises<T>(
        &self,
        carriers: &Carriers,
        found: Vec<(i64, T)>,
    ) -> Result<Vec<(Found, T)>, Error> {
        let wanted: Vec<i64> = found.iter().map(|(number, _)| *number).collect();
        let premises = self.store().read(move |tx| store::premise::by_numbers(tx, &wanted)).await?;
        let premises: HashMap<i64, Premise> =
            premises.into_iter().map(|premise| (premise.number, premise)).collect();
        let read = |(number, more): (i64, T)| {
            let premise = premises.get(&number)?.clone();
            let carrier = carriers.get(&premise.carrier)?.clone();
            Some((Found { text: premise.address.one_line(""), carrier, premise }, more))
        };
        Ok(found.into_iter().filter_map(read).collect())
    }
}

impl<'a> Asked<'a> {
    fn question(&self, carriers: &'a [i64]) -> Question<'a> {
        Question {
            text: self.text,
            country: self.country,
            carriers: Some(carriers),
            within: self.within,
            limit: self.limit,
            offset: self.offset,
            ..Question::default()
        }
    }
}

/// The part of an address that is suggested. One that has no parts is shown as it is.
fn suggestion(address: &Address, kind: Kind) -> String {
    let (mut street, mut house) = (address.clone(), address.clone());
    for address in [&mut street, &mut house] {
        (address.unit, address.floor, address.door) = (None, None, None);
        if address.street.is_some() {
            address.full_text = None;
        }
    }
    street.number = None;
    match kind {
        Kind::Street => street.one_line(""),
        Kind::Number => house.one_line(""),
        Kind::Unit => address.one_line(""),
    }
}
