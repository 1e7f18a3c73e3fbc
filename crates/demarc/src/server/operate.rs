//! What those who run it look at: health, readiness, metrics.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use hub::Hub;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Upper ends of the classes in which times are counted, in seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

pub fn router(hub: Hub) -> Router {
    recorder();
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(show_metrics))
        .with_state(hub)
}

/// 200 when the store answers.
async fn ready(State(hub): State<Hub>) -> (StatusCode, &'static str) {
    let asked = hub.store().read(store::organization::root);
    match tokio::time::timeout(Duration::from_secs(5), asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    }
}

async fn show_metrics(State(hub): State<Hub>) -> impl IntoResponse {
    if let Ok(open) = hub.store().read(store::action::open_count).await {
        metrics::gauge!("demarc_actions_open").set(open as f64);
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// The process's one recorder.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new().set_buckets(SECONDS).ok()?;
            let handle = builder.install_recorder().ok()?;
            let kept = handle.clone();
            // Counted values are folded now and then, also when nobody asks.
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    kept.run_upkeep();
                }
            });
            Some(handle)
        })
        .as_ref()
}
