//! A copy of an embedded store, taken while servers write to it.

use crate::{Error, Location};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// The fact by which a copy is known for one: when it was taken.
pub const TAKEN: &str = "backup.taken";

/// Copies the database of a data folder into a new file; says how many pages it has. The sandbox
/// carrier's file is not part of it, nor is the master key.
pub fn backup(folder: &Path, target: &Path) -> Result<i32, Error> {
    let source = Location::file(folder);
    let unfit = |words: String| Err(Error::Unfit(words));
    if !source.exists() {
        return unfit(format!("there is no store in {}", folder.display()));
    }
    if target.exists() {
        return unfit(format!("{} exists: a backup is not written over", target.display()));
    }
    let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // It holds what the store holds: for its owner only.
    OpenOptions::new().create_new(true).write(true).mode(0o600).open(target).map_err(Error::unavailable)?;
    let mut to = Connection::open(target)?;
    from.busy_timeout(Duration::from_secs(30))?;
    let pages = {
        let backup = Backup::new(&from, &mut to)?;
        // In one go: between two steps every foreign commit would begin it anew. Readers hold up no writer.
        match backup.step(-1)? {
            StepResult::Done => backup.progress().pagecount,
            _ => return Err(Error::unavailable("the store is locked")),
        }
    };
    // A server that finds this in its store has been restored, whatever its command line says.
    to.execute(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (TAKEN, crate::wall().to_string()),
    )?;
    // The copy is one file, complete, and on the disk before this returns.
    to.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")?;
    to.close().map_err(|(_, error)| error)?;
    std::fs::File::open(target).and_then(|file| file.sync_all()).map_err(Error::unavailable)?;
    Ok(pages)
}
