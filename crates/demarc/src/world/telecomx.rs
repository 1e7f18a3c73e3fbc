//! What the examples of the TelecomX document name: there under exactly those ids. And the people who sign in there.

use crate::failure::Failure;
use dialects::telecomx::{DIALECT, kind, offer_number, offer_object};
use hub::{Hub, Principal};
use model::id::{Identity, OrganizationId, PremiseId, ProductId, QuoteRequestId, UserId};
use model::money::{Currency, Money};
use model::order::Person;
use model::organization::Kind;
use model::product::{Prices, Product, Recurrence};
use model::quote::{Details, InstallTime, Offer, Place, State, Stored};
use model::role::Role;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use store::alias::Alias;
use store::customer::Sealed;

/// The network, and those who sell on it: the second one below the first.
const NETWORK: &str = "vestegn-fiber";
pub const OPERATOR: &str = "Vestegn Fiber";
pub const RESELLER: &str = "Sundet Bredbånd";
pub const SUB_RESELLER: &str = "Amager Net";
const CUSTOMER: &str = "Bageriet på Torvet ApS";

/// The operator's own name in the examples.
const PROVIDER: &str = "Nianet";

/// What stands for fees in the network's catalogue.
const FIBER_INITIATION: &str = "Oprettelse fiber";
const DSL_INITIATION: &str = "Oprettelse DSL";
const SPEED_CHANGE: &str = "Hastighedsskift";

/// The printed ids of products, and the network's codes.
const PRODUCTS: &[(&str, &str)] = &[
    ("12345678901234567890BBBB", "Fiber 1000"),
    ("12345678901234567890EEEE", "Fiber 500"),
    ("1234567890123457890AABB", "Fiber 100"),
    ("1234567890124567890AACC", FIBER_INITIATION),
];

/// Printed id, organization, e-mail address, name, role.
const PEOPLE: &[(Option<&str>, &str, &str, &str, Role)] = &[
    (
        Some("1234567890123457890FEDD"),
        RESELLER,
        "mette@sundet-bredbaand.example",
        "Mette Holm",
        Role::Reseller,
    ),
    (
        Some("1234567890123456780FEDD"),
        SUB_RESELLER,
        "donald@amager-net.example",
        "Donald Duck",
        Role::Reseller,
    ),
    (Some("1234567890123457890FEDE"), SUB_RESELLER, "lars@amager-net.example", "Lars Friis", Role::Reseller),
    (None, OPERATOR, "drift@vestegn-fiber.example", "Driften", Role::Admin),
];

const ADDRESS: &str = "Vallensbækvej 20A, 3. th., 2605 Brøndby";
const ADDRESS_ID: &str = "12345678901234567890DDDD";
const REQUEST_ID: &str = "123457890123457890AAAA";
const OFFER_ID: &str = "12345678901234567890FFFF";
const RESELLER_ID: &str = "12345678901234567890AAAA";
const SUB_RESELLER_ID: &str = "1234567890123457890CCCC";

/// Who may sign in, and how.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    pub username: String,
    pub password: String,
}

/// A reseller's and the operator's.
#[derive(Clone, Serialize, Deserialize)]
pub struct Logins {
    pub telecomx: Login,
    pub telecomx_admin: Login,
}

/// What the network sells beside fibre: lines of copper, and fees.
pub fn products() -> Vec<Product> {
    let line = |code: &str, down, up, monthly: [&str; 3]| Product {
        technology: Some("VDSL2".to_owned()),
        down_mbps: Some(down),
        up_mbps: Some(up),
        term_months: 6,
        monthly: prices(monthly),
        ..fee(code, ["300.00", "400.00", "495.00"])
    };
    let once = |code: &str, setup| Product {
        kind: Some(model::product::Kind::Other),
        recurrence: Some(Recurrence::None),
        ..fee(code, setup)
    };
    vec![
        line("DSL 50", 50, 10, ["89.00", "119.00", "169.00"]),
        line("DSL 100", 100, 30, ["109.00", "139.00", "199.00"]),
        once(FIBER_INITIATION, ["250.00", "350.00", "495.00"]),
        once(DSL_INITIATION, ["300.00", "400.00", "495.00"]),
        once(SPEED_CHANGE, ["0.00", "100.00", "199.00"]),
    ]
}

fn prices(texts: [&str; 3]) -> Prices {
    let [cost, wholesale, customer] = texts.map(|text| Money::parse(text, Currency::DKK).ok());
    Prices { cost, wholesale, customer }
}

fn fee(code: &str, setup: [&str; 3]) -> Product {
    Product {
        id: None,
        code: code.to_owned(),
        name: Some(code.to_owned()),
        description: None,
        kind: None,
        technology: None,
        recurrence: None,
        sold_from: None,
        sold_until: None,
        down_mbps: None,
        up_mbps: None,
        term_months: 0,
        lead_days: None,
        currency: Currency::DKK,
        monthly: Prices::default(),
        setup: prices(setup),
        addons: Vec::new(),
        exclusive_categories: Vec::new(),
    }
}

