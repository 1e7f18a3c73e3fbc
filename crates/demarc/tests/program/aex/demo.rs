//! The flow that the document prints, against the demo: every step with the printed bodies, under the printed ids.

use super::caller::{Caller, all, form, is_guid, members, refused_as, text};
use super::network::order;
use crate::support::{Running, free_address};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use wire::aex::printed;

struct Demo {
    told: Value,
    _running: Running,
    provider: Caller,
    operator: Caller,
}

async fn demo(folder: &std::path::Path) -> Demo {
    let listen = free_address();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarc"));
    command
        .args(["demo", "--json", "--listen", &listen, "--data"])
        .arg(folder.join("data"))
        .current_dir(folder);
    command.env_remove("DEMARC_DATABASE").env_remove("DEMARC_SECRET_FILE");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let running = Running { child, url: format!("http://{listen}"), log: folder.join("none") };
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        line
    });
    let told: Value = serde_json::from_str(&line.await.unwrap()).unwrap();
    let key = |name: &str| Caller::of(&running, text(&told["keys"], name));
    Demo { provider: key("aex"), operator: key("aex_operator"), _running: running, told }
}

fn read(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap()
}

/// Dates that say when something last changed: null until it does.
const UNTIL_IT_CHANGES: [&str; 3] = ["provisioned_date", "on_network_date", "completed_date"];

/// Has just the members of what is printed and `more`, each of the printed kind; dates have the printed form.
#[track_caller]
fn like(answered: &Value, printed: &Value, more: &[&str]) {
    let mut expected = members(printed);
    expected.extend(more);
    assert_eq!(members(answered), expected);
    for (name, printed) in printed.as_object().unwrap() {
        let answered = &answered[name];
        if printed.is_null() || answered.is_null() && UNTIL_IT_CHANGES.contains(&name.as_str()) {
            continue;
        }
        assert_eq!(std::mem::discriminant(answered), std::mem::discriminant(printed), "{name}: {answered}");
        assert_eq!(answered.is_f64(), printed.is_f64(), "{name}: {answered}");
        if form(printed).starts_with("0000-00-00") {
            assert_eq!(form(answered), form(printed), "{name}");
        }
        if is_guid(printed.as_str().unwrap_or_default()) {
            assert!(is_guid(answered.as_str().unwrap()), "{name}: {answered}");
        }
    }
}

