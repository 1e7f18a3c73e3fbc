//! Ids that are fixed from outside: what a dialect calls an object whatever its own id and number are.

use crate::{Error, Tx, args, change, statements};

statements! {
    PUT = "INSERT INTO alias (dialect, kind, folded, text, object) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    OF = "SELECT kind, text, object FROM alias WHERE dialect = $1";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The dialect's word for what it is.
    pub kind: String,
    /// As it is shown; compared in any case.
    pub text: String,
    pub object: [u8; 16],
}

/// False: the text names something, or the object has a name, in this dialect.
pub fn put(tx: &mut Tx<'_>, dialect: &str, alias: &Alias) -> Result<bool, Error> {
    let folded = alias.text.to_lowercase();
    let made = tx.run(PUT, args![dialect, &alias.kind, &folded, &alias.text, alias.object.as_slice()])? == 1;
    if made {
        change::raise(tx, change::ACCESS)?;
    }
    Ok(made)
}

/// All of a dialect. They are few: worlds with printed examples have some.
pub fn of(tx: &mut Tx<'_>, dialect: &str) -> Result<Vec<Alias>, Error> {
    tx.all(OF, args![dialect], |row| {
        let object = row.get::<Vec<u8>>("object")?.try_into();
        let object = object.map_err(|_| Error::Corrupt("column object: not sixteen bytes".into()))?;
        Ok(Alias { kind: row.get("kind")?, text: row.get("text")?, object })
    })
}