/// How requests are answered on a network of that name.
pub fn quoting(carrier: &str) -> Value {
    match carrier {
        NETWORK => json!({
            "fiber_initiation_fee": FIBER_INITIATION,
            "dsl_initiation_fee": DSL_INITIATION,
            "dsl_speed_change_fee": SPEED_CHANGE,
        }),
        _ => json!({}),
    }
}

/// The slowest line is offered by rule where the network is: `demarc import price-rules`.
const RULES: &str = "carrier,product,area,max_distance_m,level,initiation,monthly,commitment\n\
    vestegn-fiber,Fiber 50,broendby-midt,0,cost,250.00,119.00,\n\
    vestegn-fiber,Fiber 50,broendby-midt,0,wholesale,350.00,159.00,\n\
    vestegn-fiber,Fiber 50,broendby-midt,0,customer,495.00,219.00,\n";

/// Inserts what is not there yet.
pub async fn insert(hub: &Hub, root: &Principal) -> Result<Logins, Failure> {
    super::organization(hub, root, RESELLER, Kind::Reseller, Some("Europe/Copenhagen")).await?;
    match hub.create_organization(root, SUB_RESELLER, Kind::Reseller, Some(RESELLER)).await {
        Ok(_) | Err(hub::Error::Conflict(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let mut passwords = Vec::new();
    for (_, organization, email, name, role) in PEOPLE {
        passwords.push(user(hub, root, organization, email, name, *role).await?);
    }
    rules(hub).await?;
    let written = hub.store().write(|tx| {
        aliases(tx)?;
        customer(tx)?;
        request(tx)
    });
    written.await.map_err(|e: store::Error| Failure::from(e))?;
    let login = |at: usize| Login { username: PEOPLE[at].2.to_owned(), password: passwords[at].clone() };
    Ok(Logins { telecomx: login(0), telecomx_admin: login(3) })
}

/// Makes a user, or gives one that is there another password.
async fn user(
    hub: &Hub,
    root: &Principal,
    organization: &str,
    email: &str,
    name: &str,
    role: Role,
) -> Result<String, Failure> {
    let drawn: [u8; 12] = store::random().map_err(Failure::from)?;
    let password = super::hex(&drawn);
    let wanted = hub::user::Wanted {
        email: email.to_owned(),
        organization: organization.to_owned(),
        customer: None,
        name: Some(name.to_owned()),
        role,
        password: password.clone(),
    };
    match hub.create_user(root, wanted).await {
        Ok(_) => {}
        Err(hub::Error::Conflict(_)) => hub.set_password(root, email, &password).await?,
        Err(error) => return Err(error.into()),
    }
    Ok(password)
}

/// Nobody has to be told of rows.
struct Silent;

impl hub::import::Witness for Silent {
    fn refused(&mut self, _: hub::import::At, _: &str) {}
}

async fn rules(hub: &Hub) -> Result<(), Failure> {
    let options = hub::import::Options::default();
    let summary = hub.import_price_rules(Box::new(RULES.as_bytes()), &options, &mut Silent).await?;
    match summary.committed {
        true => Ok(()),
        false => Err(Failure::other("the demo's price rules are not right")),
    }
}

fn lost(what: &str) -> store::Error {
    store::Error::Internal(format!("the demo has no {what}"))
}

fn organization(tx: &mut Tx<'_>, name: &str) -> Result<OrganizationId, store::Error> {
    Ok(store::organization::by_name(tx, name)?.ok_or_else(|| lost(name))?.id)
}

fn product(tx: &mut Tx<'_>, code: &str) -> Result<ProductId, store::Error> {
    let carrier = store::carrier::by_name(tx, NETWORK)?.ok_or_else(|| lost(NETWORK))?.id;
    let sold = store::product::of_carrier(tx, carrier)?;
    sold.into_iter().find(|own| own.code == code).and_then(|own| own.id).ok_or_else(|| lost(code))
}

fn person(tx: &mut Tx<'_>, email: &str) -> Result<UserId, store::Error> {
    Ok(store::member::signing_in(tx, email)?.ok_or_else(|| lost(email))?.0.id)
}

/// The listing of the printed address.
fn place(tx: &mut Tx<'_>) -> Result<Place, store::Error> {
    let town =
        super::town::all().into_iter().find(|town| town.carrier == NETWORK).ok_or_else(|| lost(NETWORK))?;
    let printed = |own: &super::town::Listed| own.address.full_text.as_deref() == Some(ADDRESS);
    let own = town.premises.into_iter().find(printed).ok_or_else(|| lost(ADDRESS))?;
    let carrier = store::carrier::by_name(tx, NETWORK)?.ok_or_else(|| lost(NETWORK))?.id;
    let key =
        model::address::MatchKey::of_listing(&own.address, town.country).ok_or_else(|| lost(ADDRESS))?;
    Ok(Place {
        premise: store::premise::identity(carrier, &own.reference),
        carrier,
        listing: own.reference,
        key: key.as_str().to_owned(),
        text: "Vallensbækvej 20A, 3. th.".to_owned(),
        postcode: own.address.postcode,
        city: own.address.city,
        at: Some((own.position.latitude, own.position.longitude)),
    })
}

fn aliases(tx: &mut Tx<'_>) -> Result<(), store::Error> {
    let mut all: Vec<(&str, &str, [u8; 16])> = Vec::new();
    for (text, name) in [(RESELLER_ID, RESELLER), (SUB_RESELLER_ID, SUB_RESELLER)] {
        all.push((kind::ORGANIZATION, text, *organization(tx, name)?.bytes()));
    }
    for (text, code) in PRODUCTS {
        all.push((kind::PRODUCT, text, *product(tx, code)?.bytes()));
    }
    for (text, _, email, ..) in PEOPLE {
        if let Some(text) = text {
            all.push((kind::EMPLOYEE, text, *person(tx, email)?.bytes()));
        }
    }
    let premise: PremiseId = place(tx)?.premise;
    all.push((kind::ADDRESS, ADDRESS_ID, *premise.bytes()));
    for (kind, text, object) in all {
        put(tx, kind, text, object)?;
    }
    Ok(())
}

fn put(tx: &mut Tx<'_>, kind: &str, text: &str, object: [u8; 16]) -> Result<bool, store::Error> {
    store::alias::put(tx, DIALECT, &Alias { kind: kind.to_owned(), text: text.to_owned(), object })
}

/// A customer of the reseller's, to order for.
fn customer(tx: &mut Tx<'_>) -> Result<(), store::Error> {
    let (email, owner) = ("bageriet@torvet.example", organization(tx, RESELLER)?);
    let person = Person { last_name: CUSTOMER.to_owned(), email: email.to_owned(), ..Person::default() };
    let sealed = Sealed::new(tx.vault(), &person, true)?;
    store::customer::insert(tx, owner, &sealed).map(|_| ())
}

/// The request of the printed answer.
fn request(tx: &mut Tx<'_>) -> Result<(), store::Error> {
    let at = |text: &str| Timestamp::parse(text).unwrap_or_default();
    let id: QuoteRequestId = tx.identity()?;
    if !put(tx, kind::REQUEST, REQUEST_ID, *id.bytes())? {
        return Ok(());
    }
    let carrier = store::carrier::by_name(tx, NETWORK)?.ok_or_else(|| lost(NETWORK))?;
    let details = Details {
        address: place(tx)?,
        address2: None,
        notes: Some("In stairwell behind the door".into()),
        takeover: Some(true),
        takeover_circuit: Some("fake347465".into()),
        takeover_customer: Some("5646756475".into()),
        ip_addresses: Some(8),
        commitments: [Some(true); 3],
        reference: Some("Donald Duck".into()),
        notify: vec![person(tx, PEOPLE[1].2)?],
        start: Some(at("2018-01-01T00:00:00Z")),
        call_number: Some("71919999".into()),
        call_name: Some("Donald".into()),
        install_time: Some(InstallTime::Morning),
    };
    let offer = Offer {
        number: 1,
        product: product(tx, PRODUCTS[2].1)?,
        carrier: carrier.id,
        code: PRODUCTS[2].1.to_owned(),
        fee: Some(product(tx, FIBER_INITIATION)?),
        initiation: prices(["1000", "2000", "3000"]),
        monthly: prices(["500", "600", "700"]),
        commitment: Some(36),
        provider_name: Some(PROVIDER.into()),
        provider_offer: Some("4656367R".into()),
        rule: None,
    };
    let mut request = Stored {
        number: 0,
        id,
        organization: organization(tx, SUB_RESELLER)?,
        customer: None,
        seller: carrier.organization,
        carrier: carrier.id,
        product: product(tx, PRODUCTS[1].1)?,
        kind: model::quote::Kind::Fiber,
        details,
        offers: vec![offer],
        offers_made: 1,
        state: State::Answered,
        user: Some(person(tx, PEOPLE[2].2)?),
        key: None,
        answered: Some(at("2018-01-01T12:00:00Z")),
        created: at("2018-01-01T00:00:00Z"),
        updated: at("2018-01-01T12:00:00Z"),
    };
    store::quote_request::insert(tx, &mut request)?;
    put(tx, kind::OFFER, OFFER_ID, offer_object(offer_number(request.number, 1))).map(|_| ())
}
