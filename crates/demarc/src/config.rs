//! Settings: by file, environment and flag, in that order of strength.

use crate::cli::{Command, Place};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use store::{Location, Open, Role};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Data folder of the embedded store; with a database it holds only the sandbox's file.
    pub data: PathBuf,
    /// `postgres://…`
    pub database: Option<String>,
    pub listen: SocketAddr,
    /// Where the master key lies.
    pub secret_file: Option<PathBuf>,
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
    pub listen: SocketAddr,
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
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            secret_file: None,
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
        }
    }
}

const FILE: &str = "demarc.toml";
const PREFIX: &str = "DEMARC_";
/// Read by the tests, and by the command line itself.
const NOT_SETTINGS: &[&str] = &["settings", "test_postgres", "test_quick"];
const DIALECTS: &[&str] = &["comparetech"];

impl Settings {
    /// Reads them; the words of an error name the setting and where it was found.
    pub fn read(place: &Place) -> Result<Self, String> {
        let mut figment = Figment::from(Serialized::defaults(Settings::default()));
        figment = match &place.settings {
            Some(file) if !file.exists() => {
                return Err(format!("the settings file {} does not exist", file.display()));
            }
            Some(file) => figment.merge(Toml::file_exact(file)),
            None if std::path::Path::new(FILE).exists() => figment.merge(Toml::file_exact(FILE)),
            None => figment,
        };
        figment = figment.merge(Env::prefixed(PREFIX).ignore(NOT_SETTINGS).split("__"));
        let mut settings: Settings = figment.extract().map_err(|e| format!("settings: {e}"))?;
        // A flag is stronger than what file and environment say of the other place.
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
        if let Some(unknown) = self.dialects.keys().find(|name| !DIALECTS.contains(&name.as_str())) {
            return Err(format!(
                "settings: dialects.{unknown}: there is no such dialect; there are: {}",
                DIALECTS.join(", ")
            ));
        }
        if self.connections == 0 || self.request_timeout_s == 0 {
            return Err("settings: connections and request_timeout_s must be at least 1".into());
        }
        let is_url = |url: &Option<String>| {
            url.as_ref().is_none_or(|u| u.starts_with("http://") || u.starts_with("https://"))
        };
        if !is_url(&self.public_url) || !is_url(&self.sandbox_url) {
            return Err("settings: public_url and sandbox_url begin with http:// or https://".into());
        }
        Ok(())
    }

    /// How the store is opened.
    pub fn store(&self, role: Role) -> Open {
        let location = match &self.database {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Folder(self.data.clone()),
        };
        Open { location, role, secret_file: self.secret_file.clone() }
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
}
