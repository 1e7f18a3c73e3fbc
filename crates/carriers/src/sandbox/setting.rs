//! What a sandbox carrier's settings may say, and the requests that follow from them.

use crate::connector::Call;
use crate::http::{Request, segment};
use crate::limit::Limits;
use serde::Deserialize as _;
use serde_json::Value;
use wire::sandbox::{CLASS_HEADER, SESSION_HEADER, SESSION_REQUIRED};

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the sandbox is mounted, without a slash at the end. Given by the installation.
    pub url: String,
    /// The name that it goes by there. Given by the installation; defaults to the carrier's name.
    pub name: String,
    /// `{"order": "A" | "B" | "C" | "D"}`: how the carrier treats duplicates.
    #[serde(default)]
    pub classes: Classes,
    /// When set, the carrier wants a login with this key.
    #[serde(default)]
    pub session_key: Option<String>,
    /// Changes of orders are read from the carrier's feed as well.
    #[serde(default)]
    pub feed: bool,
    /// For the engine; named here because unknown members are refused.
    #[serde(default, rename = "limits")]
    _limits: Limits,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    pub order: Option<String>,
}

impl Settings {
    /// The words of an error name the member at fault.
    pub fn read(settings: &Value) -> Result<Self, String> {
        Limits::read(settings)?;
        let settings = Settings::deserialize(settings).map_err(|e| format!("settings: {e}"))?;
        match settings.classes.order.as_deref() {
            None | Some("A" | "B" | "C" | "D") => Ok(settings),
            Some(other) => Err(format!("settings: classes.order: `{other}` is not one of A, B, C, D")),
        }
    }

    pub fn get(&self, path: &str) -> Request {
        self.sign(Request::get(self.at(path)))
    }

    pub fn post(&self, path: &str, body: &impl serde::Serialize) -> Request {
        // The protocol's own types always have a JSON form.
        self.sign(Request::post(self.at(path), serde_json::to_value(body).unwrap_or_default()))
    }

    pub fn call(&self, operation: &'static str, mutating: bool, request: Request) -> Call {
        Call { operation, mutating, request, auth: self.session_key.is_some() }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/carriers/{}/{path}", self.url.trim_end_matches('/'), segment(&self.name))
    }

    fn sign(&self, request: Request) -> Request {
        let request = request.header(CLASS_HEADER, self.classes.order.as_deref().unwrap_or("C"));
        if self.session_key.is_some() { request.header(SESSION_HEADER, SESSION_REQUIRED) } else { request }
    }
}
