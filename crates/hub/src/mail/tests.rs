//! Which words a mail gets, for whom, and who may change them.

use super::*;
use engine::Engine;
use model::mail::{Language, State};
use model::organization::Kind as OrganizationKind;
use model::role::Role;
use model::scope::Scope;
use store::testing::TestStore;

fn hub(store: &store::Store) -> Hub {
    let (registry, settings) = (carriers::Registry::default(), engine::Settings::default());
    let engine =
        Engine::new(store.clone(), registry, Arc::new(crate::fulfil::Fulfilment::default()), settings);
    Hub::new(store.clone(), engine.unwrap(), crate::Places::default())
}

/// root ─ Above ─ Below, and Beside.
async fn furnished(test: &TestStore) -> (Hub, Principal) {
    let hub = hub(&test.store);
    let root = hub.root().await.unwrap();
    for (name, parent) in [("Above", None), ("Below", Some("Above")), ("Beside", None)] {
        hub.create_organization(&root, name, OrganizationKind::Reseller, parent).await.unwrap();
    }
    (hub, root)
}

async fn letter(hub: &Hub, organization: &str, recipients: &[&str]) -> Vec<Mail> {
    let recipients: Vec<String> = recipients.iter().map(|r| (*r).to_owned()).collect();
    let (name, values) = (organization.to_owned(), Values { request: "7".into(), ..Values::default() });
    let written = hub.store().write(move |tx| {
        let organization = store::organization::by_name(tx, &name)?.expect("made").id;
        let letter = Letter {
            organization,
            kind: Kind::RequestCreated,
            about: "r7",
            recipients: &recipients,
            values: values.clone(),
        };
        write(tx, &letter)
    });
    let written: Result<(), store::Error> = written.await;
    written.unwrap();
    hub.mails(&hub.root().await.unwrap()).await.unwrap()
}

async fn subject(hub: &Hub, organization: &str) -> String {
    letter(hub, organization, &["a@example.dk"]).await.remove(0).written.subject
}

store::on_both!(the_nearest_wording_in_the_nearest_language_is_used, |test: TestStore| async move {
    let (hub, root) = furnished(&test).await;
    assert_eq!(subject(&hub, "Below").await, "Quote request 7");
    hub.set_mail_language(&root, "Above", Language::Danish).await.unwrap();
    assert_eq!(subject(&hub, "Below").await, "Tilbudsforespørgsel 7");
    let set = async |of, text: &str| {
        hub.set_mail_template(&root, of, Kind::RequestCreated, None, &format!("Subject: {text}\n\nHej")).await
    };
    set("Above", "Ny {{ request }}").await.unwrap();
    assert_eq!(subject(&hub, "Below").await, "Ny 7");
    set("Below", "Vores {{ request }}").await.unwrap();
    assert_eq!(subject(&hub, "Below").await, "Vores 7");
    assert_eq!(subject(&hub, "Above").await, "Ny 7");
    assert_eq!(subject(&hub, "Beside").await, "Quote request 7");
    // What was said in Danish is not said in Italian.
    hub.set_mail_language(&root, "Below", Language::Italian).await.unwrap();
    assert_eq!(subject(&hub, "Below").await, "Richiesta di preventivo 7");
    hub.set_mail_language(&root, "Below", Language::Danish).await.unwrap();
    hub.forget_mail_template(&root, "Below", Kind::RequestCreated, None).await.unwrap();
    let shown = hub.mail_template(&root, "Below", Kind::RequestCreated, None).await.unwrap();
    assert_eq!((shown.of.as_deref(), shown.wording.subject.as_str()), (Some("Above"), "Ny {{ request }}"));
    let again = hub.forget_mail_template(&root, "Below", Kind::RequestCreated, None).await;
    assert!(matches!(again, Err(Error::NotFound(_))));
});

store::on_both!(
    a_template_that_cannot_be_sent_is_refused_and_one_that_is_there_loses_no_mail,
    |test: TestStore| async move {
        let (hub, root) = furnished(&test).await;
        let bad = "Subject: a\n\nb\n{{ reqest }}";
        let refused =
            hub.set_mail_template(&root, "Above", Kind::RequestCreated, None, bad).await.unwrap_err();
        assert!(refused.to_string().starts_with("template line 4: "), "{refused}");
        let draft = hub.preview_mail(&root, "Above", Kind::RequestCreated, None, Some(bad)).await;
        assert!(matches!(draft, Err(Error::Invalid { .. })));
        let preview = hub.preview_mail(&root, "Above", Kind::RequestCreated, None, None).await.unwrap();
        assert!(preview.subject.starts_with("Quote request 1042: Vestergade 12"), "{}", preview.subject);
        // As if an older version had let it in.
        let put = hub.store().write(|tx| {
            let above = store::organization::by_name(tx, "Above")?.expect("made").id;
            let wording = Wording { subject: "{{ gone }}".into(), body: "b".into() };
            store::mail::set_template(tx, above, Kind::RequestCreated, Language::English, &wording)
        });
        let put: Result<(), store::Error> = put.await;
        put.unwrap();
        assert_eq!(subject(&hub, "Above").await, "Quote request 7");
    }
);

store::on_both!(each_recipient_gets_one_mail_and_what_is_no_address_is_told, |test: TestStore| async move {
    let (hub, _) = furnished(&test).await;
    let to = ["Mette@example.dk", " mette@EXAMPLE.dk", "nobody", "a@example.dk\r\nBcc: b@example.dk"];
    let mails = letter(&hub, "Above", &to).await;
    let became: Vec<(&str, State)> =
        mails.iter().rev().map(|m| (m.written.recipient.as_str(), m.state)).collect();
    assert_eq!(became, [(to[0], State::Queued), (to[2], State::Failed), (to[3], State::Failed)]);
    assert!(mails[0].error.as_deref().is_some_and(|e| e.contains("not an e-mail address")));
});

store::on_both!(nobody_reaches_the_mails_of_an_organization_beside_ones_own, |test: TestStore| async move {
    let (hub, root) = furnished(&test).await;
    letter(&hub, "Beside", &["a@example.dk"]).await;
    let above = test.store.read(|tx| store::organization::by_name(tx, "Above"));
    let above: Result<_, store::Error> = above.await;
    let organization = above.unwrap().unwrap().id;
    let mut principal = root.clone();
    (principal.organization, principal.organization_kind) = (organization, OrganizationKind::Reseller);
    (principal.role, principal.scope) = (Role::ResellerAdmin, Scope { organization, everything: false });
    assert!(hub.mails(&principal).await.unwrap().is_empty());
    hub.set_mail_language(&principal, "Below", Language::Danish).await.unwrap();
    let test_mail = hub.test_mail(&principal, "Beside", "a@example.dk").await;
    assert!(matches!(test_mail, Err(Error::NotFound("organization"))));
    hub.test_mail(&principal, "Below", "a@example.dk").await.unwrap();
    assert_eq!(hub.mails(&principal).await.unwrap().len(), 1);
    principal.role = Role::Owner;
    assert!(matches!(hub.mails(&principal).await, Err(Error::Forbidden)));
});
