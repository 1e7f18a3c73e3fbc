//! Who sees what: providers nothing of one another, the network what is on it, a viewer no secrets.

use super::caller::{Caller, all, is_guid, refused_as, text};
use super::network::{Placed, customer, furnish, in_days, moved, order, placed, premise, product, reference};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const NOBODYS: &str = "00000000-0000-4000-8000-000000000000";

/// Every request that names a record of somebody's.
fn requests(placed: &Placed) -> Vec<(Method, String, Option<Value>)> {
    let Placed { customer, service, work_order } = placed;
    let put = |path: String, body: Value| (Method::PUT, path, Some(body));
    let get = |path: String| (Method::GET, path, None);
    vec![
        get(format!("/customers/{customer}")),
        get(format!("/customers/{customer}/services")),
        get(format!("/premises?customer={customer}")),
        get(format!("/services/{service}")),
        get(format!("/services/{service}/full")),
        put(format!("/services/{service}"), json!({"service": {"cancelled": true}})),
        (Method::DELETE, format!("/services/{service}"), None),
        get(format!("/work-orders?service={service}")),
        get(format!("/work-orders/{work_order}")),
        put(format!("/work-orders/{work_order}"), moved(json!({"status": "Cancelled"}))),
        get(format!("/provider-service/customers/{customer}")),
        put(format!("/provider-service/customers/{customer}"), json!({"first_name": "Eve"})),
        get(format!("/provider-service/services/{service}")),
        put(format!("/provider-service/services/{service}"), json!({"isp_reference": "mine"})),
    ]
}

on_both!(anothers_record_is_answered_as_one_that_is_not_there, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, second) = (&network.first, &network.second);
    let own = placed(first, 1).await;
    house.must(&["org", "create", "Elsewhere", "--kind", "operator"]);
    let elsewhere = Caller::of(&network.server, &house.must(&["key", "create", "--org", "Elsewhere"]));
    let nothing = Placed { customer: NOBODYS.into(), service: NOBODYS.into(), work_order: NOBODYS.into() };
    for caller in [second, &elsewhere] {
        for ((method, path, body), (_, unknown, _)) in requests(&own).into_iter().zip(requests(&nothing)) {
            let foreign = caller.ask(method.clone(), &path, body.as_ref()).await;
            let unknown = caller.ask(method.clone(), &unknown, body.as_ref()).await;
            assert_eq!((foreign.status, &foreign.text), (404, &unknown.text), "{method} {path}");
            assert_eq!(foreign.body(), json!({"code": 404, "errors": ["not found"]}), "{method} {path}");
        }
        let at = premise(first, 1).await;
        let lists = [
            "/services",
            "/work-orders",
            "/premises",
            "/service-changes",
            "/customers?q=house1@customer.example",
            &format!("/services?premise={at}"),
            &format!("/services?q={}", own.service),
            "/provider-service/services",
            "/provider-service/customers?emailAddress=house1@customer.example",
        ];
        for path in lists {
            let list = caller.found(path).await;
            assert_eq!((&list["items"], &list["total"]), (&json!([]), &json!(0)), "{path}");
        }
        for path in ["/provider-service/services/snapshot", "/provider-service/work-orders/snapshot"] {
            assert_eq!(caller.found(path).await, json!([]), "{path}");
        }
    }
    let fibre = product(second, "Fibre 100").await;
    for id in [own.customer.as_str(), NOBODYS] {
        let mut wanted = order(2, &fibre, "eve@customer.example");
        wanted["customer"]["id"] = json!(id);
        refused_as(&second.post("/services/full", &wanted).await, "customer.id", "does not exist");
    }
    for id in [own.service.as_str(), NOBODYS] {
        let change = json!({"service_id": id, "product_id": fibre, "effective_date": in_days(1)});
        let answer = second.post("/service-changes", &json!({"service_change": change})).await;
        refused_as(&answer, "service_change.service_id", "does not exist");
    }
    let still = first.found(&own.path()).await;
    assert_eq!((&still["status"], &still["isp_reference"]), (&json!("Pending"), &Value::Null));
});

on_both!(
    a_premise_is_open_to_all_and_says_only_its_own_provider_whose_it_is,
    |mut house: House| async move {
        let network = furnish(&mut house).await;
        let own = placed(&network.first, 1).await;
        let path = format!("/premises/{}", premise(&network.first, 1).await);
        let [mine, theirs] = [network.first.found(&path).await, network.second.found(&path).await];
        assert_eq!(
            (&mine["status"], &theirs["status"]),
            (&json!("Has Existing Service"), &json!("Has Existing Service"))
        );
        assert_eq!((&mine["customer_id"], &theirs["customer_id"]), (&json!(own.customer), &Value::Null));
        assert_eq!(theirs["external_reference"], reference(1));
        assert_eq!(all(&network.first.found("/premises").await, "id"), [text(&mine, "id")]);
        let listed = network.first.found(&format!("/premises?customer={}", own.customer)).await;
        assert_eq!(all(&listed, "id"), [text(&mine, "id")]);
    }
);

