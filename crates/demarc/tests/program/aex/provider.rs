//! The newer generation, the Provider Service: customers, places and services, over the records of the older one.

use super::caller::{PROVIDER, all, form, is_guid, members, refused, refused_as, text};
use super::network::{
    CROWDED, FULL, MEADOW, OUTSIDE, furnish, order, placed, position, premise, product, reference,
};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const UTC: &str = "0000-00-00T00:00:00Z";

fn new(email: &str) -> Value {
    json!({"first_name": "Thandi", "last_name": "Nkosi", "email": email, "mobile_number": "+27821234567",
        "isp_opt_in": "2024-10-17T11:42:49Z"})
}

on_both!(customers_are_made_found_and_changed, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = network.first.newer();
    let made = first.ask(Method::POST, "/customers", Some(&new("thandi@customer.example"))).await;
    assert_eq!((made.status, made.text.as_str()), (201, ""));
    let id = made.header("location").strip_prefix(&format!("{PROVIDER}/customers/")).unwrap();
    assert!(is_guid(id), "{id}");
    let record = first.found(made.header("location")).await;
    let names = [
        "id",
        "first_name",
        "last_name",
        "email",
        "mobile_number",
        "fno_opt_in",
        "isp_opt_in",
        "created_at",
        "updated_at",
    ];
    assert_eq!(members(&record), names.into());
    assert_eq!(
        (&record["fno_opt_in"], &record["isp_opt_in"]),
        (&Value::Null, &json!("2024-10-17T11:42:49Z"))
    );
    assert_eq!(form(&record["created_at"]), UTC);
    refused_as(&first.post("/customers", &new("THANDI@customer.example")).await, "email", "is already taken");

    let found = first.found("/customers?emailAddress=Thandi@customer.example").await;
    assert_eq!(found, json!({"items": [record], "page": 1, "page_size": 10, "total": 1}));
    let page = first.found("/customers?emailAddress=thandi@customer.example&page=2&page_size=5").await;
    assert_eq!(page, json!({"items": [], "page": 2, "page_size": 5, "total": 1}));

    let change = json!({"mobile_number": "1", "email": "t@customer.example"});
    let changed = first.changed(&format!("/customers/{id}"), &change).await;
    assert_eq!((&changed["mobile_number"], &changed["email"]), (&json!("1"), &json!("t@customer.example")));
    assert_eq!(changed["first_name"], "Thandi", "what is not said stays");
    assert_eq!(first.found(&format!("/customers/{id}")).await, changed);
    assert_eq!(first.found("/customers?emailAddress=thandi@customer.example").await["total"], 0);
    assert_eq!(first.found("/customers?emailAddress=t@customer.example").await["total"], 1);
    first.post("/customers", &new("other@customer.example")).await;
    let taken = first.put(&format!("/customers/{id}"), &json!({"email": "other@customer.example"})).await;
    refused_as(&taken, "email", "is already taken");
    refused(&first.put(&format!("/customers/{id}"), &json!({})).await, "base");
    // Both generations have the same records.
    let older = network.first.found(&format!("/customers/{id}")).await;
    assert_eq!((&older["email"], &older["mobile_number"]), (&json!("t@customer.example"), &json!("1")));
});

on_both!(places_are_found_by_text_and_around_a_point, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = network.first.newer();
    let texts = first.asked("/locations", &[("address", "acacia str 7 randfontein")]).await;
    let texts = texts.as_array().unwrap();
    assert!((1..=10).contains(&texts.len()) && texts.iter().all(Value::is_string), "{texts:?}");
    assert!(texts[0].as_str().unwrap().contains("Acacia Street"), "{texts:?}");
    let details = first.asked("/details", &[("address", texts[0].as_str().unwrap())]).await;
    assert_eq!(details["predefined_premise_id"], reference(7), "what is suggested is what is found");

    let (latitude, longitude) = position(1);
    let around = |page: u64| json!({"latitude": latitude, "longitude": longitude, "page": page});
    let (status, page) = first.post("/locations/proximity-search", &around(1)).await;
    assert_eq!((status, members(&page)), (200, ["items", "page", "page_size", "total"].into()));
    let (_, rest) = first.post("/locations/proximity-search", &around(2)).await;
    assert_eq!((&page["page_size"], &page["total"], &rest["page"]), (&json!(10), &json!(12), &json!(2)));
    let listed = [all(&page, "predefined_premise_id"), all(&rest, "predefined_premise_id")].concat();
    assert_eq!(
        listed,
        (1..=12).map(reference).collect::<Vec<_>>(),
        "the nearest first, none behind 500 metres"
    );
    let far: Vec<f64> =
        page["items"].as_array().unwrap().iter().map(|item| item["distance"].as_f64().unwrap()).collect();
    assert!(far[0] < 1.0 && (44.0..45.0).contains(&far[1]) && far.is_sorted(), "{far:?}");
    assert_eq!(page["items"][1]["premise_id"], premise(&network.first, 2).await);
    let (_, nothing) =
        first.post("/locations/proximity-search", &json!({"latitude": 0.0, "longitude": 0.0})).await;
    assert_eq!((&nothing["items"], &nothing["total"]), (&json!([]), &json!(0)));
});

