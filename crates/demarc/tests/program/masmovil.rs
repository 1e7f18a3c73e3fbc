//! The MASMOVIL API: accesses looked up, and moved from one brand to another.

use crate::on_both;
use crate::support::{House, Running, http};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;

const INFO: &str = "/v1/ftth/accesses/info";
const ORANGE: &str = "/v1/ftth/orange_accesses/info";
const MOVE: &str = "/v1/ftth/retentions";

const ADDRESS: &str = "J0000000000000000000000000000000000001";
const BUILDING: &str = "28000010276800007";
const FILE: &str = "\
iua,gescal37,phone,brand,address_id,document_number,client_name,territory_owner,bandwidth,customer_type,status
V33904AHB202,28000010276800007 006DCHA,900 000 001,ORANGE,J0000000000000000000000000000000000001,12345678Z,Juan Pérez,FIBMM02,600,RESIDENTIAL,ACTIVE
V33904AHB203,28000010276800007 006IZQ,,Orange,,,,,,,VACANT
V33904AHB204,28000010276800009,900000003,YOIGO,,87654321X,Ana Gil,,,,ACTIVE
";

#[derive(Clone)]
struct Caller {
    url: String,
    key: String,
    http: reqwest::Client,
}

impl Caller {
    fn of(server: &Running, key: &str) -> Self {
        Self { url: format!("{}/masmovil", server.url), key: key.to_owned(), http: http() }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.key);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    async fn retain(&self, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, MOVE, Some(body)).await
    }

    /// The one access under a phone number.
    async fn access(&self, phone: &str) -> Value {
        let (status, found) = self.get(&format!("{INFO}?phoneNumber={phone}")).await;
        assert_eq!((status, found["accesses"].as_array().map(Vec::len)), (200, Some(1)), "{found}");
        found["accesses"][0].clone()
    }
}

