//! How far an action is with the sandbox carrier, and what each input makes of it. Version 1.

use crate::connector::{Input, Outcome, Progress, Verdict};
use crate::http::Reply;
use model::prompt::Answer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wire::sandbox::{Coverage, Failure, Order, OrderAnswer, code};

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    Start,
    Booked(Booked),
    Ended {
        outcome: Ended,
    },
    /// Written by a version that this one does not know: nothing is done with it here.
    #[serde(skip)]
    Unreadable,
}

/// An order that the carrier has.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Booked {
    pub order: String,
    pub status: String,
    /// Whether the status was read since it was last acted on.
    pub fresh: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_state: Option<String>,
    /// Our reference that the order must have, until the carrier has shown that it is the one: a person has named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Covered,
    Failed(String),
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Covered => Outcome::Covered { products: None, premise: None },
            Ended::Failed(reason) => Outcome::Failed { reason },
        }
    }
}

impl From<Order> for Booked {
    fn from(order: Order) -> Self {
        let (card_url, card_state) = order.card.map(|c| (c.url, c.state.as_str().to_owned())).unzip();
        Self {
            order: order.id,
            status: order.status.as_str().to_owned(),
            fresh: true,
            answer: None,
            refusal: None,
            reason: order.reason,
            card_url,
            card_state,
            adopted: None,
        }
    }
}

impl Booked {
    /// As a person names it.
    fn named(order: &str, reference: &str) -> Self {
        Self {
            order: order.to_owned(),
            status: "unknown".into(),
            fresh: false,
            answer: None,
            refusal: None,
            reason: None,
            card_url: None,
            card_state: None,
            adopted: Some(reference.to_owned()),
        }
    }

    fn is(&self, order: &Order) -> bool {
        order.id == self.order && self.adopted.as_ref().is_none_or(|wanted| *wanted == order.reference)
    }

    /// The same order as the carrier shows it now. An answer that is on its way to the carrier, and
    /// the word on the last one, are not dropped for a state seen meanwhile.
    fn seen_as(self, order: Order) -> Self {
        let still_asked = order.status.as_str() == self.status;
        let refusal = if still_asked { self.refusal } else { None };
        Self { answer: self.answer, refusal, ..order.into() }
    }
}

/// What the carrier answers when it has looked at a request and booked nothing for it.
fn is_refusal(word: &str) -> bool {
    matches!(word, code::INVALID | code::DECLINED | code::TOO_LARGE)
}

impl Stage {
    /// Only Null is the start: what cannot be read must never lead to a second order.
    pub fn read(progress: &Progress) -> Self {
        match progress {
            Value::Null => Stage::Start,
            written if written.get("v") != Some(&json!(1)) => Stage::Unreadable,
            written => Self::deserialize(written).unwrap_or(Stage::Unreadable),
        }
    }

    pub fn write(&self) -> Progress {
        let mut progress = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Some(members) = progress.as_object_mut() {
            members.insert("v".into(), json!(1));
        }
        progress
    }

    /// What an input makes of it; `reference` is that of the current step.
    pub fn after(self, reference: &str, input: Input<'_>) -> (Self, Verdict) {
        match (input, self) {
            (Input::Reply { operation, reply }, stage) => stage.after_reply(operation, reference, reply),
            (Input::Answer(answer), Stage::Booked(booked)) => (
                Stage::Booked(Booked { answer: Some(answer.clone()), refusal: None, ..booked }),
                Verdict::Confirmed,
            ),
            (Input::Elapsed, Stage::Booked(booked)) => {
                (Stage::Booked(Booked { fresh: false, ..booked }), Verdict::Pending)
            }
            (Input::Observed(seen), stage) => stage.after_observation(reference, seen),
            (_, stage) => (stage, Verdict::Pending),
        }
    }

