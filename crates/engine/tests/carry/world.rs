//! A store, a sandbox, carriers and orders; and what a caller, a person and a judge do.

use carriers::{Outcome, Registry, sandbox::Sandbox as Connector};
use engine::{House, Step};
use model::action::{Action, Change, Driver, Operation, Request, State, Work};
use model::address::Address;
use model::attempt::Attempt;
use model::id::{ActionId, CarrierId, OrganizationId};
use model::order::{CoverageRequest, IdentityDocument, Payment, Person, Subscription};
use model::prompt::{Answer, Kind};
use model::scope::Scope;
use model::task::{Decision, Task};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::testing::TestStore;
use store::{Error, Store, Tx};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct World {
    pub test: TestStore,
    pub store: Store,
    /// Where the real sandbox is mounted.
    pub sandbox: String,
    pub client: reqwest::Client,
    seller: OrganizationId,
}

/// What the hub does, as far as the engine can tell.
pub struct Ends;

impl House for Ends {
    fn step(&self, _: &mut Tx<'_>, _: &Action) -> Result<Step, Error> {
        Ok(Step::HandOver)
    }

    fn ended(&self, _: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), Error> {
        match outcome {
            Outcome::Failed { reason } => action.error = Some(reason.clone()),
            Outcome::Fulfilled { carrier_reference } => {
                action.result = Some(json!({"reference": carrier_reference}))
            }
            Outcome::Covered { .. } => action.result = Some(json!({"covered": true})),
        }
        Ok(())
    }
}

/// The sandbox on a thread of its own: it goes on whatever becomes of the engine.
fn serve(file: std::path::PathBuf) -> String {
    let (told, tells) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/sandbox", listener.local_addr().unwrap());
            let sandbox = sandbox::Sandbox::open(&file, url.clone()).unwrap();
            told.send(url).unwrap();
            axum::serve(listener, axum::Router::new().nest("/sandbox", sandbox.router())).await.unwrap();
        });
    });
    tells.recv().unwrap()
}

