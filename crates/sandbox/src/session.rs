//! Sessions: given for any key, valid for one carrier, 30 minutes, in every process that has the file open. What
//! is known to be valid is kept in memory too, so that a coverage check reads nothing from the disk.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::{Connection, OptionalExtension};
use wire::sandbox::{Session, SessionRequest, code};

use crate::answer::{self, Refusal};
use crate::caller::{Body, Carrier};
use crate::database::{Database, Unavailable};
use crate::{Shared, clock, token};

const VALID_FOR_S: u64 = 1800;
const VALID_FOR_US: i64 = 1_800_000_000;

/// So many known sessions are kept in memory; then they are forgotten and read again.
const KNOWN: usize = 10_000;

const INSERT: &str = "INSERT INTO session (token, carrier, valid_until) VALUES (?1, ?2, ?3)";
const PRUNE: &str = "DELETE FROM session WHERE valid_until <= ?1";
const FIND: &str = "SELECT valid_until FROM session WHERE token = ?1 AND carrier = ?2";

#[derive(Default)]
pub struct Sessions {
    /// (carrier, token) → microseconds UTC.
    known: Mutex<HashMap<(String, String), i64>>,
}

/// Tokens are not for logs.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Sessions {
    pub async fn is_valid(
        &self,
        database: &Database,
        carrier: &str,
        token: &str,
    ) -> Result<bool, Unavailable> {
        let key = (carrier.to_owned(), token.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        let valid_until = match known {
            Some(valid_until) => Some(valid_until),
            None => {
                let (carrier, token) = key.clone();
                database.write(move |connection| find(connection, &carrier, &token)).await?
            }
        };
        let Some(valid_until) = valid_until else { return Ok(false) };
        if known.is_none() {
            self.remember(key, valid_until);
        }
        Ok(valid_until > clock::now())
    }

    fn remember(&self, key: (String, String), valid_until: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(key, valid_until);
    }
}

/// `POST /carriers/{carrier}/session`
pub async fn open(
    State(shared): State<Arc<Shared>>,
    Carrier(carrier): Carrier,
    Body(asked): Body<SessionRequest>,
) -> Result<Response, Refusal> {
    if asked.key.is_empty() {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, code::WRONG_KEY, "key: must not be empty"));
    }
    let token = token::random()?;
    let now = clock::now();
    let row = (token.clone(), carrier, now + VALID_FOR_US);
    shared
        .database
        .write(move |connection| {
            connection.prepare_cached(PRUNE)?.execute([now])?;
            connection.prepare_cached(INSERT)?.execute(row)
        })
        .await?;
    Ok(answer::json(StatusCode::OK, &Session { token, valid_for_s: VALID_FOR_S }))
}

fn find(connection: &Connection, carrier: &str, token: &str) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(FIND)?.query_row((token, carrier), |row| row.get(0)).optional()
}
