//! A file that is not what was written: found by its checksums, and harmless until then.

use crate::world::*;
use atlas::address::{Addresses, Index, Question};
use model::premise::Position;
use std::fs;

#[test]
fn damage_anywhere_is_found_and_does_no_harm_before() {
    let houses: Vec<House> = (1..40)
        .map(|n| House {
            position: Position::new(45.0 + n as f64 / 1000.0, 9.0),
            ..house(
                n,
                "DE",
                [&n.to_string(), ["Mühlweg", "Hauptstraße", "Am Markt"][n as usize % 3], "10115", "Berlin"],
            )
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("premises.atlas");
    builder(&houses).write(&path, 1).unwrap();
    let sound = fs::read(&path).unwrap();
    let changed = folder.path().join("changed.atlas");
    for at in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        for (n, byte) in bytes[at..].iter_mut().take(5).enumerate() {
            *byte ^= [0xff, 0x80, 0x01, 0x7f, 0xff][n];
        }
        fs::write(&changed, &bytes).unwrap();
        let Ok(opened) = Index::open(&changed) else { continue };
        assert!(Index::verify(&changed).is_err(), "byte {at}");
        let town: Addresses = opened.into();
        for text in ["muehlweg 3 berlin", "hauptstrase 7", "ma", "am markt 9999 10115"] {
            let question = Question { text, limit: 5, ..Question::default() };
            let _ = (town.search(&question), town.complete(&question), town.by_key(text));
            let _ = town.nearest(Position::new(45.0, 9.0).unwrap(), 1e5, &question);
        }
    }
    for length in (0..sound.len()).step_by(101) {
        fs::write(&changed, &sound[..length]).unwrap();
        assert!(Index::open(&changed).is_err(), "length {length}");
    }
}
