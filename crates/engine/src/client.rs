//! The one HTTP client that speaks to carriers: a deadline, a cap on what is read, no redirects,
//! and an honest word about what may have been sent. It never tries again by itself.

use carriers::http::{Method, Reply, Request};
use std::time::Duration;

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Proven to lie before the first byte: name not found, connection refused, TLS handshake.
    NotSent(String),
    /// The carrier may have acted on it.
    Lost(String),
}

impl Failure {
    pub fn reason(&self) -> &str {
        match self {
            Failure::NotSent(reason) | Failure::Lost(reason) => reason,
        }
    }
}

/// More than this is not read of an answer.
const LARGEST: usize = 2 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Client {
    /// Keeps connections.
    reading: reqwest::Client,
    /// A connection for each call: a kept one that the carrier closes in the same moment would
    /// leave open whether the call was seen.
    mutating: reqwest::Client,
}

impl Client {
    pub fn new() -> Result<Self, String> {
        // Refused when another part of the program has installed it already: the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(CONNECT)
                .http1_only()
                .no_proxy()
                .user_agent(concat!("demarc/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            reading: builder().build().map_err(|e| e.to_string())?,
            mutating: builder().pool_max_idle_per_host(0).build().map_err(|e| e.to_string())?,
        })
    }

    /// Sends a request and reads the answer to its end, within `timeout` in all.
    pub async fn send(&self, request: &Request, mutating: bool, timeout: Duration) -> Result<Reply, Failure> {
        let client = if mutating { &self.mutating } else { &self.reading };
        let exchange = exchange(client, request);
        match tokio::time::timeout(timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Failure::Lost(format!("no whole answer within {} ms", timeout.as_millis()))),
        }
    }
}

async fn exchange(client: &reqwest::Client, request: &Request) -> Result<Reply, Failure> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut builder = client.request(method, &request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    if let Some(body) = &request.body {
        builder = builder.json(body);
    }
    let mut answer = builder.send().await.map_err(failure)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Failure::Lost(format!("the answer is larger than {LARGEST} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, body })
}

fn failure(error: reqwest::Error) -> Failure {
    // The URL may hold a secret.
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() { Failure::NotSent(reason) } else { Failure::Lost(reason) }
}
