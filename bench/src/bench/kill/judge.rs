//! The judgement, once everything has come to its end: the callers' book against the hub's answers and the carrier's
//! ledger.

use super::book::Kind;
use super::caller::Place;
use crate::Result;
use crate::http::{self, Connection};
use crate::site::{BASE, Process};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Default)]
pub struct Verdict {
    pub orders: usize,
    pub coverages: usize,
    /// Accepted, and not there or not at its end.
    pub lost: usize,
    /// Bookings beyond the first of one action.
    pub duplicated: usize,
    /// Done without a booking, or a booking without a done order.
    pub unmatched: usize,
    /// Nothing was asked that a carrier would refuse, so nothing may be canceled.
    pub canceled: usize,
    pub contradictions: Vec<String>,
}

#[derive(Deserialize)]
struct Ledger {
    bookings: Vec<Booking>,
}

#[derive(Deserialize)]
struct Booking {
    reference: String,
}

impl Verdict {
    /// What must not be, in words.
    pub fn wrong(&self) -> Vec<String> {
        let counts = [
            (self.lost, "accepted and lost"),
            (self.duplicated, "booked twice"),
            (self.unmatched, "orders and bookings that do not match"),
            (self.canceled, "canceled although nothing was wrong"),
        ];
        let counted =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        counted.chain(self.contradictions.iter().take(10).cloned()).collect()
    }
}

pub async fn judge(place: &Place, sandbox: &Process) -> Result<Verdict> {
    let mut verdict = Verdict { contradictions: place.book.contradictions(), ..Verdict::default() };
    let mut line = place.line();
    let (mut request, mut done) = (Vec::new(), 0);
    for (id, accepted) in place.book.all() {
        match accepted.kind {
            Kind::Order => verdict.orders += 1,
            Kind::Coverage => verdict.coverages += 1,
        }
        http::get(&mut request, format_args!("{BASE}/status/{id}"), &place.key);
        let answer = line.until_answered(&request).await;
        let now =
            answer.as_ref().filter(|(status, _)| *status == 200).and_then(|(_, body)| http::status(body));
        match (accepted.end.as_deref(), now) {
            (Some(end), Some(now)) if end == now => {}
            (Some(end), now) => verdict.contradictions.push(format!("action {id} was {end} and is {now:?}")),
            (None, _) => {}
        }
        match now {
            Some("done") if accepted.kind == Kind::Order => done += 1,
            Some("done") => {}
            Some("canceled") => verdict.canceled += 1,
            _ => verdict.lost += 1,
        }
    }
    let bookings = bookings(sandbox).await?;
    verdict.duplicated = bookings.values().map(|count| count - 1).sum();
    verdict.unmatched = bookings.len().abs_diff(done);
    Ok(verdict)
}

async fn bookings(sandbox: &Process) -> Result<HashMap<String, usize>> {
    let mut request = Vec::new();
    http::get(&mut request, "/sandbox/ledger", "none");
    let mut connection = Connection::open(sandbox.address).await?;
    let ledger: Ledger = serde_json::from_slice(connection.send(&request).await?.body)?;
    Ok(by_action(ledger.bookings.iter().map(|booking| booking.reference.as_str())))
}

/// How often each action was booked. A reference is the action's id and, behind a hyphen, the step.
fn by_action<'r>(references: impl Iterator<Item = &'r str>) -> HashMap<String, usize> {
    let mut bookings = HashMap::new();
    for reference in references {
        let action = reference.rsplit_once('-').map_or(reference, |(action, _)| action);
        *bookings.entry(action.to_owned()).or_default() += 1;
    }
    bookings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_that_must_not_be_makes_the_verdict_wrong() {
        assert!(Verdict { orders: 5, coverages: 7, ..Verdict::default() }.wrong().is_empty());
        for verdict in [
            Verdict { lost: 1, ..Verdict::default() },
            Verdict { duplicated: 1, ..Verdict::default() },
            Verdict { unmatched: 1, ..Verdict::default() },
            Verdict { canceled: 1, ..Verdict::default() },
            Verdict { contradictions: vec!["x".into()], ..Verdict::default() },
        ] {
            assert_eq!(verdict.wrong().len(), 1, "{verdict:?}");
        }
    }

    #[test]
    fn a_booking_under_another_step_is_a_booking_of_the_same_action() {
        let bookings = by_action(["A-0", "B-0", "A-1", "B-0"].into_iter());
        assert_eq!((bookings["A"], bookings["B"]), (2, 2));
    }
}
