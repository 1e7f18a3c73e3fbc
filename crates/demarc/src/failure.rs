//! How a command says that it failed: words on stderr, and an exit code that scripts can rely on.

use std::process::ExitCode;

/// Could not be done.
const FAILED: u8 = 1;
/// The command line or the settings are wrong.
const USAGE: u8 = 2;
/// There is no such thing, or it exists already.
const REFUSED: u8 = 3;
/// The file has bad rows: nothing was imported, or all others are answered.
const BAD_ROWS: u8 = 4;
/// The store is not available at the moment.
const UNAVAILABLE: u8 = 5;

#[derive(Debug)]
pub struct Failure {
    code: u8,
    words: String,
}

impl Failure {
    pub fn usage(words: impl std::fmt::Display) -> Self {
        Self { code: USAGE, words: words.to_string() }
    }

    pub fn other(words: impl std::fmt::Display) -> Self {
        Self { code: FAILED, words: words.to_string() }
    }

    pub fn bad_rows(words: impl std::fmt::Display) -> Self {
        Self { code: BAD_ROWS, words: words.to_string() }
    }

    pub fn words(&self) -> &str {
        &self.words
    }

    /// Says it on stderr.
    pub fn tell(self) -> ExitCode {
        crate::out::note(format_args!("demarc: {}", self.words));
        ExitCode::from(self.code)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let code = match error {
            store::Error::Unavailable { .. } | store::Error::Full => UNAVAILABLE,
            store::Error::Unfit(_) => USAGE,
            _ => FAILED,
        };
        Self { code, words: error.to_string() }
    }
}

impl From<hub::Error> for Failure {
    fn from(error: hub::Error) -> Self {
        let code = match error {
            hub::Error::Invalid { .. } => USAGE,
            hub::Error::NotFound(_) | hub::Error::Conflict(_) | hub::Error::UnknownCarrier(_) => REFUSED,
            hub::Error::Unavailable { .. } | hub::Error::Full => UNAVAILABLE,
            _ => FAILED,
        };
        let words = match error {
            hub::Error::Internal(reason) => reason,
            other => other.to_string(),
        };
        Self { code, words }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::other(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::other(error)
    }
}
