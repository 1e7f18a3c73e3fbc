//! The system's randomness: the only place of the program that draws it.

use crate::Error;

/// Random bytes. The system's source does not fail once the system is up.
#[allow(clippy::disallowed_methods, reason = "this is where randomness is drawn")]
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|e| Error::unavailable(format!("no randomness: {e}")))?;
    Ok(bytes)
}
