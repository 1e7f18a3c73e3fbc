//! What callers say, in the words of the hub.

use super::TelecomX;
use super::names::Known;
use super::refusal::Refusal;
use ::wire::telecomx::{self as wire, Amount, Id};
use hub::account::{ChangeConfirmed, Confirming, Recipient, Wanted, Wished};
use hub::names::Of;
use hub::quote::{Draft, DraftOffer, Given, Named, Spot};
use model::id::{Identity, QuoteRequestId};
use model::quote::{InstallTime, Kind};
use model::time::Timestamp;
use rust_decimal::Decimal;

/// The same in the hub's words.
fn given<T, U>(given: &wire::Given<T>, map: impl FnOnce(&T) -> Option<U>) -> Given<U> {
    match given {
        wire::Given::Absent => Given::Absent,
        wire::Given::Wrong => Given::Wrong,
        wire::Given::Is(value) => map(value).map_or(Given::Wrong, Given::Is),
    }
}

fn same<T: Clone>(value: &wire::Given<T>) -> Given<T> {
    given(value, |value| Some(value.clone()))
}

/// An empty text is as good as none.
fn text(value: &wire::Given<String>) -> Given<String> {
    match same(value) {
        Given::Is(text) if text.is_empty() => Given::Absent,
        other => other,
    }
}

fn amount(value: &wire::Given<Amount>) -> Given<Decimal> {
    given(value, |amount| Some(amount.decimal()))
}

fn moment(value: &wire::Given<wire::Moment>) -> Given<Timestamp> {
    given(value, |moment| Some(Timestamp::from_micros(moment.micros())))
}

fn named<I: Identity>(known: &Known, of: Of, value: &wire::Given<Id>) -> Given<I> {
    given(value, |id| known.get(of, id))
}

fn product(known: &Known, value: &wire::Given<Id>) -> Given<Named> {
    given(value, |id| known.product(id))
}

fn install_time(value: &wire::Given<wire::InstallTime>) -> Given<InstallTime> {
    given(value, |time| time.as_str().parse().ok())
}

/// An address that is there by its id, else what is written.
fn spot(known: &Known, value: &wire::Given<wire::AddressGiven>) -> Given<Spot> {
    given(value, |address| {
        let text = |given: &wire::Given<String>| match given {
            wire::Given::Wrong => None,
            given => Some(given.text().unwrap_or_default().to_owned()),
        };
        match &address.id {
            wire::Given::Is(id) => known.address(id),
            wire::Given::Wrong => None,
            wire::Given::Absent => {
                let (address, postcode, city) =
                    (text(&address.address)?, text(&address.zip)?, text(&address.city)?);
                (!address.trim().is_empty()).then_some(Spot::Text { address, postcode, city })
            }
        }
    })
}

/// A request as it is asked for.
pub async fn request(
    telecomx: &TelecomX,
    body: &wire::NewRequest,
    before: Option<(QuoteRequestId, i64)>,
) -> Result<Draft<Named>, Refusal> {
    let customers = body.customer.value().map(|id| (Of::Customer, id));
    let resellers = body.reseller.value().map(|id| (Of::Organization, id));
    let notify = body.notify.value().into_iter().flatten();
    let notify = notify.filter_map(|id| id.value()).map(|id| (Of::User, id));
    let known = Known::of(telecomx, customers.into_iter().chain(resellers).chain(notify)).await?;
    Ok(Draft {
        kind: given(&body.type_, |kind| Some(if *kind == wire::Type::Dsl { Kind::Dsl } else { Kind::Fiber })),
        customer: named(&known, Of::Customer, &body.customer),
        reseller: named(&known, Of::Organization, &body.reseller),
        notes: same(&body.notes),
        address: spot(&known, &body.address),
        address2: spot(&known, &body.address2),
        product: product(&known, &body.product),
        takeover: same(&body.takeover),
        takeover_circuit: text(&body.takeover_circuit),
        takeover_customer: text(&body.takeover_customer),
        ip_addresses: same(&body.ip_addresses),
        commitments: [&body.commitment1, &body.commitment2, &body.commitment3].map(same),
        reference: text(&body.reference),
        notify: given(&body.notify, |all| Some(all.iter().map(|id| named(&known, Of::User, id)).collect())),
        start: moment(&body.start_date),
        call_number: text(&body.install_call_number),
        call_name: text(&body.install_call_name),
        install_time: install_time(&body.install_time),
        offers: given(&body.offers, |all| {
            Some(all.iter().map(|one| given(one, |one| Some(offer(&known, one, before)))).collect())
        }),
    })
}

