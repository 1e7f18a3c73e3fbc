//! Prompts: what an interrupted action waits for, and how often a caller may try.

use crate::id::{ActionId, PromptId};
use crate::time::Timestamp;

/// An OTP is tried against the carrier at most this often for an action.
pub const MOST_TRIES: i64 = 5;
/// A new OTP can be asked for this often for an action.
pub const MOST_RESETS: i64 = 5;

crate::words! {
    pub enum Kind ("kind of prompt") {
        /// A one-time password that the carrier sent to the customer's phone.
        Otp = "otp",
        /// A page of the carrier on which a card is entered.
        Card = "card",
    }
}

crate::words! {
    pub enum State ("state of a prompt") {
        Open = "open",
        /// Answered by the caller; the worker has not yet taken it to the carrier.
        Answered = "answered",
        /// Over: satisfied, or its action came to an end.
        Closed = "closed",
    }
}

/// What a caller says to a prompt. Sealed at rest, wiped once the carrier has judged it.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Otp(String),
    /// Send a new one.
    Reset,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Answer::Otp(_) => "Otp(…)",
            Answer::Reset => "Reset",
        })
    }
}

/// A prompt as the store keeps it: one row per (action, kind), opened again when asked again.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub id: PromptId,
    pub action: ActionId,
    pub kind: Kind,
    pub state: State,
    /// Business time; past it the action is canceled.
    pub deadline: Timestamp,
    /// Answers that the carrier was asked to judge.
    pub tries: i64,
    pub resets: i64,
    /// What the caller needs to answer: a page's address and its words.
    pub data: serde_json::Value,
    /// Why the last answer was refused.
    pub refusal: Option<String>,
    pub answer: Option<Answer>,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It waits for something else, or for nothing.
    #[error("the action does not wait for this")]
    NotAsked,
    /// The limit is used up: the action has to be canceled.
    #[error("asked for a new one-time password too often")]
    Exhausted,
}

impl Prompt {
    /// Takes an answer. A try is counted here, before the carrier is asked, so that a crash can
    /// never give a free one.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Rejected> {
        if self.state != State::Open || self.kind != Kind::Otp {
            return Err(Rejected::NotAsked);
        }
        match answer {
            Answer::Otp(_) if self.tries >= MOST_TRIES => return Err(Rejected::Exhausted),
            Answer::Otp(_) => self.tries += 1,
            Answer::Reset if self.resets >= MOST_RESETS => return Err(Rejected::Exhausted),
            Answer::Reset => self.resets += 1,
        }
        self.state = State::Answered;
        self.answer = Some(answer);
        Ok(())
    }

    /// Asks again after an answer was judged. A wrong try keeps the deadline, a reset renews it.
    /// False when every try is used up: the action has to be canceled.
    pub fn reopen(&mut self, refusal: Option<String>, data: serde_json::Value, renewed: Timestamp) -> bool {
        if self.tries >= MOST_TRIES && refusal.is_some() {
            return false;
        }
        if self.answer == Some(Answer::Reset) {
            self.deadline = renewed;
        }
        self.state = State::Open;
        self.answer = None;
        self.refusal = refusal;
        self.data = data;
        true
    }

    /// Ends it and wipes what was typed.
    pub fn close(&mut self) {
        self.state = State::Closed;
        self.answer = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Identity;
    use std::time::Duration;

    fn asked() -> Prompt {
        Prompt {
            id: PromptId::from_bytes([1; 16]),
            action: ActionId::from_bytes([2; 16]),
            kind: Kind::Otp,
            state: State::Open,
            deadline: Timestamp::from_micros(100),
            tries: 0,
            resets: 0,
            data: serde_json::Value::Null,
            refusal: None,
            answer: None,
        }
    }

    #[test]
    fn five_wrong_tries_are_all_there_are_and_a_reset_does_not_renew_them() {
        let mut prompt = asked();
        for _ in 0..4 {
            assert_eq!(prompt.answer(Answer::Otp("0".into())), Ok(()));
            assert!(prompt.reopen(Some("wrong".into()), serde_json::Value::Null, Timestamp::from_micros(1)));
        }
        assert_eq!(prompt.answer(Answer::Reset), Ok(()));
        assert!(prompt.reopen(None, serde_json::Value::Null, Timestamp::from_micros(1)));
        assert_eq!(prompt.answer(Answer::Otp("0".into())), Ok(()));
        assert!(!prompt.reopen(Some("wrong".into()), serde_json::Value::Null, Timestamp::from_micros(1)));
    }

    #[test]
    fn a_sixth_reset_exhausts_the_prompt() {
        let mut prompt = asked();
        for _ in 0..5 {
            assert_eq!(prompt.answer(Answer::Reset), Ok(()));
            assert!(prompt.reopen(None, serde_json::Value::Null, Timestamp::from_micros(1)));
        }
        assert_eq!(prompt.answer(Answer::Reset), Err(Rejected::Exhausted));
    }

    #[test]
    fn only_a_reset_renews_the_deadline() {
        let mut prompt = asked();
        let renewed = prompt.deadline.plus(Duration::from_secs(60));
        assert_eq!(prompt.answer(Answer::Otp("0".into())), Ok(()));
        prompt.reopen(Some("wrong".into()), serde_json::Value::Null, renewed);
        assert_eq!(prompt.deadline, Timestamp::from_micros(100));
        assert_eq!(prompt.answer(Answer::Reset), Ok(()));
        prompt.reopen(None, serde_json::Value::Null, renewed);
        assert_eq!(prompt.deadline, renewed);
    }

    #[test]
    fn an_answer_is_taken_once_and_wiped_at_the_end() {
        let mut prompt = asked();
        assert_eq!(prompt.answer(Answer::Otp("1".into())), Ok(()));
        assert_eq!(prompt.answer(Answer::Otp("2".into())), Err(Rejected::NotAsked));
        prompt.close();
        assert_eq!(prompt.answer, None);
    }

    #[test]
    fn a_card_page_is_not_answered_with_an_otp() {
        let mut prompt = Prompt { kind: Kind::Card, ..asked() };
        assert_eq!(prompt.answer(Answer::Otp("1".into())), Err(Rejected::NotAsked));
    }
}
