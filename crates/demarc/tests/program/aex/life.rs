//! The life of a service after it went into use: it rests, goes on, ends now or on a day, and is deleted.

use super::caller::{MOMENT, all, form, refused, refused_as, text};
use super::network::{furnish, in_days, order, placed, premise, product};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

fn service(changes: Value) -> Value {
    json!({"service": changes})
}

on_both!(a_service_rests_and_goes_on, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = network.installed(first, 1).await;
    let rests = first.changed(&own.path(), &service(json!({"suspended": true}))).await;
    assert_eq!(
        (&rests["status"], &rests["status_id"], &rests["on_network"]),
        (&json!("Suspended"), &json!(4), &json!(false))
    );
    assert_eq!(form(&rests["suspended_date"]), MOMENT);
    assert_eq!(rests["provisioned"], true, "its port is still its own");
    let again = first.changed(&own.path(), &service(json!({"suspended": true}))).await;
    assert_eq!(again["status"], "Suspended", "to ask again changes nothing");
    let fibre = product(&network.second, "Fibre 100").await;
    let taken = network.second.post("/services/full", &order(1, &fibre, "b@customer.example")).await;
    refused_as(&taken, "premise.external_reference", "already has an active service");
    let listed = first.found("/services?status=Suspended").await;
    assert_eq!(all(&listed, "id"), [own.service.as_str()]);
    let goes_on = first.changed(&own.path(), &service(json!({"suspended": false}))).await;
    assert_eq!((&goes_on["status"], &goes_on["on_network"]), (&json!("Active"), &json!(true)));
    let pending = placed(first, 2).await;
    refused(&first.put(&pending.path(), &service(json!({"suspended": true}))).await, "service.suspended");
});

on_both!(a_service_that_ends_frees_its_place_and_can_be_deleted, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, second) = (&network.first, &network.second);
    let own = network.installed(first, 1).await;
    assert_eq!(first.ask(Method::DELETE, &own.path(), None).await.status, 400, "it is in use");
    assert_eq!(first.found(&own.path()).await["status"], "Active");
    let fibre = product(second, "Fibre 100").await;
    let wanted = order(1, &fibre, "next@customer.example");
    refused(&second.post("/services/full", &wanted).await, "premise.external_reference");

    let end = service(json!({"cancelled": true, "cancellation_reason": "Customer moved"}));
    let ended = first.changed(&own.path(), &end).await;
    assert_eq!(
        (&ended["status"], &ended["status_id"], &ended["cancelled"]),
        (&json!("Cancelled"), &json!(5), &json!(true))
    );
    assert_eq!(
        (&ended["cancellation_reason"], form(&ended["cancelled_date"])),
        (&json!("Customer moved"), MOMENT.into())
    );
    assert_eq!((&ended["on_network"], &ended["provisioned"]), (&json!(false), &json!(false)));
    assert_eq!(
        first.changed(&own.path(), &end).await["cancelled_date"],
        ended["cancelled_date"],
        "it ended once"
    );
    for other in [json!({"cancelled": false}), json!({"suspended": true}), json!({"isp_reference": "late"})] {
        refused_as(&first.put(&own.path(), &service(other)).await, "service", "has ended");
    }
    let place = format!("/premises/{}", premise(first, 1).await);
    assert_eq!(first.found(&place).await["status"], "No Existing Service");
    let (status, made) = second.post("/services/full", &wanted).await;
    assert_eq!(status, 201, "the place is free: {made}");
    let there = first.found(&place).await;
    assert_eq!((&there["status"], &there["customer_id"]), (&json!("Has Existing Service"), &Value::Null));

    let list = format!("/customers/{}/services", own.customer);
    assert_eq!(first.found(&list).await["total"], 1);
    let deleted = first.ask(Method::DELETE, &own.path(), None).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(first.ask(Method::DELETE, &own.path(), None).await.status, 204, "twice is as good as once");
    assert_eq!(first.found(&list).await, json!({"items": [], "total": 0}));
    let gone = first.found(&own.path()).await;
    assert_eq!((&gone["status"], &gone["status_id"]), (&json!("Deleted"), &json!(6)));
    assert_eq!((form(&gone["deleted_at"]), form(&gone["deleted_date"])), (MOMENT.into(), MOMENT.into()));
});

on_both!(a_service_ends_on_its_day_unless_that_is_taken_back, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let (leaves, stays) = (network.installed(first, 1).await, network.installed(first, 2).await);
    let end = |days| {
        service(
            json!({"cancelled": true, "cancellation_reason": "Customer moved", "cancelled_date": in_days(days)}),
        )
    };
    for own in [&leaves, &stays] {
        first.changed(&own.path(), &end(9)).await;
        let planned = first.changed(&own.path(), &end(3)).await;
        assert_eq!((&planned["status"], &planned["cancelled"]), (&json!("Active"), &json!(false)), "not yet");
        assert!(
            text(&planned, "expiry_date") > text(&planned, "created_at"),
            "the last word counts: {planned}"
        );
    }
    refused(&first.put(&placed(first, 3).await.path(), &end(3_000)).await, "service.cancelled_date");
    let kept = first.changed(&stays.path(), &service(json!({"cancelled": false}))).await;
    assert_eq!((&kept["status"], &kept["expiry_date"]), (&json!("Active"), &Value::Null));
    first.pass("P2D").await;
    assert_eq!(first.found(&leaves.path()).await["status"], "Active");
    first.pass("P1DT1H").await;
    let ended = first.wait(&leaves.path(), "Cancelled").await;
    assert_eq!(ended["cancellation_reason"], "Customer moved");
    assert_eq!(first.found(&stays.path()).await["status"], "Active");
    // It can be put down anew after it was taken back, and said at once after all.
    first.changed(&stays.path(), &end(9)).await;
    let now = first.changed(&stays.path(), &service(json!({"cancelled": true}))).await;
    assert_eq!(now["status"], "Cancelled");
    first.pass("P10D").await;
    let fibre = product(first, "Fibre 100").await;
    let (status, made) = first.post("/services/full", &order(2, &fibre, "next@customer.example")).await;
    assert_eq!(status, 201, "{made}");
    first.pass("P1D").await;
    assert_eq!(
        first.found("/services?status=Pending").await["total"],
        2,
        "what was planned ends nobody else's"
    );
});

on_both!(what_a_service_carries_is_changed_and_names_stay_its_own, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let (one, two) = (placed(first, 1).await, placed(first, 2).await);
    let wanted = json!({"isp_reference": "A-1001", "wifi_username": "Nkosi", "wifi_password": "0123456789"});
    let changed = first.changed(&one.path(), &service(wanted.clone())).await;
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{name}");
    }
    assert_eq!(first.found(&one.path()).await, changed);
    let found = first.asked("/services", &[("q", "A-1001")]).await;
    assert_eq!(all(&found, "id"), [one.service.as_str()]);
    let taken = first.put(&two.path(), &service(json!({"wifi_username": "Nkosi"}))).await;
    refused_as(&taken, "service.wifi_username", "is already taken");
    let [own, other] = [first.found(&one.path()).await, first.found(&two.path()).await];
    for name in ["pppoe_username", "wifi_username", "pppoe_password", "wifi_password"] {
        assert_ne!(own[name], other[name], "{name}");
    }
});
