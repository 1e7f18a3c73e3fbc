//! What most tests begin with: a small tree of organizations, a carrier, an action, and short ways
//! to run a closure.

pub use model::id::{ActionId, CarrierId, Identity, OrganizationId};
pub use model::scope::Scope;
pub use model::time::Timestamp;
pub use std::time::Duration;
pub use store::order::Order;
pub use store::testing::{Place, TestStore};
pub use store::{Error, Store, Tx};

use model::action::{Driver, Operation, Request, Work};
use model::order::{CoverageRequest, Payment, Person, Subscription};

pub const DIALECT: &str = "comparetech";
/// Longer than any test.
pub const LEASE: Duration = Duration::from_secs(60);

/// A transaction under way; it holds on to the store and to nothing else.
pub type Doing<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// A closure that has to succeed.
pub trait Run {
    fn store(&self) -> &Store;

    fn did<T, F>(&self, work: F) -> Doing<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let store = self.store().clone();
        Box::pin(async move { store.write(work).await.unwrap() })
    }

    fn saw<T, F>(&self, work: F) -> Doing<T>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let store = self.store().clone();
        Box::pin(async move { store.read(work).await.unwrap() })
    }
}

impl Run for TestStore {
    fn store(&self) -> &Store {
        &self.store
    }
}

impl Run for Store {
    fn store(&self) -> &Store {
        self
    }
}

/// A statement of a test's own.
pub fn sql(text: &'static str) -> store::sql::Sql {
    store::sql::Sql { name: "a test's own", postgres: text, sqlite: text.replace('$', "?").leak() }
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

/// Opens the store of a test once more, as a server that was started again or as a command beside it.
pub async fn open_again(t: &TestStore, role: store::Role) -> Store {
    let secret_file = Some(t.folder.path().join("secret"));
    let open = store::Open { location: t.location.clone(), role, secret_file, database_ca: None };
    tokio::task::spawn_blocking(|| open.open().unwrap().store).await.unwrap()
}

/// Kinds and sequences of an aggregate's events, in the order of their positions.
pub async fn events_of(t: &impl Run, aggregate: [u8; 16]) -> Vec<(String, i64)> {
    let events = t
        .did(|tx| {
            while store::event::place(tx, 100)? > 0 {}
            store::event::after(tx, 0, 100_000)
        })
        .await;
    events.into_iter().filter(|e| e.aggregate_id == aggregate).map(|e| (e.kind, e.sequence)).collect()
}

/// root ─ seller (owns the carrier) and root ─ reseller ─ branch ─ shop; `rival` beside the reseller.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub root: OrganizationId,
    pub seller: OrganizationId,
    pub reseller: OrganizationId,
    pub branch: OrganizationId,
    pub shop: OrganizationId,
    pub rival: OrganizationId,
    pub carrier: CarrierId,
}

pub async fn world(t: &impl Run) -> World {
    use model::organization::Kind;
    t.did(|tx| {
        let root = store::organization::root(tx)?.id;
        let mut organization = |name: &str, kind, parent| {
            Ok::<_, Error>(store::organization::insert(tx, name, kind, parent)?.unwrap().id)
        };
        let seller = organization("seller", Kind::Operator, root)?;
        let reseller = organization("reseller", Kind::Reseller, root)?;
        let branch = organization("branch", Kind::Reseller, reseller)?;
        let shop = organization("shop", Kind::Reseller, branch)?;
        let rival = organization("rival", Kind::Reseller, root)?;
        let settings = serde_json::json!({"url": "https://carrier.example"});
        let carrier = store::carrier::insert(tx, "fastweb", "sandbox", seller, &settings)?.unwrap().id;
        Ok(World { root, seller, reseller, branch, shop, rival, carrier })
    })
    .await
}

impl World {
    pub fn scope(&self, organization: OrganizationId) -> Scope {
        Scope { organization, everything: organization == self.root }
    }
}

pub fn coverage() -> Request {
    let address = model::address::Address { street: Some("Via Cenerentola".into()), ..Default::default() };
    Request {
        echo: serde_json::json!({"driver": "fastweb"}),
        work: Work::Coverage(Box::new(CoverageRequest { address })),
    }
}

/// A request that holds personal data.
pub fn subscription(person: Person) -> Request {
    let subscription = Subscription {
        product: "Fastweb Casa Light".into(),
        addons: Vec::new(),
        address: Default::default(),
        person: person.clone(),
        payment: Payment::Iban("IT60X0542811101000000123456".into()),
    };
    let echo = serde_json::json!({"tax_code": person.tax_code, "phone": person.phone});
    Request { echo, work: Work::Subscription(Box::new(subscription)) }
}

/// A pending action of the buyer, due since `at`; answers its number and id.
pub fn action_of(
    tx: &mut Tx<'_>,
    world: &World,
    buyer: OrganizationId,
    at: Timestamp,
    request: &Request,
) -> Result<(i64, ActionId), Error> {
    let id: ActionId = tx.identity()?;
    let sealed = store::action::seal(tx.vault(), request)?;
    let new = store::action::New {
        id,
        organization: buyer,
        seller: world.seller,
        key: None,
        dialect: DIALECT,
        carrier: world.carrier,
        operation: Operation::Coverage,
        order: None,
        driver: Some(Driver::Connector),
        request: &sealed,
        at,
    };
    Ok((store::action::insert(tx, &new)?, id))
}

/// Seconds after a moment that is the same in every test, and past.
pub fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_600_000_000_000_000 + seconds * 1_000_000)
}

/// An order of the buyer, with a customer of its own.
pub fn order_of(tx: &mut Tx<'_>, world: &World, buyer: OrganizationId) -> Result<Order, Error> {
    let sealed = store::customer::Sealed { person: tx.vault().seal_json(&Person::default())?, email: None };
    let customer = store::customer::insert(tx, buyer, &sealed)?.unwrap();
    let new = store::order::New {
        organization: buyer,
        seller: world.seller,
        customer,
        carrier: world.carrier,
        premise: None,
        product: "FIBER_2022",
        addons: &[],
        qualification: None,
    };
    let id = store::order::insert(tx, &new)?;
    Ok(store::order::by_id(tx, id)?.unwrap())
}

/// Names of events, numbered without a gap.
pub fn in_sequence(kinds: &[&str]) -> Vec<(String, i64)> {
    kinds.iter().map(|kind| (*kind).to_owned()).zip(1..).collect()
}

/// A coverage action of the reseller, due now.
pub fn action(tx: &mut Tx<'_>, world: &World) -> Result<(i64, ActionId), Error> {
    let now = tx.now();
    action_of(tx, world, world.reseller, now, &coverage())
}
