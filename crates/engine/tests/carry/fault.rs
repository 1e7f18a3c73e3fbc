//! What the fake carrier does with the one call that it is told to fail, and what may come of it.

/// In the manner of the fault matrix: where the call is lost, and whether the carrier has acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens for a while.
    Refuse,
    ResetUnread,
    ReadHeadClose,
    ReadHalfClose,
    ReadClose,
    BookClose,
    BookHalfAnswer,
    /// The answer is whole, and later than our deadline.
    BookLate,
    /// A byte now and then, until long after our deadline.
    BookTrickle,
    /// 200 MB.
    BookHuge,
    /// A small answer that says of itself that it becomes hundreds of megabytes.
    BookBomb,
    /// Two bookings for one call; the answer tells of the first, the feed of both.
    BookTwice,
    /// The same, and no answer.
    BookTwiceClose,
    /// This status, and a body in the carrier's form that says nothing of the order.
    Book(u16),
    BookHtml(u16),
    BookNothing(u16),
    BookForeign(u16),
    Fail(u16),
    FailHtml(u16),
    FailNothing(u16),
    FailForeign(u16),
    /// Held until the node is killed.
    HoldUnbooked,
    HoldBooked,
}

impl Fault {
    /// Every cell of the matrix.
    pub const ALL: &[Fault] = &[
        Fault::Refuse,
        Fault::ResetUnread,
        Fault::ReadHeadClose,
        Fault::ReadHalfClose,
        Fault::ReadClose,
        Fault::BookClose,
        Fault::BookHalfAnswer,
        Fault::BookLate,
        Fault::BookTrickle,
        Fault::BookHuge,
        Fault::BookBomb,
        Fault::BookTwice,
        Fault::BookTwiceClose,
        Fault::Book(500),
        Fault::Book(503),
        Fault::BookHtml(200),
        Fault::BookHtml(422),
        Fault::BookNothing(200),
        Fault::BookNothing(204),
        Fault::BookForeign(201),
        Fault::BookForeign(409),
        Fault::Fail(408),
        Fault::Fail(425),
        Fault::Fail(429),
        Fault::Fail(500),
        Fault::Fail(501),
        Fault::Fail(502),
        Fault::Fail(503),
        Fault::Fail(504),
        Fault::Fail(302),
        Fault::FailHtml(200),
        Fault::FailHtml(400),
        Fault::FailHtml(404),
        Fault::FailHtml(409),
        Fault::FailNothing(200),
        Fault::FailForeign(200),
    ];

    /// Whether the carrier has acted on the call all the same.
    pub fn is_booked(self) -> bool {
        matches!(
            self,
            Fault::BookClose
                | Fault::BookHalfAnswer
                | Fault::BookLate
                | Fault::BookTrickle
                | Fault::BookHuge
                | Fault::BookBomb
                | Fault::BookTwice
                | Fault::BookTwiceClose
                | Fault::Book(_)
                | Fault::BookHtml(_)
                | Fault::BookNothing(_)
                | Fault::BookForeign(_)
                | Fault::HoldBooked
        )
    }

    /// How many orders the carrier has in the end, which was asked for one.
    pub fn bookings(self) -> usize {
        if matches!(self, Fault::BookTwice | Fault::BookTwiceClose) { 2 } else { 1 }
    }

    /// Whether the caller is told what came of it: then nothing is unknown.
    pub fn is_told(self) -> bool {
        self == Fault::BookTwice
    }

    pub fn status(self) -> u16 {
        match self {
            Fault::Book(status)
            | Fault::BookHtml(status)
            | Fault::BookNothing(status)
            | Fault::BookForeign(status)
            | Fault::Fail(status)
            | Fault::FailHtml(status)
            | Fault::FailNothing(status)
            | Fault::FailForeign(status) => status,
            _ => 200,
        }
    }

    pub fn body(self) -> Vec<u8> {
        match self {
            Fault::BookHtml(_) | Fault::FailHtml(_) => b"<html><h1>Login</h1></html>".to_vec(),
            Fault::BookForeign(_) | Fault::FailForeign(_) => {
                let order = r#"{"id":"SB-99999999","reference":"SOMEBODY-ELSE","carrier":"x","status":"active","otp_tries":0}"#;
                format!(r#"{{"order":{order},"error":"duplicate","code":"duplicate"}}"#).into_bytes()
            }
            Fault::Book(_) | Fault::Fail(_) => br#"{"error":"not now","code":"not_now"}"#.to_vec(),
            _ => Vec::new(),
        }
    }
}
