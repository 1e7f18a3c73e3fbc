//! What may be ordered on a network, and what becomes of an order.

use super::caller::{CMS, MOMENT, all, form, is_guid, members, refused, refused_as, text};
use super::network::{
    CROWDED, FEW, FULL, HOUSES, MEADOW, OUTSIDE, RADIO, availability, customer, furnish, order, placed,
    position, premise, product, reference,
};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(an_order_makes_customer_service_and_work_order_at_once, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, id) = (&network.first, premise(&network.first, 1).await);
    assert_ne!(id, reference(1), "the two ids of a premise are different ones");
    assert_eq!(first.found(&format!("/premises/{id}")).await["status"], "No Existing Service");
    let fibre = product(first, "Fibre 100").await;
    let wanted = order(1, &fibre, "thandi@customer.example");
    let made = first.ask(Method::POST, "/services/full", Some(&wanted)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let body = made.body();
    assert_eq!(members(&body), ["customer", "premise", "service", "work_order"].into());
    assert_eq!(body["premise"], json!({"external_reference": reference(1)}));
    let service = text(&body["service"], "service_id");
    assert_eq!(made.header("location"), format!("{CMS}/services/{service}"));

    let record = first.found(made.header("location")).await;
    let customer = text(&body["customer"], "id");
    assert_eq!(
        (&record["customer_id"], &record["product_id"], &record["premise_id"]),
        (&json!(customer), &json!(fibre), &json!(id))
    );
    assert_eq!(
        (&record["status"], &record["status_id"], &record["preorder"]),
        (&json!("Pending"), &json!(2), &json!(false))
    );
    for flag in ["provisioned", "on_network", "completed", "cancelled"] {
        assert_eq!((&record[flag], &record[format!("{flag}_date")]), (&json!(false), &Value::Null), "{flag}");
    }
    let name = text(&record, "pppoe_username").split_once('@').unwrap();
    assert_eq!(name.0, service.replace('-', ""));
    assert_eq!(text(&record, "pppoe_password").len(), 9);
    let wifi = text(&record, "wifi_password");
    assert!(wifi.len() == 10 && wifi.bytes().all(|b| b.is_ascii_hexdigit()), "{wifi}");

    let work = first.found(&format!("/work-orders?service={service}")).await;
    assert_eq!((&work["page"], &work["count"], &work["total"]), (&json!(1), &json!(1), &json!(1)));
    let work = &work["items"][0];
    assert_eq!((&work["id"], &work["status"]), (&body["work_order"]["id"], &json!("New Order")));
    assert_eq!(work["last_comment"], "Work Order created on service creation.");
    let today = text(work, "created_at")[..10].replace('-', "");
    assert!(
        form(&work["reference"]) == "00000000-000000000" && text(work, "reference").len() == 18,
        "{work}"
    );
    assert!(is_guid(text(work, "status_id")), "{today}");

    let there = first.found(&format!("/premises/{id}")).await;
    assert_eq!((&there["status"], &there["customer_id"]), (&json!("Has Existing Service"), &json!(customer)));
    assert_eq!(form(&there["created_at"]), MOMENT);
    let whole = first.found(&format!("/services/{service}/full")).await;
    assert_eq!((&whole["service"], &whole["premise"]["id"]), (&record, &json!(id)));
    assert_eq!((&whole["customer"]["id"], &whole["work_orders"][0]), (&json!(customer), work));
    assert_eq!(whole["product"]["name"], "Fibre 100");
});

on_both!(a_customer_is_named_by_id_or_found_by_email_or_made, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let fibre = product(first, "Fibre 100").await;
    assert_eq!(first.post("/customers", &customer("ada@customer.example")).await.0, 201);
    let known = first.found("/customers?q=ADA@customer.EXAMPLE").await;
    let id = text(&known["items"][0], "id");
    let made = first.post("/services/full", &order(1, &fibre, "Ada@Customer.Example")).await;
    assert_eq!(made.1["customer"]["id"], id, "found by the address in another case: {made:?}");
    let mut named = order(2, &fibre, "other@customer.example");
    named["customer"]["id"] = json!(id.to_lowercase());
    let made = first.post("/services/full", &named).await;
    assert_eq!(made.1["customer"]["id"], id, "the id counts: {made:?}");
    assert_eq!(first.found("/customers?q=other@customer.example").await["total"], 0);
    named["customer"]["id"] = json!("00000000-0000-4000-8000-000000000000");
    named["premise"]["external_reference"] = json!(reference(3));
    refused_as(&first.post("/services/full", &named).await, "customer.id", "does not exist");
    let own = first.found(&format!("/customers/{id}/services")).await;
    assert_eq!((members(&own), own["total"].clone()), (["items", "total"].into(), json!(2)));
    let made = first.post("/services/full", &order(3, &fibre, "new@customer.example")).await;
    assert_ne!(made.1["customer"]["id"], id);
    assert_eq!(
        first.found("/customers?q=new@customer.example").await["items"][0]["id"],
        made.1["customer"]["id"]
    );
    // A GUID is read in any case, also a premise's.
    let mut lower = order(4, &fibre.to_lowercase(), "low@customer.example");
    lower["premise"]["external_reference"] = json!(reference(4).to_lowercase());
    let (status, made) = first.post("/services/full", &lower).await;
    assert_eq!((status, &made["premise"]["external_reference"]), (201, &json!(reference(4))), "{made}");
});

