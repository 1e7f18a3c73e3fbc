//! Why a file cannot be used. Whatever it is, the remedy is to build the file again from the store.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused. A file that is not there is this too.
    #[error("the file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// Not what was written: cut off, overwritten, decayed.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// Perhaps sound, but of another kind, version or byte order.
    #[error("the file is not the one that is wanted: another {0}")]
    Other(&'static str),
    /// The writer was used in a way that gives no file.
    #[error("the file cannot be written like this: {0}")]
    Misused(&'static str),
}

impl Error {
    /// Nothing was built yet, which is no reason for a warning.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}
