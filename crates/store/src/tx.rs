//! A transaction as a closure sees it: statements in, rows out. Begin and commit are the backends'.

use crate::sql::{Arg, Row, Sql};
use crate::{Error, Store};
use model::time::Timestamp;
use std::collections::HashMap;

/// Handed to the closure of [`Store::write`] and [`Store::read`]. The closure may be run again, so
/// it does nothing but read and write through this.
pub struct Tx<'c> {
    driver: Driver<'c>,
    store: &'c Store,
    now: Timestamp,
    /// A statement failed: nothing of this transaction can be kept.
    pub(crate) failed: bool,
    /// The failure asks for the whole transaction to be run again.
    pub(crate) retry: bool,
    /// The failure took the connection with it.
    pub(crate) lost: bool,
    /// There was no room on the disk.
    pub(crate) full: bool,
}

pub(crate) enum Driver<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut PostgresConnection),
}

/// A connection with its prepared statements, kept by the address and length of their text.
pub(crate) struct PostgresConnection {
    pub client: postgres::Client,
    pub prepared: HashMap<(usize, usize), postgres::Statement>,
}

/// Which engine runs a transaction, for the few statements that are spelled twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How a statement for [`Tx::insert`] ends.
const RETURNING: &str = " RETURNING number";

impl<'c> Tx<'c> {
    pub(crate) fn new(driver: Driver<'c>, store: &'c Store) -> Self {
        Self {
            driver,
            now: store.clock().now(),
            store,
            failed: false,
            retry: false,
            lost: false,
            full: false,
        }
    }

    /// Business time, the same throughout the transaction.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes one step of a moved clock happen at the moment it belongs to.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The store's machine time: microseconds by the one clock that all nodes compare leases with.
    pub fn machine_time(&mut self) -> Result<i64, Error> {
        let sql = crate::difference::machine_time(self.engine());
        self.one(sql, &[], |row| row.get("now"))
    }

    /// A new identity of this moment.
    pub fn identity<I: model::id::Identity>(&self) -> Result<I, Error> {
        Ok(I::from_bytes(model::id::v7(self.now, crate::random()?)))
    }

