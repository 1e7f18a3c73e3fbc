//! A network of one's own with its areas, premises and products; two providers that sell on it, and its own people.

use super::caller::{Caller, text};
use crate::support::{House, Running, until};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

/// Houses 1 to this in the live area, 44 metres from one another, with fibre.
pub const HOUSES: u32 = 110;
/// In the live area, with radio only.
pub const RADIO: u32 = 201;
/// In the live area; its listing has no line left.
pub const FULL: u32 = 202;
/// Where the network is to come.
pub const PLANNED: u32 = 203;
/// Where only `FIBRE` is sold.
pub const FEW: u32 = 204;
/// In an area without a line left.
pub const CROWDED: u32 = 205;
/// In no area.
pub const OUTSIDE: u32 = 206;

/// Appointments at one time.
pub const CAPACITY: usize = 2;

const PRODUCTS: &str = "\
code,name,technology,down_mbps,up_mbps,term_months,currency,monthly_price
FIBRE,Fibre 100,FTTH,100,50,1,ZAR,549.00
FAST,Fibre 1000,FTTH,1000,500,12,ZAR,899.00
AIR,Radio 50,FWA,50,10,1,ZAR,399.00
";

/// What a test holds of it.
pub struct Network {
    pub server: Running,
    pub first: Caller,
    pub second: Caller,
    /// The network's own people.
    pub operator: Caller,
}

/// The GUID under which a house is listed.
pub fn reference(house: u32) -> String {
    format!("287C94C4-0196-4999-9348-{house:012}")
}

/// Latitude and longitude of a house.
pub fn position(house: u32) -> (f64, f64) {
    match house {
        RADIO => (-26.18, 27.72),
        FULL => (-26.18, 27.73),
        PLANNED => (-26.2, 27.9),
        FEW => (-26.2, 28.1),
        CROWDED => (-26.2, 28.3),
        OUTSIDE => (-26.2, 29.0),
        _ => (-26.15 - f64::from(house) * 0.0004, 27.7),
    }
}

/// A point of the live area at which nothing stands.
pub const MEADOW: (f64, f64) = (-26.17, 27.77);

fn premises() -> String {
    let mut csv = "external_reference,number,street,suburb,city,postcode,province,country,latitude,longitude,technology,free_ports\n".to_owned();
    for house in (1..=HOUSES).chain([RADIO, FULL, PLANNED, FEW, CROWDED, OUTSIDE]) {
        let (guid, (latitude, longitude)) = (reference(house), position(house));
        let technology = if house == RADIO { "FWA" } else { "FTTH" };
        let free = if house == FULL { "0" } else { "" };
        let place = "Acacia Street,Homelake,Randfontein,1759,Gauteng,ZA";
        writeln!(csv, "{guid},{house},{place},{latitude},{longitude},{technology},{free}").unwrap();
    }
    csv
}

