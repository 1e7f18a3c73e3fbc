//! Public RSA keys as people bring them: PEM, either `PUBLIC KEY` (RFC 5280) or `RSA PUBLIC KEY` (RFC 8017). What is
//! kept is the DER of the latter. The reader is strict: whatever is not exactly such a key is refused with words.

use crate::Error;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::ops::RangeInclusive;

/// Bits of a modulus.
const BITS: RangeInclusive<usize> = 2_048..=8_192;
/// Bytes of a file: the largest key is a tenth of it.
const LONGEST: usize = 16 * 1024;
/// What stands in a `PUBLIC KEY` before an RSA key: the algorithm rsaEncryption without parameters.
const RSA: &[u8] = &[0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

fn refused(rule: impl Into<String>) -> Error {
    Error::invalid("public key", rule)
}

fn malformed() -> Error {
    refused("is not a well-formed RSA key")
}

/// The DER of the key in a PEM file.
pub fn read(pem: &str) -> Result<Vec<u8>, Error> {
    if pem.len() > LONGEST {
        return Err(refused("is longer than 16 KiB"));
    }
    let (label, der) = unwrapped(pem)?;
    let key = match label {
        "RSA PUBLIC KEY" => der,
        "PUBLIC KEY" => within(&der)?.to_vec(),
        private if private.ends_with("PRIVATE KEY") => {
            return Err(refused("is a private key: keep it where it is, and give its public half"));
        }
        other => return Err(refused(format!("must be a PUBLIC KEY or an RSA PUBLIC KEY, not a {other}"))),
    };
    check(&key)?;
    Ok(key)
}

/// The only block of a PEM file (RFC 7468): what it is of, and its bytes.
fn unwrapped(pem: &str) -> Result<(&str, Vec<u8>), Error> {
    let not_pem = || refused("must be one block of PEM, from BEGIN to END");
    let body = pem.trim().strip_prefix("-----BEGIN ").ok_or_else(not_pem)?;
    let (label, body) = body.split_once("-----").ok_or_else(not_pem)?;
    let body = body.strip_suffix(&format!("-----END {label}-----")).ok_or_else(not_pem)?;
    let digits: String = body.split_ascii_whitespace().collect();
    let der = BASE64_STANDARD.decode(digits).map_err(|_| not_pem())?;
    Ok((label, der))
}

/// The RSA key in a SubjectPublicKeyInfo.
fn within(der: &[u8]) -> Result<&[u8], Error> {
    let body = whole(der, SEQUENCE).ok_or_else(malformed)?;
    let bits = body.strip_prefix(RSA).ok_or_else(|| refused("is not an RSA key for RS256"))?;
    // The first byte says how many bits of the last one do not count.
    whole(bits, BIT_STRING).and_then(|bits| bits.strip_prefix(&[0])).ok_or_else(malformed)
}

/// What a signature needs to be checked with it: lengths, and odd numbers.
fn check(key: &[u8]) -> Result<(), Error> {
    let body = whole(key, SEQUENCE).ok_or_else(malformed)?;
    let (modulus, rest) = element(body, INTEGER).ok_or_else(malformed)?;
    let modulus = positive(modulus).ok_or_else(malformed)?;
    let exponent = whole(rest, INTEGER).and_then(positive).ok_or_else(malformed)?;
    let bits = bits(modulus);
    if !BITS.contains(&bits) {
        return Err(refused(format!("has {bits} bits, and must have 2048 to 8192")));
    }
    let small =
        exponent.iter().try_fold(0u64, |sum, byte| (sum >> 56 == 0).then_some(sum << 8 | u64::from(*byte)));
    // No larger exponent is taken where signatures are checked.
    let fits = small.is_some_and(|e| (3..1 << 33).contains(&e) && e % 2 == 1);
    let odd = modulus.last().is_some_and(|byte| byte % 2 == 1);
    if fits && odd { Ok(()) } else { Err(malformed()) }
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// The element that the bytes begin with, if it is of that kind, and what is behind it. Lengths are those of DER: none is
/// written longer than it has to be.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match der {
        [first, length, rest @ ..] if *first == tag && *length < 0x80 => (usize::from(*length), rest),
        [first, 0x81, length, rest @ ..] if *first == tag && *length >= 0x80 => (usize::from(*length), rest),
        [first, 0x82, high, low, rest @ ..] if *first == tag && *high > 0 => {
            (usize::from(*high) << 8 | usize::from(*low), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// The same where nothing may be behind it.
fn whole(der: &[u8], tag: u8) -> Option<&[u8]> {
    element(der, tag).and_then(|(content, rest)| rest.is_empty().then_some(content))
}

/// The bytes of an integer above zero, without the zero byte that keeps it from being negative.
fn positive(content: &[u8]) -> Option<&[u8]> {
    match content {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => Some(rest),
        [first, ..] if (1..0x80).contains(first) => Some(content),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPKI: &str = include_str!("../../tests/fixtures/service-account-test-only-2.public.pem");
    const PKCS1: &str = include_str!("../../tests/fixtures/service-account-test-only-2.rsa-public.pem");

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
    }

    fn words(pem: &str) -> String {
        read(pem).unwrap_err().to_string()
    }

    #[test]
    fn both_forms_of_a_key_are_the_same_key() {
        let key = read(SPKI).unwrap();
        assert_eq!(read(PKCS1).unwrap(), key);
        assert_eq!(read(&PKCS1.replace('\n', "\r\n")).unwrap(), key);
        assert_eq!(read(&pem("RSA PUBLIC KEY", &key)).unwrap(), key, "on one line");
    }

    #[test]
    fn what_is_no_key_for_us_is_refused_with_the_reason() {
        let refused = [
            ("", "one block of PEM"),
            ("ssh-rsa AAAA", "one block of PEM"),
            (&SPKI.replace("END PUBLIC", "END RSA PUBLIC"), "one block of PEM"),
            (&format!("{SPKI}{SPKI}"), "one block of PEM"),
            (&SPKI.replace('A', "!"), "one block of PEM"),
            (&SPKI.replace("PUBLIC KEY", "CERTIFICATE"), "not a CERTIFICATE"),
            (
                include_str!("../../tests/fixtures/service-account-test-only-1.private.pem"),
                "is a private key",
            ),
            (include_str!("../../tests/fixtures/service-account-test-only-ec.public.pem"), "not an RSA key"),
            (
                include_str!("../../tests/fixtures/service-account-test-only-short.public.pem"),
                "has 1024 bits",
            ),
            (&SPKI.replace("PUBLIC KEY", "RSA PUBLIC KEY"), "not a well-formed"),
            (&" ".repeat(LONGEST + 1), "16 KiB"),
        ];
        for (pem, reason) in refused {
            let words = words(pem);
            assert!(words.starts_with("public key ") && words.contains(reason), "{words}");
        }
    }

    #[test]
    fn every_byte_that_is_missing_or_too_many_is_noticed() {
        let key = read(SPKI).unwrap();
        let (_, spki) = unwrapped(SPKI).unwrap();
        for (label, der) in [("RSA PUBLIC KEY", &key), ("PUBLIC KEY", &spki)] {
            for length in 0..der.len() {
                words(&pem(label, &der[..length]));
            }
            words(&pem(label, &[der, &[0][..]].concat()));
        }
        let inner = &key[4..];
        // A sequence whose length is written with a byte more.
        words(&pem("RSA PUBLIC KEY", &[&[SEQUENCE, 0x83, 0, key[2], key[3]], inner].concat()));
        // One with a third number.
        let length = (inner.len() + 3).to_be_bytes();
        words(&pem("RSA PUBLIC KEY", &[&[SEQUENCE, 0x82], &length[6..], inner, &[INTEGER, 1, 3]].concat()));
    }

    #[test]
    fn numbers_that_no_key_has_are_refused() {
        let key = read(SPKI).unwrap();
        // The exponent is the last element: 02 03 01 00 01.
        let body = &key[4..key.len() - 5];
        let with = |exponent: &[u8]| {
            let length = (body.len() + 2 + exponent.len()).to_be_bytes();
            let exponent = [&[INTEGER, exponent.len() as u8], exponent].concat();
            read(&pem("RSA PUBLIC KEY", &[&[SEQUENCE, 0x82], &length[6..], body, &exponent].concat()))
        };
        for good in [&[3][..], &[1, 0, 1], &[1, 0xff, 0xff, 0xff, 0xff]] {
            assert!(with(good).is_ok(), "{good:?}");
        }
        for bad in
            [&[][..], &[1], &[2], &[0], &[0, 3], &[0x81], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]]
        {
            assert!(with(bad).is_err(), "{bad:?}");
        }
        let mut even = key.clone();
        even[key.len() - 6] &= 0xfe;
        words(&pem("RSA PUBLIC KEY", &even));
    }
}
