//! Names of countries, states and provinces: which region of its country each means, and how one that was said stands to
//! that of a listing. Where they stand in a text is found in `region`.

use super::country::Language;
use super::province;
use super::region::surroundings;
use super::region_table::{COUNTRIES, REGIONS};
use super::word::words;
use super::{Address, written};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Names of regions have at most so many words.
pub(super) const LONGEST: usize = 4;

/// The first of the regions that others are parts of: `Sicilia`, of which Catania is one.
const BROAD: u8 = 160;

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// ISO 3166-1 alpha-2, upper case.
    country: &'static str,
    of: Of,
    /// It may be a town's name as well; of a country's, it is a part of it only.
    doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Country,
    /// Its number, which tells it from others of its country; 0 where it is not to be compared.
    Region(u8),
}

impl Meaning {
    /// A country's name counts in all of them, a region's in its own; `sure`: no town may be meant.
    pub fn counts(&self, country: &str, sure: bool) -> bool {
        match self.of {
            Of::Country => true,
            Of::Region(_) => {
                (country.is_empty() || self.country.eq_ignore_ascii_case(country)) && !(sure && self.doubtful)
            }
        }
    }

    pub fn is_country(&self) -> bool {
        self.of == Of::Country
    }
}

static NAMES: LazyLock<HashMap<String, Vec<Meaning>>> = LazyLock::new(|| {
    let mut known: HashMap<String, Vec<Meaning>> = HashMap::new();
    let mut add = |name: &str, country, of| {
        let doubtful = name.starts_with('?');
        let name = name.trim_start_matches(['?', '^']).to_owned();
        known.entry(name).or_default().push(Meaning { country, of, doubtful });
    };
    for (country, names) in COUNTRIES {
        names.iter().for_each(|name| add(name, country, Of::Country));
    }
    for (country, regions) in REGIONS {
        let (mut narrow, mut broad) = (0, BROAD);
        for region in *regions {
            let number = if region.starts_with('^') { &mut broad } else { &mut narrow };
            *number += 1;
            let number = if *country == "GB" { 0 } else { *number };
            region.split('=').for_each(|name| add(name, country, Of::Region(number)));
        }
    }
    for (number, code, names) in province::all() {
        add(&code.to_lowercase(), "IT", Of::Region(number));
        for name in names {
            let name = name.to_lowercase().replace(|letter: char| !letter.is_ascii_lowercase(), " ");
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            add(&format!("?{name}"), "IT", Of::Region(number));
        }
    }
    known
});

/// All that a name means, its words folded and apart by one space.
pub(super) fn meanings(name: &str) -> &'static [Meaning] {
    NAMES.get(name).map(Vec::as_slice).unwrap_or_default()
}

/// The last words of all names.
pub(super) fn last_words() -> impl Iterator<Item = &'static str> {
    NAMES.keys().map(|name| name.rsplit(' ').next().unwrap_or_default())
}

/// A country, state or province that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its words in the text; none where it was said apart from it.
    pub words: Range<usize>,
    /// It may be the town's name just as well.
    pub or_town: bool,
    pub(super) meanings: &'static [Meaning],
}

/// How what was said of country and region stands to a listing's, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Unsaid,
    /// The country is the same; nothing is said of the region.
    InCountry,
    Agrees,
    /// The listing does not say its own, or one may be a part of the other.
    Unknown,
    Differs,
}

impl Named {
    /// Said in a field of its own. What is no name of a region says nothing.
    pub fn of_field(text: &str, country: &str) -> Option<Named> {
        let meanings = meanings(&folded(text, country));
        (!meanings.is_empty()).then_some(Named { words: 0..0, or_town: false, meanings })
    }

    /// `country` and `region` are the listing's, the latter as `region_of` says it.
    pub fn standing(&self, country: &str, region: u8) -> Standing {
        let own = |meaning: &&Meaning| meaning.country.eq_ignore_ascii_case(country);
        let mut of = self.meanings.iter().filter(own).map(|meaning| match meaning.of {
            Of::Country if meaning.doubtful => Standing::Unknown,
            Of::Country => Standing::InCountry,
            Of::Region(said) if regions_differ(said, region) => Standing::Differs,
            Of::Region(said) if said == region && said != 0 => Standing::Agrees,
            Of::Region(_) => Standing::Unknown,
        });
        match of.next() {
            Some(standing) => of.fold(standing, Standing::min),
            None if country.is_empty() => Standing::Unknown,
            // A field holds what it likes.
            None if self.words.is_empty() => Standing::Unsaid,
            None => Standing::Differs,
        }
    }

