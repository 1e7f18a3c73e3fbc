//! Writing a file: under a temporary name beside its own, renamed when all of it is on the disk. Whoever has the
//! replaced file mapped keeps it.

use super::layout::{ALIGNMENT, Entry, HEADER, Header};
use super::{Error, Kind, Stream, Tag};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const BUFFER: usize = 1 << 20;
const ENDING: &str = "unfinished";

/// A file in the making. Dropped before `finish` has succeeded, it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    out: BufWriter<File>,
    path: PathBuf,
    temporary: PathBuf,
    kind: Kind,
    version: u32,
    generation: u64,
    entries: Vec<Entry>,
    /// Bytes written so far, of which the last section's zeros are a part.
    at: u64,
    /// A stream was left open or an error came between: what was written is not a file.
    broken: bool,
}

impl Writer {
    pub fn create(path: &Path, kind: Kind, version: u32, generation: u64) -> Result<Self, Error> {
        let (temporary, file) = created(path)?;
        let mut writer = Self {
            out: BufWriter::with_capacity(BUFFER, file),
            path: path.to_owned(),
            temporary,
            kind,
            version,
            generation,
            entries: Vec::new(),
            at: HEADER as u64,
            broken: false,
        };
        writer.out.write_all(&[0; HEADER])?;
        Ok(writer)
    }

    /// Writes a section that is in memory.
    pub fn section<T: bytemuck::Pod>(&mut self, tag: Tag, values: &[T]) -> Result<(), Error> {
        let mut stream = self.stream(tag)?;
        stream.push(values)?;
        stream.finish()
    }

    /// Begins a section that is too large to be in memory. The next one begins when this is finished.
    pub fn stream<T: bytemuck::Pod>(&mut self, tag: Tag) -> Result<Stream<'_, T>, Error> {
        if size_of::<T>() == 0 || align_of::<T>() as u64 > ALIGNMENT {
            return Err(Error::Misused("such values cannot be in a section"));
        }
        if self.entries.iter().any(|entry| entry.tag == tag) {
            return Err(Error::Misused("two sections of one name"));
        }
        Ok(Stream::new(self, tag))
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn set_broken(&mut self, broken: bool) {
        self.broken = broken;
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// After this the file is there under its name, on the disk, or there is an error and the old one is.
    pub fn finish(mut self) -> Result<(), Error> {
        if self.broken {
            return Err(Error::Misused("a section was not finished"));
        }
        let directory: Vec<u8> = self.entries.iter().flat_map(|entry| entry.to_bytes()).collect();
        let header = Header {
            kind: self.kind,
            version: self.version,
            generation: self.generation,
            sections: u32::try_from(self.entries.len()).map_err(|_| Error::Misused("too many sections"))?,
            directory_at: self.at,
            length: self.at + directory.len() as u64,
            directory_crc: crc32fast::hash(&directory),
        };
        self.out.write_all(&directory)?;
        self.out.flush()?;
        let file = self.out.get_mut();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header.to_bytes())?;
        file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        let (folder, _) = parts(&self.path)?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }
}

/// A file that is ours alone. Its lock tells a sweeper that somebody writes it; it goes with the process.
fn created(path: &Path) -> Result<(PathBuf, File), Error> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (folder, name) = parts(path)?;
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("{name}.{}-{number}.{ENDING}", std::process::id()));
        let file = match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            // A process of this number left it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            file => file?,
        };
        // Where files cannot be locked nothing is swept.
        let _ = file.lock();
        // A sweeper may have been faster than the lock.
        if temporary.exists() {
            return Ok((temporary, file));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // After a rename there is nothing under this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Removes what writers of processes that were killed have left beside `path`; what is being written stays.
pub fn sweep(path: &Path) -> Result<(), Error> {
    let (folder, name) = parts(path)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let is_one = found
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(ENDING));
        if !is_one {
            continue;
        }
        match OpenOptions::new().write(true).open(entry.path()) {
            Ok(file) if file.try_lock().is_ok() => fs::remove_file(entry.path())?,
            // It was finished meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The folder and the name in it.
fn parts(path: &Path) -> Result<(&Path, String), Error> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((folder, name.to_string_lossy().into_owned()))
}
