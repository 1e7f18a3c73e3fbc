//! What the hub answers, in the words of the wire.

use super::names::Names;
use ::wire::telecomx::{self as wire, Amount, Id, Kind, Moment};
use hub::account;
use hub::names::Of;
use hub::quote::Stored;
use hub::quote::product::Priced;
use model::account::Wish;
use model::id::{Identity, KeyId, UserId};
use model::money::Money;
use model::product;
use model::quote::{InstallTime, Offer, Place};
use model::time::Timestamp;
use std::collections::HashMap;

pub fn moment(at: Timestamp) -> Moment {
    Moment::from_micros(at.micros())
}

fn amount(price: Option<Money>) -> Option<Amount> {
    price.map(|price| price.amount.into())
}

/// Where an id has to stand and what it names is gone.
fn lost(kind: Kind) -> Id {
    Id::made(kind, 0)
}

/// Names of people, by their ids.
pub type People = HashMap<UserId, Option<String>>;

fn address(names: &Names, place: &Place) -> wire::Address {
    wire::Address {
        id: Some(names.address(place.premise)),
        address: Some(place.text.clone()),
        zip: place.postcode.clone(),
        city: place.city.clone(),
    }
}

fn kind(kind: model::quote::Kind) -> wire::Type {
    match kind {
        model::quote::Kind::Dsl => wire::Type::Dsl,
        model::quote::Kind::Fiber => wire::Type::Fiber,
    }
}

fn install_time(time: InstallTime) -> wire::InstallTime {
    match time {
        InstallTime::WholeDay => wire::InstallTime::Day,
        InstallTime::Morning => wire::InstallTime::Morning,
        InstallTime::Afternoon => wire::InstallTime::Afternoon,
    }
}

/// A person, or a key that no person uses.
fn by(names: &Names, user: Option<UserId>, key: Option<KeyId>) -> Option<Id> {
    let user = user.and_then(|user| names.id(Of::User, &user));
    user.or_else(|| key.and_then(|key| names.id(Of::Key, &key)))
}

fn notified(names: &Names, people: &People, users: impl IntoIterator<Item = UserId>) -> Vec<wire::Notified> {
    let one = |user: UserId| {
        let id = names.id(Of::User, &user)?;
        Some(wire::Notified { id, name: people.get(&user).cloned().flatten() })
    };
    users.into_iter().filter_map(one).collect()
}

/// Everything that a request names.
pub fn named_by_request(request: &Stored) -> Vec<(Of, [u8; 16])> {
    let mut named =
        vec![(Of::QuoteRequest, *request.id.bytes()), (Of::Organization, *request.organization.bytes())];
    named.extend(request.customer.map(|id| (Of::Customer, *id.bytes())));
    named.extend(request.user.map(|id| (Of::User, *id.bytes())));
    named.extend(request.key.map(|id| (Of::Key, *id.bytes())));
    named.extend(request.details.notify.iter().map(|id| (Of::User, *id.bytes())));
    named
}

pub fn request(names: &Names, people: &People, request: &Stored) -> wire::Request {
    let details = &request.details;
    wire::Request {
        id: names.id(Of::QuoteRequest, &request.id).unwrap_or_else(|| lost(Kind::Request)),
        type_: kind(request.kind),
        customer: request.customer.and_then(|id| names.id(Of::Customer, &id)),
        reseller: names.id(Of::Organization, &request.organization),
        notes: details.notes.clone(),
        address: address(names, &details.address),
        address2: details.address2.as_ref().map(|place| address(names, place)),
        product: Some(names.product(request.product)),
        takeover: details.takeover,
        takeover_circuit: details.takeover_circuit.clone(),
        takeover_customer: details.takeover_customer.clone(),
        ip_addresses: details.ip_addresses.map(i64::from),
        commitment1: details.commitments[0],
        commitment2: details.commitments[1],
        commitment3: details.commitments[2],
        reference: details.reference.clone(),
        notify: notified(names, people, details.notify.iter().copied()),
        start_date: details.start.map(moment),
        install_call_number: details.call_number.clone(),
        install_call_name: details.call_name.clone(),
        install_time: details.install_time.map(install_time),
        offers: request.offers.iter().map(|own| offer(names, request, own)).collect(),
        created: moment(request.created),
        created_by: by(names, request.user, request.key),
        answered: request.answered.map(moment),
    }
}

fn offer(names: &Names, request: &Stored, offer: &Offer) -> wire::Offer {
    wire::Offer {
        id: names.offer(request.id, offer.number).unwrap_or_else(|| lost(Kind::Offer)),
        product: names.product(offer.product),
        initiation_fee_product: offer.fee.map(|fee| names.product(fee)),
        initiation_cost: amount(offer.initiation.cost),
        initiation_wholesale: amount(offer.initiation.wholesale),
        initiation_customer: amount(offer.initiation.customer),
        monthly_cost: amount(offer.monthly.cost),
        monthly_wholesale: amount(offer.monthly.wholesale),
        monthly_customer: amount(offer.monthly.customer),
        commitment: offer.commitment.map(i64::from),
        provider_name: offer.provider_name.clone(),
        provider_offer_id: offer.provider_offer.clone(),
    }
}

