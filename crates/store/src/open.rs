//! Opening a store: where it lies, who may hold it, its schema, its master key.

use crate::backend::{Backend, postgres::Postgres, sqlite::Sqlite};
use crate::{Clock, Error, Inner, SCHEMA, Store, Vault, backend, clock, migration, partition};
use model::id::Identity;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where a store lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A data folder with an embedded database.
    Folder(PathBuf),
    /// `postgres://…`
    Postgres(String),
}

/// Who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Migrates, and holds a data folder for itself.
    Server,
    /// Works beside a server; refuses another schema.
    Command,
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Open {
    pub location: Location,
    pub role: Role,
    /// Where the master key lies. None: beside the data folder; PostgreSQL must be told.
    pub secret_file: Option<PathBuf>,
    /// PEM file of the authorities that vouch for a PostgreSQL server. None: the public ones.
    pub database_ca: Option<PathBuf>,
}

/// A store, and what must live as long as a server uses it.
pub struct Opened {
    pub store: Store,
    /// The exclusive lock of a data folder.
    _lock: Option<File>,
}

impl Location {
    /// The database file of a data folder.
    pub fn file(folder: &Path) -> PathBuf {
        folder.join("demarc.db")
    }

    /// For people: without a password.
    pub fn shown(&self) -> String {
        match self {
            Location::Folder(path) => path.display().to_string(),
            Location::Postgres(url) => match (url.split_once("://"), url.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
                _ => "postgres://…".into(),
            },
        }
    }
}

impl Open {
    pub fn open(self) -> Result<Opened, Error> {
        let key_path = self.key_path()?;
        let lock = match &self.location {
            Location::Folder(folder) => self.prepare_folder(folder)?,
            Location::Postgres(_) => None,
        };
        let facts = match &self.location {
            Location::Folder(folder) => initialise_sqlite(folder, self.role)?,
            Location::Postgres(url) => initialise_postgres(&self.server(url)?, self.role)?,
        };
        let vault = Vault::new(master_key(&key_path, facts.fingerprint.is_none())?);
        check_fingerprint(&vault, facts.fingerprint.as_deref())?;
        let backend = match &self.location {
            Location::Folder(folder) => Backend::Sqlite(Sqlite::start(&Location::file(folder))?),
            Location::Postgres(url) => Backend::Postgres(Postgres::start(&self.server(url)?)?),
        };
        let clock = Clock::default();
        clock.set_offset(facts.clock_offset);
        let fresh = facts.fingerprint.is_none();
        let store = Store { inner: Arc::new(Inner { backend, vault, clock, location: self.location }) };
        if fresh {
            remember_key(&store)?;
        }
        Ok(Opened { store, _lock: lock })
    }

    /// Whether there is a store already. Makes nothing.
    pub fn finds_store(&self) -> Result<bool, Error> {
        match &self.location {
            Location::Folder(folder) => Ok(Location::file(folder).exists()),
            Location::Postgres(url) => knows_setting(&mut self.server(url)?.connect()?),
        }
    }

    fn server(&self, url: &str) -> Result<backend::postgres::Server, Error> {
        backend::postgres::Server::read(url, self.database_ca.as_deref())
    }

    fn key_path(&self) -> Result<PathBuf, Error> {
        match (&self.secret_file, &self.location) {
            (Some(path), _) => Ok(path.clone()),
            (None, Location::Folder(folder)) => {
                let mut name = std::path::absolute(folder).map_err(Error::unavailable)?.into_os_string();
                name.push(".key");
                Ok(name.into())
            }
            (None, Location::Postgres(_)) => Err(Error::Unfit(
                "with --database the master key's file must be named: set DEMARC_SECRET_FILE (an absent file is made on a new database)".into(),
            )),
        }
    }

    fn prepare_folder(&self, folder: &Path) -> Result<Option<File>, Error> {
        let unusable = |e: std::io::Error| {
            Error::Unfit(format!("the data folder {} cannot be used: {e}", folder.display()))
        };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
        refuse_foreign_log(folder)?;
        if self.role == Role::Command {
            return Ok(None);
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("server.lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::Unfit(format!(
                "the data folder {} is in use by another demarc server: stop that one, or give this one a folder of its own with --data",
                folder.display()
            ))),
            Err(std::fs::TryLockError::Error(e)) => Err(unusable(e)),
        }
    }
}

