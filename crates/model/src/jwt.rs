//! Tokens that service accounts sign themselves: JSON Web Tokens (RFC 7519) in the compact form, RS256 and nothing
//! else. Reading and judging; whether the signature is right is for whoever has the key. The moment is the caller's:
//! wall time, because foreign machines write these.

use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};
use std::time::Duration;

/// Bytes of a token.
pub const LONGEST: usize = 8 * 1024;
/// Bytes of a `kid`.
pub const LONGEST_KID: usize = 128;
/// How far another machine's clock may be off.
pub const SKEW: Duration = Duration::from_secs(60);
/// For how long a token may be good.
pub const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("it is longer than 8 KiB")]
    TooLong,
    #[error(
        "it is not three parts in base64url, the first two of them JSON objects with the members of a JWT"
    )]
    Form,
    #[error("`alg` is not RS256")]
    Algorithm,
    #[error("`typ` is not JWT")]
    Kind,
    #[error("`crit` wants what we do not know")]
    Critical,
    #[error("`kid` is missing or not 1 to 128 bytes")]
    Kid,
    #[error("`iss` and `sub` do not name the account")]
    Holder,
    #[error("`aud` does not name us")]
    Audience,
    #[error("`exp` is missing")]
    Endless,
    #[error("it is good for more than 24 h")]
    LongLived,
    #[error("`nbf` or `iat` is in the future")]
    Early,
    #[error("it has expired")]
    Expired,
}

/// Whether a text has the form of such a token: no API key has a dot in it.
pub fn is_like(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// A token of which nothing is known but its form. No `Debug`: whoever has it may use it.
pub struct Token<'t> {
    kid: String,
    signed: &'t str,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: Option<String>,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}

impl<'t> Token<'t> {
    pub fn parse(text: &'t str) -> Result<Self, Wrong> {
        if text.len() > LONGEST {
            return Err(Wrong::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Wrong::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(Wrong::Form)?;
        let kid = kid(object(&decoded(header)?)?)?;
        Ok(Self { kid, signed, claims: decoded(claims)?, signature: decoded(signature)? })
    }

    /// By which the key is found.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What the signature is of.
    pub fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What it says; to be read when the signature was found to be right, not before.
    pub fn claims(&self) -> Result<Claims, Wrong> {
        object(&self.claims)
    }
}

/// Refuses a header that is not exactly ours before anything is looked up. Keys that it brings along are not read.
fn kid(header: Header) -> Result<String, Wrong> {
    if header.alg.as_deref() != Some("RS256") {
        return Err(Wrong::Algorithm);
    }
    if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(Wrong::Kind);
    }
    if header.crit.is_some() {
        return Err(Wrong::Critical);
    }
    header.kid.filter(|kid| (1..=LONGEST_KID).contains(&kid.len())).ok_or(Wrong::Kid)
}

/// Neither padded nor with bits left over: a token has one form only.
fn decoded(part: &str) -> Result<Vec<u8>, Wrong> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Wrong::Form)
}

fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Wrong> {
    // Else a list would do as well.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(Wrong::Form);
    }
    serde_json::from_slice(json).map_err(|_| Wrong::Form)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token says.
#[derive(Deserialize)]
pub struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<Number>,
    nbf: Option<Number>,
    iat: Option<Number>,
}

/// Whose a token has to be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub account: &'a str,
    pub organization: &'a str,
    /// What has to be in `aud`; None: it is not looked at.
    pub audience: Option<&'a str>,
}

impl Claims {
    /// Whether a token whose signature is right may be taken at that moment. That it has expired is said only of one
    /// that was good.
    pub fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), Wrong> {
        self.check_names(expected)?;
        let exp = moment(self.exp.as_ref().ok_or(Wrong::Endless)?);
        let (nbf, iat) = (self.nbf.as_ref().map(moment), self.iat.as_ref().map(moment));
        if nbf.max(iat).is_some_and(|begin| begin > now.plus(SKEW)) {
            return Err(Wrong::Early);
        }
        let long = match iat {
            Some(iat) => exp.since(iat) > LONGEST_LIFE,
            None => exp.since(now) > LONGEST_LIFE + SKEW,
        };
        if long {
            return Err(Wrong::LongLived);
        }
        if exp.plus(SKEW) <= now { Err(Wrong::Expired) } else { Ok(()) }
    }

    /// One of `iss` and `sub` is enough, and none of them may name anybody else.
    fn check_names(&self, expected: &Expected<'_>) -> Result<(), Wrong> {
        let issued =
            self.iss.as_ref().is_none_or(|iss| *iss == expected.account || *iss == expected.organization);
        let held = self.sub.as_ref().is_none_or(|sub| sub == expected.account);
        if !issued || !held || (self.iss.is_none() && self.sub.is_none()) {
            return Err(Wrong::Holder);
        }
        let Some(wanted) = expected.audience else { return Ok(()) };
        let meant = match &self.aud {
            None => false,
            Some(Audience::One(one)) => one == wanted,
            Some(Audience::Many(many)) => many.iter().any(|one| one == wanted),
        };
        if meant { Ok(()) } else { Err(Wrong::Audience) }
    }
}

