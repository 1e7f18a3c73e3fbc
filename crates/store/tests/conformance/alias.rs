//! Ids that are fixed from outside: one object for a text, one text for an object.

use crate::world::*;
use store::alias::{self, Alias};
use store::change;

fn named(kind: &str, text: &str, object: u8) -> Alias {
    Alias { kind: kind.into(), text: text.into(), object: [object; 16] }
}

/// Whether it was put, and whether those who keep aliases are told to read them again.
async fn put(t: &Store, dialect: &'static str, alias: Alias) -> (bool, bool) {
    t.did(move |tx| {
        let before = change::of(tx, change::ACCESS)?;
        let made = alias::put(tx, dialect, &alias)?;
        Ok((made, change::of(tx, change::ACCESS)? > before))
    })
    .await
}

async fn all(t: &Store, dialect: &'static str) -> Vec<Alias> {
    let mut all = t.saw(move |tx| alias::of(tx, dialect)).await;
    all.sort_by(|a, b| (&a.kind, &a.text).cmp(&(&b.kind, &b.text)));
    all
}

store::on_both!(a_text_names_one_object_and_an_object_has_one_name, |t: TestStore| async move {
    let t = &t.store;
    let (made, refused) = ((true, true), (false, false));
    for (dialect, alias, expected) in [
        ("one", named("offer", "AAAA", 1), made),
        // The same once more; another object; another text.
        ("one", named("offer", "AAAA", 1), refused),
        ("one", named("offer", "AAAA", 2), refused),
        ("one", named("offer", "BBBB", 1), refused),
        // Of another kind, and in another dialect, both are free.
        ("one", named("request", "AAAA", 1), made),
        ("two", named("offer", "AAAA", 2), made),
        ("one", named("offer", "BBBB", 2), made),
    ] {
        assert_eq!(put(t, dialect, alias.clone()).await, expected, "{alias:?}");
    }
    let expected = [named("offer", "AAAA", 1), named("offer", "BBBB", 2), named("request", "AAAA", 1)];
    assert_eq!(all(t, "one").await, expected);
    assert_eq!(all(t, "two").await, [named("offer", "AAAA", 2)]);
    assert_eq!(all(t, "three").await, []);
});

store::on_both!(of_names_that_come_at_the_same_time_one_is_taken, |t: TestStore| async move {
    let t = &t.store;
    let put_all = async |aliases: Vec<Alias>| {
        let all = aliases.into_iter().map(|alias| {
            let t = t.clone();
            async move { put(&t, "one", alias).await }
        });
        together(all).await.into_iter().filter(|(made, _)| *made).count()
    };
    assert_eq!(put_all((1..=24).map(|i| named("offer", "AAAA", i)).collect()).await, 1);
    assert_eq!(put_all((0..24).map(|i| named("offer", &format!("B{i}"), 99)).collect()).await, 1);
    assert_eq!(all(t, "one").await.len(), 2);
});
