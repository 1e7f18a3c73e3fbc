//! Areas: where a carrier says that it serves, as polygons, and the form in which their geometry is stored.
//! Reading and repairing what people draw is the importer's.

use crate::id::{AreaId, CarrierId};

crate::words! {
    /// What may be had in an area.
    #[derive(Default)]
    pub enum Status ("status of an area: live, build or planned") {
        /// Sold today.
        #[default]
        Live = "live",
        /// Being built.
        Build = "build",
        Planned = "planned",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    pub number: i64,
    /// Made of carrier and external reference: it outlives a new import, the number does not.
    pub id: AreaId,
    pub carrier: CarrierId,
    /// Unique within the carrier; what stands under one reference several times are parts of one area.
    pub external_reference: String,
    pub name: Option<String>,
    pub status: Status,
    /// When it is to be live.
    pub ready_on: Option<jiff::civil::Date>,
    /// Codes of what is sold here; None: all that the carrier sells.
    pub products: Option<Vec<String>>,
    /// How many lines can still be had here, by the carrier's word; 0: it is full. None: the carrier does not say.
    pub free_ports: Option<u32>,
}

/// A vertex in whole units of 1e-7 degrees (1.1 cm at most), WGS 84: longitude, latitude.
pub type Vertex = (i32, i32);

/// Units of a degree.
pub const UNITS: f64 = 1e7;

/// A ring, not closed: the edge from its last vertex to its first goes without saying.
pub type Ring = Vec<Vertex>;

/// Polygons, each a shell and its holes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Geometry(pub Vec<Vec<Ring>>);

/// First byte of everything stored, so that the form can change. After it, little-endian: the number of polygons;
/// for each the number of its rings; for each the number of its vertices, and these.
const VERSION: u8 = 1;

impl Geometry {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(5 + self.vertices() * 8 + self.0.len() * 8);
        let count = |out: &mut Vec<u8>, n: usize| out.extend((n as u32).to_le_bytes());
        out.push(VERSION);
        count(&mut out, self.0.len());
        for polygon in &self.0 {
            count(&mut out, polygon.len());
            for ring in polygon {
                count(&mut out, ring.len());
                for (x, y) in ring {
                    out.extend(x.to_le_bytes());
                    out.extend(y.to_le_bytes());
                }
            }
        }
        out
    }

    /// None: `to_bytes` did not write this.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&version, mut rest) = bytes.split_first()?;
        if version != VERSION {
            return None;
        }
        let mut polygons = Vec::new();
        for _ in 0..count(&mut rest)? {
            let mut rings = Vec::new();
            for _ in 0..count(&mut rest)? {
                let length = (count(&mut rest)? as usize).checked_mul(8)?;
                let (vertices, after) = rest.split_at_checked(length)?;
                rest = after;
                rings.push(vertices.as_chunks::<8>().0.iter().map(vertex).collect());
            }
            polygons.push(rings);
        }
        rest.is_empty().then_some(Self(polygons))
    }

    /// How many vertices all rings have.
    pub fn vertices(&self) -> usize {
        self.0.iter().flatten().map(Vec::len).sum()
    }
}

fn count(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_le_bytes(*bytes))
}

fn vertex(bytes: &[u8; 8]) -> Vertex {
    let [a, b, c, d, e, f, g, h] = *bytes;
    (i32::from_le_bytes([a, b, c, d]), i32::from_le_bytes([e, f, g, h]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_geometry_is_read_back_as_it_was_written(
            polygons in prop::collection::vec(
                prop::collection::vec(prop::collection::vec(any::<(i32, i32)>(), 0..9), 0..4), 0..4)
        ) {
            let geometry = Geometry(polygons);
            prop_assert_eq!(Geometry::from_bytes(&geometry.to_bytes()), Some(geometry));
        }

        #[test]
        fn what_is_not_a_geometry_is_told_and_harms_nobody(
            bytes in prop::collection::vec(any::<u8>(), 0..64), keep in 0..40_usize
        ) {
            let _ = Geometry::from_bytes(&bytes);
            let mut damaged = Geometry(vec![vec![vec![(1, 2), (3, 4), (5, 6)]]]).to_bytes();
            damaged.truncate(keep.min(damaged.len() - 1));
            prop_assert_eq!(Geometry::from_bytes(&damaged), None);
            damaged.extend(&bytes);
            let _ = Geometry::from_bytes(&damaged);
        }
    }

    #[test]
    fn counts_that_no_memory_could_hold_are_refused() {
        assert_eq!(Geometry::from_bytes(&[1, 255, 255, 255, 255]), None);
        assert_eq!(Geometry::from_bytes(&[1, 1, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255, 0]), None);
        assert_eq!(Geometry::from_bytes(&[2, 0, 0, 0, 0]), None, "another version");
    }
}
