//! A system that calls the AEx API with a key: a provider's, or the network's own.

use crate::support::{Running, http, until};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Of both generations.
pub const CMS: &str = "/aex";
pub const PROVIDER: &str = "/aex/provider-service";

#[derive(Clone)]
pub struct Caller {
    url: String,
    mount: &'static str,
    key: String,
    http: reqwest::Client,
}

/// What came back, as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Null where there is none.
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Caller {
    pub fn of(server: &Running, key: &str) -> Self {
        Self { url: server.url.clone(), mount: CMS, key: key.to_owned(), http: http() }
    }

    /// The same caller in the newer generation.
    pub fn newer(&self) -> Self {
        Self { mount: PROVIDER, ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = path.strip_prefix(self.mount).unwrap_or(path);
        let request = self.http.request(method, format!("{}{}{path}", self.url, self.mount));
        request.header("authorization", format!("Bearer {}", self.key))
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, text: answer.text().await.unwrap() }
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path);
        self.send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.ask(Method::GET, path, None).await;
        (answer.status, answer.body())
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.ask(Method::POST, path, Some(body)).await;
        (answer.status, answer.body())
    }

    pub async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.ask(Method::PUT, path, Some(body)).await;
        (answer.status, answer.body())
    }

    /// Reads what has to be there.
    pub async fn found(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The same with a query, encoded.
    pub async fn asked(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let answer = self.send(self.request(Method::GET, &format!("{path}?{}", query.join("&")))).await;
        assert_eq!(answer.status, 200, "{path} {query:?}: {}", answer.text);
        answer.body()
    }

    /// Changes what has to be changed by it; the record.
    pub async fn changed(&self, path: &str, body: &Value) -> Value {
        let (status, record) = self.put(path, body).await;
        assert_eq!(status, 200, "{path} {body}: {record}");
        record
    }

    /// Moves business time, by an ISO 8601 duration.
    pub async fn pass(&self, time: &str) {
        let clock = self.http.post(format!("{}/sandbox/clock", self.url));
        let clock = clock.header("authorization", &self.key).json(&json!({"advance": time}));
        assert_eq!(clock.send().await.unwrap().status(), 200, "{time}");
    }

    /// Waits until a record's `status` is this one.
    pub async fn wait(&self, path: &str, status: &str) -> Value {
        let found = until(Duration::from_secs(60), || async {
            Some(self.found(path).await).filter(|record| record["status"] == status)
        });
        match found.await {
            Some(record) => record,
            None => panic!("{path} never was {status}: {}", self.found(path).await),
        }
    }
}

/// As a value of a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A refusal that names the field at fault, in both of its lists.
#[track_caller]
pub fn refused((status, body): &(u16, Value), field: &str) {
    assert_eq!((*status, &body["code"]), (400, &json!(400)), "{field}: {body}");
    let named = body["errors"][field].as_array().filter(|said| !said.is_empty());
    let said = named.unwrap_or_else(|| panic!("{field} is not named: {body}"))[0].as_str().unwrap();
    let full = format!("{field} {said}");
    let sentence = if field == "base" { said } else { full.as_str() };
    assert!(body["full_errors"].as_array().unwrap().contains(&json!(sentence)), "{body}");
    assert_eq!(members(body), BTreeSet::from(["code", "errors", "full_errors"]));
}

/// The same, in these words.
#[track_caller]
pub fn refused_as(answer: &(u16, Value), field: &str, message: &str) {
    refused(answer, field);
    assert_eq!(answer.1["errors"], json!({field: [message]}));
}

/// The names of an object's members.
#[track_caller]
pub fn members(object: &Value) -> BTreeSet<&str> {
    let object = object.as_object().unwrap_or_else(|| panic!("no object: {object}"));
    object.keys().map(String::as_str).collect()
}

/// A text with every digit as 0: what its form is.
pub fn form(text: &Value) -> String {
    let zero = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.as_str().unwrap_or_default().chars().map(zero).collect()
}

pub const MOMENT: &str = "0000-00-00 00:00:00 +0000";

/// A member of an object that is a text.
#[track_caller]
pub fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap_or_else(|| panic!("{name} is no text: {object}"))
}

/// One member of every item of a list.
#[track_caller]
pub fn all<'v>(list: &'v Value, name: &str) -> Vec<&'v str> {
    list["items"]
        .as_array()
        .unwrap_or_else(|| panic!("no list: {list}"))
        .iter()
        .map(|i| text(i, name))
        .collect()
}

pub fn is_guid(text: &str) -> bool {
    wire::aex::guid::parse(text).is_some_and(|guid| wire::aex::guid::show(guid) == text)
}
