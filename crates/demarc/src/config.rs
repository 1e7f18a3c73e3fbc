//! Settings: by file, environment and flag, in that order of strength.

use crate::cli::{Command, Place};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use sha2::Digest;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{Location, Open, Role};
use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Data folder of the embedded store; with a database it holds only the sandbox's file.
    pub data: PathBuf,
    /// `postgres://…`
    pub database: Option<String>,
    /// PEM file of the authorities that vouch for the database; None: the public ones.
    pub database_ca: Option<PathBuf>,
    pub listen: SocketAddr,
    /// Where the master key lies.
    pub secret_file: Option<PathBuf>,
    /// Where the index of premises is kept, which is derived from the store; None: in the data folder, or with a
    /// database in the system's folder for temporary files.
    pub atlas: Option<PathBuf>,
    /// Carry actions out on this node.
    pub worker: bool,
    /// None: the sandbox carrier is mounted. True: and business time can be moved. False: neither.
    pub sandbox: Option<bool>,
    /// Where sandbox carriers are reached, when not on this node: `https://host/sandbox`.
    pub sandbox_url: Option<String>,
    /// How people reach this server, for pages that it links to.
    pub public_url: Option<String>,
    pub tls: Option<Tls>,
    /// Networks whose forwarded headers are trusted.
    pub behind_proxy: Vec<ipnet::IpNet>,
    /// A filter such as `info` or `demarc=debug`; when empty, `info` for servers and `warn` for the rest.
    pub log: String,
    pub log_format: LogFormat,
    /// Connections open at once.
    pub connections: usize,
    /// Seconds within which a request is answered.
    pub request_timeout_s: u64,
    /// Listeners of single dialects, with their original paths.
    pub dialects: BTreeMap<String, Dialect>,
    pub bulk: Bulk,
    /// Who takes mails; None: they wait in the queue.
    pub smtp: Option<Smtp>,
    /// Somebody named the data folder: it is not the default one.
    #[serde(skip)]
    pub data_is_named: bool,
    /// Environment variables that look like settings and are none.
    #[serde(skip)]
    pub unknown: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM files.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// A listener of its own.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// AEx: a bad request of `POST /services/full` is answered with 401, as the original does.
    #[serde(default)]
    pub compat_bad_request_401: bool,
    /// TelecomX: in which country addresses are looked up, two letters; DK, where nothing is said.
    #[serde(default)]
    pub country: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// `smtps://user:password@host`, `smtp://host:587?tls=required`
    pub url: String,
    /// `Name <address>`
    pub from: String,
}

/// Without the URL: it may hold a password.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("from", &self.from).finish_non_exhaustive()
    }
}

/// What one key may ask of bulk qualification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bulk {
    /// Jobs that are not done, and files that come in.
    pub open_jobs: u32,
    /// Of one file, unpacked.
    pub file_bytes: u64,
    pub file_rows: u64,
    /// Seconds within which a file has to be in.
    pub upload_timeout_s: u64,
}

impl Default for Bulk {
    fn default() -> Self {
        Self { open_jobs: 3, file_bytes: 256 << 20, file_rows: 1_000_000, upload_timeout_s: 900 }
    }
}

impl Bulk {
    pub fn limits(&self) -> hub::bulk::Limits {
        hub::bulk::Limits {
            open_jobs: self.open_jobs,
            file_bytes: self.file_bytes,
            file_rows: self.file_rows,
            upload: Duration::from_secs(self.upload_timeout_s),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: "./demarc-data".into(),
            database: None,
            database_ca: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            secret_file: None,
            atlas: None,
            worker: true,
            sandbox: None,
            sandbox_url: None,
            public_url: None,
            tls: None,
            behind_proxy: Vec::new(),
            log: String::new(),
            log_format: LogFormat::Text,
            connections: 10_000,
            request_timeout_s: 30,
            dialects: BTreeMap::new(),
            bulk: Bulk::default(),
            smtp: None,
            data_is_named: false,
            unknown: Vec::new(),
        }
    }
}

const FILE: &str = "demarc.toml";
const PREFIX: &str = "DEMARC_";
/// Read by the tests, and by the command line itself.
const NOT_SETTINGS: &[&str] = &["settings", "test_postgres", "test_quick"];
const DIALECTS: &[&str] = &["comparetech", "aex", "telecomx", "masmovil"];

