//! A section in the making.

use super::layout::{ALIGNMENT, Entry};
use super::{Error, Tag, Writer};
use std::marker::PhantomData;

/// Takes values piece by piece. Dropped before `finish`, it spoils the file: the writer's `finish` will refuse.
#[derive(Debug)]
pub struct Stream<'w, T> {
    writer: &'w mut Writer,
    tag: Tag,
    began: u64,
    crc: crc32fast::Hasher,
    values: PhantomData<T>,
}

impl<'w, T: bytemuck::Pod> Stream<'w, T> {
    pub(super) fn new(writer: &'w mut Writer, tag: Tag) -> Self {
        writer.set_broken(true);
        let began = writer.at();
        Self { writer, tag, began, crc: crc32fast::Hasher::new(), values: PhantomData }
    }

    pub fn push(&mut self, values: &[T]) -> Result<(), Error> {
        self.put(bytemuck::cast_slice(values))
    }

    /// How many values there are by now.
    pub fn count(&self) -> u64 {
        (self.writer.at() - self.began) / size_of::<T>() as u64
    }

    pub fn finish(mut self) -> Result<(), Error> {
        let bytes = self.writer.at() - self.began;
        let zeros = [0; ALIGNMENT as usize];
        let missing = bytes.next_multiple_of(ALIGNMENT) - bytes;
        self.put(&zeros[..missing as usize])?;
        self.writer.add(Entry {
            tag: self.tag,
            at: self.began,
            bytes,
            each: size_of::<T>() as u32,
            crc: self.crc.finalize(),
        });
        self.writer.set_broken(false);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.crc.update(bytes);
        self.writer.put(bytes)
    }
}
