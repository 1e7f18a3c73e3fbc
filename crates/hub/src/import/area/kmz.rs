//! KML in a ZIP archive. The directory of an archive is at its end, so the packed bytes are held in memory; what they
//! unpack to is not.

use super::feature::{Take, Taking};
use super::{kml, unreadable};
use crate::Error;
use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};
use std::io::{self, BufRead, BufReader, Read};

/// Of the packed file.
const LONGEST: u64 = 256 << 20;
/// Of the document in it: more is a bomb.
const LONGEST_DOCUMENT: u64 = 2 << 30;
/// Entries that are looked at.
const MOST_ENTRIES: usize = 100_000;

pub fn read(source: impl BufRead, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let mut packed = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut packed).map_err(unreadable)?;
    if packed.len() as u64 > LONGEST {
        return Err(wrong(format!("has more than {} MB", LONGEST >> 20)));
    }
    let archive = ZipArchive::from_slice(packed.as_slice()).map_err(damaged)?;
    document(&archive, taking)
}

/// Reads the document: `doc.kml`, or the first one there is.
fn document(archive: &ZipSliceArchive<&[u8]>, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let (mut entries, mut best) = (archive.entries(), None);
    for _ in 0..MOST_ENTRIES {
        let Some(entry) = entries.next_entry().map_err(damaged)? else { break };
        let path = String::from_utf8_lossy(entry.file_path().as_ref()).to_ascii_lowercase();
        let is_main = path == "doc.kml";
        if is_main || (path.ends_with(".kml") && best.is_none()) {
            best = Some((entry.wayfinder(), entry.compression_method()));
        }
        if is_main {
            break;
        }
    }
    let (found, method) = best.ok_or_else(|| wrong("has no KML in it"))?;
    let entry = archive.get_entry(found).map_err(damaged)?;
    match method {
        CompressionMethod::STORE => limited(entry.verifying_reader(entry.data()), taking),
        CompressionMethod::DEFLATE => {
            let unpacking = flate2::bufread::DeflateDecoder::new(entry.data());
            limited(entry.verifying_reader(unpacking), taking)
        }
        _ => Err(wrong("is packed in a way that is not usual: pack it with deflate")),
    }
}

fn limited(document: impl Read, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let document = Limited { inner: document, left: LONGEST_DOCUMENT };
    kml::read(BufReader::with_capacity(256 << 10, document), taking)
}

/// Fails where `take` would pretend that the document ends.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let too_much = || io::Error::other(format!("it unpacks to more than {} GB", LONGEST_DOCUMENT >> 30));
        self.left = self.left.checked_sub(read as u64).ok_or_else(too_much)?;
        Ok(read)
    }
}

fn wrong(what: impl Into<String>) -> Error {
    Error::invalid("file", what)
}

fn damaged(error: rawzip::Error) -> Error {
    wrong(format!("is a damaged archive: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_more_than_is_allowed_fails_and_does_not_seem_to_end() {
        let within =
            |left: u64| io::copy(&mut Limited { inner: io::repeat(b' ').take(1_000), left }, &mut io::sink());
        assert_eq!(within(1_000).unwrap(), 1_000);
        assert!(within(999).unwrap_err().to_string().contains("unpacks to more"));
    }
}
