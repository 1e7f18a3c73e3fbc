//! Persistence on SQLite and PostgreSQL: migrations, all SQL, and transactions as functions that
//! the store runs to their end. Rules are not here; they are in `model` and applied by the hub.

mod backend;
pub mod backup;
mod clock;
mod difference;
mod error;
mod migration;
mod open;
mod random;
pub mod sql;
mod tx;
mod vault;

pub mod access;
pub mod account;
pub mod action;
pub mod alias;
pub mod answers;
pub mod api_key;
pub mod area;
pub mod attempt;
pub mod audit;
pub mod brand;
pub mod bulk;
pub mod carrier;
pub mod change;
pub mod customer;
pub mod customer_product;
pub mod document;
pub mod event;
pub mod exchange;
pub mod health;
pub mod held;
pub mod idempotency;
pub mod import;
pub mod mail;
pub mod member;
pub mod number;
pub mod order;
pub mod organization;
pub mod pack;
pub mod partition;
pub mod premise;
pub mod price_rule;
pub mod product;
pub mod prompt;
pub mod qualification;
pub mod quote_request;
pub mod rate;
pub mod reseller_product;
pub mod retained;
pub mod retention;
pub mod service;
pub mod service_account;
pub mod service_change;
pub mod session;
pub mod setting;
pub mod slot;
pub mod snapshot;
pub mod task;
#[cfg(feature = "testing")]
pub mod testing;
pub mod work_order;

pub use backup::backup;
pub use clock::{Clock, machine, wall};
pub use error::Error;
pub use migration::SCHEMA;
pub use open::{Location, Open, Opened, Role};
pub use random::random;
pub use tx::{Engine, Tx};
pub use vault::Vault;

use backend::Backend;
use std::sync::Arc;

/// A store that is open. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    vault: Vault,
    clock: Clock,
    location: Location,
}

impl Store {
    /// Runs `work` in a transaction and commits it; an error or a panic rolls it back. A caller that
    /// stops waiting cancels nothing. `work` may be run again.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.backend.write(self, work, false).await
    }

    /// The same for the engine: waits for room where a caller would be told that too much is waiting.
    pub async fn write_patiently<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.backend.write(self, work, true).await
    }

    /// The same for reading. All statements see the same moment.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.backend.read(self, work).await
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    pub fn engine(&self) -> Engine {
        self.inner.backend.engine()
    }

    /// A new identity of this moment.
    pub fn identity<I: model::id::Identity>(&self) -> Result<I, Error> {
        Ok(I::from_bytes(model::id::v7(self.clock().now(), random()?)))
    }
}

/// Every statement of the program, for the test that prepares them on both engines.
pub fn statements() -> impl Iterator<Item = (Option<Engine>, sql::Sql)> {
    let both = [
        access::STATEMENTS,
        account::STATEMENTS,
        action::STATEMENTS,
        alias::STATEMENTS,
        api_key::STATEMENTS,
        area::STATEMENTS,
        attempt::STATEMENTS,
        audit::STATEMENTS,
        brand::STATEMENTS,
        bulk::STATEMENTS,
        carrier::STATEMENTS,
        change::STATEMENTS,
        customer::STATEMENTS,
        customer_product::STATEMENTS,
        document::STATEMENTS,
        event::STATEMENTS,
        exchange::STATEMENTS,
        health::STATEMENTS,
        held::STATEMENTS,
        idempotency::STATEMENTS,
        import::STATEMENTS,
        mail::STATEMENTS,
        member::STATEMENTS,
        number::STATEMENTS,
        order::STATEMENTS,
        organization::STATEMENTS,
        premise::STATEMENTS,
        price_rule::STATEMENTS,
        product::STATEMENTS,
        prompt::STATEMENTS,
        qualification::STATEMENTS,
        quote_request::STATEMENTS,
        rate::STATEMENTS,
        retained::STATEMENTS,
        retention::STATEMENTS,
        reseller_product::STATEMENTS,
        service::STATEMENTS,
        service_account::STATEMENTS,
        service_change::STATEMENTS,
        session::STATEMENTS,
        setting::STATEMENTS,
        slot::STATEMENTS,
        snapshot::STATEMENTS,
        task::STATEMENTS,
        work_order::STATEMENTS,
    ];
    let both = both.into_iter().flatten().map(|sql| (None, *sql));
    let sqlite = difference::sqlite::STATEMENTS.iter().map(|sql| (Some(Engine::Sqlite), *sql));
    let postgres = difference::postgres::STATEMENTS.iter().map(|sql| (Some(Engine::Postgres), *sql));
    both.chain(sqlite).chain(postgres)
}
