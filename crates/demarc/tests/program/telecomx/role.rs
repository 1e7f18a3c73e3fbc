//! What each role may do, and which prices it sees.

use super::caller::{at, denied, nowhere, text};
use super::network::{furnish, key, order};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

/// Organization, role, and how many levels of prices it sees: customer, wholesale, cost; none: it reads nothing.
const ROLES: [(&str, &str, usize); 13] = [
    ("Over", "NO_LOGIN", 0),
    ("Over", "PERSONAL", 0),
    ("Over", "VIEWER", 1),
    ("Over", "MANAGER", 1),
    ("Over", "OWNER", 1),
    ("Over", "RESELLER", 2),
    ("Over", "RESELLER_ADMIN", 2),
    ("Over", "ADMIN", 2),
    ("Network", "VIEWER", 1),
    ("Network", "OWNER", 1),
    ("Network", "RESELLER", 2),
    ("Network", "RESELLER_ADMIN", 2),
    ("Network", "ADMIN", 3),
];

/// Which of these prices are there, of customer, wholesale and cost.
#[track_caller]
fn levels(record: &Value, prices: [&str; 3]) -> usize {
    let there = prices.map(|price| record.get(price).is_some_and(Value::is_number));
    let seen = there.iter().take_while(|there| **there).count();
    assert!(there[seen..].iter().all(|there| !there), "{record}");
    seen
}

on_both!(prices_are_shown_from_the_role_on_that_sees_them, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let quoted = network.quoted(&network.under, &network.wanted(), 0).await;
    let account = network.under.made("/internet/account", &order(&quoted)).await;
    let changing = network.in_use(&network.over, &network.wanted_dsl(), 0).await;
    network
        .over
        .done(&format!("{}/change/request", at(&changing)), &json!({"newProduct": network.faster}))
        .await;
    let (request, account) =
        (format!("/internet/request/{}", text(&quoted, "_id")), at(text(&account, "_id")));
    let reads = [
        "/internet/request",
        "/internet/account",
        "/product",
        "/customer/address/lookup?query=Vest",
        "/employee",
    ];
    for (organization, role, seen) in ROLES {
        let caller = network.over.with(&key(&house, organization, role));
        let who = format!("{role} of {organization}");
        if seen == 0 {
            for path in reads.into_iter().chain([request.as_str(), &account]) {
                assert_eq!(caller.get(path).await, denied(), "{who}: {path}");
            }
            continue;
        }
        for path in reads {
            assert_eq!(caller.get(path).await.0, 200, "{who}: {path}");
        }
        let initiation = ["initiationCustomer", "initiationWholesale", "initiationCost"];
        let monthly = ["monthlyCustomer", "monthlyWholesale", "monthlyCost"];
        let requests = caller.found("/internet/request?full=true").await;
        let listed = requests["requests"].as_array().unwrap();
        let listed = listed.iter().find(|one| one["_id"] == quoted["_id"]).unwrap();
        let accounts = caller.found("/internet/account?full=true").await;
        let all = accounts["accounts"].as_array().unwrap();
        for record in [
            &caller.found(&request).await["offers"][0],
            &listed["offers"][0],
            &caller.found(&account).await["fiber"],
            &all[0]["fiber"],
            &all[1]["fiber"],
        ] {
            assert_eq!(
                (levels(record, initiation), levels(record, monthly)),
                (seen, seen),
                "{who}: {record}"
            );
        }
        assert_eq!(levels(&caller.found(&at(&changing)).await["changeRequest"], monthly), seen, "{who}");
        let products = caller.found("/product").await;
        for product in products["products"].as_array().unwrap() {
            assert_eq!(levels(product, ["price", "wholesale", "cost"]), seen, "{who}: {product}");
            if product["type"] == "FIBER" || product["type"] == "DSL" {
                let once = levels(&product["initiation"], ["price", "wholesale", "cost"]);
                assert_eq!(once, seen, "{who}: {product}");
            }
            let own = caller.found(&format!("/product/{}", text(product, "_id"))).await;
            assert_eq!(&own, product, "{who}");
        }
        let table = caller.ask(Method::GET, "/internet/account?csv=true", None).await;
        let table = String::from_utf8(table.content).unwrap();
        assert_eq!(table.lines().count(), 3, "{who}: {table}");
    }
});

on_both!(who_only_looks_changes_nothing, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let quoted = network.quoted(&network.over, &network.wanted(), 0).await;
    let account = at(&network.in_use(&network.over, &network.wanted_dsl(), 0).await);
    let request = format!("/internet/request/{}", text(&quoted, "_id"));
    let before = [network.admin.found(&account).await, network.admin.found(&request).await];
    let attempts = [
        (Method::POST, "/internet/request".to_owned(), network.wanted()),
        (Method::POST, request.clone(), json!({"notes": "x"})),
        (Method::DELETE, request.clone(), Value::Null),
        (Method::POST, "/internet/account".into(), order(&quoted)),
        (Method::POST, format!("{account}/confirm"), json!({})),
        (Method::POST, format!("{account}/activate"), json!({})),
        (Method::POST, format!("{account}/change/request"), json!({"newProduct": network.faster})),
        (Method::POST, format!("{account}/change/confirm"), json!({})),
        (Method::DELETE, format!("{account}/change"), Value::Null),
        (Method::DELETE, account.clone(), Value::Null),
        (Method::DELETE, format!("{account}?force=true"), Value::Null),
        (Method::DELETE, format!("{account}?cancel=true"), Value::Null),
    ];
    // An OWNER orders for a customer; in a reseller's own name a RESELLER does.
    for role in ["VIEWER", "MANAGER", "OWNER"] {
        let caller = network.over.with(&key(&house, "Over", role));
        for (method, path, body) in &attempts {
            let answer = caller.ask(method.clone(), path, Some(body)).await;
            assert_eq!(answer.told(), denied(), "{role}: {method} {path}");
        }
    }
    // What a key is not for, its role does not help with.
    let scoped = house.must(&["key", "create", "--org", "Over", "--scopes", "read"]);
    let scoped = network.over.with(&scoped);
    assert_eq!(scoped.found(&account).await["state"], "ACTIVE");
    assert_eq!(scoped.post("/internet/request", &network.wanted()).await, denied());
    assert_eq!([network.admin.found(&account).await, network.admin.found(&request).await], before);
});

on_both!(a_network_of_others_is_nobodys_to_answer_for, |mut house: House| async move {
    let network = furnish(&mut house).await;
    house.must(&["org", "create", "Elsewhere", "--kind", "operator"]);
    let elsewhere = network.admin.with(&key(&house, "Elsewhere", "ADMIN"));
    let quoted = network.quoted(&network.over, &network.wanted(), 0).await;
    let request = format!("/internet/request/{}", text(&quoted, "_id"));
    assert_eq!(elsewhere.post(&request, &json!({"offers": []})).await, nowhere());
    for list in ["/internet/request", "/internet/account"] {
        assert_eq!(elsewhere.total(list).await, 0, "{list}");
    }
    let mut wanted = network.wanted();
    wanted["reseller"] = json!(network.resellers[0]);
    assert_eq!(elsewhere.post("/internet/request", &wanted).await, denied());
    // What the network's people ask for themselves is the network's own.
    let made = network.admin.made("/internet/request", &network.wanted()).await;
    assert_eq!(network.over.get(&format!("/internet/request/{}", text(&made, "_id"))).await, nowhere());
});