    fn after_reply(self, operation: &str, reference: &str, reply: &Reply) -> (Self, Verdict) {
        // An answer about another order says nothing of this one.
        let own = |order: &Order| match &self {
            Stage::Booked(booked) => booked.is(order),
            Stage::Start | Stage::Ended { .. } => order.reference == reference,
            Stage::Unreadable => false,
        };
        let order = || reply.json::<OrderAnswer>().map(|r| r.order).filter(own);
        let failure = || reply.json::<Failure>();
        let concerned = || failure().and_then(|e| e.order).filter(own);
        let said = || failure().map(|e| e.code).unwrap_or_default();
        match (operation, reply.status) {
            ("coverage", 200) => match reply.json::<Coverage>() {
                Some(Coverage { covered: true, .. }) => {
                    (Stage::Ended { outcome: Ended::Covered }, Verdict::Confirmed)
                }
                Some(Coverage { reason, .. }) => {
                    let reason = reason.unwrap_or_else(|| "no coverage for this address and number".into());
                    (Stage::Ended { outcome: Ended::Failed(reason) }, Verdict::Confirmed)
                }
                None => (self, Verdict::Unknown),
            },
            ("order", 200 | 201) => match order() {
                Some(order) => (Stage::Booked(order.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            ("order", 409) if said() == code::DUPLICATE => match concerned() {
                Some(first) => (Stage::Booked(first.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            // Only the carrier's own word is a refusal: a 4xx of something in between is none.
            ("coverage" | "order", 400 | 413 | 422) => match failure() {
                Some(Failure { error, code, .. }) if is_refusal(&code) => {
                    (Stage::Ended { outcome: Ended::Failed(error.clone()) }, Verdict::Refused(error))
                }
                _ => (self, Verdict::Unknown),
            },
            ("otp" | "otp_reset", 200) => match order() {
                Some(order) => (Stage::Booked(order.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            ("status", 200) => match (order(), self) {
                (Some(order), Stage::Booked(before)) => {
                    (Stage::Booked(before.seen_as(order)), Verdict::Confirmed)
                }
                (_, stage) => (stage, Verdict::Unknown),
            },
            ("otp", 422) if said() == code::WRONG_OTP => match self {
                Stage::Booked(booked) => {
                    let refusal = "the one-time password was refused".to_owned();
                    let booked = Booked { answer: None, refusal: Some(refusal.clone()), ..booked };
                    (Stage::Booked(booked), Verdict::Refused(refusal))
                }
                stage => (stage, Verdict::Unknown),
            },
            // The carrier no longer waits for one: its order's state says what to do.
            ("otp" | "otp_reset", 409) if said() == code::NO_OTP_WANTED => match concerned() {
                Some(order) => (Stage::Booked(order.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            _ => (self, Verdict::Unknown),
        }
    }

    fn after_observation(self, reference: &str, seen: &Value) -> (Self, Verdict) {
        if let Ok(order) = Order::deserialize(seen) {
            return match self {
                // The reference was booked twice: we go on with the one that we know.
                Stage::Booked(booked) if !booked.is(&order) => (Stage::Booked(booked), Verdict::Unknown),
                Stage::Booked(booked) => (Stage::Booked(booked.seen_as(order)), Verdict::Confirmed),
                Stage::Ended { .. } => (self, Verdict::Confirmed),
                Stage::Start => (Stage::Booked(order.into()), Verdict::Confirmed),
                Stage::Unreadable => (self, Verdict::Unknown),
            };
        }
        match (seen.get("carrier_reference").and_then(Value::as_str), self) {
            // A person knows that the carrier has the call: its status says what came of it.
            (Some(order), Stage::Booked(booked)) if booked.order == order => (
                Stage::Booked(Booked { answer: None, refusal: None, fresh: false, ..booked }),
                Verdict::Confirmed,
            ),
            // Nor was the one that was named before seen to be ours: this one may be.
            (Some(order), Stage::Booked(Booked { adopted: Some(wanted), .. })) => {
                (Stage::Booked(Booked::named(order, &wanted)), Verdict::Confirmed)
            }
            (Some(order), Stage::Start) => {
                (Stage::Booked(Booked::named(order, reference)), Verdict::Confirmed)
            }
            (_, stage) => (stage, Verdict::Unknown),
        }
    }
}
