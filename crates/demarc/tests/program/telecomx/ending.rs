//! An account is given up: not before it is no longer bound, unless its network ends it.

use super::caller::{at, denied, refusal, row, text};
use super::network::{furnish, in_days};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use wire::telecomx::Row;

/// The beginning of the day in Denmark so many months after a moment, and a day before that.
fn bound(from: &Value, months: i64) -> (String, String) {
    let from: jiff::Timestamp = from.as_str().unwrap().parse().unwrap();
    let day = from.in_tz("Europe/Copenhagen").unwrap().date();
    let day = day.checked_add(jiff::Span::new().months(months)).unwrap();
    let write = |day: jiff::civil::Date| {
        let at = day.in_tz("Europe/Copenhagen").unwrap().timestamp();
        at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
    };
    (write(day), write(day.yesterday().unwrap()))
}

fn over() -> (u16, Value) {
    refusal(422, "state", "Account must be ACTIVE")
}

on_both!(an_account_ends_when_its_commitment_is_over, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (reseller, admin) = (&network.over, &network.admin);
    let account = network.in_use(reseller, &network.wanted(), 6).await;
    let path = at(&account);
    let started = reseller.found(&path).await;
    let (end, before) = bound(&started["startDate"], 6);
    for date in [&in_days(1), &before] {
        let early = reseller.delete(&format!("{path}?date={date}")).await;
        assert_eq!(early, row(Row::CommitmentNotHonoured), "{date}");
    }
    assert_eq!(reseller.delete(&format!("{path}?date=soon")).await, refusal(422, "date", "Must be a date"));
    assert_eq!(reseller.found(&path).await, started, "nothing was ended");

    reseller.deleted(&path).await;
    let ending = reseller.found(&path).await;
    assert_eq!((&ending["state"], &ending["terminationDate"]), (&json!("CANCELLED"), &json!(end)));
    assert_eq!(
        reseller.total("/internet/account?up=true&state=CANCELLED").await,
        1,
        "until then it is in use"
    );
    assert_eq!(reseller.delete(&path).await, over());

    // Its network may take that back.
    assert_eq!(reseller.delete(&format!("{path}?cancel=true")).await, denied());
    admin.deleted(&format!("{path}?cancel=true")).await;
    let kept = reseller.found(&path).await;
    assert_eq!((&kept["state"], kept.get("terminationDate")), (&json!("ACTIVE"), None));
    let not_ending = refusal(422, "state", "Account must be CANCELLED");
    assert_eq!(admin.delete(&format!("{path}?cancel=true")).await, not_ending);

    // The day on which it is no longer bound, and then that day comes.
    reseller.deleted(&format!("{path}?date={end}")).await;
    assert_eq!(reseller.found(&path).await["terminationDate"], json!(end));
    admin.pass("P5M").await;
    assert_eq!(reseller.total("/internet/account?up=true").await, 1);
    admin.pass("P1M1D").await;
    reseller.wait("/internet/account?up=false", |list| list["total"] == 1).await;
    let ended = reseller.found(&path).await;
    assert_eq!((&ended["state"], &ended["terminationDate"]), (&json!("CANCELLED"), &json!(end)));
    assert_eq!(admin.delete(&format!("{path}?cancel=true")).await, not_ending, "it is over");
    for again in [path.clone(), format!("{path}?force=true")] {
        assert_eq!(admin.delete(&again).await, over(), "{again}");
    }
});

on_both!(its_network_ends_an_account_at_once, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (reseller, admin) = (&network.over, &network.admin);
    let path = at(&network.in_use(reseller, &network.wanted(), 60).await);
    assert_eq!(reseller.delete(&path).await.0, 200);
    assert_eq!(reseller.delete(&format!("{path}?force=true")).await, denied());
    admin.deleted(&format!("{path}?force=true")).await;
    let ended = reseller.found(&path).await;
    assert!(text(&ended, "terminationDate") < in_days(1).as_str(), "{ended}");
    assert_eq!(reseller.total("/internet/account?up=false").await, 1);
    assert_eq!(admin.delete(&format!("{path}?cancel=true")).await.0, 422, "that is not taken back");

    // Also what is under way.
    let path = at(&network.in_use(reseller, &network.wanted_dsl(), 60).await);
    reseller.done(&format!("{path}/change/request"), &json!({"newProduct": network.faster})).await;
    assert_eq!(reseller.delete(&path).await, row(Row::ChangePending));
    admin.deleted(&format!("{path}?force=true")).await;
    let ended = reseller.found(&path).await;
    assert_eq!((&ended["state"], &ended["changeRequest"]), (&json!("CANCELLED"), &json!({"state": "NONE"})));
});

on_both!(what_is_not_bound_ends_when_one_says_so, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (reseller, admin) = (&network.over, &network.admin);
    // Before it is in use: at once, and it never will be.
    let ordered = at(&network.ordered(reseller, &network.wanted(), 12).await);
    let confirmed = at(&network.ordered(reseller, &network.wanted(), 12).await);
    admin.done(&format!("{confirmed}/confirm"), &json!({"startDate": in_days(3)})).await;
    for path in [&ordered, &confirmed] {
        reseller.deleted(path).await;
        assert_eq!(reseller.found(path).await["state"], "CANCELLED");
        assert_eq!(reseller.delete(path).await, over());
        assert_eq!(admin.post(&format!("{path}/activate"), &json!({})).await, row(Row::NotConfirmed));
        assert_eq!(
            admin.post(&format!("{path}/confirm"), &json!({})).await,
            refusal(422, "state", "Account must be ORDERED")
        );
        assert_eq!(admin.delete(&format!("{path}?cancel=true")).await.0, 422);
    }
    admin.pass("P4D").await;
    // In use without a commitment: at once, or on a day.
    let now = at(&network.in_use(reseller, &network.wanted(), 0).await);
    let later = at(&network.in_use(reseller, &network.wanted(), 0).await);
    let date = in_days(30);
    reseller.deleted(&format!("{later}?date={date}")).await;
    assert_eq!(reseller.found(&later).await["terminationDate"], json!(date));
    reseller.deleted(&now).await;
    reseller.wait("/internet/account?up=true", |list| list["total"] == 1).await;
    assert_eq!(reseller.found(&confirmed).await["state"], "CANCELLED", "its day went by");
    let past = at(&network.in_use(reseller, &network.wanted(), 0).await);
    let refused = reseller.delete(&format!("{past}?date={}", in_days(-2))).await;
    assert_eq!(refused, refusal(422, "date", "Invalid value"));
    admin.pass("P30D").await;
    reseller.wait("/internet/account?up=true", |list| list["total"] == 1).await;
    assert_eq!(reseller.found(&past).await["state"], "ACTIVE");
});
