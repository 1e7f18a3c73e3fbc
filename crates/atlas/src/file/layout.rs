//! Header and directory, byte by byte. All numbers are in the byte order of the machine that wrote them, which the
//! header tells; a file is not carried between machines of different order but built again.
//!
//! ```text
//! header, 64 bytes    magic 8 · order u32 · layout u32 · kind 8 · version u32 · sections u32 · generation u64 ·
//!                     directory at u64 · length of the file u64 · CRC-32 of the directory u32 · CRC-32 of the above u32
//! sections            each begins at a multiple of 64; zeros up to the next one
//! directory           for each section: tag 8 · at u64 · bytes u64 · bytes of one value u32 · CRC-32 with its zeros u32
//! ```

use super::{Error, Kind, Tag};

pub const ALIGNMENT: u64 = 64;
pub const HEADER: usize = 64;
pub const ENTRY: usize = 32;
const MAGIC: [u8; 8] = *b"DEMARC\r\n";
const ORDER: u32 = 0x0102_0304;
const LAYOUT: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub kind: Kind,
    pub version: u32,
    pub generation: u64,
    pub sections: u32,
    pub directory_at: u64,
    pub length: u64,
    pub directory_crc: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub tag: Tag,
    pub at: u64,
    pub bytes: u64,
    /// Size of one value.
    pub each: u32,
    pub crc: u32,
}

impl Header {
    pub fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&ORDER.to_ne_bytes());
        bytes[12..16].copy_from_slice(&LAYOUT.to_ne_bytes());
        bytes[16..24].copy_from_slice(&self.kind.0);
        bytes[24..28].copy_from_slice(&self.version.to_ne_bytes());
        bytes[28..32].copy_from_slice(&self.sections.to_ne_bytes());
        bytes[32..40].copy_from_slice(&self.generation.to_ne_bytes());
        bytes[40..48].copy_from_slice(&self.directory_at.to_ne_bytes());
        bytes[48..56].copy_from_slice(&self.length.to_ne_bytes());
        bytes[56..60].copy_from_slice(&self.directory_crc.to_ne_bytes());
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..64].copy_from_slice(&crc.to_ne_bytes());
        bytes
    }

    pub fn from_bytes(bytes: &[u8; HEADER]) -> Result<Self, Error> {
        if bytes[0..8] != MAGIC {
            return Err(Error::Damaged("it does not begin like one of ours"));
        }
        match read_u32(bytes, 8) {
            ORDER => {}
            swapped if swapped == ORDER.swap_bytes() => return Err(Error::Other("byte order")),
            _ => return Err(Error::Damaged("its byte order is none")),
        }
        if read_u32(bytes, 60) != crc32fast::hash(&bytes[..60]) {
            return Err(Error::Damaged("the header's checksum differs"));
        }
        if read_u32(bytes, 12) != LAYOUT {
            return Err(Error::Other("layout"));
        }
        Ok(Self {
            kind: Kind(read_name(bytes, 16)),
            version: read_u32(bytes, 24),
            sections: read_u32(bytes, 28),
            generation: read_u64(bytes, 32),
            directory_at: read_u64(bytes, 40),
            length: read_u64(bytes, 48),
            directory_crc: read_u32(bytes, 56),
        })
    }
}

impl Entry {
    pub fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[0..8].copy_from_slice(&self.tag.0);
        bytes[8..16].copy_from_slice(&self.at.to_ne_bytes());
        bytes[16..24].copy_from_slice(&self.bytes.to_ne_bytes());
        bytes[24..28].copy_from_slice(&self.each.to_ne_bytes());
        bytes[28..32].copy_from_slice(&self.crc.to_ne_bytes());
        bytes
    }

    pub fn from_bytes(bytes: &[u8; ENTRY]) -> Self {
        Self {
            tag: Tag(read_name(bytes, 0)),
            at: read_u64(bytes, 8),
            bytes: read_u64(bytes, 16),
            each: read_u32(bytes, 24),
            crc: read_u32(bytes, 28),
        }
    }

    /// Where the section ends with the zeros that follow it. None: beyond any file.
    pub fn end(&self) -> Option<u64> {
        self.at.checked_add(self.bytes)?.checked_next_multiple_of(ALIGNMENT)
    }
}

fn read_u32<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    u32::from_ne_bytes(std::array::from_fn(|i| bytes[at + i]))
}

fn read_u64<const N: usize>(bytes: &[u8; N], at: usize) -> u64 {
    u64::from_ne_bytes(read_name(bytes, at))
}

fn read_name<const N: usize>(bytes: &[u8; N], at: usize) -> [u8; 8] {
    std::array::from_fn(|i| bytes[at + i])
}
