//! `demarc backup`.

use crate::config::Settings;
use crate::failure::Failure;
use crate::out;
use store::{Location, Role};

pub async fn run(file: &std::path::Path, settings: &Settings) -> Result<(), Failure> {
    let Location::Folder(folder) = settings.store(Role::Command).location else {
        return Err(Failure::usage(
            "a PostgreSQL database is backed up with its own tools (pg_dump, or base backup with WAL); start the restored one with `demarc serve --restored`",
        ));
    };
    let target = file.to_owned();
    let pages = tokio::task::spawn_blocking(move || store::backup(&folder, &target))
        .await
        .map_err(Failure::other)??;
    out::note(format_args!(
        "copied {pages} pages to {}; to restore, put it in a folder as demarc.db, its master key beside the folder, and start `demarc serve --restored`",
        file.display()
    ));
    Ok(())
}
