//! The rules of addons, on the source document's catalogue and on any other.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// `name category [default] [!incompatible…]`, one a line.
fn catalogue(lines: &str) -> Vec<Addon> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (name, category) = (word(), word());
        let rest: Vec<&str> = line.split_whitespace().skip(2).collect();
        Addon {
            kind: category.clone(),
            name,
            category,
            default: rest.contains(&"default"),
            price: Decimal::new(22, 1),
            incompatibilities: rest
                .iter()
                .filter_map(|word| word.strip_prefix('!'))
                .map(str::to_owned)
                .collect(),
        }
    };
    lines.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

const FIBER_2022: &str = "
    FIBER_ADDON_DOWNLOAD1000 FIBER_BANDWIDTH default
    FIBER_ADDON_DOWNLOAD2500 FIBER_BANDWIDTH
    FIBER_ADDON_STATICIPV4 FIBER_ADDONS
    FIBER_ADDON_VOICE FIBER_ADDONS
    FIBER_ROUTER_BASIC FIBER_ROUTER default !FIBER_ADDON_STATICIPV4
    FIBER_ROUTER_FRITZ_7530 FIBER_ROUTER !FIBER_ADDON_DOWNLOAD2500 !FIBER_ADDON_DOWNLOAD10G_UP2500
";

fn chosen(names: &[&str]) -> Result<String, Refusal> {
    let exclusive = ["FIBER_BANDWIDTH", "FIBER_ROUTER"].map(str::to_owned);
    choose(&catalogue(FIBER_2022), &exclusive, names)
        .map(|names| names.join(" ").replace("FIBER_", "").replace("ADDON_", ""))
}

#[track_caller]
fn check(names: &[&str], expected: &str) {
    assert_eq!(chosen(names).as_deref(), Ok(expected));
}

#[test]
fn defaults_are_added_when_they_are_left_out() {
    check(&[], "DOWNLOAD1000 ROUTER_BASIC");
    check(&["FIBER_ADDON_VOICE"], "DOWNLOAD1000 VOICE ROUTER_BASIC");
    check(&["FIBER_ROUTER_BASIC", "FIBER_ADDON_DOWNLOAD1000"], "DOWNLOAD1000 ROUTER_BASIC");
}

#[test]
fn a_choice_replaces_the_default_of_its_exclusive_category() {
    check(&["FIBER_ADDON_DOWNLOAD2500"], "DOWNLOAD2500 ROUTER_BASIC");
    check(&["FIBER_ROUTER_FRITZ_7530"], "DOWNLOAD1000 ROUTER_FRITZ_7530");
}

#[test]
fn a_default_that_is_incompatible_with_a_choice_is_left_out() {
    check(&["FIBER_ADDON_STATICIPV4"], "DOWNLOAD1000 STATICIPV4");
}

#[test]
fn names_are_compared_in_any_case_and_once() {
    check(&["fiber_addon_voice", " FIBER_ADDON_Voice "], "DOWNLOAD1000 VOICE ROUTER_BASIC");
}

#[test]
fn an_unknown_name_is_refused_and_named() {
    let refusal = Refusal::Unknown { name: "FIBER_ADDON_FAX".to_owned() };
    assert_eq!(chosen(&["FIBER_ADDON_VOICE", "FIBER_ADDON_FAX"]), Err(refusal));
    // Named by an incompatibility, but not on offer.
    let refusal = Refusal::Unknown { name: "FIBER_ADDON_DOWNLOAD10G_UP2500".to_owned() };
    assert_eq!(chosen(&["FIBER_ADDON_DOWNLOAD10G_UP2500"]), Err(refusal));
}

#[test]
fn an_incompatible_pair_is_refused_from_either_side_and_both_are_named() {
    let refusal = Refusal::Incompatible {
        first: "FIBER_ADDON_DOWNLOAD2500".to_owned(),
        second: "FIBER_ROUTER_FRITZ_7530".to_owned(),
    };
    let text = "`FIBER_ADDON_DOWNLOAD2500` and `FIBER_ROUTER_FRITZ_7530` are incompatible";
    assert_eq!(refusal.to_string(), text);
    let names = ["FIBER_ROUTER_FRITZ_7530", "FIBER_ADDON_DOWNLOAD2500"];
    assert_eq!(chosen(&names), Err(refusal.clone()));
    assert_eq!(chosen(&[names[1], names[0]]), Err(refusal));
}

