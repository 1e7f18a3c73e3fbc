//! One index of the atlas as a node keeps it: opened from its file when that is as new as the store and whole, else
//! built anew beside the old one, which answers until then.

use crate::{Error, Hub};
use arc_swap::ArcSwap;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::change;
use tokio::sync::Mutex;

/// After a build that failed.
const PAUSE: Duration = Duration::from_secs(30);

/// What is kept: how it is read, and how it is made.
pub(super) trait Index: Default + Send + Sync + Sized + 'static {
    /// What the index is of, for people.
    const OF: &'static str;
    const FILE: &'static str;
    /// What is raised in the store when it is out of date.
    const TOPIC: &'static str;
    type Builder: Send + 'static;

    fn builder() -> Self::Builder;

    /// Takes the rows after one number; answers the last number of them. None: there are no more.
    fn fill(
        hub: &Hub,
        builder: Self::Builder,
        after: i64,
    ) -> impl Future<Output = Result<(Self::Builder, Option<i64>), Error>> + Send;

    /// Puts a new file in the place of the old one.
    fn write(builder: Self::Builder, path: &Path, generation: u64) -> Result<(), atlas::file::Error>;

    /// Without a file.
    fn finish(builder: Self::Builder) -> Result<Self, atlas::file::Error>;

    fn open(path: &Path) -> Result<Self, atlas::file::Error>;

    fn generation(&self) -> u64;

    /// Reads it through once.
    fn verify(&self, path: &Path) -> Result<(), atlas::file::Error>;

    /// How many there are in it.
    fn len(&self) -> usize;
}

/// The index, and the state of the store that it was made from.
#[derive(Default)]
struct Known<I> {
    index: I,
    generation: i64,
}

#[derive(Default)]
pub(super) struct Kept<I> {
    current: ArcSwap<Known<I>>,
    /// One build at a time.
    building: Mutex<()>,
}

impl<I: Index> Kept<I> {
    /// Reads the index as it is now; one that takes its place meanwhile does not matter.
    pub fn look<T>(&self, read: impl FnOnce(&I) -> T) -> T {
        read(&self.current.load().index)
    }

    fn show(&self, index: I, generation: i64) {
        self.current.store(Arc::new(Known { index, generation }));
    }

    /// Brings it up to what the store has, however long that takes, and as often as it fails.
    pub async fn keep(&self, hub: &Hub, folder: Option<&PathBuf>) {
        while let Err(error) = self.refresh(hub, folder).await {
            tracing::warn!(%error, of = I::OF, "an index could not be brought up to date");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Brings it up to what the store has: from its file if that is as new, else by building it anew.
    pub async fn refresh(&self, hub: &Hub, folder: Option<&PathBuf>) -> Result<(), Error> {
        let path = folder.map(|folder| folder.join(I::FILE));
        let _alone = self.building.lock().await;
        loop {
            let generation = hub.store().read(|tx| change::of(tx, I::TOPIC)).await?;
            if self.current.load().generation == generation {
                return Ok(());
            }
            if let Some(path) = &path
                && let Some(index) = opened(path, generation).await?
            {
                self.show(index, generation);
                return Ok(());
            }
            let index = built(hub, path.as_deref(), generation).await?;
            self.show(index, generation);
        }
    }
}

/// Reads all rows and makes an index of them.
async fn built<I: Index>(hub: &Hub, path: Option<&Path>, generation: i64) -> Result<I, Error> {
    let began = store::machine();
    let (mut builder, mut after) = (I::builder(), 0);
    loop {
        let (filled, last) = I::fill(hub, builder, after).await?;
        builder = filled;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    let path = path.map(Path::to_owned);
    let index: I = blocking(move || made(builder, path.as_deref(), generation)).await??;
    let took = store::machine().saturating_sub(began);
    tracing::info!(of = I::OF, count = index.len(), seconds = took.as_secs_f64(), "built an index");
    Ok(index)
}

fn made<I: Index>(builder: I::Builder, path: Option<&Path>, generation: i64) -> Result<I, Error> {
    let Some(path) = path else {
        return I::finish(builder).map_err(|e| Error::Internal(format!("the index of {}: {e}", I::OF)));
    };
    if let Some(folder) = path.parent() {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|e| Error::Internal(format!("{}: {e}", folder.display())))?;
    }
    // What a node that was killed left here may be as large as the index.
    if let Err(error) = atlas::file::sweep(path) {
        tracing::warn!(%error, of = I::OF, "what is left of an unfinished index is not removed");
    }
    let damaged = |e: atlas::file::Error| Error::Internal(format!("{}: {e}", path.display()));
    I::write(builder, path, generation.cast_unsigned()).map_err(damaged)?;
    I::open(path).map_err(damaged)
}

/// The index in a file that is there, as new as the store and whole. It is read through once.
async fn opened<I: Index>(path: &Path, generation: i64) -> Result<Option<I>, Error> {
    let path = path.to_owned();
    blocking(move || {
        let looked = I::open(&path).and_then(|index| {
            let is_new = index.generation() == generation.cast_unsigned();
            if is_new { index.verify(&path).map(|()| Some(index)) } else { Ok(None) }
        });
        looked.unwrap_or_else(|error| {
            if !error.is_missing() {
                tracing::warn!(%error, of = I::OF, "an index is built anew");
            }
            None
        })
    })
    .await
}

/// Runs what takes long on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))
}