    pub fn vault(&self) -> &'c crate::Vault {
        self.store.vault()
    }

    pub fn engine(&self) -> Engine {
        match self.driver {
            Driver::Sqlite(_) => Engine::Sqlite,
            Driver::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub fn run(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64, Error> {
        let result = match &mut self.driver {
            Driver::Sqlite(connection) => sqlite_run(connection, sql, args),
            Driver::Postgres(connection) => connection.run(sql, args),
        };
        self.watch(sql, result)
    }

    /// Every row of the answer.
    pub fn all<T>(
        &mut self,
        sql: Sql,
        args: &[Arg<'_>],
        mut read: impl FnMut(Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let result = match &mut self.driver {
            Driver::Sqlite(connection) => sqlite_all(connection, sql, args, &mut read),
            Driver::Postgres(connection) => connection.all(sql, args, &mut read),
        };
        self.watch(sql, result)
    }

    /// The first row of the answer, if there is one.
    pub fn first<T>(
        &mut self,
        sql: Sql,
        args: &[Arg<'_>],
        read: impl FnMut(Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.all(sql, args, read)?.into_iter().next())
    }

    /// The one row that a statement must answer.
    pub fn one<T>(
        &mut self,
        sql: Sql,
        args: &[Arg<'_>],
        read: impl FnMut(Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.first(sql, args, read)?.ok_or_else(|| Error::Internal(format!("{}: no row", sql.name)))
    }

    /// The number of the row that an INSERT … RETURNING number made.
    pub fn insert(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<i64, Error> {
        self.insert_new(sql, args)?.ok_or_else(|| Error::Internal(format!("{}: no row", sql.name)))
    }

    /// The same with ON CONFLICT DO NOTHING; None: another row stands in its way.
    pub fn insert_new(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<i64>, Error> {
        let Driver::Sqlite(connection) = &self.driver else {
            return self.first(sql, args, |row| row.get("number"));
        };
        let connection = *connection;
        // SQLite would make a table for the one row of the answer, and knows the number anyway.
        let plain = sql
            .sqlite
            .strip_suffix(RETURNING)
            .ok_or_else(|| Error::Internal(format!("{}: does not end in{RETURNING}", sql.name)))?;
        let made = self.run(Sql { sqlite: plain, ..sql }, args)?;
        Ok((made > 0).then(|| connection.last_insert_rowid()))
    }

    /// Prepares a statement without running it, for the test that looks at all of them.
    pub fn prepare(&mut self, sql: Sql) -> Result<(), Error> {
        match &mut self.driver {
            Driver::Sqlite(connection) => Ok(connection.prepare(sql.sqlite).map(|_| ())?),
            Driver::Postgres(connection) => Ok(connection.client.prepare(sql.postgres).map(|_| ())?),
        }
    }

    /// The client of PostgreSQL, for what is no statement (COPY); None on SQLite.
    pub(crate) fn postgres<T>(
        &mut self,
        work: impl FnOnce(&mut postgres::Client) -> Result<T, postgres::Error>,
    ) -> Option<Result<T, Error>> {
        let Driver::Postgres(connection) = &mut self.driver else { return None };
        let result = work(&mut connection.client).map_err(Failure::from);
        Some(result.map_err(|failure| self.note(failure)))
    }

    fn watch<T>(&mut self, sql: Sql, result: Result<T, Failure>) -> Result<T, Error> {
        result.map_err(|failure| match self.note(failure) {
            Error::Internal(reason) => Error::Internal(format!("{}: {reason}", sql.name)),
            error => error,
        })
    }

    fn note(&mut self, failure: Failure) -> Error {
        self.failed |= failure.statement;
        self.retry |= failure.retry;
        self.lost |= failure.lost;
        self.full |= matches!(failure.error, Error::Full);
        failure.error
    }
}

struct Failure {
    error: Error,
    /// The statement failed, not the reading of its rows.
    statement: bool,
    retry: bool,
    lost: bool,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self { error: error.into(), statement: true, retry: false, lost: false }
    }
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        let code = error.code().map(|c| c.code());
        // 0A000: a statement was prepared before a migration changed what it answers.
        let retry = code.is_some_and(|c| matches!(c, "40001" | "40P01" | "0A000"));
        // Shut down, timed out in a transaction, read-only since another server took over, or no word at all.
        let lost = code
            .is_none_or(|c| c.starts_with("08") || c.starts_with("57P") || matches!(c, "25P03" | "25006"));
        Self { error: error.into(), statement: true, retry, lost }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, statement: false, retry: false, lost: false }
    }
}

fn sqlite_run(connection: &rusqlite::Connection, sql: Sql, args: &[Arg<'_>]) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached(sql.sqlite)?;
    Ok(statement.execute(rusqlite::params_from_iter(args)).map(|n| n as u64)?)
}

fn sqlite_all<T>(
    connection: &rusqlite::Connection,
    sql: Sql,
    args: &[Arg<'_>],
    read: &mut impl FnMut(Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare_cached(sql.sqlite)?;
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(Row::Sqlite(row))?);
    }
    Ok(out)
}

impl PostgresConnection {
    fn statement(&mut self, sql: Sql) -> Result<postgres::Statement, postgres::Error> {
        let address = (sql.postgres.as_ptr() as usize, sql.postgres.len());
        if let Some(statement) = self.prepared.get(&address) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql.postgres)?;
        self.prepared.insert(address, statement.clone());
        Ok(statement)
    }

    /// What was prepared for another schema is prepared anew when the transaction is run again.
    fn still_prepared<T>(&mut self, result: Result<T, postgres::Error>) -> Result<T, postgres::Error> {
        if let Err(error) = &result
            && error.code().is_some_and(|c| c.code() == "0A000")
        {
            self.prepared.clear();
        }
        result
    }

    fn run(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64, Failure> {
        let statement = self.statement(sql)?;
        let result = with_parameters(args, |parameters| self.client.execute(&statement, parameters));
        Ok(self.still_prepared(result)?)
    }

    fn all<T>(
        &mut self,
        sql: Sql,
        args: &[Arg<'_>],
        read: &mut impl FnMut(Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Failure> {
        let statement = self.statement(sql)?;
        let result = with_parameters(args, |parameters| self.client.query(&statement, parameters));
        let rows = self.still_prepared(result)?;
        rows.iter().map(|row| read(Row::Postgres(row)).map_err(Failure::from)).collect()
    }
}

fn with_parameters<R>(args: &[Arg<'_>], run: impl FnOnce(&[&(dyn postgres::types::ToSql + Sync)]) -> R) -> R {
    let parameters: Vec<&(dyn postgres::types::ToSql + Sync)> = args.iter().map(|a| a as _).collect();
    run(&parameters)
}
