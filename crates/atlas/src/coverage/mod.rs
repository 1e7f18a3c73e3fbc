//! What areas hold a point: an index of polygons by cell, exact at the borders. It answers numbers of areas; whose
//! they are, their status and products are the store's.
//!
//! **The rule of the border.** A vertex is kept to seven digits of a degree (1.1 cm at most; `grid.rs`), and the
//! index is exact on those: a point (kept to 1.5e-12 degrees) belongs to an area if the area's rings go around it, as
//! `geo::Contains` has it for valid geometries, or if it is *on an edge*, so that a point on the border of two areas
//! belongs to both. Only nearer to an edge of the original than 7.1e-8 degrees (half of the last digit, in both
//! directions) may the answer be the neighbour's. Where parts of one area overlap, or touch along an edge, the point
//! is inside. Longitudes 180 and -180 are different here: `ring` cuts what crosses that meridian.

mod build;
mod bulk;
mod combined;
mod delta;
mod grid;
mod index;
mod layout;
mod leaf;
pub mod ring;
mod table;
#[cfg(test)]
mod tests;

pub use build::Builder;
pub use combined::Coverage;
pub use delta::Delta;
pub use index::Index;

/// An area that cannot be in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("a coordinate is not a number, or not on the earth")]
    OutOfRange,
    #[error("there are more areas than an index can hold")]
    TooMany,
}
