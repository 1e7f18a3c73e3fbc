//! Requests that cannot be right: each refused in the documented shape, with the field at fault.

use super::caller::{Caller, refused};
use super::network::{customer, furnish, order, placed, product};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};
use wire::aex::printed;

const GUID: &str = "287C94C4-0196-4999-9348-15ACC0EE7A0A";

fn read(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap()
}

/// Every operation of both generations.
fn operations() -> Vec<(Method, String)> {
    let id = |path: &str| path.replace("ID", GUID);
    let get = |path: &str| (Method::GET, id(path));
    let post = |path: &str| (Method::POST, id(path));
    let put = |path: &str| (Method::PUT, id(path));
    vec![
        get("/customers?q=a@customer.example"),
        post("/customers"),
        get("/customers/ID"),
        get("/customers/ID/services"),
        get("/predefined-premises?q=acacia"),
        get("/products/availability/-26.2/27.7"),
        get("/products/ID"),
        post("/services/full"),
        get("/services"),
        get("/services/ID"),
        get("/services/ID/full"),
        put("/services/ID"),
        (Method::DELETE, id("/services/ID")),
        get("/premises"),
        get("/premises/ID"),
        get("/service-changes"),
        post("/service-changes"),
        get("/work-orders"),
        get("/work-orders/slots"),
        get("/work-orders/ID"),
        put("/work-orders/ID"),
        get("/provider-service/customers?emailAddress=a@customer.example"),
        post("/provider-service/customers"),
        get("/provider-service/customers/ID"),
        put("/provider-service/customers/ID"),
        get("/provider-service/locations?address=acacia"),
        post("/provider-service/locations/proximity-search"),
        get("/provider-service/details?address=acacia"),
        get("/provider-service/services"),
        post("/provider-service/services"),
        get("/provider-service/services/ID"),
        put("/provider-service/services/ID"),
        get("/provider-service/services/snapshot"),
        get("/provider-service/work-orders/snapshot"),
    ]
}

on_both!(nobody_is_told_anything_without_a_key, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let stranger = Caller::of(&network.server, "dmk_live_unknown_key");
    for (method, path) in operations() {
        for wrong in ["", "Bearer", "Bearer dmk_live_unknown_key", "Basic YTpi"] {
            let request = stranger.request(method.clone(), &path);
            let mut request = request.build().unwrap();
            match wrong {
                "" => drop(request.headers_mut().remove("authorization")),
                _ => drop(request.headers_mut().insert("authorization", wrong.parse().unwrap())),
            }
            let answer = crate::support::http().execute(request).await.unwrap();
            assert_eq!(answer.status(), 401, "{method} {path} {wrong}");
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body, read(printed::NOT_AUTHENTICATED), "{method} {path} {wrong}");
        }
    }
    // The samples send a session cookie: it neither helps nor hurts.
    let request = network.first.request(Method::GET, "/services").header("cookie", "_Ditty_session=x");
    assert_eq!(network.first.send(request).await.status, 200);
});

on_both!(what_is_not_there_is_not_found_in_the_documented_shape, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let nothing = read(printed::NOT_FOUND);
    for (method, path) in operations().into_iter().filter(|(_, path)| path.contains(GUID)) {
        for id in [GUID, "12", "not-a-guid", "287C94C401964999934815ACC0EE7A0A", "%FF"] {
            // The fields of the body are asked for only where there is a record.
            let path = path.replace(GUID, id);
            let body = match path.contains("work-orders") {
                true => json!({"work_order": {"comment": "x"}}),
                false if path.contains("provider-service/customers") => json!({"first_name": "A"}),
                false if path.contains("provider-service") => json!({"isp_reference": "x"}),
                false => json!({"service": {"isp_reference": "x"}}),
            };
            let body = (method == Method::PUT).then_some(&body);
            let answer = network.first.ask(method.clone(), &path, body).await;
            assert_eq!((answer.status, answer.body()), (404, nothing.clone()), "{method} {path}");
        }
    }
    for path in ["/nothing", "/customers/ID/nothing", "/provider-service/nothing", "/work-orders?service=ID"]
    {
        let answer = network.first.get(&path.replace("ID", GUID)).await;
        assert_eq!(answer, (404, nothing.clone()), "{path}");
    }
    for (method, path) in
        [(Method::DELETE, "/customers"), (Method::POST, "/premises"), (Method::PUT, "/services/full")]
    {
        let answer = network.first.ask(method.clone(), path, Some(&json!({}))).await;
        assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.text);
        assert_eq!(answer.body()["code"], answer.status);
        assert!(answer.body()["errors"][0].is_string(), "{}", answer.text);
    }
});

