//! A copy of an embedded store, taken while servers write to it.

use crate::{Error, Location};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Pages copied between two looks at the lock.
const PAGES: i32 = 1_000;

/// Copies the database of a data folder into a new file; says how many pages it has. The sandbox
/// carrier's file is not part of it, nor is the master key.
#[allow(clippy::disallowed_methods, reason = "a thread of its own: nothing else waits here")]
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
    let mut to = Connection::open(target)?;
    let pages = {
        let backup = Backup::new(&from, &mut to)?;
        loop {
            match backup.step(PAGES)? {
                StepResult::Done => break backup.progress().pagecount,
                StepResult::More => {}
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    };
    // The copy is one file, complete, and on the disk before this returns.
    to.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")?;
    to.close().map_err(|(_, error)| error)?;
    std::fs::File::open(target).and_then(|file| file.sync_all()).map_err(Error::unavailable)?;
    Ok(pages)
}
