//! Where live areas are at most, for whoever looks for those near a point: a box around each, kept in memory. It is
//! read from the store when it is first asked for, and again once areas were imported.

use super::Places;
use super::area::PAGE;
use crate::{Error, Hub};
use model::area::{Geometry, Status};
use std::collections::HashMap;
use std::sync::Arc;
use store::area::Listed;
use store::{Tx, change};

/// The box around an area, or a part of one, in units of 1e-7 degrees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extent {
    pub number: i64,
    pub reference: Box<str>,
    pub west: i32,
    pub south: i32,
    pub east: i32,
    pub north: i32,
}

/// The live areas of all carriers, as the store had them at a generation.
#[derive(Default)]
pub(super) struct Extents {
    generation: i64,
    /// By the carrier's number; each list by reference.
    of: HashMap<i64, Vec<Extent>>,
}

impl Extents {
    fn of_generation(generation: i64) -> Self {
        Self { generation, ..Self::default() }
    }

    /// Takes a page in; answers the last number on it. None: it is empty, and all have been taken.
    fn take(&mut self, page: &[Listed]) -> Option<i64> {
        for listed in page.iter().filter(|listed| listed.status == Status::Live) {
            if let Some(extent) = extent(listed) {
                self.of.entry(listed.carrier).or_default().push(extent);
            }
        }
        page.last().map(|listed| listed.number)
    }

    fn finished(mut self) -> Arc<Self> {
        for extents in self.of.values_mut() {
            extents.sort_unstable_by(|a, b| (&a.reference, a.number).cmp(&(&b.reference, b.number)));
            extents.shrink_to_fit();
        }
        Arc::new(self)
    }

    /// All of a carrier, under its number.
    pub fn of(&self, carrier: i64) -> &[Extent] {
        self.of.get(&carrier).map_or(&[], Vec::as_slice)
    }

    /// The parts of one area.
    pub fn called(&self, carrier: i64, reference: &str) -> &[Extent] {
        let all = self.of(carrier);
        let from = all.partition_point(|extent| *extent.reference < *reference);
        let parts = all[from..].partition_point(|extent| *extent.reference == *reference);
        &all[from..from + parts]
    }
}

fn extent(listed: &Listed) -> Option<Extent> {
    let Geometry(polygons) = listed.geometry.as_ref()?;
    let mut vertices = polygons.iter().flatten().flatten().copied();
    let (x, y) = vertices.next()?;
    let first = Extent {
        number: listed.number,
        reference: listed.external_reference.as_str().into(),
        west: x,
        south: y,
        east: x,
        north: y,
    };
    Some(vertices.fold(first, |extent, (x, y)| Extent {
        west: extent.west.min(x),
        south: extent.south.min(y),
        east: extent.east.max(x),
        north: extent.north.max(y),
        ..extent
    }))
}

impl Places {
    /// As this transaction sees the store; read within it where it is not known yet.
    pub(super) fn extents(&self, tx: &mut Tx<'_>) -> Result<Arc<Extents>, store::Error> {
        let generation = change::of(tx, change::AREAS)?;
        let known = self.inner.extents.load_full();
        if known.generation == generation {
            return Ok(known);
        }
        let (mut extents, mut after) = (Extents::of_generation(generation), 0);
        while let Some(last) = extents.take(&store::area::page(tx, after, PAGE)?) {
            after = last;
        }
        Ok(self.keep_extents(extents))
    }

    fn keep_extents(&self, extents: Extents) -> Arc<Extents> {
        let extents = extents.finished();
        self.inner.extents.store(extents.clone());
        extents
    }
}

impl Hub {
    /// Reads where areas are, if that is not known yet: many small reads instead of one long one in a transaction that
    /// writes. Without rules by area or distance nobody needs it.
    pub async fn know_extents(&self) -> Result<(), Error> {
        let _alone = self.places().inner.reading_extents.lock().await;
        loop {
            let generation = self.store().read(|tx| change::of(tx, change::AREAS)).await?;
            if self.places().inner.extents.load().generation == generation {
                return Ok(());
            }
            let (mut extents, mut after) = (Extents::of_generation(generation), 0);
            loop {
                let page = self.store().read(move |tx| store::area::page(tx, after, PAGE)).await?;
                match extents.take(&page) {
                    Some(last) => after = last,
                    None => break,
                }
            }
            self.places().keep_extents(extents);
        }
    }
}