on_both!(an_email_address_is_taken_within_one_provider_only, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let new = customer("shared@customer.example");
    assert_eq!(network.first.post("/customers", &new).await.0, 201);
    refused_as(&network.first.post("/customers", &new).await, "email", "is already taken");
    let shouted = customer("SHARED@Customer.example");
    refused_as(&network.first.post("/customers", &shouted).await, "email", "is already taken");
    let newer = json!({"first_name": "A", "last_name": "B", "email": "shared@customer.example", "mobile_number": "1"});
    refused_as(&network.first.newer().post("/customers", &newer).await, "email", "is already taken");
    assert_eq!(network.second.post("/customers", &new).await.0, 201, "what another has is nobody's business");
    let [mine, theirs] = [&network.first, &network.second].map(|caller| caller.clone());
    let [mine, theirs] = [
        mine.found("/customers?q=shared@customer.example").await,
        theirs.found("/customers?q=shared@customer.example").await,
    ];
    assert_eq!((&mine["total"], &theirs["total"]), (&json!(1), &json!(1)));
    assert_ne!(mine["items"][0]["id"], theirs["items"][0]["id"]);
    assert!(is_guid(text(&mine["items"][0], "id")));
});

const SECRETS: [&str; 4] = ["pppoe_username", "pppoe_password", "wifi_username", "wifi_password"];

on_both!(a_viewer_reads_everything_but_secrets_and_changes_nothing, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let own = placed(&network.first, 1).await;
    let key = house.must(&["key", "create", "--org", "First", "--role", "VIEWER"]);
    let viewer = Caller::of(&network.server, &key);
    let shown = [
        viewer.found(&own.path()).await,
        viewer.found("/services").await["items"][0].clone(),
        viewer.found(&format!("/services?q={}", own.service)).await["items"][0].clone(),
        viewer.found(&format!("/customers/{}/services", own.customer)).await["items"][0].clone(),
        viewer.found(&format!("/services/{}/full", own.service)).await["service"].clone(),
    ];
    for record in &shown {
        assert_eq!(record["id"], own.service);
        for secret in SECRETS {
            assert_eq!(record.get(secret), Some(&Value::Null), "{secret}");
        }
    }
    let newer = viewer.newer().found(&own.path()).await;
    assert_eq!(newer["wifi_username"], Value::Null);
    let record = network.first.found(&own.path()).await;
    assert!(SECRETS.iter().all(|secret| record[secret].is_string()), "{record}");
    let fibre = product(&network.first, "Fibre 100").await;
    let wanted = order(2, &fibre, "eve@customer.example");
    let change = json!({"service_id": own.service, "product_id": fibre, "effective_date": in_days(1)});
    for (method, path, body) in [
        (Method::POST, "/services/full".to_owned(), wanted),
        (Method::POST, "/customers".into(), customer("eve@customer.example")),
        (Method::POST, "/service-changes".into(), json!({"service_change": change})),
        (Method::PUT, own.path(), json!({"service": {"cancelled": true}})),
        (Method::DELETE, own.path(), Value::Null),
        (Method::PUT, own.work_path(), moved(json!({"comment": "x"}))),
    ] {
        let answer = viewer.ask(method.clone(), &path, Some(&body)).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
        assert_eq!(answer.body(), json!({"code": 403, "errors": ["Not Authorized"]}));
    }
});

on_both!(the_networks_people_see_what_is_on_it, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (one, two) = (placed(&network.first, 1).await, placed(&network.second, 2).await);
    let people = &network.operator;
    let seen = people.found("/services").await;
    assert_eq!(all(&seen, "id"), [one.service.as_str(), &two.service]);
    assert_eq!(all(&people.found("/work-orders").await, "id"), [one.work_order.as_str(), &two.work_order]);
    assert_eq!(people.found(&one.path()).await["id"], one.service);
    assert_eq!(
        people.found(&format!("/services/{}/full", two.service)).await["work_orders"][0]["id"],
        two.work_order
    );
    let place = people.found(&format!("/premises/{}", premise(people, 1).await)).await;
    assert_eq!(place["status"], "Has Existing Service");
    let own = json!({"service": {"isp_reference": "theirs"}});
    assert_eq!(people.put(&one.path(), &own).await.0, 403, "that is the provider's to say");
    let told = people.newer().found("/work-orders/snapshot").await;
    assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
});
