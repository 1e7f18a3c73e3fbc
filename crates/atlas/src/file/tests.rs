//! What is written is read again, and what is damaged is never taken for sound.

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

const KIND: Kind = Kind(*b"TESTFILE");
const WORDS: Tag = Tag(*b"WORDS\0\0\0");
const PAIRS: Tag = Tag(*b"PAIRS\0\0\0");
const EMPTY: Tag = Tag(*b"EMPTY\0\0\0");

fn written(folder: &Path, generation: u64) -> PathBuf {
    let path = folder.join("places.atlas");
    let mut writer = Writer::create(&path, KIND, 3, generation).unwrap();
    writer.section(WORDS, b"some words").unwrap();
    let mut stream = writer.stream(PAIRS).unwrap();
    (0..50_u32).for_each(|n| stream.push(&[[n, n * n]]).unwrap());
    assert_eq!(stream.count(), 50);
    stream.finish().unwrap();
    writer.section::<u64>(EMPTY, &[]).unwrap();
    writer.finish().unwrap();
    path
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 42);
    let file = Mapped::open(&path, KIND, 3).unwrap();
    assert_eq!(file.generation(), 42);
    let words = file.section::<u8>(WORDS).unwrap();
    let pairs = file.section::<[u32; 2]>(PAIRS).unwrap().clone();
    assert_eq!(file.section::<u64>(EMPTY).unwrap().len(), 0);
    file.verify().unwrap();
    drop(file);
    assert_eq!(&*words, b"some words");
    assert_eq!((pairs.len(), pairs[49]), (50, [49, 2401]));
    assert_eq!(names(folder.path()), ["places.atlas"]);
}

#[test]
fn a_reader_keeps_the_file_that_it_opened_when_another_takes_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    let old = Mapped::open(&path, KIND, 3).unwrap();
    written(folder.path(), 2);
    assert_eq!(old.generation(), 1);
    old.verify().unwrap();
    assert_eq!(Mapped::open(&path, KIND, 3).unwrap().generation(), 2);
}

#[test]
fn another_kind_version_section_or_size_of_value_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    assert!(matches!(Mapped::open(&path, Kind(*b"PREMISES"), 3), Err(Error::Other("kind"))));
    assert!(matches!(Mapped::open(&path, KIND, 4), Err(Error::Other("version"))));
    let missing = Mapped::open(&folder.path().join("none"), KIND, 3).unwrap_err();
    assert!(missing.is_missing(), "{missing}");
    let file = Mapped::open(&path, KIND, 3).unwrap();
    assert!(matches!(file.section::<u8>(Tag(*b"NOTTHERE")), Err(Error::Damaged(_))));
    assert!(matches!(file.section::<u64>(WORDS), Err(Error::Damaged(_))));
    // As large, but with a stricter alignment, which every section fulfils.
    assert_eq!(file.section::<u64>(PAIRS).unwrap().len(), 50);
}

#[test]
fn a_writer_that_is_dropped_or_misused_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    let mut writer = Writer::create(&path, KIND, 3, 2).unwrap();
    writer.section(WORDS, b"new").unwrap();
    assert!(matches!(writer.section(WORDS, b"twice"), Err(Error::Misused(_))));
    drop(writer);
    let mut writer = Writer::create(&path, KIND, 3, 2).unwrap();
    let _ = writer.stream::<u8>(WORDS).unwrap();
    assert!(matches!(writer.finish(), Err(Error::Misused(_))));
    assert_eq!(names(folder.path()), ["places.atlas"]);
    assert_eq!(Mapped::open(&path, KIND, 3).unwrap().generation(), 1);
}

#[test]
fn what_a_killed_process_left_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    fs::write(folder.path().join("places.atlas.1-0.unfinished"), b"half").unwrap();
    let writing = Writer::create(&path, KIND, 3, 2).unwrap();
    assert_eq!(names(folder.path()).len(), 3);
    sweep(&path).unwrap();
    assert_eq!(names(folder.path()).len(), 2, "another one may be writing");
    writing.finish().unwrap();
    assert_eq!(names(folder.path()), ["places.atlas"]);
    assert_eq!(Mapped::open(&path, KIND, 3).unwrap().generation(), 2);
}

#[test]
fn any_byte_that_changes_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    let sound = fs::read(&path).unwrap();
    let directory = sound.len() - 3 * layout::ENTRY;
    let changed = folder.path().join("changed");
    for at in 0..sound.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bytes = sound.clone();
            bytes[at] ^= flip;
            fs::write(&changed, &bytes).unwrap();
            let opened = Mapped::open(&changed, KIND, 3);
            if at < layout::HEADER || at >= directory {
                assert!(opened.is_err(), "byte {at}");
            } else {
                assert!(matches!(opened.unwrap().verify(), Err(Error::Damaged(_))), "byte {at}");
            }
        }
    }
}

#[test]
fn a_file_of_any_other_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(written(folder.path(), 1)).unwrap();
    let cut = folder.path().join("cut");
    bytes.push(0);
    for length in (0..bytes.len() - 1).chain([bytes.len()]) {
        fs::write(&cut, &bytes[..length]).unwrap();
        assert!(matches!(Mapped::open(&cut, KIND, 3), Err(Error::Damaged(_))), "length {length}");
    }
}

/// Checksums tell chance from intent apart, not more: a directory that was made to lie must do no harm either.
#[test]
fn a_directory_that_lies_under_a_right_checksum_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 1);
    let sound = fs::read(&path).unwrap();
    let directory = sound.len() - 3 * layout::ENTRY;
    for (field, value) in [(8, u64::MAX), (8, 1), (8, 0), (16, u64::MAX), (16, u64::MAX - 63), (16, 1 << 20)]
    {
        let mut bytes = sound.clone();
        bytes[directory + field..directory + field + 8].copy_from_slice(&value.to_ne_bytes());
        let mut header = layout::Header::from_bytes(bytes.first_chunk().unwrap()).unwrap();
        header.directory_crc = crc32fast::hash(&bytes[directory..]);
        bytes[..layout::HEADER].copy_from_slice(&header.to_bytes());
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Mapped::open(&path, KIND, 3), Err(Error::Damaged(_))), "{field} {value}");
    }
}
