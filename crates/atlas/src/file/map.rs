//! The mapping of a file into memory: the one `unsafe` of the project, alone in its file.

#![allow(unsafe_code, reason = "a mapping cannot be had without; see `map` for what makes it sound")]

use memmap2::Mmap;
use std::fs::File;
use std::io;

/// Maps the whole file for reading.
pub fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes must not change while they are mapped. Only `Writer` makes these files: it writes under
    // another name and renames when all is on the disk, so that a file under its final name is never written to
    // again, only replaced, and the mapping keeps the replaced one alive. The folder is the server's own. Somebody
    // who cuts the file off by hand stops the process (SIGBUS), as does a disk that cannot be read.
    unsafe { Mmap::map(file) }
}
