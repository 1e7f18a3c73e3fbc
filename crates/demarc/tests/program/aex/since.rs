//! `updated_after`, and dates in the zone of whoever reads them.

use super::caller::{Caller, all, form, text};
use super::network::{furnish, in_days, placed, premise, product};
use crate::on_both;
use crate::support::House;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn moment(record: &Value, name: &str) -> Timestamp {
    Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text(record, name)).unwrap()
}

/// The same moment in every form that is read, as a reader in this zone writes it.
fn forms(at: Timestamp, zone: &str) -> Vec<String> {
    let local = at.to_zoned(TimeZone::get(zone).unwrap());
    let utc = at.to_zoned(TimeZone::UTC);
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%:z"]
        .map(|form| local.strftime(form).to_string())
        .into_iter()
        .chain([
            utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            utc.strftime("%Y-%m-%d %H:%M:%S +0000").to_string(),
        ])
        .collect()
}

async fn listed(caller: &Caller, path: &str, after: &str) -> Vec<String> {
    let list = caller.asked(path, &[("updated_after", after)]).await;
    all(&list, "id").into_iter().map(ToOwned::to_owned).collect()
}

on_both!(what_changed_after_a_moment_is_listed_in_either_form, |mut house: House| async move {
    const ZONE: &str = "America/St_Johns";
    let network = {
        let network = furnish(&mut house).await;
        house.must(&["org", "zone", "First", ZONE]);
        network
    };
    let key = house.must(&["key", "create", "--org", "First"]);
    let first = &Caller::of(&network.server, &key);
    let own = network.installed(first, 1).await;
    let change = json!({"service_id": own.service, "product_id": product(first, "Fibre 1000").await,
        "effective_date": in_days(3)});
    assert_eq!(first.post("/service-changes", &json!({"service_change": change})).await.0, 201);
    first.pass("PT2H").await;
    let later = placed(first, 2).await;
    let record = first.found(&later.path()).await;
    let at = moment(&record, "updated_at");
    let (second, hour) = (SignedDuration::from_secs(1), SignedDuration::from_hours(1));
    for (path, own) in [("/services", &later.service), ("/work-orders", &later.work_order)] {
        for form in forms(at - hour, ZONE) {
            assert_eq!(listed(first, path, &form).await, [own.as_str()], "{path} {form}");
        }
        for form in forms(at + second, ZONE) {
            assert_eq!(listed(first, path, &form).await, Vec::<String>::new(), "{path} {form}");
        }
    }
    let at_two = premise(first, 2).await;
    for form in forms(at - hour, ZONE) {
        assert_eq!(listed(first, "/premises", &form).await, [at_two.as_str()], "{form}");
        assert_eq!(listed(first, "/service-changes", &form).await, Vec::<String>::new(), "{form}");
    }
    for path in ["/services", "/work-orders", "/premises", "/service-changes"] {
        let whole = listed(first, path, "2024-10-17 13:42:49").await;
        assert_eq!(
            whole.len(),
            if path == "/services" {
                3
            } else if path == "/service-changes" {
                1
            } else {
                2
            },
            "{path}"
        );
    }
    // A day is its beginning.
    let today = at.to_zoned(TimeZone::get(ZONE).unwrap()).strftime("%Y-%m-%d").to_string();
    assert!(listed(first, "/services", &today).await.contains(&later.service));
    // Pages of what changed, without gaps.
    let mut pages = Vec::new();
    for page in ["1", "2", "3"] {
        let query = [("updated_after", "2024-10-17"), ("count", "1"), ("page", page)];
        let list = first.asked("/services", &query).await;
        assert_eq!((&list["count"], &list["total"]), (&json!(1), &json!(3)));
        pages.extend(all(&list, "id").into_iter().map(ToOwned::to_owned));
    }
    assert_eq!(pages, listed(first, "/services", "2024-10-17").await);
});

on_both!(dates_are_shown_in_the_zone_of_the_organization, |mut house: House| async move {
    let network = furnish(&mut house).await;
    for (name, zone) in [("First", "Africa/Johannesburg"), ("Network", "Asia/Kathmandu")] {
        house.must(&["org", "zone", name, zone]);
    }
    let [first, people] = ["First", "Network"]
        .map(|name| Caller::of(&network.server, &house.must(&["key", "create", "--org", name])));
    let own = placed(&first, 1).await;
    let [here, there] = [first.found(&own.path()).await, people.found(&own.path()).await];
    assert!(text(&here, "created_at").ends_with(" +0200"), "{here}");
    assert!(text(&there, "created_at").ends_with(" +0545"), "{there}");
    assert_eq!(moment(&here, "created_at"), moment(&there, "created_at"));
    let [here, there] = [first.found(&own.work_path()).await, people.found(&own.work_path()).await];
    assert_eq!(moment(&here, "start_date"), moment(&there, "start_date"));
    assert!(text(&here, "start_date").ends_with(" +0200") && text(&there, "start_date").ends_with(" +0545"));
    let listed = first.asked("/predefined-premises", &[("q", "7 Acacia Street Randfontein")]).await;
    assert!(text(&listed["items"][0], "created_at").ends_with("+02:00"), "{listed}");
    assert_eq!(form(&listed["items"][0]["updated_at"]), "0000-00-00T00:00:00+00:00");
    let newer = first.newer().found(&own.path()).await;
    assert!(text(&newer, "created_at").ends_with('Z'), "{newer}");
    // The day of a date without a time is the reader's: it ends when that begins.
    let tomorrow = (Timestamp::now() + SignedDuration::from_hours(48))
        .to_zoned(TimeZone::get("Asia/Kathmandu").unwrap());
    let day = tomorrow.strftime("%Y-%m-%d").to_string();
    assert_eq!(house.run(&["org", "zone", "First", "Mars/Olympus"]).status.code(), Some(2));
    let end = json!({"service": {"cancelled": true, "cancelled_date": day}});
    assert_eq!(people.put(&own.path(), &end).await.0, 200);
    assert_eq!(first.found(&own.path()).await["cancelled"], false);
});
