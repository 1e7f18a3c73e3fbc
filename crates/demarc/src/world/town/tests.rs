//! What the demo promises of its towns.

use super::*;
use model::address::MatchKey;
use model::product::{Level, Prices};
use std::collections::{BTreeMap, BTreeSet};

/// Is the point within the ring? By the crossings of a ray to the east.
fn holds(ring: &[(f64, f64)], latitude: f64, longitude: f64) -> bool {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    let crossed = edges.filter(|((ax, ay), (bx, by))| {
        (*ay > latitude) != (*by > latitude) && longitude < (bx - ax) * (latitude - ay) / (by - ay) + ax
    });
    crossed.count() % 2 == 1
}

fn areas_at(town: &Town, latitude: f64, longitude: f64) -> Vec<&Area> {
    town.areas.iter().filter(|area| holds(&area.ring, latitude, longitude)).collect()
}

fn area_of<'a>(town: &'a Town, home: &Listed) -> &'a Area {
    let Position { latitude, longitude } = home.position;
    match areas_at(town, latitude, longitude).as_slice() {
        [area] => area,
        areas => panic!("{:?} lies in {} areas", home.address.full_text, areas.len()),
    }
}

fn text(home: &Listed) -> &str {
    home.address.full_text.as_deref().unwrap()
}

fn town(country: &str) -> Town {
    all().into_iter().find(|town| town.country == country).unwrap()
}

fn find<'a>(town: &'a Town, full_text: &str) -> &'a Listed {
    town.premises.iter().find(|home| text(home) == full_text).expect(full_text)
}

fn position(home: &Listed) -> (f64, f64) {
    (home.position.latitude, home.position.longitude)
}

#[test]
fn the_towns_are_the_same_every_time() {
    let written = || {
        let homes = |town: &Town| {
            let rings: Vec<_> = town.areas.iter().map(|area| area.ring.clone()).collect();
            let homes = town.premises.iter().map(|home| (text(home).to_owned(), home.reference.clone()));
            let positions: Vec<_> = town.premises.iter().map(position).collect();
            format!("{rings:?} {positions:?} {:?} {:?}", homes.collect::<Vec<_>>(), town.products)
        };
        all().iter().map(homes).collect::<Vec<_>>()
    };
    assert_eq!(written(), written());
    // In the next build, too.
    let known = [
        ("VIA CENERENTOLA 1, BRONTE (CT)", "IT"),
        ("C/ Mayor 3, 2º B, 19250 Sigüenza", "ES"),
        ("Vallensbækvej 20A, 3. th., 2605 Brøndby", "DK"),
        ("38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng", "ZA"),
    ]
    .map(|(text, country)| find(&town(country), text).reference.clone());
    assert_eq!(known, KNOWN);
}

/// References of one home in each town.
const KNOWN: [&str; 4] = [
    "380154526701087",
    "19002570010500003      002B",
    "81895c5c-33de-4a75-b753-6177e92d243d",
    "4A537663-E128-4AF6-B7EC-41316E1BD904",
];

#[test]
fn a_town_has_two_to_three_thousand_premises_and_a_part_of_them_waits_until_2027() {
    for town in all() {
        let count = town.premises.len();
        assert!((2_000..=3_000).contains(&count), "{}: {count}", town.country);
        let planned = |area: &Area| area.status == Status::Planned;
        for area in &town.areas {
            assert!(planned(area) || area.status == Status::Live);
            assert_eq!(area.ready_on.map(|day| day.year()), planned(area).then_some(2027), "{}", area.name);
        }
        assert_eq!(town.areas.iter().filter(|area| planned(area)).count(), 1);
        let waiting = town.premises.iter().filter(|home| planned(area_of(&town, home))).count();
        assert!((150..count / 2).contains(&waiting), "{}: {waiting}", town.country);
    }
}

