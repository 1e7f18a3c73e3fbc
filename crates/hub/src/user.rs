//! Users: people of an organization, with a role and a password.

use crate::{Error, Hub, Principal};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use model::role::{Capability, Role};
use store::member::Member;

/// Argon2id with 19 MiB and two passes.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Error> {
    let salt: [u8; 16] = store::random()?;
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::Internal(e.to_string()))?;
    Ok(hash.to_string())
}

impl Hub {
    /// Makes a user; the address is unique over the installation.
    pub async fn create_user(
        &self,
        principal: &Principal,
        email: &str,
        organization: &str,
        role: Role,
        password: &str,
    ) -> Result<i64, Error> {
        principal.require(Capability::Administer)?;
        let email = email.trim().to_lowercase();
        let fits = email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
        if !fits || email.len() > 254 || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Error::invalid("email", "is not an e-mail address"));
        }
        if !(8..=1024).contains(&password.len()) {
            return Err(Error::invalid("password", "must have 8 to 1024 bytes"));
        }
        let (organization, password) = (organization.to_owned(), password.to_owned());
        let hashed = tokio::task::spawn_blocking(move || hash(&password))
            .await
            .map_err(|e| Error::Internal(e.to_string()))??;
        self.store()
            .write(move |tx| {
                let of = store::organization::by_name(tx, &organization)?
                    .ok_or(Error::NotFound("organization"))?;
                store::member::insert(tx, of.id, &email, role, &hashed)?
                    .ok_or_else(|| Error::Conflict(format!("there is a user `{email}` already")))
            })
            .await
    }

    pub async fn users(&self, principal: &Principal) -> Result<Vec<Member>, Error> {
        principal.require(Capability::Administer)?;
        Ok(self.store().read(store::member::all).await?)
    }
}
