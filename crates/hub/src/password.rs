//! Passwords: hashed and compared a few at a time on a node, for each takes 19 MiB and a core for a while.

use crate::Error;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Bytes of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=1024;
const AT_ONCE: usize = 2;
/// Nobody waits longer than this for a turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of no password: compared with where there is no user, so that this takes as long. Its parameters are those of
/// `argon2`.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$bm9ib2R5J3MgaGFzaCwgb2Ygbm8gcGFzc3dvcmQhISE";

/// Argon2id with 19 MiB and two passes.
fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Where passwords are worked on.
pub(crate) struct Desk {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Desk {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), patience: PATIENCE }
    }
}

impl Desk {
    /// What is stored of a new password.
    pub async fn hash(&self, password: &str) -> Result<String, Error> {
        if !LENGTH.contains(&password.len()) {
            return Err(Error::invalid("password", "must have 8 to 1024 bytes"));
        }
        let (password, salt): (_, [u8; 16]) = (password.to_owned(), store::random()?);
        self.work(move || {
            let hash = argon2()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|e| Error::Internal(e.to_string()))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether it is the password of which the hash is stored; None: there is no user, and it takes as long.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, Error> {
        let password = password.to_owned();
        self.work(move || {
            let hash = hash.as_deref().unwrap_or(NOBODYS);
            match argon2()?.verify_password(password.as_bytes(), hash) {
                Ok(()) => Ok(true),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(Error::Internal(format!("the hash of a password: {error}"))),
            }
        })
        .await
    }

    /// The place is held by the work, also when nobody waits for its result any more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = tokio::time::timeout(self.patience, self.places.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(Error::Unavailable { after: PATIENCE }) };
        let work = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_user_the_work_is_that_of_a_real_hash() {
        let real = argon2().unwrap().hash_password_with_salt(b"correct horse", &[7; 16]).unwrap().to_string();
        let head = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(head(NOBODYS), head(&real));
        let lengths = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(NOBODYS), lengths(&real));
    }

    #[tokio::test]
    async fn a_password_is_told_from_another_and_nobody_has_one() {
        let desk = Desk::default();
        let hash = desk.hash("correct horse").await.unwrap();
        assert!(desk.verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!desk.verify("Correct horse", Some(hash)).await.unwrap());
        assert!(!desk.verify("correct horse", None).await.unwrap());
        assert!(matches!(desk.verify("x", Some("$1$".into())).await, Err(Error::Internal(_))));
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_for_a_turn() {
        let desk = Desk { patience: Duration::from_millis(5), ..Desk::default() };
        let _all = desk.places.clone().acquire_many_owned(AT_ONCE as u32).await.unwrap();
        let refused = desk.verify("correct horse", None).await;
        assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
    }
}
