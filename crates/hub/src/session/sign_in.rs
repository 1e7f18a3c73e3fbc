//! Signing in with a password and, where the user has an authenticator, its code.
//!
//! Whatever is wrong is answered alike, and takes as long: the password is always compared, if need be with nobody's,
//! and something is always written. What counts is decided under the user's lock: of ten thousand guesses at the same
//! time ten are answered.

use super::{Error, Hub, Member, Principal, Tx, digest};
use crate::key::draw;
use crate::retention::ENDED;
use jiff::tz::TimeZone;
use model::credential::{ApiKey, Kind, locked_for};
use model::id::UserId;
use model::time::Timestamp;
use model::totp;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::member::{self, Credentials};
use store::session;

/// How long a session may go unused.
const MINUTES: u32 = 15;
/// Sessions that one user has at a time.
const MOST: i64 = 1_000;
const MINUTE: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such user, a wrong password or code, locked, or not to sign in: nobody is told which.
    #[error("the credentials are not valid")]
    Credentials,
    /// The password is right; the code of the authenticator is needed too.
    #[error("the code of the authenticator is needed")]
    Authenticator,
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Shown once.
    pub token: ApiKey,
    /// How long after its last use it ends; None: it does not.
    pub minutes: Option<u32>,
    pub principal: Arc<Principal>,
    pub member: Member,
}

/// One try, after the password was compared.
struct Try {
    user: UserId,
    /// With which the password was compared.
    hash: String,
    right: bool,
    code: Option<String>,
    /// Wall time, by which the user's phone makes codes.
    wall: Timestamp,
    token: ApiKey,
    minutes: Option<u32>,
}

enum Verdict {
    In(Box<Member>, TimeZone),
    CodeNeeded,
    Wrong,
}

impl Hub {
    /// Makes a session. `persist`: it does not end by itself.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        authenticator: Option<&str>,
        persist: bool,
    ) -> Result<SignedIn, SignInError> {
        let email = crate::user::folded(username);
        let found = self.store().read(move |tx| member::signing_in(tx, &email)).await.map_err(Error::from)?;
        let found = found.filter(|(member, _)| crate::user::may_sign_in(member));
        let hash = found.as_ref().map(|(_, credentials)| credentials.password_hash.clone());
        let right = self.inner.passwords.verify(password, hash).await?;
        let Some((member, credentials)) = found else {
            self.turn_nobody_away().await?;
            return Err(SignInError::Credentials);
        };
        let token = draw(Kind::Session.word())?;
        let minutes = (!persist).then_some(MINUTES);
        let attempt = Try {
            user: member.id,
            hash: credentials.password_hash,
            right,
            code: authenticator.map(str::trim).filter(|code| !code.is_empty()).map(ToOwned::to_owned),
            wall: store::wall(),
            token: token.clone(),
            minutes,
        };
        match self.store().write(move |tx| attempt.judge(tx)).await? {
            Verdict::In(member, zone) => {
                let principal = Arc::new(Principal::of_user(&member, zone));
                Ok(SignedIn { token, minutes, principal, member: *member })
            }
            Verdict::CodeNeeded => Err(SignInError::Authenticator),
            Verdict::Wrong => Err(SignInError::Credentials),
        }
    }

    /// Takes as long as counting a wrong sign-in of somebody.
    async fn turn_nobody_away(&self) -> Result<(), Error> {
        let noted = |tx: &mut Tx<'_>| {
            let now = tx.now().to_string();
            store::setting::set(tx, "sign_in.unknown", &now)
        };
        Ok(self.store().write(noted).await?)
    }
}

impl Try {
    /// Nothing that is wrong is an error: what was counted has to be kept.
    fn judge(&self, tx: &mut Tx<'_>) -> Result<Verdict, Error> {
        let Some((member, mut known)) = member::lock(tx, self.user)? else { return Ok(Verdict::Wrong) };
        let locked = known.locked_until.is_some_and(|end| tx.now() < end);
        // What changed since it was read is as if it had been so then.
        if locked || !crate::user::may_sign_in(&member) || known.password_hash != self.hash {
            return Ok(Verdict::Wrong);
        }
        if !self.right {
            return count_failure(tx, &member, known);
        }
        if let Some(secret) = known.totp(tx.vault())? {
            // Not counted, and nothing forgiven: else a guess at codes could begin anew each time.
            let Some(code) = &self.code else { return Ok(Verdict::CodeNeeded) };
            match totp::accepts(&secret, code, self.wall, known.totp_step) {
                Some(step) => known.totp_step = Some(step),
                None => return count_failure(tx, &member, known),
            }
        }
        self.let_in(tx, member, known)
    }

    fn let_in(&self, tx: &mut Tx<'_>, member: Member, mut known: Credentials) -> Result<Verdict, Error> {
        session::prune_of(tx, member.id, tx.now().minus(ENDED))?;
        if session::count(tx, member.id, Kind::Session)? >= MOST {
            let what = format!("this user has {MOST} sessions: sign out of some, or use one for longer");
            return Err(Error::TooMany { what, after: MINUTE });
        }
        (known.failures, known.locked_until) = (0, None);
        let token = (&self.token, digest(self.token.reveal()));
        let id = session::insert(tx, member.id, Kind::Session, token, self.minutes)?;
        member::save(tx, &member, &known, "user.signed_in", json!({"session": id}))?;
        let zone = crate::organization::zone(tx, member.organization)?;
        Ok(Verdict::In(Box::new(member), zone))
    }
}

fn count_failure(tx: &mut Tx<'_>, member: &Member, mut known: Credentials) -> Result<Verdict, Error> {
    known.failures = known.failures.saturating_add(1);
    known.locked_until = locked_for(known.failures).map(|time| tx.now().plus(time));
    let until = known.locked_until.map(|end| end.to_string());
    let data = json!({"failures": known.failures, "locked_until": until});
    member::save(tx, member, &known, "user.sign_in_failed", data)?;
    Ok(Verdict::Wrong)
}
