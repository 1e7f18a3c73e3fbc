//! Appointments: which there are, and that each is given back when it is no longer needed.

use super::caller::{form, members, refused, refused_as, text};
use super::network::{CAPACITY, Network, furnish, in_days, moved, order, placed, product};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

fn at(slot: &Value) -> Value {
    moved(json!({"schedule_date": slot["date"], "schedule_time": slot["time"]}))
}

/// How often an appointment can still be given.
async fn free(network: &Network, slot: &Value) -> u64 {
    let slots = network.slots().await;
    let own = slots.iter().find(|own| (&own["date"], &own["time"]) == (&slot["date"], &slot["time"]));
    own.unwrap_or_else(|| panic!("{slot} is not listed"))["free"].as_u64().unwrap()
}

on_both!(the_calendar_lists_its_times_of_an_area_from_a_day_on, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let slots = network.slots().await;
    // Those of today that are over are not there any more.
    assert!((29 * 3..=30 * 3).contains(&slots.len()), "{}", slots.len());
    for slot in &slots {
        assert_eq!(members(slot), ["date", "time", "capacity", "free"].into());
        assert_eq!((form(&slot["date"]).as_str(), form(&slot["time"]).as_str()), ("0000-00-00", "00:00"));
        assert_eq!((&slot["capacity"], &slot["free"]), (&json!(CAPACITY), &json!(CAPACITY)));
    }
    let times: Vec<&str> = slots[slots.len() - 3..].iter().map(|slot| text(slot, "time")).collect();
    assert_eq!(times, ["08:00", "10:00", "13:00"]);
    let from = &in_days(40)[..10];
    let later = network.first.found(&format!("/work-orders/slots?from={from}")).await;
    assert_eq!(later["items"][0]["date"], *from, "the calendar of what lies in no area");
    for (query, status) in [
        ("area=00000000-0000-4000-8000-000000000000", 404),
        ("area=here", 400),
        ("from=tomorrow", 400),
        ("from=2024-02-30", 400),
    ] {
        assert_eq!(network.first.get(&format!("/work-orders/slots?{query}")).await.0, status, "{query}");
    }
});

on_both!(an_appointment_is_given_back_when_it_is_moved_or_called_off, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, people) = (&network.first, &network.operator);
    let [one, two, three] = [placed(first, 1).await, placed(first, 2).await, placed(first, 3).await];
    let slots = network.slots().await;
    let [early, late] = [&slots[9], &slots[10]];
    for own in [&one, &two] {
        people.changed(&own.work_path(), &at(early)).await;
    }
    assert_eq!(free(&network, early).await, 0);
    refused_as(
        &people.put(&three.work_path(), &at(early)).await,
        "work_order.schedule_time",
        "is fully booked",
    );
    assert_eq!(people.found(&three.work_path()).await["status"], "New Order");
    // To ask for the same again takes no second place.
    people.changed(&two.work_path(), &at(early)).await;

    let rebooked = people.changed(&one.work_path(), &at(late)).await;
    assert_eq!((&rebooked["status"], &rebooked["schedule_time"]), (&json!("Rescheduled"), &late["time"]));
    assert_eq!((free(&network, early).await, free(&network, late).await), (1, 1));
    // Who asks for a time that is full keeps the one there is.
    people.changed(&three.work_path(), &at(early)).await;
    refused(&people.put(&one.work_path(), &at(early)).await, "work_order.schedule_time");
    let kept = people.found(&one.work_path()).await;
    assert_eq!((&kept["schedule_date"], &kept["schedule_time"]), (&late["date"], &late["time"]));

    let cancelled = people.changed(&two.work_path(), &moved(json!({"status": "Cancelled"}))).await;
    assert_eq!((&cancelled["schedule_date"], &cancelled["schedule_time"]), (&Value::Null, &Value::Null));
    assert_eq!(free(&network, early).await, 1);
    let ended = first.found(&two.path()).await;
    assert_eq!(
        (&ended["status"], &ended["cancellation_reason"]),
        (&json!("Cancelled"), &json!("the work order was cancelled"))
    );
    let fibre = product(first, "Fibre 100").await;
    let (status, made) = first.post("/services/full", &order(2, &fibre, "again@customer.example")).await;
    assert_eq!(status, 201, "{made}");

    // Work that is done before its time needs it no longer.
    for status in ["Installation In Progress", "Completed"] {
        people.changed(&one.work_path(), &moved(json!({"status": status}))).await;
    }
    assert_eq!(free(&network, late).await, u64::try_from(CAPACITY).unwrap());

    // The other way round: who cancels the service calls off the work.
    first.changed(&three.path(), &json!({"service": {"cancelled": true}})).await;
    let off = people.found(&three.work_path()).await;
    assert_eq!((&off["status"], &off["client_status"]), (&json!("Cancelled"), &json!("Cancelled")));
    assert_eq!(off["last_comment"], "The service was cancelled.");
    assert_eq!(free(&network, early).await, u64::try_from(CAPACITY).unwrap());
});

on_both!(a_time_that_the_calendar_has_not_is_no_appointment, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let own = placed(&network.first, 1).await;
    let date = &in_days(3)[..10];
    for (date, time, field) in [
        (date, "09:00", "work_order.schedule_time"),
        (&in_days(-3)[..10], "08:00", "work_order.schedule_date"),
    ] {
        let asked = moved(json!({"schedule_date": date, "schedule_time": time}));
        refused(&network.operator.put(&own.work_path(), &asked).await, field);
    }
    let record = network.operator.found(&own.work_path()).await;
    assert_eq!((&record["status"], &record["schedule_date"]), (&json!("New Order"), &Value::Null));
});
