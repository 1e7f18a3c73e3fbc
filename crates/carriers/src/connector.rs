//! The connector contract: a carrier's API as a pure state machine. The engine calls these
//! functions, sends what they ask for, and hands back what came.

use crate::http;
use model::action::Work;
use model::attempt::{Attempt, Class};
use model::id::PremiseId;
use model::prompt;
use model::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// A connector's own record of how far an action is: JSON with its version in `v`. Null at the
/// start. Every version ever released stays readable.
pub type Progress = Value;

/// What a connector may know of the world.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The carrier's settings, over the connector's defaults for this installation.
    pub settings: &'a Value,
    /// Business time.
    pub now: Timestamp,
    /// Randomness of this step, the only one there is.
    pub seed: u64,
}

/// The work to be done for one action.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// Our reference for the mutating call of the current step: fixed for ever.
    pub reference: &'a str,
    pub work: &'a Work,
}

/// One request to the carrier.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The connector's word for it, one of its capabilities' operations.
    pub operation: &'static str,
    /// It changes something at the carrier: the engine makes an attempt of it.
    pub mutating: bool,
    pub request: http::Request,
    /// It needs the carrier's session.
    pub auth: bool,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    Call(Call),
    /// Nothing to do for this long (business time); then `read` is given `Elapsed`.
    Wait(Duration),
    Ask(Ask),
    Done(Outcome),
}

/// Something that only the caller or the customer can give.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub kind: prompt::Kind,
    /// What the caller needs to see.
    pub data: Value,
    /// Why the last answer was refused.
    pub refusal: Option<String>,
    /// Look at the carrier this often meanwhile, where the answer is not given to us.
    pub poll: Option<Duration>,
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The address is covered. `products` None: everything in the carrier's catalogue. `premise` is
    /// the listing that it was answered from, where that is ours.
    Covered { products: Option<Vec<String>>, premise: Option<PremiseId> },
    /// The carrier's order was carried out.
    Fulfilled { carrier_reference: String },
    /// It cannot be had, with the reason for the caller.
    Failed { reason: String },
}

/// Something that became known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input<'a> {
    /// The answer to the call of that operation.
    Reply { operation: &'a str, reply: &'a http::Reply },
    /// The caller answered the prompt.
    Answer(&'a prompt::Answer),
    /// The carrier's state of our order, seen in a look-up, a callback, a feed, or by a person (then
    /// it is `{"carrier_reference": …}`).
    Observed(&'a Value),
    /// The time of a `Wait`, or of an `Ask`'s poll, is over.
    Elapsed,
}

/// What an input means for the call that is out, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Confirmed,
    /// The carrier said no, clearly: nothing was changed by this call.
    Refused(String),
    /// Taken, not finished; an unrecognised status word is this, never a refusal.
    Pending,
    /// It cannot be told.
    Unknown,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The carrier's state of our order, to be read as `Observed`.
    Found(Value),
    Absent,
    Unclear,
}

/// One operation of a carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    pub name: &'static str,
    pub mutating: bool,
    /// What is done when its outcome is unknown. Without meaning when it is not mutating.
    pub class: Class,
    /// Classes that the settings may choose although they promise more than `class`: those that the
    /// test kit has proven.
    pub proven: &'static [Class],
}

/// An identity document that a carrier accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentKind {
    pub kind: &'static str,
    pub label: &'static str,
    pub required: &'static [&'static str],
}

/// What a connector can do, as data.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities {
    pub operations: &'static [Operation],
    pub prompts: &'static [prompt::Kind],
    pub payment_methods: &'static [&'static str],
    pub documents: &'static [DocumentKind],
    /// The longest reference of ours that the carrier keeps.
    pub reference_limit: usize,
    /// JSON members whose values may stand in an exchange's record; all others are masked.
    pub plain_members: &'static [&'static str],
}