on_both!(a_query_that_cannot_be_read_is_refused_by_its_name, |mut house: House| async move {
    let network = furnish(&mut house).await;
    for (path, field) in [
        ("/customers", "q"),
        ("/customers?q=", "q"),
        ("/customers?q=a@b.example&page=0", "page"),
        ("/customers?q=a@b.example&count=-1", "count"),
        ("/predefined-premises", "q"),
        ("/predefined-premises?q=%20", "q"),
        ("/predefined-premises?q=acacia&page=x", "page"),
        ("/predefined-premises?q=acacia&page=99999999999999999999", "page"),
        ("/predefined-premises?q=acacia&count=ten", "count"),
        ("/predefined-premises?q=acacia&count=0", "count"),
        ("/products/availability/north/27.7", "latitude"),
        ("/products/availability/-90.1/27.7", "latitude"),
        ("/products/availability/NaN/27.7", "latitude"),
        ("/products/availability/inf/27.7", "latitude"),
        ("/products/availability/-26.2/180.5", "longitude"),
        ("/products/availability/-26.2/1e999", "longitude"),
        ("/services?premise=12", "premise"),
        ("/services?status=Broken", "status"),
        ("/services?updated_after=17/10/2024", "updated_after"),
        ("/services?page=1.5", "page"),
        ("/premises?customer=12", "customer"),
        ("/premises?updated_after=2024-02-30", "updated_after"),
        ("/work-orders?service=12", "service"),
        ("/work-orders?updated_after=yesterday", "updated_after"),
        ("/service-changes?updated_after=2024-10-17%2025:00:00", "updated_after"),
        ("/work-orders/slots?area=12", "area"),
        ("/work-orders/slots?from=tomorrow", "from"),
        ("/provider-service/customers", "emailAddress"),
        ("/provider-service/customers?emailAddress=a@b.example&page_size=0", "page_size"),
        ("/provider-service/locations", "address"),
        ("/provider-service/details", "address"),
        ("/provider-service/details?premise_id=12", "premise_id"),
        ("/provider-service/details?latitude=91&longitude=0", "latitude"),
        ("/provider-service/services?status=Broken", "status"),
        ("/provider-service/services?page=0", "page"),
    ] {
        let answer = network.first.get(path).await;
        assert_eq!(answer.0, 400, "{path}: {}", answer.1);
        refused(&answer, field);
    }
});

/// A body with one field taken out, or changed.
fn but(body: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let object = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.remove(name)),
    }
    body
}