    /// It is a region of this country; any where that is not known.
    pub fn is_in(&self, country: &str) -> bool {
        self.meanings.iter().any(|meaning| meaning.counts(country, false) && !meaning.is_country())
    }
}

/// The number of the region that an address says it is in, which tells it from others of its country; 0 where it says
/// none that is known.
pub fn region_of(address: &Address, country: &str) -> u8 {
    let country = address.country_or(country);
    let number = |meanings: &[Meaning]| {
        meanings.iter().find_map(|meaning| match meaning.of {
            Of::Region(number) if meaning.country.eq_ignore_ascii_case(country) => Some(number),
            _ => None,
        })
    };
    let province = written(&address.province).and_then(|text| number(meanings(&folded(text, country))));
    let text = || {
        let read = words(written(&address.full_text)?, Language::of(country), false);
        let said = surroundings(&read, country).named;
        said.iter().filter(|named| !named.or_town).find_map(|named| number(named.meanings))
    };
    province.or_else(text).unwrap_or(0)
}

/// Two regions of one country, by their numbers, are known not to be the same, nor one a part of the other.
pub fn regions_differ(a: u8, b: u8) -> bool {
    a != 0 && b != 0 && a != b && (a > BROAD) == (b > BROAD)
}

fn folded(text: &str, country: &str) -> String {
    let words: Vec<String> =
        words(text, Language::of(country), false).into_iter().map(|word| word.text).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_words() {
        for name in NAMES.keys() {
            assert!(name.split(' ').count() <= LONGEST, "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' '), "{name}");
        }
        let most = REGIONS.iter().map(|(_, regions)| regions.len()).max().unwrap_or_default();
        assert!(most < usize::from(BROAD));
    }

    #[test]
    fn a_region_is_the_same_however_it_is_said_and_compared_with_its_like() {
        let said = |country: &str, province: &str| Address {
            province: Some(province.into()),
            country: Some(country.into()),
            ..Address::default()
        };
        for (country, listed, asked, standing) in [
            ("AU", "NSW", "New South Wales", Standing::Agrees),
            ("AU", "NSW", "Vic", Standing::Differs),
            ("US", "IL", "illinois", Standing::Agrees),
            ("US", "New York", "NY", Standing::Agrees),
            ("US", "IL", "MO", Standing::Differs),
            ("US", "WA", "Western Australia", Standing::Unsaid),
            ("IT", "CT", "Catania", Standing::Agrees),
            ("IT", "FORLI'-CESENA", "FC", Standing::Agrees),
            ("IT", "CT", "Bergamo", Standing::Differs),
            ("IT", "CT", "Sicilia", Standing::Unknown),
            ("IT", "CT", "XX", Standing::Unsaid),
            ("IT", "CT", "Italia", Standing::InCountry),
            ("ES", "Madrid", "Comunidad de Madrid", Standing::Agrees),
            ("ES", "Málaga", "Andalucía", Standing::Unknown),
            ("ES", "Málaga", "CÁDIZ", Standing::Differs),
            ("ZA", "KZN", "KwaZulu-Natal", Standing::Agrees),
            ("ZA", "", "GP", Standing::Unknown),
            ("GB", "Middlesex", "Greater London", Standing::Unknown),
        ] {
            let region = region_of(&said(country, listed), "");
            let named = Named::of_field(asked, country);
            let is = named.map_or(Standing::Unsaid, |named| named.standing(country, region));
            assert_eq!(is, standing, "{country}: {asked} for {listed}");
        }
    }

    #[test]
    fn a_text_says_its_region_too() {
        let of = |country: &str, text: &str, province: &str| {
            let text = Address { full_text: Some(text.into()), ..Address::default() };
            let said = Address { province: Some(province.into()), ..Address::default() };
            assert_eq!(region_of(&text, country), region_of(&said, country), "{text:?}");
        };
        of("AU", "9/93-97 NEWTON ROAD WETHERILL PARK NSW 2164", "nsw");
        of("ZA", "38, Railway Street, Randfontein, ZA, 1765, Gauteng", "gp");
        of("US", "5 Broadway, Springfield, IL 62701, USA", "illinois");
        of("IT", "VIA CENERENTOLA 1, BRONTE (CT)", "catania");
        of("US", "5 Broadway, New York 10007", "");
    }
}
