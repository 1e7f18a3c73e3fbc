//! Bronte below the Etna, with Maletto: `VIA CENERENTOLA 1, BRONTE (CT)`. References are numeric, as those of
//! Italian civic numbers usually are.

use super::plan::Plan;
use super::quarter::{House, Quarter};
use super::seeded::Seeded;
use super::{Listed, Town, listed, settled};
use jiff::civil::date;
use model::money::Currency;

pub fn town() -> Town {
    let (premises, areas) = settled(QUARTERS, homes);
    let products = PLANS.iter().map(|plan| plan.product(Currency::EUR)).collect();
    Town {
        carrier: "etna-fibra",
        operator: "Etna Fibra",
        country: "IT",
        zone: "Europe/Rome",
        premises,
        areas,
        products,
    }
}

/// A house, sometimes with another behind it (`8 BIS`, `12/A`); a building of three to six flats.
fn homes(quarter: &Quarter, mut house: House) -> Vec<Listed> {
    let number = house.number.to_string();
    if quarter.blocks {
        let flats = 3 + house.chance.below(4);
        return (1..=flats).map(|flat| home(quarter, &house, number.clone(), Some(flat))).collect();
    }
    let mut homes = vec![home(quarter, &house, number.clone(), None)];
    match house.chance.below(12) {
        0 => homes.push(home(quarter, &house, format!("{number} BIS"), None)),
        1 => homes.push(home(quarter, &house, format!("{number}/A"), None)),
        _ => {}
    }
    homes
}

fn home(quarter: &Quarter, house: &House, number: String, flat: Option<u32>) -> Listed {
    let further = number.contains(|letter: char| !letter.is_ascii_digit());
    let position = house.beside(if further { 5.0 } else { 0.0 });
    let flat_text = flat.map(|flat| format!(", INT. {flat}")).unwrap_or_default();
    let province = quarter.province.unwrap_or_default();
    let text = format!("{} {number}{flat_text}, {} ({province})", house.street, quarter.city);
    let mut home = listed(quarter, "IT", house.street, number, position);
    home.reference = format!("3801{:011}", Seeded::of(&text).next() % 100_000_000_000);
    home.address.unit = flat.map(|flat| flat.to_string());
    home.address.full_text = Some(text);
    home
}

const PLAIN: Quarter = Quarter {
    reference: "",
    name: "",
    ready_on: None,
    products: None,
    suburb: None,
    city: "BRONTE",
    postcode: "95034",
    province: Some("CT"),
    blocks: false,
    rows: &[],
    crossings: &[],
    plots: 0,
    step: 17.0,
    pitch: 66.0,
    turned: 0.0,
    house: (0, 1, 0.0, 0.0),
};

const QUARTERS: &[Quarter] = &[
    Quarter {
        reference: "BRONTE-CENTRO",
        name: "Bronte Centro",
        blocks: true,
        rows: &[
            "CORSO UMBERTO",
            "VIA ANNUNZIATA",
            "VIA CARDINALE DE LUCA",
            "VIA MADRICE",
            "VIA SANTA CATERINA",
            "VIA GIUSEPPE GARIBALDI",
            "VIA NICOLA SPEDALIERI",
        ],
        crossings: &["VIA ROMA", "VIALE DELLA REGIONE SICILIANA"],
        plots: 13,
        turned: 12.0,
        house: (0, 1, 37.787_9, 14.833_1),
        ..PLAIN
    },
    Quarter {
        reference: "BRONTE-SCIAROTTA",
        name: "Bronte Sciarotta",
        rows: &[
            "VIA CENERENTOLA",
            "VIA BIANCANEVE",
            "VIA PINOCCHIO",
            "VIA CAPPUCCETTO ROSSO",
            "VIA FRATELLI GRIMM",
            "VIA CARLO COLLODI",
            "VIA DEL PISTACCHIO",
            "VIA DEI MANDORLI",
        ],
        crossings: &["VIA MESSINA", "VIA PALERMO"],
        plots: 20,
        turned: 12.0,
        house: (0, 1, 37.794_6, 14.829_6),
        ..PLAIN
    },
    Quarter {
        reference: "BRONTE-SUD",
        name: "Bronte Sud",
        // Nothing faster than a gigabit yet.
        products: Some(&["FIBRA 50", "FIBRA 100", "FIBRA 500"]),
        rows: &[
            "VIALE CATANIA",
            "VIA DALMAZIA",
            "VIA TRIESTE",
            "VIA GORIZIA",
            "VIA ISONZO",
            "VIA PIAVE",
            "VIA MONTE GRAPPA",
        ],
        crossings: &["VIA VITTORIO VENETO"],
        plots: 16,
        turned: -8.0,
        house: (0, 1, 37.780_4, 14.834_2),
        ..PLAIN
    },
    Quarter {
        reference: "MALETTO",
        name: "Maletto",
        ready_on: Some(date(2027, 3, 31)),
        city: "MALETTO",
        postcode: "95035",
        rows: &[
            "VIA UMBERTO",
            "VIA FRAGOLA",
            "VIA SANT'ANTONIO",
            "VIA ALCIDE DE GASPERI",
            "VIA GALILEO GALILEI",
            "VIA MARCONI",
        ],
        crossings: &["CORSO VITTORIO EMANUELE"],
        plots: 15,
        turned: 30.0,
        house: (0, 1, 37.828_4, 14.864_7),
        ..PLAIN
    },
];

const PLANS: &[Plan] = &[
    Plan {
        code: "FIBRA 50",
        name: "Fibra 50/25",
        speed: (50, 25),
        term_months: 1,
        lead_days: 10,
        monthly: Some(["9.80", "13.50", "19.90"]),
        setup: None,
        id: None,
    },
    Plan {
        code: "FIBRA 100",
        name: "Fibra 100/50",
        speed: (100, 50),
        term_months: 12,
        lead_days: 10,
        monthly: Some(["11.90", "16.00", "22.90"]),
        setup: Some(["18.00", "25.00", "39.00"]),
        id: None,
    },
    Plan {
        code: "FIBRA 500",
        name: "Fibra 500/250",
        speed: (500, 250),
        term_months: 24,
        lead_days: 12,
        monthly: Some(["13.60", "18.20", "25.90"]),
        setup: Some(["18.00", "25.00", "39.00"]),
        id: None,
    },
    Plan {
        code: "FIBRA 1000",
        name: "Fibra 1000/500",
        speed: (1_000, 500),
        term_months: 24,
        lead_days: 14,
        monthly: Some(["15.40", "20.50", "28.90"]),
        setup: Some(["18.00", "25.00", "39.00"]),
        id: None,
    },
];