on_both!(a_body_that_cannot_be_read_is_refused_by_its_field, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = placed(first, 1).await;
    let new = customer("a@customer.example");
    for name in ["first_name", "last_name", "email", "password", "mobile_number"] {
        for wrong in [None, Some(Value::Null), Some(json!(7)), Some(json!({}))] {
            let body = but(&new, &format!("/customer/{name}"), wrong);
            refused(&first.post("/customers", &body).await, name);
        }
    }
    assert_eq!(first.found("/customers?q=a@customer.example").await["total"], 0);
    let full = order(2, GUID, "a@customer.example");
    for name in [
        "customer.first_name",
        "customer.last_name",
        "customer.email",
        "customer.mobile_number",
        "premise.external_reference",
        "service.product_id",
    ] {
        for wrong in [None, Some(json!(7))] {
            let body = but(&full, &format!("/{}", name.replace('.', "/")), wrong);
            refused(&first.post("/services/full", &body).await, name);
        }
    }
    let put = own.path();
    let newer = "/provider-service/services";
    let around = "/provider-service/locations/proximity-search";
    let change =
        json!({"service_change": {"service_id": GUID, "product_id": GUID, "effective_date": "2030-01-01"}});
    for (method, path, body, field) in [
        (Method::POST, "/customers", json!({}), "customer"),
        (Method::POST, "/customers", json!([]), "base"),
        (Method::POST, "/services/full", json!({}), "customer"),
        (Method::POST, "/services/full", but(&full, "/customer/id", Some(json!("12"))), "customer.id"),
        (
            Method::POST,
            "/services/full",
            but(&full, "/service/product_id", Some(json!("12"))),
            "service.product_id",
        ),
        (Method::POST, "/service-changes", json!({"service_change": {}}), "service_change.service_id"),
        (
            Method::POST,
            "/service-changes",
            but(&change, "/service_change/effective_date", Some(json!("soon"))),
            "service_change.effective_date",
        ),
        (
            Method::POST,
            "/service-changes",
            but(&change, "/service_change/product_id", None),
            "service_change.product_id",
        ),
        (Method::PUT, &put, json!({}), "service"),
        (Method::PUT, &put, json!({"service": {}}), "service"),
        (Method::PUT, &put, json!({"service": {"cancelled": "yes"}}), "service.cancelled"),
        (Method::PUT, &put, json!({"service": {"cancelled": true, "suspended": true}}), "service.suspended"),
        (Method::PUT, &put, json!({"service": {"cancelled_date": "2030-01-01"}}), "service.cancelled_date"),
        (
            Method::PUT,
            &put,
            json!({"service": {"cancelled": true, "cancelled_date": "x"}}),
            "service.cancelled_date",
        ),
        (
            Method::POST,
            newer,
            json!({"customer_id": "12", "product_id": GUID, "premise_id": GUID}),
            "customer_id",
        ),
        (Method::POST, newer, json!({"product_id": GUID, "premise_id": GUID}), "customer_id"),
        (Method::POST, around, json!({"latitude": 91, "longitude": 0}), "latitude"),
        (Method::POST, around, json!({"latitude": 0, "longitude": "east"}), "longitude"),
        (Method::POST, around, json!({"latitude": 0, "longitude": 0, "page": 0}), "page"),
        (Method::POST, "/provider-service/customers", json!({"first_name": "A"}), "email"),
    ] {
        let answer = first.ask(method, path, Some(&body)).await;
        assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text);
        refused(&(answer.status, answer.body()), field);
    }
    for path in ["/customers", "/services/full", "/service-changes", newer, around] {
        for text in ["", "{", "customer=1", "{\"customer\": {} // a comment\n}", "\u{1}"] {
            let request =
                first.request(Method::POST, path).body(text).header("content-type", "application/json");
            let answer = first.send(request).await;
            refused(&(answer.status, answer.body()), "base");
        }
    }
    let request = first.request(Method::POST, "/customers").header("idempotency-key", "schlüssel");
    let answer = first.send(request.json(&new)).await;
    refused(&(answer.status, answer.body()), "Idempotency-Key");
    assert_eq!(first.found("/services").await["total"], 1);
});

on_both!(a_bad_order_is_refused_as_the_original_does_where_that_is_set, |mut house: House| async move {
    house.env.push(("DEMARC_DIALECTS__AEX__COMPAT_BAD_REQUEST_401".into(), "true".into()));
    let network = furnish(&mut house).await;
    let first = &network.first;
    let fibre = product(first, "Fibre 100").await;
    let own = placed(first, 1).await;
    for body in [json!({}), order(1, &fibre, "a@customer.example"), order(2, GUID, "a@customer.example")] {
        assert_eq!(first.post("/services/full", &body).await, (401, read(printed::NOT_AUTHENTICATED)));
    }
    let request = first.request(Method::POST, "/services/full").body("{");
    assert_eq!(first.send(request).await.status, 401);
    refused(&first.post("/customers", &json!({})).await, "customer");
    refused(&first.put(&own.path(), &json!({})).await, "service");
    refused(&first.newer().post("/services", &json!({})).await, "customer_id");
    assert_eq!(first.post("/services/full", &order(2, &fibre, "a@customer.example")).await.0, 201);
});
