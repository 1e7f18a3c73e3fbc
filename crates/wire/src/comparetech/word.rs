//! The words of this wire that are of a set.

use crate::word::words;

words! {
    /// Where an action stands: `pending → running → (interrupted ⇄ running)* → done | canceled`.
    Status {
        /// Accepted, not yet begun.
        Pending = "pending",
        /// Being worked on.
        Running = "running",
        /// Waits for the caller: see `payload.__info.message`.
        Interrupted = "interrupted",
        /// Ended well.
        Done = "done",
        /// Ended without success: see `payload.__info.error`.
        Canceled = "canceled",
    }
}

words! {
    /// What a driver can do.
    Operation {
        /// Asks whether an address can be served.
        Coverage = "coverage",
        /// Orders a line.
        Subscription = "subscription",
    }
}

words! {
    /// How a customer pays.
    PaymentMethod {
        /// On a hosted card page.
        CreditCard = "credit_card",
        /// By direct debit.
        Iban = "iban",
    }
}

impl Operation {
    /// The `action` of a record: `fastweb:coverage`.
    pub fn action(&self, driver: &str) -> String {
        format!("{driver}:{}", self.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_said_as_documented() {
        for word in ["pending", "running", "interrupted", "done", "canceled"] {
            let status: Status = serde_json::from_value(word.into()).unwrap();
            assert!(!matches!(status, Status::Other(_)), "{word}");
            assert_eq!(serde_json::to_value(&status).unwrap(), word);
        }
    }

    #[test]
    fn an_unknown_word_is_kept() {
        let status: Status = serde_json::from_value("queued".into()).unwrap();
        assert_eq!(status, Status::Other("queued".into()));
        assert_eq!(serde_json::to_value(&status).unwrap(), "queued");
    }

    #[test]
    fn an_action_names_driver_and_operation() {
        assert_eq!(Operation::Coverage.action("fastweb"), "fastweb:coverage");
    }
}
