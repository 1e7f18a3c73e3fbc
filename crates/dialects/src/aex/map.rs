//! Hub → wire: how records look, in the caller's zone.

use super::status;
use ::wire::aex::{self as wire, Moment, guid, moment};
use hub::Principal;
use hub::customer::Customer;
use hub::own::change::{ServiceChange, Stage};
use hub::own::premise::Occupied;
use hub::own::service::Service;
use hub::own::work_order::{Seen, Slot};
use hub::own::{Listing, Offer, Standing};
use jiff::tz::TimeZone;
use model::address::{Address, Said};
use model::area::Area;
use model::id::Identity;
use model::product::Level;
use model::tax;
use model::time::Timestamp;

/// Who makes work orders by itself.
const SYSTEM: (&str, &str) = ("97E84EDE-39AC-4324-817F-4ADD8623EFC4", "AEx System");
/// A line has one port at its premise's device.
const PORT: &str = "1";
const INSTALLATION: (i64, &str) = (1, "Installation");

pub fn id(id: impl Identity) -> String {
    guid::show(*id.bytes())
}

/// A reference that is a GUID is shown as one.
pub fn reference(text: &str) -> String {
    guid::parse(text).map_or_else(|| text.to_owned(), guid::show)
}

pub fn at(at: Timestamp, zone: &TimeZone) -> Moment {
    Moment::new(at.micros(), zone)
}

