//! The values a user can type to make the carrier behave in a certain way. What follows from them is in the routes.

/// What the customer's first name asks for: its first word, in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// No scripted word: all is well.
    Plain,
    /// `DECLINE`: 422, nothing booked.
    Decline,
    /// `TIMEOUT`: nothing booked, no answer.
    Timeout,
    /// `DOWN`: 503 for the first [`OUTAGE_CALLS`] calls.
    Down,
    /// `LOSTREPLY`: booked, no answer the first time.
    LostReply,
}

/// How many calls that name the reference of a `DOWN` customer are answered 503.
pub const OUTAGE_CALLS: i64 = 3;

/// What is said of a street that no carrier covers, to a question and to an order.
pub const NOT_COVERED: &str = "no coverage for this address and number";

/// The right OTP before any reset.
const FIRST_OTP: &str = "123456";
/// The right OTP after one or more resets.
const LATER_OTP: &str = "654321";

impl Script {
    pub fn of(first_name: &str) -> Self {
        let first_word =
            first_name.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        match first_word.to_ascii_uppercase().as_str() {
            "DECLINE" => Self::Decline,
            "TIMEOUT" => Self::Timeout,
            "DOWN" => Self::Down,
            "LOSTREPLY" => Self::LostReply,
            _ => Self::Plain,
        }
    }
}

/// Whether the street is one that no carrier covers.
pub fn is_uncovered(street: &str) -> bool {
    contains(street, "NO COVERAGE")
}

/// Whether the answer for this street comes late.
pub fn is_slow(street: &str) -> bool {
    contains(street, "SLOW")
}

/// The OTP that is right after so many resets.
pub fn right_otp(resets: u32) -> &'static str {
    if resets == 0 { FIRST_OTP } else { LATER_OTP }
}

/// `word` is ASCII upper case.
fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_the_whole_first_word_in_either_case() {
        assert_eq!(Script::of("DECLINE"), Script::Decline);
        assert_eq!(Script::of("  timeout Mario"), Script::Timeout);
        assert_eq!(Script::of("Down-Under"), Script::Down);
        assert_eq!(Script::of("LostReply"), Script::LostReply);
        assert_eq!(Script::of("Downey"), Script::Plain);
        assert_eq!(Script::of("Mario DOWN"), Script::Plain);
        assert_eq!(Script::of(""), Script::Plain);
    }

    #[test]
    fn scripted_streets_are_found_anywhere_in_either_case() {
        assert!(is_uncovered("Via no coverage 3"));
        assert!(!is_uncovered("Via Coverage"));
        assert!(is_slow("Slowacki Ułica"));
        assert!(!is_slow("é"));
    }
}
