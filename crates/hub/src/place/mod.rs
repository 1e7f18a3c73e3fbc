//! Where things are: the atlas of this node. It is derived from the store, kept in files, and asked by the use cases.
//! Here is what its indexes have in common; what each of them answers is in a file of its own.

mod area;
pub(crate) mod distance;
mod extent;
mod find;
mod kept;
mod premise;
mod region;

pub use area::AreaFound;
pub use atlas::address::{Agreement, Inspection, Kind, Within};
pub use find::{Asked, Found};
pub use premise::{Meant, meant};
pub(crate) use region::keep_region;

use crate::{Error, Hub};
use arc_swap::ArcSwap;
use extent::Extents;
use kept::Kept;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Tx, change};
use tokio::sync::Mutex;

/// What a node knows of places. Clones share it.
#[derive(Clone, Default)]
pub struct Places {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Where the files are kept; None: in memory only.
    folder: Option<PathBuf>,
    premises: Kept<premise::Premises>,
    areas: Kept<area::Areas>,
    extents: ArcSwap<Extents>,
    /// One reading at a time.
    reading_extents: Mutex<()>,
}

impl Places {
    /// Kept in files in this folder, which is made when it is needed.
    pub fn kept_in(folder: PathBuf) -> Self {
        Self { inner: Arc::new(Inner { folder: Some(folder), ..Inner::default() }) }
    }
}

impl Hub {
    /// Of which state of the store the indexes of premises and areas are. No two stores have the same.
    pub async fn places_known(&self) -> Result<[i64; 2], Error> {
        let of = |tx: &mut Tx<'_>| Ok([change::of(tx, change::PREMISES)?, change::of(tx, change::AREAS)?]);
        self.store().read(of).await
    }
}
