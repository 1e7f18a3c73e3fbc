//! Templates of an organization's own: set, shown, forgotten, tried; and its language.

use super::{render, wording};
use crate::{Error, Hub, Principal};
use model::mail::{Kind, Language, Values, Wording};
use model::organization::Organization;
use model::role::Capability;
use model::scope::Scope;
use store::Tx;

/// The wording that an organization's mails have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub language: Language,
    /// Whose it is; None: the built-in one.
    pub of: Option<String>,
    pub wording: Wording,
}

/// An organization that the scope reaches, by its name.
pub(super) fn within(tx: &mut Tx<'_>, scope: Scope, name: &str) -> Result<Organization, Error> {
    let missing = || Error::NotFound("organization");
    let found = store::organization::by_name(tx, name)?.ok_or_else(missing)?;
    let seen = scope.everything || store::organization::is_within(tx, scope.organization, found.id)?;
    if seen { Ok(found) } else { Err(missing()) }
}

/// Reads the text of a template, which must be fit to be sent.
fn read(text: &str) -> Result<Wording, Error> {
    let wording = Wording::parse(text).map_err(|e| Error::invalid("template", e.to_string()))?;
    render::vet(&wording).map_err(|e| Error::invalid("template", e.to_string()))?;
    Ok(wording)
}

/// What an organization's mails of a kind have; in `language`, or in its own.
fn chosen(
    tx: &mut Tx<'_>,
    organization: &Organization,
    kind: Kind,
    language: Option<Language>,
) -> Result<Template, store::Error> {
    let line = wording::line(tx, organization.id)?;
    let language = match language {
        Some(language) => language,
        None => wording::language(tx, &line)?,
    };
    let Some((owner, own)) = wording::own(tx, &line, kind, language)? else {
        return Ok(Template { language, of: None, wording: wording::built_in(kind, language) });
    };
    let of = store::organization::by_id(tx, owner)?.map(|owner| owner.name);
    Ok(Template { language, of, wording: own })
}

impl Hub {
    /// Sets an organization's own template, in `language` or in its own: `Subject: …`, an empty line, the body. One that
    /// cannot be used is refused with the line at fault.
    pub async fn set_mail_template(
        &self,
        principal: &Principal,
        organization: &str,
        kind: Kind,
        language: Option<Language>,
        text: &str,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let (scope, name, wording) = (principal.scope, organization.to_owned(), read(text)?);
        self.store()
            .write(move |tx| {
                let organization = within(tx, scope, &name)?;
                let language = chosen(tx, &organization, kind, language)?.language;
                Ok(store::mail::set_template(tx, organization.id, kind, language, &wording)?)
            })
            .await
    }

    /// The template that an organization's mails are made with.
    pub async fn mail_template(
        &self,
        principal: &Principal,
        organization: &str,
        kind: Kind,
        language: Option<Language>,
    ) -> Result<Template, Error> {
        principal.require(Capability::Administer)?;
        let (scope, name) = (principal.scope, organization.to_owned());
        self.store()
            .read(move |tx| {
                let organization = within(tx, scope, &name)?;
                Ok(chosen(tx, &organization, kind, language)?)
            })
            .await
    }

    /// Forgets an organization's own template: its mails have those from above again.
    pub async fn forget_mail_template(
        &self,
        principal: &Principal,
        organization: &str,
        kind: Kind,
        language: Option<Language>,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let (scope, name) = (principal.scope, organization.to_owned());
        self.store()
            .write(move |tx| {
                let organization = within(tx, scope, &name)?;
                let language = chosen(tx, &organization, kind, language)?.language;
                let there = store::mail::forget_template(tx, organization.id, kind, language)?;
                if there { Ok(()) } else { Err(Error::NotFound("template of its own")) }
            })
            .await
    }

    /// A mail with sample values, as the organization's template makes it, or one that is not set yet.
    pub async fn preview_mail(
        &self,
        principal: &Principal,
        organization: &str,
        kind: Kind,
        language: Option<Language>,
        draft: Option<&str>,
    ) -> Result<Wording, Error> {
        let template = self.mail_template(principal, organization, kind, language).await?;
        let wording = draft.map(read).transpose()?.unwrap_or(template.wording);
        render::render(&wording, &Values::sample()).map_err(|e| Error::invalid("template", e.to_string()))
    }

    /// Sets the language of an organization's mails, and of those below it that have set none.
    pub async fn set_mail_language(
        &self,
        principal: &Principal,
        organization: &str,
        language: Language,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let (scope, name) = (principal.scope, organization.to_owned());
        self.store()
            .write(move |tx| {
                let organization = within(tx, scope, &name)?;
                let setting = wording::language_setting(organization.id);
                Ok(store::setting::set(tx, &setting, language.word())?)
            })
            .await
    }
}
