//! A network, a reseller that sells it, and nodes that work when a test lets them.

pub use hub::account::{Ending, Refused, State, Stored, Wish};
pub use hub::{Error, Hub, Principal};
pub use model::id::{AccountId, Identity, QuoteRequestId};
pub use std::time::Duration;
pub use store::Tx;
pub use store::testing::TestStore;

use engine::Engine;
use hub::account::{Confirming, Wanted};
use hub::idempotency::Accepted;
use hub::import::{At, Options, Witness};
use hub::quote::product::Filter;
use hub::quote::{Given, spot};
use hub::{Places, Window};
use model::id::{CarrierId, PremiseId, ProductId, UserId};
use model::money::{Currency, Money};
use model::organization::Kind as Organization;
use model::premise::Premise;
use model::product::Prices;
use model::quote::{Details, Kind, Offer, State as Asked};
use model::role::Role;
use model::scope::{Reach, Scope};
use std::sync::Arc;
use store::Store;

pub const DAY: Duration = Duration::from_secs(86_400);
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const ALL: Window = Window { limit: 500, offset: 0 };

const PRODUCTS: &str = "\
code,name,kind,currency,monthly_price
FIBER,Fiber 1000,FIBER,DKK,299.00
DSL50,DSL 50,DSL,DKK,169.00
DSL100,DSL 100,DSL,DKK,199.00
";
const HOUSES: u32 = 12;

pub struct World {
    pub test: TestStore,
    pub hub: Hub,
    /// As another process has the store, where that can be.
    second: Store,
    nodes: Vec<Engine>,
    pub root: Principal,
    /// Who runs the network, and who sells it.
    pub operator: Principal,
    pub shop: Principal,
    /// Whoever is told of accounts.
    pub told: UserId,
    pub carrier: CarrierId,
}

/// Every row is good.
struct Good;

impl Witness for Good {
    fn refused(&mut self, at: At, why: &str) {
        panic!("{at}: {why}");
    }
}

fn node(store: &Store, places: &Places) -> Engine {
    let registry = carriers::Registry::default().with(carriers::own::Own, serde_json::json!({}));
    let house = Arc::new(hub::fulfil::Fulfilment { places: places.clone() });
    let settings = engine::Settings { tick: Duration::from_millis(10) };
    Engine::new(store.clone(), registry, house, settings).unwrap()
}

pub async fn world(test: TestStore) -> World {
    let places = Places::default();
    let second = match test.store.engine() {
        store::Engine::Sqlite => test.store.clone(),
        store::Engine::Postgres => {
            let open = store::Open {
                location: test.location.clone(),
                role: store::Role::Server,
                secret_file: Some(test.folder.path().join("secret")),
                database_ca: None,
            };
            tokio::task::spawn_blocking(move || open.open().unwrap()).await.unwrap().store
        }
    };
    let nodes = vec![node(&test.store, &places), node(&second, &places)];
    let hub = Hub::new(test.store.clone(), nodes[0].clone(), places);
    let root = hub.root().await.unwrap();
    hub.create_organization(&root, "Operator", Organization::Operator, None).await.unwrap();
    hub.create_organization(&root, "Shop", Organization::Reseller, None).await.unwrap();
    let wanted = hub::carrier::Wanted {
        name: "net".into(),
        connector: "own".into(),
        organization: Some("Operator".into()),
        settings: serde_json::json!({"country": "DK"}),
        catalogue: Vec::new(),
        only: Vec::new(),
    };
    let carrier = hub.create_carrier(&root, wanted).await.unwrap().id;
    let options = Options { carrier: "net".into(), country: Some("DK".into()), ..Options::default() };
    let file = |text: String| Box::new(std::io::Cursor::new(text.into_bytes()));
    assert!(hub.import_products(file(PRODUCTS.into()), &options, &mut Good).await.unwrap().committed);
    let mut premises =
        "external_reference,number,street,city,postcode,country,latitude,longitude\n".to_owned();
    for house in 1..=HOUSES {
        premises.push_str(&format!("h{house},{house},Havnegade,Brøndby,2605,DK,55.6{house:02},12.4\n"));
    }
    assert!(hub.import_premises(file(premises), &options, &mut Good).await.unwrap().committed);
    hub.refresh_places().await.unwrap();
    let user = hub::user::Wanted {
        email: "mette@shop.example".into(),
        organization: "Shop".into(),
        customer: None,
        name: None,
        role: Role::Reseller,
        password: "correct horse".into(),
    };
    let number = hub.create_user(&root, user).await.unwrap();
    let told = hub.user_numbered(&root, number).await.unwrap().id;
    let operator = hub.acting_for(&root, "Operator").await.unwrap();
    let mut shop = hub.acting_for(&root, "Shop").await.unwrap();
    shop.role = Role::ResellerAdmin;
    World { test, hub, second, nodes, root, operator, shop, told, carrier }
}

