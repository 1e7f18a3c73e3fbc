//! The file that an index lives in: named sections of plain values, written once, mapped into memory, read by many.
//! It knows no places: what a section means is its owner's matter. How it is laid out stands in `layout.rs`.

mod error;
mod layout;
mod map;
mod mapped;
mod section;
mod stream;
#[cfg(test)]
mod tests;
mod writer;

pub use error::Error;
pub use mapped::Mapped;
pub use section::Section;
pub use stream::Stream;
pub use writer::{Writer, sweep};

/// What a file holds, for example `*b"PREMISES"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub [u8; 8]);

/// A section's name, unique in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(pub [u8; 8]);