/// The network's own people, who hold YOIGO; a provider who holds ORANGE; and another one.
struct Market {
    owner: Caller,
    orange: Caller,
    other: Caller,
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn market(house: &House, server: &Running) -> Market {
    house.must(&["org", "create", "Red", "--kind", "operator"]);
    house.must(&["org", "create", "Naranja", "--kind", "reseller"]);
    house.must(&["org", "create", "Otra", "--kind", "reseller"]);
    let settings = write(house.folder(), "red.json", r#"{"country": "ES", "zone": "Europe/Madrid"}"#);
    house.must(&["carrier", "create", "red", "--connector", "own", "--org", "Red", "--config", &settings]);
    let premises =
        format!("external_reference,full_text\n{BUILDING} 001A,\"C/ Mayor 7, 1º A, 28001 Madrid\"\n");
    let premises = write(house.folder(), "premises.csv", &premises);
    house.must(&["import", "premises", &premises, "--carrier", "red", "--country", "ES"]);
    let products = write(
        house.folder(),
        "products.csv",
        "code,currency,down_mbps\nFibra 300,EUR,300\nFibra 600,EUR,600\n",
    );
    house.must(&["import", "products", &products, "--carrier", "red"]);
    let accesses = write(house.folder(), "accesses.csv", FILE);
    house.must(&["import", "accesses", &accesses, "--carrier", "red"]);
    house.must(&["carrier", "brand", "red", "YOIGO", "--org", "Red"]);
    house.must(&["carrier", "brand", "red", "ORANGE", "--org", "Naranja"]);
    let caller = |name| Caller::of(server, &house.must(&["key", "create", "--org", name]));
    Market { owner: caller("Red"), orange: caller("Naranja"), other: caller("Otra") }
}

fn source() -> Value {
    json!({"gescal37": "28000010276800007 006DCHA", "iua": "V33904AHB202", "phoneNumber": "900000001",
           "documentNumber": "12345678z", "clientName": "juan  pérez", "brand": "orange"})
}

fn destination() -> Value {
    json!({"gescal37": "28000010276800007 006DCHA", "brand": "YOIGO", "bandwidth": "600", "customerType": "RESIDENTIAL",
           "clientName": "Luis Soto", "documentNumber": "1A", "phoneNumber": "911 222 333", "tv": "OTT"})
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

on_both!(an_access_is_found_by_each_code_and_all_that_are_given_agree, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let access = market.owner.access("900000001").await;
    for query in [
        format!("addressId={ADDRESS}"),
        "gescal37=28000010276800007%20006DCHA".into(),
        format!("phoneNumber=900-000-001&addressId={}", ADDRESS.to_lowercase()),
    ] {
        let found = market.owner.get(&format!("{INFO}?{query}")).await;
        assert_eq!(found, (200, json!({"accesses": [access]})), "{query}");
    }
    assert_eq!(access["gescal37"], "28000010276800007 006DCHA");
    for (query, status, details) in [
        (format!("phoneNumber=900000003&addressId={ADDRESS}"), 404, None),
        ("phoneNumber=999999999".into(), 404, None),
        (String::new(), 400, Some("one of phoneNumber, gescal37 and addressId is required")),
        ("gescal37=28-0&addressId=J1".into(), 400, Some("addressId: must be a letter and 37 digits")),
    ] {
        let (told, error) = market.owner.get(&format!("{INFO}?{query}")).await;
        assert_eq!((told, &error["code"]), (status, &json!(status.to_string())), "{query}");
        let said = error["details"].as_str();
        assert!(details.is_none_or(|details| said.unwrap().contains(details)), "{error}");
        assert!(!error["ref"].as_str().unwrap().is_empty());
    }
    let bare = http().get(format!("{}/masmovil{INFO}?phoneNumber=900000001", server.url));
    assert_eq!(bare.try_clone().unwrap().send().await.unwrap().status(), 401);
    let html = bare.bearer_auth(&market.owner.key).header("accept", "text/html").send().await.unwrap();
    assert_eq!(html.status(), 406);
});

on_both!(people_are_whole_for_the_holder_and_the_owner_and_masked_for_others, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    for caller in [&market.owner, &market.orange] {
        let access = caller.access("900000001").await;
        assert_eq!(
            (&access["clientName"], &access["documentNumber"]),
            (&json!("Juan Pérez"), &json!("12345678Z"))
        );
    }
    let viewer = house.must(&["key", "create", "--org", "Red", "--role", "VIEWER"]);
    for caller in [&market.other, &Caller::of(&server, &viewer)] {
        let access = caller.access("900000001").await;
        assert_eq!((&access["clientName"], &access["documentNumber"]), (&json!("J*** P***"), &json!("1***")));
    }
    // What ORANGE does not hold is not its own.
    assert_eq!(market.orange.access("900000003").await["clientName"], "A*** G***");
});

on_both!(of_orange_only_what_it_holds_or_has_left_is_told, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let (_, held) = market.owner.get(&format!("{ORANGE}?phoneNumber=900000001")).await;
    assert_eq!(
        (&held["accesses"][0]["brand"], &held["accesses"][0]["vacant"]),
        (&json!("ORANGE"), &json!(false))
    );
    assert!(held["accesses"][0].get("clientName").is_none());
    let (_, left) = market.owner.get(&format!("{ORANGE}?gescal37=28000010276800007%20006IZQ")).await;
    assert_eq!(left["accesses"][0]["vacant"], true);
    assert_eq!(market.owner.get(&format!("{ORANGE}?phoneNumber=900000003")).await.0, 404);
});

