//! Whose words a mail has: the organization's own, those of its nearest ancestor that has some, or the built-in ones.

use model::id::OrganizationId;
use model::mail::{Kind, Language, Wording};
use store::{Error, Tx};

macro_rules! built_in {
    ($language:literal) => {
        [
            include_str!(concat!("text/", $language, "/request_created.txt")),
            include_str!(concat!("text/", $language, "/request_answered.txt")),
            include_str!(concat!("text/", $language, "/account_confirmed.txt")),
            include_str!(concat!("text/", $language, "/account_active.txt")),
            include_str!(concat!("text/", $language, "/account_cancelled.txt")),
            include_str!(concat!("text/", $language, "/test.txt")),
        ]
    };
}

/// The built-in wording.
pub(super) fn built_in(kind: Kind, language: Language) -> Wording {
    let texts = match language {
        Language::English => built_in!("en"),
        Language::Danish => built_in!("da"),
        Language::Italian => built_in!("it"),
        Language::Spanish => built_in!("es"),
    };
    let text = match kind {
        Kind::RequestCreated => texts[0],
        Kind::RequestAnswered => texts[1],
        Kind::AccountConfirmed => texts[2],
        Kind::AccountActive => texts[3],
        Kind::AccountCancelled => texts[4],
        Kind::Test => texts[5],
    };
    Wording::parse(text).unwrap_or_default()
}

/// The name of the setting that holds an organization's language.
pub(super) fn language_setting(organization: OrganizationId) -> String {
    format!("mail.language.{organization}")
}

/// An organization and those above it, the nearest first.
pub(super) fn line(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<OrganizationId>, Error> {
    let (mut line, mut next) = (Vec::new(), Some(organization));
    while let Some(id) = next {
        line.push(id);
        next = store::organization::by_id(tx, id)?.and_then(|found| found.parent);
    }
    Ok(line)
}

/// The nearest language that is set; English where none is.
pub(super) fn language(tx: &mut Tx<'_>, line: &[OrganizationId]) -> Result<Language, Error> {
    for id in line {
        let set = store::setting::get(tx, &language_setting(*id))?;
        if let Some(language) = set.and_then(|word| word.parse().ok()) {
            return Ok(language);
        }
    }
    Ok(Language::English)
}

/// The nearest wording of somebody's own, with whose it is. None: the built-in one is meant.
pub(super) fn own(
    tx: &mut Tx<'_>,
    line: &[OrganizationId],
    kind: Kind,
    language: Language,
) -> Result<Option<(OrganizationId, Wording)>, Error> {
    for id in line {
        if let Some(wording) = store::mail::template(tx, *id, kind, language)? {
            return Ok(Some((*id, wording)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::render::{render, vet};
    use super::*;
    use model::mail::Values;

    #[test]
    fn every_kind_has_words_of_its_own_in_every_language() {
        let mut seen = std::collections::HashSet::new();
        for (kind, language) in Kind::ALL.iter().flat_map(|k| Language::ALL.iter().map(move |l| (*k, *l))) {
            let wording = built_in(kind, language);
            vet(&wording).unwrap_or_else(|fault| panic!("{kind} {language}: {fault}"));
            let made = render(&wording, &Values::sample()).unwrap();
            assert!(!made.subject.is_empty() && !made.body.contains("{%") && seen.insert(made.body));
        }
    }

    #[test]
    fn an_answer_without_offers_says_so() {
        let wording = built_in(Kind::RequestAnswered, Language::Danish);
        let values = Values { request: "7".into(), ..Values::default() };
        let made = render(&wording, &values).unwrap();
        assert_eq!(made.subject, "Svar på tilbudsforespørgsel 7");
        assert!(
            made.body.ends_with("Der kan ikke tilbydes noget på adressen i øjeblikket."),
            "{}",
            made.body
        );
    }
}
