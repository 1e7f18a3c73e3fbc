//! Sealing of personal data and secrets at rest (XChaCha20-Poly1305 with the installation's master
//! key). Where the key file lies is decided by the program; what is sealed, by the tables.

use crate::Error;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::Digest;

const NONCE: usize = 24;
/// First byte of everything sealed, so that the form can change.
const VERSION: u8 = 1;

/// The master key, ready to use.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    fingerprint: String,
}

impl Vault {
    pub fn new(key: [u8; 32]) -> Self {
        let digest = sha2::Sha256::new().chain_update(b"demarc master key").chain_update(key).finalize();
        let fingerprint = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)), fingerprint }
    }

    /// Tells keys apart without telling anything of them; kept in the store.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = crate::random()?;
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), plain)
            .map_err(|_| Error::Internal("sealing failed".into()))?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let broken = || Error::Corrupt("a sealed value does not open with this key".into());
        let (&version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or_else(broken)?;
        if version != VERSION {
            return Err(broken());
        }
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
        self.cipher.decrypt(&XNonce::from(nonce), body).map_err(|_| broken())
    }

    pub fn seal_json(&self, value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
        self.seal(&serde_json::to_vec(value).map_err(|e| Error::Internal(e.to_string()))?)
    }

    pub fn open_json<T: serde::de::DeserializeOwned>(&self, sealed: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(&self.open(sealed)?)
            .map_err(|e| Error::Corrupt(format!("a sealed value: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_only_and_only_unchanged() {
        let vault = Vault::new([1; 32]);
        let sealed = vault.seal(b"MRORSS80A01H501U").unwrap();
        assert_eq!(vault.open(&sealed).unwrap(), b"MRORSS80A01H501U");
        assert!(Vault::new([2; 32]).open(&sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open(&changed).is_err(), "byte {at}");
        }
        assert!(vault.open(&sealed[..20]).is_err());
        assert!(vault.open(b"").is_err());
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let vault = Vault::new([1; 32]);
        assert_ne!(vault.seal(b"x").unwrap(), vault.seal(b"x").unwrap());
    }
}
