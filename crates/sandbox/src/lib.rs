//! A carrier to try things on: an HTTP server with its own database file, a durable ledger of bookings, a hosted
//! card page and behaviour that is scripted by what a user types (`docs/sandbox.md`). Nothing of the hub is here:
//! no table of its, no crate of its but `wire`.

mod answer;
mod caller;
mod card;
mod change;
mod clock;
mod coverage;
mod database;
mod ledger;
mod order;
mod order_route;
mod script;
mod session;
mod token;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::sync::watch;

use crate::database::Database;
use crate::session::Sessions;

/// The longest body that is read, in bytes; a longer one is answered 413.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Why a sandbox could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened, made or written.
    #[error("the sandbox's database {}: {source}", path.display())]
    Database { path: PathBuf, source: rusqlite::Error },
    /// Another version of the program wrote the file.
    #[error(
        "the sandbox's database {} has schema version {found}, this program knows {known}: \
         use the program that wrote it, or give another file", path.display()
    )]
    Version { path: PathBuf, found: i64, known: i64 },
    /// The operating system gave no thread.
    #[error("the sandbox's writer did not start: {0}")]
    Thread(std::io::Error),
}

/// The sandbox carriers of one database file. Cloning gives another handle on the same ones.
#[derive(Debug, Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

/// What every request may use.
#[derive(Debug)]
pub(crate) struct Shared {
    database: Database,
    sessions: Sessions,
    /// Without a slash at its end.
    public_url: String,
    stopping: watch::Sender<bool>,
}

impl Sandbox {
    /// Opens or makes the database file; several processes may have the same one open.
    ///
    /// `public_url` is where a browser finds the mount, e.g. `http://127.0.0.1:8080/sandbox`; the urls of card
    /// pages are built from it. It may be called without a runtime; the thread that it starts ends when the last
    /// handle and router are dropped.
    pub fn open(path: &Path, public_url: String) -> Result<Self, Error> {
        let database = Database::open(path)?;
        let public_url = public_url.trim_end_matches('/').to_owned();
        let (stopping, _) = watch::channel(false);
        Ok(Self {
            shared: Arc::new(Shared { database, sessions: Sessions::default(), public_url, stopping }),
        })
    }

    /// The routes, relative to the mount: `/carriers/…`, `/card/…`, `/ledger`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/carriers/{carrier}/session", post(session::open))
            .route("/carriers/{carrier}/coverage", post(coverage::check))
            .route("/carriers/{carrier}/changes", get(change::list))
            .route("/carriers/{carrier}/orders", post(order_route::place))
            .route("/carriers/{carrier}/orders/by-reference/{reference}", get(order_route::by_reference))
            .route("/carriers/{carrier}/orders/{id}", get(order_route::by_id))
            .route("/carriers/{carrier}/orders/{id}/otp", post(order_route::otp))
            .route("/carriers/{carrier}/orders/{id}/otp/reset", post(order_route::reset_otp))
            .route("/card/style.css", get(card::style))
            .route("/card/{token}", get(card::show).post(card::decide))
            .route("/ledger", get(ledger::show))
            .fallback(answer::not_found)
            .method_not_allowed_fallback(answer::method_not_allowed)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Arc::clone(&self.shared))
    }

    /// Ends every scripted wait at once, now and from now on, so that a graceful stop is not held up by the 60 s of
    /// `TIMEOUT`. Everything else goes on.
    pub fn stop(&self) {
        self.shared.stopping.send_replace(true);
    }
}

impl Shared {
    /// Waits as a script demands, or until [`Sandbox::stop`].
    pub(crate) async fn hold(&self, how_long: Duration) {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            () = tokio::time::sleep(how_long) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}