#[test]
fn two_of_one_exclusive_category_are_refused_and_named() {
    let refusal = Refusal::Exclusive {
        category: "FIBER_BANDWIDTH".to_owned(),
        first: "FIBER_ADDON_DOWNLOAD1000".to_owned(),
        second: "FIBER_ADDON_DOWNLOAD2500".to_owned(),
    };
    assert_eq!(chosen(&["FIBER_ADDON_DOWNLOAD2500", "FIBER_ADDON_DOWNLOAD1000"]), Err(refusal));
}

#[test]
fn an_addon_that_names_itself_can_still_be_had() {
    let addons = catalogue("A X !A");
    assert_eq!(choose(&addons, &[], &["A"]), Ok(vec!["A".to_owned()]));
}

const NAMES: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];
const CATEGORIES: [&str; 3] = ["X", "Y", "Z"];

prop_compose! {
    /// Addons A to F; G and H are never on offer.
    fn addons()(
        all in vec((0..3usize, any::<bool>(), vec(prop::sample::select(&NAMES[..]), 0..3)), 1..=6),
    ) -> Vec<Addon> {
        all.into_iter().enumerate().map(|(at, (category, default, against))| Addon {
            name: NAMES[at].to_owned(),
            category: CATEGORIES[category].to_owned(),
            kind: String::new(),
            default,
            price: Decimal::ONE,
            incompatibilities: against.into_iter().map(str::to_lowercase).collect(),
        }).collect()
    }
}

fn exclusive() -> impl Strategy<Value = Vec<String>> {
    prop::sample::subsequence(&CATEGORIES[..], 0..=3)
        .prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_out_never_contradicts_itself_and_holds_every_choice(
        addons in addons(), exclusive in exclusive(), names in vec(prop::sample::select(&NAMES[..]), 0..4),
    ) {
        let Ok(out) = choose(&addons, &exclusive, &names) else { return Ok(()) };
        let of = |name: &String| addons.iter().find(|addon| addon.name == *name).unwrap();
        let mut categories = HashSet::new();
        for one in &out {
            let category = &of(one).category;
            prop_assert!(categories.insert(category) || !exclusive.contains(category));
            for other in out.iter().filter(|other| *other != one) {
                prop_assert!(!of(one).incompatibilities.contains(&other.to_lowercase()), "{} {}", one, other);
            }
        }
        for name in &names {
            prop_assert!(out.iter().any(|other| other == name));
        }
        for addon in addons.iter().filter(|addon| !out.contains(&addon.name)) {
            // Left out: no default, or something stands against it.
            let stopped = out.iter().any(|name| clash(of(name), addon, &exclusive).is_some());
            prop_assert!(!addon.default || stopped, "{}", addon.name);
        }
        // What came out may be asked for as it is.
        prop_assert_eq!(choose(&addons, &exclusive, &out), Ok(out));
    }

    #[test]
    fn neither_the_order_of_names_nor_the_side_of_an_incompatibility_matters(
        addons in addons(), exclusive in exclusive(),
        names in vec(prop::sample::select(&NAMES[..]), 0..5), turn in 0..5usize,
    ) {
        let expected = choose(&addons, &exclusive, &names);
        let mut turned = names.clone();
        turned.reverse();
        turned.rotate_left(turn.min(names.len()));
        prop_assert_eq!(&choose(&addons, &exclusive, &turned), &expected);
        let mut mirrored = addons.clone();
        for addon in &mut mirrored {
            addon.incompatibilities = addons
                .iter()
                .filter(|other| other.incompatibilities.contains(&addon.name.to_lowercase()))
                .map(|other| other.name.clone())
                .collect();
        }
        prop_assert_eq!(&choose(&mirrored, &exclusive, &names), &expected);
    }
}
