//! A file that was opened: header and directory are checked, sections are found in it by name.

use super::layout::{ALIGNMENT, ENTRY, Entry, HEADER, Header};
use super::{Error, Kind, Section, Tag, map};
use memmap2::Mmap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug)]
pub struct Mapped {
    map: Mmap,
    generation: u64,
    entries: Vec<Entry>,
}

impl Mapped {
    /// Maps the file after it has checked all but the sections' content, which `verify` does: it reads two pages of
    /// the file, however large that is.
    pub fn open(path: &Path, kind: Kind, version: u32) -> Result<Arc<Self>, Error> {
        let file = File::open(path)?;
        if file.metadata()?.len() < HEADER as u64 {
            return Err(Error::Damaged("it is shorter than its header"));
        }
        let map = map::map(&file)?;
        let header = map.first_chunk::<HEADER>().ok_or(Error::Damaged("it is shorter than its header"))?;
        let header = Header::from_bytes(header)?;
        if header.kind != kind {
            return Err(Error::Other("kind"));
        }
        if header.version != version {
            return Err(Error::Other("version"));
        }
        if header.length != map.len() as u64 {
            return Err(Error::Damaged("its length is not the one that was written"));
        }
        let entries = directory(&map, &header)?;
        Ok(Arc::new(Self { generation: header.generation, entries, map }))
    }

    /// What the builder gave it: which state of the store it was made from.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Size of the file in bytes.
    pub fn length(&self) -> u64 {
        self.map.len() as u64
    }

    /// The section of this name as values of `T`; they must be as large as those that were written.
    pub fn section<T: bytemuck::Pod>(self: &Arc<Self>, tag: Tag) -> Result<Section<T>, Error> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.tag == tag)
            .ok_or(Error::Damaged("a section is not there"))?;
        if entry.each as usize != size_of::<T>() {
            return Err(Error::Damaged("a section holds values of another size"));
        }
        Section::new(Arc::clone(self), entry.at as usize..(entry.at + entry.bytes) as usize)
    }

    /// Compares every section with its checksum. It reads the whole file: for a thread that has time.
    pub fn verify(&self) -> Result<(), Error> {
        for entry in &self.entries {
            let end = entry.end().ok_or(Error::Damaged("a section ends nowhere"))?;
            if crc32fast::hash(self.bytes(entry.at as usize..end as usize)) != entry.crc {
                return Err(Error::Damaged("a section's checksum differs"));
            }
        }
        Ok(())
    }

    /// Empty if the range is not in the file.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.map.get(range).unwrap_or_default()
    }
}

/// The entries, each of which lies between header and directory and is aligned.
fn directory(map: &[u8], header: &Header) -> Result<Vec<Entry>, Error> {
    let misplaced = Error::Damaged("the directory is not where the header says");
    let bytes = usize::try_from(header.directory_at).ok().and_then(|at| map.get(at..));
    let Some(bytes) = bytes.filter(|bytes| bytes.len() as u64 == u64::from(header.sections) * ENTRY as u64)
    else {
        return Err(misplaced);
    };
    if crc32fast::hash(bytes) != header.directory_crc {
        return Err(Error::Damaged("the directory's checksum differs"));
    }
    let entries: Vec<Entry> = bytes.as_chunks::<ENTRY>().0.iter().map(Entry::from_bytes).collect();
    let sound = entries.iter().all(|entry| {
        entry.at % ALIGNMENT == 0
            && entry.at >= HEADER as u64
            && entry.end().is_some_and(|end| end <= header.directory_at)
            && entry.each > 0
            && entry.bytes % u64::from(entry.each) == 0
    });
    if sound { Ok(entries) } else { Err(Error::Damaged("a section is not where it can be")) }
}
