//! What changed since the file was built.

use crate::world::*;
use atlas::address::{Change, Index};

fn change(house: &House) -> Change {
    Change {
        premise: house.premise,
        carrier: house.carrier,
        address: house.address.clone(),
        country: house.country.to_owned(),
        position: house.position,
        keys: vec![format!("NEW-{}", house.premise)],
    }
}

#[test]
fn what_was_added_changed_or_withdrawn_is_seen_at_once() {
    let old = [
        house(1, "IT", ["1", "Via Roma", "95034", "Bronte"]),
        house(2, "IT", ["2", "Via Roma", "95034", "Bronte"]),
        house(3, "IT", ["3", "Via Roma", "95034", "Bronte"]),
    ];
    let before = addresses(&old);
    let moved = house(2, "IT", ["7", "Corso Milano", "95034", "Bronte"]);
    let added = house(4, "IT", ["4", "Via Roma", "95034", "Bronte"]);
    let after = before.with([change(&moved), change(&added)], &[3]);
    assert_eq!(first(&after, "via roma 1 bronte"), 1);
    assert_eq!(first(&after, "corso milano 7 bronte"), 2);
    assert_eq!(first(&after, "via roma 4 bronte"), 4);
    for (text, gone) in [("via roma 2 bronte", 2), ("via roma 3 bronte", 3)] {
        assert!(search(&after, text).iter().all(|found| found.premise != gone), "{text}");
    }
    assert_eq!((after.by_key("REF-2"), after.by_key("NEW-2")), (vec![], vec![2]));
    assert_eq!(after.changes(), 3);
    // Whoever holds the one from before is not disturbed.
    assert_eq!(first(&before, "via roma 3 bronte"), 3);
    let again = after.with([change(&old[2])], &[4]);
    assert_eq!((first(&again, "via roma 3 bronte"), again.by_key("NEW-4")), (3, vec![]));
}

#[test]
fn a_file_answers_as_what_it_was_written_from() {
    let houses: Vec<House> =
        (1..200).map(|n| house(n, "FR", [&n.to_string(), "Rue de l'Église", "69001", "Lyon"])).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("premises.atlas");
    builder(&houses).write(&path, 42).unwrap();
    let opened = Index::open(&path).unwrap();
    assert_eq!((opened.generation(), opened.len(), opened.streets()), (42, 199, 1));
    Index::verify(&path).unwrap();
    let (opened, built) = (opened.into(), addresses(&houses));
    for text in ["12 rue de l'eglise lyon", "199 eglise", "rue de leglise 7 69001"] {
        assert_eq!(search(&opened, text), search(&built, text), "{text}");
    }
    // A listing that many threads ask for at once.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (1..200).for_each(|n| assert_eq!(first(&opened, &format!("{n} rue de l'eglise")), n))
            });
        }
    });
}