/// Runs them all at the same time; their results in the same order.
pub async fn together<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(running.len());
    for task in running {
        results.push(task.await.unwrap());
    }
    results
}

/// What is confirmed where nothing is said but the day and the address on the network.
pub fn confirming(start: Given<model::time::Timestamp>, address: Given<String>) -> Confirming {
    let mut net = [const { Given::Absent }; 6];
    net[0] = address;
    Confirming {
        start,
        circuit: Given::Absent,
        install_time: Given::Absent,
        name: Given::Absent,
        takeover_customer: Given::Absent,
        call_number: Given::Absent,
        call_name: Given::Absent,
        notes: Given::Absent,
        notify: Given::Absent,
        net,
        failover: Given::Absent,
        prices: [const { Given::Absent }; 6],
        provider: [const { Given::Absent }; 2],
    }
}

impl World {
    pub async fn saw<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, store::Error> + Send + 'static,
    ) -> T {
        self.hub.store().read(work).await.unwrap()
    }

    pub async fn did<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, store::Error> + Send + 'static,
    ) -> T {
        self.hub.store().write(work).await.unwrap()
    }

    pub fn now(&self) -> model::time::Timestamp {
        self.hub.store().clock().now()
    }

    /// Business time that much further on, for all nodes.
    pub fn later(&self, by: Duration) {
        let to = self.hub.store().clock().offset() + i64::try_from(by.as_micros()).unwrap();
        self.hub.store().clock().set_offset(to);
        self.second.clock().set_offset(to);
    }

    /// Lets both nodes work.
    pub fn work(&self) {
        self.nodes.iter().for_each(Engine::start);
    }

    /// The same with nodes that have not been stopped.
    pub fn again(self) -> World {
        let places = self.hub.places().clone();
        let nodes = vec![node(&self.test.store, &places), node(&self.second, &places)];
        let hub = Hub::new(self.test.store.clone(), nodes[0].clone(), places);
        World { nodes, hub, ..self }
    }

    pub async fn stop(&self) {
        for node in &self.nodes {
            node.stop(PATIENCE).await;
        }
    }

    /// Waits until nothing that is due is left.
    pub async fn quiet(&self) {
        let began = store::machine();
        let now = self.now();
        while self.saw(store::action::next_due).await.is_some_and(|due| due <= now) {
            assert!(store::machine() - began < PATIENCE, "something stays due");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn premise(&self, house: u32) -> Premise {
        let (carrier, reference) = (self.carrier, format!("h{house}"));
        self.saw(move |tx| store::premise::by_reference(tx, carrier, &reference)).await.remove(0)
    }

    /// The id of a product as the reseller has it.
    pub async fn product(&self, code: &str) -> ProductId {
        let filter = Filter { country: "DK".into(), ..Filter::default() };
        let all = self.hub.quoted_products(&self.shop, filter, ALL).await.unwrap().items;
        all.into_iter().find(|own| own.product.code == code).unwrap().id
    }

    /// A request for a line at a house that was answered just now with two offers.
    pub async fn quoted(&self, house: u32, kind: Kind) -> QuoteRequestId {
        let code = if kind == Kind::Dsl { "DSL50" } else { "FIBER" };
        let product = self.product(code).await;
        let address = spot::place(&self.premise(house).await, "DK");
        let (carrier, told) = (self.carrier, self.told);
        let (organization, seller) = (self.shop.organization, self.operator.organization);
        let offer = |number| Offer {
            number,
            product,
            carrier,
            code: code.into(),
            fee: None,
            initiation: Prices::default(),
            monthly: Prices { customer: Money::parse("299", Currency::DKK).ok(), ..Prices::default() },
            commitment: None,
            provider_name: None,
            provider_offer: None,
            rule: None,
        };
        let offers = vec![offer(1), offer(2)];
        self.did(move |tx| {
            let details = Details {
                address: address.clone(),
                address2: None,
                notes: None,
                takeover: None,
                takeover_circuit: None,
                takeover_customer: None,
                ip_addresses: None,
                commitments: [None; 3],
                reference: None,
                notify: vec![told],
                start: None,
                call_number: None,
                call_name: None,
                install_time: None,
            };
            let mut request = model::quote::Stored {
                number: 0,
                id: tx.identity()?,
                organization,
                customer: None,
                seller,
                carrier,
                product,
                kind,
                details,
                offers: offers.clone(),
                offers_made: 2,
                state: Asked::Answered,
                user: None,
                key: None,
                answered: Some(tx.now()),
                created: tx.now(),
                updated: tx.now(),
            };
            store::quote_request::insert(tx, &mut request)?;
            Ok(request.id)
        })
        .await
    }

    /// An account that was ordered from such a request.
    pub async fn ordered(&self, house: u32, kind: Kind) -> AccountId {
        let request = self.quoted(house, kind).await;
        order(&self.hub, &self.shop, request, 1).await.unwrap()
    }

    /// One that is confirmed for a day, with an address of its own.
    pub async fn confirmed(&self, house: u32, kind: Kind, start: Duration) -> AccountId {
        let id = self.ordered(house, kind).await;
        let start = Given::Is(self.now().plus(start));
        let said = confirming(start, Given::Is(format!("10.0.0.{house}")));
        let confirmed = self.hub.confirm_account(&self.operator, id, said).await;
        assert!(confirmed.is_ok_and(|account| account.state == State::Confirmed));
        id
    }

    /// One that is in use. The nodes have to work.
    pub async fn active(&self, house: u32, kind: Kind) -> AccountId {
        let id = self.confirmed(house, kind, Duration::ZERO).await;
        self.quiet().await;
        assert!(self.account(id).await.service.is_some());
        id
    }

    pub async fn account(&self, id: AccountId) -> Stored {
        match self.hub.account(&self.root, id).await {
            Ok(account) => account,
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn accounts(&self) -> Vec<Stored> {
        let found = self.hub.accounts(&self.root, hub::account::Filter::default(), ALL).await;
        found.map(|page| page.items).unwrap_or_default()
    }

    /// The line of an account.
    pub async fn line(&self, id: AccountId) -> Option<store::service::Service> {
        let account = self.account(id).await;
        let of_order = self.saw(move |tx| store::service::of_order(tx, account.order)).await;
        assert_eq!(of_order.as_ref().map(|line| line.id), account.service);
        of_order
    }

    pub async fn order_state(&self, id: AccountId) -> model::order::State {
        let order = self.account(id).await.order;
        self.saw(move |tx| store::order::by_id(tx, order)).await.unwrap().state
    }

    /// Names of an aggregate's events, whose numbers have no gap.
    pub async fn events(&self, aggregate: &[u8; 16]) -> Vec<String> {
        let all = self.did(|tx| {
            while store::event::place(tx, 100)? > 0 {}
            store::event::after(tx, 0, 100_000)
        });
        let all = all.await.into_iter().filter(|event| event.aggregate_id == *aggregate);
        let said = |(event, number): (store::event::Stored, i64)| {
            assert_eq!(event.sequence, number, "{}", event.kind);
            event.kind
        };
        all.zip(1..).map(said).collect()
    }

    /// How often something happened to an account.
    pub async fn times(&self, id: AccountId, what: &str) -> usize {
        self.events(id.bytes()).await.iter().filter(|kind| *kind == what).count()
    }

    /// How many mails of a kind there are about an account.
    pub async fn mails(&self, id: AccountId, kind: model::mail::Kind) -> usize {
        let scope = Scope { organization: self.root.organization, everything: true };
        let about = id.to_string();
        let all = self.saw(move |tx| store::mail::list(tx, scope, 1_000)).await;
        all.iter().filter(|mail| mail.about == about && mail.kind == kind).count()
    }

    /// Services of a house, and how many of them keep its place from others.
    pub async fn at(&self, house: u32) -> (Vec<store::service::Service>, usize) {
        let premise: PremiseId = self.premise(house).await.id;
        let all = self.saw(move |tx| store::service::on_premise(tx, premise)).await;
        let keep = all.iter().filter(|service| service.place.is_some()).count();
        (all, keep)
    }

    pub fn reach(&self) -> Reach {
        Reach { scope: Scope { organization: self.root.organization, everything: true }, customer: None }
    }
}

/// Takes an offer of a request.
pub async fn order(
    hub: &Hub,
    who: &Principal,
    request: QuoteRequestId,
    offer: u32,
) -> Result<AccountId, Refused> {
    let wanted =
        Wanted { customer: Given::Absent, request: Given::Is(request), offer: Given::Is((request, offer)) };
    match hub.order_account(who, wanted, None).await? {
        Accepted::New(account, _) => Ok(account.id),
        Accepted::Replayed(_) => panic!("nothing was said of a key"),
    }
}
