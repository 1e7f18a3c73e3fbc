//! What is large and sealed is packed first: sealed bytes cannot be packed any more.

use crate::{Error, Vault};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read, Write};

/// Takes about 10 ms for a megabyte: not for a transaction.
pub fn pack(vault: &Vault, plain: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |e: std::io::Error| Error::Internal(format!("packing: {e}"));
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).map_err(failed)?;
    vault.seal(&encoder.finish().map_err(failed)?)
}

pub fn unpack(vault: &Vault, packed: &[u8]) -> Result<Vec<u8>, Error> {
    let packed = vault.open(packed)?;
    let mut plain = Vec::with_capacity(packed.len() * 4);
    let read = ZlibDecoder::new(&packed[..]).read_to_end(&mut plain);
    read.map_err(|e| Error::Corrupt(format!("a packed value: {e}")))?;
    Ok(plain)
}
