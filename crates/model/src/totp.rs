//! Codes of an authenticator (RFC 6238): HMAC-SHA-1, six digits, a new one every 30 s. The moment is the caller's:
//! wall time, because nobody moves a phone's clock.

use crate::time::Timestamp;
use ring::hmac;

/// Bytes of a secret, as RFC 4226 wants them.
pub const SECRET: usize = 20;
const STEP: i64 = 30_000_000;
/// Steps to either side of the current one: clocks differ, and people type slowly.
const WINDOW: i64 = 1;
const DIGITS: usize = 6;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The time step of a moment.
pub fn step(at: Timestamp) -> i64 {
    at.micros().div_euclid(STEP)
}

/// The code of a time step.
pub fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let truncated = tag.iter().skip(at).take(4).fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{:0DIGITS$}", (truncated & 0x7fff_ffff) % 10u32.pow(DIGITS as u32))
}

/// The step whose code this is, if it may be accepted at that moment. `last`: the step that was accepted last; neither
/// its code nor an earlier one is accepted again.
pub fn accepts(secret: &[u8], typed: &str, at: Timestamp, last: Option<i64>) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let now = step(at);
    (now - WINDOW..=now + WINDOW)
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| code(secret, *step) == typed)
}

/// A secret as people type it.
pub fn base32(secret: &[u8]) -> String {
    let (mut out, mut buffer, mut bits) = (String::new(), 0u32, 0u32);
    for byte in secret {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(BASE32[((buffer >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(BASE32[((buffer << (5 - bits)) & 31) as usize]));
    }
    out
}

/// What an authenticator scans: `otpauth://`, with the name under which it is kept there.
pub fn url(account: &str, secret: &[u8]) -> String {
    let secret = base32(secret);
    format!(
        "otpauth://totp/Demarc:{}?secret={secret}&issuer=Demarc&algorithm=SHA1&digits={DIGITS}&period=30",
        escaped(account)
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of the RFCs' tables.
    const KNOWN: &[u8; 20] = b"12345678901234567890";

    fn second(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B has eight digits; the last six of them are the code of six.
        for (at, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(KNOWN, step(second(at))), eight[2..], "at {at}");
        }
    }

    #[test]
    fn codes_are_those_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (count, expected) in codes.into_iter().enumerate() {
            assert_eq!(code(KNOWN, count as i64), expected, "count {count}");
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_before_and_after_and_no_further() {
        let at = second(1_111_111_111);
        let accepted = |offset| accepts(KNOWN, &code(KNOWN, step(at) + offset), at, None);
        assert_eq!(
            [-2, -1, 0, 1, 2].map(|o| accepted(o).map(|s| s - step(at))),
            [None, Some(-1), Some(0), Some(1), None]
        );
        assert_eq!(accepts(KNOWN, " 050 471 ", at, None), Some(step(at)), "as it is shown");
        for wrong in ["", "050472", "50471", "14050471", "0504711"] {
            assert_eq!(accepts(KNOWN, wrong, at, None), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_accepted_once_and_no_earlier_one_after_it() {
        let at = second(1_111_111_111);
        let last = accepts(KNOWN, &code(KNOWN, step(at)), at, None);
        assert_eq!(last, Some(step(at)));
        for offset in [-1, 0] {
            assert_eq!(accepts(KNOWN, &code(KNOWN, step(at) + offset), at, last), None);
        }
        assert_eq!(accepts(KNOWN, &code(KNOWN, step(at) + 1), at, last), Some(step(at) + 1));
    }

    #[test]
    fn a_secret_is_written_in_base32_and_the_account_escaped() {
        for (plain, coded) in [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
        assert_eq!(
            url("ann+x@example.org", KNOWN),
            "otpauth://totp/Demarc:ann%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Demarc&algorithm=SHA1&digits=6&period=30"
        );
    }
}
