//! The cheapest client that speaks HTTP/1.1 to our own server: one kept connection, one request under way,
//! answers with a `Content-Length`. It shares the machine with what it measures.

use std::io::{Error, ErrorKind, Result, Write};
use std::net::SocketAddr;
use std::ops::Range;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer; its body lies in the connection until the next request.
pub struct Answer<'c> {
    pub status: u16,
    pub body: &'c [u8],
}

/// More than this is not an answer of ours.
const LARGEST: usize = 256 * 1024 * 1024;

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(4096) })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.read.clear();
        self.stream.write_all(request).await?;
        let (status, body) = loop {
            if let Some(head) = head(&self.read)? {
                break head;
            }
            self.more().await?;
        };
        while self.read.len() < body.end {
            self.more().await?;
        }
        Ok(Answer { status, body: &self.read[body] })
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Status and place of the body, once the head is there.
fn head(read: &[u8]) -> Result<Option<(u16, Range<usize>)>> {
    let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let strange = || Error::new(ErrorKind::InvalidData, "not an answer with a length");
    let text = std::str::from_utf8(&read[..end]).map_err(|_| strange())?;
    let status = text.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(strange)?;
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok())
        .filter(|length| *length <= LARGEST)
        .ok_or_else(strange)?;
    Ok(Some((status, end + 4..end + 4 + length)))
}

/// Writes a GET in the place of what `request` held.
pub fn get(request: &mut Vec<u8>, path: impl std::fmt::Display, key: &str) {
    request.clear();
    // Writing to memory does not fail.
    let _ = write!(request, "GET {path} HTTP/1.1\r\nhost: demarc\r\nauthorization: {key}\r\n\r\n");
}

/// Writes a POST of JSON in the place of what `request` held.
pub fn post(
    request: &mut Vec<u8>,
    path: impl std::fmt::Display,
    key: &str,
    idempotency_key: Option<&str>,
    body: &str,
) {
    request.clear();
    let _ = write!(
        request,
        "POST {path} HTTP/1.1\r\nhost: demarc\r\nauthorization: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    if let Some(idempotency_key) = idempotency_key {
        let _ = write!(request, "idempotency-key: {idempotency_key}\r\n");
    }
    let _ = write!(request, "\r\n{body}");
}

/// `id` of an action's record, without reading the rest of it.
pub fn id(record: &[u8]) -> Option<i64> {
    let digits = after(record, b"\"id\":")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// `status` of an action's record.
pub fn status(record: &[u8]) -> Option<&str> {
    let word = after(record, b"\"status\":\"")?;
    let end = word.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&word[..end]).ok()
}

/// What follows the first place of `name`; the record's own members stand before its payload.
fn after<'r>(record: &'r [u8], name: &[u8]) -> Option<&'r [u8]> {
    let at = record.windows(name.len()).position(|bytes| bytes == name)?;
    Some(&record[at + name.len()..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_by_its_own_members() {
        let record =
            br#"{"id":134,"action":"fastweb:coverage","status":"done","payload":{"id":9,"status":"x"}}"#;
        assert_eq!(id(record), Some(134));
        assert_eq!(status(record), Some("done"));
        assert_eq!(id(b"{}"), None);
    }

    #[test]
    fn a_head_says_status_and_where_the_body_is() {
        assert_eq!(head(b"HTTP/1.1 201 Created\r\ncontent-le").unwrap(), None);
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(head(whole).unwrap(), Some((201, 43..45)));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
