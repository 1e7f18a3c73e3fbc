//! Accesses: the physical fibre accesses that services use, and the codes that name them.

use crate::id::{AccessId, CarrierId};

#[derive(Clone, PartialEq)]
pub struct Access {
    pub number: i64,
    pub id: AccessId,
    pub carrier: CarrierId,
    /// Unique within the carrier.
    pub external_reference: String,
    /// The industry's own name for it (*identificador único de acceso*).
    pub iua: Option<String>,
    /// Where it ends.
    pub gescal37: Option<Gescal37>,
    /// The number in use on it; None: vacant.
    pub phone: Option<String>,
    /// Who holds it.
    pub brand: Option<String>,
    /// The carrier's premise that it is at.
    pub premise_reference: Option<String>,
    pub technology: Option<String>,
}

/// A place down to the door, as Spanish networks write it: 37 positions of `0-9 A-Z` and blanks. A shorter text is
/// filled up with blanks on the right; only the character set is looked at, because published examples break the rest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gescal37(String);

impl Gescal37 {
    pub const POSITIONS: usize = 37;
    /// So many name the building.
    pub const BUILDING: usize = 17;

    /// Lower case is taken for upper case. None: empty, longer than 37 positions, or of other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(' ').to_ascii_uppercase();
        let fits = (1..=Self::POSITIONS).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b' ');
        fits.then(|| Self(format!("{text:width$}", width = Self::POSITIONS)))
    }

    /// All 37 positions.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The positions of the building.
    pub fn building(&self) -> &str {
        self.0.get(..Self::BUILDING).unwrap_or_default()
    }
}

/// The digits of a phone number, with the `+` in front if there is one: 3 to 15 of them (E.164), however they were
/// grouped. None: it is something else.
pub fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let (plus, rest) = text.strip_prefix('+').map_or(("", text), |rest| ("+", rest));
    if !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')) {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    (3..=15).contains(&digits.len()).then(|| format!("{plus}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gescal_has_37_positions_whatever_is_missing_on_the_right() {
        let short = Gescal37::parse("28000000000000005ba").unwrap();
        assert_eq!((short.as_str().len(), short.building()), (37, "28000000000000005"));
        assert_eq!(Some(&short), Gescal37::parse(short.as_str()).as_ref());
        assert_eq!(short, Gescal37::parse("28000000000000005BA   ").unwrap());
        assert!(Gescal37::parse("28000010276800007 006DCHA ").is_some());
        for wrong in ["", "   ", "2800001027680000Ñ", "28-0", "280000102768000070000000000000000000000"] {
            assert_eq!(Gescal37::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_phone_number_is_its_digits() {
        for (text, digits) in
            [("900 000 000", "900000000"), ("+34 900-000.000", "+34900000000"), ("(91) 5/0", "9150")]
        {
            assert_eq!(phone(text).as_deref(), Some(digits));
        }
        for wrong in ["", "12", "9+1234", "ninety", "1234567890123456", "９００"] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }
}
