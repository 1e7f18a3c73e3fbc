//! Rules as an operator writes them, and the first row among any.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::money::Currency;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn dkk(amount: &str) -> Money {
    Money::parse(amount, Currency::DKK).unwrap()
}

/// `product area distance level initiation monthly commitment`, one a line; `-` is blank.
fn rules(text: &str) -> Vec<PriceRule> {
    let read = |(line, row): (u64, &str)| {
        let cells: Vec<Option<&str>> =
            row.split_whitespace().map(|cell| (cell != "-").then_some(cell)).collect();
        let [product, area, distance, level_, initiation, monthly, commitment] = cells[..] else {
            panic!("{row}")
        };
        PriceRule {
            line,
            product: folded(product.unwrap_or_default()),
            area: area.map(str::to_owned),
            max_distance_m: distance.map(|metres| metres.parse().unwrap()),
            level: level(level_.unwrap_or("customer")).unwrap(),
            initiation: initiation.map(dkk),
            monthly: monthly.map(dkk),
            commitment: commitment.map(|months| months.parse().unwrap()),
        }
    };
    (2..).zip(text.lines().map(str::trim).filter(|row| !row.is_empty())).map(read).collect()
}

fn inside(areas: &[&str]) -> Standing {
    near(0.0, &areas.iter().map(|area| (*area, 0.0)).collect::<Vec<_>>())
}

fn near(nearest: f64, areas: &[(&str, f64)]) -> Standing {
    let areas = areas.iter().map(|(area, metres)| ((*area).to_owned(), *metres)).collect();
    Standing { nearest: Some(nearest), areas }
}

/// What the customer is offered: commitment, initiation and monthly price, and by which rows.
fn check(text: &str, at: &Standing, wanted: &[u32], expected: &[&str]) {
    let shown = |price: Option<Money>| price.map_or("-".to_owned(), |money| money.amount.to_string());
    let offers = offers(&rules(text), "Fiber", at, wanted);
    let told: Vec<String> = offers
        .iter()
        .map(|terms| {
            assert_eq!(terms.code, "Fiber");
            let (once, monthly) = (shown(terms.initiation.customer), shown(terms.monthly.customer));
            format!("{}: {once} {monthly} ({})", terms.commitment, terms.rule)
        })
        .collect();
    assert_eq!(told, expected, "{text} {at:?} {wanted:?}");
}

#[test]
fn the_first_row_that_fits_is_the_one_that_counts() {
    let text = "
        copper - -   - -   1   -
        fiber  A -   - 100 200 12
        fiber  A 150 - 300 400 12
        -      - 500 - 500 600 12
        -      - -   - 700 800 12";
    let standing = near(80.0, &[("A", 80.0)]);
    check(text, &inside(&["A"]), &[], &["12: 100 200 (price rules, line 3)"]);
    check(text, &standing, &[], &["12: 300 400 (price rules, line 4)"]);
    check(text, &near(80.0, &[]), &[], &["12: 500 600 (price rules, line 5)"]);
    check(text, &near(500.0, &[]), &[], &["12: 500 600 (price rules, line 5)"]);
    check(text, &near(500.1, &[]), &[], &["12: 700 800 (price rules, line 6)"]);
    check(text, &Standing::default(), &[], &["12: 700 800 (price rules, line 6)"]);
}

#[test]
fn an_areas_reference_is_compared_exactly() {
    check("- a - - 1 2 -", &inside(&["A", "a "]), &[], &[]);
    check("- a 0 - 1 2 -", &inside(&["a"]), &[], &["0: 1 2 (price rules, line 2)"]);
}

#[test]
fn each_level_has_a_first_row_of_its_own_and_without_the_customers_nothing_is_offered() {
    let text = "
        - - - ADMIN     10 -  12
        - - - Reseller  -  20 -
        - - - OWNER     30 31 12
        - - - cost      1  1  -
        - - - wholesale 1  1  24";
    let found = offers(&rules(text), "fiber", &Standing::default(), &[24, 12, 12]);
    let [terms] = &found[..] else { panic!("{found:?}") };
    let prices = |cost: Option<&str>, wholesale: Option<&str>, customer: &str| Prices {
        cost: cost.map(dkk),
        wholesale: wholesale.map(dkk),
        customer: Some(dkk(customer)),
    };
    assert_eq!(terms.initiation, prices(Some("10"), None, "30"));
    assert_eq!(terms.monthly, prices(None, Some("20"), "31"));
    assert_eq!((terms.commitment, terms.rule.as_str()), (12, "price rules, line 2, 3, 4"));
}