/// A backup is one file without a log of its own; a log that lies beside it is another database's, and would
/// be read into it.
fn refuse_foreign_log(folder: &Path) -> Result<(), Error> {
    let file = Location::file(folder);
    let mut head = [0u8; 20];
    let read = File::open(&file).and_then(|mut file| file.read_exact(&mut head));
    // The format version of a database that is written without a log.
    let alone = read.is_ok() && head[18] == 1;
    let log = folder.join("demarc.db-wal");
    if alone && std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(Error::Unfit(format!(
            "{} is a backup and {} belongs to another database: remove {0}-wal and {0}-shm, or put the backup in an empty folder",
            file.display(),
            log.display()
        )));
    }
    Ok(())
}

/// What is read from a store before its threads start.
struct Facts {
    /// None: the store is new.
    fingerprint: Option<String>,
    clock_offset: i64,
}

const SETTING: &str = "SELECT value FROM setting WHERE name = ";
const ROOT_NAME: &str = "operator";

fn initialise_sqlite(folder: &Path, role: Role) -> Result<Facts, Error> {
    let mut connection = backend::sqlite::connect(&Location::file(folder))?;
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let known: i64 =
        tx.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'setting'", [], |r| r.get(0))?;
    let setting = |name: &str| -> Result<Option<String>, Error> {
        use rusqlite::OptionalExtension;
        Ok(tx.query_row(&format!("{SETTING}?1"), [name], |r| r.get(0)).optional()?)
    };
    let version = if known == 0 { None } else { version(setting("schema")?)? };
    migration::judge(version, role == Role::Server)?;
    for step in migration::steps(crate::Engine::Sqlite, version.unwrap_or(0)) {
        tx.execute_batch(&step)?;
    }
    if version.is_none() {
        let (id, at) = root()?;
        let (id, at) = (id.bytes().as_slice(), at.micros());
        tx.execute("INSERT INTO organization (id, name, kind, version, created_at) VALUES (?1, ?2, 'operator', 1, ?3)", rusqlite::params![id, ROOT_NAME, at])?;
        tx.execute("INSERT INTO organization_tree VALUES (?1, ?1)", [id])?;
    }
    tx.execute(
        "INSERT INTO setting VALUES ('schema', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [SCHEMA.to_string()],
    )?;
    let facts =
        Facts { fingerprint: setting("secret.fingerprint")?, clock_offset: offset(setting("clock.offset")?) };
    tx.commit()?;
    Ok(facts)
}

fn knows_setting(client: &mut impl postgres::GenericClient) -> Result<bool, Error> {
    const KNOWN: &str = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('setting')";
    let known: i64 = client.query_one(KNOWN, &[])?.get(0);
    Ok(known > 0)
}

fn initialise_postgres(server: &backend::postgres::Server, role: Role) -> Result<Facts, Error> {
    let mut client = server.connect()?;
    let mut tx = client.transaction()?;
    // One node migrates, the others wait for it, however long it takes; but no lock of a table is waited
    // for longer than by anybody else, because all others would queue up behind it.
    tx.batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7301982465100113);
         SET LOCAL lock_timeout = '10s'",
    )?;
    let known = knows_setting(&mut tx)?;
    let setting = |tx: &mut postgres::Transaction<'_>, name: &str| -> Result<Option<String>, Error> {
        Ok(tx.query_opt(&format!("{SETTING}$1"), &[&name])?.map(|r| r.get(0)))
    };
    let version = if known { version(setting(&mut tx, "schema")?)? } else { None };
    migration::judge(version, role == Role::Server)?;
    for step in migration::steps(crate::Engine::Postgres, version.unwrap_or(0)) {
        tx.batch_execute(&step)?;
    }
    if version.is_none() {
        let (id, at) = root()?;
        let (id, at) = (id.bytes().as_slice(), at.micros());
        tx.execute("INSERT INTO organization (id, name, kind, version, created_at) VALUES ($1, $2, 'operator', 1, $3)", &[&id, &ROOT_NAME, &at])?;
        tx.execute("INSERT INTO organization_tree VALUES ($1, $1)", &[&id])?;
    }
    tx.execute(
        "INSERT INTO setting VALUES ('schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[&SCHEMA.to_string()],
    )?;
    let fingerprint = setting(&mut tx, "secret.fingerprint")?;
    let facts = Facts { fingerprint, clock_offset: offset(setting(&mut tx, "clock.offset")?) };
    let business = clock::wall().plus(Duration::from_micros(u64::try_from(facts.clock_offset).unwrap_or(0)));
    partition::make(&mut tx, &[clock::wall(), business])?;
    tx.commit()?;
    Ok(facts)
}

