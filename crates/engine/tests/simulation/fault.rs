//! What can go wrong between us and the carrier, call by call.

use crate::random::Random;
use crate::world::SECOND;
use carriers::http::Reply;

/// What the caller of the carrier sees.
#[derive(Debug, Clone)]
pub enum Seen {
    /// The carrier's own answer, whole and in time.
    Answer,
    /// Connection refused, name not found: not a byte was sent.
    Refused,
    /// The connection ends without a whole answer.
    Cut,
    /// No whole answer by the deadline.
    Nothing,
    /// A whole answer that is not the carrier's own.
    Other(Reply),
}

#[derive(Debug, Clone)]
pub struct Fault {
    /// How long after it is sent the carrier acts on it; None: it never does.
    pub acted_on: Option<u64>,
    pub seen: Seen,
}

/// The slowest booking that there is: less than the pauses between look-ups add up to.
pub const SLOWEST: u64 = 140 * SECOND;

fn html() -> Vec<u8> {
    b"<html><body>It works!</body></html>".to_vec()
}

/// An answer that is well-formed and about somebody else's order.
fn foreign() -> Vec<u8> {
    let order = serde_json::json!({"id": "SB-99999999", "reference": "OTHER-0", "carrier": "sim", "status": "active", "otp_tries": 0});
    serde_json::json!({"order": order, "error": "?", "code": "duplicate"}).to_string().into_bytes()
}

impl Fault {
    pub fn none(random: &mut Random) -> Self {
        Self { acted_on: Some(random.between(SECOND / 100, SECOND / 2)), seen: Seen::Answer }
    }

    pub fn draw(random: &mut Random) -> Self {
        let soon = random.between(SECOND / 100, SECOND / 2);
        let maybe = random.chance(50).then_some(soon);
        let other = |status, body| Seen::Other(Reply { status, body });
        let (acted_on, seen) = match random.below(16) {
            0 | 1 => (None, Seen::Refused),
            2 => (None, Seen::Cut),
            3 | 4 => (Some(soon), Seen::Cut),
            5 => (None, Seen::Nothing),
            6 => (Some(soon), Seen::Nothing),
            7 | 8 => (Some(random.between(SECOND, SLOWEST)), Seen::Nothing),
            9 => (Some(random.between(SECOND, SLOWEST)), Seen::Cut),
            10 => (maybe, other(random.pick(&[500, 502, 503, 504]), html())),
            11 => (
                maybe,
                other(random.pick(&[408, 425, 429]), b"{\"error\":\"later\",\"code\":\"later\"}".to_vec()),
            ),
            12 => (maybe, other(random.pick(&[200, 201, 404, 409, 422]), html())),
            13 => (maybe, other(random.pick(&[200, 201, 404, 422]), Vec::new())),
            14 => (maybe, other(random.pick(&[200, 201, 409]), foreign())),
            _ => (maybe, other(random.pick(&[200, 302, 404, 400]), b"null".to_vec())),
        };
        Self { acted_on, seen }
    }
}
