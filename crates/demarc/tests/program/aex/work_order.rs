//! Work orders as the network's people move them: which moves there are, whose they are, what follows from them.

use super::caller::{Caller, MOMENT, form, is_guid, refused, refused_as, text};
use super::network::{Network, Placed, furnish, moved, placed};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every state, and what it may become.
const MOVES: &[(&str, &[&str])] = &[
    ("New Order", &["Assigned", "Scheduled", "On Hold", "Cancelled"]),
    ("Assigned", &["Scheduled", "On Hold", "Cancelled"]),
    ("Scheduled", &["Rescheduled", "Installation In Progress", "On Hold", "Cancelled"]),
    ("Rescheduled", &["Installation In Progress", "On Hold", "Cancelled"]),
    ("Installation In Progress", &["Completed", "Rescheduled", "On Hold", "Cancelled"]),
    ("On Hold", &["Assigned", "Scheduled", "Rescheduled", "Cancelled"]),
    ("Completed", &[]),
    ("Cancelled", &[]),
];

/// Shortcuts and ways back that there are not.
const REFUSED: &[(&str, &[&str])] = &[
    ("New Order", &["Rescheduled", "Installation In Progress", "Completed"]),
    ("Assigned", &["New Order", "Rescheduled", "Installation In Progress", "Completed"]),
    ("Scheduled", &["New Order", "Assigned", "Completed"]),
    ("Rescheduled", &["New Order", "Assigned", "Completed"]),
    ("Installation In Progress", &["New Order", "Assigned"]),
    ("On Hold", &["Completed"]),
    ("Completed", &["New Order", "Scheduled", "Installation In Progress", "On Hold", "Cancelled"]),
    ("Cancelled", &["New Order", "Assigned", "Scheduled", "Completed"]),
];

fn client_status(status: &str) -> &'static str {
    match status {
        "Scheduled" | "Rescheduled" => "Appointment booked",
        "Installation In Progress" => "Installation in progress",
        "Completed" => "Complete",
        "Cancelled" => "Cancelled",
        _ => "Order in progress",
    }
}

/// What has to be said to move into a state.
fn to(status: &str, slot: &Value) -> Value {
    let mut changes = json!({"status": status});
    if matches!(status, "Scheduled" | "Rescheduled") {
        (changes["schedule_date"], changes["schedule_time"]) = (slot["date"].clone(), slot["time"].clone());
    }
    if status == "Assigned" {
        changes["assigned"] = json!("Sipho");
    }
    moved(changes)
}

/// A work order of this house, brought into a state.
async fn brought(network: &Network, house: u32, state: &str) -> Placed {
    let placed = placed(&network.first, house).await;
    let way: &[&str] = match state {
        "New Order" => &[],
        "Rescheduled" => &["Scheduled", "Rescheduled"],
        "Installation In Progress" => &["Scheduled", state],
        "Completed" => &["Scheduled", "Installation In Progress", state],
        _ => &[state],
    };
    for status in way {
        let slot = network.free().await;
        network.operator.changed(&placed.work_path(), &to(status, &slot)).await;
    }
    placed
}

on_both!(every_move_of_the_documented_way_is_allowed_and_no_other, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (people, mut ids, mut house) = (&network.operator, BTreeSet::new(), 0);
    for (from, allowed) in MOVES {
        house += 1;
        let placed = brought(&network, house, from).await;
        let slot = network.free().await;
        let refusals = REFUSED.iter().find(|(state, _)| state == from).unwrap().1;
        for status in refusals {
            let answer = people.put(&placed.work_path(), &to(status, &slot)).await;
            refused(&answer, "work_order.status");
            assert_eq!(people.found(&placed.work_path()).await["status"], *from, "{from} to {status}");
        }
        for status in *allowed {
            house += 1;
            let placed = brought(&network, house, from).await;
            let slot = network.free().await;
            let record = people.changed(&placed.work_path(), &to(status, &slot)).await;
            assert_eq!(
                (&record["status"], &record["client_status"]),
                (&json!(status), &json!(client_status(status)))
            );
            assert_eq!(record["on_hold"], *status == "On Hold", "{from} to {status}");
            assert_eq!(network.first.found(&placed.work_path()).await, {
                // What the provider reads is what the people read, in the same zone.
                record.clone()
            });
            let id = text(&record, "status_id");
            assert!(is_guid(id), "{id}");
            ids.insert((id.to_owned(), (*status).to_owned()));
        }
    }
    assert_eq!(ids.len(), 7, "each state has one GUID: {ids:?}");
});

on_both!(a_work_order_is_moved_by_its_own_networks_people_only, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let placed = placed(&network.first, 1).await;
    let change = moved(json!({"status": "Cancelled"}));
    let forbidden = network.first.put(&placed.work_path(), &change).await;
    assert_eq!(forbidden, (403, json!({"code": 403, "errors": ["Not Authorized"]})));
    house.must(&["org", "create", "Elsewhere", "--kind", "operator"]);
    house.must(&["carrier", "create", "other", "--connector", "own", "--org", "Elsewhere"]);
    let elsewhere = Caller::of(&network.server, &house.must(&["key", "create", "--org", "Elsewhere"]));
    for caller in [&network.second, &elsewhere] {
        let answer = caller.put(&placed.work_path(), &change).await;
        assert_eq!(answer, (404, json!({"code": 404, "errors": ["not found"]})));
    }
    assert_eq!(network.first.found(&placed.work_path()).await["status"], "New Order");
});