fn area(properties: &Value, west: f64) -> Value {
    let (south, north, east) = (-26.25, -26.1, west + 0.15);
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// `coming`: what the area is where the network is to come.
fn areas(coming: &str) -> String {
    let ready = if coming == "planned" { json!("2030-01-01") } else { Value::Null };
    let features = [
        area(&json!({"id": "LIVE", "name": "Homelake"}), 27.65),
        area(&json!({"id": "COMING", "status": coming, "ready_on": ready}), 27.85),
        area(&json!({"id": "FEW", "products": ["FIBRE"]}), 28.05),
        area(&json!({"id": "CROWDED", "free_ports": 0}), 28.25),
    ];
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn import(house: &House, kind: &str, name: &str, text: &str) {
    let path = house.folder().join(name);
    std::fs::write(&path, text).unwrap();
    house.must(&["import", kind, path.to_str().unwrap(), "--carrier", "net"]);
}

/// Brings the network to where it was to come.
pub fn build(house: &House) {
    import(house, "areas", "areas.geojson", &areas("live"));
}

/// Makes all of it before the server starts, and waits until it can be asked for.
pub async fn furnish(house: &mut House) -> Network {
    house.env.push(("DEMARC_SANDBOX".into(), "true".into()));
    let settings = house.folder().join("network.json");
    let calendar = json!({"capacity": CAPACITY, "weekdays": [1, 2, 3, 4, 5, 6, 7], "times": ["08:00", "10:00", "13:00"]});
    let config = json!({"country": "ZA", "zone": "Africa/Johannesburg", "calendar": calendar});
    std::fs::write(&settings, config.to_string()).unwrap();
    house.must(&["org", "create", "Network", "--kind", "operator"]);
    let settings = settings.to_str().unwrap();
    house.must(&["carrier", "create", "net", "--connector", "own", "--org", "Network", "--config", settings]);
    import(house, "products", "products.csv", PRODUCTS);
    import(house, "areas", "areas.geojson", &areas("planned"));
    import(house, "premises", "premises.csv", &premises());
    let mut keys = Vec::new();
    for name in ["First", "Second"] {
        house.must(&["org", "create", name, "--kind", "reseller"]);
        keys.push(house.must(&["key", "create", "--org", name]));
    }
    keys.push(house.must(&["key", "create", "--org", "Network"]));
    let server = house.serve(&[]).await;
    let [first, second, operator] = [0, 1, 2].map(|n: usize| Caller::of(&server, &keys[n]));
    let network = Network { server, first, second, operator };
    let ready = until(Duration::from_secs(60), || async {
        let listed = network.first.asked("/predefined-premises", &[("q", &reference(1))]).await;
        let sold = network.first.found(&availability(MEADOW)).await;
        (listed["total"] == 1 && sold["items"].as_array().unwrap().len() == 3).then_some(())
    });
    ready.await.expect("the indices are built");
    network
}

pub fn availability((latitude, longitude): (f64, f64)) -> String {
    format!("/products/availability/{latitude}/{longitude}")
}

/// The id that a product of the network has for a caller.
pub async fn product(caller: &Caller, name: &str) -> String {
    let sold = caller.found(&availability(MEADOW)).await;
    let items = sold["items"].as_array().unwrap();
    let named = items.iter().find(|item| item["name"] == name);
    text(named.unwrap_or_else(|| panic!("{name} is not sold: {sold}")), "id").to_owned()
}

/// The id of a house, which is not its reference.
pub async fn premise(caller: &Caller, house: u32) -> String {
    let listed = caller.asked("/predefined-premises", &[("q", &reference(house))]).await;
    assert_eq!(listed["items"][0]["guid"], reference(house), "{listed}");
    text(&listed["items"][0], "premise_id").to_owned()
}

/// The body of an order; its customer is found by the e-mail address, or made.
pub fn order(house: u32, product: &str, email: &str) -> Value {
    json!({
        "customer": {"first_name": "Thandi", "last_name": "Nkosi", "email": email, "username": email,
            "mobile_number": "+27821234567"},
        "premise": {"external_reference": reference(house)},
        "service": {"product_id": product},
    })
}

pub fn customer(email: &str) -> Value {
    json!({"customer": {"first_name": "Thandi", "last_name": "Nkosi", "email": email, "password": "secret",
        "mobile_number": "+27821234567"}})
}

/// What an order made.
#[derive(Debug, Clone)]
pub struct Placed {
    pub customer: String,
    pub service: String,
    pub work_order: String,
}

impl Placed {
    pub fn path(&self) -> String {
        format!("/services/{}", self.service)
    }

    pub fn work_path(&self) -> String {
        format!("/work-orders/{}", self.work_order)
    }
}

/// Orders `Fibre 100` at a house, for a customer of that house.
pub async fn placed(caller: &Caller, house: u32) -> Placed {
    let product = product(caller, "Fibre 100").await;
    let (status, made) = caller
        .post("/services/full", &order(house, &product, &format!("house{house}@customer.example")))
        .await;
    assert_eq!(status, 201, "{made}");
    Placed {
        customer: text(&made["customer"], "id").to_owned(),
        service: text(&made["service"], "service_id").to_owned(),
        work_order: text(&made["work_order"], "id").to_owned(),
    }
}

/// A move of a work order.
pub fn moved(changes: Value) -> Value {
    json!({"work_order": changes})
}

impl Network {
    /// Dates and times at which a technician can come to the live area.
    pub async fn slots(&self) -> Vec<Value> {
        let listed = self.first.asked("/predefined-premises", &[("q", &reference(1))]).await;
        let area = text(&listed["items"][0], "area_id").to_owned();
        self.first.found(&format!("/work-orders/slots?area={area}")).await["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The next appointment that is free.
    pub async fn free(&self) -> Value {
        let slots = self.slots().await;
        slots.into_iter().skip(3).find(|slot| slot["free"] != 0).expect("a free appointment")
    }

    /// Gives a work order the next free appointment.
    pub async fn book(&self, placed: &Placed) {
        let slot = self.free().await;
        let at = json!({"status": "Scheduled", "schedule_date": slot["date"], "schedule_time": slot["time"]});
        self.operator.changed(&placed.work_path(), &moved(at)).await;
    }

    /// A service that is in use: ordered, and its work order carried out.
    pub async fn installed(&self, caller: &Caller, house: u32) -> Placed {
        let placed = placed(caller, house).await;
        self.book(&placed).await;
        for status in ["Installation In Progress", "Completed"] {
            self.operator.changed(&placed.work_path(), &moved(json!({"status": status}))).await;
        }
        assert_eq!(caller.found(&placed.path()).await["status"], "Active");
        placed
    }
}

/// A moment some days from now, as a request says it.
pub fn in_days(days: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    at.strftime("%Y-%m-%d %H:%M:%S +0000").to_string()
}