on_both!(an_access_goes_to_another_brand_once, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let wanted = json!({"reuseAccess": true, "source": source(), "destination": destination()});
    // Not the holder of the destination's brand; and a source that is wrong in one field, which one is not told.
    assert_eq!(market.orange.retain(&wanted).await.0, 403);
    for (name, value) in [
        ("clientName", "Juan Perez"),
        ("iua", "V33904AHB203"),
        ("phoneNumber", "900000002"),
        ("brand", "YOIGO"),
        ("gescal37", "28000010276800007"),
        ("documentNumber", "1"),
    ] {
        let wrong = with(wanted.clone(), "source", with(source(), name, json!(value)));
        let (status, error) = market.owner.retain(&wrong).await;
        assert_eq!((status, &error["details"]), (400, &json!("source: does not match the access")), "{name}");
    }
    let (status, moved) = market.owner.retain(&wanted).await;
    assert_eq!(
        (status, &moved["status"], &moved["iua"]),
        (200, &json!("ACCEPTED"), &json!("V33904AHB202")),
        "{moved}"
    );
    assert_eq!(moved["destination"]["brand"], "YOIGO");
    let access = market.owner.access("911222333").await;
    assert_eq!(
        (&access["brand"], &access["clientName"], &access["tv"]),
        (&json!("YOIGO"), &json!("Luis Soto"), &json!("OTT"))
    );
    assert_eq!(market.owner.get(&format!("{INFO}?phoneNumber=900000001")).await.0, 404, "nobody's any more");
    assert_eq!(market.owner.retain(&wanted).await.0, 409, "the same again");
    let elsewhere = with(wanted, "destination", with(destination(), "bandwidth", json!("300")));
    assert_eq!(market.owner.retain(&elsewhere).await.0, 409, "on the strength of the same source");
    // What was imported again does not undo it.
    let accesses = house.folder().join("accesses.csv");
    house.must(&["import", "accesses", accesses.to_str().unwrap(), "--carrier", "red", "--replace"]);
    assert_eq!(market.owner.access("911222333").await["brand"], "YOIGO");
    assert_eq!(market.owner.get(&format!("{INFO}?phoneNumber=900000001")).await.0, 404);
});

on_both!(of_two_at_the_same_time_one_wins, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let wanted = |speed: usize| {
        let to = with(destination(), "bandwidth", json!(speed.to_string()));
        json!({"reuseAccess": true, "source": source(), "destination": to})
    };
    let mut asking = tokio::task::JoinSet::new();
    for speed in 0..8 {
        let (caller, body) = (market.owner.clone(), wanted(speed));
        asking.spawn(async move { caller.retain(&body).await.0 });
    }
    let mut told = asking.join_all().await;
    told.sort_unstable();
    assert_eq!(told, [200, 409, 409, 409, 409, 409, 409, 409]);
});

on_both!(a_new_access_is_reserved_and_its_installation_ordered, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let to = with(destination(), "gescal37", json!(format!("{BUILDING} 001A")));
    let (status, reserved) = market.owner.retain(&json!({"reuseAccess": false, "destination": to})).await;
    assert_eq!((status, &reserved["reuseAccess"]), (200, &json!(false)), "{reserved}");
    assert_eq!(market.owner.access("911222333").await["status"], "RESERVED");
    let orders = http().get(format!("{}/aex/work-orders", server.url)).bearer_auth(&market.owner.key);
    let orders: Value = orders.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&orders["total"], &orders["items"][0]["status"]),
        (&json!(1), &json!("New Order")),
        "{orders}"
    );
    let nowhere = with(destination(), "gescal37", json!("99999999999999999"));
    let (status, error) = market.owner.retain(&json!({"reuseAccess": false, "destination": nowhere})).await;
    assert_eq!(
        (status, &error["details"]),
        (400, &json!("destination.gescal37: is in no building that is known"))
    );
});

on_both!(every_field_at_fault_is_named_at_once, |house: House| async move {
    let server = house.serve(&[]).await;
    let market = market(&house, &server);
    let (status, error) = market
        .owner
        .retain(&json!({"reuseAccess": true, "source": {"iua": "V1"}, "destination": {"tv": "CABLE"}}))
        .await;
    let details = error["details"].as_str().unwrap();
    assert_eq!(status, 400);
    for field in [
        "source.gescal37",
        "source.phoneNumber",
        "source.documentNumber",
        "source.clientName",
        "source.brand",
        "destination.gescal37",
        "destination.brand",
        "destination.bandwidth",
        "destination.customerType",
        "destination.tv",
    ] {
        assert!(details.contains(&format!("{field}: ")), "{field}: {details}");
    }
    let (status, error) = market.owner.retain(&json!([])).await;
    assert_eq!((status, &error["title"]), (400, &json!("Invalid body supplied")));
});
