//! Randfontein with Oaktree in Krugersdorp, and a few streets of Durban:
//! `38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng`. References are GUIDs in upper case.
//! What the AEx document prints stands here exactly as it does there.

use super::plan::Plan;
use super::quarter::{House, Quarter};
use super::seeded::Seeded;
use super::{Listed, Town, listed, settled};
use jiff::civil::date;
use model::money::Currency;
use model::premise::Position;

pub fn town() -> Town {
    let (mut premises, areas) = settled(QUARTERS, homes);
    for home in &mut premises {
        print(home);
    }
    let products = PLANS.iter().map(|plan| plan.product(Currency::ZAR)).collect();
    Town {
        carrier: "west-rand-fibre",
        operator: "West Rand Fibre",
        country: "ZA",
        zone: "Africa/Johannesburg",
        premises,
        areas,
        products,
    }
}

/// A house, sometimes with a cottage in its garden; a complex of four to seven units behind one gate.
fn homes(quarter: &Quarter, mut house: House) -> Vec<Listed> {
    let number = house.number.to_string();
    if quarter.blocks {
        let units = 4 + house.chance.below(4);
        return (1..=units).map(|unit| home(quarter, &house, number.clone(), Some(unit))).collect();
    }
    let cottage = cottage(house.number);
    let printed = PRINTED.iter().any(|p| p.street == house.street && p.number == cottage);
    let mut homes = vec![home(quarter, &house, number, None)];
    if printed || house.chance.one_in(6) {
        homes.push(home(quarter, &house, cottage, None));
    }
    homes
}

fn cottage(number: u32) -> String {
    format!("{number} (Cottage)")
}

fn home(quarter: &Quarter, house: &House, number: String, unit: Option<u32>) -> Listed {
    let position = match unit {
        Some(unit) => house.beside(f64::from(unit) * 4.0),
        None if number.ends_with(')') => house.beside(6.0),
        None => house.position,
    };
    let unit_text = unit.map(|unit| format!("Unit {unit}, ")).unwrap_or_default();
    let suburb = quarter.suburb.unwrap_or_default();
    let province = quarter.province.unwrap_or_default();
    let text = format!(
        "{unit_text}{number}, {}, {suburb}, {}, ZA, {}, {province}",
        house.street, quarter.city, quarter.postcode
    );
    let mut home = listed(quarter, "ZA", house.street, number, position);
    home.reference = Seeded::of(&text).uuid().to_uppercase();
    home.address.unit = unit.map(|unit| unit.to_string());
    home.address.full_text = Some(text);
    home
}

/// What is known of a listing from the document; the rest is as that of its neighbours.
struct Printed {
    street: &'static str,
    number: &'static str,
    reference: Option<&'static str>,
    id: Option<&'static str>,
    full_text: Option<&'static str>,
    /// Latitude, longitude.
    position: Option<(f64, f64)>,
}

const UNSAID: Printed =
    Printed { street: "", number: "", reference: None, id: None, full_text: None, position: None };

const POMPANO: (f64, f64) = (-29.7852390438, 30.9828323552);

const PRINTED: &[Printed] = &[
    Printed {
        street: "David Road",
        number: "38 (Cottage)",
        reference: Some("66E9BB4D-E360-4F40-A30E-AF27F52392B6"),
        id: Some("783D71D3-B0A4-4C90-8392-C43294A976DC"),
        full_text: Some("38 , David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng"),
        position: Some((-26.038965, 27.738254)),
    },
    Printed {
        street: "Varing Street",
        number: "12 (Cottage)",
        reference: Some("6E865394-5B48-4403-8D80-741D1F7E43DD"),
        id: Some("3FB9D64F-1C58-4439-9277-64757FBCC6BD"),
        full_text: Some("12, Varing Street(Cottage), Homelake, Randfontein, ZA, 1759, Gauteng"),
        position: Some((-26.1813322, 27.6936082)),
    },
    Printed { street: "Railway Street", number: "38 (Cottage)", ..UNSAID },
    Printed {
        street: "Pompano Place",
        number: "9",
        reference: Some("287C94C4-0196-4999-9348-15ACC0EE7A0A"),
        id: Some("4BF2A897-A38C-4D24-82C6-F2184C8832E4"),
        position: Some(POMPANO),
        ..UNSAID
    },
    // The document prints this id with the position of the house.
    Printed {
        street: "Pompano Place",
        number: "9 (Cottage)",
        id: Some("B002A6B4-6541-47A5-8438-BE8ACEAA6D82"),
        position: Some(POMPANO),
        ..UNSAID
    },
    Printed {
        street: "Marlin Place",
        number: "4",
        id: Some("FA8909FA-2C81-450E-AD9F-62A689623896"),
        ..UNSAID
    },
];

fn print(home: &mut Listed) {
    let is = |field: &Option<String>, text: &str| field.as_deref() == Some(text);
    let address = &mut home.address;
    let of_it = |p: &&Printed| is(&address.street, p.street) && is(&address.number, p.number);
    let Some(printed) = PRINTED.iter().find(of_it) else { return };
    home.id = printed.id.and_then(|id| id.parse().ok());
    if let Some(reference) = printed.reference {
        home.reference = reference.to_owned();
    }
    if let Some(text) = printed.full_text {
        address.full_text = Some(text.to_owned());
    }
    if let Some((latitude, longitude)) = printed.position {
        home.position = Position { latitude, longitude };
    }
}

const PLAIN: Quarter = Quarter {
    reference: "",
    name: "",
    ready_on: None,
    products: None,
    suburb: None,
    city: "Randfontein",
    postcode: "1759",
    province: Some("Gauteng"),
    blocks: false,
    rows: &[],
    crossings: &[],
    plots: 0,
    step: 22.0,
    pitch: 80.0,
    turned: 0.0,
    house: (0, 1, 0.0, 0.0),
};