on_both!(details_say_whether_a_service_can_be_had, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = network.first.newer();
    let own = premise(&network.first, 1).await;
    let by_reference = first.asked("/details", &[("predefined_premise_id", &reference(1))]).await;
    let names = [
        "availability",
        "areaId",
        "premiseId",
        "predefined_premise_id",
        "full_address",
        "latitude",
        "longitude",
    ];
    assert_eq!(members(&by_reference), names.into());
    assert_eq!((&by_reference["availability"], &by_reference["premiseId"]), (&json!(true), &json!(own)));
    let listed = network.first.asked("/predefined-premises", &[("q", &reference(1))]).await;
    assert_eq!(
        (&by_reference["areaId"], &by_reference["full_address"]),
        (&listed["items"][0]["area_id"], &listed["items"][0]["full_text"])
    );
    let (latitude, longitude) = position(1);
    for query in [
        vec![("premise_id", own.as_str())],
        vec![("predefined_premise_id", &reference(1).to_lowercase())],
        vec![("address", "1 Acacia Street, Homelake, Randfontein, 1759")],
        vec![("latitude", &latitude.to_string()), ("longitude", &longitude.to_string())],
    ] {
        assert_eq!(first.asked("/details", &query).await, by_reference, "{query:?}");
    }
    placed(&network.second, 1).await;
    for (house, available) in [(1, false), (2, true), (FULL, false), (CROWDED, false), (OUTSIDE, false)] {
        let details = first.asked("/details", &[("predefined_premise_id", &reference(house))]).await;
        assert_eq!(details["availability"], available, "{house}: {details}");
    }
    let meadow = format!("/details?latitude={}&longitude={}", MEADOW.0, MEADOW.1);
    let meadow = first.found(&meadow).await;
    assert_eq!(
        (&meadow["availability"], &meadow["premiseId"]),
        (&json!(true), &Value::Null),
        "it has to be made first"
    );
    for query in
        ["address=Umhlanga%20Rocks%20Drive%2014", "predefined_premise_id=none", "latitude=0&longitude=0"]
    {
        assert_eq!(first.get(&format!("/details?{query}")).await.0, 404, "{query}");
    }
});

on_both!(a_service_is_ordered_of_customer_product_and_premise, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = network.first.newer();
    let made = first.ask(Method::POST, "/customers", Some(&new("thandi@customer.example"))).await;
    let customer = made.header("location").rsplit('/').next().unwrap().to_owned();
    let (fibre, place) = (product(&network.first, "Fibre 100").await, premise(&network.first, 1).await);
    let wanted = json!({"customer_id": customer, "product_id": fibre, "premise_id": place});
    let made = first.ask(Method::POST, "/services", Some(&wanted)).await;
    assert_eq!((made.status, made.text.as_str()), (201, ""));
    let record = first.found(made.header("location")).await;
    let names = [
        "id",
        "customer_id",
        "product_id",
        "premise_id",
        "status",
        "isp_reference",
        "wifi_username",
        "created_at",
        "updated_at",
    ];
    assert_eq!(members(&record), names.into());
    assert!(made.header("location").ends_with(text(&record, "id")));
    for name in ["customer_id", "product_id", "premise_id"] {
        assert_eq!(record[name], wanted[name], "{name}");
    }
    assert_eq!((&record["status"], form(&record["created_at"])), (&json!("Pending"), UTC.into()));
    let older = network.first.found(&format!("/services/{}", text(&record, "id"))).await;
    assert_eq!(older["wifi_username"], record["wifi_username"]);
    refused(&first.post("/services", &wanted).await, "premise_id");
    let unknown = json!("00000000-0000-4000-8000-000000000000");
    for name in ["customer_id", "product_id", "premise_id"] {
        let mut wrong = wanted.clone();
        wrong["premise_id"] = json!(premise(&network.first, 2).await);
        wrong[name] = unknown.clone();
        refused_as(&first.post("/services", &wrong).await, name, "does not exist");
    }
    let radio = product(&network.first, "Radio 50").await;
    let wrong =
        json!({"customer_id": customer, "product_id": radio, "premise_id": premise(&network.first, 2).await});
    refused_as(&first.post("/services", &wrong).await, "product_id", "is not available at this premise");

    let second = network.first.post("/services/full", &order(3, &fibre, "b@customer.example")).await;
    network
        .first
        .changed(
            &format!("/services/{}", text(&second.1["service"], "service_id")),
            &json!({"service": {"cancelled": true}}),
        )
        .await;
    let pending = first.found("/services?status=pending&page=1&page_size=50").await;
    assert_eq!((all(&pending, "id"), &pending["page_size"]), (vec![text(&record, "id")], &json!(50)));
    assert_eq!(first.found("/services").await["total"], 2);
    assert_eq!(first.found("/services?status=Cancelled").await["total"], 1);
});

on_both!(of_a_service_only_references_and_wifi_are_changed, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = network.first.newer();
    let own = placed(&network.first, 1).await;
    let wanted = json!({"isp_reference": "A-1", "wifi_username": "Nkosi", "wifi_password": "0123456789"});
    let changed = first.changed(&own.path(), &wanted).await;
    assert_eq!((&changed["isp_reference"], &changed["wifi_username"]), (&json!("A-1"), &json!("Nkosi")));
    assert!(!changed.to_string().contains("0123456789"), "a password is not told here");
    assert_eq!(network.first.found(&own.path()).await["wifi_password"], "0123456789");
    for other in
        [json!({"cancelled": true}), json!({"service": {"cancelled": true}}), json!({"status": "Active"})]
    {
        refused(&first.put(&own.path(), &other).await, "base");
    }
    assert_eq!(first.found(&own.path()).await["status"], "Pending");
});
