//! Tokens by which a program acts as a user. They do not end by themselves.

use super::{Error, Hub, Member, Named, Principal, Tx, digest, session};
use crate::key::draw;
use model::credential::{ApiKey, Kind};
use model::id::UserId;
use model::role::{Capability, Role};
use serde_json::json;
use store::member;

/// Of one user.
const MOST: i64 = 100;

/// A user whose tokens the principal may see to, locked: itself, or one that it may manage.
fn user_of(tx: &mut Tx<'_>, principal: &Principal, user: UserId) -> Result<Member, Error> {
    let unknown = || Error::NotFound("user");
    if principal.user != Some(user) {
        principal.require(Capability::Administer)?;
        let member = member::by_id(tx, principal.scope, user)?.ok_or_else(unknown)?;
        crate::user::require_over(principal, &member)?;
    }
    let (member, _) = member::lock(tx, user)?.ok_or_else(unknown)?;
    Ok(member)
}

impl Hub {
    /// Makes a machine token: for oneself from OWNER on, for others as their administrator, for an ADMIN never.
    pub async fn create_machine_token(&self, principal: &Principal, user: UserId) -> Result<ApiKey, Error> {
        let token = draw(Kind::Machine.word())?;
        let (drawn, principal) = (token.clone(), principal.clone());
        let made = self.store().write(move |tx| {
            let member = user_of(tx, &principal, user)?;
            let role = member.role.in_organization(member.organization_kind);
            let own = principal.user == Some(user);
            if role == Role::Admin || (own && role < Role::Owner) {
                return Err(Error::Forbidden);
            }
            if !crate::user::may_sign_in(&member) {
                return Err(Error::Conflict("this user may not sign in".into()));
            }
            if session::count(tx, user, Kind::Machine)? >= MOST {
                return Err(Error::Conflict(format!("this user has {MOST} machine tokens: revoke some")));
            }
            let hash = digest(drawn.reveal());
            let id = session::insert(tx, user, Kind::Machine, (&drawn, hash), None)?;
            member::tell(tx, &member, "machine_token.created", json!({"token": id}))?;
            Ok::<_, Error>(())
        });
        made.await?;
        Ok(token)
    }

    /// Ends one token of a user, named by itself or by what stands before its secret: every node refuses it within 5 s.
    pub async fn revoke_token(&self, principal: &Principal, user: UserId, token: &str) -> Result<(), Error> {
        let principal = principal.clone();
        let hash = digest(token);
        let prefix = ApiKey::parse(token).map_or_else(|| token.to_owned(), |token| token.prefix().to_owned());
        let revoked = self.store().write(move |tx| {
            let member = user_of(tx, &principal, user)?;
            Ok::<_, Error>(session::end(tx, &member, Named { hash, prefix: &prefix })?)
        });
        let revoked = revoked.await?;
        self.forget_sessions();
        if revoked { Ok(()) } else { Err(Error::NotFound("token")) }
    }

    /// Ends a user's machine tokens, and with `all` the sessions too; says how many.
    pub async fn clear_tokens(&self, principal: &Principal, user: UserId, all: bool) -> Result<u64, Error> {
        let principal = principal.clone();
        let cleared = self.store().write(move |tx| {
            let member = user_of(tx, &principal, user)?;
            let mut ended = session::end_all(tx, &member, Kind::Machine)?;
            if all {
                ended += session::end_all(tx, &member, Kind::Session)?;
            }
            Ok::<_, Error>(ended)
        });
        let cleared = cleared.await?;
        self.forget_sessions();
        Ok(cleared)
    }
}
