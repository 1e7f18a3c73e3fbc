//! A Danish network of one's own with premises, an area and products; resellers who sell on it, three of them one below
//! the other; and its own people.

use super::caller::{Caller, at, encoded, text};
use crate::support::{House, Running, until};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;
use wire::telecomx::{Id, Kind};

pub const PASSWORD: &str = "eight888";

const PRODUCTS: &str = "\
code,name,kind,technology,recurrence,down_mbps,up_mbps,currency,monthly_price,monthly_wholesale,monthly_cost,setup_price,setup_wholesale,setup_cost
F100,Fiber 100,FIBER,FTTH,,100,100,DKK,299,199,99,495,350,250
F1000,Fiber 1000,FIBER,FTTH,,1000,1000,DKK,399,299,199,495,350,250
D50,DSL 50,DSL,VDSL2,,50,10,DKK,169,119,89,495,400,300
D100,DSL 100,DSL,VDSL2,,100,30,DKK,199,139,109,495,400,300
INIT,Oprettelse,OTHER,,NONE,,,DKK,,,,495,350,250
SPEED,Hastighedsskift,OTHER,,NONE,,,DKK,,,,199,100,0
";

/// In the area: houses 1 to 9 of Vestergade, the fifth with homes; outside: Østergade 1.
fn premises() -> String {
    let mut csv =
        "external_reference,number,street,floor,door,city,postcode,country,latitude,longitude\n".to_owned();
    let mut add = |reference: &str, number: &str, street: &str, home: &str, rest: &str| {
        writeln!(csv, "{reference},{number},{street},{home},{rest}").unwrap();
    };
    for house in (1..=9).filter(|house| *house != 5) {
        add(
            &format!("V{house}"),
            &house.to_string(),
            "Vestergade",
            ",",
            &format!("Roskilde,4000,DK,55.64{house},12.08"),
        );
    }
    for floor in ["st", "1", "2"] {
        for door in ["tv", "th"] {
            add(
                &format!("V5{floor}{door}"),
                "5",
                "Vestergade",
                &format!("{floor},{door}"),
                "Roskilde,4000,DK,55.645,12.08",
            );
        }
    }
    add("B1", "1", "Vesterbro", ",", "Roskilde,4000,DK,55.6401,12.081");
    add("O1", "1", "Østergade", ",", "Roskilde,4000,DK,55.64,12.3");
    add("S1", "1", "Storgatan", ",", "Malmö,21142,SE,55.6,13.0");
    csv
}

