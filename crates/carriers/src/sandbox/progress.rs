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
    Ended { outcome: Ended },
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
        }
    }
}

impl Stage {
    /// Progress that cannot be read is taken for the start only when it is Null; anything else
    /// written by a version of ours is readable.
    pub fn read(progress: &Progress) -> Self {
        Self::deserialize(progress).unwrap_or(Stage::Start)
    }

    pub fn write(&self) -> Progress {
        let mut progress = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Some(members) = progress.as_object_mut() {
            members.insert("v".into(), json!(1));
        }
        progress
    }

    /// What an input makes of it.
    pub fn after(self, input: Input<'_>) -> (Self, Verdict) {
        match (input, self) {
            (Input::Reply { operation, reply }, stage) => stage.after_reply(operation, reply),
            (Input::Answer(answer), Stage::Booked(booked)) => {
                (Stage::Booked(Booked { answer: Some(answer.clone()), refusal: None, ..booked }), Verdict::Confirmed)
            }
            (Input::Elapsed, Stage::Booked(booked)) => (Stage::Booked(Booked { fresh: false, ..booked }), Verdict::Pending),
            (Input::Observed(seen), stage) => stage.after_observation(seen),
            (_, stage) => (stage, Verdict::Pending),
        }
    }

    fn after_reply(self, operation: &str, reply: &Reply) -> (Self, Verdict) {
        let order = || reply.json::<OrderAnswer>().map(|r| Booked::from(r.order));
        let said = || reply.json::<Failure>().map(|e| e.code).unwrap_or_default();
        match (operation, reply.status) {
            ("coverage", 200) => match reply.json::<Coverage>() {
                Some(Coverage { covered: true, .. }) => (Stage::Ended { outcome: Ended::Covered }, Verdict::Confirmed),
                Some(Coverage { reason, .. }) => {
                    let reason = reason.unwrap_or_else(|| "no coverage for this address and number".into());
                    (Stage::Ended { outcome: Ended::Failed(reason) }, Verdict::Confirmed)
                }
                None => (self, Verdict::Unknown),
            },
            ("order", 200 | 201) => match order() {
                Some(booked) => (Stage::Booked(booked), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            ("order", 409) if said() == code::DUPLICATE => match reply.json::<Failure>().and_then(|e| e.order) {
                Some(first) => (Stage::Booked(first.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            ("coverage" | "order", 400 | 422) => {
                let reason = reply.json::<Failure>().map_or_else(|| "refused by the carrier".into(), |e| e.error);
                (Stage::Ended { outcome: Ended::Failed(reason.clone()) }, Verdict::Refused(reason))
            }
            ("otp" | "otp_reset" | "status", 200) => match order() {
                Some(booked) => (Stage::Booked(booked), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
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
            ("otp" | "otp_reset", 409) => match reply.json::<Failure>().and_then(|e| e.order) {
                Some(order) => (Stage::Booked(order.into()), Verdict::Confirmed),
                None => (self, Verdict::Unknown),
            },
            _ => (self, Verdict::Unknown),
        }
    }

    fn after_observation(self, seen: &Value) -> (Self, Verdict) {
        if let Ok(order) = Order::deserialize(seen) {
            return match self {
                // An answer on its way to the carrier is not dropped for a state seen meanwhile.
                Stage::Booked(Booked { answer: answer @ Some(_), .. }) => {
                    (Stage::Booked(Booked { answer, ..order.into() }), Verdict::Confirmed)
                }
                Stage::Ended { .. } => (self, Verdict::Confirmed),
                _ => (Stage::Booked(order.into()), Verdict::Confirmed),
            };
        }
        match (seen.get("carrier_reference").and_then(Value::as_str), self) {
            (Some(order), Stage::Start) => {
                let booked = Booked {
                    order: order.to_owned(),
                    status: "unknown".into(),
                    fresh: false,
                    answer: None,
                    refusal: None,
                    reason: None,
                    card_url: None,
                    card_state: None,
                };
                (Stage::Booked(booked), Verdict::Confirmed)
            }
            (_, stage) => (stage, Verdict::Unknown),
        }
    }
}