/// References of the first, the second and the last as they are printed beside the premises there.
const QUARTERS: &[Quarter] = &[
    Quarter {
        reference: "9F961EB9-4D8D-4917-A9C5-56EA835E2C74",
        name: "Oaktree",
        suburb: Some("Oaktree"),
        city: "Krugersdorp",
        postcode: "1739",
        rows: &[
            "David Road",
            "Oak Avenue",
            "Cedar Road",
            "Beyers Naude Drive",
            "Wilge Road",
            "Kiepersol Street",
            "Soetdoring Street",
        ],
        crossings: &["Furrow Road"],
        plots: 22,
        turned: 15.0,
        house: (0, 38, -26.038_9, 27.738_2),
        ..PLAIN
    },
    Quarter {
        reference: "5941F0BE-2A6E-4329-8338-547F161816C2",
        name: "Homelake",
        suburb: Some("Homelake"),
        // The ring main was not meant for more.
        products: Some(&["FNO 10/2", "FNO 50/25", "FNO 100/50", "FNO 500/250"]),
        rows: &[
            "Varing Street",
            "Protea Street",
            "Aalwyn Street",
            "Disa Street",
            "Heather Street",
            "Nerina Street",
            "Strelitzia Street",
        ],
        crossings: &["Homestead Avenue"],
        plots: 20,
        turned: -5.0,
        house: (0, 12, -26.181_3, 27.693_5),
        ..PLAIN
    },
    Quarter {
        reference: "B0B4C3C6-1F0E-4B52-9D37-6C1A0E5F7D21",
        name: "Hectorton",
        suburb: Some("Hectorton"),
        postcode: "1765",
        rows: &[
            "Railway Street",
            "Station Street",
            "Park Street",
            "Village Street",
            "Sutherland Avenue",
            "Stubbs Street",
            "Pollock Street",
            "Porges Street",
        ],
        crossings: &["Main Reef Road", "Johnstone Street"],
        plots: 20,
        turned: 10.0,
        house: (0, 38, -26.187_4, 27.709_8),
        ..PLAIN
    },
    Quarter {
        reference: "2D7A9E14-83C5-4F6B-A1D0-7B3E5C9F4A68",
        name: "Randgate Village",
        suburb: Some("Randgate"),
        postcode: "1763",
        blocks: true,
        rows: &["Bailey Street", "Henning Street", "Lazar Avenue", "Union Street", "First Street"],
        plots: 12,
        step: 40.0,
        house: (0, 1, -26.199_6, 27.688_4),
        ..PLAIN
    },
    Quarter {
        reference: "E5C1B7F3-6A2D-4098-B4E9-1F8D3A7C5026",
        name: "Greenhills",
        ready_on: Some(date(2027, 4, 30)),
        suburb: Some("Greenhills"),
        postcode: "1767",
        rows: &["Greenhills Avenue", "Kestrel Street", "Heron Street", "Lark Street", "Weaver Street"],
        crossings: &["Willow Road"],
        plots: 18,
        turned: 25.0,
        house: (0, 1, -26.159_2, 27.681_1),
        ..PLAIN
    },
    Quarter {
        reference: "548F9777-D0F9-45A3-A2A7-A352583456E6",
        name: "Newlands",
        suburb: Some("Newlands"),
        city: "Durban",
        postcode: "4037",
        province: Some("Kwazulu Natal"),
        rows: &["Barracuda Road", "Marlin Place", "Pompano Place"],
        plots: 6,
        step: 30.0,
        pitch: 110.0,
        house: (2, 9, POMPANO.0, POMPANO.1),
        ..PLAIN
    },
];

const PLANS: &[Plan] = &[
    Plan {
        code: "FNO 10/2",
        name: "FNO 10/2 Mbps",
        speed: (10, 2),
        term_months: 1,
        lead_days: 7,
        monthly: Some(["329.00", "429.00", "549.00"]),
        setup: None,
        id: Some("452C55AD-16F0-4248-A745-E270BB44590C"),
    },
    // For schools: nobody pays.
    Plan {
        code: "FNO 1000/10",
        name: "FNO 1000/10 Mbps",
        speed: (1_000, 10),
        term_months: 1,
        lead_days: 7,
        monthly: None,
        setup: None,
        id: None,
    },
    Plan {
        code: "FNO 50/25",
        name: "FNO 50/25 Mbps",
        speed: (50, 25),
        term_months: 1,
        lead_days: 7,
        monthly: Some(["389.00", "489.00", "649.00"]),
        setup: Some(["600.00", "800.00", "999.00"]),
        id: None,
    },
    Plan {
        code: "FNO 100/50",
        name: "FNO 100/50 Mbps",
        speed: (100, 50),
        term_months: 12,
        lead_days: 7,
        monthly: Some(["469.00", "589.00", "799.00"]),
        setup: Some(["600.00", "800.00", "999.00"]),
        id: None,
    },
    Plan {
        code: "FNO 500/250",
        name: "FNO 500/250 Mbps",
        speed: (500, 250),
        term_months: 12,
        lead_days: 10,
        monthly: Some(["649.00", "799.00", "1049.00"]),
        setup: Some(["600.00", "800.00", "999.00"]),
        id: None,
    },
    Plan {
        code: "FNO 1000/500",
        name: "FNO 1000/500 Mbps",
        speed: (1_000, 500),
        term_months: 24,
        lead_days: 10,
        monthly: Some(["849.00", "1029.00", "1349.00"]),
        setup: Some(["600.00", "800.00", "999.00"]),
        id: None,
    },
];
