//! The peer of `aex`: the least that can be called the API of an open-access network, on PostgreSQL with PostGIS and
//! pg_trgm. It hashes the key, asks one statement for each request, and writes the JSON that Demarc writes. No roles, no
//! rules but a unique index, no encryption, no idempotency, no events, no metrics; nobody carries an order out.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use postgres::error::SqlState;
use postgres::{Client, NoTls, Row, Statement};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Of the network, and of who sells on it.
const OPERATOR: &str = "0B3A3C3E-5C0F-4C8C-9F0E-3A3C3E5C0F4C";
const PROVIDER: &str = "7D1F2A60-2B5E-4D0B-8E38-6A1B5E4D0B8E";

enum Ask {
    Premises(String),
    Available(f64, f64),
    Order(Box<Order>),
}

struct Job {
    ask: Ask,
    answer: oneshot::Sender<(StatusCode, String)>,
}

#[derive(Deserialize)]
struct Order {
    customer: Customer,
    premise: Premise,
    service: Product,
}

#[derive(Deserialize)]
struct Customer {
    first_name: String,
    last_name: String,
    email: String,
    mobile_number: String,
}

#[derive(Deserialize)]
struct Premise {
    external_reference: String,
}

#[derive(Deserialize)]
struct Product {
    product_id: String,
}

#[derive(Clone)]
struct Network {
    /// Of the one key.
    key: [u8; 32],
    readers: Sender<Job>,
    writers: Sender<Job>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, url, readers, writers, key] = &arguments[..] else {
        return Err("usage: postgis ADDRESS URL READERS WRITERS KEY".into());
    };
    let listen: SocketAddr = listen.parse()?;
    let key = Sha256::digest(key.as_bytes()).into();
    let network =
        Network { key, readers: pool(url, readers.parse()?)?, writers: pool(url, writers.parse()?)? };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let routes = Router::new()
            .route("/ready", get(|| async { "ready" }))
            .route("/aex/predefined-premises", get(premises))
            .route("/aex/products/availability/{latitude}/{longitude}", get(available))
            .route("/aex/services/full", post(order))
            .with_state(network);
        let listener = tokio::net::TcpListener::bind(listen).await?;
        Ok(axum::serve(listener, routes).await?)
    })
}

#[derive(Deserialize)]
struct Text {
    q: String,
}

async fn premises(State(network): State<Network>, headers: HeaderMap, Query(text): Query<Text>) -> Response {
    network.answer(&headers, &network.readers, Ask::Premises(text.q)).await
}

async fn available(
    State(network): State<Network>,
    headers: HeaderMap,
    Path((latitude, longitude)): Path<(f64, f64)>,
) -> Response {
    network.answer(&headers, &network.readers, Ask::Available(latitude, longitude)).await
}

