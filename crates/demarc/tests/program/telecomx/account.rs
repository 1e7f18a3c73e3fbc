//! From a request to a line that is in use.

use super::caller::{all, at, denied, nowhere, refusal, row, text};
use super::network::{furnish, in_days, key, order, user};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use wire::telecomx::Row;

on_both!(a_request_is_answered_ordered_confirmed_and_in_use_on_its_day, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (over, admin) = (&network.over, &network.admin);
    user(&house, "anna@over.example", "Over", "RESELLER", &["--name", "Anna Holm"]);
    let anna = network.signed_in("anna@over.example").await;
    let employee = anna.found("/auth/validateToken").await["employee"].clone();

    // It is made, and waits.
    let mut wanted = network.wanted();
    wanted["notify"] = json!([employee]);
    wanted["reference"] = json!("REQ-1");
    let made = anna.made("/internet/request", &wanted).await;
    let request = format!("/internet/request/{}", text(&made, "_id"));
    assert_eq!((&made["offers"], made.get("answered")), (&json!([]), None));
    assert_eq!(made["createdBy"], employee);
    assert_eq!(
        (
            over.total("/internet/request?state=NEW").await,
            over.total("/internet/request?state=has_offer").await
        ),
        (1, 0)
    );
    let waiting = over.found("/internet/request?filter=req-1").await;
    assert_eq!(waiting["requests"][0]["state"], "NEW");
    assert_eq!(
        over.post("/internet/account", &json!({"request": made["_id"], "offer": "6f6666720000000000000401"}))
            .await,
        row(Row::OfferNotFound)
    );

    // Its network answers; nobody else may.
    let offers = json!({"offers": [network.offer(&network.fiber, 12), network.offer(&network.fiber, 0)]});
    for caller in [&anna, over] {
        assert_eq!(caller.post(&request, &offers).await, denied());
    }
    let answered = admin.made(&request, &offers).await;
    let ids = all(&answered, "offers", "_id");
    assert!(answered["answered"].is_string() && ids.len() == 2, "{answered}");
    for (name, value) in offers["offers"][0].as_object().unwrap() {
        assert_eq!(&answered["offers"][0][name], value, "{name}");
    }
    for (name, value) in made.as_object().unwrap().iter().filter(|(name, _)| *name != "offers") {
        assert_eq!(&answered[name], value, "{name} stays");
    }
    let again =
        json!({"offers": [answered["offers"][1], network.offer(&network.fiber, 24)], "notes": "Ring"});
    let answered = admin.made(&request, &again).await;
    assert_eq!(answered["offers"][0]["_id"], ids[1], "an offer keeps its id");
    assert!(!ids.contains(&text(&answered["offers"][1], "_id").to_owned()), "no id is given twice");
    assert_eq!((&answered["notes"], &answered["reference"]), (&json!("Ring"), &json!("REQ-1")));
    assert_eq!(over.found("/internet/request?state=HAS_OFFER").await["requests"][0]["state"], "HAS_OFFER");

    // It is ordered, once.
    let gone = json!({"request": made["_id"], "offer": ids[0]});
    assert_eq!(anna.post("/internet/account", &gone).await, row(Row::OfferNotFound), "that offer is gone");
    let account = anna.made("/internet/account", &order(&answered)).await;
    let id = text(&account, "_id").to_owned();
    let expected = [
        ("type", json!("FIBER")),
        ("state", json!("ORDERED")),
        ("customer", Value::Null),
        ("reseller", json!(network.resellers[0])),
        ("request", made["_id"].clone()),
        ("offer", answered["offers"][0]["_id"].clone()),
        ("orderedBy", employee.clone()),
        ("address", made["address"].clone()),
        ("product", json!(network.fiber)),
        ("commitment", json!(0)),
        ("reference", json!("REQ-1")),
        ("notes", json!("Ring")),
        ("notify", json!([{"_id": employee, "name": "Anna Holm"}])),
        ("changeRequest", json!({"state": "NONE"})),
        ("documents", json!([])),
    ];
    for (name, value) in &expected {
        assert_eq!(&account[name], value, "{name}");
    }
    assert_eq!(anna.found(&at(&id)).await, account);
    assert_eq!(anna.post("/internet/account", &order(&answered)).await, row(Row::RequestOrdered));
    assert_eq!(admin.post(&request, &offers).await, row(Row::RequestState));
    assert_eq!(anna.delete(&request).await, row(Row::RequestState));

    // It is confirmed, once, and not in use before its day.
    assert_eq!(admin.post(&format!("{}/activate", at(&id)), &json!({})).await, row(Row::NotConfirmed));
    let confirm = format!("{}/confirm", at(&id));
    let mut said = json!({"startDate": in_days(5), "circuit": "EB123456", "installTime": "12_TO_16", "name": "Head office",
        "installCallNumber": "71919999", "installCallName": "Donald", "notes": "Left door",
        "notify": [{"_id": employee, "email": true, "sms": false}],
        "net": {"ipAddress": "192.0.2.10", "subnet": "255.255.255.252", "gateway": "192.0.2.9", "failover": true,
            "failoverNumber": "71919998"},
        "fiber": {"initiationCustomer": 2900, "monthlyCustomer": 690}, "provider": {"orderId": "P-7"}});
    assert_eq!(anna.post(&confirm, &said).await, denied(), "a RESELLER only orders");
    over.done(&confirm, &said).await;
    assert_eq!(over.post(&confirm, &said).await, refusal(422, "state", "Account must be ORDERED"));
    let confirmed = admin.found(&at(&id)).await;
    assert_eq!(confirmed["state"], "CONFIRMED");
    said["notify"] = json!([{"_id": employee, "name": "Anna Holm"}]);
    let provider = said["provider"].as_object_mut().unwrap();
    provider.insert("name".to_owned(), json!("Net"));
    for name in [
        "startDate",
        "circuit",
        "installTime",
        "name",
        "installCallNumber",
        "notes",
        "notify",
        "net",
        "provider",
    ] {
        assert_eq!(confirmed[name], said[name], "{name}");
    }
    let prices = ["initiationCost", "initiationCustomer", "monthlyWholesale", "monthlyCustomer"];
    assert_eq!(
        prices.map(|price| confirmed["fiber"][price].as_f64().unwrap()),
        [1000.0, 2900.0, 600.0, 690.0]
    );
    admin.pass("P4D").await;
    for (query, total) in [("up=true", 0), ("up=false", 1), ("state=CONFIRMED", 1), ("state=ACTIVE", 0)] {
        assert_eq!(over.total(&format!("/internet/account?{query}")).await, total, "{query}");
    }
    admin.pass("P1DT1H").await;
    let active = admin.becomes(&id, "ACTIVE").await;
    assert!(text(&active, "startDate") >= text(&said, "startDate"), "when it went into use: {active}");
    for (query, total) in
        [("up=true", 1), ("up=false", 0), ("state=active", 1), ("filter=eb123456", 1), ("filter=zzz", 0)]
    {
        assert_eq!(over.total(&format!("/internet/account?{query}")).await, total, "{query}");
    }
    let table = over.ask(reqwest::Method::GET, "/internet/account?csv=true", None).await;
    let table = String::from_utf8(table.content).unwrap();
    assert!(
        table.lines().nth(1).is_some_and(|line| line.starts_with(&format!("{id},FIBER,ACTIVE,"))),
        "{table}"
    );
    assert_eq!(over.post(&confirm, &json!({})).await, refusal(422, "state", "Account must be ORDERED"));
    assert_eq!(admin.post(&format!("{}/activate", at(&id)), &json!({})).await, row(Row::NotConfirmed));
});