fn root() -> Result<(model::id::OrganizationId, model::time::Timestamp), Error> {
    let at = clock::wall();
    Ok((model::id::OrganizationId::new(at, crate::random()?), at))
}

fn version(stored: Option<String>) -> Result<Option<i64>, Error> {
    let text = stored.unwrap_or_default();
    text.parse().map(Some).map_err(|_| Error::Corrupt(format!("the schema version reads `{text}`")))
}

fn offset(stored: Option<String>) -> i64 {
    stored.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads the master key; makes one only where nothing can have been sealed yet.
fn master_key(path: &Path, may_make: bool) -> Result<[u8; 32], Error> {
    match File::open(path) {
        Ok(mut file) => {
            let mut text = String::new();
            file.read_to_string(&mut text)
                .map_err(|e| Error::Unfit(format!("the master key {}: {e}", path.display())))?;
            read_hex(text.trim()).ok_or_else(|| {
                Error::Unfit(format!("the master key {} is not 64 hexadecimal digits", path.display()))
            })
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && may_make => make_key(path),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Error::Unfit(format!(
            "the master key {} is missing and the store holds data sealed with it: bring it back, or name it with DEMARC_SECRET_FILE",
            path.display()
        ))),
        Err(e) => Err(Error::Unfit(format!("the master key {}: {e}", path.display()))),
    }
}

fn make_key(path: &Path) -> Result<[u8; 32], Error> {
    let key: [u8; 32] = crate::random()?;
    let text: String = key.iter().map(|b| format!("{b:02x}")).collect();
    let unusable =
        |e: std::io::Error| Error::Unfit(format!("the master key {} cannot be written: {e}", path.display()));
    // Written whole under another name, then linked: nobody ever reads half a key.
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{:016x}", u64::from_le_bytes(crate::random()?)));
    let draft = PathBuf::from(draft);
    let written =
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft).and_then(|mut file| {
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()
        });
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    let _ = std::fs::remove_file(&draft);
    match linked {
        // Another process made one in the same moment.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return master_key(path, false),
        other => other.map_err(unusable)?,
    }
    // What is sealed from now on is lost without it: its name must survive a power cut too.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable)?;
    Ok(key)
}

fn read_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    (digits.len() == 64).then_some(bytes)?.try_into().ok()
}

fn check_fingerprint(vault: &Vault, stored: Option<&str>) -> Result<(), Error> {
    match stored {
        Some(stored) if stored != vault.fingerprint() => Err(Error::Unfit(format!(
            "the master key (fingerprint {}) is not the one of this store ({stored}): name the right one with DEMARC_SECRET_FILE",
            vault.fingerprint()
        ))),
        _ => Ok(()),
    }
}

/// Writes the fingerprint of a new store's key; the first of two that start together wins.
fn remember_key(store: &Store) -> Result<(), Error> {
    let connection_error = |e: std::io::Error| Error::unavailable(e);
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(connection_error)?;
    let (own, shared) = (store.vault().fingerprint().to_owned(), store.clone());
    let work =
        async move { shared.write(move |tx| crate::setting::claim(tx, "secret.fingerprint", &own)).await };
    // Not inside a runtime of the caller's: a thread of its own has none.
    let stored = std::thread::scope(|s| s.spawn(|| runtime.block_on(work)).join())
        .map_err(|_| Error::unavailable("panic"))??;
    check_fingerprint(store.vault(), Some(&stored))
}
