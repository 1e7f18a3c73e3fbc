//! Who may see to whose tokens, and what a user sees.

use super::*;

on_both!(a_machine_token_is_for_those_who_may_have_one, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let viewer = user(&hub, "viewer@example.org", "shop", Role::Viewer).await;
    let chief = user(&hub, "chief@example.org", "shop", Role::ResellerAdmin).await;
    user(&hub, "rival@example.org", "rival", Role::ResellerAdmin).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    let admin = user(&hub, "admin@example.org", &operator.name, Role::Admin).await;
    let principal = async |email: &str| hub.sign_in(email, PASSWORD, None, false).await.unwrap().principal;
    let (own, chief_in, rival) =
        (principal(ANN).await, principal("chief@example.org").await, principal("rival@example.org").await);
    let (viewer_in, admin_in) = (principal("viewer@example.org").await, principal("admin@example.org").await);
    assert!(admin_in.scope.everything && !chief_in.scope.everything);
    for (who, whose, outcome) in [
        (&own, ann, "made"),
        (&own, viewer, "forbidden"),
        (&viewer_in, viewer, "forbidden"),
        (&viewer_in, ann, "forbidden"),
        (&chief_in, chief, "made"),
        (&chief_in, ann, "made"),
        (&chief_in, viewer, "made"),
        (&chief_in, admin, "not found"),
        (&rival, ann, "not found"),
        (&admin_in, ann, "made"),
        (&admin_in, admin, "forbidden"),
    ] {
        let made = match hub.create_machine_token(who, whose).await {
            Ok(_) => "made",
            Err(Error::Forbidden) => "forbidden",
            Err(Error::NotFound(_)) => "not found",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(made, outcome, "{:?} for {whose}", who.user);
    }
    let token = hub.create_machine_token(&own, ann).await.unwrap();
    assert_eq!(hub.authenticate_any(token.reveal()).await.unwrap().user, Some(ann));
    later(&hub, 400 * 86_400);
    assert_eq!(state(&hub, token.reveal()).await, "good", "it does not end");
    assert!(matches!(hub.revoke_token(&rival, ann, token.reveal()).await, Err(Error::NotFound(_))));
    assert!(matches!(hub.revoke_token(&own, ann, "nothing").await, Err(Error::NotFound("token"))));
    hub.revoke_token(&own, ann, token.prefix()).await.unwrap();
    assert_eq!(state(&hub, token.reveal()).await, "invalid");
    assert_eq!(hub.clear_tokens(&chief_in, ann, false).await.unwrap(), 3);
    assert_eq!(hub.clear_tokens(&own, ann, true).await.unwrap(), 1, "the session");
});

on_both!(nobody_makes_or_changes_a_user_above_themselves_or_beside_them, |t: TestStore| async move {
    let (hub, root, _) = with_ann(&t).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    user(&hub, "chief@example.org", &operator.name, Role::ResellerAdmin).await;
    user(&hub, "admin@example.org", &operator.name, Role::Admin).await;
    user(&hub, "rival@example.org", "rival", Role::ResellerAdmin).await;
    let chief = hub.sign_in("chief@example.org", PASSWORD, None, false).await.unwrap().principal;
    let rival = hub.sign_in("rival@example.org", PASSWORD, None, false).await.unwrap().principal;
    for role in [Role::Admin, Role::ResellerAdmin] {
        let made = hub.create_user(&chief, wanted(&format!("{role}@example.org"), "shop", role)).await;
        assert_eq!(made.is_ok(), role == Role::ResellerAdmin, "{made:?}");
    }
    assert!(matches!(hub.set_password(&chief, "admin@example.org", PASSWORD).await, Err(Error::Forbidden)));
    assert!(matches!(hub.set_authenticator(&chief, "admin@example.org").await, Err(Error::Forbidden)));
    hub.set_password(&chief, ANN, PASSWORD).await.unwrap();
    assert!(matches!(hub.disable_user(&rival, ANN).await, Err(Error::NotFound("user"))));
    let beside = hub.create_user(&rival, wanted("x@example.org", "shop", Role::Viewer)).await;
    assert!(matches!(beside, Err(Error::NotFound("organization"))));
    let seen = hub.users(&rival).await.unwrap();
    assert_eq!(seen.iter().map(|m| m.email.as_str()).collect::<Vec<_>>(), ["rival@example.org"]);
});

