//! The bulk dialect: a caller's own file as a job, its progress, its result, and the stored answers one by one. What
//! its words mean to the hub is in `map`, the words themselves in `wire`.

mod answer;
mod body;
mod caller;
mod job;
mod map;
mod openapi;
mod refusal;
mod result;

pub use openapi::openapi;

use axum::Router;
use axum::extract::FromRef;
use hub::Hub;
use hub::bulk::Limits;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it, and what its links begin with.
pub const MOUNT: &str = "/bulk";

/// What the handlers share.
#[derive(Clone)]
pub struct Bulk {
    hub: Hub,
    limits: Limits,
}

impl FromRef<Bulk> for Hub {
    fn from_ref(bulk: &Bulk) -> Hub {
        bulk.hub.clone()
    }
}

/// The routes, relative to the mount.
pub fn router(hub: Hub, limits: Limits) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(Bulk { hub, limits })
}

fn routes() -> OpenApiRouter<Bulk> {
    OpenApiRouter::new()
        .routes(routes!(job::list, job::create))
        .routes(routes!(job::show, job::cancel))
        .routes(routes!(result::fetch))
        .routes(routes!(answer::show))
}
