//! People's tokens: what a token stands for, until when, and its end. Signing in is in `sign_in`, tokens for programs
//! in `machine`.
//!
//! A session ends when it was not used for its minutes. A use is written only when the written one is older than
//! `APART`, and the end is counted from the written one and so much later. So a token is never refused before its
//! minutes have passed since its last use, and always `APART` after that. Two uses may go uncounted: one while the store takes no
//! writes, and one in the moment in which its node dies.

mod machine;
mod sign_in;
#[cfg(test)]
mod tests;

pub use sign_in::{SignInError, SignedIn};

use crate::access::{digest, epoch, get, keep};
use crate::{Error, Hub, Principal};
use model::credential::{ApiKey, Kind};
use model::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::Tx;
use store::member::Member;
use store::session::{self, Named, Session};

/// How far apart uses are written.
const APART: Duration = Duration::from_secs(10);

/// Why a token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is none such, or there is no more: it was revoked, its user signed out or may not sign in.
    #[error("the token is not valid")]
    Invalid,
    /// It was good, and its time is over.
    #[error("the token has expired")]
    Expired,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Refused::Failed(error.into())
    }
}

/// For callers to whom both are the same.
impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid | Refused::Expired => Error::Unauthenticated,
            Refused::Failed(error) => error,
        }
    }
}

/// What a token stands for.
#[derive(Debug, Clone)]
pub struct Described {
    pub principal: Arc<Principal>,
    /// Whose it is; None: it is an API key.
    pub member: Option<Member>,
    pub kind: Option<Kind>,
    /// For how long it is good from now if it is not used; None: it does not end by itself.
    pub left: Option<Duration>,
}

/// A token as a node keeps it.
pub(crate) struct Live {
    principal: Arc<Principal>,
    member: Member,
    session: Session,
    /// The written use, as far as this node knows. Microseconds.
    used: AtomicI64,
}

impl Live {
    fn used(&self) -> Timestamp {
        Timestamp::from_micros(self.used.load(Ordering::Acquire))
    }

    fn is_over(&self, now: Timestamp) -> bool {
        idle(&self.session).is_some_and(|idle| self.used().plus(idle).plus(APART) < now)
    }
}

/// How long it may go unused.
fn idle(session: &Session) -> Option<Duration> {
    session.minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
}

impl Hub {
    /// The principal of an API key or of a person's token, which is used by this.
    pub async fn authenticate_any(&self, token: &str) -> Result<Arc<Principal>, Refused> {
        match ApiKey::parse(token).ok_or(Refused::Invalid)?.kind() {
            None => self.of_key(token).await,
            Some(_) => Ok(self.use_token(token).await?.principal.clone()),
        }
    }

    /// What a key or token stands for. It is used by this only if it is to be extended.
    pub async fn describe_session(&self, token: &str, extend: bool) -> Result<Described, Refused> {
        let kind = ApiKey::parse(token).ok_or(Refused::Invalid)?.kind();
        if kind.is_none() {
            let principal = self.of_key(token).await?;
            return Ok(Described { principal, member: None, kind, left: None });
        }
        // Another node may have written a use that this one does not know of.
        let live = self.look_up_token(digest(token)).await?;
        let now = self.store().clock().now();
        if live.is_over(now) {
            return Err(Refused::Expired);
        }
        let left = if extend {
            self.count_use(&live, now).await?;
            idle(&live.session)
        } else {
            idle(&live.session).map(|idle| live.used().plus(idle).since(now))
        };
        Ok(Described { principal: live.principal.clone(), member: Some(live.member.clone()), kind, left })
    }

    /// Ends a token of a person: every node refuses it within 5 s.
    pub async fn sign_out(&self, token: &str) -> Result<(), Refused> {
        ApiKey::parse(token).and_then(|token| token.kind()).ok_or(Refused::Invalid)?;
        let hash = digest(token);
        let live = self.look_up_token(hash).await?;
        if live.is_over(self.store().clock().now()) {
            return Err(Refused::Expired);
        }
        let user = live.session.user;
        let ended = self.store().write(move |tx| {
            let Some((member, _)) = store::member::lock(tx, user)? else { return Ok(false) };
            session::end(tx, &member, Named { hash, prefix: "" })
        });
        let ended: Result<bool, store::Error> = ended.await;
        self.forget_sessions();
        if ended? { Ok(()) } else { Err(Refused::Invalid) }
    }

    async fn use_token(&self, token: &str) -> Result<Arc<Live>, Refused> {
        let (hash, now) = (digest(token), self.store().clock().now());
        let known = get(&self.inner.access.sessions, &hash).filter(|live| !live.is_over(now));
        let live = match known {
            Some(live) => live,
            // Used elsewhere since, perhaps.
            None => self.look_up_token(hash).await?,
        };
        if live.is_over(now) {
            return Err(Refused::Expired);
        }
        self.count_use(&live, now).await?;
        Ok(live)
    }

    async fn look_up_token(&self, hash: [u8; 32]) -> Result<Arc<Live>, Refused> {
        let sessions = &self.inner.access.sessions;
        let read_in = epoch(sessions);
        let read = move |tx: &mut Tx<'_>| {
            let Some(session) = session::by_hash(tx, &hash)? else { return Ok::<_, Error>(None) };
            let Some(member) = store::member::holder(tx, session.user)? else { return Ok(None) };
            let zone = crate::organization::zone(tx, member.organization)?;
            Ok(Some((session, member, zone)))
        };
        let (session, member, zone) = self.store().read(read).await?.ok_or(Refused::Invalid)?;
        if !crate::user::may_sign_in(&member) {
            return Err(Refused::Invalid);
        }
        let principal = Arc::new(Principal::of_user(&member, zone));
        let used = AtomicI64::new(session.used.micros());
        let live = Arc::new(Live { principal, member, session, used });
        keep(sessions, read_in, hash, live.clone());
        Ok(live)
    }

    /// Writes a use, if it is time for that. Of uses that come together one does.
    async fn count_use(&self, live: &Live, now: Timestamp) -> Result<(), Refused> {
        let (last, number) = (live.used(), live.session.number);
        let mine =
            |from: i64, to: i64| live.used.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        if now.since(last) < APART || mine(last.micros(), now.micros()).is_err() {
            return Ok(());
        }
        match self.store().write(move |tx| session::touch(tx, number, now)).await {
            Ok(true) => Ok(()),
            // It ended since this node read it.
            Ok(false) => {
                self.forget_sessions();
                Err(Refused::Invalid)
            }
            Err(error) => {
                // What can be read is not kept from anybody because nothing can be written.
                let error: store::Error = error;
                tracing::warn!(%error, "the use of a session could not be written");
                let _ = mine(now.micros(), last.micros());
                Ok(())
            }
        }
    }
}
