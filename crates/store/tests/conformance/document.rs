//! Documents: found through their account and no other one, as they were attached.

use crate::world::*;
use model::document::Kind;
use model::id::{AccountId, DocumentId};
use store::document::{self, Sealed};

fn account(n: u8) -> AccountId {
    AccountId::from_bytes([n; 16])
}

async fn attached(t: &Store, of: u8, kind: Kind, name: &str, content: &[u8]) -> DocumentId {
    let sealed = Sealed::new(t.vault(), kind, name, content).unwrap();
    t.did(move |tx| {
        tx.set_now(moment(i64::from(of)));
        document::insert(tx, account(of), &sealed)
    })
    .await
}

async fn names(t: &Store, of: u8) -> Vec<String> {
    let (all, count) =
        t.saw(move |tx| Ok((document::of(tx, account(of))?, document::count(tx, account(of))?))).await;
    assert_eq!(all.len() as i64, count);
    all.into_iter().map(|document| document.name).collect()
}

store::on_both!(a_document_is_read_as_it_was_attached, |t: TestStore| async move {
    let t = &t.store;
    let large: Vec<u8> = (0..2_000_000u32).map(|i| (i % 251) as u8).collect();
    let contents: [&[u8]; 3] = [b"%PDF-\0\xff\r\n", b"", &large];
    for (kind, content) in [Kind::Pdf, Kind::Png, Kind::Jpeg].into_iter().zip(contents) {
        let id = attached(t, 1, kind, "Tegning æøå.pdf", content).await;
        let (read, held) = t.saw(move |tx| document::by_id(tx, account(1), id)).await.unwrap();
        assert!(held == content);
        assert_eq!((read.id, read.kind, read.name.as_str()), (id, kind, "Tegning æøå.pdf"));
        assert_eq!((read.size, read.created), (content.len() as i64, moment(1)));
        let last = t.saw(|tx| document::of(tx, account(1))).await.pop();
        assert!(last == Some(read), "in the list the same");
    }
});

store::on_both!(a_document_is_its_accounts_alone_and_goes_once, |t: TestStore| async move {
    let t = &t.store;
    let first = attached(t, 1, Kind::Pdf, "first", b"1").await;
    let other = attached(t, 2, Kind::Pdf, "other", b"2").await;
    // Two of one name are two.
    attached(t, 1, Kind::Png, "second", b"3").await;
    attached(t, 1, Kind::Png, "second", b"3").await;
    assert_eq!(names(t, 1).await, ["first", "second", "second"]);
    assert_eq!((names(t, 2).await, names(t, 3).await), (vec!["other".to_owned()], vec![]));
    for (of, id) in [(2, first), (1, other), (1, DocumentId::from_bytes([0; 16]))] {
        assert!(t.saw(move |tx| document::by_id(tx, account(of), id)).await.is_none());
        assert!(!t.did(move |tx| document::delete(tx, account(of), id)).await);
    }
    let all = (0..12).map(|_| t.did(move |tx| document::delete(tx, account(1), first)));
    assert_eq!(together(all).await.into_iter().filter(|gone| *gone).count(), 1);
    assert_eq!(names(t, 1).await, ["second", "second"]);
    assert_eq!(names(t, 2).await, ["other"]);
});
