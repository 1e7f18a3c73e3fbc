//! The two identities of what dialects show by its number.

use crate::quote_request::{bare, request};
use crate::world::*;
use model::order::Person;
use model::role::Role;
use store::number::{self, Of};
use store::{account, api_key, customer, document, member, quote_request};

/// One of each kind more: its id.
fn made(tx: &mut Tx<'_>, w: &World, round: usize) -> Result<Vec<(Of, [u8; 16])>, Error> {
    let sealed = customer::Sealed::new(tx.vault(), &Person::default(), false)?;
    let customer = customer::insert(tx, w.shop, &sealed)?.unwrap();
    let email = format!("ann{round}@example.org");
    let new = member::New {
        organization: w.shop,
        customer: None,
        email: &email,
        name: None,
        role: Role::Viewer,
        password_hash: "",
    };
    let user = member::insert(tx, &new)?.unwrap();
    let user = member::by_number(tx, w.scope(w.root), user)?.unwrap().id;
    let prefix = format!("key{round}");
    let new = api_key::New {
        organization: w.shop,
        prefix: &prefix,
        hash: [round as u8; 32],
        role: Role::Viewer,
        scopes: None,
        expires: None,
    };
    let key = api_key::insert(tx, &new)?;
    let mut request = request(tx, w, w.shop, None, bare("Havnen 1"))?;
    quote_request::insert(tx, &mut request)?;
    let mut account = crate::account::ordered(tx, w, w.shop, None, crate::account::bare("Havnen 1"))?;
    account::insert(tx, &mut account)?;
    let sealed = document::Sealed::new(tx.vault(), model::document::Kind::Pdf, "a", b"b")?;
    let document = document::insert(tx, account.id, &sealed)?;
    Ok(vec![
        (Of::Organization, *[w.shop, w.rival, w.branch][round].bytes()),
        (Of::Customer, *customer.bytes()),
        (Of::User, *user.bytes()),
        (Of::Key, *key.bytes()),
        (Of::QuoteRequest, *request.id.bytes()),
        (Of::Account, *account.id.bytes()),
        (Of::Document, *document.bytes()),
    ])
}

store::on_both!(each_identity_is_found_by_the_other, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    for round in 0..3 {
        let all = t.did(move |tx| made(tx, &w, round)).await;
        for (of, id) in &all {
            let (of, id) = (*of, *id);
            let number = t.saw(move |tx| number::number(tx, of, &id)).await.unwrap();
            assert_eq!(t.saw(move |tx| number::id(tx, of, number)).await, Some(id), "{of:?}");
            for (other, _) in all.iter().filter(|(other, _)| *other != of) {
                let other = *other;
                assert_eq!(t.saw(move |tx| number::number(tx, other, &id)).await, None, "{of:?} {other:?}");
            }
            for nothing in [0, -1, i64::MAX] {
                assert_eq!(t.saw(move |tx| number::id(tx, of, nothing)).await, None, "{of:?}");
            }
        }
    }
});