on_both!(a_line_goes_into_use_when_its_work_is_completed, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, people) = (&network.first, &network.operator);
    let own = placed(first, 1).await;
    network.book(&own).await;
    assert_eq!(first.found(&own.path()).await["provisioned"], false);
    people.changed(&own.work_path(), &moved(json!({"status": "installation in progress"}))).await;
    let record = first.found(&own.path()).await;
    assert_eq!(
        (&record["status"], &record["provisioned"], &record["completed"]),
        (&json!("Pending"), &json!(true), &json!(false))
    );
    let done =
        people.changed(&own.work_path(), &moved(json!({"status": "Completed", "comment": "Done."}))).await;
    assert_eq!((form(&done["completed_date"]), form(&done["close_date"])), (MOMENT.into(), MOMENT.into()));
    assert_eq!(done["last_comment"], "Done.");
    let record = first.found(&own.path()).await;
    assert_eq!((&record["status"], &record["status_id"]), (&json!("Active"), &json!(3)));
    for flag in ["provisioned", "on_network", "completed"] {
        assert_eq!(
            (&record[flag], form(&record[format!("{flag}_date")])),
            (&json!(true), MOMENT.into()),
            "{flag}"
        );
    }
    refused(&people.put(&own.work_path(), &moved(json!({"status": "Cancelled"}))).await, "work_order.status");
    // The service can still end, and what was done stays done.
    first.changed(&own.path(), &json!({"service": {"cancelled": true}})).await;
    assert_eq!(first.found(&own.work_path()).await["status"], "Completed");
});

on_both!(what_else_is_said_of_a_work_order_moves_it_where_that_follows, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, people) = (&network.first, &network.operator);
    let own = placed(first, 1).await;
    let said = people.changed(&own.work_path(), &moved(json!({"comment": "Call first."}))).await;
    assert_eq!((&said["status"], &said["last_comment"]), (&json!("New Order"), &json!("Call first.")));
    let assigned = people.changed(&own.work_path(), &moved(json!({"assigned": "Sipho"}))).await;
    assert_eq!((&assigned["status"], &assigned["assigned"]), (&json!("Assigned"), &json!("Sipho")));
    let slot = network.free().await;
    let at = json!({"schedule_date": slot["date"], "schedule_time": slot["time"]});
    let scheduled = people.changed(&own.work_path(), &moved(at.clone())).await;
    assert_eq!(scheduled["status"], "Scheduled");
    let day = format!("{} {}:00", text(&slot, "date"), text(&slot, "time"));
    let local: jiff::civil::DateTime = day.parse().unwrap();
    let local = local.in_tz("Africa/Johannesburg").unwrap().timestamp();
    let utc = local.strftime("%Y-%m-%d %H:%M:%S +0000").to_string();
    assert_eq!(scheduled["scheduled_date_time"], utc, "in the reader's zone");
    let held = people.changed(&own.work_path(), &moved(json!({"on_hold": true}))).await;
    assert_eq!((&held["status"], &held["on_hold"]), (&json!("On Hold"), &json!(true)));
    let rests = people.changed(&own.work_path(), &moved(json!({"on_hold": false}))).await;
    assert_eq!(
        (&rests["status"], &rests["schedule_time"]),
        (&json!("Scheduled"), &slot["time"]),
        "as it was before"
    );
    people.changed(&own.work_path(), &moved(json!({"status": "On Hold"}))).await;
    let other = &network.slots().await[20];
    let again = json!({"on_hold": false, "schedule_date": other["date"], "schedule_time": other["time"]});
    let goes_on = people.changed(&own.work_path(), &moved(again)).await;
    assert_eq!((&goes_on["status"], &goes_on["on_hold"]), (&json!("Rescheduled"), &json!(false)));
    for (changes, field) in [
        (json!({"status": "Done"}), "work_order.status"),
        (json!({"schedule_date": "tomorrow"}), "work_order.schedule_date"),
        (json!({"schedule_time": "25:00"}), "work_order.schedule_time"),
        (json!({"comment": 1}), "work_order.comment"),
        (json!({"status": "Cancelled", "on_hold": true}), "work_order.on_hold"),
        (json!({}), "work_order"),
    ] {
        refused(&people.put(&own.work_path(), &moved(changes)).await, field);
    }
    let bare = placed(first, 2).await;
    for (changes, field) in [
        (json!({"status": "Scheduled"}), "work_order.schedule_date"),
        (json!({"status": "Assigned"}), "work_order.assigned"),
        (json!({"schedule_date": slot["date"]}), "work_order.schedule_time"),
        (json!({"schedule_time": "08:00"}), "work_order.schedule_date"),
    ] {
        let answer = people.put(&bare.work_path(), &moved(changes)).await;
        assert_eq!(answer.1["errors"].as_object().map(|own| own.len()), Some(1), "{answer:?}");
        refused(&answer, field);
    }
    assert_eq!(people.found(&bare.work_path()).await["status"], "New Order");
    let past = json!({"schedule_date": "2024-10-18", "schedule_time": "08:00"});
    refused_as(
        &people.put(&bare.work_path(), &moved(past)).await,
        "work_order.schedule_date",
        "must not be in the past",
    );
});
