//! What can go wrong with the store, as a decision for the caller.

use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was changed as far as is known here; the same can be tried again after this long.
    #[error("the store is not available: {reason}")]
    Unavailable { after: Duration, reason: String },
    /// A unique index or a CHECK refused it.
    #[error("conflicts with what is stored: {0}")]
    Conflict(String),
    /// The disk is full. Reading still works.
    #[error("no space is left for the store")]
    Full,
    /// What was read cannot have been written by this program.
    #[error("the store holds something unexpected: {0}")]
    Corrupt(String),
    /// This program and this store do not fit together.
    #[error("{0}")]
    Unfit(String),
    /// A mistake of ours: a statement that does not fit the schema, or a panic.
    #[error("internal error of the store: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn unavailable(reason: impl std::fmt::Display) -> Self {
        Error::Unavailable { after: Duration::from_secs(1), reason: reason.to_string() }
    }

    /// The same error for another caller of the same commit.
    pub(crate) fn again(&self) -> Self {
        match self {
            Error::Full => Error::Full,
            other => Error::unavailable(other),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::ConstraintViolation) => Error::Conflict(error.to_string()),
            Some(Code::DiskFull) => Error::Full,
            Some(
                Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::CannotOpen
                | Code::SystemIoFailure
                | Code::OperationInterrupted,
            ) => Error::unavailable(error),
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Error::Corrupt(error.to_string()),
            _ => Error::Internal(error.to_string()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        let Some(code) = error.code().map(|c| c.code()) else { return Error::unavailable(error) };
        let text = || error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
        match (&code[..2], code) {
            ("23", _) => Error::Conflict(text()),
            (_, "53100") => Error::Full,
            // Serialisation failures and dead locks, lost connections, shutdown, too little of something, timeouts;
            // a server that another one has taken over from.
            ("40" | "08" | "57" | "53" | "55", _) | (_, "25P03" | "25006") => Error::unavailable(text()),
            // Not let in, or no such database: nothing changes until somebody does something.
            ("28" | "3D", _) => Error::Unfit(format!("the database refuses: {}", text())),
            ("XX" | "58", _) => Error::Corrupt(text()),
            _ => Error::Internal(text()),
        }
    }
}