/// These members are just what is printed.
#[track_caller]
fn same(answered: &Value, printed: &Value, names: &[&str]) {
    for name in names {
        assert_eq!(answered[name], printed[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_printed_step_is_answered_as_it_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let provider = &demo.provider;

    // 1: sign-up.
    let new = read(printed::NEW_CUSTOMER);
    let made = provider.ask(Method::POST, "/customers", Some(&new)).await;
    assert_eq!((made.status, made.text.as_str()), (201, ""));
    let customer = provider.found(made.header("location")).await;
    like(&customer, &read(printed::CUSTOMER), &[]);
    assert!(!customer.to_string().contains("password"));
    for again in [printed::NEW_CUSTOMER, printed::NEW_CUSTOMER_CURL] {
        assert_eq!(provider.post("/customers", &read(again)).await, (400, read(printed::ALREADY_TAKEN)));
    }

    // 2: find the customer, by e-mail address and by GUID.
    let printed = read(printed::CUSTOMER);
    let found = provider.found("/customers?q=testmail@test.co.za&count=10&page=1").await;
    assert_eq!((&found["page"], &found["count"], &found["total"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(found["items"][0], provider.found("/customers/FC65F24E-AADD-440E-AF96-9CBBDFA50349").await);
    like(&found["items"][0], &printed, &[]);
    same(&found["items"][0], &printed, &["id", "service_provider_flag", "enabled"]);

    // 3: find the premise, by the printed text, and the two that are printed.
    let printed = read(printed::PREDEFINED_PREMISES);
    let q = "38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng";
    let found = provider.asked("/predefined-premises", &[("count", "100"), ("page", "1"), ("q", q)]).await;
    like(&found, &printed, &["page", "count", "total"]);
    assert_eq!(found["items"][0]["full_text"], q);
    like(&found["items"][0], &printed["items"][0], &[]);
    for printed in printed["items"].as_array().unwrap() {
        let found = provider.asked("/predefined-premises", &[("q", text(printed, "full_text"))]).await;
        let names = ["guid", "full_text", "latitude", "longitude", "operator_id", "premise_id", "deleted_at"];
        same(&found["items"][0], printed, &names);
        like(&found["items"][0], printed, &[]);
    }

    // 4: what can be had there.
    let printed = read(printed::PRODUCTS);
    let sold = provider.found("/products/availability/-29.7872215658/30.9834343322").await;
    assert_eq!(members(&sold), members(&printed));
    for printed in printed["items"].as_array().unwrap() {
        let own = sold["items"].as_array().unwrap().iter().find(|item| item["id"] == printed["id"]);
        let own = own.unwrap_or_else(|| panic!("{printed} is not sold: {sold}"));
        for name in members(printed).into_iter().filter(|name| *name != "logo") {
            match name {
                "effective_date" => assert_eq!(form(&own[name]), form(&printed[name])),
                "pricing" => {
                    assert_eq!(own[name].as_array().map(Vec::len), printed[name].as_array().map(Vec::len))
                }
                _ => assert_eq!(own[name], printed[name], "{name}"),
            }
        }
        if let Some(price) = printed["pricing"].get(0) {
            like(&own["pricing"][0], price, &[]);
            same(&own["pricing"][0], price, &["price_type", "currency_code", "tax", "value", "value_incl"]);
        }
    }

    // 5: order, with the printed ids.
    let wanted = read(printed::FULL_SERVICE);
    let (status, made) = provider.post("/services/full", &wanted).await;
    assert_eq!(status, 201, "{made}");
    let printed = read(printed::FULL_SERVICE_CREATED);
    like(&made, &printed, &["work_order"]);
    same(&made, &printed, &["customer", "premise"]);
    let service = text(&made["service"], "service_id");
    assert!(is_guid(service) && service != text(&wanted["service"], "product_id"));
    let again = provider.post("/services/full", &wanted).await;
    refused_as(&again, "premise.external_reference", "already has an active service");

    // 6: the premise, which has its service now.
    let printed = read(printed::PREMISE);
    let premise = provider.found("/premises/4BF2A897-A38C-4D24-82C6-F2184C8832E4").await;
    like(&premise, &printed, &[]);
    let names = [
        "latitude",
        "longitude",
        "external_reference",
        "street_number",
        "street_name",
        "suburb",
        "city",
        "country_code",
        "postal_code",
        "province",
        "customer_id",
        "status",
    ];
    same(&premise, &printed, &names);
    assert_eq!(form(&premise["name"]).trim_end_matches('0'), form(&printed["name"]).trim_end_matches('0'));

    // 7, and the two checks: services and their work orders.
    let printed = read(printed::CUSTOMER_SERVICES);
    let single = provider.found("/services/34A39B28-8547-4853-9CAC-56F168EDE9D2").await;
    like(&single, &printed["items"][0], &["status"]);
    let own = provider.found("/customers/8DC17240-9312-4EE0-A313-CF519657E2D3/services").await;
    like(&own, &printed, &[]);
    assert_eq!(own["total"], all(&own, "id").len());
    let is_printed = |item: &&Value| item["id"] == printed["items"][0]["id"];
    let own = own["items"].as_array().unwrap().iter().find(is_printed).expect("the printed service");
    like(own, &printed["items"][0], &[]);
    let names = [
        "id",
        "customer_id",
        "product_id",
        "premise_id",
        "preorder",
        "port_number",
        "provisioned",
        "on_network",
        "completed",
        "cancelled",
        "cancelled_date",
        "status_id",
        "config_info",
        "dhcp_enabled",
        "service_configuration_id",
        "deleted_at",
        "deleted_date",
        "suspended_date",
    ];
    same(own, &printed["items"][0], &names);
    let realm = text(own, "pppoe_username").strip_prefix("533EE0A67279415B9ED1191BC406AB9D@");
    assert!(realm.is_some_and(|realm| realm.starts_with("bb.")), "{own}");

    let printed = read(printed::WORK_ORDERS);
    let orders = provider.found("/work-orders?service=533EE0A6-7279-415B-9ED1-191BC406AB9D").await;
    like(&orders, &printed, &[]);
    same(&orders, &printed, &["page", "count", "total"]);
    like(&orders["items"][0], &printed["items"][0], &[]);
    let names = [
        "guid",
        "id",
        "type_id",
        "type",
        "account_id",
        "service_id",
        "on_hold",
        "status_id",
        "status",
        "client_status",
        "last_comment",
        "created_by",
        "created_by_id",
        "completed_date",
        "schedule_date",
        "disable_auto_wo_creation",
    ];
    same(&orders["items"][0], &printed["items"][0], &names);
    assert_eq!(form(&orders["items"][0]["reference"]), "00000000-000000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_nobody_touches_is_carried_out_by_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let provider = &demo.provider;
    let (_, made) = provider.post("/services/full", &read(printed::FULL_SERVICE)).await;
    let service = format!("/services/{}", text(&made["service"], "service_id"));
    let work = format!("/work-orders/{}", text(&made["work_order"], "id"));
    let touched = provider.found("/work-orders?service=533EE0A6-7279-415B-9ED1-191BC406AB9D").await;
    let touched = format!("/work-orders/{}", text(&touched["items"][0], "id"));
    demo.operator
        .changed(&touched, &json!({"work_order": {"comment": "The customer is called first."}}))
        .await;
    assert_eq!(provider.found(&work).await["client_status"], "Order in progress");

    provider.pass("P1D").await;
    let scheduled = provider.wait(&work, "Scheduled").await;
    assert_eq!(scheduled["client_status"], "Appointment booked");
    assert_eq!(form(&scheduled["schedule_date"]), "0000-00-00");
    assert_eq!(form(&scheduled["schedule_time"]), "00:00");
    let day = format!("{} {}:00 +0200", text(&scheduled, "schedule_date"), text(&scheduled, "schedule_time"));
    assert_eq!(scheduled["scheduled_date_time"], day);
    assert_eq!(provider.found(&service).await["status"], "Pending");

    provider.pass("P2D").await;
    let started = provider.wait(&work, "Installation In Progress").await;
    assert_eq!(started["client_status"], "Installation in progress");

    provider.pass("P1D").await;
    let done = provider.wait(&work, "Completed").await;
    assert_eq!(done["client_status"], "Complete");
    assert_eq!(form(&done["completed_date"]), "0000-00-00 00:00:00 +0000");
    let active = provider.wait(&service, "Active").await;
    like(&active, &read(printed::CUSTOMER_SERVICES)["items"][0], &["status"]);
    for flag in ["provisioned", "on_network", "completed"] {
        assert_eq!(active[flag], true, "{flag}");
        assert_eq!(form(&active[format!("{flag}_date")]), "0000-00-00 00:00:00 +0000");
    }
    assert_eq!(active["status_id"], 3);
    assert_eq!(provider.found(&touched).await["status"], "New Order", "people have it in hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn premises_of_every_town_are_told_and_can_be_found_and_ordered_at() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let told = demo.told["premises"].as_array().unwrap();
    let mut refusals = Vec::new();
    for country in ["IT", "ES", "DK", "ZA"] {
        let town: Vec<&Value> = told.iter().filter(|premise| premise["country"] == country).collect();
        assert!(town.len() >= 100, "{country}: {}", town.len());
        let shown = town[town.len() / 2];
        let found = demo.provider.asked("/predefined-premises", &[("q", text(shown, "full_text"))]).await;
        let first = &found["items"][0];
        assert_eq!(first["full_text"], shown["full_text"]);
        let same = text(first, "guid").eq_ignore_ascii_case(text(shown, "reference"));
        assert!(same, "{country}: GUIDs are written in capitals: {first}");
        let point = format!("/products/availability/{}/{}", shown["latitude"], shown["longitude"]);
        let sold = demo.provider.found(&point).await;
        let product = text(&sold["items"][0], "id");
        let mut wanted = order(1, product, "ada@customer.example");
        wanted["premise"]["external_reference"] = shown["reference"].clone();
        let (status, made) = demo.provider.post("/services/full", &wanted).await;
        if status != 201 {
            refusals.push((country, made));
        }
    }
    assert!(refusals.is_empty(), "{refusals:?}");
}
