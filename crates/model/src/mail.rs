//! E-mails: their kinds and languages, what their texts are made of, who may get one, and when it is tried again.
//! Not here: the texts, which the hub has, and how a mail is sent.

use serde::{Deserialize, Serialize};
use std::time::Duration;

crate::words! {
    /// What a mail tells.
    pub enum Kind ("kind of mail") {
        RequestCreated = "request_created",
        RequestAnswered = "request_answered",
        AccountConfirmed = "account_confirmed",
        AccountActive = "account_active",
        AccountCancelled = "account_cancelled",
        /// Nothing but that mails arrive.
        Test = "test",
    }
}

crate::words! {
    /// ISO 639-1.
    pub enum Language ("language") {
        English = "en",
        Danish = "da",
        Italian = "it",
        Spanish = "es",
    }
}

crate::words! {
    /// What became of a mail.
    pub enum State ("state of a mail") {
        Queued = "queued",
        /// The server has taken it.
        Sent = "sent",
        /// It was refused for good, or has no address that it could go to.
        Failed = "failed",
        /// The server did not take it in all the time that it was tried.
        GivenUp = "given_up",
    }
}

/// What a template may say. What does not apply is empty. Holds people's data: not for logs.
#[derive(Clone, Default, Serialize)]
pub struct Values {
    /// The number or name of the quote request.
    pub request: String,
    pub account: String,
    /// Who asked, or whose account it is.
    pub organization: String,
    pub customer: String,
    pub address: String,
    pub product: String,
    /// The asking side's own.
    pub reference: String,
    pub offers: Vec<Offer>,
    /// Days, as the reader writes them.
    pub start: String,
    pub end: String,
    /// Where more is to be seen.
    pub link: String,
}

/// An offer as a mail tells it.
#[derive(Clone, Default, Serialize)]
pub struct Offer {
    pub product: String,
    /// Amounts without their currency.
    pub initiation: String,
    pub monthly: String,
    /// Months.
    pub commitment: String,
    pub currency: String,
}

impl Values {
    /// What previews are made with: everything is there.
    pub fn sample() -> Self {
        let offer = |product: &str, initiation: &str, monthly: &str, commitment: &str| Offer {
            product: product.into(),
            initiation: initiation.into(),
            monthly: monthly.into(),
            commitment: commitment.into(),
            currency: "EUR".into(),
        };
        Self {
            request: "1042".into(),
            account: "20017".into(),
            organization: "Example Net".into(),
            customer: "Ærø Bageri".into(),
            address: "Vestergade 12, 5970 Ærøskøbing".into(),
            product: "Fibre 1000/1000".into(),
            reference: "EX-77".into(),
            offers: vec![
                offer("Fibre 1000/1000", "250.00", "79.00", "24"),
                offer("Fibre 500/500", "250.00", "59.00", "12"),
            ],
            start: "2027-02-01".into(),
            end: "2029-01-31".into(),
            link: "https://demarc.example.net/requests/1042".into(),
        }
    }
}

/// A subject and a body: as a template, or as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// Line 1 of the text.
    pub subject: String,
    /// From line [`Wording::BODY`] on.
    pub body: String,
}

/// A text is no wording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {rule}")]
pub struct Malformed {
    pub line: usize,
    pub rule: &'static str,
}

impl Wording {
    /// The line on which the body begins.
    pub const BODY: usize = 3;

    /// Reads `Subject: …`, an empty line and the body.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let wrong = |line, rule| Malformed { line, rule };
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let (name, subject) = first.split_once(':').unwrap_or((first, ""));
        if !name.eq_ignore_ascii_case("subject") || subject.trim().is_empty() {
            return Err(wrong(1, "must be `Subject:` and the subject"));
        }
        let (empty, body) = rest.split_once('\n').unwrap_or((rest, ""));
        if !empty.trim().is_empty() {
            return Err(wrong(2, "must be empty: the body comes after it"));
        }
        if body.trim().is_empty() {
            return Err(wrong(Self::BODY, "there is no body"));
        }
        Ok(Self { subject: subject.trim().to_owned(), body: body.trim_end().to_owned() })
    }
}

impl std::fmt::Display for Wording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subject: {}\n\n{}", self.subject, self.body)
    }
}

/// A mail as it goes out. People's data: sealed at rest, and not for logs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Written {
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// An address that a mail can go to: nothing in it can end a header or begin another recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// One plain address, without a name beside it (RFC 5321 without quoted local parts and address literals).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[]\\,;:\"@".contains(c);
        let dots = |part: &str| part.split('.').all(|piece| !piece.is_empty());
        let label = |label: &str| {
            !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let local_fits = local.len() <= 64 && dots(local) && local.chars().all(plain);
        let fits = text.len() <= 254 && local_fits && dots(domain) && domain.split('.').all(label);
        fits.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long a mail is tried, from when it was written.
pub const TRYING: Duration = Duration::from_secs(3 * 86_400);

/// The pause after so many tries that failed, the one just made included.
pub fn pause(tries: i64) -> Duration {
    Duration::from_secs(match tries {
        ..=1 => 5,
        2 => 30,
        3 => 120,
        4 => 600,
        5.. => 3_600,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address_and_nothing_beside_it() {
        for good in ["mette@example.dk", " a.b+c@mail.example.co.za ", "søren@ærø.dk", "root@localhost"] {
            assert_eq!(Address::parse(good).map(|a| a.0), Some(good.trim().to_owned()));
        }
        let long = format!("{}@example.dk", "a".repeat(65));
        for bad in [
            "",
            "mette",
            "@example.dk",
            "mette@",
            "a@b@c.dk",
            "a@example.dk\r\nBcc: b@example.dk",
            "a@example.dk, b@example.dk",
            "Mette <a@example.dk>",
            "a b@example.dk",
            "a..b@example.dk",
            "a@example..dk",
            "a@-example.dk",
            "a@[127.0.0.1]",
            "\"a\"@example.dk",
            &long,
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_wording_is_a_subject_an_empty_line_and_a_body() {
        let read = Wording::parse("subject:  Ny \r\n\r\nHej\r\n\r\nFarvel\r\n\r\n").unwrap();
        assert_eq!(read, Wording { subject: "Ny".into(), body: "Hej\n\nFarvel".into() });
        assert_eq!(Wording::parse(&read.to_string()), Ok(read));
        for (bad, line) in [("", 1), ("Hello\n\nx", 1), ("Subject: \n\nx", 1), ("Subject: a\nb\n\nc", 2)] {
            assert_eq!(Wording::parse(bad).unwrap_err().line, line, "{bad}");
        }
        assert_eq!(Wording::parse("Subject: a\n\n \n").unwrap_err().line, 3);
    }

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses: Vec<u64> = (1..=7).map(|tries| pause(tries).as_secs()).collect();
        assert_eq!(pauses, [5, 30, 120, 600, 3_600, 3_600, 3_600]);
    }
}