pub fn request_brief(names: &Names, request: &Stored) -> wire::RequestBrief {
    let state = match request.answered {
        Some(_) => wire::RequestState::HasOffer,
        None => wire::RequestState::New,
    };
    wire::RequestBrief {
        id: names.id(Of::QuoteRequest, &request.id).unwrap_or_else(|| lost(Kind::Request)),
        type_: kind(request.kind),
        customer: request.customer.and_then(|id| names.id(Of::Customer, &id)),
        reseller: names.id(Of::Organization, &request.organization),
        address: address(names, &request.details.address),
        product: Some(names.product(request.product)),
        reference: request.details.reference.clone(),
        created: moment(request.created),
        answered: request.answered.map(moment),
        state,
    }
}

/// Everything that an account names.
pub fn named_by_account(account: &account::Stored) -> Vec<(Of, [u8; 16])> {
    let mut named = vec![
        (Of::Account, *account.id.bytes()),
        (Of::QuoteRequest, *account.request.bytes()),
        (Of::Organization, *account.organization.bytes()),
    ];
    let change = account.details.change.as_ref();
    let users = account.details.notify.iter().map(|told| told.user);
    let users = users.chain(account.user).chain(change.and_then(|change| change.user));
    named.extend(users.map(|id| (Of::User, *id.bytes())));
    named.extend(account.customer.map(|id| (Of::Customer, *id.bytes())));
    let keys = account.key.into_iter().chain(change.and_then(|change| change.key));
    named.extend(keys.map(|id| (Of::Key, *id.bytes())));
    named
}

/// What an account's ids are called by people, where that is asked for.
#[derive(Default)]
pub struct Expanded {
    pub customer: Option<String>,
    pub reseller: Option<String>,
    pub product: Option<String>,
    pub fee: Option<String>,
}

pub fn account(
    names: &Names,
    people: &People,
    account: &account::Stored,
    documents: Vec<wire::Document>,
) -> wire::Account {
    let details = &account.details;
    wire::Account {
        id: names.id(Of::Account, &account.id).unwrap_or_else(|| lost(Kind::Account)),
        type_: kind(account.kind),
        state: state(account.state),
        customer: account.customer.and_then(|id| names.id(Of::Customer, &id)),
        reseller: names.id(Of::Organization, &account.organization),
        name: details.name.clone(),
        request: names.id(Of::QuoteRequest, &account.request),
        offer: details.offer.and_then(|offer| names.offer(account.request, offer)),
        ordered_by: by(names, account.user, account.key),
        address: address(names, &details.address),
        address2: details.address2.as_ref().map(|place| address(names, place)),
        circuit: details.circuit.clone(),
        product: Some(names.product(account.product)),
        initiation_fee_product: details.fee.map(|fee| names.product(fee)),
        takeover: details.takeover,
        takeover_circuit: details.takeover_circuit.clone(),
        takeover_customer: details.takeover_customer.clone(),
        ip_addresses: details.ip_addresses.map(i64::from),
        commitment: details.commitment.map(i64::from),
        reference: details.reference.clone(),
        notes: details.notes.clone(),
        notify: notified(names, people, details.notify.iter().map(|told| told.user)),
        order_date: moment(account.created),
        start_date: account.starts.map(moment),
        termination_date: account.ends.map(moment),
        install_call_number: details.call_number.clone(),
        install_call_name: details.call_name.clone(),
        install_time: details.install_time.map(install_time),
        change_request: Some(change(names, account)),
        net: net(&details.net),
        fiber: Some(wire::Fiber {
            initiation_cost: amount(details.initiation.cost),
            initiation_wholesale: amount(details.initiation.wholesale),
            initiation_customer: amount(details.initiation.customer),
            monthly_cost: amount(details.monthly.cost),
            monthly_wholesale: amount(details.monthly.wholesale),
            monthly_customer: amount(details.monthly.customer),
        }),
        provider: provider(&details.provider),
        documents,
        customer_name: None,
        reseller_name: None,
        product_name: None,
        initiation_fee_product_name: None,
    }
}

pub fn expanded(account: wire::Account, expanded: Expanded) -> wire::Account {
    wire::Account {
        customer_name: expanded.customer,
        reseller_name: expanded.reseller,
        product_name: expanded.product,
        initiation_fee_product_name: expanded.fee,
        ..account
    }
}

fn state(state: account::State) -> wire::AccountState {
    match state {
        account::State::Ordered => wire::AccountState::Ordered,
        account::State::Confirmed => wire::AccountState::Confirmed,
        account::State::Active => wire::AccountState::Active,
        account::State::Cancelled => wire::AccountState::Cancelled,
    }
}

