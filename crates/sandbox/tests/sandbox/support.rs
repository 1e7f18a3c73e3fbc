//! A sandbox on a free port, and the few calls that the tests make.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use sandbox::Sandbox;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub struct World {
    pub url: String,
    pub client: Client,
    pub sandbox: Sandbox,
    /// Removed when the world ends.
    pub folder: Option<TempDir>,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self::at(&folder.path().join("sandbox.db")).await;
        world.folder = Some(folder);
        world
    }

    /// A server of its own on this file, mounted at `/sandbox` as in the product.
    pub async fn at(path: &Path) -> Self {
        // The client wants a provider even for plain HTTP; a second install is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sandbox", listener.local_addr().unwrap());
        let sandbox = Sandbox::open(path, format!("{url}/")).unwrap();
        let router = axum::Router::new().nest("/sandbox", sandbox.router());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client =
            Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { url, client, sandbox, folder: None }
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).json(body)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub async fn place(&self, class: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.post("/carriers/fastweb/orders", body).header("Sandbox-Class", class)).await
    }

    /// Books for a customer with nothing scripted and answers the order's id.
    pub async fn booked(&self, reference: &str, payment_method: &str) -> String {
        let mut body = order(reference, "Mario");
        body["payment_method"] = json!(payment_method);
        let (status, answer) = self.place("C", &body).await;
        assert_eq!(status, 201, "{answer}");
        answer["order"]["id"].as_str().unwrap().to_owned()
    }

    pub async fn look_up(&self, class: &str, reference: &str) -> (StatusCode, Value) {
        let path = format!("/carriers/fastweb/orders/by-reference/{reference}");
        answer(self.get(&path).header("Sandbox-Class", class)).await
    }

    pub async fn status(&self, id: &str) -> (StatusCode, Value) {
        answer(self.get(&format!("/carriers/fastweb/orders/{id}"))).await
    }

    pub async fn otp(&self, id: &str, reference: &str, otp: &str) -> (StatusCode, Value) {
        let body = json!({"reference": reference, "otp": otp});
        answer(self.post(&format!("/carriers/fastweb/orders/{id}/otp"), &body)).await
    }

    pub async fn reset_otp(&self, id: &str, reference: &str) -> (StatusCode, Value) {
        let body = json!({"reference": reference});
        answer(self.post(&format!("/carriers/fastweb/orders/{id}/otp/reset"), &body)).await
    }

    pub async fn ledger(&self, query: &str) -> Value {
        let (status, ledger) = answer(self.get(&format!("/ledger{query}"))).await;
        assert_eq!(status, 200, "{ledger}");
        ledger
    }

    pub async fn bookings(&self) -> usize {
        self.ledger("").await["bookings"].as_array().unwrap().len()
    }
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.timeout(Duration::from_secs(30)).send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} {error}: {text}"));
    (status, body)
}

pub fn address(street: &str) -> Value {
    json!({"street": street, "number": "1", "city": "BRONTE", "province": "CT", "postcode": "95034"})
}

pub fn order(reference: &str, first_name: &str) -> Value {
    json!({
        "reference": reference,
        "product": "Fastweb Casa",
        "addons": [],
        "payment_method": "iban",
        "iban": "IT60X0542811101000000123456",
        "customer": {
            "first_name": first_name, "last_name": "Rossi", "tax_code": "RSSMRA80A01H501U",
            "email": "mario@example.com", "phone": "+393331234567"
        },
        "document": {"nationality": "IT", "type": "passport", "number": "YA1", "issued_at": "2020-01-01"},
        "address": address("VIA CENERENTOLA"),
    })
}
