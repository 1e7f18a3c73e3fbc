//! Answers of a bulk qualification as they are stored, many in a row: offers that are alike are written once.

use crate::{Error, Vault, pack};
use model::qualification::{Answer, Asked, Offered};
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;

/// Answers in the order of their rows, as they are made.
#[derive(Default)]
pub struct Answers {
    offers: Vec<Offered>,
    /// JSON, one after the other.
    lines: Vec<u8>,
    rows: u64,
}

/// The same, ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// The rows that are answered.
    pub first: u64,
    pub last: u64,
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u8,
    offers: Vec<Offered>,
    answers: Vec<Line>,
}

/// What was asked; the offers by their place in the list, each with its premise; the reason.
type Line = (Asked, Vec<(usize, Option<String>)>, Option<String>);

impl Answers {
    /// Notes an offer that answers name by the number that comes back.
    pub fn offer(&mut self, offered: Offered) -> usize {
        self.offers.push(offered);
        self.offers.len() - 1
    }

    /// Adds the answer to the next row.
    pub fn add(
        &mut self,
        asked: &Asked,
        offers: &[(usize, Option<&str>)],
        reason: Option<&str>,
    ) -> Result<(), Error> {
        if self.rows > 0 {
            self.lines.push(b',');
        }
        self.rows += 1;
        let line = (asked, offers, reason);
        serde_json::to_writer(&mut self.lines, &line).map_err(|e| Error::Internal(e.to_string()))
    }

    /// `first`: the row that the first of them answers, counted from 1.
    pub fn pack(self, vault: &Vault, first: u64) -> Result<Packed, Error> {
        let offers = serde_json::to_vec(&self.offers).map_err(|e| Error::Internal(e.to_string()))?;
        let head = format!("{{\"version\":{VERSION},\"offers\":");
        let plain = [head.as_bytes(), &offers, b",\"answers\":[", &self.lines, b"]}"].concat();
        let bytes = pack::pack(vault, &plain)?;
        Ok(Packed { first, last: first + self.rows.saturating_sub(1), bytes })
    }
}

/// The answer that stands at a place, counted from 0.
pub(crate) fn unpack(vault: &Vault, packed: &[u8], at: usize) -> Result<Answer, Error> {
    let wrong = |what: String| Error::Corrupt(format!("column answers: {what}"));
    let plain = pack::unpack(vault, packed)?;
    let mut stored: Stored = serde_json::from_slice(&plain).map_err(|e| wrong(e.to_string()))?;
    if at >= stored.answers.len() {
        return Err(wrong("a row is missing".into()));
    }
    let (asked, offers, reason) = stored.answers.swap_remove(at);
    let offer = |(at, premise): (usize, Option<String>)| {
        let offered = stored.offers.get(at).cloned();
        offered.map(|offered| (offered, premise)).ok_or_else(|| wrong("an offer is missing".into()))
    };
    let offers = offers.into_iter().map(offer).collect::<Result<_, _>>()?;
    Ok(Answer { asked, offers, reason })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::qualification::Confidence;

    #[test]
    fn each_answer_is_read_as_it_was_made() {
        let vault = Vault::new([1; 32]);
        let offered = |carrier: &str| Offered {
            carrier: carrier.into(),
            product: "\"answers\":[".into(),
            technology: Some("FTTH".into()),
            down_mbps: Some(1_000),
            up_mbps: None,
            monthly: serde_json::from_str(r#"{"customer": {"amount": "29.90", "currency": "EUR"}}"#).unwrap(),
            lead_days: Some(14),
            confidence: Confidence::Exact,
        };
        let mut answers = Answers::default();
        let (one, other) = (answers.offer(offered("one")), answers.offer(offered("other")));
        let asked = Asked::Address("Via \"Roma\" 1".into(), "IT".into());
        answers.add(&asked, &[(other, Some("P1")), (one, None)], None).unwrap();
        answers.add(&Asked::Nothing, &[], Some("address unclear")).unwrap();
        let packed = answers.pack(&vault, 4_001).unwrap();
        assert_eq!((packed.first, packed.last), (4_001, 4_002));
        let found = unpack(&vault, &packed.bytes, 0).unwrap();
        assert!(found.asked == asked && found.reason.is_none());
        assert_eq!(found.offers, [(offered("other"), Some("P1".into())), (offered("one"), None)]);
        let unclear = unpack(&vault, &packed.bytes, 1).unwrap();
        assert!(unclear.asked == Asked::Nothing && unclear.offers.is_empty());
        assert_eq!(unclear.reason.as_deref(), Some("address unclear"));
        assert!(unpack(&vault, &packed.bytes, 2).is_err());
        assert!(unpack(&Vault::new([2; 32]), &packed.bytes, 0).is_err());
    }
}