#[test]
fn commitments_are_those_that_were_asked_for_or_else_those_that_the_rows_name() {
    let text = "
        - - - - 1 2 36
        - - - - 3 4 12
        - - - - 5 6 -
        copper - - - 7 8 48";
    let blank = "(price rules, line 4)";
    check(
        text,
        &Standing::default(),
        &[],
        &[&format!("0: 5 6 {blank}"), "12: 3 4 (price rules, line 3)", "36: 1 2 (price rules, line 2)"],
    );
    check(
        text,
        &Standing::default(),
        &[24, 12],
        &["12: 3 4 (price rules, line 3)", &format!("24: 5 6 {blank}")],
    );
    check("- - - - 1 2 36", &Standing::default(), &[12, 24], &[]);
}

#[test]
fn levels_have_words_of_their_own_and_the_roles_of_telecomx() {
    for (word, expected) in [
        ("cost", Some(Level::Cost)),
        ("Wholesale", Some(Level::Wholesale)),
        ("CUSTOMER", Some(Level::Customer)),
        ("ADMIN", Some(Level::Cost)),
        ("reseller", Some(Level::Wholesale)),
        ("OWNER", Some(Level::Customer)),
        ("RESELLER_ADMIN", None),
        ("", None),
    ] {
        assert_eq!(level(word), expected, "{word}");
    }
}

#[test]
fn terms_survive_being_stored() {
    let terms = offers(&rules("- - - - 1.50 2 36"), "fiber", &Standing::default(), &[]);
    let stored = serde_json::to_string(&terms).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Terms>>(&stored).unwrap(), terms);
}

fn any_rule() -> impl Strategy<Value = PriceRule> {
    let product = prop_oneof![Just(""), Just("fiber"), Just("copper")];
    let area = of(prop_oneof![Just("A"), Just("B")]);
    let distance = of(prop_oneof![Just(0.0), Just(100.0), Just(200.0)]);
    let level = prop::sample::select(Level::ALL);
    let price = || of((0..500_000_i64).prop_map(|cents| Money::new(Decimal::new(cents, 2), Currency::DKK)));
    let commitment = of(prop_oneof![Just(0), Just(12), Just(24)]);
    (product, area, distance, level, price(), price(), commitment).prop_map(
        |(product, area, max_distance_m, level, initiation, monthly, commitment)| PriceRule {
            line: 0,
            product: product.to_owned(),
            area: area.map(str::to_owned),
            max_distance_m,
            level,
            initiation,
            monthly,
            commitment,
        },
    )
}

fn any_rules() -> impl Strategy<Value = Vec<PriceRule>> {
    vec(any_rule(), 0..12).prop_map(|mut rules| {
        rules.iter_mut().zip(2..).for_each(|(rule, line)| rule.line = line);
        rules
    })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let metres = || prop_oneof![Just(0.0), 0.0..250.0];
    (of(metres()), of(metres()), of(metres())).prop_map(|(nearest, a, b)| {
        let areas = [("A", a), ("B", b)].into_iter().filter_map(|(area, at)| Some((area.to_owned(), at?)));
        Standing { nearest, areas: areas.collect() }
    })
}

proptest! {
    #[test]
    fn an_offer_has_the_prices_of_the_first_rows_and_of_no_other(
        rules in any_rules(), at in any_standing(), wanted in vec(prop_oneof![Just(0), Just(12), Just(36)], 0..4)
    ) {
        let found = offers(&rules, " Fiber", &at, &wanted);
        prop_assert!(found.windows(2).all(|pair| pair[0].commitment < pair[1].commitment));
        for terms in &found {
            prop_assert!(wanted.is_empty() || wanted.contains(&terms.commitment));
            for level in Level::ALL {
                // As it stands in the books.
                let mut first = None;
                for rule in &rules {
                    let product = rule.product.is_empty() || rule.product == "fiber";
                    let place = match (&rule.area, rule.max_distance_m) {
                        (None, None) => true,
                        (None, Some(most)) => at.nearest.is_some_and(|metres| metres <= most),
                        (Some(area), most) => {
                            at.areas.get(area).is_some_and(|metres| *metres <= most.unwrap_or(0.0))
                        }
                    };
                    let months = rule.commitment.is_none_or(|months| months == terms.commitment);
                    if product && place && months && rule.level == *level {
                        first = Some(rule);
                        break;
                    }
                }
                prop_assert_eq!(terms.initiation.at(*level), first.and_then(|rule| rule.initiation));
                prop_assert_eq!(terms.monthly.at(*level), first.and_then(|rule| rule.monthly));
                prop_assert!(first.is_some() || *level != Level::Customer);
            }
        }
    }

    #[test]
    fn rows_behind_the_first_of_their_kind_change_nothing(rules in any_rules(), at in any_standing()) {
        let twice: Vec<PriceRule> = rules.iter().cloned().chain(rules.iter().map(|rule| PriceRule {
            line: rule.line + 100,
            initiation: None,
            monthly: Some(dkk("1")),
            ..rule.clone()
        })).collect();
        prop_assert_eq!(offers(&twice, "fiber", &at, &[]), offers(&rules, "fiber", &at, &[]));
    }
}