#[test]
fn each_premise_lies_in_one_area_and_areas_are_where_homes_are() {
    for town in all() {
        let mut homes = BTreeMap::new();
        for home in &town.premises {
            let area = area_of(&town, home);
            *homes.entry(area.reference.as_str()).or_insert(0) += 1;
            assert_eq!(home.technology.is_some(), area.status == Status::Live, "{}", text(home));
        }
        assert_eq!(homes.len(), town.areas.len(), "{homes:?}");
        for (longitude, latitude) in town.areas.iter().flat_map(|area| area.ring.clone()) {
            assert!(areas_at(&town, latitude, longitude).len() <= 1, "two areas meet");
        }
    }
}

#[test]
fn references_have_the_form_of_their_country_and_are_unique() {
    for town in all() {
        let references: BTreeSet<&str> = town.premises.iter().map(|home| home.reference.as_str()).collect();
        assert_eq!(references.len(), town.premises.len(), "{}", town.country);
        for reference in references {
            let in_form = match town.country {
                "IT" => reference.len() == 15 && reference.bytes().all(|byte| byte.is_ascii_digit()),
                "ES" => model::access::Gescal37::parse(reference)
                    .is_some_and(|g| g.as_str().trim_end() == reference),
                country => {
                    let id: Result<PremiseId, _> = reference.parse();
                    let lower = id.unwrap().to_string();
                    reference == if country == "DK" { lower } else { lower.to_uppercase() }
                }
            };
            assert!(in_form, "{}: `{reference}`", town.country);
        }
    }
}

#[test]
fn no_two_premises_of_a_town_are_one_place() {
    for town in all() {
        let mut seen = BTreeMap::new();
        for home in &town.premises {
            let key = MatchKey::of_listing(&home.address, town.country);
            assert!(key.is_some(), "{}", text(home));
            if let Some(other) = seen.insert(key, text(home)) {
                panic!("{other} is {}", text(home));
            }
        }
        let texts: BTreeSet<&str> = town.premises.iter().map(text).collect();
        assert_eq!(texts.len(), town.premises.len());
    }
}

#[test]
fn neighbours_stand_in_a_row_and_the_other_side_faces_them() {
    let town = town("DK");
    let at = |number: u32| position(find(&town, &format!("Havrevej {number}, 2605 Brøndby")));
    let metres = |a: (f64, f64), b: (f64, f64)| {
        let east = (a.1 - b.1) * a.0.to_radians().cos();
        (a.0 - b.0).hypot(east) * 111_320.0
    };
    let (first, next, far, across) = (at(3), at(5), at(25), at(4));
    assert!((14.0..26.0).contains(&metres(first, next)));
    assert!((210.0..230.0).contains(&metres(first, far)));
    assert!((22.0..34.0).contains(&metres(first, across)));
}

#[test]
fn several_products_with_rising_prices_are_sold_wherever_it_is_live() {
    for town in all() {
        let codes: BTreeSet<String> = town.products.iter().map(|p| model::product::folded(&p.code)).collect();
        assert_eq!(codes.len(), town.products.len());
        for product in &town.products {
            assert_eq!(product.check(), Ok(()), "{}", product.code);
            for prices in [product.monthly, product.setup].iter().filter(|prices| !prices.is_empty()) {
                let [cost, wholesale, customer] = [Level::Cost, Level::Wholesale, Level::Customer]
                    .map(|level| prices.at(level).expect(&product.code).amount);
                assert!(cost < wholesale && wholesale < customer, "{}", product.code);
            }
        }
        for area in &town.areas {
            let sold = area.products.clone().unwrap_or_else(|| codes.iter().cloned().collect());
            assert!(sold.len() >= 3, "{}", area.name);
            assert!(sold.iter().all(|code| codes.contains(&model::product::folded(code))), "{}", area.name);
        }
    }
}

