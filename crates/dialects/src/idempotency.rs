//! `Idempotency-Key` and the answers that are given again: how the key is read, what of a body makes it the same
//! one, and how an answer of the hub goes out. What a repeated request means is the hub's matter.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::idempotency::Answer;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// The header as it is written in documents and messages.
pub const HEADER: &str = "Idempotency-Key";
/// Its answer's mark of having been given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What a key has to be; follows the name of the header.
pub const RULE: &str = "must be 1 to 255 visible ASCII characters, given once";
const LONGEST: usize = 255;

/// The key is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// The header in an OpenAPI document; `about` says what it is for.
pub fn parameter(about: &str) -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(LONGEST))
        .pattern(Some("^[!-~]{1,255}$"));
    ParameterBuilder::new()
        .name(HEADER)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(text))
        .build()
}

/// The key of a request, if it has one.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Malformed> {
    let mut given = headers.get_all(HEADER).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let fits = given.next().is_none()
        && (1..=LONGEST).contains(&value.len())
        && value.as_bytes().iter().all(u8::is_ascii_graphic);
    let key = value.to_str().ok().filter(|_| fits).ok_or(Malformed)?;
    Ok(Some(key.to_owned()))
}

/// SHA-256 of a body as JSON without blanks, the members of every object sorted by name: equal for bodies that
/// differ in layout only.
pub fn hash(body: &Value) -> [u8; 32] {
    let mut hasher = Sha256::new();
    add(&mut hasher, body);
    hasher.finalize().into()
}

fn add(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            hasher.update(b"{");
            for (name, value) in sorted {
                write(hasher, name);
                hasher.update(b":");
                add(hasher, value);
                hasher.update(b",");
            }
            hasher.update(b"}");
        }
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                add(hasher, item);
                hasher.update(b",");
            }
            hasher.update(b"]");
        }
        plain => write(hasher, plain),
    }
}

/// Hashes what JSON makes of a value.
fn write(hasher: &mut Sha256, value: &(impl Serialize + ?Sized)) {
    struct Into<'h>(&'h mut Sha256);
    impl std::io::Write for Into<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    // Neither texts and numbers nor the hash can fail.
    let _ = serde_json::to_writer(Into(hasher), value);
}

/// An answer as the hub keeps it: the lines of `headers` are written when it is first given, and read when it is
/// given again.
pub fn respond(answer: Answer, replayed: bool) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for line in answer.headers.lines() {
        let parts = line.split_once(": ");
        let parsed = parts.and_then(|(name, value)| {
            Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
        });
        if let Some((name, value)) = parsed {
            headers.append(name, value);
        }
    }
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(text: &str) -> [u8; 32] {
        hash(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn order_of_members_and_blanks_make_no_other_body() {
        assert_eq!(
            of(r#"{"a": 1, "b": {"c": [1, 2], "d": null}}"#),
            of(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#)
        );
    }

    #[test]
    fn every_other_difference_makes_another_body() {
        let bodies = [
            "{}",
            "[]",
            "null",
            "\"\"",
            r#"{"a":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[1,1]}"#,
            r#"{"a":[11]}"#,
            r#"{"a":{"b":1},"c":2}"#,
            r#"{"a":{"b":1,"c":2}}"#,
            r#"{"a":1,"b":null}"#,
        ];
        for (at, one) in bodies.iter().enumerate() {
            for other in &bodies[..at] {
                assert_ne!(of(one), of(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_key_is_one_header_of_visible_ascii() {
        let headers = |values: &[&str]| {
            let mut map = HeaderMap::new();
            for value in values {
                map.append(HEADER, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            map
        };
        let longest = "k".repeat(255);
        assert_eq!(key(&headers(&[])), Ok(None));
        for good in ["1", "!~", longest.as_str()] {
            assert_eq!(key(&headers(&[good])), Ok(Some(good.to_owned())));
        }
        let too_long = "k".repeat(256);
        for bad in ["", "a b", "\t", "schlüssel", too_long.as_str()] {
            assert_eq!(key(&headers(&[bad])), Err(Malformed), "{bad}");
        }
        assert_eq!(key(&headers(&["a", "a"])), Err(Malformed));
    }

    #[test]
    fn an_answer_goes_out_as_it_is_kept() {
        let headers = "content-type: application/json\nx-other: a: b".to_owned();
        let response = respond(Answer { status: 201, headers, body: b"{}".to_vec() }, true);
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["x-other"], "a: b");
        assert_eq!(response.headers()[REPLAYED], "true");
    }
}
