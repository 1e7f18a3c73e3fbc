//! Names that cannot be guessed, for sessions and card pages.

use std::fmt::Write as _;

use crate::database::Unavailable;

/// 128 random bits as 32 hexadecimal digits.
#[allow(
    clippy::disallowed_methods,
    reason = "a secret is made here, and nothing else is random in this crate"
)]
pub fn random() -> Result<String, Unavailable> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the operating system gave no random numbers");
        Unavailable
    })?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut token, byte| {
        // Writing to a String cannot fail.
        let _ = write!(token, "{byte:02x}");
        token
    }))
}
