//! Sigüenza: `C/ Mayor 3, 2º B, 19250 Sigüenza`. References are gescal37.

use super::plan::Plan;
use super::quarter::{House, Quarter};
use super::{Listed, Town, listed, settled};
use jiff::civil::date;
use model::money::Currency;

pub fn town() -> Town {
    let (premises, areas) = settled(QUARTERS, homes);
    let products = PLANS.iter().map(|plan| plan.product(Currency::EUR)).collect();
    Town {
        carrier: "fibra-henares",
        operator: "Fibra Henares",
        country: "ES",
        zone: "Europe/Madrid",
        premises,
        areas,
        products,
    }
}

/// A home's place in its building.
#[derive(Clone, Copy, Default)]
struct Door {
    bis: bool,
    /// Floor and door; None: it has the house to itself.
    at: Option<(u32, &'static str)>,
}

/// A house, sometimes with another behind it (`8 bis`); a building of two to four floors with two or three doors
/// each, named by letters or by sides.
fn homes(quarter: &Quarter, mut house: House) -> Vec<Listed> {
    if !quarter.blocks {
        let bis = house.chance.one_in(11);
        let doors = [Door::default(), Door { bis: true, at: None }];
        return doors.iter().take(1 + usize::from(bis)).map(|door| home(quarter, &house, *door)).collect();
    }
    // On the printed corner of Mayor the doors have letters.
    let sides = house.chance.one_in(3) && house.street != "C/ Mayor";
    let doors: &[&str] = match (sides, house.chance.one_in(4)) {
        (true, _) => &["izq", "dcha"],
        (false, true) => &["A", "B", "C"],
        (false, false) => &["A", "B"],
    };
    let floors = 2 + house.chance.below(3);
    let at = |floor| doors.iter().map(move |door| Door { bis: false, at: Some((floor, *door)) });
    (1..=floors).flat_map(at).map(|door| home(quarter, &house, door)).collect()
}

fn home(quarter: &Quarter, house: &House, door: Door) -> Listed {
    let number = format!("{}{}", house.number, if door.bis { " bis" } else { "" });
    let door_text = door.at.map(|(floor, door)| format!(", {floor}º {door}")).unwrap_or_default();
    let text = format!("{} {number}{door_text}, {} {}", house.street, quarter.postcode, quarter.city);
    let position = house.beside(if door.bis { 5.0 } else { 0.0 });
    let mut home = listed(quarter, "ES", house.street, number, position);
    home.reference = gescal37(house, door);
    home.address.floor = door.at.map(|(floor, _)| floor.to_string());
    home.address.door = door.at.map(|(_, door)| door.to_owned());
    home.address.full_text = Some(text);
    home
}

/// Province 2, municipality 5, street 5, number 5, bis 1, block 3, stair 2, floor 3, door 4, reserved 7; what is not
/// said is blank.
fn gescal37(house: &House, door: Door) -> String {
    let streets = || QUARTERS.iter().flat_map(|quarter| quarter.rows.iter().chain(quarter.crossings));
    let street = streets().position(|name| *name == house.street).unwrap_or_default() * 5 + 105;
    let bis = if door.bis { "B" } else { "" };
    let (floor, door) = door.at.map(|(floor, door)| (format!("{floor:03}"), door)).unwrap_or_default();
    let (number, door) = (house.number, door.to_uppercase());
    // Without the blanks at its end, as every reference is kept.
    let whole = format!("1900257{street:05}{number:05}{bis:1}{:3}{:2}{floor:3}{door:4}", "", "");
    whole.trim_end().to_owned()
}

const PLAIN: Quarter = Quarter {
    reference: "",
    name: "",
    ready_on: None,
    products: None,
    suburb: None,
    city: "Sigüenza",
    postcode: "19250",
    province: Some("Guadalajara"),
    blocks: false,
    rows: &[],
    crossings: &[],
    plots: 0,
    step: 15.0,
    pitch: 62.0,
    turned: 0.0,
    house: (0, 1, 0.0, 0.0),
};

const QUARTERS: &[Quarter] = &[
    Quarter {
        reference: "SIG-CASCO",
        name: "Casco Histórico",
        blocks: true,
        rows: &[
            "C/ Mayor",
            "C/ Cardenal Mendoza",
            "C/ San Roque",
            "C/ Seminario",
            "C/ del Humilladero",
            "C/ Serrano Sanz",
        ],
        crossings: &["C/ Valencia", "Pº de la Alameda"],
        plots: 10,
        turned: 20.0,
        house: (0, 3, 41.066_9, -2.643_3),
        ..PLAIN
    },
    Quarter {
        reference: "SIG-ENSANCHE",
        name: "Ensanche",
        // The cabinet there is an old one.
        products: Some(&["FIBRA50", "FIBRA100", "FIBRA500"]),
        blocks: true,
        rows: &["C/ Santa Bárbara", "C/ Villaviciosa", "C/ Comedias", "C/ Vicente Moñux"],
        crossings: &["Avda. de Alfonso VI"],
        plots: 9,
        turned: 5.0,
        house: (0, 1, 41.071_6, -2.640_4),
        ..PLAIN
    },
    Quarter {
        reference: "SIG-ESTACION",
        name: "Barrio de la Estación",
        rows: &[
            "C/ Alfonso VI",
            "C/ del Ferrocarril",
            "C/ de la Fuente",
            "C/ los Olmos",
            "C/ de los Molinos",
            "C/ 2 de Mayo",
            "C/ Doctor Sainz",
            "Cuesta del Henares",
        ],
        crossings: &["Ctra. de Madrid", "Camino de la Ribera"],
        plots: 17,
        turned: -15.0,
        house: (0, 1, 41.075_9, -2.638_9),
        ..PLAIN
    },
    Quarter {
        reference: "SIG-HUERTAS",
        name: "Las Huertas",
        ready_on: Some(date(2027, 6, 30)),
        rows: &[
            "C/ las Huertas",
            "C/ del Pinar",
            "C/ del Romero",
            "C/ del Tomillo",
            "C/ de la Jara",
            "Pza. de la Encina",
        ],
        crossings: &["Ronda de Levante"],
        plots: 14,
        turned: 40.0,
        house: (0, 1, 41.064_3, -2.631_2),
        ..PLAIN
    },
];

const PLANS: &[Plan] = &[
    Plan {
        code: "FIBRA50",
        name: "Fibra 50/25",
        speed: (50, 25),
        term_months: 1,
        lead_days: 7,
        monthly: Some(["8.90", "12.40", "18.90"]),
        setup: None,
        id: None,
    },
    Plan {
        code: "FIBRA100",
        name: "Fibra 100/50",
        speed: (100, 50),
        term_months: 12,
        lead_days: 7,
        monthly: Some(["10.60", "14.80", "21.90"]),
        setup: None,
        id: None,
    },
    Plan {
        code: "FIBRA500",
        name: "Fibra 500/250",
        speed: (500, 250),
        term_months: 12,
        lead_days: 9,
        monthly: Some(["12.80", "17.50", "26.90"]),
        setup: Some(["20.00", "30.00", "45.00"]),
        id: None,
    },
    Plan {
        code: "FIBRA1000",
        name: "Fibra 1000/500",
        speed: (1_000, 500),
        term_months: 24,
        lead_days: 9,
        monthly: Some(["14.90", "20.10", "31.90"]),
        setup: Some(["20.00", "30.00", "45.00"]),
        id: None,
    },
];