#[test]
fn homes_are_written_as_their_countries_print_them() {
    let italy = town("IT");
    let home = find(&italy, "VIA CENERENTOLA 1, BRONTE (CT)");
    assert_eq!(home.address.postcode.as_deref(), Some("95034"));
    assert_eq!(home.address.unit, None);
    assert!(italy.premises.iter().any(|home| text(home).contains(" BIS, ")));
    let spain = town("ES");
    let home = find(&spain, "C/ Mayor 3, 2º B, 19250 Sigüenza");
    assert_eq!((home.address.floor.as_deref(), home.address.door.as_deref()), (Some("2"), Some("B")));
    assert_eq!(home.reference, "19002570010500003      002B");
    let denmark = town("DK");
    let home = find(&denmark, "Vallensbækvej 20A, 3. th., 2605 Brøndby");
    assert_eq!((home.address.floor.as_deref(), home.address.door.as_deref()), (Some("3"), Some("th")));
}

#[test]
fn what_the_aex_document_prints_is_there() {
    let town = town("ZA");
    for (reference, id, full_text, at) in [
        (
            "66E9BB4D-E360-4F40-A30E-AF27F52392B6",
            "783D71D3-B0A4-4C90-8392-C43294A976DC",
            "38 , David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng",
            (-26.038965, 27.738254),
        ),
        (
            "6E865394-5B48-4403-8D80-741D1F7E43DD",
            "3FB9D64F-1C58-4439-9277-64757FBCC6BD",
            "12, Varing Street(Cottage), Homelake, Randfontein, ZA, 1759, Gauteng",
            (-26.1813322, 27.6936082),
        ),
        (
            "287C94C4-0196-4999-9348-15ACC0EE7A0A",
            "4BF2A897-A38C-4D24-82C6-F2184C8832E4",
            "9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal",
            (-29.7852390438, 30.9828323552),
        ),
    ] {
        let home = find(&town, full_text);
        assert_eq!((home.reference.as_str(), home.id), (reference, id.parse().ok()));
        assert_eq!(position(home), at);
        assert_eq!(area_of(&town, home).status, Status::Live);
    }
    for (full_text, id) in [
        (
            "9 (Cottage), Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal",
            Some("B002A6B4-6541-47A5-8438-BE8ACEAA6D82"),
        ),
        (
            "4, Marlin Place, Newlands, Durban, ZA, 4037, Kwazulu Natal",
            Some("FA8909FA-2C81-450E-AD9F-62A689623896"),
        ),
        ("38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng", None),
    ] {
        let home = find(&town, full_text);
        assert_eq!(home.id, id.and_then(|id| id.parse().ok()), "{full_text}");
        assert_eq!(area_of(&town, home).status, Status::Live);
    }
    assert_eq!(town.premises.iter().filter(|home| home.id.is_some()).count(), 5);
    let durban = town.premises.iter().filter(|home| home.address.city.as_deref() == Some("Durban"));
    assert!((20..50).contains(&durban.count()));
}

#[test]
fn at_the_printed_point_of_durban_everything_is_sold() {
    let town = town("ZA");
    let areas = areas_at(&town, -29.7872215658, 30.9834343322);
    let [area] = areas.as_slice() else { panic!("it lies in {} areas", areas.len()) };
    assert_eq!((area.status, &area.products), (Status::Live, &None));
    let product = |code: &str| town.products.iter().find(|product| product.code == code).unwrap();
    let small = product("FNO 10/2");
    assert_eq!(small.id, "452C55AD-16F0-4248-A745-E270BB44590C".parse().ok());
    assert_eq!((small.down_mbps, small.up_mbps, small.term_months), (Some(10), Some(2), 1));
    assert_eq!(small.monthly.at(Level::Customer).map(|price| price.to_string()), Some("549.00 ZAR".into()));
    let school = product("FNO 1000/10");
    assert_eq!((school.down_mbps, school.up_mbps), (Some(1_000), Some(10)));
    assert_eq!((school.monthly, school.setup), (Prices::default(), Prices::default()));
}
