//! The questions: one a line, `language, kind, query, reference`.

const FILES: [&str; 6] = [
    include_str!("asked/da.tsv"),
    include_str!("asked/de.tsv"),
    include_str!("asked/en.tsv"),
    include_str!("asked/es.tsv"),
    include_str!("asked/fr.tsv"),
    include_str!("asked/it.tsv"),
];

pub struct Asked {
    pub language: &'static str,
    /// Of mistake, or of form: `typo`, `no postcode`.
    pub kind: &'static str,
    pub query: &'static str,
    /// Of the one premise that is meant.
    pub reference: &'static str,
}

impl Asked {
    /// The country of what is meant; a reference begins with it.
    pub fn country(&self) -> String {
        self.reference.chars().take(2).collect::<String>().to_uppercase()
    }
}

pub fn all() -> impl Iterator<Item = Asked> {
    FILES.into_iter().flat_map(str::lines).map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_else(|| panic!("four fields: {line}"));
        Asked { language: next(), kind: next(), query: next(), reference: next() }
    })
}
