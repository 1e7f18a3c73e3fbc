//! E-mails: a queue that nodes claim from under a lease, and the organizations' own wordings.
//! What a mail says and when it is tried again is decided elsewhere.

use crate::sql::Row;
use crate::{Error, Tx, Vault, args, difference, statements};
use model::event::Event;
use model::id::{Identity, MailId, OrganizationId};
use model::mail::{Kind, Language, State, Wording, Written};
use model::scope::Scope;
use model::time::Timestamp;
use std::time::Duration;

statements! {
    INSERT = "INSERT INTO mail (id, organization_id, kind, about, written, state, version, tries, ready_at, give_up_at, fence, error, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 0, 0, $7, 0, $8, $9) RETURNING number";
    /// Without the fence: it is true whoever says it.
    SENT = "UPDATE mail SET state = 'sent', version = version + 1, tries = tries + 1, error = NULL, sent_at = $2
        WHERE number = $1 AND state = 'queued'";
    /// number, fence, state, error, tries
    END = "UPDATE mail SET state = $3, version = version + 1, error = $4, tries = $5
        WHERE number = $1 AND fence = $2 AND state = 'queued'";
    /// number, fence, when, error, tries
    PUT_OFF = "UPDATE mail SET ready_at = $3, error = $4, tries = $5 WHERE number = $1 AND fence = $2 AND state = 'queued'";
    LIST = "SELECT * FROM mail WHERE ($1 OR organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = $2))
        ORDER BY number DESC LIMIT $3";
    WAITING = "SELECT count(*) AS n FROM mail WHERE state = 'queued'";
    VOID_LEASES = "UPDATE mail SET ready_at = 0, fence = fence + 1 WHERE state = 'queued' AND ready_at > 0";
    /// Numbers rise with time: looking at the lowest is enough.
    PRUNE = "DELETE FROM mail WHERE created_at < $1 AND number IN (SELECT number FROM mail ORDER BY number LIMIT $2)";
    SET_TEMPLATE = "INSERT INTO mail_template (organization_id, kind, language, subject, body) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organization_id, kind, language) DO UPDATE SET subject = excluded.subject, body = excluded.body";
    TEMPLATE = "SELECT subject, body FROM mail_template WHERE organization_id = $1 AND kind = $2 AND language = $3";
    FORGET_TEMPLATE = "DELETE FROM mail_template WHERE organization_id = $1 AND kind = $2 AND language = $3";
}

/// What the hub says of a new mail.
pub struct New<'a> {
    pub organization: OrganizationId,
    pub kind: Kind,
    pub about: &'a str,
    pub written: &'a Written,
    /// Machine time of the store.
    pub give_up: i64,
    /// Why it cannot be sent at all; it is kept as failed.
    pub refused: Option<&'a str>,
}

/// A mail as it is stored.
pub struct Mail {
    pub number: i64,
    pub id: MailId,
    pub organization: OrganizationId,
    pub kind: Kind,
    pub about: String,
    pub written: Written,
    pub domain: Option<String>,
    pub state: State,
    pub version: i64,
    /// Those that are over.
    pub tries: i64,
    pub fence: i64,
    /// Machine time of the store.
    pub give_up: i64,
    pub error: Option<String>,
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
}

fn read(row: Row<'_>, vault: &Vault) -> Result<Mail, Error> {
    let written: Vec<u8> = row.get("written")?;
    let error: Option<Vec<u8>> = row.get("error")?;
    Ok(Mail {
        number: row.get("number")?,
        id: row.get("id")?,
        organization: row.get("organization_id")?,
        kind: row.word("kind")?,
        about: row.get("about")?,
        written: vault.open_json(&written)?,
        domain: row.get("domain")?,
        state: row.word("state")?,
        version: row.get("version")?,
        tries: row.get("tries")?,
        fence: row.get("fence")?,
        give_up: row.get("give_up_at")?,
        error: error.map(|sealed| vault.open_json(&sealed)).transpose()?,
        created: row.get("created_at")?,
        sent: row.get("sent_at")?,
    })
}

/// Puts a mail into the queue.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<i64, Error> {
    let (id, now, vault): (MailId, _, _) = (tx.identity()?, tx.now(), tx.vault());
    let written = vault.seal_json(new.written)?;
    let error = new.refused.map(|reason| vault.seal_json(&reason)).transpose()?;
    let state = if new.refused.is_some() { State::Failed } else { State::Queued };
    let number = tx.insert(
        INSERT,
        args![
            &id,
            &new.organization,
            new.kind.word(),
            new.about,
            &written,
            state.word(),
            new.give_up,
            error.as_ref(),
            now
        ],
    )?;
    event(tx, id, new.organization, number, (new.kind, state), 1)?;
    Ok(number)
}