async fn order(State(network): State<Network>, headers: HeaderMap, body: Bytes) -> Response {
    match serde_json::from_slice(&body) {
        Ok(order) => network.answer(&headers, &network.writers, Ask::Order(order)).await,
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

impl Network {
    async fn answer(&self, headers: &HeaderMap, pool: &Sender<Job>, ask: Ask) -> Response {
        let key = headers.get(header::AUTHORIZATION).map(|key| key.as_bytes()).unwrap_or_default();
        if <[u8; 32]>::from(Sha256::digest(key)) != self.key {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let (answer, told) = oneshot::channel();
        let _ = pool.send(Job { ask, answer });
        match told.await {
            Ok((status, body)) => {
                (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
            }
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

/// So many connections, each with a thread of its own.
fn pool(url: &str, connections: usize) -> Result<Sender<Job>> {
    let (jobs, taken) = channel();
    let taken = Arc::new(Mutex::new(taken));
    for _ in 0..connections {
        let (mut connection, taken) = (Connection::open(url)?, taken.clone());
        std::thread::spawn(move || {
            while let Some(Job { ask, answer }) = next(&taken) {
                let _ = answer.send(connection.answer(&ask).unwrap_or_else(|error| {
                    eprintln!("postgis: {error}");
                    (StatusCode::INTERNAL_SERVER_ERROR, String::new())
                }));
            }
        });
    }
    Ok(jobs)
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().ok()?.recv().ok()
}

struct Connection {
    client: Client,
    premises: Statement,
    available: Statement,
    order: Statement,
}

impl Connection {
    fn open(url: &str) -> Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        // Statements are short and many: nothing is gained by compiling them, or by two processes for one.
        client.batch_execute("SET jit = off; SET max_parallel_workers_per_gather = 0")?;
        let premises = client.prepare(include_str!("../../sql/premises.sql"))?;
        let available = client.prepare(include_str!("../../sql/available.sql"))?;
        let order = client.prepare(include_str!("../../sql/order.sql"))?;
        Ok(Self { client, premises, available, order })
    }

    fn answer(&mut self, ask: &Ask) -> Result<(StatusCode, String)> {
        match ask {
            Ask::Premises(text) => {
                let rows = self.client.query(&self.premises, &[text])?;
                let items: Vec<Value> = rows.iter().map(premise).collect();
                let count = items.len();
                let page = json!({"items": items, "page": 1, "count": count, "total": count});
                Ok((StatusCode::OK, page.to_string()))
            }
            Ask::Available(latitude, longitude) => {
                let rows = self.client.query(&self.available, &[latitude, longitude])?;
                let items: Vec<Value> = rows.iter().map(product).collect();
                Ok((StatusCode::OK, json!({"items": items}).to_string()))
            }
            Ask::Order(order) => self.order(order),
        }
    }

    fn order(&mut self, Order { customer, premise, service }: &Order) -> Result<(StatusCode, String)> {
        let reference = &premise.external_reference;
        let made = self.client.query_opt(
            &self.order,
            &[
                reference,
                &service.product_id,
                &customer.first_name,
                &customer.last_name,
                &customer.email,
                &customer.mobile_number,
            ],
        );
        let refused = |message: &str| {
            let body = json!({"code": 400, "errors": {"premise.external_reference": [message]}});
            Ok((StatusCode::BAD_REQUEST, body.to_string()))
        };
        match made {
            Ok(Some(row)) => {
                let id = |column| row.get::<_, &str>(column);
                let body = json!({
                    "customer": {"id": id(0)}, "premise": {"external_reference": reference},
                    "service": {"service_id": id(1)}, "work_order": {"id": id(2)},
                });
                Ok((StatusCode::CREATED, body.to_string()))
            }
            Ok(None) => refused("does not exist, or the product is not available there"),
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                refused("already has an active service")
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn premise(row: &Row) -> Value {
    let (id, listed) = (row.get::<_, i64>(0), row.get::<_, &str>(7));
    let text = |column| row.get::<_, &str>(column);
    let degrees = |column| row.get::<_, f64>(column);
    json!({
        "id": id, "guid": text(1), "full_text": text(2), "latitude": degrees(3), "longitude": degrees(4),
        "operator_id": OPERATOR, "premise_id": text(5), "updated_at": listed, "created_at": listed,
        "deleted_at": null, "area_id": row.get::<_, Option<&str>>(6),
    })
}

fn product(row: &Row) -> Value {
    let text = |column| row.get::<_, &str>(column);
    let (number, figure) = (|column| row.get::<_, i64>(column), |column| row.get::<_, f64>(column));
    json!({
        "id": text(0), "provider_id": PROVIDER, "name": text(2), "speed_up": number(4), "speed_down": number(5),
        "min_contract": number(6), "effective_date": text(7), "status": "Active", "type_name": "ISP",
        "provider": "Harbour Internet",
        "pricing": [{
            "id": text(8), "price_type": "Monthly", "currency_code": text(9), "tax": figure(10),
            "value": figure(11), "value_incl": figure(12),
        }],
        "parent_id": text(1), "description": text(3),
    })
}
