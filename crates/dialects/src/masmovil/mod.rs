//! The MASMOVIL dialect, *Provision FTTH*: accesses looked up, and moved from one brand to another. Its routes, and the
//! OpenAPI document that is made from them; the words themselves are in `wire`.

mod access;
mod caller;
mod openapi;
mod refusal;
mod retention;

pub use openapi::openapi;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn;
use hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it.
pub const MOUNT: &str = "/masmovil";

/// The dialect's word in the hub.
const DIALECT: &str = "masmovil";

/// What the handlers share.
#[derive(Clone)]
pub struct Masmovil {
    hub: Hub,
}

impl FromRef<Masmovil> for Hub {
    fn from_ref(masmovil: &Masmovil) -> Hub {
        masmovil.hub.clone()
    }
}

/// The routes, relative to [`MOUNT`]; a listener of its own has them at its root.
pub fn router(hub: Hub) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        .layer(from_fn(refusal::referenced))
        .with_state(Masmovil { hub })
}

fn routes() -> OpenApiRouter<Masmovil> {
    OpenApiRouter::new()
        .routes(routes!(access::info))
        .routes(routes!(access::orange))
        .routes(routes!(retention::retain))
}
