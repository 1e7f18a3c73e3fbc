//! Building the index: edges of all areas first, each kept once however many areas and layers share it (`edge.rs`);
//! then the plane row by row, cell by cell (`rows.rs`), cutting where there are many (`cut.rs`).

mod cut;
mod edge;
mod leaf;
mod rows;
mod set;

use super::Refused;
use super::grid::Vertex;
use super::index::{Index, Owned};
use super::layout::{KIND, META, MOST_AREAS, NUMBERS, POOL, ROOTS, SETS, VERSION};
use crate::file::{Error, Writer};
use edge::Raw;
use geo::{LineString, MultiPolygon};
use std::path::Path;

/// Takes areas one by one and keeps 24 bytes for each of their edges until the index is made.
#[derive(Debug, Default)]
pub struct Builder {
    numbers: Vec<u64>,
    edges: Vec<Raw>,
}

impl Builder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an area: x is the longitude, y the latitude, in degrees. How rings wind does not matter. What is given
    /// twice under one number is one area, the union of both. An area that is refused leaves nothing behind.
    pub fn add(&mut self, number: u64, geometry: &MultiPolygon<f64>) -> Result<(), Refused> {
        let before = self.edges.len();
        let area = u32::try_from(self.numbers.len()).map_err(|_| Refused::TooMany)?;
        if self.numbers.len() == MOST_AREAS {
            return Err(Refused::TooMany);
        }
        for polygon in geometry {
            let added = self
                .ring(area, polygon.exterior(), false)
                .and_then(|()| polygon.interiors().iter().try_for_each(|hole| self.ring(area, hole, true)));
            if let Err(refused) = added {
                self.edges.truncate(before);
                return Err(refused);
            }
        }
        self.numbers.push(number);
        Ok(())
    }

    fn ring(&mut self, area: u32, ring: &LineString<f64>, is_hole: bool) -> Result<(), Refused> {
        let vertex = |c: &geo::Coord<f64>| Vertex::at(c.y, c.x).ok_or(Refused::OutOfRange);
        let mut vertices = ring.0.iter().map(vertex).collect::<Result<Vec<_>, _>>()?;
        vertices.dedup();
        if vertices.first() != vertices.last() {
            vertices.extend(vertices.first().copied());
        }
        let pairs = || vertices.windows(2).filter_map(|pair| pair.first().zip(pair.last()));
        let origin = vertices.first().copied().unwrap_or(Vertex { x: 0, y: 0 });
        let winding: i128 = pairs().map(|(a, b)| super::grid::turn(origin, *a, *b)).sum();
        // Of a ring around nothing each edge is there in both directions, and will be gone.
        let goes_left = (winding > 0) != is_hole;
        self.edges.extend(pairs().map(|(a, b)| Raw::new(*a, *b, area, goes_left)));
        Ok(())
    }

    /// Writes the index into the file at `path`, in place of the one that is there. `generation` says from which
    /// state of the store it is.
    pub fn write(self, path: &Path, generation: u64) -> Result<(), Error> {
        let owned = self.make()?;
        let mut writer = Writer::create(path, KIND, VERSION, generation)?;
        writer.section(META, &owned.cells.to_meta())?;
        writer.section(ROOTS, &owned.roots)?;
        writer.section(POOL, &owned.pool)?;
        writer.section(SETS, &owned.sets)?;
        writer.section(NUMBERS, &owned.numbers)?;
        writer.finish()
    }

    /// The index without a file, for few areas.
    pub fn finish(self) -> Result<Index, Error> {
        Ok(self.make()?.into())
    }

    /// The only error: it is more than an index can hold.
    fn make(self) -> Result<Owned, Error> {
        let Self { numbers, mut edges } = self;
        let (numbers, order) = ascending(numbers);
        edges.iter_mut().for_each(|edge| edge.rename(&order));
        let edges = edge::Edges::of(edges);
        rows::build(&edges, numbers).ok_or(Error::Misused("more than an index can hold"))
    }
}

/// The numbers ascending, each once, and where each of the given ones went.
fn ascending(numbers: Vec<u64>) -> (Vec<u64>, Vec<u32>) {
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let order = numbers.iter().map(|number| sorted.partition_point(|other| other < number) as u32).collect();
    (sorted, order)
}