fn change(names: &Names, account: &account::Stored) -> wire::Change {
    let state = match account.wish {
        Wish::None => wire::ChangeState::None,
        Wish::Requested => wire::ChangeState::Requested,
        Wish::Ordered => wire::ChangeState::Ordered,
    };
    let wanted = account.details.change.as_ref();
    wire::Change {
        state,
        product: wanted.map(|wanted| names.product(wanted.product)),
        by: wanted.and_then(|wanted| by(names, wanted.user, wanted.key)),
        date: wanted.and_then(|wanted| wanted.date).map(moment),
        fee_product: wanted.and_then(|wanted| wanted.fee).map(|fee| names.product(fee)),
        monthly_cost: wanted.and_then(|wanted| amount(wanted.monthly.cost)),
        monthly_wholesale: wanted.and_then(|wanted| amount(wanted.monthly.wholesale)),
        monthly_customer: wanted.and_then(|wanted| amount(wanted.monthly.customer)),
    }
}

fn net(net: &account::Net) -> Option<wire::Net> {
    (*net != account::Net::default()).then(|| wire::Net {
        ip_address: net.ip_address.clone(),
        subnet: net.subnet.clone(),
        gateway: net.gateway.clone(),
        lan_net: net.lan_net.clone(),
        lan_subnet: net.lan_subnet.clone(),
        failover: net.failover,
        failover_number: net.failover_number.clone(),
    })
}

fn provider(provider: &account::Provider) -> Option<wire::Provider> {
    let said = provider.name.is_some() || provider.order.is_some();
    said.then(|| wire::Provider { order_id: provider.order.clone(), name: provider.name.clone() })
}

pub fn account_brief(names: &Names, account: &account::Stored) -> wire::AccountBrief {
    wire::AccountBrief {
        id: names.id(Of::Account, &account.id).unwrap_or_else(|| lost(Kind::Account)),
        type_: kind(account.kind),
        state: state(account.state),
        customer: account.customer.and_then(|id| names.id(Of::Customer, &id)),
        reseller: names.id(Of::Organization, &account.organization),
        address: address(names, &account.details.address),
        circuit: account.details.circuit.clone(),
        product: Some(names.product(account.product)),
        order_date: moment(account.created),
        start_date: account.starts.map(moment),
        termination_date: account.ends.map(moment),
    }
}

pub fn document(names: &Names, document: &account::document::Document) -> wire::Document {
    wire::Document {
        id: names.id(Of::Document, &document.id).unwrap_or_else(|| lost(Kind::Document)),
        filename: document.name.clone(),
        size: u64::try_from(document.size).unwrap_or(0),
        type_: Some(document.kind.to_string()),
        created: Some(moment(document.created)),
    }
}

pub fn product(names: &Names, priced: &Priced) -> wire::Product {
    let own = &priced.product;
    let day = |day: jiff::civil::Date| {
        let at = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Moment::from_micros(at.timestamp().as_microsecond()))
    };
    let initiation = wire::Initiation {
        cost: amount(priced.setup.cost),
        wholesale: amount(priced.setup.wholesale),
        price: amount(priced.setup.customer),
    };
    // What is no line costs what it costs once.
    let price = if own.is_line() { priced.monthly } else { priced.setup };
    wire::Product {
        id: names.product(priced.id),
        start: own.sold_from.and_then(day),
        end: own.sold_until.and_then(day),
        type_: product_type(own.kind()),
        product_code: Some(own.code.clone()),
        name: own.title().to_owned(),
        unit_type: if own.is_line() { wire::UnitType::Months } else { wire::UnitType::Units },
        recurrence: match own.recurrence() {
            product::Recurrence::Monthly => wire::Recurrence::Monthly,
            product::Recurrence::Quarterly => wire::Recurrence::Quarterly,
            product::Recurrence::Yearly => wire::Recurrence::Yearly,
            product::Recurrence::None => wire::Recurrence::Never,
        },
        recurrence_full_month: None,
        cost: amount(price.cost),
        wholesale: amount(price.wholesale),
        price: amount(price.customer),
        reseller: priced.organization.and_then(|id| names.id(Of::Organization, &id)),
        inherit_from: priced.parent.map(|id| names.product(id)),
        download: own.down_mbps.map(i64::from),
        upload: own.up_mbps.map(i64::from),
        initiation: (own.is_line() && !priced.setup.is_empty()).then_some(initiation),
        commitment: Some(i64::from(own.term_months)),
    }
}

pub fn product_type(kind: product::Kind) -> wire::ProductType {
    use product::Kind as Own;
    use wire::ProductType as Wire;
    match kind {
        Own::SipRateplan => Wire::SipRateplan,
        Own::MvnoRateplan => Wire::MvnoRateplan,
        Own::Dsl => Wire::Dsl,
        Own::Fiber => Wire::Fiber,
        Own::NumberRent => Wire::NumberRent,
        Own::Dns => Wire::Dns,
        Own::PbxExtension => Wire::PbxExtension,
        Own::PbxSipPhone => Wire::PbxSipPhone,
        Own::PbxUser => Wire::PbxUser,
        Own::MvnoDataTopUp => Wire::MvnoDataTopUp,
        Own::ExternalLicense => Wire::ExternalLicense,
        Own::MvnoRowRoaming => Wire::MvnoRowRoaming,
        Own::Other => Wire::Misc,
    }
}
