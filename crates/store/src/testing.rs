//! Databases for tests: a temporary folder for SQLite; for PostgreSQL a database of its own on the
//! server that `DEMARC_TEST_POSTGRES` names.

use crate::{Location, Open, Role, Store};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A store that is gone when this is dropped.
pub struct TestStore {
    pub store: Store,
    pub location: Location,
    pub folder: tempfile::TempDir,
    _database: Option<Database>,
}

struct Database {
    server: String,
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        // On a thread of its own: the client cannot be used inside a test's runtime.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                if let Ok(mut client) = postgres::Client::connect(&self.server, postgres::NoTls) {
                    let _ =
                        client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
                }
            });
        });
    }
}

/// Where a new store of that engine can be made; for tests that start the program itself.
pub struct Place {
    pub location: Location,
    pub secret_file: PathBuf,
    pub folder: tempfile::TempDir,
    database: Option<Database>,
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|e| fail(&format!("no temporary folder: {e}")));
        let location = Location::Folder(folder.path().join("data"));
        Self { location, secret_file: folder.path().join("secret"), folder, database: None }
    }

    /// An empty database of its own.
    pub fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|e| fail(&format!("no temporary folder: {e}")));
        let server = server();
        let random: [u8; 8] = crate::random().unwrap_or_else(|e| fail(&e.to_string()));
        let name = format!("test_{}", random.iter().map(|b| format!("{b:02x}")).collect::<String>());
        let mut client = postgres::Client::connect(&server, postgres::NoTls)
            .unwrap_or_else(|e| fail(&format!("PostgreSQL at {server}: {e}")));
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap_or_else(|e| fail(&e.to_string()));
        let (base, _) = server.rsplit_once('/').unwrap_or((&server, ""));
        let location = Location::Postgres(format!("{base}/{name}?sslmode=disable"));
        Self {
            location,
            secret_file: folder.path().join("secret"),
            folder,
            database: Some(Database { server: server.clone(), name }),
        }
    }

    pub fn open(self) -> TestStore {
        let open = Open {
            location: self.location.clone(),
            role: Role::Server,
            secret_file: Some(self.secret_file.clone()),
            database_ca: None,
        };
        let opened = open.open().unwrap_or_else(|e| fail(&e.to_string()));
        TestStore {
            store: opened.store,
            location: self.location,
            folder: self.folder,
            _database: self.database,
        }
    }
}

impl Drop for TestStore {
    /// A type with a destructor is captured whole: a closure that uses only `store` would otherwise
    /// leave the database behind, to be dropped under it.
    fn drop(&mut self) {}
}

impl TestStore {
    pub fn sqlite() -> Self {
        Place::sqlite().open()
    }

    pub fn postgres() -> Self {
        Place::postgres().open()
    }
}

#[allow(clippy::disallowed_methods, reason = "what a test is told by the command that runs it")]
fn server() -> String {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            std::env::var("DEMARC_TEST_POSTGRES").unwrap_or_else(|_| {
                fail("DEMARC_TEST_POSTGRES is not set: run ./test, which starts a server, or name one")
            })
        })
        .clone()
}

#[allow(clippy::panic, reason = "a test that has no database fails")]
fn fail(reason: &str) -> ! {
    panic!("{reason}")
}

/// Writes a test once and runs it on both engines: `on_both!(name, |store: TestStore| async move { … });`
#[macro_export]
macro_rules! on_both {
    ($name:ident, $test:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let store =
                    tokio::task::spawn_blocking($crate::testing::TestStore::sqlite).await.expect("a store");
                ($test)(store).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let store =
                    tokio::task::spawn_blocking($crate::testing::TestStore::postgres).await.expect("a store");
                ($test)(store).await;
            }
        }
    };
}