on_both!(a_customers_user_sees_its_customer_and_is_refused_by_what_knows_none, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let shop = hub.acting_for(&root, "shop").await.unwrap();
    let person = |email: &str| model::order::Person { email: email.into(), ..Default::default() };
    let mut customers = Vec::new();
    for email in ["mario@example.org", "luigi@example.org"] {
        let made = hub.create_customer(&shop, &person(email), None).await.unwrap();
        let crate::idempotency::Accepted::New(id, _) = made else { panic!("made") };
        customers.push(id);
    }
    let of = |email: &str, organization: &str, customer: &dyn std::fmt::Display, role| Wanted {
        customer: Some(customer.to_string()),
        ..wanted(email, organization, role)
    };
    for (organization, role) in [("shop", Role::Reseller), ("rival", Role::Owner)] {
        hub.create_user(&root, of("no@example.org", organization, &customers[0], role)).await.unwrap_err();
    }
    hub.create_user(&root, of("mario@example.org", "shop", &customers[0], Role::Owner)).await.unwrap();
    let other =
        hub.create_user(&root, of("luigi@example.org", "shop", &customers[1], Role::Viewer)).await.unwrap();
    let other = hub.user_numbered(&root, other).await.unwrap().id;
    let signed = hub.sign_in("mario@example.org", PASSWORD, None, false).await.unwrap();
    let mario = signed.principal.clone();
    assert_eq!((mario.customer, mario.role), (Some(customers[0]), Role::Owner));
    for capability in Capability::ALL {
        assert!(matches!(mario.require(*capability), Err(Error::Forbidden)), "{capability}");
        let allowed = capability.least() <= Role::Owner;
        assert_eq!(mario.require_within_customer(*capability).is_ok(), allowed, "{capability}");
    }
    let which = crate::own::service::Which::OfCustomer(customers[0]);
    assert!(matches!(hub.services(&mario, which, ALL).await, Err(Error::Forbidden)));
    assert!(matches!(hub.customer(&mario, customers[0]).await, Err(Error::Forbidden)));
    assert!(hub.authenticate(signed.token.reveal()).await.is_err());
    let seen = async |who: &Principal, filter| hub.users_seen(who, filter, ALL).await.unwrap().total;
    assert_eq!(seen(&mario, Filter::default()).await, 1);
    assert_eq!(seen(&mario, Filter { customer: Some(customers[1]), ..Default::default() }).await, 0);
    assert_eq!(seen(&shop, Filter::default()).await, 3);
    assert_eq!(seen(&root, Filter { customer: Some(customers[1]), ..Default::default() }).await, 1);
    assert_eq!(hub.user(&mario, signed.member.id).await.unwrap(), signed.member);
    for hidden in [ann, other] {
        assert!(matches!(hub.user(&mario, hidden).await, Err(Error::NotFound("user"))));
    }
    hub.create_machine_token(&mario, signed.member.id).await.expect("its own");
    assert!(matches!(hub.create_machine_token(&mario, other).await, Err(Error::Forbidden)));
    hub.create_machine_token(&shop, other).await.expect_err("a RESELLER does not administer");
    let mut chief = shop;
    chief.role = Role::ResellerAdmin;
    hub.create_machine_token(&chief, other).await.expect("its organization's administrator");
});

on_both!(a_customers_user_of_the_root_does_not_see_everything, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    let person = model::order::Person { email: "m@example.org".into(), ..Default::default() };
    let made = hub.create_customer(&root, &person, None).await.unwrap();
    let crate::idempotency::Accepted::New(customer, _) = made else { panic!("made") };
    let customer = Some(customer.to_string());
    hub.create_user(&root, Wanted { customer, ..wanted(ANN, &operator.name, Role::Owner) }).await.unwrap();
    assert!(!enter(&hub).await.unwrap().principal.scope.everything);
});

on_both!(an_admin_of_a_reseller_counts_as_its_administrator, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    user(&hub, ANN, "shop", Role::Admin).await;
    let signed = enter(&hub).await.unwrap();
    assert_eq!(signed.principal.role, Role::ResellerAdmin);
    hub.create_machine_token(&root, signed.member.id).await.expect("it is no ADMIN");
});