on_both!(an_offer_can_be_ordered_for_thirty_days, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let mut quoted = Vec::new();
    for _ in 0..3 {
        quoted.push(network.quoted(over, &network.wanted(), 0).await);
    }
    network.admin.pass("P29DT23H").await;
    over.made("/internet/account", &order(&quoted[0])).await;
    network.admin.pass("PT2H").await;
    for stale in &quoted[1..] {
        assert_eq!(over.post("/internet/account", &order(stale)).await, row(Row::OfferExpired));
    }
    assert_eq!(over.total("/internet/account").await, 1);
    // Answered anew, it is good again.
    let path = format!("/internet/request/{}", text(&quoted[1], "_id"));
    let fresh = network.admin.made(&path, &json!({"offers": quoted[1]["offers"]})).await;
    assert_ne!(fresh["answered"], quoted[1]["answered"]);
    over.made("/internet/account", &order(&fresh)).await;
    // What the order does not name is told by its field.
    let nothing = json!("727173740000000000999999");
    let other = &fresh["offers"][0]["_id"];
    for (body, expected) in [
        (json!({}), Row::RequestNotFound),
        (json!({"request": nothing, "offer": other}), Row::RequestNotFound),
        (json!({"request": quoted[2]["_id"]}), Row::OfferNotFound),
        (json!({"request": quoted[2]["_id"], "offer": other}), Row::OfferNotFound),
        (json!({"request": fresh["_id"], "offer": other}), Row::RequestOrdered),
    ] {
        assert_eq!(over.post("/internet/account", &body).await, row(expected), "{body}");
    }
    // Without an offer a request waits again.
    let path = format!("/internet/request/{}", text(&quoted[2], "_id"));
    let empty = network.admin.made(&path, &json!({"offers": []})).await;
    assert_eq!((&empty["offers"], empty.get("answered")), (&json!([]), None));
    assert_eq!(over.post("/internet/account", &order(&quoted[2])).await, row(Row::OfferNotFound));
    over.deleted(&path).await;
    assert_eq!(over.post("/internet/account", &order(&quoted[2])).await, row(Row::RequestNotFound));
});

