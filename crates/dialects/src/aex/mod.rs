//! The AEx dialect: the order flow of an open-access network. Its routes, and the OpenAPI document that is made from
//! them; the newer generation of the same API is in `provider`. What its words mean to the hub is in `map`, the words
//! themselves in `wire`.

mod answer;
mod caller;
mod customer;
mod map;
mod openapi;
mod predefined_premise;
mod premise;
mod product;
mod provider;
mod query;
mod refusal;
mod service;
mod service_change;
mod status;
mod work_order;

pub use openapi::{openapi, openapi_provider};
pub use provider::MOUNT as PROVIDER_MOUNT;

use axum::Router;
use axum::extract::FromRef;
use hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it.
pub const MOUNT: &str = "/aex";

/// The dialect's word in the hub.
const DIALECT: &str = "aex";

/// What a caller may be told in another way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compat {
    /// A bad request of `POST /services/full` is answered with 401, as the original does.
    pub bad_request_401: bool,
}

/// What the handlers share.
#[derive(Clone)]
pub struct Aex {
    hub: Hub,
    compat: Compat,
    /// What its links begin with.
    mount: &'static str,
}

impl FromRef<Aex> for Hub {
    fn from_ref(aex: &Aex) -> Hub {
        aex.hub.clone()
    }
}

/// The routes, relative to [`MOUNT`].
pub fn router(hub: Hub, compat: Compat) -> Router {
    let newer = provider::router(Aex { hub: hub.clone(), compat, mount: provider::MOUNT });
    mounted(Aex { hub, compat, mount: MOUNT }).nest(provider::BELOW, newer)
}

/// All that a listener of its own answers: the routes under their original paths.
pub fn alone(hub: Hub, compat: Compat) -> Router {
    let newer = provider::router(Aex { hub: hub.clone(), compat, mount: provider::BELOW });
    mounted(Aex { hub, compat, mount: "" }).nest(provider::BELOW, newer)
}

fn mounted(aex: Aex) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(aex)
}

fn routes() -> OpenApiRouter<Aex> {
    OpenApiRouter::new()
        .routes(routes!(customer::list, customer::create))
        .routes(routes!(customer::show))
        .routes(routes!(customer::services))
        .routes(routes!(predefined_premise::search))
        .routes(routes!(product::available))
        .routes(routes!(product::show))
        .routes(routes!(service::create_full))
        .routes(routes!(service::list))
        .routes(routes!(service::show, service::update, service::delete))
        .routes(routes!(service::show_full))
        .routes(routes!(premise::list))
        .routes(routes!(premise::show))
        .routes(routes!(service_change::list, service_change::create))
        .routes(routes!(work_order::list))
        .routes(routes!(work_order::slots))
        .routes(routes!(work_order::show, work_order::update))
}