impl Settings {
    /// Reads them; the words of an error name the setting and where it was found.
    pub fn read(place: &Place) -> Result<Self, String> {
        let file = match &place.settings {
            Some(file) if !file.exists() => {
                return Err(format!("the settings file {} does not exist", file.display()));
            }
            Some(file) => Figment::from(Toml::file_exact(file)),
            None if Path::new(FILE).exists() => Figment::from(Toml::file_exact(FILE)),
            None => Figment::new(),
        };
        let (environment, unknown) = environment();
        let defaults = Figment::from(Serialized::defaults(Settings::default()));
        let merged = defaults.merge(&file).merge(&environment);
        let mut settings: Settings = merged.extract().map_err(|e| format!("settings: {e}"))?;
        settings.unknown = unknown;
        // A place is named as a whole: a folder named more strongly than a database is meant instead of it.
        if environment.contains("data") && !environment.contains("database") {
            settings.database = None;
        }
        settings.data_is_named =
            place.data.is_some() || environment.contains("data") || file.contains("data");
        if let Some(data) = &place.data {
            (settings.data, settings.database) = (data.clone(), None);
        }
        if let Some(url) = &place.database {
            settings.database = Some(url.clone());
        }
        settings.check()?;
        Ok(settings)
    }

    /// What a command wants unless it was set: a demo and a command that ends are quiet.
    #[must_use]
    pub fn for_command(mut self, command: &Command) -> Self {
        if self.log.is_empty() {
            self.log =
                if matches!(command, Command::Serve(_) | Command::Sandbox(_)) { "info" } else { "warn" }
                    .into();
        }
        self
    }

    fn check(&self) -> Result<(), String> {
        EnvFilter::try_new(&self.log)
            .map_err(|e| format!("settings: log: `{}` is not a filter such as `info`: {e}", self.log))?;
        if let Some(unknown) = self.dialects.keys().find(|name| !DIALECTS.contains(&name.as_str())) {
            return Err(format!(
                "settings: dialects.{unknown}: there is no such dialect; there are: {}",
                DIALECTS.join(", ")
            ));
        }
        let country = self.dialects.values().filter_map(|dialect| dialect.country.as_deref());
        if country.into_iter().any(|country| country.len() != 2 || !country.is_ascii()) {
            return Err("settings: dialects.telecomx.country is two letters".into());
        }
        if self.connections == 0 || self.request_timeout_s == 0 {
            return Err("settings: connections and request_timeout_s must be at least 1".into());
        }
        let bulk = &self.bulk;
        // Larger numbers are none that a store or an id can hold.
        let rows = (1..=u64::from(u32::MAX)).contains(&bulk.file_rows);
        if bulk.open_jobs == 0
            || bulk.file_bytes == 0
            || !rows
            || !(1..=86_400).contains(&bulk.upload_timeout_s)
        {
            return Err("settings: bulk.open_jobs, bulk.file_bytes and bulk.file_rows must be at least 1, bulk.file_rows at \
                        most 4294967295, and bulk.upload_timeout_s 1 to 86400"
                .into());
        }
        self.relay()?;
        let is_url = |url: &Option<String>| {
            url.as_ref().is_none_or(|u| u.starts_with("http://") || u.starts_with("https://"))
        };
        if !is_url(&self.public_url) || !is_url(&self.sandbox_url) {
            return Err("settings: public_url and sandbox_url begin with http:// or https://".into());
        }
        Ok(())
    }

    /// Who takes mails.
    pub fn relay(&self) -> Result<Option<engine::Relay>, String> {
        let relay = self.smtp.as_ref().map(|smtp| engine::Relay::new(&smtp.url, &smtp.from));
        relay.transpose().map_err(|e| format!("settings: {e}"))
    }

    /// What callers of the AEx dialect are told in another way.
    pub fn aex(&self) -> dialects::aex::Compat {
        let aex = self.dialects.get("aex");
        dialects::aex::Compat { bad_request_401: aex.is_some_and(|aex| aex.compat_bad_request_401) }
    }

    /// How the TelecomX dialect is served.
    pub fn telecomx(&self) -> dialects::telecomx::Settings {
        let country = self.dialects.get("telecomx").and_then(|telecomx| telecomx.country.as_deref());
        dialects::telecomx::Settings {
            country: country.unwrap_or("DK").to_ascii_uppercase(),
            secure: self.tls.is_some()
                || self.public_url.as_ref().is_some_and(|url| url.starts_with("https://")),
        }
    }

    /// How the store is opened.
    pub fn store(&self, role: Role) -> Open {
        let location = match &self.database {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Folder(self.data.clone()),
        };
        let (secret_file, database_ca) = (self.secret_file.clone(), self.database_ca.clone());
        Open { location, role, secret_file, database_ca }
    }
}

