//! A network of one's own: nobody is asked. What is ordered on it, the hub carries out itself; here are the settings by
//! which it does, and a connector that has nothing to say.

mod setting;

pub use setting::{Calendar, Credentials, Pattern, Quoting, Settings};

use crate::connector::{
    Call, Capabilities, Connector, Context, Found, Input, Next, Outcome, Progress, Task, Verdict,
};
use crate::http::{Reply, Request};
use model::attempt::Attempt;
use serde_json::Value;

/// The word for `carrier create --connector`.
pub const KIND: &str = "own";

const CAPABILITIES: Capabilities = Capabilities {
    operations: &[],
    prompts: &[],
    payment_methods: &["iban"],
    documents: &[],
    reference_limit: 64,
    plain_members: &[],
};

/// Its address is not among the listings, or there are none yet.
const NOT_LISTED: &str = "no premise of this network has that address";

pub struct Own;

impl Connector for Own {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn check(&self, settings: &Value) -> Result<(), String> {
        Settings::read(settings).map(|_| ())
    }

    fn next(&self, _: Context<'_>, _: Task<'_>, _: &Progress) -> Next {
        Next::Done(Outcome::Failed { reason: NOT_LISTED.into() })
    }

    fn read(&self, _: Context<'_>, _: Task<'_>, progress: &Progress, _: Input<'_>) -> (Progress, Verdict) {
        (progress.clone(), Verdict::Pending)
    }

    fn lookup(&self, _: Context<'_>, _: Task<'_>, _: &Progress, _: &Attempt) -> Call {
        // Nothing is ever sent, so nothing is ever looked up.
        Call { operation: "lookup", mutating: false, request: Request::get(String::new()), auth: false }
    }

    fn found(&self, _: &Attempt, _: &Reply) -> Found {
        Found::Unclear
    }
}