on_both!(what_is_confirmed_has_rules_of_its_own, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let account = network.ordered(over, &network.wanted(), 0).await;
    let before = network.admin.found(&at(&account)).await;
    let confirm = format!("{}/confirm", at(&account));
    let price = refusal(422, "fiber.monthlyCustomer", "Must be between 0 and 500000");
    for (body, expected) in [
        (json!({"startDate": "soon"}), refusal(422, "startDate", "Invalid value")),
        (json!({"installTime": "8_TO_16"}), row(Row::InstallTimeNotPermitted)),
        (json!({"name": ""}), row(Row::AccountName)),
        (json!({"name": "x".repeat(101)}), row(Row::AccountName)),
        (json!({"notify": [{"_id": "nobody"}]}), row(Row::RecipientNotFound)),
        (json!({"notify": ["nobody"]}), row(Row::RecipientNotFound)),
        (json!({"net": {"ipAddress": "192.0.2.256"}}), refusal(422, "net.ipAddress", "Invalid value")),
        (json!({"net": "192.0.2.1"}), refusal(422, "net.ipAddress", "Invalid value")),
        (json!({"fiber": {"monthlyCustomer": 500_001}}), price.clone()),
        (json!({"fiber": {"monthlyCustomer": "cheap"}}), price),
        // What a reseller pays is its network's to say.
        (json!({"fiber": {"monthlyCost": 1}}), denied()),
        (json!({"fiber": {"monthlyWholesale": 1}}), denied()),
    ] {
        assert_eq!(over.post(&confirm, &body).await, expected, "{body}");
    }
    assert_eq!(network.admin.found(&at(&account)).await, before, "nothing was confirmed");
    network.admin.done(&confirm, &json!({"fiber": {"monthlyCost": 1}})).await;
    assert_eq!(network.admin.becomes(&account, "ACTIVE").await["fiber"]["monthlyCost"], 1);
    for nothing in ["nothing", "616363740000000000999999"] {
        let path = format!("{}/confirm", at(nothing));
        assert_eq!(network.admin.post(&path, &json!({})).await, nowhere(), "{nothing}");
    }
});

on_both!(an_ip_address_is_of_one_line_at_a_time, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let admin = &network.admin;
    let mut accounts = Vec::new();
    for caller in [&network.over, &network.under, &network.beside] {
        accounts.push(network.ordered(caller, &network.wanted(), 0).await);
    }
    let confirm = |account: &str| format!("{}/confirm", at(account));
    let said = |address: &str| json!({"net": {"ipAddress": address}});
    network.over.done(&confirm(&accounts[0]), &said("2001:db8::1")).await;
    admin.becomes(&accounts[0], "ACTIVE").await;
    for address in ["2001:db8::1", "2001:DB8:0:0:0:0:0:1"] {
        for (caller, account) in [(&network.under, &accounts[1]), (&network.beside, &accounts[2])] {
            let taken = caller.post(&confirm(account), &said(address)).await;
            assert_eq!(taken, row(Row::IpAddressInUse), "{address}");
            assert_eq!(caller.found(&at(account)).await["state"], "ORDERED");
        }
    }
    // It is free again when that line is over.
    network.over.deleted(&at(&accounts[0])).await;
    let path = "/internet/account?up=false&state=CANCELLED";
    network.over.wait(path, |list| list["total"] == 1).await;
    let free = crate::support::until(std::time::Duration::from_secs(30), || async {
        let answer = admin.post(&confirm(&accounts[1]), &said("2001:DB8::1")).await;
        (answer.0 == 200).then_some(())
    });
    assert!(free.await.is_some(), "the address is still taken");
    assert_eq!(admin.found(&at(&accounts[1])).await["net"]["ipAddress"], "2001:db8::1");
    // Who confirms at the same moment gets it once.
    let other = network.ordered(&network.over, &network.wanted(), 0).await;
    let both = [&accounts[2], &other].map(|account| {
        let (admin, path) = (admin.clone(), confirm(account));
        tokio::spawn(async move { admin.post(&path, &said("192.0.2.1")).await })
    });
    let mut answers = Vec::new();
    for one in both {
        answers.push(one.await.unwrap());
    }
    answers.sort_by_key(|answer| answer.0);
    assert_eq!((answers[0].0, &answers[1]), (200, &row(Row::IpAddressInUse)), "{answers:?}");
});

on_both!(what_is_confirmed_may_go_into_use_before_its_day, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let account = network.ordered(&network.over, &network.wanted(), 0).await;
    network.over.done(&format!("{}/confirm", at(&account)), &json!({"startDate": in_days(90)})).await;
    let activate = format!("{}/activate", at(&account));
    for caller in [&network.over, &network.over.with(&key(&house, "Network", "RESELLER_ADMIN"))] {
        assert_eq!(caller.post(&activate, &json!({})).await, denied(), "that is ADMIN's to do");
    }
    network.admin.done(&activate, &json!({})).await;
    let active = network.over.found(&at(&account)).await;
    assert_eq!(active["state"], "ACTIVE");
    assert!(text(&active, "startDate") < in_days(1).as_str(), "{active}");
    assert_eq!(network.admin.post(&activate, &json!({})).await, row(Row::NotConfirmed));
});
