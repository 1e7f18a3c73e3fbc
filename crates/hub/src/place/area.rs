//! What areas hold a point.

use super::Places;
use super::kept::{Index, blocking};
use crate::{Error, Hub, Principal};
use atlas::coverage::{Builder, Index as Coverage};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use model::area::{Area, Geometry, Ring, UNITS};
use model::premise::Position;
use model::role::Capability;
use std::path::Path;
use store::area::Listed;
use store::change;

/// Areas read from the store at a time: they may be large.
pub(super) const PAGE: i64 = 200;

/// The index of areas. None: there was nothing to build yet.
#[derive(Default)]
pub(super) struct Areas(Option<Coverage>);

impl Index for Areas {
    const OF: &'static str = "areas";
    const FILE: &'static str = "areas.atlas";
    const TOPIC: &'static str = change::AREAS;
    type Builder = Builder;

    fn builder() -> Builder {
        Builder::new()
    }

    async fn fill(hub: &Hub, builder: Builder, after: i64) -> Result<(Builder, Option<i64>), Error> {
        let page = hub.store().read(move |tx| store::area::page(tx, after, PAGE)).await?;
        let last = page.last().map(|listed| listed.number);
        Ok((blocking(move || taken(builder, &page)).await?, last))
    }

    fn write(builder: Builder, path: &Path, generation: u64) -> Result<(), atlas::file::Error> {
        builder.write(path, generation)
    }

    fn finish(builder: Builder) -> Result<Self, atlas::file::Error> {
        builder.finish().map(|index| Self(Some(index)))
    }

    fn open(path: &Path) -> Result<Self, atlas::file::Error> {
        Coverage::open(path).map(|index| Self(Some(index)))
    }

    fn generation(&self) -> u64 {
        self.0.as_ref().map_or(0, Coverage::generation)
    }

    fn verify(&self, _: &Path) -> Result<(), atlas::file::Error> {
        self.0.as_ref().map_or(Ok(()), Coverage::verify)
    }

    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Coverage::len)
    }
}

fn taken(mut builder: Builder, page: &[Listed]) -> Builder {
    for listed in page {
        let number = listed.number;
        match listed.geometry.as_ref() {
            None => tracing::warn!(number, "the geometry of an area cannot be read; it holds no point"),
            Some(geometry) => {
                if let Err(error) = builder.add(number.cast_unsigned(), &drawn(geometry)) {
                    tracing::warn!(number, %error, "an area is not indexed; it holds no point");
                }
            }
        }
    }
    builder
}

fn drawn(geometry: &Geometry) -> MultiPolygon<f64> {
    let degrees = |(x, y): &(i32, i32)| Coord { x: f64::from(*x) / UNITS, y: f64::from(*y) / UNITS };
    let line = |ring: &Ring| LineString::from_iter(ring.iter().chain(ring.first()).map(degrees));
    let polygon = |rings: &Vec<Ring>| {
        let (shell, holes) = rings.split_first()?;
        Some(Polygon::new(line(shell), holes.iter().map(line).collect()))
    };
    MultiPolygon::new(geometry.0.iter().filter_map(polygon).collect())
}

impl Places {
    /// Numbers of the areas that hold a point, of all carriers, rising; how the border counts says `atlas::coverage`.
    pub fn areas_at(&self, position: Position) -> Vec<i64> {
        let mut found = Vec::new();
        self.inner.areas.look(|areas| {
            if let Some(index) = &areas.0 {
                index.at(position.latitude, position.longitude, &mut found);
            }
        });
        found.into_iter().map(u64::cast_signed).collect()
    }
}

/// An area that holds a point.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaFound {
    pub area: Area,
    /// The carrier's name.
    pub carrier: String,
}

impl Hub {
    /// Areas of carriers that the caller may use which hold a point, by carrier and reference.
    pub async fn search_areas(
        &self,
        principal: &Principal,
        position: Position,
    ) -> Result<Vec<AreaFound>, Error> {
        principal.require(Capability::Read)?;
        let usable = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let numbers = self.places().areas_at(position);
        let areas = self
            .store()
            .read(move |tx| {
                let read = |number: &i64| store::area::by_number(tx, *number);
                numbers.iter().map(read).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let found = |area: Area| {
            let mut members = table.all();
            let carrier = members.find(|member| member.carrier.id == area.carrier)?.carrier.name.clone();
            usable.contains(&carrier).then_some(AreaFound { area, carrier })
        };
        // One that a later import took the place of is not there any more.
        let mut found: Vec<AreaFound> = areas.into_iter().flatten().filter_map(found).collect();
        found.sort_by(|a, b| {
            let key = |found: &AreaFound| (found.carrier.clone(), found.area.external_reference.clone());
            key(a).cmp(&key(b))
        });
        // Parts of one area may overlap.
        let same = |a: &Area, b: &Area| {
            a.id == b.id && (a.status, a.ready_on, &a.products) == (b.status, b.ready_on, &b.products)
        };
        found.dedup_by(|a, b| same(&a.area, &b.area));
        Ok(found)
    }

    /// Brings the index of areas up to what the store has.
    pub async fn refresh_areas(&self) -> Result<(), Error> {
        let inner = &self.places().inner;
        inner.areas.refresh(self, inner.folder.as_ref()).await
    }

    /// The same, as often as it fails.
    pub async fn keep_areas(&self) {
        let inner = &self.places().inner;
        inner.areas.keep(self, inner.folder.as_ref()).await;
    }
}
