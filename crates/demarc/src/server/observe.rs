//! Around every request: an id, a deadline, a net for panics, a metric and a line in the log.

use super::answer::{self, Shape};
use crate::config::Settings;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use metrics::Histogram;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

struct Around {
    timeout: Duration,
    /// Of a caller's file: it takes as long as its line does.
    upload_timeout: Duration,
    proxies: Vec<ipnet::IpNet>,
    shape: fn(&str) -> Shape,
    times: Times,
}

/// The histograms of requests by method, route and status, looked up by name only once.
#[derive(Default)]
struct Times(RwLock<HashMap<(&'static str, String, u16), Histogram>>);

impl Times {
    fn record(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let key = (method, route.to_owned(), status);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.record(took.as_secs_f64());
        }
        let made = metrics::histogram!("demarc_http_request_seconds", "method" => method, "route" => route.to_owned(), "status" => status.to_string());
        made.record(took.as_secs_f64());
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, made);
    }
}

/// Marks an answer that stands in for a panic, which cannot know whose request it was.
#[derive(Clone)]
struct Panicked;

/// `shape` says how an error is said for a path of this listener.
pub fn around(routes: Router, settings: &Settings, shape: fn(&str) -> Shape) -> Router {
    let around = Arc::new(Around {
        timeout: Duration::from_secs(settings.request_timeout_s),
        upload_timeout: Duration::from_secs(settings.bulk.upload_timeout_s + settings.request_timeout_s),
        proxies: settings.behind_proxy.clone(),
        shape,
        times: Times::default(),
    });
    let panics = CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Panicked);
        response
    });
    routes.layer(panics).layer(from_fn_with_state(around, observe))
}

async fn observe(State(around): State<Arc<Around>>, mut request: Request, next: Next) -> Response<Body> {
    let began = store::machine();
    let id = request_id(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let client = client(peer, request.headers(), &around.proxies);
    let shape = (around.shape)(&path);
    let is_upload = method == Method::POST && path.starts_with(dialects::bulk::MOUNT);
    let timeout = if is_upload { around.upload_timeout } else { around.timeout };
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    let mut response = match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) if response.extensions().get::<Panicked>().is_some() => {
            answer::error(shape, StatusCode::INTERNAL_SERVER_ERROR, "Internal error")
        }
        Ok(response) => response,
        Err(_) => answer::late(shape),
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (took, status) = (store::machine().saturating_sub(began), response.status());
    // The route's pattern, never the path: a path may hold a secret, and has no bound as a label.
    let route = route.unwrap_or_else(|| "other".to_owned());
    if status.is_server_error() {
        tracing::warn!(%method, route, status = status.as_u16(), ms = took.as_millis(), request = id, client = ?client, "request failed");
    } else {
        tracing::debug!(%method, route, status = status.as_u16(), ms = took.as_millis(), request = id, client = ?client, "request");
    }
    around.times.record(known(&method), &route, status.as_u16(), took);
    response
}

/// A label has few values: a caller can invent methods.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// The caller's own id when it can stand in a log, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok());
    let fits = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match given.filter(fits) {
        Some(id) => id.to_owned(),
        None => format!("{:016x}", u64::from_le_bytes(store::random().unwrap_or_default())),
    }
}

/// Who called: forwarded headers count only when the peer is a trusted proxy.
fn client(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &[ipnet::IpNet]) -> Option<IpAddr> {
    let trusted = |ip: &IpAddr| proxies.iter().any(|net| net.contains(ip));
    let peer = peer?;
    if !trusted(&peer) {
        return Some(peer);
    }
    let forwarded = headers.get("x-forwarded-for").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let hops: Vec<IpAddr> = forwarded.split(',').filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !trusted(hop)).or(Some(peer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tower::ServiceExt;

    #[test]
    fn forwarded_headers_count_only_from_a_trusted_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 203.0.113.9, 10.0.0.2"));
        let proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(client(Some(ip("10.0.0.1")), &headers, &proxies), Some(ip("203.0.113.9")));
        assert_eq!(client(Some(ip("198.51.100.7")), &headers, &proxies), Some(ip("198.51.100.7")));
    }

    async fn panics() -> &'static str {
        panic!("planted")
    }

    async fn answered(shape: fn(&str) -> Shape, path: &str) -> (u16, Option<String>, serde_json::Value) {
        let routes = Router::new()
            .route("/comparetech/api/v1/panic", get(panics))
            .route("/panic", get(panics))
            .route("/comparetech/api/v1/late", get(std::future::pending::<()>));
        let settings = Settings { request_timeout_s: 1, ..Settings::default() };
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = around(routes, &settings, shape).oneshot(request).await.unwrap();
        let after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        (status, after, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_in_the_shape_of_the_path_that_it_was_met_on() {
        let said = serde_json::json!({"error": "Internal error"});
        let below = answered(Shape::of_path, "/comparetech/api/v1/panic").await;
        assert_eq!(below, (500, None, said.clone()));
        assert_eq!(answered(|_| Shape::CompareTech, "/panic").await, (500, None, said));
        let (status, _, problem) = answered(Shape::of_path, "/panic").await;
        assert_eq!((status, &problem["title"]), (500, &"Internal error".into()));
    }

    #[tokio::test]
    async fn an_answer_that_comes_too_late_says_when_to_try_again() {
        let (status, after, body) = answered(Shape::of_path, "/comparetech/api/v1/late").await;
        assert_eq!((status, after.as_deref()), (503, Some("1")));
        assert!(body["error"].is_string(), "{body}");
    }

    #[test]
    fn an_id_that_could_forge_a_log_line_is_not_taken_over() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("abc-1"));
        assert_eq!(request_id(&headers), "abc-1");
        headers.insert(REQUEST_ID, HeaderValue::from_static("a b=c"));
        assert_eq!(request_id(&headers).len(), 16);
    }
}
