//! The one HTTP client that speaks to carriers: a deadline, a cap on what is read, no redirects,
//! and an honest word about what may have been sent. It never tries again by itself.

use carriers::http::{Method, Reply, Request};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{BoxError, Layer, Service};

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Proven to lie before the first byte: name not found, connection refused, TLS handshake.
    NotSent(String),
    /// Nothing was sent for a reason of our own: it says nothing of the carrier.
    Ours(String),
    /// The carrier may have acted on it.
    Lost(String),
}

impl Failure {
    pub fn reason(&self) -> &str {
        match self {
            Failure::NotSent(reason) | Failure::Ours(reason) | Failure::Lost(reason) => reason,
        }
    }
}

/// More than this is not read of an answer.
const LARGEST: usize = 2 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(5);
const TOO_LATE: &str = "too little of the lease was left";

tokio::task_local! {
    /// Machine time after which the call of this task must not begin.
    static LAST_START: Duration;
}

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
            mutating: builder()
                .pool_max_idle_per_host(0)
                .connector_layer(InTime)
                .build()
                .map_err(|e| e.to_string())?,
        })
    }

    /// Sends a request and reads the answer to its end, within `timeout` in all. It is not begun after
    /// `last_start` of machine time: a mutating one not even when connecting took until then.
    pub async fn send(
        &self,
        request: &Request,
        mutating: bool,
        timeout: Duration,
        last_start: Duration,
    ) -> Result<Reply, Failure> {
        if store::machine() > last_start {
            return Err(Failure::Ours(TOO_LATE.into()));
        }
        let client = if mutating { &self.mutating } else { &self.reading };
        let exchange = LAST_START.scope(last_start, exchange(client, request));
        match tokio::time::timeout(timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Failure::Lost(format!("no whole answer within {} ms", timeout.as_millis()))),
        }
    }
}

/// Looks at the clock between the connection and the first byte. A process that was paused while it connected
/// goes on here, and its lease may be another's by now.
#[derive(Clone)]
struct InTime;

#[derive(Clone)]
struct Connecting<S>(S);

#[derive(Debug, thiserror::Error)]
#[error("{}", TOO_LATE)]
struct TooLate;

impl<S> Layer<S> for InTime {
    type Service = Connecting<S>;

    fn layer(&self, inner: S) -> Connecting<S> {
        Connecting(inner)
    }
}

impl<S, R> Service<R> for Connecting<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            // Outside of a call's task there is nobody who could say that it is in time.
            match LAST_START.try_with(|last| store::machine() <= *last) {
                Ok(true) => Ok(connection),
                _ => Err(TooLate.into()),
            }
        })
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
        if cause.is::<TooLate>() {
            return Failure::Ours(TOO_LATE.into());
        }
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() { Failure::NotSent(reason) } else { Failure::Lost(reason) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// What came of a call that connects when it must have begun by `last_start`, and how much of it arrived.
    async fn arrives(last_start: Duration) -> (Result<Reply, Failure>, usize) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let request =
            Request::post(format!("http://{}/", listener.local_addr().unwrap()), serde_json::json!({}));
        let reading = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.read(&mut [0; 1024]).await.unwrap_or(0)
        });
        let client = Client::new().unwrap();
        // Past the look at the lease already, as a process that was stopped while it connected.
        let exchange = LAST_START.scope(last_start, exchange(&client.mutating, &request));
        let result = tokio::time::timeout(Duration::from_millis(500), exchange)
            .await
            .unwrap_or_else(|_| Err(Failure::Lost("no answer".into())));
        (result, reading.await.unwrap())
    }

    #[tokio::test]
    async fn not_a_byte_goes_out_when_the_lease_ended_while_it_connected() {
        let now = store::machine();
        let (result, bytes) = arrives(now.saturating_sub(Duration::from_millis(1))).await;
        assert_eq!((result, bytes), (Err(Failure::Ours(TOO_LATE.into())), 0));
        let (result, bytes) = arrives(now + Duration::from_secs(60)).await;
        assert!(matches!(result, Err(Failure::Lost(_))) && bytes > 0, "{result:?} {bytes}");
    }
}
