//! Facts of the installation by name: schema version, key fingerprint, clock offset.

use crate::{Error, Tx, args, statements};

statements! {
    CLAIM = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    SET = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    GET = "SELECT value FROM setting WHERE name = $1";
    FORGET = "DELETE FROM setting WHERE name = $1";
}

/// Sets a fact that has no value yet; answers the value that stands.
pub fn claim(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String, Error> {
    tx.run(CLAIM, args![name, value])?;
    tx.one(GET, args![name], |row| row.get("value"))
}

pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), Error> {
    tx.run(SET, args![name, value]).map(|_| ())
}

pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Error> {
    tx.first(GET, args![name], |row| row.get("value"))
}

pub fn forget(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    tx.run(FORGET, args![name]).map(|_| ())
}
