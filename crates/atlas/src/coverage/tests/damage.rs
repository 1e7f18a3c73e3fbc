//! A file with rubbish in it gives wrong answers, or none, but always an answer.

use super::super::{Builder, Index};
use super::layers::{generated, random};
use std::fs;
use std::path::Path;

fn points() -> Vec<(f64, f64)> {
    let mut random = random(5);
    (0..2_000).map(|_| (49.9 + random() * 1.4, -0.2 + random() * 1.4)).collect()
}

fn written(path: &Path) -> Vec<u8> {
    let mut builder = Builder::new();
    for (number, area) in (1..).zip(generated(12, 8)) {
        builder.add(number, &area).unwrap();
    }
    // Enough of them on one spot for a sparse leaf, and one that needs wide vertices.
    for number in 1_000..1_020 {
        builder.add(number, &generated(1, 1 + number as usize % 9)[0]).unwrap();
    }
    builder.write(path, 3).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn a_file_is_read_as_it_was_written_and_damage_in_it_is_found_by_verify() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("areas.atlas");
    let mut bytes = written(&path);
    let index = Index::open(&path).unwrap();
    assert_eq!((index.generation(), index.len()), (3, 164));
    index.verify().unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(folder.path().join("damaged"), &bytes).unwrap();
    assert!(Index::open(&folder.path().join("damaged")).unwrap().verify().is_err());
}

#[test]
fn no_damage_makes_a_reader_panic_or_go_on_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("areas.atlas");
    let sound = written(&path);
    let points = points();
    let mut random = random(6);
    let mut found = Vec::new();
    for round in 0..60 {
        let mut bytes = sound.clone();
        let end = bytes.len() - 6 * 32;
        // A few bytes here and there, a stretch of ones, or all of it.
        let count = [3, 300, 30_000][round % 3];
        for _ in 0..count {
            let at = 64 + (random() * (end - 64) as f64) as usize;
            bytes[at] = (random() * 256.0) as u8;
        }
        if round % 5 == 0 {
            let at = 64 + (random() * (end - 4_160) as f64) as usize;
            bytes[at..at + 4_096].fill(0xFF);
        }
        let damaged = folder.path().join(format!("damaged-{round}"));
        fs::write(&damaged, &bytes).unwrap();
        let Ok(index) = Index::open(&damaged) else { continue };
        for (latitude, longitude) in &points {
            index.at(*latitude, *longitude, &mut found);
        }
        let mut told = 0;
        index.at_all(&points, |_, _| told += 1);
        assert_eq!(told, points.len());
        fs::remove_file(&damaged).unwrap();
    }
}
