//! What the document prints, against the demo: the request as it is sent, and its answer member for member.

use super::caller::{Caller, refusal, send, text};
use super::network::in_days;
use crate::support::{Running, free_address};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use wire::telecomx::printed;

/// The ids of the printed answer, of its reseller, and of that one's parent.
const REQUEST: &str = "/internet/request/123457890123457890AAAA";
const BELOW: &str = "1234567890123457890CCCC";
const RESELLER: &str = "12345678901234567890AAAA";

struct Demo {
    told: Value,
    _running: Running,
    reseller: Caller,
    admin: Caller,
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
    Demo { reseller: key("telecomx"), admin: key("telecomx_admin"), _running: running, told }
}

impl Demo {
    /// Somebody whose login the demo tells.
    async fn signed_in(&self, name: &str) -> Caller {
        let login = &self.told["logins"][name];
        let body = json!({"username": login["username"], "password": login["password"]});
        let answer = send(self.admin.bare(Method::POST, "/auth/login").json(&body)).await;
        assert_eq!(answer.status, 200, "{}", answer.body());
        self.admin.with(text(&answer.body(), "token"))
    }
}

fn read(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap()
}

/// The printed answer, with its list of offers as it is called on the wire, and without these prices.
fn answered(unseen: &[&str]) -> Value {
    let mut printed = read(printed::REQUEST);
    let object = printed.as_object_mut().unwrap();
    let mut offers = object.remove("Offers").unwrap();
    for price in unseen {
        offers[0].as_object_mut().unwrap().remove(*price).unwrap();
    }
    object.insert("offers".to_owned(), offers);
    printed
}

const COST: [&str; 2] = ["initiationCost", "monthlyCost"];

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_request_is_taken_and_echoed() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let mut wanted = read(printed::NEW_REQUEST);
    assert_eq!(
        demo.reseller.post("/internet/request", &wanted).await,
        refusal(422, "startDate", "Date must not be between 1 month ago and 6 months into the future"),
        "2018 is over"
    );
    wanted["startDate"] = json!(in_days(20));
    let users = [demo.reseller.clone(), demo.signed_in("telecomx").await];
    for (n, caller) in users.iter().enumerate() {
        let made = caller.made("/internet/request", &wanted).await;
        let mut expected = wanted.clone();
        let object = expected.as_object_mut().unwrap();
        for member in ["_id", "created", "createdBy"] {
            object.insert(member.to_owned(), json!(text(&made, member)));
        }
        object.insert("type".to_owned(), json!("FIBER"));
        object.insert("customer".to_owned(), Value::Null);
        object.insert("address2".to_owned(), Value::Null);
        object.insert("offers".to_owned(), json!([]));
        object.insert("notify".to_owned(), json!([{"_id": "1234567890123457890FEDD", "name": "Mette Holm"}]));
        object["address"] = answered(&[])["address"].clone();
        assert_eq!(made, expected);
        let id = text(&made, "_id");
        assert!(id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
        let author = text(&made, "createdBy");
        assert_eq!(author == "1234567890123457890FEDD", n == 1, "a key, or the user: {author}");
        assert_eq!(caller.found(&format!("/internet/request/{id}")).await, made);
    }
    // By the id of the address that the lookup finds.
    let found =
        demo.reseller.found("/customer/address/lookup?query=Vallensb%C3%A6kvej%2020A%2C%203.%20th.").await;
    assert_eq!(found[0]["_id"], "12345678901234567890DDDD", "{found}");
    wanted["address"] = json!({"_id": found[0]["_id"]});
    let made = demo.reseller.made("/internet/request", &wanted).await;
    assert_eq!(made["address"], answered(&[])["address"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_answer_is_there_under_its_id_with_the_prices_that_one_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    for admin in [demo.admin.clone(), demo.signed_in("telecomx_admin").await] {
        assert_eq!(admin.found(REQUEST).await, answered(&[]));
    }
    for reseller in [demo.reseller.clone(), demo.signed_in("telecomx").await] {
        assert_eq!(reseller.found(REQUEST).await, answered(&COST));
    }
    for (caller, unseen) in [(&demo.admin, &[][..]), (&demo.reseller, &COST[..])] {
        for query in
            [format!("reseller={BELOW}&full=true"), "full=true&filter=donald%20duck&state=HAS_OFFER".into()]
        {
            let list = caller.found(&format!("/internet/request?{query}")).await;
            assert_eq!((&list["total"], &list["requests"][0]), (&json!(1), &answered(unseen)), "{query}");
        }
        let others = caller.total(&format!("/internet/request?reseller={RESELLER}")).await;
        assert_eq!(others, 0, "it belongs to the one below");
    }
    // Who is known by a printed id is found by it.
    for (path, name) in [
        ("/employee/1234567890123456780FEDD", "Donald Duck"),
        ("/employee/1234567890123457890FEDE", "Lars Friis"),
        ("/product/12345678901234567890BBBB", "Fiber 1000/500"),
        ("/product/1234567890124567890AACC", "Oprettelse fiber"),
    ] {
        let found = demo.reseller.found(path).await;
        assert_eq!((text(&found, "_id"), text(&found, "name")), (path.rsplit('/').next().unwrap(), name));
    }
    // The offer is of 2018: it cannot be ordered any more.
    let order = json!({"request": "123457890123457890AAAA", "offer": "12345678901234567890FFFF"});
    let expired = refusal(409, "offer", "Offer has expired");
    assert_eq!(demo.reseller.post("/internet/account", &order).await, expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slowest_line_is_offered_by_rule_where_the_network_is() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let mut wanted = read(printed::NEW_REQUEST);
    wanted["startDate"] = json!(in_days(20));
    wanted["product"] = json!(demo.admin.product("Fiber 50/25").await);
    let made = demo.reseller.made("/internet/request", &wanted).await;
    let offers = made["offers"].as_array().unwrap();
    let commitments: Vec<_> = offers.iter().map(|offer| offer["commitment"].as_i64()).collect();
    assert_eq!(commitments, [Some(12), Some(24)], "as they were asked for: {made}");
    let prices = ["initiationWholesale", "initiationCustomer", "monthlyWholesale", "monthlyCustomer"];
    for offer in offers {
        assert_eq!(prices.map(|price| offer[price].as_f64().unwrap()), [350.0, 495.0, 159.0, 219.0]);
        assert_eq!(offer["initiationFeeProduct"], "1234567890124567890AACC");
        assert!(COST.iter().all(|price| offer.get(price).is_none()), "{offer}");
    }
    assert!(made["answered"].is_string(), "{made}");
}
