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
    /// A letter and 37 digits.
    pub address_id: Option<String>,
    pub details: Details,
}

/// What else is known of an access. It names people: sealed at rest.
#[derive(Clone, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    /// Of whoever uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Whose network it is on: `FIBNEB01`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory_owner: Option<String>,
    /// The speed that is contracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The serial number of the network termination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ont: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed_at: Option<String>,
}

impl Details {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The words of an access's status that are ours; a carrier's own are kept as they are.
pub const ACTIVE: &str = "ACTIVE";
/// Nobody uses it.
pub const VACANT: &str = "VACANT";
/// It is to be installed.
pub const RESERVED: &str = "RESERVED";

impl Access {
    /// Whether nobody uses it.
    pub fn is_vacant(&self) -> bool {
        match self.details.status.as_deref() {
            Some(status) => status.eq_ignore_ascii_case(VACANT),
            None => self.phone.is_none() && self.details.client_name.is_none(),
        }
    }

    /// Held by a brand, in any case.
    pub fn is_held_by(&self, brand: &str) -> bool {
        self.brand.as_deref().is_some_and(|own| folded(own) == folded(brand))
    }
}

/// Names of brands and people, and numbers of documents, as they are compared.
pub fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// An address's id: a letter and 37 digits, in any case.
pub fn address_id(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let (letter, digits) = text.split_at_checked(1)?;
    let fits = letter.bytes().all(|b| b.is_ascii_uppercase())
        && digits.len() == 37
        && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(text)
}

/// A name of which only the first letters are shown: `J*** P***`.
pub fn masked(text: &str) -> String {
    let word = |word: &str| word.chars().next().map(|first| format!("{first}***"));
    text.split_whitespace().filter_map(word).collect::<Vec<_>>().join(" ")
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
    fn an_address_id_is_a_letter_and_37_digits() {
        let digits = "1".repeat(37);
        assert_eq!(address_id(&format!("j{digits}")), Some(format!("J{digits}")));
        for wrong in [digits.clone(), format!("J{digits}1"), format!("JJ{}", &digits[1..]), "J".into()] {
            assert_eq!(address_id(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_masked_tells_only_how_names_begin() {
        assert_eq!(masked("Juan  Pérez"), "J*** P***");
        assert_eq!(masked("12345678Z"), "1***");
        assert_eq!(masked(""), "");
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