/// A carrier's API.
pub trait Connector: Send + Sync {
    /// The word for `carrier create --connector`.
    fn kind(&self) -> &'static str;

    fn capabilities(&self) -> &'static Capabilities;

    /// Whether settings of this form can be worked with; the words name the member at fault.
    fn check(&self, settings: &Value) -> Result<(), String>;

    /// What to do next. The same progress gives the same call.
    fn next(&self, cx: Context<'_>, task: Task<'_>, progress: &Progress) -> Next;

    /// What an input means.
    fn read(
        &self,
        cx: Context<'_>,
        task: Task<'_>,
        progress: &Progress,
        input: Input<'_>,
    ) -> (Progress, Verdict);

    /// How to ask what became of an attempt. Never mutating.
    fn lookup(&self, cx: Context<'_>, task: Task<'_>, progress: &Progress, attempt: &Attempt) -> Call;

    /// What the look-up's answer says.
    fn found(&self, attempt: &Attempt, reply: &http::Reply) -> Found;

    /// For carriers that want a login.
    fn session(&self) -> Option<&dyn Session> {
        None
    }

    /// For carriers that tell the changes of all orders in one answer.
    fn feed(&self) -> Option<&dyn Feed> {
        None
    }
}

/// One session per carrier, kept by the engine.
pub trait Session: Send + Sync {
    /// None when the settings say that no login is wanted.
    fn authorize(&self, cx: Context<'_>) -> Option<http::Request>;

    /// The session and how long it is valid, read from the login's answer.
    fn ready(&self, reply: &http::Reply) -> Option<(Value, Duration)>;

    /// Puts the session on a request.
    fn sign(&self, session: &Value, request: &mut http::Request);

    /// The carrier did not look at the request because the session is over.
    fn rejected(&self, reply: &http::Reply) -> bool;
}

/// One poll for all open orders.
pub trait Feed: Send + Sync {
    /// How often, and the request for what came after `cursor` (Null at first). None when the
    /// settings say that the carrier has no feed.
    fn poll(&self, cx: Context<'_>, cursor: &Value) -> Option<(Duration, http::Request)>;

    /// The new cursor, and what is known of which reference of ours. None when the answer is unclear.
    fn observed(&self, reply: &http::Reply) -> Option<(Value, Vec<(String, Value)>)>;
}

impl Capabilities {
    /// The class of an operation under a carrier's settings (`"classes": {"order": "D"}`). Settings
    /// may always lower it; they raise it only to a proven class. Unnamed operations are D.
    pub fn class(&self, operation: &str, settings: &Value) -> Class {
        let Some(known) = self.operations.iter().find(|o| o.name == operation) else { return Class::D };
        let wanted = settings.get("classes").and_then(|c| c.get(operation)).and_then(Value::as_str);
        match wanted.map(str::parse::<Class>) {
            Some(Ok(class)) if class >= known.class || known.proven.contains(&class) => class,
            Some(Err(_)) => Class::D,
            _ => known.class,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_lower_a_class_and_raise_it_only_when_proven() {
        const OPERATIONS: &[Operation] =
            &[Operation { name: "order", mutating: true, class: Class::C, proven: &[Class::B] }];
        let capabilities = Capabilities {
            operations: OPERATIONS,
            prompts: &[],
            payment_methods: &[],
            documents: &[],
            reference_limit: 64,
            plain_members: &[],
        };
        let class = |settings| capabilities.class("order", &settings);
        assert_eq!(class(json!({})), Class::C);
        assert_eq!(class(json!({"classes": {"order": "D"}})), Class::D);
        assert_eq!(class(json!({"classes": {"order": "B"}})), Class::B);
        assert_eq!(class(json!({"classes": {"order": "A"}})), Class::C, "unproven");
        assert_eq!(
            class(json!({"classes": {"order": "Z"}})),
            Class::D,
            "a word we do not know promises nothing"
        );
        assert_eq!(capabilities.class("other", &json!({})), Class::D);
    }
}