/// A NumericDate: seconds since 1970, perhaps with a fraction. Saturates at the ends of the range.
fn moment(seconds: &Number) -> Timestamp {
    match seconds.as_i64() {
        Some(whole) => Timestamp::from_micros(whole.saturating_mul(1_000_000)),
        None => Timestamp::from_micros((seconds.as_f64().unwrap_or(f64::MAX) * 1e6) as i64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;
    const OURS: Expected<'_> = Expected { account: "billing", organization: "shop", audience: None };

    fn coded(part: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(part)
    }

    fn token(header: &Value, claims: &Value) -> String {
        format!("{}.{}.{}", coded(&header.to_string()), coded(&claims.to_string()), coded("signature"))
    }

    fn header() -> Value {
        json!({"alg": "RS256", "typ": "JWT", "kid": "k1"})
    }

    fn with(mut object: Value, member: &str, value: Value) -> Value {
        object[member] = value;
        object
    }

    fn of_header(header: &Value) -> Result<(), Wrong> {
        Token::parse(&token(header, &json!({}))).map(|_| ())
    }

    fn judged_for(expected: &Expected<'_>, claims: &Value) -> Result<(), Wrong> {
        let text = token(&header(), claims);
        Token::parse(&text)?.claims()?.check(expected, Timestamp::from_micros(NOW * 1_000_000))
    }

    fn judged(claims: &Value) -> Result<(), Wrong> {
        judged_for(&OURS, claims)
    }

    fn good() -> Value {
        json!({"iss": "shop", "sub": "billing", "aud": "demarc", "iat": NOW, "nbf": NOW, "exp": NOW + 3_600})
    }

    #[test]
    fn a_token_comes_apart_into_what_is_signed_and_the_signature() {
        let text = token(&header(), &good());
        let token = Token::parse(&text).ok().unwrap();
        assert_eq!((token.kid(), token.signature()), ("k1", &b"signature"[..]));
        assert_eq!(token.signed(), text.rsplit_once('.').unwrap().0.as_bytes());
        assert!(is_like(&text) && !is_like("dmk_live_00000000_x") && !is_like("a.b") && !is_like("a.b.c.d"));
        assert_eq!(judged(&good()), Ok(()));
    }

    #[test]
    fn what_is_not_three_parts_of_base64url_is_refused() {
        let good = token(&header(), &good());
        let parts: Vec<&str> = good.split('.').collect();
        for bad in [
            String::new(),
            parts[0].to_owned(),
            parts[..2].join("."),
            format!("{good}.{}", parts[2]),
            format!("{good}="),
            format!("{} .{}.{}", parts[0], parts[1], parts[2]),
            format!("{}.{}.{}+/", parts[0], parts[1], parts[2]),
            // One bit more than there are bytes for: another text of the same signature.
            format!("{}.{}.YR", parts[0], parts[1]),
            format!("{}.{}.{}", coded("[\"RS256\",\"JWT\",\"k1\",null]"), parts[1], parts[2]),
            format!(
                "{}.{}.{}",
                coded("{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"k1\"}"),
                parts[1],
                parts[2]
            ),
            format!("{}.{}.{}", coded("{\"alg\":\"RS256\",\"kid\":\"k1\"}{}"), parts[1], parts[2]),
        ] {
            assert_eq!(Token::parse(&bad).err(), Some(Wrong::Form), "{bad}");
        }
        let long = "a".repeat(LONGEST - good.len());
        assert!(Token::parse(&format!("{good}{long}")).err() != Some(Wrong::TooLong));
        assert_eq!(Token::parse(&format!("{good}{long}a")).err(), Some(Wrong::TooLong));
    }

    #[test]
    fn no_other_algorithm_is_taken() {
        for alg in ["none", "None", "HS256", "RS384", "PS256", "ES256", "rs256", "RS256 ", ""] {
            assert_eq!(of_header(&with(header(), "alg", json!(alg))), Err(Wrong::Algorithm), "{alg}");
        }
        assert_eq!(of_header(&json!({"kid": "k1"})), Err(Wrong::Algorithm));
        assert_eq!(of_header(&with(header(), "alg", json!(["RS256"]))), Err(Wrong::Form));
    }

    #[test]
    fn a_header_names_its_key_and_wants_nothing_that_is_not_known() {
        for typ in ["JWT", "jwt"] {
            assert_eq!(of_header(&with(header(), "typ", json!(typ))), Ok(()));
        }
        assert_eq!(of_header(&json!({"alg": "RS256", "kid": "k1"})), Ok(()), "`typ` may be left out");
        assert_eq!(of_header(&with(header(), "typ", json!("JWE"))), Err(Wrong::Kind));
        assert_eq!(of_header(&with(header(), "crit", json!(["b64"]))), Err(Wrong::Critical));
        assert_eq!(of_header(&json!({"alg": "RS256"})), Err(Wrong::Kid));
        assert_eq!(of_header(&with(header(), "kid", json!(""))), Err(Wrong::Kid));
        assert_eq!(of_header(&with(header(), "kid", json!("k".repeat(128)))), Ok(()));
        assert_eq!(of_header(&with(header(), "kid", json!("k".repeat(129)))), Err(Wrong::Kid));
        assert_eq!(of_header(&with(header(), "kid", json!(1))), Err(Wrong::Form));
    }

    #[test]
    fn a_token_ends_a_minute_after_its_time_and_begins_a_minute_before_it() {
        let at = |member: &str, offset: i64| judged(&with(good(), member, json!(NOW + offset)));
        let old = with(good(), "iat", json!(NOW - 3_600));
        let ended = |offset: i64| judged(&with(old.clone(), "exp", json!(NOW + offset)));
        assert_eq!(
            (ended(-59), ended(-60), ended(-100_000)),
            (Ok(()), Err(Wrong::Expired), Err(Wrong::Expired))
        );
        for member in ["nbf", "iat"] {
            assert_eq!((at(member, 60), at(member, 61)), (Ok(()), Err(Wrong::Early)), "{member}");
        }
        let mut endless = good();
        endless.as_object_mut().unwrap().remove("exp");
        assert_eq!(judged(&endless), Err(Wrong::Endless));
        assert_eq!(judged(&with(good(), "exp", Value::Null)), Err(Wrong::Endless));
        assert_eq!(judged(&with(good(), "exp", json!("1900000000"))), Err(Wrong::Form));
        assert_eq!(judged(&with(good(), "exp", json!(NOW as f64 + 0.5))), Ok(()));
        assert_eq!(judged(&with(good(), "iat", json!(1e300))), Err(Wrong::Early));
    }

    #[test]
    fn no_token_is_good_for_more_than_a_day() {
        let day = 24 * 3_600;
        let until = |exp: Value| judged(&json!({"sub": "billing", "exp": exp}));
        assert_eq!(
            (until(json!(NOW + day + 60)), until(json!(NOW + day + 61))),
            (Ok(()), Err(Wrong::LongLived))
        );
        for never in [json!(i64::MAX), json!(u64::MAX), json!(1e300)] {
            assert_eq!(until(never.clone()), Err(Wrong::LongLived), "{never}");
            assert_eq!(judged(&with(good(), "exp", never)), Err(Wrong::LongLived));
        }
        let since = |iat: i64| judged(&json!({"sub": "billing", "iat": iat, "exp": NOW + 10}));
        assert_eq!((since(NOW + 10 - day), since(NOW + 9 - day)), (Ok(()), Err(Wrong::LongLived)));
    }

    #[test]
    fn a_token_names_its_account_and_nobody_else() {
        let named =
            |iss: Option<&str>, sub: Option<&str>| judged(&json!({"iss": iss, "sub": sub, "exp": NOW + 60}));
        for (iss, sub) in [
            (Some("billing"), Some("billing")),
            (Some("shop"), Some("billing")),
            (Some("billing"), None),
            (Some("shop"), None),
            (None, Some("billing")),
        ] {
            assert_eq!(named(iss, sub), Ok(()), "{iss:?} {sub:?}");
        }
        for (iss, sub) in [
            (None, None),
            (Some("rival"), Some("billing")),
            (Some("billing"), Some("shop")),
            (Some("shop"), Some("anna@example.org")),
            (Some("Billing"), None),
            (Some(""), Some("billing")),
        ] {
            assert_eq!(named(iss, sub), Err(Wrong::Holder), "{iss:?} {sub:?}");
        }
    }

    #[test]
    fn an_audience_is_looked_at_where_one_is_wanted() {
        let wanted = Expected { audience: Some("demarc"), ..OURS };
        let meant = |aud: Value| judged_for(&wanted, &with(good(), "aud", aud));
        assert_eq!((meant(json!("demarc")), meant(json!(["other", "demarc"]))), (Ok(()), Ok(())));
        for other in [json!("other"), json!([]), json!(["Demarc", "demarc2"]), Value::Null] {
            assert_eq!(meant(other.clone()), Err(Wrong::Audience), "{other}");
            assert_eq!(judged(&with(good(), "aud", other)), Ok(()));
        }
        assert_eq!(judged(&with(good(), "aud", json!(7))), Err(Wrong::Form));
    }
}
