//! A system that calls the TelecomX API with a key or a token.

use crate::support::{Running, http, until};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::Duration;
use wire::telecomx::Row;

pub const MOUNT: &str = "/telecomx";

#[derive(Clone)]
pub struct Caller {
    url: String,
    pub token: String,
    http: reqwest::Client,
}

/// What came back, as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub content: Vec<u8>,
}

impl Answer {
    /// Null where there is none.
    pub fn body(&self) -> Value {
        serde_json::from_slice(&self.content).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn told(&self) -> (u16, Value) {
        (self.status, self.body())
    }
}

/// Sends a request as it is.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, content: answer.bytes().await.unwrap().to_vec() }
}

impl Caller {
    pub fn of(server: &Running, token: &str) -> Self {
        Self { url: server.url.clone(), token: token.to_owned(), http: http() }
    }

    /// The same program, as somebody else.
    pub fn with(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// A request that says nothing of who sends it.
    pub fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{MOUNT}{path}", self.url))
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path).header("authorization", format!("Bearer {}", self.token))
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path);
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await.told()
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(body)).await.told()
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        self.ask(Method::DELETE, path, None).await.told()
    }

    /// Reads what has to be there.
    pub async fn found(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Posts what has to be taken; the record.
    pub async fn made(&self, path: &str, body: &Value) -> Value {
        let (status, record) = self.post(path, body).await;
        assert_eq!(status, 200, "{path} {body}: {record}");
        record
    }

    /// Posts a command that has to be carried out.
    pub async fn done(&self, path: &str, body: &Value) {
        assert_eq!(self.post(path, body).await, (200, json!({"success": true})), "{path} {body}");
    }

    /// Deletes what has to be there.
    pub async fn deleted(&self, path: &str) {
        assert_eq!(self.delete(path).await, (200, json!({"success": true})), "{path}");
    }

    /// How many records a list has.
    pub async fn total(&self, path: &str) -> u64 {
        self.found(path).await["total"].as_u64().unwrap()
    }

    /// The id that a product of this name has for this caller.
    pub async fn product(&self, name: &str) -> String {
        let list = self.found("/product?all=true").await;
        let all = list["products"].as_array().unwrap();
        let named = all.iter().find(|product| product["name"] == name);
        text(named.unwrap_or_else(|| panic!("{name} is not sold: {list}")), "_id").to_owned()
    }

    /// Moves business time, by an ISO 8601 duration. The token has to be a key.
    pub async fn pass(&self, time: &str) {
        let clock = self.http.post(format!("{}/sandbox/clock", self.url));
        let clock = clock.header("authorization", &self.token).json(&json!({"advance": time}));
        assert_eq!(clock.send().await.unwrap().status(), 200, "{time}");
    }

    /// Waits until a record is as it is wanted.
    pub async fn wait(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = until(Duration::from_secs(60), || async {
            Some(self.found(path).await).filter(|record| wanted(record))
        });
        match found.await {
            Some(record) => record,
            None => panic!("{path} never was as wanted: {}", self.found(path).await),
        }
    }

    /// Waits until an account is in this state.
    pub async fn becomes(&self, account: &str, state: &str) -> Value {
        self.wait(&at(account), |account| account["state"] == state).await
    }
}

/// The path of an account.
pub fn at(account: &str) -> String {
    format!("/internet/account/{account}")
}

/// As it is refused by this row of the table.
pub fn row(row: Row) -> (u16, Value) {
    refusal(row.code(), row.message(), row.description())
}

pub fn refusal(code: u16, message: &str, description: &str) -> (u16, Value) {
    (code, json!({"error": {"code": code, "message": message, "description": description}}))
}

/// What is not there, and what is somebody else's.
pub fn nowhere() -> (u16, Value) {
    refusal(404, "not_found", "Not found")
}

pub fn denied() -> (u16, Value) {
    refusal(403, "access_denied", "Insufficient access level")
}

/// A member of an object that is a text.
#[track_caller]
pub fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap_or_else(|| panic!("{name} is no text: {object}"))
}

/// One member of every record of a list, sorted.
#[track_caller]
pub fn all(list: &Value, of: &str, name: &str) -> Vec<String> {
    let records = list[of].as_array().unwrap_or_else(|| panic!("no {of}: {list}"));
    let mut all: Vec<String> = records.iter().map(|record| text(record, name).to_owned()).collect();
    all.sort_unstable();
    all
}

/// As a value of a query.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
