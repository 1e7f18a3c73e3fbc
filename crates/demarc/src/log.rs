//! Logs: to stderr, as text or JSON lines, without secrets or personal data.

use crate::config::{LogFormat, Settings};
use tracing_subscriber::EnvFilter;

/// Libraries that know values which must not be told.
const SILENT: [&str; 3] = ["tokio_postgres=info", "postgres=info", "lettre=info"];

pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    // At `debug` the database's driver tells every value that is written.
    let filter = SILENT.iter().filter_map(|line| line.parse().ok()).fold(filter, EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in the same process (tests) changes nothing.
    let _ = match settings.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