fn offer(
    known: &Known,
    offer: &wire::OfferGiven,
    before: Option<(QuoteRequestId, i64)>,
) -> DraftOffer<Named> {
    let number = offer.id.value().and_then(|id| known.offer(id));
    let own = number.filter(|(request, _)| before.is_some_and(|(_, number)| number == *request));
    DraftOffer {
        number: own.map(|(_, number)| number),
        product: product(known, &offer.product),
        fee: product(known, &offer.initiation_fee_product),
        prices: [
            &offer.initiation_cost,
            &offer.initiation_wholesale,
            &offer.initiation_customer,
            &offer.monthly_cost,
            &offer.monthly_wholesale,
            &offer.monthly_customer,
        ]
        .map(amount),
        commitment: same(&offer.commitment),
        provider_name: text(&offer.provider_name),
        provider_offer: text(&offer.provider_offer_id),
    }
}

/// Which offer is taken.
pub async fn order(telecomx: &TelecomX, body: &wire::NewAccount) -> Result<Wanted, Refusal> {
    let customer = body.customer.value().map(|id| (Of::Customer, id));
    let request = body.request.value().map(|id| (Of::QuoteRequest, id));
    let offer = body.offer.value().map(|id| (Of::QuoteRequest, id));
    let known = Known::of(telecomx, [customer, request, offer].into_iter().flatten()).await?;
    let of_offer = match body.offer.value().and_then(|id| known.offer(id)) {
        Some((request, own)) => {
            let id = telecomx.hub.ids(vec![(Of::QuoteRequest, request)]).await?;
            let id = id.into_iter().flatten().next();
            id.map(|id| (QuoteRequestId::from_bytes(id), own))
        }
        None => None,
    };
    Ok(Wanted {
        customer: named(&known, Of::Customer, &body.customer),
        request: named(&known, Of::QuoteRequest, &body.request),
        offer: given(&body.offer, |_| of_offer),
    })
}

/// What is confirmed of an account.
pub async fn confirm(telecomx: &TelecomX, body: &wire::Confirm) -> Result<Confirming, Refusal> {
    let notify = body.notify.value().into_iter().flatten().filter_map(|one| one.value());
    let ids = notify.filter_map(|one| one.id.value()).map(|id| (Of::User, id));
    let known = Known::of(telecomx, ids).await?;
    let nothing = wire::NetGiven::default();
    let net = body.net.value().unwrap_or(&nothing);
    let no_prices = wire::FiberGiven::default();
    let fiber = body.fiber.value().unwrap_or(&no_prices);
    let nobody = wire::ProviderGiven::default();
    let provider = body.provider.value().unwrap_or(&nobody);
    // What should be an object and is none is at fault with all of its members.
    let or_wrong = |is_wrong: bool, value: Given<String>| if is_wrong { Given::Wrong } else { value };
    Ok(Confirming {
        start: moment(&body.start_date),
        circuit: text(&body.circuit),
        install_time: install_time(&body.install_time),
        name: same(&body.name),
        takeover_customer: text(&body.takeover_customer),
        call_number: text(&body.install_call_number),
        call_name: text(&body.install_call_name),
        notes: same(&body.notes),
        notify: given(&body.notify, |all| {
            let one = |one: &wire::Given<wire::NotifyGiven>| {
                let one = one.value();
                let user = one.map_or(Given::Wrong, |one| named(&known, Of::User, &one.id));
                let flag = |flag: fn(&wire::NotifyGiven) -> &wire::Given<bool>| {
                    one.map_or(Given::Absent, |one| same(flag(one)))
                };
                Recipient { user, email: flag(|one| &one.email), sms: flag(|one| &one.sms) }
            };
            Some(all.iter().map(one).collect())
        }),
        net: [
            or_wrong(body.net.is_wrong(), text(&net.ip_address)),
            text(&net.subnet),
            text(&net.gateway),
            text(&net.lan_net),
            text(&net.lan_subnet),
            text(&net.failover_number),
        ],
        failover: same(&net.failover),
        prices: [
            if body.fiber.is_wrong() { Given::Wrong } else { amount(&fiber.initiation_cost) },
            amount(&fiber.initiation_wholesale),
            amount(&fiber.initiation_customer),
            amount(&fiber.monthly_cost),
            amount(&fiber.monthly_wholesale),
            amount(&fiber.monthly_customer),
        ],
        provider: [or_wrong(body.provider.is_wrong(), text(&provider.name)), text(&provider.order_id)],
    })
}

/// Another product that is wished for.
pub async fn change(telecomx: &TelecomX, body: &wire::ChangeRequest) -> Result<Wished, Refusal> {
    let known = Known::of(telecomx, []).await?;
    Ok(Wished {
        product: product(&known, &body.new_product),
        call_number: text(&body.install_call_number),
        call_name: text(&body.install_call_name),
    })
}

/// What is confirmed of it.
pub async fn change_confirmed(
    telecomx: &TelecomX,
    body: &wire::ChangeConfirm,
) -> Result<ChangeConfirmed, Refusal> {
    let known = Known::of(telecomx, []).await?;
    Ok(ChangeConfirmed {
        fee: product(&known, &body.fee_product),
        date: moment(&body.date),
        monthly: [&body.monthly_cost, &body.monthly_wholesale, &body.monthly_customer].map(amount),
    })
}
