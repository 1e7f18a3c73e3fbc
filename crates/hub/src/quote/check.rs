//! Whether a request can be quoted: every rule in the order in which callers are told of it.

use super::owner::Owner;
use super::product::{Choice, For, Found, fee};
use super::spot::Among;
use super::{Draft, DraftOffer, Flaw, Given, Named, Refused, Side, Spot};
use crate::own::Network;
use crate::{Error, Principal};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use model::id::{CarrierId, OrganizationId, ProductId, UserId};
use model::money::Money;
use model::product::{Level, Prices, Product};
use model::quote::{Details, Figure, Kind, Offer, PRICES, Place, Stored};
use model::time::Timestamp;
use rust_decimal::Decimal;
use std::time::Duration;
use store::Tx;

/// Characters of a request's notes.
const NOTES: usize = 4_096;
/// Of its other texts.
const TEXT: usize = 255;
/// Offers and recipients of one request.
const MANY: usize = 100;
/// The longest commitment in months.
const LONGEST: i64 = 60;
const DAY: Duration = Duration::from_secs(86_400);
const IP_ADDRESSES: [i64; 6] = [1, 2, 4, 8, 16, 32];

/// A request that may be kept.
pub struct Checked {
    pub kind: Kind,
    pub product: Choice,
    pub details: Details,
    /// None: nothing is said of offers. Those that are new have the number 0.
    pub offers: Option<Vec<Offer>>,
}

/// What a request is looked at with.
pub struct Desk<'a> {
    pub principal: &'a Principal,
    /// All that there are.
    pub networks: &'a [Network],
    pub among: &'a Among,
    pub owner: Owner,
}

