//! API keys and the tokens of people, which have the same form: how one is written and read, and how long wrong
//! sign-ins keep somebody out. Drawing a secret and hashing it happen elsewhere.

use std::time::Duration;

/// Characters of a key's random parts: no look-alikes, none that a shell or a URL would mind.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SECRET_CHARACTERS: usize = 52;
const CHECK_CHARACTERS: usize = 6;

/// A key as its holder has it: `dmk_<env>_<id>_<secret><checksum>`, 256 random bits in the secret.
/// Shown once; the store keeps only its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Writes a key. `environment` is a short word such as `live` or `demo`.
    pub fn write(environment: &str, id: [u8; 5], secret: [u8; 32]) -> Self {
        let body = format!("dmk_{environment}_{}_{}", encode(&id), encode(&secret));
        let check = checksum(body.as_bytes());
        Self(format!("{body}{check}"))
    }

    /// Whether the text can be a key at all: its form and checksum. A typing mistake is found here,
    /// without asking the store.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        let (prefix, environment, id, tail) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let fits = prefix == "dmk"
            && parts.next().is_none()
            && !environment.is_empty()
            && environment.len() <= 16
            && id.len() == 8
            && tail.len() == SECRET_CHARACTERS + CHECK_CHARACTERS
            && tail.bytes().all(|b| ALPHABET.contains(&b));
        if !fits {
            return None;
        }
        let (body, check) = text.split_at_checked(text.len() - CHECK_CHARACTERS)?;
        (checksum(body.as_bytes()) == check).then(|| Self(text.to_owned()))
    }

    /// The whole key, secret included.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The word that says what it is for.
    pub fn environment(&self) -> &str {
        self.0.split('_').nth(1).unwrap_or_default()
    }

    /// None: it is a key, not the token of a person.
    pub fn kind(&self) -> Option<Kind> {
        self.environment().parse().ok()
    }

    /// What may be shown and logged: everything before the secret.
    pub fn prefix(&self) -> &str {
        self.0.rsplit_once('_').map_or("", |(prefix, _)| prefix)
    }
}

crate::words! {
    /// What a person's token is for: the word in the place of a key's environment.
    pub enum Kind ("kind of token") {
        /// Made by signing in.
        Session = "session",
        /// Made for a program that acts as that person.
        Machine = "machine",
    }
}

/// Wrong sign-ins in a row that are answered; each one more keeps its user out for longer.
const TRIES: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60);
const LONGEST_LOCK: Duration = Duration::from_secs(15 * 60);

/// How long nobody can sign in as a user after so many wrong sign-ins in a row.
pub fn locked_for(failures: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(TRIES)?;
    Some(MINUTE.saturating_mul(1 << beyond.min(16)).min(LONGEST_LOCK))
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({}_…)", self.prefix())
    }
}

fn encode(bytes: &[u8]) -> String {
    let (mut out, mut buffer, mut bits) = (String::new(), 0u32, 0u32);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[((buffer >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[((buffer << (5 - bits)) & 31) as usize]));
    }
    out
}

/// 30 bits of CRC-32 (IEEE), to catch mistyped keys; it protects nothing else.
fn checksum(body: &[u8]) -> String {
    let mut crc = !0u32;
    for byte in body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let crc = !crc;
    (0..CHECK_CHARACTERS).map(|i| char::from(ALPHABET[((crc >> (5 * i)) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_a_mistyped_one_is_not() {
        let key = ApiKey::write("demo", [1, 2, 3, 4, 5], [9; 32]);
        assert_eq!(ApiKey::parse(key.reveal()), Some(key.clone()));
        assert!(key.prefix().starts_with("dmk_demo_"));
        assert_eq!((key.environment(), key.kind()), ("demo", None));
        for at in 0..key.reveal().len() {
            let mut wrong: Vec<char> = key.reveal().chars().collect();
            wrong[at] = if wrong[at] == 'z' { 'y' } else { 'z' };
            assert_eq!(ApiKey::parse(&wrong.into_iter().collect::<String>()), None, "position {at}");
        }
    }

    #[test]
    fn a_persons_token_has_the_form_of_a_key_and_says_what_it_is() {
        for kind in Kind::ALL {
            let token = ApiKey::write(kind.word(), [1; 5], [2; 32]);
            assert_eq!(ApiKey::parse(token.reveal()).and_then(|token| token.kind()), Some(*kind));
        }
    }

    #[test]
    fn wrong_sign_ins_keep_out_from_the_tenth_on_and_for_longer_each_time() {
        let minutes = |failures| locked_for(failures).map(|time| time.as_secs() / 60);
        assert_eq!((minutes(0), minutes(9)), (None, None));
        assert_eq!([10, 11, 12, 13, 14, 15, u32::MAX].map(minutes), [1, 2, 4, 8, 15, 15, 15].map(Some));
    }

    #[test]
    fn the_secret_is_not_in_its_debug_form() {
        let key = ApiKey::write("live", [0; 5], [77; 32]);
        let secret = key.reveal().rsplit('_').next().unwrap_or_default();
        assert!(!format!("{key:?}").contains(&secret[..8]));
    }
}
