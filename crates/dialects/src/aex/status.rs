//! The words for states on this wire, and their numbers and GUIDs.

use model::service;
use model::work_order::State;

/// `status_id` and `status` of a service.
pub fn of_service(state: service::State) -> (i64, &'static str) {
    use service::State::{Active, Deleted, Ended, Pending, Preorder, Suspended};
    match state {
        Preorder => (1, "Preorder"),
        Pending => (2, "Pending"),
        Active => (3, "Active"),
        Suspended => (4, "Suspended"),
        Ended => (5, "Cancelled"),
        Deleted => (6, "Deleted"),
    }
}

/// A service's state by its word, in any case, or its number.
pub fn service_state(text: &str) -> Option<service::State> {
    service::State::ALL.iter().copied().find(|state| {
        let (number, word) = of_service(*state);
        word.eq_ignore_ascii_case(text) || number.to_string() == text
    })
}

/// `status_id`, `status` and `client_status` of a work order. The first id is printed in the document; the others are
/// ours, and stay.
pub fn of_work_order(state: State) -> (&'static str, &'static str, &'static str) {
    match state {
        State::New => ("34A8DC44-7B32-40FF-8F95-FA415BB8D82A", "New Order", "Order in progress"),
        State::Assigned => ("6C0F6B0E-4B1D-4C4D-9C5B-6E0A4B7D1F02", "Assigned", "Order in progress"),
        State::Scheduled => ("0E2B3F57-9C41-4A67-8D43-2F6C1B9A7E03", "Scheduled", "Appointment booked"),
        State::Rescheduled => ("B1D7C9E4-35A8-4F0C-A9E2-7D4F5C3B6A04", "Rescheduled", "Appointment booked"),
        State::InProgress => {
            ("D94A1E6F-0B72-4D3A-B5C8-1A9E7F2C4D05", "Installation In Progress", "Installation in progress")
        }
        State::OnHold => ("7F5E2C1B-8D96-4B0E-9A31-C4D8E6F2B706", "On Hold", "Order in progress"),
        State::Completed => ("2A6D8F4C-E1B3-4C97-8F5A-9B7C3D1E5F07", "Completed", "Complete"),
        State::Cancelled => ("C3E5A7B9-1D2F-4E6A-B8C0-5F4D3E2C1B08", "Cancelled", "Cancelled"),
    }
}

/// A work order's state by its word, in any case, or its id.
pub fn work_order_state(text: &str) -> Option<State> {
    State::ALL.iter().copied().find(|state| {
        let (id, word, _) = of_work_order(*state);
        word.eq_ignore_ascii_case(text.trim()) || id.eq_ignore_ascii_case(text.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own_that_is_read_back() {
        for state in State::ALL {
            let (id, word, _) = of_work_order(*state);
            assert_eq!(work_order_state(&word.to_uppercase()), Some(*state));
            assert_eq!(work_order_state(id), Some(*state));
            assert!(wire::aex::guid::parse(id).is_some(), "{id}");
        }
        for state in service::State::ALL {
            let (number, word) = of_service(*state);
            assert_eq!(service_state(word), Some(*state));
            assert_eq!(service_state(&number.to_string()), Some(*state));
        }
        assert_eq!((service_state("7"), work_order_state("Done")), (None, None));
    }
}
