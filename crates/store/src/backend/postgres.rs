//! PostgreSQL: store threads, each with a connection of its own.

use super::sqlite::spawn;
use super::{Queue, Ticket};
use crate::Error;
use crate::tx::{Driver, PostgresConnection, Tx};
use crossbeam_channel::{Receiver, bounded};
use postgres::config::SslMode;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

const WRITERS: usize = 12;
const READERS: usize = 8;
const QUEUE: usize = 16_384;
/// Serialisation failures and dead locks are tried again this often.
const TRIES: u32 = 8;
/// Limits of a session: a node that hangs must not hold up the others.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '30s'; SET lock_timeout = '10s';
    SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET timezone = 'UTC'";

/// What readers may not do even by mistake: on SQLite their connections refuse it too.
const READ_ONLY: &str = "SET default_transaction_read_only = on";

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub struct Postgres {
    pub writers: Queue,
    pub readers: Queue,
}

/// Store threads that do the same kind of work.
#[derive(Clone, Copy)]
struct Crew {
    name: &'static str,
    threads: usize,
    /// What a connection is told besides what every one is told.
    session: &'static str,
    run: fn(&mut PostgresConnection, &mut Ticket) -> End,
}

/// What became of a job on a connection.
enum End {
    /// The connection can be used again.
    Kept(Result<(), Error>),
    /// The connection cannot be used again.
    Lost(Result<(), Error>),
    /// Nor was anything done on it, so the job can be run on another one.
    Unused(Result<(), Error>),
}

impl Postgres {
    pub fn start(server: &Server) -> Result<Self, Error> {
        let writers = Crew { name: "store-writer", threads: WRITERS, session: "", run: write_one };
        let readers = Crew { name: "store-reader", threads: READERS, session: READ_ONLY, run: read_one };
        Ok(Self { writers: writers.start(server)?, readers: readers.start(server)? })
    }
}

impl Crew {
    fn start(self, server: &Server) -> Result<Queue, Error> {
        let (queue, jobs) = bounded(QUEUE);
        for _ in 0..self.threads {
            let (server, jobs) = (server.clone(), jobs.clone());
            spawn(self.name, move || self.work(&server, &jobs))?;
        }
        Ok(queue)
    }

    fn work(self, server: &Server, jobs: &Receiver<Ticket>) {
        let mut idle = None;
        for mut ticket in jobs {
            let mut end = match idle.take() {
                Some(connection) => self.on(connection, &mut ticket, &mut idle),
                None => self.on_new(server, &mut ticket, &mut idle),
            };
            // A connection that broke while it was idle is noticed only when it is used.
            if matches!(end, End::Unused(_)) {
                end = self.on_new(server, &mut ticket, &mut idle);
            }
            let (End::Kept(result) | End::Lost(result) | End::Unused(result)) = end;
            ticket.job.reply(result);
        }
    }

    fn on_new(self, server: &Server, ticket: &mut Ticket, idle: &mut Option<PostgresConnection>) -> End {
        let opened = server.connect().and_then(|mut client| {
            client.batch_execute(self.session)?;
            Ok(PostgresConnection { client, prepared: HashMap::new() })
        });
        match opened {
            Ok(connection) => self.on(connection, ticket, idle),
            Err(error) => End::Lost(Err(error)),
        }
    }

    fn on(
        self,
        mut connection: PostgresConnection,
        ticket: &mut Ticket,
        idle: &mut Option<PostgresConnection>,
    ) -> End {
        let end = (self.run)(&mut connection, ticket);
        if matches!(end, End::Kept(_)) {
            *idle = Some(connection);
        }
        end
    }
}

/// How a server is reached.
#[derive(Clone)]
pub struct Server {
    config: postgres::Config,
    tls: tokio_postgres_rustls::MakeRustlsConnect,
}

impl Server {
    /// `ca`: PEM file of the authorities that vouch for it; None: the public ones.
    pub fn read(url: &str, ca: Option<&Path>) -> Result<Self, Error> {
        let mut config =
            postgres::Config::from_str(url).map_err(|e| Error::Unfit(format!("the database's URL: {e}")))?;
        config.application_name("demarc").connect_timeout(Duration::from_secs(5));
        config.tcp_user_timeout(Duration::from_secs(10)).keepalives_idle(Duration::from_secs(30));
        Ok(Self { config, tls: tls(ca)? })
    }

    /// Opens one connection with the settings that every one of ours has.
    pub fn connect(&self) -> Result<postgres::Client, Error> {
        let mut client = match self.config.get_ssl_mode() {
            SslMode::Disable => self.config.connect(postgres::NoTls)?,
            _ => self.config.connect(self.tls.clone())?,
        };
        client.batch_execute(SESSION)?;
        Ok(client)
    }
}

fn tls(ca: Option<&Path>) -> Result<tokio_postgres_rustls::MakeRustlsConnect, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    match ca {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let unreadable = |e: &dyn std::fmt::Display| {
                Error::Unfit(format!("the database's authorities {}: {e}", file.display()))
            };
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| unreadable(&e))? {
                let certificate = certificate.map_err(|e| unreadable(&e))?;
                roots.add(certificate).map_err(|e| unreadable(&e))?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"there is no certificate in it"));
            }
        }
    }
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::Unfit(format!("TLS: {e}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

/// In one snapshot: what several statements read belongs together.
fn read_one(connection: &mut PostgresConnection, ticket: &mut Ticket) -> End {
    let store = ticket.store.clone();
    for _ in 0..2 {
        if let Err(error) = connection.client.batch_execute(SNAPSHOT) {
            return End::Unused(Err(error.into()));
        }
        let mut tx = Tx::new(Driver::Postgres(connection), &store);
        let done = ticket.job.run(&mut tx);
        let (retry, lost) = (tx.retry, tx.lost);
        if lost || connection.client.batch_execute("COMMIT").is_err() {
            return End::Unused(Ok(()));
        }
        if done || !retry {
            break;
        }
    }
    End::Kept(Ok(()))
}

fn write_one(connection: &mut PostgresConnection, ticket: &mut Ticket) -> End {
    for attempt in 0..TRIES {
        if let Err(error) = connection.client.batch_execute("BEGIN") {
            return End::Unused(Err(error.into()));
        }
        let store = ticket.store.clone();
        let mut tx = Tx::new(Driver::Postgres(connection), &store);
        let keep = ticket.job.run(&mut tx);
        let (retry, lost) = (tx.retry, tx.lost);
        if keep {
            // An error of COMMIT leaves the outcome open; the caller is told "unavailable" and
            // reads again by the identity that it chose.
            return match connection.client.batch_execute("COMMIT") {
                Ok(()) => End::Kept(Ok(())),
                Err(error) => End::Lost(Err(Error::unavailable(error))),
            };
        }
        // The closure's own error is what the caller gets.
        if lost || connection.client.batch_execute("ROLLBACK").is_err() {
            return End::Lost(Ok(()));
        }
        if !retry {
            break;
        }
        back_off(attempt, crate::random().unwrap_or([0u8; 1])[0]);
    }
    End::Kept(Ok(()))
}

#[allow(clippy::disallowed_methods, reason = "a store thread of its own: nothing else waits here")]
fn back_off(attempt: u32, jitter: u8) {
    let millis = u64::from(attempt + 1) * (1 + u64::from(jitter) / 32);
    std::thread::sleep(Duration::from_millis(millis));
}
