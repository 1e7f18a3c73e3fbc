//! What a caller can do about it.

use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No key, an unknown one, or one that is expired or revoked.
    #[error("not authenticated")]
    Unauthenticated,
    /// The role or the key's scopes do not allow it.
    #[error("not allowed")]
    Forbidden,
    /// There is none, or none that this caller may see.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// No carrier of that name that this caller may use.
    #[error("there is no carrier `{0}`")]
    UnknownCarrier(String),
    /// `field` is the name in the hub's words.
    #[error("{field} {rule}")]
    Invalid { field: &'static str, rule: String },
    /// The state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// Another body stands under the same idempotency key.
    #[error("the idempotency key was used with another body")]
    KeyReused,
    /// It was there, and is not kept for ever.
    #[error("{0}")]
    Gone(String),
    /// What is limited, and by how much.
    #[error("{0}")]
    TooLarge(String),
    /// This caller has as much under way as it may; try again after this long.
    #[error("{what}")]
    TooMany { what: String, after: Duration },
    /// Nothing was accepted; try again after this long.
    #[error("not available at the moment")]
    Unavailable { after: Duration },
    /// The disk is full.
    #[error("no space is left")]
    Full,
    #[error("internal error")]
    Internal(String),
}

impl Error {
    pub fn invalid(field: &'static str, rule: impl Into<String>) -> Self {
        Error::Invalid { field, rule: rule.into() }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable { after, reason } => {
                tracing::warn!(reason, "the store is not available");
                Error::Unavailable { after }
            }
            store::Error::Full => Error::Full,
            other => {
                tracing::error!(error = %other, "the store failed");
                Error::Internal(other.to_string())
            }
        }
    }
}
