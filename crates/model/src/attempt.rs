//! Attempts: one mutating call to a carrier each, whose outcome may be unknown. The rules of the
//! one protocol that keeps orders from being doubled; sending and looking up happen in the engine.

use crate::id::{ActionId, AttemptId};
use crate::time::Timestamp;

crate::words! {
    /// `armed → confirmed | refused | unknown → reconciling → confirmed | absent | human`.
    /// `planned` is never stored: an attempt is inserted as armed, before anything is sent.
    pub enum State ("state of an attempt") {
        /// Committed; the request may or may not have been sent.
        Armed = "armed",
        /// It may have reached the carrier; no clear answer came.
        Unknown = "unknown",
        /// Being looked up, or sent again where that is safe.
        Reconciling = "reconciling",
        /// A person decides.
        Human = "human",
        Confirmed = "confirmed",
        Refused = "refused",
        /// It is known that nothing was booked.
        Absent = "absent",
    }
}

crate::words! {
    /// What can happen to an attempt.
    pub enum Change ("change of an attempt") {
        Confirm = "confirm",
        Refuse = "refuse",
        /// No clear answer, or the worker that armed it is gone.
        Lose = "lose",
        /// Proven not to have left this machine.
        NotSent = "not_sent",
        Reconcile = "reconcile",
        /// Looked up often enough and not there.
        Miss = "miss",
        /// Neither deduplicated nor to be asked: a person decides.
        Escalate = "escalate",
    }
}

/// The change is not allowed in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an attempt that is {state} cannot {change}")]
pub struct Illegal {
    pub state: State,
    pub change: Change,
}

impl State {
    /// The only way an attempt's state changes.
    pub fn on(self, change: Change) -> Result<State, Illegal> {
        use {Change as C, State as S};
        match (self, change) {
            (S::Armed | S::Reconciling | S::Human, C::Confirm) => Ok(S::Confirmed),
            (S::Armed | S::Reconciling | S::Human, C::Refuse) => Ok(S::Refused),
            (S::Armed | S::Reconciling, C::Lose) => Ok(S::Unknown),
            (S::Armed, C::NotSent) => Ok(S::Absent),
            (S::Unknown | S::Reconciling, C::Reconcile) => Ok(S::Reconciling),
            (S::Reconciling | S::Human, C::Miss) => Ok(S::Absent),
            (S::Unknown | S::Reconciling, C::Escalate) => Ok(S::Human),
            (state, change) => Err(Illegal { state, change }),
        }
    }

    /// A live attempt keeps its (action, step) to itself.
    pub const fn is_live(self) -> bool {
        matches!(self, State::Armed | State::Unknown | State::Reconciling | State::Human)
    }
}

crate::words! {
    /// What a carrier does with the same order sent twice, per operation. Unproven is D.
    pub enum Class ("class") {
        /// Deduplicates on our reference: send again with the same reference.
        A = "A",
        /// Refuses a duplicate distinctly: send again, a duplicate is success.
        B = "B",
        /// Can be asked: look up, adopt what is found, send once more when it is absent.
        C = "C",
        /// Neither: a person decides.
        D = "D",
    }
}

/// An attempt as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub id: AttemptId,
    pub action: ActionId,
    pub step: i64,
    /// 1 for the first of its step; a second one only after the first is known to be absent.
    pub number: i64,
    /// The connector's word for the call.
    pub operation: String,
    /// Ours, fixed for ever; the same for every attempt of a step.
    pub reference: String,
    pub class: Class,
    pub state: State,
    /// The worker that armed it was gone when it was looked at: it may never have been sent.
    pub orphaned: bool,
    /// How often it was, or may have been, sent; 0 when it is proven that it never was.
    pub sends: i64,
    /// Look-ups that said "not there".
    pub misses: i64,
    /// Look-ups that said nothing clear.
    pub unclear: i64,
    /// SHA-256 of the body as first sent.
    pub body_hash: Vec<u8>,
    pub worker: String,
    pub fence: i64,
    pub armed: Timestamp,
}

/// Our reference for a step of an action: at most `limit` characters of `0-9 A-Z -`, the same for
/// the life of the order. Sixteen characters at least are needed to stay unique.
pub fn reference(action: ActionId, step: i64, limit: usize) -> String {
    use crate::id::Identity;
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut value = u128::from_be_bytes(*action.bytes());
    let mut digits = [b'0'; 26];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(value & 31) as usize];
        value >>= 5;
    }
    let suffix = format!("-{step}");
    let room = limit.saturating_sub(suffix.len()).clamp(1, digits.len());
    // The random bits stand at the end: a short reference keeps those.
    let mut reference: String = digits[digits.len() - room..].iter().map(|b| char::from(*b)).collect();
    reference.push_str(&suffix);
    reference
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Identity;

    #[test]
    fn an_outcome_is_never_unlearned() {
        for state in State::ALL.iter().filter(|s| !s.is_live()) {
            for change in Change::ALL {
                assert!(state.on(*change).is_err(), "{state} {change}");
            }
        }
    }

    #[test]
    fn an_unknown_attempt_is_never_taken_for_refused_or_absent_without_asking() {
        for change in [Change::Refuse, Change::Miss, Change::NotSent, Change::Confirm] {
            assert!(State::Unknown.on(change).is_err(), "{change}");
        }
        assert!(State::Armed.on(Change::Miss).is_err());
        assert!(State::Reconciling.on(Change::NotSent).is_err(), "it may have been sent earlier");
    }

    #[test]
    fn a_reference_fits_its_limit_and_tells_steps_apart() {
        let action = ActionId::from_bytes([0xff; 16]);
        assert_eq!(reference(action, 0, 64), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ-0");
        assert_eq!(reference(action, 12, 20).len(), 20);
        assert_ne!(reference(action, 0, 20), reference(action, 1, 20));
    }
}
