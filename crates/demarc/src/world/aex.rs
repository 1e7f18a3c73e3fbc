//! What the examples of the AEx document name: there under exactly those ids.

use crate::failure::Failure;
use hub::idempotency::Accepted;
use hub::own::order::{At, Fixed, Wanted};
use hub::own::product::Terms;
use hub::{Hub, Principal};
use model::id::{CarrierId, CustomerId, Identity, OrganizationId, ProductId, ServiceId, WorkOrderId};
use model::money::{Currency, Money, parse_amount};
use model::order::Person;
use model::product::Prices;
use store::customer::Sealed;
use store::reseller_product::Own;

/// The network, and the provider that sells on it.
pub const NETWORK: &str = "west-rand-fibre";
pub const OPERATOR: &str = "West Rand Fibre";
pub const PROVIDER: &str = "MockIsp";
pub const ZONE: &str = "Africa/Johannesburg";
pub const OPERATOR_ID: &str = "AEEF38C0-F1E9-4E83-AD4F-3E35AAB8DFCF";
pub const PROVIDER_ID: &str = "40B2AAA0-96A7-4856-BA35-90E6B0D1C4B6";

/// Id, the network's code, name, price a month (none: there is none), Mbit/s down and up.
type Sold = (&'static str, &'static str, &'static str, Option<&'static str>, u32, u32);
const PRODUCTS: &[Sold] = &[
    ("C567389A-2D36-4C29-AD46-0EC3D7A7D0EA", "FNO 10/2", "ips product 10/2 Mbps", Some("549.00"), 10, 2),
    ("D728F54D-5769-4833-B168-12B1E86D3CAF", "FNO 1000/10", "School Service", None, 1_000, 10),
    (
        "50726131-B525-4732-A2D5-0B3736CDFB69",
        "FNO 100/50",
        "ips product 100/50 Mbps",
        Some("899.00"),
        100,
        50,
    ),
    ("AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8", "FNO 50/25", "ips product 50/25 Mbps", Some("699.00"), 50, 25),
];

const CUSTOMERS: &[(&str, &str, &str)] = &[
    ("FC65F24E-AADD-440E-AF96-9CBBDFA50349", "Test", "testmail@test.co.za"),
    ("4348AEF7-AD89-4309-AC29-DCB621C308CF", "Customer20241008", "Customer20241008@postmantest.co.za"),
    ("8DC17240-9312-4EE0-A313-CF519657E2D3", "Thandi", "thandi@customer.example"),
];

/// Service, its work order, the premise by its id.
const SERVICES: &[(&str, Option<&str>, &str)] = &[
    (
        "533EE0A6-7279-415B-9ED1-191BC406AB9D",
        Some("796712E9-36BE-4510-B9BE-607B721AD551"),
        "FA8909FA-2C81-450E-AD9F-62A689623896",
    ),
    ("34A39B28-8547-4853-9CAC-56F168EDE9D2", None, "3FB9D64F-1C58-4439-9277-64757FBCC6BD"),
];
/// Whose they are, and of which product.
const BUYER: &str = "8DC17240-9312-4EE0-A313-CF519657E2D3";
const PRODUCT: &str = "AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8";

/// An id as it is printed here.
fn id<I: Identity>(text: &str) -> I {
    I::from_bytes(wire::aex::guid::parse(text).unwrap_or_default())
}

pub fn organization(text: &str) -> OrganizationId {
    id(text)
}

/// Inserts what is not there yet. `provider` is the principal of the provider's key.
pub async fn insert(hub: &Hub, provider: &Principal) -> Result<(), Failure> {
    let organization = provider.organization;
    let wrote = hub.store().write(move |tx| {
        let carrier = store::carrier::by_name(tx, NETWORK)?;
        let carrier = carrier.ok_or_else(|| store::Error::Internal("no network".into()))?.id;
        products(tx, organization, carrier)?;
        customers(tx, organization)
    });
    wrote.await.map_err(|e: store::Error| Failure::from(e))?;
    for (service, work_order, premise) in SERVICES {
        let (service, premise): (ServiceId, _) = (id(service), id(premise));
        let known = hub.store().read(move |tx| store::service::any_by_id(tx, service)).await;
        let known: Option<store::service::Service> = known.map_err(|e: store::Error| Failure::from(e))?;
        if known.is_some() {
            continue;
        }
        let wanted = Wanted {
            dialect: "aex",
            customer: Some(id(BUYER)),
            person: None,
            premise: At::Id(premise),
            product: id(PRODUCT),
        };
        let fixed = Fixed { service: Some(service), work_order: work_order.map(id::<WorkOrderId>) };
        match hub.order_service_as(provider, wanted, fixed, None).await? {
            Accepted::New(..) | Accepted::Replayed(_) => {}
        }
    }
    Ok(())
}

fn products(
    tx: &mut store::Tx<'_>,
    organization: OrganizationId,
    carrier: CarrierId,
) -> Result<(), store::Error> {
    for (own, code, name, price, down, up) in PRODUCTS {
        let price = price.and_then(|price| parse_amount(price).ok());
        let customer = price.map(|amount| Money::new(amount, Currency::ZAR));
        let terms = Terms {
            name: Some((*name).to_owned()),
            description: None,
            monthly: Some(Prices { customer, ..Prices::default() }),
            down_mbps: Some(*down),
            up_mbps: Some(*up),
        };
        let offering = serde_json::to_value(&terms).map_err(|e| store::Error::Internal(e.to_string()))?;
        let own = Own { id: id::<ProductId>(own), code: model::product::folded(code), offering };
        store::reseller_product::insert(tx, organization, carrier, &own)?;
    }
    Ok(())
}

fn customers(tx: &mut store::Tx<'_>, organization: OrganizationId) -> Result<(), store::Error> {
    for (own, name, email) in CUSTOMERS {
        let person = Person {
            first_name: (*name).to_owned(),
            last_name: (*name).to_owned(),
            email: (*email).to_owned(),
            phone: "0821234567".to_owned(),
            username: Some((*email).to_owned()),
            home_number: Some("0111234567".to_owned()),
            ..Person::default()
        };
        let sealed = Sealed::new(tx.vault(), &person, true)?;
        store::customer::insert_as(tx, id::<CustomerId>(own), organization, &sealed)?;
    }
    Ok(())
}