on_both!(what_cannot_be_had_is_refused_by_its_field_and_leaves_nothing, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, second) = (&network.first, &network.second);
    let [fibre, fast, radio] = [
        product(first, "Fibre 100").await,
        product(first, "Fibre 1000").await,
        product(first, "Radio 50").await,
    ];
    placed(second, 1).await;
    let (premise, product) = ("premise.external_reference", "service.product_id");
    let foreign = self::product(second, "Fibre 100").await;
    assert_ne!(foreign, fibre, "each provider has ids of its own");
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (house, id, field, message) in [
        (1, fibre.as_str(), premise, "already has an active service"),
        (2, &radio, product, "is not available at this premise"),
        (RADIO, &fibre, product, "is not available at this premise"),
        (FEW, &fast, product, "is not available at this premise"),
        (OUTSIDE, &fibre, product, "is not available at this premise"),
        (2, unknown, product, "does not exist"),
        (2, &foreign, product, "does not exist"),
        (999, &fibre, premise, "does not exist"),
        (FULL, &fibre, premise, "is at capacity"),
        (CROWDED, &fibre, premise, "is at capacity"),
    ] {
        let answer = first.post("/services/full", &order(house, id, "nobody@customer.example")).await;
        refused_as(&answer, field, message);
    }
    // The two ids of a premise are not taken for one another.
    let mut mixed = order(2, &fibre, "nobody@customer.example");
    mixed["premise"]["external_reference"] = json!(crate::aex::network::premise(first, 2).await);
    refused(&first.post("/services/full", &mixed).await, premise);
    assert_eq!(first.found("/services").await["total"], 0);
    assert_eq!(first.found("/customers?q=nobody@customer.example").await["total"], 0);
    for (house, id) in [(RADIO, &radio), (FEW, &fibre), (2, &fast)] {
        let (status, made) = first.post("/services/full", &order(house, id, "some@customer.example")).await;
        assert_eq!(status, 201, "{house}: {made}");
    }
});

on_both!(availability_says_what_can_be_had_at_a_point, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let at = async |point| {
        let sold = first.found(&availability(point)).await;
        assert_eq!(members(&sold), ["items"].into());
        all(&sold, "name").into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(at(MEADOW).await, ["Fibre 100", "Fibre 1000", "Radio 50"]);
    assert_eq!(at(position(RADIO)).await, ["Radio 50"], "as is listed just there");
    assert_eq!(at(position(FEW)).await, ["Fibre 100"]);
    assert_eq!(at(position(CROWDED)).await, Vec::<String>::new());
    assert_eq!(at((0.0, 0.0)).await, Vec::<String>::new(), "no coverage is no error");

    let sold = first.found(&availability(MEADOW)).await;
    let fibre = &sold["items"][0];
    let names = [
        "id",
        "provider_id",
        "parent_id",
        "name",
        "description",
        "speed_up",
        "speed_down",
        "min_contract",
        "effective_date",
        "status",
        "type_name",
        "provider",
        "pricing",
    ];
    assert_eq!(members(fibre), names.into());
    assert_eq!(
        (&fibre["provider"], &fibre["type_name"], &fibre["status"]),
        (&json!("First"), &json!("ISP"), &json!("Active"))
    );
    assert_eq!(
        (&fibre["speed_down"], &fibre["speed_up"], &fibre["min_contract"]),
        (&json!(100), &json!(50), &json!(1))
    );
    let price = &fibre["pricing"][0];
    assert_eq!(price["price_type"], "Monthly");
    assert_eq!((&price["currency_code"], &price["tax"]), (&json!("ZAR"), &json!(15.0)));
    assert_eq!((&price["value"], &price["value_incl"]), (&json!(477.3913), &json!(549.0)));
    assert_eq!(first.found(&format!("/products/{}", text(fibre, "id"))).await, *fibre);
    let own = network.operator.found(&availability(MEADOW)).await;
    assert_eq!((&own["items"][0]["id"], &own["items"][0]["type_name"]), (&fibre["parent_id"], &json!("FNO")));
});

on_both!(premises_are_found_by_what_people_write_a_page_at_a_time, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let found = async |q: &str| first.asked("/predefined-premises", &[("q", q)]).await;
    for q in [
        "7 Acacia Street, Homelake, Randfontein, ZA, 1759, Gauteng",
        "acacia str 7 randfontein",
        "7, Acaccia Street 1759",
    ] {
        assert_eq!(found(q).await["items"][0]["guid"], reference(7), "{q}");
    }
    assert_eq!(found(&reference(9).to_lowercase()).await["items"][0]["guid"], reference(9));
    assert_eq!(found("Umhlanga Rocks Drive 14").await["items"].as_array().map(Vec::len), Some(0));
    let page = async |count: &str, page: &str| {
        first.asked("/predefined-premises", &[("q", "Acacia Street"), ("count", count), ("page", page)]).await
    };
    let whole = page("500", "1").await;
    assert_eq!(
        (&whole["count"], whole["items"].as_array().unwrap().len()),
        (&json!(100), 100),
        "100 at most"
    );
    assert!(whole["total"].as_u64().unwrap() >= u64::from(HOUSES), "{}", whole["total"]);
    let ten = page("10", "2").await;
    assert_eq!((&ten["page"], &ten["count"]), (&json!(2), &json!(10)));
    assert_eq!(all(&ten, "guid"), all(&whole, "guid")[10..20]);
    assert_eq!(page("100", "1000000").await["items"], json!([]));
    let listed = &found(&reference(1)).await["items"][0];
    assert_eq!(form(&listed["created_at"]), "0000-00-00T00:00:00+00:00");
});