impl Desk<'_> {
    /// `before`: what the request is now, where it is changed; what is not said stays.
    pub fn check(
        &self,
        tx: &mut Tx<'_>,
        draft: &Draft<Named>,
        before: Option<&Stored>,
    ) -> Result<Checked, Refused> {
        let old = before.map(|before| &before.details);
        let kind = draft.kind.or(Flaw::Kind)?.or(before.map(|before| before.kind)).ok_or(Flaw::Kind)?;
        let install_time = draft.install_time.or(Flaw::InstallTime)?;
        let notes = draft.notes.clone().or(Flaw::Notes)?;
        if notes.as_ref().is_some_and(|notes| notes.chars().count() > NOTES) {
            return Err(Flaw::Notes.into());
        }
        let address = self.place(tx, &draft.address, Side::First, old.map(|old| &old.address))?;
        let address = address.ok_or(Flaw::Address(Side::First))?;
        let address2 =
            self.place(tx, &draft.address2, Side::Second, old.and_then(|old| old.address2.as_ref()))?;
        let named = match (&draft.product, before) {
            (Given::Absent, Some(before)) => Given::Is(Named::Id(before.product)),
            (named, _) => *named,
        };
        let (unknown, unfit) = (Flaw::ProductUnknown, Flaw::ProductUnfit);
        let product = self.product(tx, &named, [unknown, unfit], |own| own.kind() == kind.into())?;
        let takeover = takeover(draft, kind, old)?;
        let ip_addresses = ip_addresses(draft, kind, old)?;
        let start = start(draft, tx.now())?.or(old.and_then(|old| old.start));
        let offers = self.offers(tx, draft, before, (kind, &product))?;
        let notify = self.notify(tx, draft)?;
        let kept = |given: &Given<String>, name, old: Option<&Option<String>>| {
            Ok::<_, Flaw>(text(given, name)?.or_else(|| old.cloned().flatten()))
        };
        let flags = ["commitment1", "commitment2", "commitment3"];
        let mut commitments = [None; 3];
        for at in 0..3 {
            let said = draft.commitments[at].or(Flaw::Unreadable(flags[at]))?;
            commitments[at] = said.or(old.and_then(|old| old.commitments[at]));
        }
        let details = Details {
            address,
            address2,
            notes: notes.or_else(|| old.and_then(|old| old.notes.clone())),
            takeover: takeover.0,
            takeover_circuit: takeover.1,
            takeover_customer: takeover.2,
            ip_addresses,
            commitments,
            reference: kept(&draft.reference, "reference", old.map(|old| &old.reference))?,
            notify: notify.or_else(|| old.map(|old| old.notify.clone())).unwrap_or_default(),
            start,
            call_number: kept(&draft.call_number, "installCallNumber", old.map(|old| &old.call_number))?,
            call_name: kept(&draft.call_name, "installCallName", old.map(|old| &old.call_name))?,
            install_time: install_time.or(old.and_then(|old| old.install_time)),
        };
        Ok(Checked { kind, product, details, offers })
    }

    fn place(
        &self,
        tx: &mut Tx<'_>,
        given: &Given<Spot>,
        side: Side,
        old: Option<&Place>,
    ) -> Result<Option<Place>, Refused> {
        match given {
            Given::Absent => Ok(old.cloned()),
            Given::Wrong => Err(Flaw::Address(side).into()),
            Given::Is(spot) => {
                let found = self.among.resolve(tx, spot)?;
                found.map(Some).ok_or_else(|| Flaw::Address(side).into())
            }
        }
    }

    /// What there is not is told before what cannot be had.
    fn product(
        &self,
        tx: &mut Tx<'_>,
        named: &Given<Named>,
        [unknown, unfit]: [Flaw; 2],
        fits: impl Fn(&Product) -> bool,
    ) -> Result<Choice, Refused> {
        let sought = For {
            principal: self.principal,
            networks: self.networks,
            organization: self.owner.organization,
            customer: self.owner.customer,
        };
        match sought.find(tx, named, fits)? {
            Found::Is(choice) => Ok(*choice),
            Found::Unknown => Err(unknown.into()),
            Found::Unfit => Err(unfit.into()),
        }
    }

    /// Each rule is looked at for all offers before the next one.
    fn offers(
        &self,
        tx: &mut Tx<'_>,
        draft: &Draft<Named>,
        before: Option<&Stored>,
        (kind, asked): (Kind, &Choice),
    ) -> Result<Option<Vec<Offer>>, Refused> {
        let unreadable = || Flaw::Unreadable("offers");
        let Some(given) = draft.offers.clone().or(unreadable())? else { return Ok(None) };
        if given.len() > MANY {
            return Err(unreadable().into());
        }
        let drafts: Vec<&DraftOffer<Named>> =
            given.iter().map(|given| given.is().ok_or_else(unreadable)).collect::<Result<_, _>>()?;
        let mut products = Vec::new();
        for offer in &drafts {
            let flaws = [Flaw::OfferProductUnknown, Flaw::OfferProductUnfit];
            let choice = self.product(tx, &offer.product, flaws, |own| own.kind() == kind.into())?;
            // Whoever is asked answers with lines of their own.
            if self.seller(choice.carrier) != self.seller(asked.carrier) {
                return Err(Flaw::OfferProductUnfit.into());
            }
            products.push(choice);
        }
        let mut fees = Vec::new();
        for (offer, choice) in drafts.iter().zip(&products) {
            fees.push(self.fee(tx, offer, choice)?);
        }
        for (at, figure) in Figure::ALL.iter().enumerate() {
            let within = |price: &Given<Decimal>| match price {
                Given::Absent => true,
                Given::Wrong => false,
                Given::Is(price) => (Decimal::ZERO..=Decimal::from(PRICES)).contains(price),
            };
            if !drafts.iter().all(|offer| within(&offer.prices[at])) {
                return Err(Flaw::OfferPrice(*figure).into());
            }
        }
        let within = |months: &Given<i64>| match months {
            Given::Absent => true,
            Given::Wrong => false,
            Given::Is(months) => (0..=LONGEST).contains(months),
        };
        if !drafts.iter().all(|offer| within(&offer.commitment)) {
            return Err(Flaw::OfferCommitment.into());
        }
        let known =
            |number: &u32| before.is_some_and(|before| before.offers.iter().any(|own| own.number == *number));
        let made = drafts.into_iter().zip(products).zip(fees).map(|((offer, choice), fee)| {
            let prices = |from: usize| {
                let at = |at: usize| {
                    offer.prices[from + at].is().map(|price| Money::new(*price, choice.product.currency))
                };
                Prices { cost: at(0), wholesale: at(1), customer: at(2) }
            };
            Ok(Offer {
                number: offer.number.filter(known).unwrap_or(0),
                product: choice.id,
                carrier: choice.carrier,
                code: choice.product.code.clone(),
                fee,
                initiation: prices(0),
                monthly: prices(3),
                commitment: offer.commitment.is().and_then(|months| u32::try_from(*months).ok()),
                provider_name: text(&offer.provider_name, "offers[].providerName")?,
                provider_offer: text(&offer.provider_offer, "offers[].providerOfferId")?,
                rule: None,
            })
        });
        Ok(Some(made.collect::<Result<_, Flaw>>()?))
    }

    /// The product of an offer's initiation; where nothing is said, the one that its network has for it.
    fn fee(
        &self,
        tx: &mut Tx<'_>,
        offer: &DraftOffer<Named>,
        choice: &Choice,
    ) -> Result<Option<ProductId>, Refused> {
        if offer.fee.is_absent() {
            return Ok(self.usual_fee(tx, choice)?);
        }
        let flaws = [Flaw::OfferFeeUnknown, Flaw::OfferFeeUnfit];
        Ok(Some(self.product(tx, &offer.fee, flaws, |own| !own.is_line())?.id))
    }

    /// The product that the network of a line has for its initiation.
    pub fn usual_fee(&self, tx: &mut Tx<'_>, choice: &Choice) -> Result<Option<ProductId>, store::Error> {
        let network = self.networks.iter().find(|network| network.carrier.id == choice.carrier);
        let Some(network) = network else { return Ok(None) };
        let quoting = &network.settings.quoting;
        let code = match choice.product.kind() {
            model::product::Kind::Dsl => quoting.dsl_initiation_fee.as_ref(),
            _ => quoting.fiber_initiation_fee.as_ref(),
        };
        fee(tx, network, code)
    }

    fn notify(&self, tx: &mut Tx<'_>, draft: &Draft<Named>) -> Result<Option<Vec<UserId>>, Refused> {
        let Some(given) = draft.notify.clone().or(Flaw::Recipient)? else { return Ok(None) };
        if given.len() > MANY {
            return Err(Flaw::Recipient.into());
        }
        let mut users: Vec<UserId> = Vec::new();
        for user in &given {
            let user = *user.is().ok_or(Flaw::Recipient)?;
            if !self.may_notify(tx, user)? {
                return Err(Flaw::Recipient.into());
            }
            if !users.contains(&user) {
                users.push(user);
            }
        }
        Ok(Some(users))
    }

    /// Those of the caller's organization and of the one that the request belongs to, and below them.
    pub fn may_notify(&self, tx: &mut Tx<'_>, user: UserId) -> Result<bool, store::Error> {
        let Some(user) = store::member::holder(tx, user)?.filter(crate::user::may_be_told) else {
            return Ok(false);
        };
        if self.principal.scope.everything {
            return Ok(true);
        }
        for above in [self.principal.organization, self.owner.organization] {
            let of_customer = self.principal.customer.is_none() || user.customer == self.principal.customer;
            if of_customer && store::organization::is_within(tx, above, user.organization)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the caller may answer for the network that a product is of.
    pub fn may_answer(&self, choice: &Choice) -> Result<(), Error> {
        let runs = self.seller(choice.carrier).is_some_and(|seller| self.principal.runs(seller));
        if runs { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Who owns a network.
    pub fn seller(&self, carrier: CarrierId) -> Option<OrganizationId> {
        let network = self.networks.iter().find(|network| network.carrier.id == carrier);
        network.map(|network| network.carrier.organization)
    }
}

/// Other people read it in a mail or a list.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text without a rule of its own.
fn text(given: &Given<String>, name: &'static str) -> Result<Option<String>, Flaw> {
    let text = given.clone().or(Flaw::Unreadable(name))?;
    match text {
        Some(text) if text.chars().count() > TEXT => Err(Flaw::Unreadable(name)),
        text => Ok(text.map(|text| one_line(&text)).filter(|text| !text.is_empty())),
    }
}

type Takeover = (Option<bool>, Option<String>, Option<String>);

/// Only a line of copper is taken over from another provider; what is said of it for others is kept as it is.
fn takeover(draft: &Draft<Named>, kind: Kind, old: Option<&Details>) -> Result<Takeover, Flaw> {
    let said = draft.takeover.or(Flaw::Unreadable("takeover"))?;
    let takeover = said.or(old.and_then(|old| old.takeover));
    let one = |given: &Given<String>, flaw, old: Option<&Option<String>>| {
        let said = given.clone().or(flaw)?.filter(|text| !text.trim().is_empty());
        let said = said.or_else(|| old.cloned().flatten());
        let needed = kind == Kind::Dsl && takeover == Some(true);
        match said {
            None if needed => Err(flaw),
            Some(text) if text.chars().count() > TEXT => Err(flaw),
            said => Ok(said),
        }
    };
    let circuit = one(&draft.takeover_circuit, Flaw::TakeoverCircuit, old.map(|old| &old.takeover_circuit))?;
    let customer =
        one(&draft.takeover_customer, Flaw::TakeoverCustomer, old.map(|old| &old.takeover_customer))?;
    Ok((takeover, circuit, customer))
}

/// Needed for fibre, and looked at nowhere else.
fn ip_addresses(draft: &Draft<Named>, kind: Kind, old: Option<&Details>) -> Result<Option<u32>, Flaw> {
    let known = old.and_then(|old| old.ip_addresses);
    let said = draft.ip_addresses.is().filter(|count| IP_ADDRESSES.contains(count));
    match (kind, &draft.ip_addresses, said.and_then(|count| u32::try_from(*count).ok())) {
        (_, Given::Absent, _) if known.is_some() => Ok(known),
        (_, _, Some(count)) => Ok(Some(count)),
        (Kind::Fiber, _, None) => Err(Flaw::IpAddresses),
        (Kind::Dsl, _, None) => Ok(known),
    }
}

/// From a month ago to six months ahead.
fn start(draft: &Draft<Named>, now: Timestamp) -> Result<Option<Timestamp>, Flaw> {
    let Some(start) = draft.start.or(Flaw::Start)? else { return Ok(None) };
    // A day may be named by its beginning.
    let (first, last) = (months_from(now, -1).map(|first| first.minus(DAY)), months_from(now, 6));
    match first.is_some_and(|first| start <= first) || last.is_some_and(|last| last < start) {
        true => Err(Flaw::Start),
        false => Ok(Some(start)),
    }
}

fn months_from(now: Timestamp, months: i64) -> Option<Timestamp> {
    let now = jiff::Timestamp::from_microsecond(now.micros()).ok()?.to_zoned(TimeZone::UTC);
    let months: Span = months.months();
    let at = now.checked_add(months).ok()?;
    Some(Timestamp::from_micros(at.timestamp().as_microsecond()))
}

/// What a request's product may cost, for those who see it. `sees`: whether the caller sees a level.
pub fn shown(offer: &Offer, sees: impl Fn(Level) -> bool + Copy) -> Offer {
    Offer { initiation: offer.initiation.seen(sees), monthly: offer.monthly.seen(sees), ..offer.clone() }
}