fn areas() -> String {
    let ring = json!([[12.0, 55.6], [12.2, 55.6], [12.2, 55.7], [12.0, 55.7], [12.0, 55.6]]);
    json!({"type": "Feature", "properties": {"id": "CENTRUM"}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        .to_string()
}

/// Imports a file of this text.
pub fn import(house: &House, kind: &str, text: &str, more: &[&str]) {
    let path = house.folder().join("import");
    std::fs::write(&path, text).unwrap();
    house.must(&[&["import", kind, path.to_str().unwrap(), "--carrier", "net"], more].concat());
}

/// What a test holds of it. Keys of resellers have the role RESELLER_ADMIN.
pub struct Network {
    pub server: Running,
    /// The network's own people.
    pub admin: Caller,
    /// A reseller, one below it, and one below that.
    pub over: Caller,
    pub under: Caller,
    pub deep: Caller,
    /// A reseller that has nothing to do with them.
    pub beside: Caller,
    /// Their ids, in this order.
    pub resellers: [String; 4],
    /// Master products.
    pub fiber: String,
    pub dsl: String,
    pub faster: String,
    pub fee: String,
    pub speed: String,
}

pub const RESELLERS: [&str; 4] = ["Over", "Under", "Deep", "Beside"];

/// Makes all of it, and waits until it can be asked for.
pub async fn furnish(house: &mut House) -> Network {
    house.env.push(("DEMARC_SANDBOX".into(), "true".into()));
    let config = json!({"country": "DK", "zone": "Europe/Copenhagen", "quoting": {
        "fiber_initiation_fee": "INIT", "dsl_initiation_fee": "INIT", "dsl_speed_change_fee": "SPEED"}});
    let settings = house.folder().join("network.json");
    std::fs::write(&settings, config.to_string()).unwrap();
    house.must(&["org", "create", "Network", "--kind", "operator"]);
    let settings = settings.to_str().unwrap();
    house.must(&["carrier", "create", "net", "--connector", "own", "--org", "Network", "--config", settings]);
    import(house, "products", PRODUCTS, &[]);
    import(house, "areas", &areas(), &[]);
    import(house, "premises", &premises(), &[]);
    let mut resellers = Vec::new();
    for (name, parent) in RESELLERS.iter().zip([None, Some("Over"), Some("Under"), None]) {
        let mut args = vec!["org", "create", name, "--kind", "reseller", "--json"];
        args.extend(parent.iter().flat_map(|parent| ["--parent", parent]));
        let made: Value = serde_json::from_str(&house.must(&args)).unwrap();
        resellers.push(Id::made(Kind::Organization, made["number"].as_u64().unwrap()).to_string());
    }
    let keys = RESELLERS.map(|name| key(house, name, "RESELLER_ADMIN"));
    let people = house.must(&["key", "create", "--org", "Network"]);
    let server = house.serve(&[]).await;
    let [over, under, deep, beside] = keys.map(|key| Caller::of(&server, &key));
    let admin = Caller::of(&server, &people);
    let ready = until(Duration::from_secs(60), || async {
        let known = over.found("/customer/address/lookup?query=Vestergade%201").await;
        (!known.as_array().unwrap().is_empty()).then_some(())
    });
    ready.await.expect("the index is built");
    let named = async |name: &str| admin.product(name).await;
    Network {
        fiber: named("Fiber 100").await,
        dsl: named("DSL 50").await,
        faster: named("DSL 100").await,
        fee: named("Oprettelse").await,
        speed: named("Hastighedsskift").await,
        resellers: resellers.try_into().unwrap(),
        server,
        admin,
        over,
        under,
        deep,
        beside,
    }
}

pub fn key(house: &House, organization: &str, role: &str) -> String {
    house.must(&["key", "create", "--org", organization, "--role", role])
}

/// Makes a user.
pub fn user(house: &House, email: &str, organization: &str, role: &str, more: &[&str]) {
    let args = ["user", "create", email, "--org", organization, "--role", role, "--password-stdin"];
    let mut child = house.command(&[&args[..], more].concat()).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{email}");
}

/// Makes a customer; how the command line and how TelecomX calls it.
pub fn customer(house: &House, name: &str, organization: &str) -> (String, String) {
    let made = house.must(&["customer", "create", name, "--org", organization, "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    (made["number"].to_string(), text(&made, "telecomx").to_owned())
}

/// A moment some days from now, as this API writes one.
pub fn in_days(days: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// The query by which somebody signs in.
pub fn encoded_user(email: &str) -> String {
    format!("username={}&password={PASSWORD}", encoded(email))
}

impl Network {
    /// Somebody who signs in now.
    pub async fn signed_in(&self, email: &str) -> Caller {
        let body = json!({"username": email, "password": PASSWORD});
        let answer = self.admin.bare(reqwest::Method::POST, "/auth/login").json(&body);
        let body: Value = answer.send().await.unwrap().json().await.unwrap();
        self.admin.with(text(&body, "token"))
    }

    /// A request for fibre at Vestergade 1.
    pub fn wanted(&self) -> Value {
        json!({"type": "FIBER", "address": {"address": "Vestergade 1", "zip": 4000, "city": "Roskilde"},
            "product": self.fiber, "ipAddresses": 8})
    }

    /// The same for copper.
    pub fn wanted_dsl(&self) -> Value {
        json!({"type": "DSL", "address": {"address": "Vestergade 2", "zip": "4000"}, "product": self.dsl})
    }

    /// An offer of a product.
    pub fn offer(&self, product: &str, commitment: u32) -> Value {
        json!({"product": product, "initiationFeeProduct": self.fee, "initiationCost": 1000, "initiationWholesale": 2000,
            "initiationCustomer": 3000, "monthlyCost": 500, "monthlyWholesale": 600, "monthlyCustomer": 699.95,
            "commitment": commitment, "providerName": "Net", "providerOfferId": "O-1"})
    }

    /// Makes a request and answers it; the request as its network sees it.
    pub async fn quoted(&self, caller: &Caller, wanted: &Value, commitment: u32) -> Value {
        let made = caller.made("/internet/request", wanted).await;
        let product = if made["type"] == "DSL" { &self.dsl } else { &self.fiber };
        let offers = json!({"offers": [self.offer(product, commitment)]});
        self.admin.made(&format!("/internet/request/{}", text(&made, "_id")), &offers).await
    }

    /// Makes a request, answers and orders it; the account's id.
    pub async fn ordered(&self, caller: &Caller, wanted: &Value, commitment: u32) -> String {
        let quoted = self.quoted(caller, wanted, commitment).await;
        let account = caller.made("/internet/account", &order(&quoted)).await;
        assert_eq!(account["state"], "ORDERED", "{account}");
        text(&account, "_id").to_owned()
    }

    /// An account that is in use from now on; its id.
    pub async fn in_use(&self, caller: &Caller, wanted: &Value, commitment: u32) -> String {
        let account = self.ordered(caller, wanted, commitment).await;
        self.admin.done(&format!("{}/confirm", at(&account)), &json!({})).await;
        self.admin.becomes(&account, "ACTIVE").await;
        account
    }
}

/// The order of a request's first offer.
pub fn order(request: &Value) -> Value {
    json!({"request": request["_id"], "offer": request["offers"][0]["_id"]})
}
