//! Another product for a service: on its day the new service takes the place of the old one.

use super::caller::{Caller, MOMENT, all, form, members, refused, refused_as, text};
use super::network::{FEW, Placed, furnish, in_days, moved, order, placed, premise, product};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

fn wanted(service: &str, product: &str, when: &str) -> Value {
    let change =
        json!({"service_id": service, "product_id": product, "effective_date": when, "direction": null});
    json!({"service_change": change, "modified_by": "somebody"})
}

/// Puts down a change; the new service.
async fn planned(caller: &Caller, own: &Placed, product: &str, days: i64) -> Placed {
    let (status, made) =
        caller.post("/service-changes", &wanted(&own.service, product, &in_days(days))).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(members(&made), ["customer", "premise", "service", "payment_attribute"].into());
    assert_eq!(made["customer"], json!({"id": own.customer}));
    assert_eq!(made["payment_attribute"], json!({"id": null}));
    let service = text(&made["service"], "id").to_owned();
    assert_ne!(service, own.service);
    assert_eq!(made["premise"], json!({"id": caller.found(&own.path()).await["premise_id"]}));
    Placed { service, ..own.clone() }
}

on_both!(on_its_day_another_service_takes_the_place_of_the_old_one, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, second) = (&network.first, &network.second);
    let own = network.installed(first, 1).await;
    let fast = product(first, "Fibre 1000").await;
    let kept = json!({"isp_reference": "A-1001", "wifi_username": "Nkosi", "wifi_password": "0123456789"});
    first.changed(&own.path(), &json!({"service": kept})).await;
    let next = planned(first, &own, &fast, 3).await;
    let [old, new] = [first.found(&own.path()).await, first.found(&next.path()).await];
    assert_eq!((&old["status"], &new["status"]), (&json!("Active"), &json!("Pending")));
    assert_eq!((&new["product_id"], &new["premise_id"]), (&json!(fast), &old["premise_id"]));
    assert_eq!((form(&new["start_date"]), &old["expiry_date"]), (MOMENT.into(), &new["start_date"]));
    for (name, value) in kept.as_object().unwrap() {
        assert_eq!(&new[name], value, "{name}: the customer's equipment stays as it is");
    }
    assert_ne!(new["pppoe_username"], old["pppoe_username"]);
    let listed = first.found("/service-changes").await;
    let change = &listed["items"][0];
    assert_eq!(
        (&listed["total"], &change["service_id"], &change["new_service_id"]),
        (&json!(1), &json!(own.service), &json!(next.service))
    );
    assert_eq!(
        (&change["product_id"], &change["direction"], &change["status"]),
        (&json!(fast), &Value::Null, &json!("Pending"))
    );
    assert_eq!(change["effective_date"], new["start_date"]);
    let again = first.post("/service-changes", &wanted(&own.service, &fast, &in_days(5))).await;
    refused(&again, "service_change.service_id");
    assert_eq!(first.found("/services").await["total"], 2, "a change that is refused leaves no service");
    first.pass("P2D").await;
    assert_eq!(first.found(&own.path()).await["status"], "Active");

    // While the day comes somebody tries all the time to get in between.
    let fibre = product(second, "Fibre 100").await;
    let attempt = order(1, &fibre, "eve@customer.example");
    let (over, mut ends) = tokio::sync::oneshot::channel::<()>();
    let tries = tokio::spawn({
        let (second, attempt) = (second.clone(), attempt.clone());
        async move {
            let mut answers = Vec::new();
            while ends.try_recv().is_err() {
                answers.push(second.post("/services/full", &attempt).await);
            }
            answers
        }
    });
    first.pass("P1DT1H").await;
    first.wait(&next.path(), "Active").await;
    over.send(()).unwrap();
    let answers = tries.await.unwrap();
    assert!(!answers.is_empty());
    for answer in answers {
        refused_as(&answer, "premise.external_reference", "already has an active service");
    }
    let [old, new] = [first.found(&own.path()).await, first.found(&next.path()).await];
    assert_eq!(
        (&old["status"], &old["cancelled"], &old["on_network"]),
        (&json!("Cancelled"), &json!(true), &json!(false))
    );
    assert_eq!(
        (&new["completed"], &new["on_network"], &new["cancelled"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert_eq!(old["cancelled_date"], new["on_network_date"], "one moment");
    assert_eq!(first.found("/service-changes").await["items"][0]["status"], "Completed");
    let there = first.found(&format!("/premises/{}", premise(first, 1).await)).await;
    assert_eq!(
        (&there["status"], &there["customer_id"]),
        (&json!("Has Existing Service"), &json!(own.customer))
    );
    // The place is the new one's, and free when that ends.
    first.changed(&next.path(), &json!({"service": {"cancelled": true}})).await;
    let (status, made) = second.post("/services/full", &attempt).await;
    assert_eq!(status, 201, "{made}");
});

on_both!(a_change_is_refused_by_its_field, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let [fibre, fast, radio] = [
        product(first, "Fibre 100").await,
        product(first, "Fibre 1000").await,
        product(first, "Radio 50").await,
    ];
    let (own, pending) = (network.installed(first, 1).await, placed(first, 2).await);
    let few = placed(first, FEW).await;
    let at = json!({"status": "Scheduled", "schedule_date": in_days(5)[..10], "schedule_time": "08:00"});
    for changes in [at, json!({"status": "Installation In Progress"}), json!({"status": "Completed"})] {
        network.operator.changed(&few.work_path(), &moved(changes)).await;
    }
    let foreign = product(&network.second, "Fibre 1000").await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let (service, product, date) =
        ("service_change.service_id", "service_change.product_id", "service_change.effective_date");
    for (id, to, when, field) in [
        (pending.service.as_str(), fast.as_str(), in_days(1), service),
        (unknown, &fast, in_days(1), service),
        (&own.service, unknown, in_days(1), product),
        (&own.service, &foreign, in_days(1), product),
        (&own.service, &fibre, in_days(1), product),
        (&own.service, &radio, in_days(1), product),
        (&few.service, &fast, in_days(1), product),
        (&own.service, &fast, in_days(-2), date),
        (&own.service, &fast, in_days(3_000), date),
    ] {
        refused(&first.post("/service-changes", &wanted(id, to, &when)).await, field);
    }
    first.changed(&own.path(), &json!({"service": {"cancelled": true}})).await;
    refused(&first.post("/service-changes", &wanted(&own.service, &fast, &in_days(1))).await, service);
    assert_eq!(first.found("/service-changes").await["total"], 0);
    assert_eq!(first.found("/services").await["total"], 3);
});