fn event(
    tx: &mut Tx<'_>,
    id: MailId,
    organization: OrganizationId,
    number: i64,
    (kind, state): (Kind, State),
    sequence: i64,
) -> Result<(), Error> {
    let happened = match state {
        State::Queued => "mail.queued",
        State::Sent => "mail.sent",
        State::Failed => "mail.failed",
        State::GivenUp => "mail.given_up",
    };
    let (data, aggregate_id) = (serde_json::json!({"number": number, "kind": kind}), *id.bytes());
    crate::event::insert(
        tx,
        &Event { kind: happened, version: 1, aggregate: "mail", aggregate_id, sequence, organization, data },
    )
}

/// Leases mails that are due, those that were ready first, at most `limit`. `domain` becomes the right half of the
/// Message-ID of those that were never tried.
pub fn claim(tx: &mut Tx<'_>, domain: &str, lease: Duration, limit: i64) -> Result<Vec<Mail>, Error> {
    let (sql, vault) = (difference::claim_mail(tx.engine()), tx.vault());
    let lease = i64::try_from(lease.as_micros()).unwrap_or(i64::MAX);
    let mut mails = tx.all(sql, args![domain, lease, limit], |row| read(row, vault))?;
    mails.sort_unstable_by_key(|mail| mail.number);
    Ok(mails)
}

/// The server has taken it. False: that is known, or it was given up meanwhile.
pub fn sent(tx: &mut Tx<'_>, mail: &Mail) -> Result<bool, Error> {
    let now = tx.now();
    let done = tx.run(SENT, args![mail.number, now])? > 0;
    close(tx, mail, State::Sent, done)
}

/// It is not tried any more; `tries` in all. False: another worker has it.
pub fn end(tx: &mut Tx<'_>, mail: &Mail, state: State, reason: &str, tries: i64) -> Result<bool, Error> {
    let error = tx.vault().seal_json(&reason)?;
    let done = tx.run(END, args![mail.number, mail.fence, state.word(), &error, tries])? > 0;
    close(tx, mail, state, done)
}

fn close(tx: &mut Tx<'_>, mail: &Mail, state: State, done: bool) -> Result<bool, Error> {
    if done {
        event(tx, mail.id, mail.organization, mail.number, (mail.kind, state), mail.version + 1)?;
    }
    Ok(done)
}

/// It is tried again after a pause of machine time; `tries` so far. False: another worker has it.
pub fn put_off(
    tx: &mut Tx<'_>,
    mail: &Mail,
    reason: &str,
    pause: Duration,
    tries: i64,
) -> Result<bool, Error> {
    let error = tx.vault().seal_json(&reason)?;
    let ready = tx.machine_time()?.saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX));
    Ok(tx.run(PUT_OFF, args![mail.number, mail.fence, ready, &error, tries])? > 0)
}

/// Those that the scope may see, the newest first.
pub fn list(tx: &mut Tx<'_>, scope: Scope, limit: i64) -> Result<Vec<Mail>, Error> {
    let vault = tx.vault();
    tx.all(LIST, args![scope.everything, &scope.organization, limit], |row| read(row, vault))
}

/// How many are in the queue.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.one(WAITING, &[], |row| row.get("n"))
}

/// Ends every lease, and every back-off with them: whoever held one is gone. Says how many.
pub fn void_leases(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.run(VOID_LEASES, &[])
}

/// Forgets mails that were written before a moment, at most `limit`; says how many.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(PRUNE, args![before, limit])
}

/// Sets an organization's own wording.
pub fn set_template(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    kind: Kind,
    language: Language,
    wording: &Wording,
) -> Result<(), Error> {
    let (subject, body) = (wording.subject.as_str(), wording.body.as_str());
    tx.run(SET_TEMPLATE, args![&organization, kind.word(), language.word(), subject, body]).map(|_| ())
}

/// An organization's own wording.
pub fn template(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    kind: Kind,
    language: Language,
) -> Result<Option<Wording>, Error> {
    tx.first(TEMPLATE, args![&organization, kind.word(), language.word()], |row| {
        Ok(Wording { subject: row.get("subject")?, body: row.get("body")? })
    })
}

/// Forgets it. False: there was none.
pub fn forget_template(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    kind: Kind,
    language: Language,
) -> Result<bool, Error> {
    Ok(tx.run(FORGET_TEMPLATE, args![&organization, kind.word(), language.word()])? > 0)
}
