//! The newer generation of the AEx API, the Provider Service. Its records are those of the older one.

mod customer;
mod location;
mod service;
mod snapshot;

use super::{Aex, refusal};
use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it.
pub const MOUNT: &str = "/aex/provider-service";

/// The same below the older generation, and below a listener of its own.
pub const BELOW: &str = "/provider-service";

pub fn router(aex: Aex) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(aex)
}

pub fn routes() -> OpenApiRouter<Aex> {
    OpenApiRouter::new()
        .routes(routes!(customer::list, customer::create))
        .routes(routes!(customer::show, customer::update))
        .routes(routes!(location::list))
        .routes(routes!(location::nearby))
        .routes(routes!(location::details))
        .routes(routes!(service::list, service::create))
        .routes(routes!(snapshot::services))
        .routes(routes!(service::show, service::update))
        .routes(routes!(snapshot::work_orders))
}