impl World {
    pub async fn new(test: TestStore) -> Arc<World> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = serve(test.folder.path().join("sandbox.db"));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let store = test.store.clone();
        let seller = store.read(|tx| Ok::<_, Error>(store::organization::root(tx)?.id)).await.unwrap();
        Arc::new(World { test, store, sandbox, client, seller })
    }

    /// As another process has it: opened once more, where that can be.
    pub async fn second_store(&self) -> Store {
        if self.store.engine() == store::Engine::Sqlite {
            return self.store.clone();
        }
        let open = store::Open {
            location: self.test.location.clone(),
            role: store::Role::Server,
            secret_file: Some(self.test.folder.path().join("secret")),
            database_ca: None,
        };
        tokio::task::spawn_blocking(|| open.open().unwrap()).await.unwrap().store
    }

    pub fn registry(&self) -> Registry {
        Registry::default().with(Connector, json!({"url": self.sandbox}))
    }

    pub async fn carrier(&self, name: &str, settings: Value) -> CarrierId {
        let (name, seller) = (name.to_owned(), self.seller);
        let made = self
            .store
            .write(move |tx| store::carrier::insert(tx, &name, "sandbox", seller, &settings))
            .await
            .unwrap();
        made.unwrap().id
    }

    pub async fn place(&self, carrier: CarrierId, work: Work) -> i64 {
        self.place_with(carrier, work, Driver::Connector).await
    }

    pub async fn place_with(&self, carrier: CarrierId, work: Work, driver: Driver) -> i64 {
        let operation = match work {
            Work::Coverage(_) => Operation::Coverage,
            Work::Subscription(_) => Operation::Subscription,
            Work::Bulk(_) => Operation::Bulk,
            Work::Change { .. } | Work::Account { .. } => Operation::Change,
        };
        let sealed = store::action::seal(self.store.vault(), &Request { echo: Value::Null, work }).unwrap();
        let seller = self.seller;
        self.store
            .write(move |tx| {
                let (id, at): (ActionId, _) = (tx.identity()?, tx.now());
                let new = store::action::New {
                    id,
                    organization: seller,
                    seller,
                    key: None,
                    dialect: "comparetech",
                    carrier,
                    operation,
                    order: None,
                    driver: Some(driver),
                    request: &sealed,
                    at,
                };
                store::action::insert(tx, &new)
            })
            .await
            .unwrap()
    }

    /// An order that is paid without a card page.
    pub async fn order(&self, carrier: CarrierId) -> i64 {
        self.place(carrier, subscription("Mario", Payment::Iban("IT60X0542811101000000123456".into()))).await
    }

    pub async fn action(&self, number: i64) -> Action {
        self.store.read(move |tx| store::action::by_number(tx, number)).await.unwrap().unwrap()
    }

    /// Waits until the action is as wanted.
    pub async fn until(&self, number: i64, what: &str, is: impl Fn(&Action) -> bool) -> Action {
        let began = tokio::time::Instant::now();
        loop {
            let action = self.action(number).await;
            if is(&action) {
                return action;
            }
            assert!(began.elapsed() < PATIENCE, "never {what}: {action:?} {:?}", self.attempts(number).await);
            assert!(
                !action.state.is_final(),
                "ended before it was {what}: {action:?} {:?}",
                self.attempts(number).await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    pub async fn until_state(&self, number: i64, state: State) -> Action {
        self.until(number, state.word(), |action| action.state == state).await
    }

    pub async fn attempts(&self, number: i64) -> Vec<Attempt> {
        let id = self.action(number).await.id;
        self.store.read(move |tx| store::attempt::of_action(tx, id)).await.unwrap()
    }

    /// As the hub does it.
    pub async fn answer(&self, number: i64, answer: Answer) {
        self.store
            .write(move |tx| {
                let before = store::action::lock(tx, number)?.unwrap();
                let mut after = before.clone();
                let mut prompt = store::prompt::by_kind(tx, before.id, Kind::Otp)?.unwrap();
                prompt.answer(answer.clone()).unwrap();
                after.state = after.state.on(Change::Resume).unwrap();
                after.due = Some(tx.now());
                store::prompt::save(tx, &prompt)?;
                store::action::settle(tx, &before, &mut after, Duration::ZERO)
            })
            .await
            .unwrap();
    }

    /// The open task of an action, as soon as there is one.
    pub async fn task(&self, number: i64) -> Task {
        let began = tokio::time::Instant::now();
        let scope = Scope { organization: self.seller, everything: true };
        loop {
            let id = self.action(number).await.id;
            let open = self.store.read(move |tx| store::task::open(tx, scope)).await.unwrap();
            if let Some(task) = open.into_iter().find(|t| t.action == id) {
                return task;
            }
            assert!(began.elapsed() < PATIENCE, "nobody is asked: {:?}", self.attempts(number).await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    pub async fn open_tasks(&self) -> usize {
        let scope = Scope { organization: self.seller, everything: true };
        self.store.read(move |tx| store::task::open(tx, scope)).await.unwrap().len()
    }

    pub async fn decide(&self, task: &Task, decision: Decision, reference: Option<String>) {
        let (scope, number) = (Scope { organization: self.seller, everything: true }, task.number);
        self.store
            .write(move |tx| {
                let task = store::task::decide(tx, scope, number, decision, reference.as_deref())?.unwrap();
                store::action::wake(tx, task.action)
            })
            .await
            .unwrap();
    }

    /// The ids that a carrier has booked, by its own ledger.
    pub async fn booked(&self, carrier: &str) -> Vec<String> {
        let ledger: Value = self.get(&format!("ledger?carrier={carrier}")).await;
        ledger["bookings"].as_array().unwrap().iter().map(|b| b["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}/{path}", self.sandbox)).send().await.unwrap().json().await.unwrap()
    }
}

pub fn address(street: &str) -> Address {
    Address {
        street: Some(street.into()),
        number: Some("1".into()),
        city: Some("BRONTE".into()),
        postcode: Some("95034".into()),
        ..Address::default()
    }
}

pub fn coverage() -> Work {
    Work::Coverage(Box::new(CoverageRequest { address: address("VIA CENERENTOLA") }))
}

/// With personal data that can be searched for.
pub fn subscription(first_name: &str, payment: Payment) -> Work {
    let document = IdentityDocument {
        nationality: "IT".into(),
        kind: "passport".into(),
        number: "YA-SECRET-1".into(),
        issued_at: "2022-03-01".into(),
        ..IdentityDocument::default()
    };
    Work::Subscription(Box::new(Subscription {
        product: "Fastweb Casa".into(),
        addons: Vec::new(),
        address: address("VIA SEGRETA"),
        person: Person {
            first_name: first_name.into(),
            last_name: "Geheimnis".into(),
            tax_code: "MRORSS80A01H501U".into(),
            email: "secret@example.com".into(),
            phone: "+393399988777".into(),
            document: Some(document),
            ..Person::default()
        },
        payment,
    }))
}
