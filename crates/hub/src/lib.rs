//! The use cases: check the principal, apply the rules of `model`, write in one transaction, enqueue
//! actions. No HTTP, no wire types, no SQL.

pub mod access;
pub mod accesses;
pub mod account;
pub mod action;
pub mod bulk;
pub mod carrier;
pub mod catalogue;
pub mod clock;
pub mod customer;
mod error;
pub mod fulfil;
pub mod idempotency;
pub mod import;
pub mod key;
pub mod mail;
pub mod names;
pub mod order;
pub mod organization;
pub mod own;
mod page;
mod password;
pub mod place;
pub mod prompt;
pub mod qualify;
pub mod quote;
pub mod retain;
pub mod retention;
pub mod service_account;
pub mod session;
pub mod task;
pub mod user;
pub mod watch;

pub use access::Principal;
pub use error::Error;
pub use page::{Page, Window};
pub use place::Places;

use engine::Engine;
use std::sync::Arc;
use store::Store;

/// The hub. Clones share it.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    engine: Engine,
    access: access::Cache,
    names: names::Cache,
    places: Places,
    bulk: bulk::Bench,
    /// Rings when mails were queued.
    bell: Arc<tokio::sync::Notify>,
    passwords: password::Desk,
}

impl Hub {
    /// `places`: the same that the engine's `Fulfilment` looks into.
    pub fn new(store: Store, engine: Engine, places: Places) -> Self {
        let (access, names, bulk, bell, passwords) = Default::default();
        let inner = Inner { store, engine, access, names, places, bulk, bell, passwords };
        Self { inner: Arc::new(inner) }
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Where premises are.
    pub fn places(&self) -> &Places {
        &self.inner.places
    }

    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }
}
