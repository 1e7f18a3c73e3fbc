//! What a country decides about the reading of an address: the language of its street types, the
//! order of its parts, the shape of its postcode.

/// The language in which the streets of a country are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Italian,
    French,
    Spanish,
    Danish,
    German,
    Unknown,
}

impl Language {
    /// Those that are known.
    pub const ALL: [Language; 6] = [
        Language::English,
        Language::Italian,
        Language::French,
        Language::Spanish,
        Language::Danish,
        Language::German,
    ];

    /// Of an ISO 3166-1 alpha-2 code in either case; Danish stands for Norwegian too.
    pub fn of(country: &str) -> Language {
        Rules::of(country).language
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// That many digits.
    Digits(usize),
    /// Outward and inward code, as in `SW1A 1AA`.
    British,
    /// Not known: left as written.
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub language: Language,
    /// `1 ALFRED STREET` rather than `VIA CENERENTOLA 1`.
    pub number_first: bool,
    pub postcode: Shape,
    /// Letters with a spelled form (`ü` = `ue`, `å` = `aa`) lose only their mark (`u`, `a`).
    pub bare: bool,
    /// `8 B Smith Street` is number 8B; otherwise the B is taken for an initial of the name, as in
    /// `8 W Schultz Road`. Only English addresses leave the choice.
    pub takes_letters: bool,
}

impl Rules {
    /// The rules of an ISO 3166-1 alpha-2 code in either case; any other text is an unknown country.
    pub fn of(country: &str) -> Rules {
        use Language::*;
        let mut code = [0u8; 2];
        let text = country.trim().as_bytes();
        if text.len() == 2 {
            code = [text[0].to_ascii_uppercase(), text[1].to_ascii_uppercase()];
        }
        let (language, postcode) = match &code {
            b"AU" | b"NZ" | b"ZA" => (English, Shape::Digits(4)),
            b"GB" => (English, Shape::British),
            b"US" => (English, Shape::Digits(5)),
            b"IE" | b"CA" => (English, Shape::Other),
            b"IT" | b"SM" | b"VA" => (Italian, Shape::Digits(5)),
            b"FR" | b"MC" | b"GP" | b"MQ" | b"GF" | b"RE" | b"YT" => (French, Shape::Digits(5)),
            b"BE" | b"LU" => (French, Shape::Digits(4)),
            b"ES" => (Spanish, Shape::Digits(5)),
            b"DK" | b"NO" => (Danish, Shape::Digits(4)),
            b"DE" => (German, Shape::Digits(5)),
            b"AT" | b"CH" => (German, Shape::Digits(4)),
            _ => (Unknown, Shape::Other),
        };
        let number_first = matches!(language, English | French | Unknown) && &code != b"BE";
        Rules { language, number_first, postcode, bare: false, takes_letters: false }
    }

    /// What is known when nothing but the language is.
    pub fn of_language(language: Language) -> Rules {
        let number_first = matches!(language, Language::English | Language::French | Language::Unknown);
        Rules { language, number_first, postcode: Shape::Other, bare: false, takes_letters: false }
    }

    /// The postcode ends the address (`BELMONT NORTH 2280`); elsewhere it precedes the town.
    pub fn postcode_last(&self) -> bool {
        self.language == Language::English
    }

    /// A text shows where the street ends and the place begins: at the postcode.
    pub fn splits_place(&self) -> bool {
        self.postcode != Shape::Other && !self.postcode_last()
    }

    /// The language has letters whose spelled form is usual (`Mühle`, `Muehle`).
    pub fn spells_letters(&self) -> bool {
        matches!(self.language, Language::Danish | Language::German | Language::Unknown)
    }

    pub fn bare(self) -> Rules {
        Rules { bare: true, ..self }
    }
}
