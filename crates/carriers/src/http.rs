//! A request to a carrier and its answer, as values. Who sends them is not known here.

/// Methods that the connectors use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// What is sent. Header values and the body may hold secrets; the engine masks what it records.
#[derive(Clone, PartialEq)]
pub struct Request {
    pub method: Method,
    /// Absolute.
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    /// Sent as JSON.
    pub body: Option<serde_json::Value>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (…)", self.method.word())
    }
}

impl Request {
    pub fn get(url: String) -> Self {
        Self { method: Method::Get, url, headers: Vec::new(), body: None }
    }

    pub fn post(url: String, body: serde_json::Value) -> Self {
        Self { method: Method::Post, url, headers: Vec::new(), body: Some(body) }
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A whole answer: head and body were read to their end, within the engine's caps on size and time.
#[derive(Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

impl Reply {
    /// The body read as JSON of the wanted form; None for anything else, HTML and nothing included.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the status is a clear word at all. 408, 425, 429 and everything from 500 on leave
    /// open whether the request was acted on; so do redirects and what HTTP does not define.
    pub const fn is_clear(&self) -> bool {
        matches!(self.status, 200..=299 | 400..=407 | 409..=424 | 426 | 428 | 431 | 451)
    }
}

/// One path segment, percent-encoded.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
