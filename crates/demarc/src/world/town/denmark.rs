//! Brøndby: `Vallensbækvej 20A, 3. th., 2605 Brøndby`. References are UUIDs in lower case, as those of the national
//! address register.

use super::plan::Plan;
use super::quarter::{House, Quarter};
use super::seeded::Seeded;
use super::{Listed, Town, listed, settled};
use jiff::civil::date;
use model::money::Currency;

pub fn town() -> Town {
    let (premises, areas) = settled(QUARTERS, homes);
    let plans = PLANS.iter().map(|plan| plan.product(Currency::DKK));
    let products = plans.chain(crate::world::telecomx::products()).collect();
    Town {
        carrier: "vestegn-fiber",
        operator: "Vestegn Fiber",
        country: "DK",
        zone: "Europe/Copenhagen",
        premises,
        areas,
        products,
    }
}

/// A house, or two that share a number (`5A`, `5B`); in a building every entrance has four floors of two doors, and
/// every tenth number has two entrances.
fn homes(quarter: &Quarter, mut house: House) -> Vec<Listed> {
    let shared = if quarter.blocks { house.number.is_multiple_of(10) } else { house.chance.one_in(12) };
    let letters: &[&str] = if shared { &["A", "B"] } else { &[""] };
    let mut homes = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let entrance = Entrance { quarter, house: &house, letter, aside: at as f64 * 6.0 };
        if quarter.blocks {
            let floors = ["st", "1", "2", "3"].into_iter();
            homes.extend(floors.flat_map(|floor| {
                ["tv", "th"].map(|door| (floor, door)).map(|door| entrance.home(Some(door)))
            }));
        } else {
            homes.push(entrance.home(None));
        }
    }
    homes
}

struct Entrance<'a> {
    quarter: &'a Quarter,
    house: &'a House,
    letter: &'a str,
    /// Metres along the street.
    aside: f64,
}

impl Entrance<'_> {
    fn home(&self, door: Option<(&str, &str)>) -> Listed {
        let (quarter, street) = (self.quarter, self.house.street);
        let number = format!("{}{}", self.house.number, self.letter);
        let door_text = door.map(|(floor, door)| format!(", {floor}. {door}.")).unwrap_or_default();
        let text = format!("{street} {number}{door_text}, {} {}", quarter.postcode, quarter.city);
        let mut home = listed(quarter, "DK", street, number, self.house.beside(self.aside));
        home.reference = Seeded::of(&text).uuid();
        home.address.floor = door.map(|(floor, _)| floor.to_owned());
        home.address.door = door.map(|(_, door)| door.to_owned());
        home.address.full_text = Some(text);
        home
    }
}

const PLAIN: Quarter = Quarter {
    reference: "",
    name: "",
    ready_on: None,
    products: None,
    suburb: None,
    city: "Brøndby",
    postcode: "2605",
    province: None,
    blocks: false,
    rows: &[],
    crossings: &[],
    plots: 0,
    step: 20.0,
    pitch: 75.0,
    turned: 0.0,
    house: (0, 1, 0.0, 0.0),
};

const QUARTERS: &[Quarter] = &[
    Quarter {
        reference: "broendby-midt",
        name: "Brøndby Midt",
        blocks: true,
        rows: &["Vallensbækvej", "Park Allé", "Nygårds Plads", "Sognevej", "Tranehaven"],
        plots: 10,
        step: 26.0,
        turned: -10.0,
        house: (0, 20, 55.644_1, 12.398_4),
        ..PLAIN
    },
    Quarter {
        reference: "broendbyoester",
        name: "Brøndbyøster",
        rows: &[
            "Brøndbyøster Boulevard",
            "Rosenlunds Allé",
            "Kornmarksvej",
            "Gillesager",
            "Tjørnestien",
            "Hvedevej",
            "Rugvej",
            "Bygvej",
            "Havrevej",
            "Ved Lindelunden",
        ],
        crossings: &["Brøndbyøstervej", "Nykær"],
        plots: 16,
        turned: 8.0,
        house: (0, 1, 55.654_2, 12.428_6),
        ..PLAIN
    },
    Quarter {
        reference: "broendbyvester",
        name: "Brøndbyvester",
        // Lines are long out there.
        products: Some(&["Fiber 50", "Fiber 100", "Fiber 500"]),
        rows: &[
            "Horsedammen",
            "Gammel Landevej",
            "Bredager",
            "Mosestykket",
            "Banemarksvej",
            "Knudslundvej",
            "Sdr. Kirkevej",
            "Æblehaven",
        ],
        crossings: &["Brøndbyvestervej"],
        plots: 15,
        turned: -4.0,
        house: (0, 1, 55.630_9, 12.386_2),
        ..PLAIN
    },
    Quarter {
        reference: "broendby-strand",
        name: "Brøndby Strand",
        ready_on: Some(date(2027, 9, 30)),
        city: "Brøndby Strand",
        postcode: "2660",
        blocks: true,
        rows: &["Daruplund", "Gurrelund", "Hallingparken", "Albjergparken"],
        plots: 8,
        step: 26.0,
        turned: 2.0,
        house: (0, 1, 55.616_8, 12.421_7),
        ..PLAIN
    },
];

const PLANS: &[Plan] = &[
    Plan {
        code: "Fiber 50",
        name: "Fiber 50/25",
        speed: (50, 25),
        term_months: 1,
        lead_days: 14,
        monthly: Some(["119.00", "159.00", "219.00"]),
        setup: Some(["250.00", "350.00", "495.00"]),
        id: None,
    },
    Plan {
        code: "Fiber 100",
        name: "Fiber 100/50",
        speed: (100, 50),
        term_months: 12,
        lead_days: 14,
        monthly: Some(["139.00", "179.00", "249.00"]),
        setup: Some(["250.00", "350.00", "495.00"]),
        id: None,
    },
    Plan {
        code: "Fiber 500",
        name: "Fiber 500/250",
        speed: (500, 250),
        term_months: 12,
        lead_days: 14,
        monthly: Some(["165.00", "215.00", "299.00"]),
        setup: Some(["250.00", "350.00", "495.00"]),
        id: None,
    },
    Plan {
        code: "Fiber 1000",
        name: "Fiber 1000/500",
        speed: (1_000, 500),
        term_months: 24,
        lead_days: 21,
        monthly: Some(["195.00", "255.00", "349.00"]),
        setup: Some(["500.00", "700.00", "995.00"]),
        id: None,
    },
];
