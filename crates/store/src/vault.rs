//! Sealing of personal data and secrets at rest (XChaCha20-Poly1305 with the installation's master
//! key). Where the key file lies is decided by the program; what is sealed, by the tables.
//!
//! XChaCha20-Poly1305 is ChaCha20-Poly1305 under a key that HChaCha20 makes of the master key and most of the
//! nonce (draft-irtf-cfrg-xchacha-03). ring does the latter several times as fast as any crate that does both.

use crate::Error;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use sha2::Digest;

const NONCE: usize = 24;
/// Version and nonce stand before what is sealed.
const HEAD: usize = 1 + NONCE;
/// First byte of everything sealed, so that the form can change.
const VERSION: u8 = 1;

/// The master key, ready to use.
pub struct Vault {
    key: [u8; 32],
    /// For `digest`; derived, so that no digest is made with the master key itself.
    digests: hmac::Key,
    fingerprint: String,
}

impl Vault {
    pub fn new(key: [u8; 32]) -> Self {
        let digest = sha2::Sha256::new().chain_update(b"demarc master key").chain_update(key).finalize();
        let fingerprint = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), b"demarc digests");
        let digests = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Self { key, digests, fingerprint }
    }

    /// Tells keys apart without telling anything of them; kept in the store.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// By which something sealed is found again: the same text gives the same digest under this key only.
    /// `of` keeps equal texts of different kinds apart.
    pub fn digest(&self, of: &str, text: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.digests);
        context.update(of.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        context.sign().as_ref().try_into().unwrap_or_default()
    }

    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = crate::random()?;
        let mut out = Vec::with_capacity(HEAD + plain.len() + CHACHA20_POLY1305.tag_len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let (key, short) = self.under(&nonce)?;
        let failed = |_| Error::Internal("sealing failed".into());
        let tag = key.seal_in_place_separate_tag(short, Aad::empty(), &mut out[HEAD..]).map_err(failed)?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let broken = || Error::Corrupt("a sealed value does not open with this key".into());
        let (&version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        if version != VERSION {
            return Err(broken());
        }
        let (key, short) = self.under(nonce)?;
        let mut body = body.to_vec();
        let length = key.open_in_place(short, Aad::empty(), &mut body).map_err(|_| broken())?.len();
        body.truncate(length);
        Ok(body)
    }

    /// The key and nonce of ChaCha20-Poly1305 that stand for the master key and a long nonce.
    fn under(&self, nonce: &[u8; NONCE]) -> Result<(LessSafeKey, Nonce), Error> {
        let (most, rest) = nonce.split_at(16);
        let most: [u8; 16] = most.try_into().unwrap_or_default();
        let key = chacha20::hchacha::<chacha20::R20>(&self.key.into(), &most.into());
        let key = UnboundKey::new(&CHACHA20_POLY1305, &key).map_err(|e| Error::Internal(e.to_string()))?;
        let mut short = [0; 12];
        short[4..].copy_from_slice(rest);
        // Random, and 192 bits long in all: no two values are sealed under the same.
        Ok((LessSafeKey::new(key), Nonce::assume_unique_for_key(short)))
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
    fn it_is_xchacha20_poly1305_as_others_know_it() {
        use chacha20poly1305::aead::{Aead, KeyInit};
        let theirs = chacha20poly1305::XChaCha20Poly1305::new(&[7; 32].into());
        let vault = Vault::new([7; 32]);
        for length in [0, 1, 15, 16, 17, 480, 5_000] {
            let plain: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let sealed = vault.seal(&plain).unwrap();
            let nonce: [u8; NONCE] = sealed[1..HEAD].try_into().unwrap();
            assert_eq!(theirs.encrypt(&nonce.into(), plain.as_slice()).unwrap(), sealed[HEAD..], "{length}");
            assert_eq!(vault.open(&sealed).unwrap(), plain);
        }
    }

    #[test]
    fn a_digest_is_the_same_under_the_same_key_only() {
        let vault = Vault::new([1; 32]);
        assert_eq!(vault.digest("phone", "900"), Vault::new([1; 32]).digest("phone", "900"));
        for other in [
            vault.digest("phone", "901"),
            vault.digest("iban", "900"),
            Vault::new([2; 32]).digest("phone", "900"),
        ] {
            assert_ne!(vault.digest("phone", "900"), other);
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let vault = Vault::new([1; 32]);
        assert_ne!(vault.seal(b"x").unwrap(), vault.seal(b"x").unwrap());
    }
}
