//! The peer of `accept` on the embedded store: the least that can be called an order API. It hashes the
//! key, parses the body, and commits action, event and idempotency row durably, many requests under one
//! fsync. No roles, no rules, no encryption, no request ids, no metrics; nobody carries anything out.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests under one commit.
const GROUP: usize = 256;

struct Order {
    key: String,
    hash: [u8; 32],
    body: Bytes,
    answer: oneshot::Sender<String>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare ADDRESS FILE".into());
    };
    let (listen, file): (SocketAddr, PathBuf) = (listen.parse()?, file.into());
    let (orders, taken) = channel();
    let connection = open(&file)?;
    std::thread::spawn(move || write(&connection, &taken));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let routes = axum::Router::new()
            .route("/ready", axum::routing::get(|| async { "ready" }))
            .route("/orders", post(place))
            .with_state(orders);
        let listener = tokio::net::TcpListener::bind(listen).await?;
        Ok(axum::serve(listener, routes).await?)
    })
}

async fn place(State(orders): State<Sender<Order>>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let hash: [u8; 32] = Sha256::digest(text("authorization").as_bytes()).into();
    if serde_json::from_slice::<serde_json::Value>(&body).is_err() {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            [(header::CONTENT_TYPE, "application/json")],
            String::new(),
        );
    }
    let (answer, told) = oneshot::channel();
    let _ = orders.send(Order { key: text("idempotency-key"), hash, body, answer });
    match told.await {
        Ok(text) => (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], text),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "application/json")], String::new())
        }
    }
}

fn open(file: &std::path::Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE action (number INTEGER PRIMARY KEY, hash BLOB NOT NULL, state TEXT NOT NULL, due BIGINT NOT NULL, request TEXT NOT NULL);
         CREATE TABLE event (number INTEGER PRIMARY KEY, action BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL);
         CREATE TABLE idempotency (key TEXT PRIMARY KEY, action BIGINT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;",
    )?;
    Ok(connection)
}

fn write(connection: &Connection, orders: &Receiver<Order>) {
    while let Ok(first) = orders.recv() {
        let mut group = vec![first];
        group.extend(orders.try_iter().take(GROUP - 1));
        match commit(connection, &group) {
            Ok(answers) => {
                for (order, answer) in group.into_iter().zip(answers) {
                    let _ = order.answer.send(answer);
                }
            }
            Err(error) => eprintln!("bare: {error}"),
        }
    }
}

fn commit(connection: &Connection, group: &[Order]) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let at = now();
    let mut answers = Vec::with_capacity(group.len());
    for order in group {
        connection
            .prepare_cached("INSERT INTO action (hash, state, due, request) VALUES (?1, 'pending', ?2, ?3)")?
            .execute(params![order.hash, at, order.body.as_ref()])?;
        let number = connection.last_insert_rowid();
        let answer = format!(r#"{{"id":{number},"status":"pending","created_at":{at}}}"#);
        connection
            .prepare_cached("INSERT INTO event (action, kind, at) VALUES (?1, 'action.created', ?2)")?
            .execute(params![number, at])?;
        if !order.key.is_empty() {
            connection
                .prepare_cached("INSERT INTO idempotency (key, action, answer) VALUES (?1, ?2, ?3)")?
                .execute(params![order.key, number, answer])?;
        }
        answers.push(answer);
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(answers)
}

/// Microseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the peer has one clock")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as i64
}
