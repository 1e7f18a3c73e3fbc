//! The Compare Tech dialect: its routes, and the OpenAPI document that is made from them. What its words mean to
//! the hub is in `map`, the words themselves in `wire`.

mod answer;
mod caller;
mod coverage;
mod document;
mod driver;
mod map;
mod openapi;
mod otp;
mod refusal;
mod status;
mod subscription;
mod trader;

pub use openapi::openapi;

use axum::Router;
use hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it.
pub const MOUNT: &str = "/comparetech/api/v1";

/// Where the original has it, and a listener of its own.
const ORIGINAL: &str = "/api/v1";

/// The dialect's word in the hub: an action is seen only by the dialect that it came in by.
const DIALECT: &str = "comparetech";

/// The routes, relative to the mount. Every answer is JSON, also to a path or a method that there is not.
pub fn router(hub: Hub) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(hub)
}

/// All that a listener of its own answers: the routes under their original paths, and a word for every other path.
pub fn alone(hub: Hub) -> Router {
    Router::new().nest(ORIGINAL, router(hub)).fallback(refusal::no_such_path)
}

fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(coverage::check))
        .routes(routes!(subscription::place))
        .routes(routes!(status::show))
        .routes(routes!(otp::send))
        .routes(routes!(otp::send_by_id))
        .routes(routes!(otp::reset))
        .routes(routes!(otp::reset_by_id))
        .routes(routes!(document::list))
        .routes(routes!(trader::list))
}
