//! Every printed example is read, and written back with the same members in the same form.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::aex::*;

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// From the text and from a JSON value, back to the same JSON.
fn check<T: Serialize + DeserializeOwned + PartialEq>(printed: Value) -> T {
    let from_text: T = serde_json::from_str(&printed.to_string()).unwrap();
    let from_value: T = serde_json::from_value(printed.clone()).unwrap();
    assert!(from_text == from_value);
    assert_eq!(value(&serde_json::to_string(&from_text).unwrap()), printed);
    assert_eq!(serde_json::to_value(&from_text).unwrap(), printed);
    from_text
}

/// Every member that the value has is required by the schema of its type, unless it may be left out.
fn required<T: utoipa::PartialSchema>(printed: &Value, left_out: &[&str]) {
    let schema = super::common::schema_of::<T>();
    let required: Vec<&str> =
        schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let members: Vec<&String> = printed.as_object().unwrap().keys().collect();
    for name in &members {
        assert!(required.contains(&name.as_str()) != left_out.contains(&name.as_str()), "{name}");
    }
    let known = schema["properties"].as_object().unwrap();
    assert!(known.keys().all(|name| members.contains(&name) || left_out.contains(&name.as_str())));
}

#[test]
fn the_printed_requests_are_accepted() {
    let customer = NewCustomer::parse(value(printed::NEW_CUSTOMER)).ok().unwrap();
    assert_eq!((customer.email.as_str(), customer.username.as_deref()), ("String", Some("string")));
    assert_eq!(customer.home_number.as_deref(), Some("String"));
    assert_eq!(NewCustomer::parse(value(printed::NEW_CUSTOMER_CURL)).ok().unwrap().username, None);

    let order: FullService = check(value(printed::FULL_SERVICE));
    assert_eq!(order.customer.id.unwrap().to_string(), "4348AEF7-AD89-4309-AC29-DCB621C308CF");
    assert_eq!(order.premise.external_reference, "287C94C4-0196-4999-9348-15ACC0EE7A0A");
    assert_eq!(order.service.product_id.to_string(), "50726131-B525-4732-A2D5-0B3736CDFB69");

    let change: NewServiceChange = check(value(printed::NEW_SERVICE_CHANGE));
    assert_eq!(change.service_change.effective_date.as_str(), "2024-11-01");
    check::<ServiceUpdate>(value(printed::CANCELLATION));
    check::<WorkOrderUpdate>(value(printed::WORK_ORDER_UPDATE));
}

#[test]
fn a_customer_has_all_printed_members_and_nothing_else() {
    let printed = value(printed::CUSTOMER);
    let customer: Customer = check(printed.clone());
    assert_eq!(customer.created_at.micros(), 1_729_165_369_000_000);
    assert!(customer.enabled && customer.fno_opt_in.is_none());
    required::<Customer>(&printed, &[]);
    assert!(printed.get("password").is_none());
}

#[test]
fn predefined_premises_tell_their_two_ids_apart() {
    let printed = value(printed::PREDEFINED_PREMISES);
    let premises: Items<PredefinedPremise> = check(printed.clone());
    let first = &premises.items[0];
    assert_eq!(first.guid, "66E9BB4D-E360-4F40-A30E-AF27F52392B6");
    assert_eq!(first.premise_id, "783D71D3-B0A4-4C90-8392-C43294A976DC");
    assert_eq!(first.updated_at, "2023-07-05T11:02:23+02:00");
    required::<PredefinedPremise>(&printed["items"][0], &[]);
}

#[test]
fn products_keep_the_digits_of_their_prices() {
    let printed = value(printed::PRODUCTS);
    let products: Items<Product> = check(printed.clone());
    let text = serde_json::to_string(&products).unwrap();
    assert!(text.contains(r#""tax":15.0,"value":477.3913,"value_incl":549.0"#), "{text}");
    required::<Product>(&printed["items"][0], &["parent_id", "description", "logo"]);
    required::<Pricing>(&printed["items"][0]["pricing"][0], &[]);
    assert!(products.items[1].pricing.is_empty() && products.items[1].parent_id.is_none());
}

#[test]
fn an_order_is_answered_with_ids() {
    let created: FullServiceCreated = check(value(printed::FULL_SERVICE_CREATED));
    let order = WithId { id: "796712E9-36BE-4510-B9BE-607B721AD551".into() };
    let created = FullServiceCreated { work_order: Some(order), ..created };
    assert_eq!(
        serde_json::to_value(&created).unwrap()["work_order"],
        json!({"id": "796712E9-36BE-4510-B9BE-607B721AD551"})
    );
    check::<ServiceChanged>(value(printed::SERVICE_CHANGED));
}

#[test]
fn a_premise_has_all_printed_members() {
    let printed = value(printed::PREMISE);
    check::<Premise>(printed.clone());
    required::<Premise>(&printed, &[]);
}

#[test]
fn a_service_has_a_status_text_only_when_it_is_asked_for_by_id() {
    let printed = value(printed::CUSTOMER_SERVICES);
    let services: Counted<Service> = check(printed.clone());
    required::<Service>(&printed["items"][0], &["status"]);
    let service = Service { status: Some("Pending".into()), ..services.items[0].clone() };
    assert_eq!(serde_json::to_value(service).unwrap()["status"], "Pending");
}

#[test]
fn a_work_order_has_all_printed_members() {
    let printed = value(printed::WORK_ORDERS);
    let page: Page<WorkOrder> = check(printed.clone());
    assert_eq!((page.page, page.count, page.total), (1, 1, 1));
    required::<WorkOrder>(&printed["items"][0], &[]);
    let mut scheduled = printed["items"][0].clone();
    scheduled["schedule_date"] = "2024-10-18".into();
    scheduled["schedule_time"] = "09:30".into();
    check::<WorkOrder>(scheduled);
    check::<Slot>(json!({"date": "2024-10-18", "time": "09:30", "capacity": 4, "free": 0}));
}

#[test]
fn a_service_change_says_which_service_takes_the_place_of_which() {
    let change = json!({
        "id": "1", "service_id": "2", "new_service_id": "3", "product_id": "4",
        "effective_date": "2024-11-01 00:00:00 +0200", "direction": null,
        "created_at": "2024-10-16 13:05:30 +0200", "updated_at": "2024-10-16 13:05:30 +0200", "status": "Pending"
    });
    check::<ServiceChange>(change.clone());
    required::<ServiceChange>(&change, &[]);
}

#[test]
fn refusals_are_the_printed_ones() {
    let taken = Errors::fields(400, Problems::one("email", "is already taken"));
    assert_eq!(check::<Errors>(value(printed::ALREADY_TAKEN)), taken);
    assert_eq!(check::<Errors>(value(printed::NOT_AUTHENTICATED)), Errors::not_authenticated());
    assert_eq!(check::<Errors>(value(printed::NOT_FOUND)), Errors::not_found());
}

#[test]
fn problems_are_written_in_their_order_and_those_of_the_body_as_base() {
    let mut problems = Problems::one("zeta", "is required");
    problems.add("customer.email", "is required");
    problems.add("zeta", "is odd");
    problems.add("", "body is odd");
    let errors = Errors::fields(400, problems);
    let text = serde_json::to_string(&errors).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"code":400,"errors":{"zeta":["is required","is odd"],"customer.email":["is required"],"#,
            r#""base":["body is odd"]},"full_errors":["zeta is required","zeta is odd","#,
            r#""customer.email is required","body is odd"]}"#
        )
    );
    let read: Errors = serde_json::from_str(&text).unwrap();
    assert_eq!(read, errors);
}
