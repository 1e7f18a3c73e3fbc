//! Who is told of what by e-mail: those whom a request or an account names, whoever made it, and the network's own.

use super::Stored;
use crate::mail::{Letter, write};
use crate::own::Network;
use model::account;
use model::id::{CarrierId, CustomerId, OrganizationId, ProductId, UserId};
use model::mail::{Kind, Offer, Values};
use model::product::Prices;
use model::quote::Place;
use model::time::Timestamp;
use store::Tx;

/// A request was made: its network's people, whoever made it, and those who are to hear of it.
pub fn created(tx: &mut Tx<'_>, request: &Stored) -> Result<(), store::Error> {
    let mut recipients = people(tx, request.user, &request.details.notify)?;
    if let Some(network) = Network::read(tx, request.carrier)? {
        recipients.extend(network.settings.quoting.recipients);
    }
    of_request(tx, request, Kind::RequestCreated, &recipients)
}

/// It was answered: whoever made it, and those who are to hear of it.
pub fn answered(tx: &mut Tx<'_>, request: &Stored) -> Result<(), store::Error> {
    let recipients = people(tx, request.user, &request.details.notify)?;
    of_request(tx, request, Kind::RequestAnswered, &recipients)
}

pub fn confirmed(tx: &mut Tx<'_>, account: &account::Stored) -> Result<(), store::Error> {
    of_account(tx, account, Kind::AccountConfirmed)
}

pub fn active(tx: &mut Tx<'_>, account: &account::Stored) -> Result<(), store::Error> {
    of_account(tx, account, Kind::AccountActive)
}

pub fn cancelled(tx: &mut Tx<'_>, account: &account::Stored) -> Result<(), store::Error> {
    of_account(tx, account, Kind::AccountCancelled)
}

/// The addresses of users that are there.
fn people(tx: &mut Tx<'_>, maker: Option<UserId>, more: &[UserId]) -> Result<Vec<String>, store::Error> {
    let mut addresses = Vec::new();
    for user in maker.iter().chain(more) {
        let member = store::member::holder(tx, *user)?.filter(crate::user::may_be_told);
        addresses.extend(member.map(|member| member.email));
    }
    Ok(addresses)
}

fn of_request(
    tx: &mut Tx<'_>,
    request: &Stored,
    kind: Kind,
    recipients: &[String],
) -> Result<(), store::Error> {
    let names = names(tx, request.organization, request.customer)?;
    let mut offers = Vec::new();
    for offer in &request.offers {
        let price =
            |prices: Prices| prices.customer.map(|price| price.amount.to_string()).unwrap_or_default();
        let currency = offer.monthly.customer.or(offer.initiation.customer);
        offers.push(Offer {
            product: product(tx, offer.carrier, offer.product, &offer.code)?,
            initiation: price(offer.initiation),
            monthly: price(offer.monthly),
            commitment: offer.commitment.map(|months| months.to_string()).unwrap_or_default(),
            currency: currency.map(|price| price.currency.to_string()).unwrap_or_default(),
        });
    }
    let details = &request.details;
    let values = Values {
        request: request.number.to_string(),
        organization: names.0,
        customer: names.1,
        address: address(&details.address),
        product: product(tx, request.carrier, request.product, "")?,
        reference: details.reference.clone().unwrap_or_default(),
        offers,
        start: details.start.map(day).unwrap_or_default(),
        end: request.expires().map(day).unwrap_or_default(),
        ..Values::default()
    };
    let about = request.id.to_string();
    let organization = request.organization;
    write(tx, &Letter { organization, kind, about: &about, recipients, values })
}

fn of_account(tx: &mut Tx<'_>, account: &account::Stored, kind: Kind) -> Result<(), store::Error> {
    let told: Vec<UserId> =
        account.details.notify.iter().filter(|told| told.email).map(|told| told.user).collect();
    let recipients = people(tx, account.user, &told)?;
    let names = names(tx, account.organization, account.customer)?;
    let values = Values {
        account: account.number.to_string(),
        organization: names.0,
        customer: names.1,
        address: address(&account.details.address),
        product: product(tx, account.carrier, account.product, &account.code)?,
        reference: account.details.reference.clone().unwrap_or_default(),
        start: account.starts.map(day).unwrap_or_default(),
        end: account.ends.map(day).unwrap_or_default(),
        ..Values::default()
    };
    let about = account.id.to_string();
    let organization = account.organization;
    write(tx, &Letter { organization, kind, about: &about, recipients: &recipients, values })
}

/// Of the organization, and of its customer where there is one.
fn names(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    customer: Option<CustomerId>,
) -> Result<(String, String), store::Error> {
    let name = store::organization::by_id(tx, organization)?.map(|own| own.name).unwrap_or_default();
    let customer = match customer {
        Some(customer) => store::customer::name(tx, customer)?.unwrap_or_default(),
        None => String::new(),
    };
    Ok((name, customer))
}

/// The name of a carrier's product; the code where it is no longer sold, or is a reseller's own.
fn product(tx: &mut Tx<'_>, carrier: CarrierId, id: ProductId, code: &str) -> Result<String, store::Error> {
    let products = crate::catalogue::everything(tx, carrier)?;
    let own = products.iter().find(|own| own.id == Some(id) || (!code.is_empty() && own.is_called(code)));
    Ok(own.map_or_else(|| code.to_owned(), |own| own.title().to_owned()))
}

fn address(place: &Place) -> String {
    let town: Vec<&str> = [place.postcode.as_deref(), place.city.as_deref()].into_iter().flatten().collect();
    let parts = [place.text.as_str(), &town.join(" ")];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// `2027-02-01`, in UTC.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