impl Settings {
    /// Where this node keeps its index of premises.
    pub fn atlas_folder(&self) -> PathBuf {
        match (&self.atlas, &self.database) {
            (Some(folder), _) => folder.clone(),
            (None, None) => self.data.join("atlas"),
            // Nodes of several databases on one machine do not take it from each other.
            (None, Some(_)) => {
                // Not of the password, which could be guessed from it.
                let shown = self.store(Role::Command).location.shown();
                let database = hex(&sha2::Sha256::digest(shown.as_bytes())[..8]);
                std::env::temp_dir().join(format!("demarc-atlas-{database}"))
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The settings that the environment names, and the variables with our prefix that name none: whoever starts
/// the program may have put them there for something else (`DEMARC_PORT` of a container's neighbour).
fn environment() -> (Figment, Vec<String>) {
    let variables = Env::prefixed(PREFIX).ignore(NOT_SETTINGS);
    let unknown = variables.iter().map(|(name, _)| name.as_str().to_ascii_uppercase());
    let mut unknown: Vec<String> =
        unknown.filter(|name| !is_setting(name)).map(|name| format!("{PREFIX}{name}")).collect();
    unknown.sort_unstable();
    let known = variables.filter(|name| is_setting(name.as_str())).split("__");
    (Figment::from(known), unknown)
}

fn is_setting(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts: Vec<&str> = name.split("__").collect();
    match parts[..] {
        [single] => serde_json::to_value(Settings::default()).is_ok_and(|all| all.get(single).is_some()),
        ["bulk", member] => serde_json::to_value(Bulk::default()).is_ok_and(|all| all.get(member).is_some()),
        ["smtp", member] => matches!(member, "url" | "from"),
        ["tls", member] => matches!(member, "certificate" | "key"),
        ["dialects", dialect, "listen"] => DIALECTS.contains(&dialect),
        ["dialects", "aex", "compat_bad_request_401"] | ["dialects", "telecomx", "country"] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demarc.toml");
        std::fs::write(&file, "listne = \"127.0.0.1:1\"\n").unwrap();
        let error = Settings::read(&Place { settings: Some(file), ..Place::default() }).unwrap_err();
        assert!(error.contains("listne"), "{error}");
    }

    #[test]
    fn a_flag_is_stronger_than_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demarc.toml");
        std::fs::write(&file, "data = \"from-file\"\ndatabase = \"postgres://x\"\n").unwrap();
        let place = Place { settings: Some(file), data: Some("from-flag".into()), database: None };
        let settings = Settings::read(&place).unwrap();
        assert_eq!(settings.data, PathBuf::from("from-flag"));
        assert_eq!(settings.database, None);
    }

    #[test]
    fn every_setting_has_a_variable_and_nothing_else_is_one() {
        for name in [
            "DATA",
            "database_ca",
            "TLS",
            "TLS__KEY",
            "BULK__OPEN_JOBS",
            "SMTP__URL",
            "SMTP__FROM",
            "DIALECTS__COMPARETECH__LISTEN",
            "BEHIND_PROXY",
        ] {
            assert!(is_setting(name), "{name}");
        }
        for name in [
            "PORT",
            "LISTEN__HOST",
            "BULK__ROWS",
            "TLS__CA",
            "SMTP__PASSWORD",
            "DIALECTS__NONE__LISTEN",
            "DATA_IS_NAMED",
            "UNKNOWN",
            "",
        ] {
            assert!(!is_setting(name), "{name}");
        }
    }

    #[test]
    fn a_log_filter_that_is_none_is_refused_with_words() {
        let refused =
            Settings { log: "demarc=debug=info".into(), ..Settings::default() }.check().unwrap_err();
        assert!(refused.starts_with("settings: log: `demarc=debug=info`"), "{refused}");
        assert_eq!(Settings { log: "engine=debug,info".into(), ..Settings::default() }.check(), Ok(()));
    }

    #[test]
    fn a_mail_server_that_cannot_be_one_is_refused_and_its_password_is_not_told() {
        let smtp = |url: &str| Settings {
            smtp: Some(Smtp { url: url.into(), from: "Demarc <noreply@example.net>".into() }),
            ..Settings::default()
        };
        let refused = smtp("http://user:s3cret@mail.example.net").check().unwrap_err();
        assert!(refused.starts_with("settings: smtp.url:") && !refused.contains("s3cret"), "{refused}");
        let good = smtp("smtps://user:s3cret@mail.example.net");
        assert_eq!(good.check(), Ok(()));
        assert!(!format!("{good:?}").contains("s3cret"));
    }
}