fn told(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

pub fn customer(customer: &Customer, caller: &Principal) -> wire::Customer {
    let (person, zone) = (&customer.person, &caller.zone);
    wire::Customer {
        id: id(customer.id),
        parent_id: Some(id(customer.organization)),
        // A customer signs in at no portal but as themselves.
        portal_user_id: Some(id(customer.id)),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: told(&person.email),
        username: person.username.clone().or_else(|| told(&person.email)),
        mobile_number: told(&person.phone),
        home_number: person.home_number.clone(),
        fno_opt_in: person.fno_opt_in.map(|since| at(since, zone)),
        isp_opt_in: person.isp_opt_in.map(|since| at(since, zone)),
        service_provider_flag: false,
        enabled: true,
        created_at: at(customer.created, zone),
        updated_at: at(customer.updated, zone),
        ..wire::Customer::default()
    }
}

/// An address that is listed as one line, in the parts that can be read from it.
fn in_parts(address: &Address) -> Address {
    if address.street.is_some() {
        return address.clone();
    }
    let said = Said::of(address, address.country.as_deref().unwrap_or_default());
    let units = said.units.iter().map(|unit| format!("{} {}", unit.kind, unit.id).trim().to_uppercase());
    let part = |words: String| told(&words.to_uppercase());
    Address {
        street: part(said.street.join(" ")),
        number: part(said.number),
        unit: part(units.collect::<Vec<_>>().join(" ")),
        suburb: part(said.place.join(" ")),
        postcode: part(said.postcode),
        country: address.country.clone(),
        ..Address::default()
    }
}

fn area_id(area: Option<&Area>) -> Option<String> {
    area.map(|area| id(area.id))
}

pub fn predefined_premise(listing: &Listing, caller: &Principal) -> wire::PredefinedPremise {
    let premise = &listing.premise;
    let listed = moment::rfc3339(premise.listed.micros(), &caller.zone);
    wire::PredefinedPremise {
        id: premise.number,
        guid: reference(&premise.external_reference),
        full_text: listing.text.clone(),
        latitude: premise.position.map(|position| position.latitude),
        longitude: premise.position.map(|position| position.longitude),
        operator_id: id(listing.operator),
        premise_id: id(premise.id),
        updated_at: listed.clone(),
        created_at: listed,
        deleted_at: None,
        area_id: area_id(listing.area.as_ref()),
    }
}

pub fn premise(found: &Occupied, caller: &Principal) -> wire::Premise {
    let listing = &found.listing;
    let (premise, address) = (&listing.premise, &in_parts(&listing.premise.address));
    let status = if found.occupied { "Has Existing Service" } else { "No Existing Service" };
    wire::Premise {
        id: id(premise.id),
        area_id: area_id(listing.area.as_ref()),
        latitude: premise.position.map(|position| position.latitude),
        longitude: premise.position.map(|position| position.longitude),
        external_reference: Some(reference(&premise.external_reference)),
        mdu_floor: address.floor.clone(),
        mdu_unit: address.unit.clone().or_else(|| address.door.clone()),
        street_number: address.number.clone(),
        street_name: address.street.clone(),
        suburb: address.suburb.clone(),
        city: address.city.clone(),
        country_code: address.country.clone(),
        postal_code: address.postcode.clone(),
        province: address.province.clone(),
        customer_id: found.customer.map(id),
        name: Some(format!("AutoCreated_ {}", premise.number)),
        created_at: at(found.created, &caller.zone),
        updated_at: at(found.updated, &caller.zone),
        status: Some(status.to_owned()),
        ..wire::Premise::default()
    }
}

pub fn product(offer: &Offer, caller: &Principal) -> wire::Product {
    let product = &offer.product;
    let speed = |mbps: Option<u32>| mbps.map_or(0, i64::from);
    // A product is sold from the beginning of a day on.
    let since =
        jiff::Timestamp::from_microsecond(offer.since.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let day = since.to_zoned(caller.zone.clone()).start_of_day();
    let since = day.map_or(offer.since.micros(), |day| day.timestamp().as_microsecond());
    wire::Product {
        id: id(offer.id),
        provider_id: id(offer.provider),
        parent_id: offer.parent.map(id),
        name: product.title().to_owned(),
        description: product.description.clone().or_else(|| Some(product.title().to_owned())),
        speed_up: speed(product.up_mbps),
        speed_down: speed(product.down_mbps),
        min_contract: i64::from(product.term_months),
        effective_date: Moment::new(since, &caller.zone),
        status: match offer.standing {
            Standing::Live => "Active".to_owned(),
            Standing::Planned => "Preorder".to_owned(),
        },
        type_name: if offer.parent.is_some() { "ISP".to_owned() } else { "FNO".to_owned() },
        provider: offer.provider_name.clone(),
        pricing: pricing(offer).into_iter().collect(),
        logo: None,
    }
}

/// What the customer pays.
fn pricing(offer: &Offer) -> Option<wire::Pricing> {
    let price = offer.product.monthly.at(Level::Customer)?;
    let (net, whole) = tax::apart(price, offer.tax);
    // Its own id, and always the same one.
    let mut bytes = *offer.id.bytes();
    bytes[0] ^= 0xff;
    Some(wire::Pricing {
        id: guid::show(bytes),
        price_type: "Monthly".to_owned(),
        currency_code: price.currency.to_string(),
        tax: offer.tax.into(),
        value: net.into(),
        value_incl: whole.into(),
    })
}

/// `with_status`: with its state as a word.
pub fn service(service: &Service, caller: &Principal, with_status: bool) -> wire::Service {
    let (zone, flags) = (&caller.zone, &service.flags);
    let when = |moment: Option<Timestamp>| moment.map(|moment| at(moment, zone));
    let (status_id, word) = status::of_service(service.state);
    let credentials = service.credentials.as_ref();
    let gone = when(service.deleted);
    wire::Service {
        id: id(service.id),
        customer_id: id(service.customer),
        product_id: service.product_id.map_or_else(String::new, id),
        provider_id: Some(id(service.organization)),
        premise_id: service.premise.map_or_else(String::new, id),
        preorder: service.state == model::service::State::Preorder,
        isp_reference: service.isp_reference.clone(),
        port_number: Some(PORT.to_owned()),
        pppoe_username: credentials.map(|own| own.pppoe_username.clone()),
        pppoe_password: credentials.map(|own| own.pppoe_password.clone()),
        wifi_username: credentials.map(|own| own.wifi_username.clone()),
        wifi_password: credentials.map(|own| own.wifi_password.clone()),
        provisioned: flags.provisioned.is,
        provisioned_date: when(flags.provisioned.changed),
        on_network: flags.on_network.is,
        on_network_date: when(flags.on_network.changed),
        completed: flags.completed.is,
        completed_date: when(flags.completed.changed),
        cancelled: flags.cancelled.is,
        cancelled_date: when(flags.cancelled.changed),
        expiry_date: when(service.ends),
        deleted_at: gone,
        deleted_date: gone,
        created_at: at(service.created, zone),
        updated_at: at(service.updated, zone),
        cancellation_reason: service.reason.clone(),
        status_id,
        start_date: when(service.starts),
        config_info: credentials.map(|own| own.router.clone()).filter(|xml| !xml.is_empty()),
        suspended_date: when(flags.suspended.changed),
        dhcp_enabled: false,
        service_configuration_id: Some(1),
        status: with_status.then(|| word.to_owned()),
        ..wire::Service::default()
    }
}

pub fn service_change(change: &ServiceChange, caller: &Principal) -> wire::ServiceChange {
    let zone = &caller.zone;
    wire::ServiceChange {
        id: id(change.id),
        service_id: id(change.service),
        new_service_id: change.successor.map_or_else(String::new, id),
        product_id: change.product_id.map_or_else(String::new, id),
        effective_date: at(change.effective, zone),
        direction: change.direction.clone(),
        created_at: at(change.created, zone),
        updated_at: at(change.updated, zone),
        status: match change.state {
            Stage::Pending => "Pending".to_owned(),
            Stage::Done => "Completed".to_owned(),
            Stage::Canceled => "Cancelled".to_owned(),
        },
    }
}

pub fn date(date: jiff::civil::Date) -> Option<wire::Date> {
    wire::Date::new(
        u16::try_from(date.year()).ok()?,
        u8::try_from(date.month()).ok()?,
        u8::try_from(date.day()).ok()?,
    )
}

pub fn work_order(seen: &Seen, caller: &Principal) -> wire::WorkOrder {
    let (order, zone) = (&seen.order, &caller.zone);
    let (status_id, word, client) = status::of_work_order(order.state);
    let when = |moment: Option<Timestamp>| moment.map(|moment| at(moment, zone));
    let (type_id, kind) = INSTALLATION;
    let appointment = order.appointment.as_ref();
    let (system_id, system) = SYSTEM;
    wire::WorkOrder {
        guid: id(order.id),
        id: id(order.id),
        type_id,
        account_id: id(order.service),
        reference: order.reference.clone(),
        on_hold: order.state == model::work_order::State::OnHold,
        completed_date: when(order.completed),
        close_date: when(order.closed),
        schedule_date: appointment.and_then(|at| date(at.date)),
        schedule_time: appointment.and_then(|at| wire::Time::parse(&at.time)),
        scheduled_date_time: when(seen.scheduled),
        updated_at: at(order.updated, zone),
        last_update_date: at(order.updated, zone),
        created_at: at(order.created, zone),
        start_date: Some(at(order.created, zone)),
        status_id: status_id.to_owned(),
        created_by_id: Some(system_id.to_owned()),
        status: word.to_owned(),
        kind: kind.to_owned(),
        service_id: id(order.service),
        last_comment: order.comment.clone(),
        assigned: order.assigned.clone(),
        assigned_user: order.assigned.clone(),
        installer: order.assigned.clone(),
        created_by: Some(system.to_owned()),
        client_status: client.to_owned(),
        ..wire::WorkOrder::default()
    }
}

pub fn slot(slot: &Slot) -> Option<wire::Slot> {
    Some(wire::Slot {
        date: date(slot.at.date)?,
        time: wire::Time::parse(&slot.at.time)?,
        capacity: slot.capacity.into(),
        free: slot.free.into(),
    })
}
