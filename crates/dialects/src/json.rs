//! A request's body as JSON, or why it is none. The content type is not looked at: some clients send none, or the
//! wrong one. How a refusal is told is each dialect's own.

use axum::body::Body;
use axum::http::StatusCode;
use bytes::BytesMut;
use futures_util::StreamExt;
use serde_json::Value;
use std::fmt;

/// A longer body is refused. The longest request of a dialect is a few kilobytes.
pub const MOST_BYTES: usize = 256 * 1024;
/// Deeper nesting is refused: what is stored of a body is wrapped, and must be readable again.
pub const MOST_DEPTH: usize = 32;
/// So much of a body that is refused is still read, so that a client that is busy sending sees the answer and not
/// a connection that was reset.
const MOST_DRAINED: usize = 64 * 1024 * 1024;

/// Why a body cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    TooLarge,
    /// The connection ended before the body did.
    Broken,
    Empty,
    NotUtf8,
    TooDeep,
    Malformed {
        line: usize,
        column: usize,
    },
}

impl Refused {
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "body must be at most {MOST_BYTES} bytes"),
            Self::Broken => f.write_str("body could not be read to its end"),
            Self::Empty => f.write_str("body must not be empty"),
            Self::NotUtf8 => f.write_str("body must be UTF-8"),
            Self::TooDeep => write!(f, "body must not be nested deeper than {MOST_DEPTH} levels"),
            Self::Malformed { line, column } => {
                write!(f, "body must be JSON: see line {line}, column {column}")
            }
        }
    }
}

/// Reads a body that must be there.
pub async fn read(body: Body) -> Result<Value, Refused> {
    read_optional(body).await?.ok_or(Refused::Empty)
}

/// Reads a body that may be left out.
pub async fn read_optional(body: Body) -> Result<Option<Value>, Refused> {
    parse(&collect(body).await?)
}

/// The same with every decimal as a text, so that no digit of it is lost: a number with a fraction would pass through
/// binary floating point. For readers that take both. One with an exponent is nobody's price and stays as it is.
pub async fn read_exactly(body: Body) -> Result<Option<Value>, Refused> {
    let bytes = collect(body).await?;
    // What is no JSON is told by the places that the caller knows.
    if parse(&bytes)?.is_none() {
        return Ok(None);
    }
    parse(&quoted(&bytes))
}

/// Puts decimals between quotation marks. The text is JSON.
fn quoted(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() + 16);
    let (mut inside, mut escaped, mut at) = (false, false, 0);
    while let Some(byte) = json.get(at) {
        if !inside && (byte.is_ascii_digit() || *byte == b'-') {
            let length =
                json[at..].iter().take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
            let number = &json[at..at + length.count()];
            let decimal = number.contains(&b'.') && !is_whole(number);
            let mark: &[u8] = if decimal { b"\"" } else { b"" };
            out.extend([mark, number, mark].concat());
            at += number.len();
            continue;
        }
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
        out.push(*byte);
        at += 1;
    }
    out
}

/// `3.0` is a whole number, as JSON Schema has it.
fn is_whole(number: &[u8]) -> bool {
    let fraction = number.iter().skip_while(|b| **b != b'.').skip(1);
    fraction.clone().any(|b| matches!(b, b'e' | b'E')) || fraction.clone().all(|b| *b == b'0')
}

async fn collect(body: Body) -> Result<BytesMut, Refused> {
    let mut stream = body.into_data_stream();
    let (mut whole, mut length) = (BytesMut::new(), 0usize);
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| Refused::Broken)?;
        length = length.saturating_add(part.len());
        if length <= MOST_BYTES {
            whole.extend_from_slice(&part);
        } else if length > MOST_DRAINED {
            break;
        } else {
            whole = BytesMut::new();
        }
    }
    if length > MOST_BYTES { Err(Refused::TooLarge) } else { Ok(whole) }
}

fn parse(bytes: &[u8]) -> Result<Option<Value>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Ok(None);
    }
    if is_too_deep(text.as_bytes()) {
        return Err(Refused::TooDeep);
    }
    let parsed = serde_json::from_str(text);
    parsed.map(Some).map_err(|error| Refused::Malformed { line: error.line(), column: error.column() })
}

/// Counts brackets outside of texts, without recursion.
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn nesting_is_measured_outside_of_texts_only() {
        assert!(parse(nested(MOST_DEPTH).as_bytes()).is_ok());
        assert_eq!(parse(nested(MOST_DEPTH + 1).as_bytes()), Err(Refused::TooDeep));
        assert_eq!(parse("[".repeat(100_000).as_bytes()), Err(Refused::TooDeep));
        let text = json!({"a": nested(1_000), "b\"[": "\\\"[[["}).to_string();
        assert!(parse(text.as_bytes()).is_ok());
        assert!(!is_too_deep("[]".repeat(1_000).as_bytes()), "beside each other is not inside each other");
    }

    #[test]
    fn what_is_no_json_is_told_by_its_place() {
        assert_eq!(parse(b"{\"a\": 1,}"), Err(Refused::Malformed { line: 1, column: 9 }));
        assert_eq!(parse(b"{}\n{}"), Err(Refused::Malformed { line: 2, column: 1 }));
        assert_eq!(parse(b"\xff\xfe{}"), Err(Refused::NotUtf8));
        for text in ["{", "[1e999]", "\"\\ud800\"", "NaN", "{a: 1}"] {
            assert!(matches!(parse(text.as_bytes()), Err(Refused::Malformed { .. })), "{text}");
        }
    }

    #[test]
    fn decimals_keep_their_digits_as_texts_and_nothing_else_changes() {
        let quoted = |text: &str| String::from_utf8(quoted(text.as_bytes())).unwrap();
        let text =
            r#"{"a": 10.50, "b": [-1e5, 1.5e3, 3, 3.0, -7], "c 1.5": "2.5 \" 3.5", "d": 500000.00000000001}"#;
        let exact = r#"{"a": "10.50", "b": [-1e5, 1.5e3, 3, 3.0, -7], "c 1.5": "2.5 \" 3.5", "d": "500000.00000000001"}"#;
        assert_eq!(quoted(text), exact);
    }

    #[test]
    fn a_body_of_blanks_is_none() {
        assert_eq!(parse(b""), Ok(None));
        assert_eq!(parse(b" \r\n\t"), Ok(None));
        assert_eq!(parse("\u{feff}{}".as_bytes()), Ok(Some(json!({}))));
    }
}
