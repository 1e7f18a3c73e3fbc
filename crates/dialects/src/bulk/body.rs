//! A caller's file as a body: what it is by its headers, and how it is handed on part by part.

use super::refusal::Refusal;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use futures_util::StreamExt;
use hub::bulk::Upload;
use model::qualification::Format;
use std::time::Duration;
use tokio::time::timeout;

/// So much of a body that is refused is still read, and for so long, so that a client that is busy sending sees the
/// answer and not a connection that was reset.
const MOST_DRAINED: usize = 64 << 20;
const LONGEST_DRAIN: Duration = Duration::from_secs(10);

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub format: Format,
    gzip: bool,
}

impl Kind {
    pub fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = |value: Option<&HeaderValue>| {
            value.and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_ascii_lowercase()
        };
        let refuse = |words| Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
        let said = text(headers.get(header::CONTENT_TYPE));
        let mut parts = said.split(';').map(str::trim);
        let format = match parts.next().unwrap_or_default() {
            "text/csv" => Format::Csv,
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Format::JsonLines,
            _ => return refuse("Content-Type must be text/csv, application/x-ndjson or application/jsonl"),
        };
        let charset = parts.find_map(|part| part.strip_prefix("charset="));
        if !matches!(charset.map(|name| name.trim_matches('"')), None | Some("utf-8" | "utf8" | "us-ascii")) {
            return refuse("the file must be UTF-8");
        }
        match text(headers.get(header::CONTENT_ENCODING)).as_str() {
            "" | "identity" => Ok(Self { format, gzip: false }),
            "gzip" | "x-gzip" => Ok(Self { format, gzip: true }),
            _ => refuse("Content-Encoding must be gzip, or be left out"),
        }
    }

    /// Hands a body on until it ends or is refused; what is refused is drained. `within`: a body that takes longer is.
    pub async fn pump(self, body: Body, upload: &mut Upload, within: Duration) -> Result<(), Refusal> {
        let mut stream = body.into_data_stream();
        let pumped = timeout(within, self.hand_on(&mut stream, upload)).await;
        match pumped
            .unwrap_or_else(|_| Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the file took too long")))
        {
            Ok(true) => Ok(()),
            // Why is told by the upload.
            Ok(false) => {
                drain(stream).await;
                Ok(())
            }
            Err(refusal) => {
                drain(stream).await;
                Err(refusal)
            }
        }
    }

    /// False: it is refused.
    async fn hand_on(self, stream: &mut BodyDataStream, upload: &mut Upload) -> Result<bool, Refusal> {
        let mut begun = false;
        while let Some(part) = stream.next().await {
            let broken = |_| Refusal::new(StatusCode::BAD_REQUEST, "the body could not be read to its end");
            let part = part.map_err(broken)?;
            if self.gzip && !begun && part.first().is_some_and(|first| *first != 0x1f) {
                let rule = "is not gzip, as Content-Encoding says";
                return Err(Refusal::of_field(StatusCode::UNPROCESSABLE_ENTITY, "file", rule));
            }
            begun |= !part.is_empty();
            if !upload.write(part.to_vec()).await {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Reads on for a while.
pub async fn drain(mut stream: BodyDataStream) {
    let mut left = MOST_DRAINED;
    let draining = async {
        while let Some(Ok(part)) = stream.next().await {
            left = left.saturating_sub(part.len());
            if left == 0 {
                break;
            }
        }
    };
    let _ = timeout(LONGEST_DRAIN, draining).await;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn kind(content_type: &str, encoding: Option<&str>) -> Option<Kind> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        }
        Kind::of(&headers).ok()
    }

    #[test]
    fn a_body_is_what_its_headers_say() {
        let csv = Some(Kind { format: Format::Csv, gzip: false });
        for said in ["text/csv", "Text/CSV; charset=UTF-8", "text/csv;header=present"] {
            assert_eq!(kind(said, None), csv, "{said}");
        }
        for said in ["application/x-ndjson", "application/jsonl"] {
            let lines = Some(Kind { format: Format::JsonLines, gzip: true });
            assert_eq!(kind(said, Some("gzip")), lines, "{said}");
        }
        for said in ["application/json", "application/x-www-form-urlencoded", "text/csv; charset=latin1", ""]
        {
            assert_eq!(kind(said, None), None, "{said}");
        }
        assert_eq!(kind("text/csv", Some("br")), None);
        assert!(Kind::of(&HeaderMap::new()).is_err());
    }
}
