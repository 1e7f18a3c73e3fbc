//! The spellings of an address that the Compare Tech status record adds to the request's own. The
//! source document prints only the province's (`CT`, `CATANIA`); the others are our contract.

use serde::{Deserialize, Serialize};

use super::country::{Language, Rules};
use super::normalise::normalise;
use super::{Address, fold, province, written};

/// All in upper case without diacritics; empty where the address lacks the part. At most
/// [`super::MAX_CHARS`] characters of a part are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variants {
    /// The Italian province's code: `CT`. A province that is not known, as given.
    pub province_type1: String,
    /// The Italian province's name: `CATANIA`. A province that is not known, as given.
    pub province_type2: String,
    /// The street as given: `VIA CENERENTOLA`.
    pub street_type1: String,
    /// Its type abbreviated, when it has a known one: `V. CENERENTOLA`.
    pub street_type2: String,
    /// Without its type: `CENERENTOLA`.
    pub street_type3: String,
    /// The city as given: `SANT'AGATA LI BATTIATI`.
    pub city_type1: String,
    /// Without apostrophes: `SANT AGATA LI BATTIATI`.
    pub city_type2: String,
    /// Its saint abbreviated: `S. AGATA LI BATTIATI`.
    pub city_type3: String,
}

impl Variants {
    /// The variants of an address; `country` is used when it names none, and an unknown country is
    /// read as Italy, where the wire comes from.
    pub fn of(address: &Address, country: &str) -> Variants {
        let part = |field| written(field).map(|text| spaced(&fold::upper(text))).unwrap_or_default();
        let (street, city) = (part(&address.street), part(&address.city));
        let province = part(&address.province);
        let (code, name) = province::of(&province).unwrap_or((&province, &province));
        let country = match Rules::of(address.country_or(country)).language {
            Language::Unknown => "IT",
            _ => address.country_or(country),
        };
        let (street_type2, street_type3) = abbreviated(&street, country);
        let plain = spaced(&city.replace('\'', " "));
        Variants {
            province_type1: code.to_owned(),
            province_type2: name.to_owned(),
            street_type2,
            street_type3,
            city_type3: saint_abbreviated(&plain),
            city_type2: plain,
            street_type1: street,
            city_type1: city,
        }
    }
}

/// One space between words, none around them.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The street with its type abbreviated, and without it. A street that is nothing but a type, or
/// that has none, stays as it is in both.
fn abbreviated(street: &str, country: &str) -> (String, String) {
    let language = Rules::of(country).language;
    let (kind, rest) = match language {
        Language::English => street.rsplit_once(' ').map(|(rest, kind)| (kind, rest)),
        _ => street.split_once(' '),
    }
    .unwrap_or(("", street));
    match short_type(&normalise(kind, country), language) {
        Some(short) if language == Language::English => (format!("{rest} {short}"), rest.to_owned()),
        Some(short) => (format!("{short} {rest}"), rest.to_owned()),
        None => (street.to_owned(), street.to_owned()),
    }
}

/// The usual abbreviation of a street type in its normalised form.
fn short_type(usual: &str, language: Language) -> Option<&'static str> {
    use Language::*;
    Some(match (language, usual) {
        (Italian, "via") => "V.",
        (Italian, "viale" | "v le") => "V.LE",
        (Italian, "piazza") => "P.ZZA",
        (Italian, "piazzale") => "P.LE",
        (Italian, "piazzetta") => "P.TTA",
        (Italian, "corso") => "C.SO",
        (Italian, "largo") => "L.GO",
        (Italian, "vicolo") => "VIC.",
        (Italian, "strada") => "STR.",
        (Italian, "contrada") => "C.DA",
        (Italian, "localita") => "LOC.",
        (Italian, "frazione") => "FRAZ.",
        (Italian, "traversa") => "TRAV.",
        (Italian, "salita") => "SAL.",
        (Italian, "borgo") => "B.GO",
        (French, "rue") => "R.",
        (French, "avenue") => "AV.",
        (French, "boulevard") => "BD",
        (French, "chemin") => "CH.",
        (French, "impasse") => "IMP.",
        (French, "route") => "RTE",
        (French, "allee") => "ALL.",
        (French, "place") => "PL.",
        (Spanish, "calle") => "C.",
        (Spanish, "avenida") => "AVDA.",
        (Spanish, "plaza") => "PZA.",
        (Spanish, "paseo") => "PO.",
        (Spanish, "carretera") => "CTRA.",
        (Spanish, "camino") => "CNO.",
        (English, "st") => "ST",
        (English, "road") => "RD",
        (English, "avenue") => "AVE",
        (English, "drive") => "DR",
        (English, "place") => "PL",
        (English, "court") => "CT",
        (English, "crescent") => "CRES",
        (English, "close") => "CL",
        (English, "lane") => "LN",
        (English, "parade") => "PDE",
        (English, "circuit") => "CCT",
        (English, "highway") => "HWY",
        _ => return None,
    })
}

fn saint_abbreviated(city: &str) -> String {
    match city.split_once(' ') {
        Some(("SAN" | "SANTA" | "SANTO" | "SANT" | "S.", rest)) => format!("S. {rest}"),
        _ => city.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants(street: &str, city: &str, province: &str) -> Variants {
        let address = Address {
            street: Some(street.to_owned()),
            city: Some(city.to_owned()),
            province: Some(province.to_owned()),
            ..Address::default()
        };
        Variants::of(&address, "IT")
    }

    #[track_caller]
    fn check_street(street: &str, expected: [&str; 3]) {
        let found = variants(street, "", "");
        assert_eq!([found.street_type1, found.street_type2, found.street_type3], expected);
    }

    #[track_caller]
    fn check_city(city: &str, expected: [&str; 3]) {
        let found = variants("", city, "");
        assert_eq!([found.city_type1, found.city_type2, found.city_type3], expected);
    }

    #[test]
    fn a_province_is_given_by_code_and_by_name() {
        for given in ["CT", "ct", "Catania", " CATANIA "] {
            let found = variants("", "", given);
            assert_eq!((&*found.province_type1, &*found.province_type2), ("CT", "CATANIA"));
        }
        let forli = variants("", "", "Forlì-Cesena");
        assert_eq!((&*forli.province_type1, &*forli.province_type2), ("FC", "FORLI'-CESENA"));
    }

    #[test]
    fn an_unknown_province_is_kept_in_upper_case() {
        let found = variants("", "", "Málaga");
        assert_eq!((&*found.province_type1, &*found.province_type2), ("MALAGA", "MALAGA"));
    }

    #[test]
    fn a_street_is_given_in_full_abbreviated_and_without_its_type() {
        check_street("Via Cenerentola", ["VIA CENERENTOLA", "V. CENERENTOLA", "CENERENTOLA"]);
        check_street("piazza dell’Unità", ["PIAZZA DELL'UNITA", "P.ZZA DELL'UNITA", "DELL'UNITA"]);
        check_street("V.LE ROMA", ["V.LE ROMA", "V.LE ROMA", "ROMA"]);
        check_street("Lungarno", ["LUNGARNO", "LUNGARNO", "LUNGARNO"]);
        check_street("", ["", "", ""]);
    }

    #[test]
    fn a_city_is_given_in_full_without_apostrophes_and_with_its_saint_abbreviated() {
        check_city("BRONTE", ["BRONTE", "BRONTE", "BRONTE"]);
        check_city("Sant'Agata", ["SANT'AGATA", "SANT AGATA", "S. AGATA"]);
        check_city("San  Donà", ["SAN DONA", "SAN DONA", "S. DONA"]);
    }
}
