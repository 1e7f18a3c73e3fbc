//! E-mails: what happened becomes a text in the organization's words and language, queued in the transaction in which
//! it happened. How it is sent is in the engine (`post.rs`).

mod grammar;
mod render;
mod template;
mod wording;

pub use template::Template;

use crate::{Error, Hub, Principal};
use model::id::OrganizationId;
use model::mail::{Address, Kind, TRYING, Values, Wording, Written};
use model::role::Capability;
use std::collections::HashSet;
use std::sync::Arc;
use store::Tx;
use store::mail::{Mail, New};
use tokio::sync::Notify;

/// Mails shown at most.
const SHOWN: i64 = 1_000;

/// What is to be told to whom.
pub(crate) struct Letter<'a> {
    /// In whose words and language.
    pub organization: OrganizationId,
    pub kind: Kind,
    /// The id of what it tells of.
    pub about: &'a str,
    /// Plain addresses; each that is there twice gets one mail.
    pub recipients: &'a [String],
    pub values: Values,
}

/// Queues a letter, a mail for each recipient; after the commit, [`Hub::post`] says that there is something. What
/// is no address is kept as a mail that failed.
pub(crate) fn write(tx: &mut Tx<'_>, letter: &Letter<'_>) -> Result<(), store::Error> {
    let made = text(tx, letter)?;
    let give_up = tx.machine_time()?.saturating_add(i64::try_from(TRYING.as_micros()).unwrap_or(i64::MAX));
    let mut seen = HashSet::new();
    for recipient in letter.recipients {
        let recipient = recipient.trim();
        if !seen.insert(recipient.to_lowercase()) {
            continue;
        }
        let refused = Address::parse(recipient).is_none().then_some("it is not an e-mail address");
        let written = Written {
            recipient: recipient.to_owned(),
            subject: made.subject.clone(),
            body: made.body.clone(),
        };
        let new = New {
            organization: letter.organization,
            kind: letter.kind,
            about: letter.about,
            written: &written,
            give_up,
            refused,
        };
        store::mail::insert(tx, &new)?;
    }
    Ok(())
}

/// The text of a letter. A wording that cannot be used gives way to the built-in one: no mail is lost for it.
fn text(tx: &mut Tx<'_>, letter: &Letter<'_>) -> Result<Wording, store::Error> {
    let line = wording::line(tx, letter.organization)?;
    let language = wording::language(tx, &line)?;
    if let Some((owner, own)) = wording::own(tx, &line, letter.kind, language)? {
        match render::render(&own, &letter.values) {
            Ok(made) => return Ok(made),
            Err(fault) => {
                tracing::warn!(organization = %owner, kind = %letter.kind, %language, %fault, "a template cannot be used; the built-in one is");
            }
        }
    }
    let built_in = wording::built_in(letter.kind, language);
    Ok(render::render(&built_in, &letter.values).unwrap_or_else(|_| Wording {
        subject: letter.kind.to_string(),
        body: format!("{} {}", letter.kind, letter.about),
    }))
}

impl Hub {
    /// Says that mails were queued: to be called after the commit.
    pub(crate) fn post(&self) {
        self.inner.bell.notify_one();
    }

    /// What rings when there are mails to be sent.
    pub fn bell(&self) -> Arc<Notify> {
        self.inner.bell.clone()
    }

    /// The newest mails of the caller's organizations, with what became of them.
    pub async fn mails(&self, principal: &Principal) -> Result<Vec<Mail>, Error> {
        principal.require(Capability::Administer)?;
        let scope = principal.scope;
        Ok(self.store().read(move |tx| store::mail::list(tx, scope, SHOWN)).await?)
    }

    /// Queues a mail that says only that mails arrive.
    pub async fn test_mail(
        &self,
        principal: &Principal,
        organization: &str,
        address: &str,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let address = Address::parse(address)
            .ok_or_else(|| Error::invalid("address", "must be one plain e-mail address"))?;
        let (scope, name) = (principal.scope, organization.to_owned());
        self.store()
            .write(move |tx| {
                let organization = template::within(tx, scope, &name)?;
                let values = Values { organization: organization.name, ..Values::default() };
                let letter = Letter {
                    organization: organization.id,
                    kind: Kind::Test,
                    about: "",
                    recipients: &[address.as_str().to_owned()],
                    values,
                };
                write(tx, &letter)?;
                Ok::<_, Error>(())
            })
            .await?;
        self.post();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
