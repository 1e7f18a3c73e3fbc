//! Texts that are still being typed, among many streets of one name.

use crate::world::*;
use atlas::address::{Addresses, Question};

fn typed(town: &Addresses, text: &str) -> Vec<i64> {
    let question = Question { text, limit: 5, ..Question::default() };
    town.complete(&question).iter().map(|found| found.premise).collect()
}

fn letter(n: u32) -> char {
    char::from_u32(u32::from('a') + n).unwrap()
}

/// Three hundred towns with a church street of three houses each, and one with a long one.
fn churches() -> Vec<House> {
    let towns = (0..300_u32).map(|n| format!("Ville{}{}", letter(n / 20), letter(n % 20)));
    let mut houses = Vec::new();
    for (n, town) in (0_i64..).zip(towns) {
        for number in 1..=3 {
            let premise = n * 10 + number;
            houses.push(house(premise, "FR", [&number.to_string(), "Rue de l'Église", "", &town]));
        }
    }
    houses.push(house(5_001, "FR", ["139", "Rue de l'Église", "", "Villezy"]));
    houses.push(house(5_002, "FR", ["77", "Rue de l'Église Saint-Martin", "", "Villezz"]));
    houses
}

#[test]
fn a_street_that_has_the_number_is_found_among_many_of_its_name() {
    let town = addresses(&churches());
    for text in ["139 rue de l'eglise", "139 rue de l'egl"] {
        assert_eq!(typed(&town, text)[0], 5_001, "{text}");
    }
    assert_eq!(first(&town, "139 rue de l'eglise"), 5_001);
}

#[test]
fn what_is_still_to_come_of_a_name_does_not_count_against_it() {
    let town = addresses(&churches());
    assert_eq!(typed(&town, "77 rue de l'eglis")[0], 5_002);
}

#[test]
fn digits_are_the_beginning_of_a_house_number_before_that_of_a_postcode() {
    let of = |premise, number| house(premise, "DK", [number, "Vallensbækvej", "2605", "Brøndby"]);
    let town = addresses(&[of(1, "20A"), of(2, "26B"), of(3, "3")]);
    assert_eq!(typed(&town, "Vallensbækvej 2"), [1, 2]);
    assert_eq!(typed(&town, "Vallensbækvej 26"), [2]);
    assert_eq!(typed(&town, "Vallensbækvej 2605").len(), 1, "the road");
}

#[test]
fn an_address_that_several_carriers_list_is_suggested_once() {
    let mut houses = churches();
    let again =
        |premise| House { carrier: 2, ..house(premise, "FR", ["139", "Rue de l'Église", "", "Villezy"]) };
    houses.extend([again(6_001), again(6_002)]);
    let found = typed(&addresses(&houses), "139 rue de l'eglise villezy");
    assert_eq!(found.iter().filter(|premise| [5_001, 6_001, 6_002].contains(premise)).count(), 1);
}