on_both!(a_change_is_withdrawn_when_its_service_ends_before, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = network.installed(first, 1).await;
    let next = planned(first, &own, &product(first, "Fibre 1000").await, 3).await;
    first
        .changed(&own.path(), &json!({"service": {"cancelled": true, "cancellation_reason": "Moved"}}))
        .await;
    assert_eq!(first.found(&next.path()).await["status"], "Cancelled", "what was to come does not");
    assert_eq!(first.found("/service-changes").await["items"][0]["status"], "Cancelled");
    let other = network.installed(&network.second, 1).await;
    first.pass("P4D").await;
    first.pass("PT1H").await;
    assert_eq!(network.second.found(&other.path()).await["status"], "Active");
    let listed = first.found("/services").await;
    assert!(all(&listed, "status").iter().all(|status| *status == "Cancelled"), "{listed}");
});

on_both!(a_change_is_taken_back_by_cancelling_the_service_that_is_to_come, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = network.installed(first, 1).await;
    let fast = product(first, "Fibre 1000").await;
    let next = planned(first, &own, &fast, 3).await;
    let end = json!({"service": {"cancelled": true, "cancelled_date": in_days(5)}});
    refused(&first.put(&own.path(), &end).await, "service.cancelled_date");
    first.changed(&next.path(), &json!({"service": {"cancelled": true}})).await;
    let stays = first.found(&own.path()).await;
    assert_eq!((&stays["status"], &stays["expiry_date"]), (&json!("Active"), &Value::Null));
    assert_eq!(first.found("/service-changes").await["items"][0]["status"], "Cancelled");
    let again = planned(first, &own, &fast, 2).await;
    first.pass("P2DT1H").await;
    first.wait(&again.path(), "Active").await;
    assert_eq!(first.found(&next.path()).await["status"], "Cancelled");
    assert_eq!(first.found("/services?status=Active").await["total"], 1);
});

on_both!(a_change_of_a_service_that_rests_leaves_it_at_rest, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = network.installed(first, 1).await;
    let next = planned(first, &own, &product(first, "Fibre 1000").await, 2).await;
    first.changed(&own.path(), &json!({"service": {"suspended": true}})).await;
    first.pass("P2DT1H").await;
    let rests = first.wait(&next.path(), "Suspended").await;
    assert_eq!(rests["on_network"], false);
    assert_eq!(first.found(&own.path()).await["status"], "Cancelled");
    assert_eq!(
        first.changed(&next.path(), &json!({"service": {"suspended": false}})).await["status"],
        "Active"
    );
});
