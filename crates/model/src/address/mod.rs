//! An address as somebody wrote it, and the key by which an asked address is compared with the
//! listings of a carrier. Exact matching only, after normalisation: typing errors, completion and
//! positions are not handled here.

mod country;
mod fold;
mod key;
mod normalise;
mod postcode;
mod province;
mod reading;
mod region;
mod region_name;
mod region_table;
mod said;
mod street_type;
mod street_type_table;
mod surroundings;
mod token;
mod unit;
mod unit_danish;
mod variant;
mod word;

use serde::{Deserialize, Serialize};

pub use country::Language;
pub use fold::MAX_CHARS;
pub use key::{MatchKey, keys_of};
pub use normalise::normalise;
pub use postcode::padded as padded_postcode;
pub use region::{Around, Surroundings, surroundings};
pub use region_name::{Named, Standing, region_of, regions_differ};
pub use said::{Said, Unit};
pub use unit::in_digits;
pub use variant::Variants;
pub use word::{Gap, Word, unit_kind, usual_form, words, written_as};

use country::Rules;

/// An address in the words of whoever gave it. Every field is optional: a listing may have parts,
/// or one line of text, or both; a request has what its dialect asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street with its type, without the number: `ALFRED STREET`, `Via Cenerentola`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// House number with its suffix, or a range: `1`, `8 bis`, `93-97`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Flat, shop, suite: `9`, `UNIT 9`, `SHOP 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suburb: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// ISO 3166-1 alpha-2, upper case: `IT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The whole address in one line, as it is written in its country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_text: Option<String>,
}

impl Address {
    /// The address in one line: its full text, or else its parts in the order of its country
    /// (`country` is used when the address names none). Empty when there is nothing to show.
    pub fn one_line(&self, country: &str) -> String {
        if let Some(text) = written(&self.full_text) {
            return text.to_owned();
        }
        let rules = Rules::of(self.country_or(country));
        let (street, number) = (written(&self.street), written(&self.number));
        let postcode = written(&self.postcode).map(|code| padded_postcode(code, self.country_or(country)));
        let mut line = String::new();
        let unit = self.unit_line(&rules);
        let unit = Some(unit.as_str()).filter(|unit| !unit.is_empty());
        if rules.number_first {
            join(&mut line, ", ", [unit]);
            join(&mut line, ", ", [number]);
            join(&mut line, " ", [street]);
        } else {
            join(&mut line, " ", [street, number]);
            join(&mut line, ", ", [unit]);
        }
        let (before, after) = if rules.postcode_last() { (None, postcode) } else { (postcode, None) };
        let mut place = String::new();
        let (suburb, city) = (written(&self.suburb), written(&self.city));
        join(&mut place, " ", [before.as_deref(), suburb, city, after.as_deref()]);
        join(&mut line, ", ", [Some(place.as_str()).filter(|place| !place.is_empty())]);
        line
    }

    /// Unit, floor and door as the country writes them: `Unit 4`, `3. th`, `2º B`.
    fn unit_line(&self, rules: &Rules) -> String {
        use country::Language::{Danish, English, French, German, Italian, Spanish};
        let bare =
            |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) || text.len() == 1;
        let unit = written(&self.unit).map(|unit| match rules.language {
            English if bare(unit) => format!("Unit {unit}"),
            Italian if bare(unit) => format!("int. {unit}"),
            French if bare(unit) => format!("apt {unit}"),
            German if bare(unit) => format!("Whg {unit}"),
            _ => unit.to_owned(),
        });
        let floor = written(&self.floor).map(|floor| match rules.language {
            Danish if bare(floor) => format!("{floor}."),
            Spanish if bare(floor) => format!("{floor}º"),
            English if bare(floor) => format!("Level {floor}"),
            Italian if bare(floor) => format!("piano {floor}"),
            French | German if bare(floor) => format!("{floor}. etage"),
            _ => floor.to_owned(),
        });
        let door = written(&self.door);
        let mut line = String::new();
        join(&mut line, ", ", [unit.as_deref(), floor.as_deref()]);
        // `3. th`, `2º B`: floor and door are one.
        let between = if matches!(rules.language, Danish | Spanish) && floor.is_some() { " " } else { ", " };
        join(&mut line, between, [door]);
        line
    }

    /// The country of the address, or `otherwise` when it names none.
    pub(crate) fn country_or<'a>(&'a self, otherwise: &'a str) -> &'a str {
        written(&self.country).unwrap_or(otherwise)
    }
}

/// A field that holds more than spaces.
fn written(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn join<const N: usize>(line: &mut String, between: &str, parts: [Option<&str>; N]) {
    for part in parts.into_iter().flatten() {
        if !line.is_empty() {
            line.push_str(between);
        }
        line.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn one_line_follows_the_order_of_the_country() {
        let mut address = Address {
            street: part("VIA CENERENTOLA"),
            number: part("1"),
            city: part("BRONTE"),
            postcode: part("4510"),
            country: part("IT"),
            ..Address::default()
        };
        assert_eq!(address.one_line(""), "VIA CENERENTOLA 1, 04510 BRONTE");
        address.country = part("AU");
        assert_eq!(address.one_line(""), "1 VIA CENERENTOLA, BRONTE 4510");
    }

    #[test]
    fn units_floors_and_doors_are_shown_as_the_country_writes_them_and_read_again() {
        let parts = |country: &str, [unit, floor, door]: [&str; 3]| Address {
            street: part("Main"),
            number: part("12"),
            postcode: part("2605"),
            city: part("Town"),
            unit: part(unit),
            floor: part(floor),
            door: part(door),
            country: part(country),
            ..Address::default()
        };
        for (country, below, expected) in [
            ("DK", ["", "3", "th"], "Main 12, 3. th, 2605 Town"),
            ("ES", ["", "2", "B"], "Main 12, 2º B, 02605 Town"),
            ("AU", ["4", "2", ""], "Unit 4, Level 2, 12, Main, Town 2605"),
            ("IT", ["4", "", ""], "Main 12, int. 4, 02605 Town"),
        ] {
            let address = parts(country, below);
            let line = address.one_line("");
            assert_eq!(line.replace("12, Main", "12 Main"), expected.replace("12, Main", "12 Main"));
            let text = Address { full_text: Some(line), country: part(country), ..Address::default() };
            assert_eq!(Said::of(&text, "").units, Said::of(&address, "").units, "{country}");
        }
    }

    #[test]
    fn fields_that_are_missing_are_not_on_the_wire() {
        let address = Address { city: part("Aiglun"), ..Address::default() };
        let wire = serde_json::to_string(&address).unwrap_or_default();
        assert_eq!(wire, r#"{"city":"Aiglun"}"#);
        assert_eq!(serde_json::from_str::<Address>(&wire).ok(), Some(address));
    }
}
