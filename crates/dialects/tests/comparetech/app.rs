//! The dialect on a port of its own, with everything behind it, and a client that checks each answer against the
//! OpenAPI document: a status that is not promised there fails the test.

use crate::catalogue;
use carriers::{Registry, sandbox::Sandbox as Connector};
use dialects::comparetech;
use engine::Engine;
use hub::{Hub, Principal, carrier, fulfil::Fulfilment, key};
use model::organization::Kind;
use model::product::Product;
use model::role::Role;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use sandbox::Sandbox;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::testing::TestStore;
use tokio::net::TcpListener;

pub struct App {
    pub hub: Hub,
    pub root: Principal,
    /// Of the reseller `acme`.
    pub key: String,
    engine: Engine,
    url: String,
    sandbox_url: String,
    client: Client,
    document: Value,
    _store: TestStore,
}

/// An answer that came whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("no id: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Runs a test with everything up, and takes it down again.
pub async fn with(store: TestStore, test: impl AsyncFnOnce(&App)) {
    let app = App::new(store).await;
    test(&app).await;
    app.engine.stop(Duration::from_secs(5)).await;
}

async fn serve(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl App {
    async fn new(test: TestStore) -> Self {
        // The client wants a provider even for plain HTTP; a second one is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox_url = format!("http://{}/sandbox", listener.local_addr().unwrap());
        let sandbox = Sandbox::open(&test.folder.path().join("sandbox.db"), sandbox_url.clone()).unwrap();
        let router = axum::Router::new().nest("/sandbox", sandbox.router());
        tokio::spawn(async move { axum::serve(listener, router).await });

        let defaults = json!({"url": sandbox_url, "limits": {"lookup_spacing_ms": [200, 400, 800], "slowest_booking_ms": 1_000}});
        let registry = Registry::default().with(Connector, defaults);
        let engine = Engine::new(
            test.store.clone(),
            registry,
            Arc::new(Fulfilment::default()),
            engine::Settings::default(),
        )
        .unwrap();
        let hub = Hub::new(test.store.clone(), engine.clone(), hub::Places::default());
        let root = hub.root().await.unwrap();
        hub.create_organization(&root, "acme", Kind::Reseller, None).await.unwrap();
        engine.start();

        let mounted = axum::Router::new().nest(comparetech::MOUNT, comparetech::router(hub.clone()));
        let mut app = Self {
            url: serve(mounted).await + comparetech::MOUNT,
            key: String::new(),
            document: serde_json::to_value(comparetech::openapi(comparetech::MOUNT)).unwrap(),
            client: Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap(),
            hub,
            root,
            engine,
            sandbox_url,
            _store: test,
        };
        app.carrier("fastweb", catalogue::fastweb()).await;
        app.carrier("aruba", catalogue::aruba()).await;
        app.key = app.key_of("acme", None).await;
        app
    }

    /// Lets the engine come to rest: what is accepted from now on stays pending.
    pub async fn rest(&self) {
        self.engine.stop(Duration::from_secs(10)).await;
    }

    async fn carrier(&self, name: &str, catalogue: Vec<Product>) {
        let wanted = carrier::Wanted {
            name: name.to_owned(),
            connector: "sandbox".to_owned(),
            settings: json!({}),
            organization: None,
            catalogue,
            only: Vec::new(),
        };
        self.hub.create_carrier(&self.root, wanted).await.unwrap();
    }

    /// Lets a carrier sell something else than before.
    pub async fn sell(&self, carrier: &str, code: &str) {
        struct Quiet;
        impl hub::import::Witness for Quiet {
            fn refused(&mut self, at: hub::import::At, why: &str) {
                panic!("{at}: {why}");
            }
        }
        let file = format!("code,currency\n{code},EUR\n");
        let options = hub::import::Options { carrier: carrier.to_owned(), ..Default::default() };
        let source = Box::new(std::io::Cursor::new(file.into_bytes()));
        self.hub.import_products(source, &options, &mut Quiet).await.unwrap();
    }

    /// A carrier is for somebody else from now on.
    pub async fn withdraw(&self, name: &'static str) {
        self.stranger("somebody else", Kind::Reseller, None).await;
        let withdrawn = self.hub.store().write(move |tx| {
            let carrier = store::carrier::by_name(tx, name)?.unwrap();
            let other = store::organization::by_name(tx, "somebody else")?.unwrap();
            store::carrier::restrict(tx, carrier.id, &[other.id])
        });
        let withdrawn: Result<(), store::Error> = withdrawn.await;
        withdrawn.unwrap();
        // Whoever makes a carrier forgets what was known of who may use which.
        self.carrier("another", catalogue::aruba()).await;
    }

    /// A new organization with a key of the usual role.
    pub async fn stranger(&self, name: &str, kind: Kind, parent: Option<&str>) -> String {
        self.hub.create_organization(&self.root, name, kind, parent).await.unwrap();
        self.key_of(name, None).await
    }

    pub async fn key_of(&self, organization: &str, role: Option<Role>) -> String {
        let wanted = key::Wanted { organization: organization.to_owned(), role, ..key::Wanted::default() };
        self.hub.create_key(&self.root, wanted).await.unwrap().reveal().to_owned()
    }

    /// A request as it is, without a key.
    pub fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.url))
    }

    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let request = request.timeout(Duration::from_secs(60)).build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reply = Reply { status, headers, text: response.text().await.unwrap() };
        self.hold_to_document(&method, &path, &reply);
        reply
    }

    pub async fn post_as(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.send(self.bare("POST", path).header("Authorization", key).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_as(&self.key, path, body).await
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Reply {
        self.send(self.bare("GET", path).header("Authorization", key)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_as(&self.key, path).await
    }

    /// Posts what has to be accepted; the action's id.
    pub async fn accepted(&self, path: &str, body: &Value) -> i64 {
        let reply = self.post(path, body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.id()
    }

    pub async fn otp(&self, id: i64, otp: &str) -> Reply {
        self.post(&format!("/subscription/{id}/send-otp"), &json!({"otp": otp})).await
    }

    pub async fn reset(&self, id: i64) -> Reply {
        let path = format!("/subscription/{id}/reset-otp");
        self.send(self.bare("POST", &path).header("Authorization", &self.key)).await
    }

    pub async fn status(&self, id: i64) -> Value {
        let reply = self.get(&format!("/status/{id}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    /// The record, once the action stands there. One that ends elsewhere fails the test.
    pub async fn until(&self, id: i64, status: &str) -> Value {
        self.until_that(id, status, |_| true).await
    }

    pub async fn until_that(&self, id: i64, status: &str, fits: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..1_500 {
            let record = self.status(id).await;
            if record["status"] == status && fits(&record["payload"]["__info"]) {
                return record;
            }
            let ended = record["status"] == "done" || record["status"] == "canceled";
            assert!(!ended, "not {status}: {record}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("action {id} is not {status}: {}", self.status(id).await);
    }

    /// Presses a button of the card page.
    pub async fn decide_card(&self, url: &str, decision: &str) {
        let page = self.client.get(url).send().await.unwrap();
        assert_eq!(page.status(), 200, "{url}");
        let form = self.client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
        let pressed = form.body(format!("decision={decision}")).send().await.unwrap();
        assert_eq!(pressed.status(), 303);
    }

    /// What the carrier itself says it has booked.
    pub async fn ledger(&self) -> Value {
        self.client.get(format!("{}/ledger", self.sandbox_url)).send().await.unwrap().json().await.unwrap()
    }

    pub async fn bookings(&self) -> usize {
        let ledger = self.ledger().await;
        assert_eq!(ledger["duplicates"], json!([]));
        ledger["bookings"].as_array().unwrap().len()
    }

    /// The answer has a status that its operation promises, and an error has the dialect's shape.
    fn hold_to_document(&self, method: &Method, path: &str, reply: &Reply) {
        let path = path.strip_prefix(comparetech::MOUNT).unwrap();
        let operation = self.operation(method, path);
        match operation {
            Some(operation) => {
                let promised = &operation["responses"];
                assert!(
                    promised.get(reply.status.to_string()).is_some(),
                    "{method} {path}: {} {}",
                    reply.status,
                    reply.text
                );
            }
            None => assert!(matches!(reply.status, 404 | 405), "{method} {path}: {}", reply.status),
        }
        if method == Method::HEAD {
            return;
        }
        assert_eq!(reply.header("content-type"), Some("application/json"), "{method} {path}: {}", reply.text);
        if reply.status >= 400 {
            let body = reply.json();
            let names: Vec<&String> = body.as_object().unwrap().keys().collect();
            let wanted: &[&str] = if reply.status == 422 { &["error", "errors"] } else { &["error"] };
            assert_eq!(names, wanted, "{}", reply.text);
            assert!(body["error"].as_str().is_some_and(|text| !text.is_empty()), "{}", reply.text);
        }
    }

    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let segments: Vec<&str> = path.split('/').collect();
        let (_, item) = self.document["paths"].as_object().unwrap().iter().find(|(template, _)| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == segments.len()
                && parts.iter().zip(&segments).all(|(part, given)| part.starts_with('{') || part == given)
        })?;
        item.get(method.as_str().to_ascii_lowercase())
    }
}
