//! The TelecomX dialect: requests for internet access, the offers that answer them and the accounts that become of
//! them, with sign-in, address lookup and products. Its routes, and the OpenAPI document that is made from them. What
//! its words mean to the hub is in `read` and `map`, the words themselves in `wire`.

mod account;
mod address;
mod answer;
mod auth;
mod caller;
mod document;
mod employee;
mod map;
mod names;
mod openapi;
mod product;
mod query;
mod read;
mod refusal;
mod request;
mod shown;

pub use names::{DIALECT, kind, offer_number, offer_object};
pub use openapi::openapi;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use hub::Hub;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the program mounts it.
pub const MOUNT: &str = "/telecomx";

/// How it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// In which country addresses are looked up: ISO 3166-1 alpha-2.
    pub country: String,
    /// Cookies are sent over TLS only.
    pub secure: bool,
}

/// What the handlers share.
#[derive(Clone)]
pub struct TelecomX {
    hub: Hub,
    settings: Arc<Settings>,
}

impl FromRef<TelecomX> for Hub {
    fn from_ref(telecomx: &TelecomX) -> Hub {
        telecomx.hub.clone()
    }
}

/// The routes, relative to [`MOUNT`]; a listener of its own has them at its root.
pub fn router(hub: Hub, settings: Settings) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_method)
        // What a body may have is said where it is read.
        .layer(DefaultBodyLimit::disable())
        .with_state(TelecomX { hub, settings: Arc::new(settings) })
}

fn routes() -> OpenApiRouter<TelecomX> {
    OpenApiRouter::new()
        .routes(routes!(auth::login, auth::login_by_query))
        .routes(routes!(auth::logout, auth::logout_by_query))
        .routes(routes!(auth::validate))
        .routes(routes!(employee::list))
        .routes(routes!(employee::show))
        .routes(routes!(employee::make_token))
        .routes(routes!(employee::revoke_token))
        .routes(routes!(employee::clear_tokens))
        .routes(routes!(address::lookup))
        .routes(routes!(product::list))
        .routes(routes!(product::show))
        .routes(routes!(request::list, request::create))
        .routes(routes!(request::show, request::answer, request::delete))
        .routes(routes!(account::list, account::order))
        .routes(routes!(account::show, account::cancel))
        .routes(routes!(account::confirm))
        .routes(routes!(account::activate))
        .routes(routes!(account::request_change))
        .routes(routes!(account::confirm_change))
        .routes(routes!(account::withdraw_change))
        .routes(routes!(document::attach))
        .routes(routes!(document::download, document::delete))
}
