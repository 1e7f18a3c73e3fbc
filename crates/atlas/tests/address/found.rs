//! What is indexed is found by its own text, in any order, and after one mistake.

use crate::world::*;
use atlas::address::{Agreement, Ask, Index, Kind, Question};
use proptest::prelude::*;

const NONE: [i64; 0] = [];

fn town() -> Vec<House> {
    vec![
        text(1, "ZA", "38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng"),
        text(2, "ZA", "38, Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng"),
        house(3, "IT", ["1", "VIA CENERENTOLA", "95034", "BRONTE"]),
        house(4, "IT", ["2", "VIA CENERENTOLA", "95034", "BRONTE"]),
        text(5, "DK", "Vallensbækvej 20A, 3. th., 2605 Brøndby"),
        text(6, "DK", "Vallensbækvej 20A, 3. tv., 2605 Brøndby"),
        text(7, "DK", "Vallensbækvej 20, 2605 Brøndby"),
        text(8, "AU", "UNIT 4 12 ALFRED STREET BELMONT NORTH 2280"),
        text(9, "AU", "UNIT 5 12 ALFRED STREET BELMONT NORTH 2280"),
        text(10, "AU", "4 ALFRED STREET BELMONT NORTH 2280"),
        house(11, "FR", ["8bis", "Rue de l'Église", "69001", "Lyon"]),
        house(12, "FR", ["8", "Rue de l'Église", "69001", "Lyon"]),
        house(13, "FR", ["8", "Rue de l'Église", "97200", "Fort-de-France"]),
        house(14, "ES", ["3", "Calle Mayor", "28013", "Madrid"]),
        text(15, "ES", "Calle Mayor 3, 2º B, 28013 Madrid"),
        house(16, "DE", ["5", "Mühlweg", "10115", "Berlin"]),
        house(17, "AU", ["93-97", "NEWTON ROAD", "2164", "WETHERILL PARK"]),
        house(18, "FR", ["12", "Rue du 8 Mai 1945", "69001", "Lyon"]),
        house(19, "GB", ["14", "High Street", "SW1A 1AA", "London"]),
        house(20, "DE", ["7", "Hauptstraße", "10115", "Berlin"]),
    ]
}

#[test]
fn what_people_type_finds_what_they_mean() {
    let town = addresses(&town());
    for (asked, premise) in [
        ("38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng", 1),
        ("38 Railway Street Hectorton", 2),
        ("railway st 38 cottage randfontein", 1),
        ("VIA CENERENTOLA 1, BRONTE (CT)", 3),
        ("bronte cenerentola 2", 4),
        ("v. cenerentola, 1 - 95034 bronte", 3),
        ("Vallensbækvej 20A, 3. th., 2605 Brøndby", 5),
        ("vallensbaekvej 20 a 3 tv broendby", 6),
        ("Vallensbæk vej 20, Brondby", 7),
        ("UNIT 4 12 ALFRED ST BELMONT NTH", 8),
        ("5/12 alfred street belmont north", 9),
        ("4 alfred st belmont north nsw 2280", 10),
        ("8 bis rue de l'eglise lyon", 11),
        ("8 rue de leglise 69001", 12),
        ("8 r. de l'Eglise, Fort de France", 13),
        ("C/ Mayor 3, 28013 Madrid", 14),
        ("C/ Mayor 3, 2º B", 15),
        ("Muehlweg 5 berlin", 16),
        ("Muhlweg 5", 16),
        ("Mühlweg 5", 16),
        ("95 Newton Rd Wetherill Park", 17),
        ("12 rue du 8 mai 1945", 18),
        ("14 high st sw1a1aa", 19),
        ("14 High Street, London SW1A 1AA", 19),
        ("Haupt str. 7 Berlin", 20),
        ("hauptstrasse 7", 20),
    ] {
        assert_eq!(first(&town, asked), premise, "{asked}: {:?}", search(&town, asked));
    }
}

#[test]
fn what_is_not_there_is_not_found_with_certainty() {
    let town = addresses(&town());
    assert_eq!(search(&town, ""), []);
    assert_eq!(search(&town, "!?, ()"), []);
    assert_eq!(search(&town, "Zanzibarweg Timbuktu"), []);
    let sure = |text: &str| search(&town, text).first().map_or(0.0, |found| found.confidence);
    assert!(sure("VIA CENERENTOLA 1, 95034 BRONTE") > 0.95);
    assert!(sure("VIA CENERENTOLA 77, 95034 BRONTE") < 0.5, "no such number");
    assert!(sure("VIA CENERENTOLA 1, 00187 ROMA") < 0.6, "another town");
    assert!(sure("8 rue de l'eglise") < 0.6, "two towns have it");
    assert!(sure("Railway Street Hectorton") < 0.6, "no number");
}

#[test]
fn an_answer_says_which_parts_agree() {
    let town = addresses(&town());
    let parts = |text: &str| search(&town, text)[0].parts;
    let agreed = parts("VIA CENERENTOLA 1, 95034 BRONTE");
    assert_eq!(
        (agreed.street, agreed.number, agreed.place, agreed.postcode),
        (Agreement::Agrees, Agreement::Agrees, Agreement::Agrees, Agreement::Agrees)
    );
    assert_eq!(parts("VIA CENERENTOLA 77 BRONTE").number, Agreement::Differs);
    assert_eq!(parts("VIA CENERENTOLA 1B BRONTE").number, Agreement::Close);
    assert_eq!(parts("VIA CENRENTOLA 1 BRONTE").street, Agreement::Close);
    assert_eq!(parts("VIA CENERENTOLA 1").place, Agreement::Unsaid);
    assert_eq!(parts("VIA CENERENTOLA 1, 95035 BRONTE").postcode, Agreement::Differs);
    assert_eq!(parts("Vallensbækvej 20A, Brøndby").unit, Agreement::Unsaid);
    assert_eq!(parts("Vallensbækvej 20A, 3. th., Brøndby").unit, Agreement::Agrees);
}

#[test]
fn answers_are_limited_by_country_carrier_and_page() {
    let mut houses = town();
    houses[3].carrier = 2;
    let town = addresses(&houses);
    let numbers = |question: Question<'_>| -> Vec<i64> {
        town.search(&question).iter().map(|found| found.premise).collect()
    };
    let all = Question { text: "via cenerentola bronte", limit: 10, ..Question::default() };
    assert_eq!(numbers(all), [3, 4]);
    assert_eq!(numbers(Question { offset: 1, ..all }), [4]);
    assert_eq!(numbers(Question { limit: 1, ..all }), [3]);
    assert_eq!(numbers(Question { carriers: Some(&[2]), ..all }), [4]);
    assert_eq!(numbers(Question { carriers: Some(&[]), ..all }), NONE);
    assert_eq!(numbers(Question { country: "it", ..all }), [3, 4]);
    assert_eq!(numbers(Question { country: "FR", ..all }), NONE);
}

#[test]
fn typing_brings_streets_then_numbers_then_units() {
    let town = addresses(&town());
    let typed = |text: &str| -> Vec<(Kind, i64)> {
        let question = Question { text, limit: 5, ..Question::default() };
        town.complete(&question).iter().map(|found| (found.kind, found.premise)).collect()
    };
    assert_eq!(typed("cener"), [(Kind::Street, 3)]);
    assert_eq!(typed("via cenerentola "), [(Kind::Street, 3)]);
    assert_eq!(typed("via cenerentola 2"), [(Kind::Number, 4)]);
    assert_eq!(typed("2 via cenerent"), [(Kind::Number, 4)]);
    assert_eq!(typed("vallens")[0].0, Kind::Street);
    assert_eq!(typed("vallensbækvej 20"), [(Kind::Number, 7), (Kind::Number, 5)]);
    let units = typed("vallensbækvej 20a, ");
    assert_eq!(units, [(Kind::Unit, 5), (Kind::Unit, 6)]);
    assert_eq!(typed("x"), []);
    assert_eq!(typed("rue de legli")[0].0, Kind::Street, "one letter too many");
}

#[test]
fn an_inspection_tells_how_a_text_was_read() {
    let town = addresses(&town());
    let ask = Ask { text: "cenerentolla 1 it", limit: 3, ..Ask::default() };
    let seen = town.file().inspect(&ask);
    assert!(seen.forgiving && seen.words[1].numeric && seen.words[2].region);
    assert_eq!(seen.words[0].readings[0].word, "cenerentola");
    assert!(seen.words[0].readings[0].closeness < 1.0);
    assert_eq!(
        (&*seen.streets[0].street.join(" "), &*seen.streets[0].postcode),
        ("cenerentola via", "95034")
    );
    assert_eq!(seen.streets[0].number, Agreement::Agrees);
}

#[test]
fn an_inspection_tells_what_the_search_did() {
    let town = addresses(&town());
    let seen = |text: &str| {
        let ask = Ask { text, limit: 3, ..Ask::default() };
        let (seen, found) = (town.file().inspect(&ask), town.file().search(&ask));
        assert_eq!(seen.streets[0].entry, found[0].entry, "{text}");
        assert_eq!(seen.streets[0].number, found[0].parts.number, "{text}");
        seen
    };
    let left = |text: &str| seen(text).streets[0].unexplained.join(" ");
    assert_eq!(left("VIA CENERENTOLA 1, 95034 BRONTE"), "");
    assert_eq!(left("Vallensbækvej 20A, 3. th., 2605 Brøndby"), "");
    assert_eq!(left("VIA CENERENTOLA 77, BRONTE"), "");
    assert_eq!(left("VIA CENERENTOLA 1 pippo, BRONTE, Australia"), "pippo australia");
    // The better of two attempts may be the first; a number is asked for or is not.
    assert!(!seen("VIA CENERENTOLA 1, BRONTE").forgiving);
    assert_eq!(seen("VIA CENERENTOLA, BRONTE").streets[0].number, Agreement::Unsaid);
    assert_eq!(seen("VIA CENERENTOLA 1B, BRONTE").streets[0].number, Agreement::Close);
    // A word that was cut is shown so.
    let words: Vec<String> =
        seen("12 alfredstreet belmont").words.into_iter().map(|word| word.text).collect();
    assert_eq!(words, ["12", "alfred", "street", "belmont"]);
    // Marks are no regions, and a town's province may be.
    let words = seen("VIA CENERENTOLA n. 1, BRONTE, CATANIA").words;
    let around = |at: usize| (words[at].mark, words[at].region);
    assert_eq!([around(2), around(4), around(5)], [(true, false), (false, false), (false, true)]);
    assert_eq!(town.file().inspect(&Ask { limit: 3, ..Ask::default() }).streets, []);
}

#[test]
fn the_fewest_mistakes_win_also_where_every_word_finds_its_place_with_more() {
    let town = addresses(&[
        house(1, "FR", ["4", "Rue du Moulin", "", "Aurillacis"]),
        house(2, "FR", ["4", "Rue du Moulin", "", "Aurillacus"]),
        house(3, "FR", ["4", "Rue du Moulin", "", "Bronteville"]),
        house(4, "FR", ["5", "Rue du Lac", "", "Bronteville"]),
    ]);
    assert_eq!(first(&town, "4 rue du moulin aurilacus"), 2);
    assert_eq!(first(&town, "4 rue du moulin aurilacis"), 1);
}

#[test]
fn a_word_that_is_there_twice_is_said_twice() {
    let town = addresses(&[house(1, "FR", ["9", "Rue du Puy du Four", "19200", "Ussel"])]);
    let found = search(&town, "9 rue du puy du four 19200 ussel");
    assert!(found[0].whole && found[0].parts.place == Agreement::Agrees, "{found:?}");
}

#[test]
fn a_listing_that_says_less_is_found_where_a_better_one_does_not_count() {
    let mut houses = vec![
        house(1, "IT", ["1", "Via Cenerentola", "95034", "Bronte"]),
        House { carrier: 2, ..house(2, "IT", ["1", "Via Cenerentola", "", "Bronte"]) },
        house(3, "FR", ["1", "Via Cenerentola", "95034", "Bronte Sud"]),
    ];
    houses.extend(
        (0..80).map(|n| house(10 + n, "IT", ["1", "Via Cenerentola", "95034", &format!("Bronte {n}x")])),
    );
    let town = addresses(&houses);
    for text in ["via cenerentola 1 95034 bronte", "via cenerentola 95034 bronte"] {
        let question = Question { text, limit: 5, ..Question::default() };
        let found = |question: &Question<'_>| -> Vec<i64> {
            town.search(question).iter().map(|found| found.premise).collect()
        };
        assert_eq!(found(&question)[0], 1, "{text}");
        assert_eq!(found(&Question { carriers: Some(&[2]), ..question }), [2], "{text}");
        assert_eq!(found(&Question { country: "FR", ..question }), [3], "{text}");
        assert_eq!(town.complete(&Question { carriers: Some(&[2]), ..question })[0].premise, 2, "{text}");
    }
}

#[test]
fn a_key_finds_its_premise() {
    let town = addresses(&town());
    assert_eq!(town.by_key("REF-7"), [7]);
    assert_eq!(town.by_key(" ref-7 "), [7]);
    assert_eq!(town.by_key("REF-777"), NONE);
}

/// Streets that share words, so that telling them apart is work. No mistake makes one word of another.
fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "garibaldi",
        "ungaretti",
        "cavour",
        "verdi",
        "manzoni",
        "leopardi",
        "petrarca",
        "boccaccio",
        "vespucci",
        "colombo",
        "pirandello",
        "galilei",
        "donatello",
        "caravaggio",
        "michelangelo",
        "brunelleschi",
    ])
    .prop_map(str::to_owned)
}

prop_compose! {
    fn houses()(parts in prop::collection::btree_set((words(), words(), words(), 1..60_u32), 5..60)) -> Vec<House> {
        let number = |(n, (first, second, city, number)): (usize, (String, String, String, u32))| {
            let street = format!("Via {first} {second}");
            house(n as i64 + 1, "IT", [&number.to_string(), &street, "", &format!("{city}nova")])
        };
        parts.into_iter().enumerate().map(number).collect()
    }
}

/// Whether two listings say the same.
fn alike(a: &House, b: &House) -> bool {
    let said = |house: &House| {
        let said = model::address::Said::of(&house.address, house.country);
        let sorted = |mut words: Vec<String>| {
            words.sort_unstable();
            words.dedup();
            words
        };
        (sorted(said.street), sorted(said.place), said.number)
    };
    said(a) == said(b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_listing_is_found_by_its_text_in_any_order(houses in houses(), turn in 0..5_usize) {
        let town = addresses(&houses);
        for house in &houses {
            let line = house.address.one_line("IT");
            let mut words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            let turn = turn % words.len();
            words.rotate_left(turn);
            let found = first(&town, &words.join(" "));
            let found = houses.iter().find(|other| other.premise == found);
            prop_assert!(found.is_some_and(|found| alike(found, house)), "{line}: {found:?}");
        }
    }

    #[test]
    fn a_listing_is_found_after_one_mistake(houses in houses(), at in 0..100_usize, letter in b'a'..=b'z', kind in 0..4) {
        let town = addresses(&houses);
        for house in &houses {
            let street = house.address.street.clone().unwrap();
            let mut words: Vec<String> = street.split(' ').map(str::to_owned).collect();
            let word = &mut words[1 + at % 2];
            let mut letters = word.clone().into_bytes();
            // The first letter is typed right by nearly everybody.
            let place = 1 + at % (letters.len() - 1);
            match kind {
                0 => _ = letters.remove(place),
                1 => letters.insert(place, letter),
                2 => letters[place] = letter,
                _ => letters.swap(place, (place + 1).min(word.len() - 1)),
            }
            *word = String::from_utf8(letters).unwrap();
            let (number, city) = (house.address.number.clone().unwrap(), house.address.city.clone().unwrap());
            let line = format!("{} {number} {city}", words.join(" "));
            let found = first(&town, &line);
            let found = houses.iter().find(|other| other.premise == found);
            prop_assert!(found.is_some_and(|found| alike(found, house)), "{line}: {found:?}");
        }
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), repeated in "[a-z0-9 ,/-]{0,40}") {
        let town = addresses(&town());
        for text in [text.clone(), repeated.repeat(20), format!("{repeated} via cenerentola {text}")] {
            let question = Question { text: &text, limit: 3, ..Question::default() };
            prop_assert!(town.search(&question).iter().all(|found| (0.0..=1.0).contains(&found.confidence)));
            prop_assert!(town.complete(&question).len() <= 3);
        }
    }
}

#[test]
fn an_empty_index_answers_nothing() {
    let empty: atlas::address::Addresses = index(&[]).into();
    assert_eq!(search(&empty, "via roma 1"), []);
    assert_eq!((empty.file().len(), empty.by_key("x")), (0, vec![]));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.atlas");
    builder(&[]).write(&path, 1).unwrap();
    assert!(Index::open(&path).unwrap().is_empty());
}

#[test]
fn a_number_and_a_unit_are_not_exchanged() {
    let twins = [
        ("DK", "Vallensbækvej 1, 2. tv., 2605 Brøndby", "Vallensbækvej 2, 1. tv., 2605 Brøndby"),
        ("ES", "C/ Mayor 1, 2º A, 19250 Sigüenza", "C/ Mayor 2, 1º A, 19250 Sigüenza"),
        ("IT", "CORSO UMBERTO 1, int. 2, 95034 BRONTE", "CORSO UMBERTO 2, int. 1, 95034 BRONTE"),
        ("DE", "Hauptstraße 1, Wohnung 2, 10115 Berlin", "Hauptstraße 2, Wohnung 1, 10115 Berlin"),
        ("AU", "UNIT 1 2 ALFRED STREET BELMONT 2280", "UNIT 2 1 ALFRED STREET BELMONT 2280"),
        ("FR", "1 rue de Lyon, appartement 2, 69001 Lyon", "2 rue de Lyon, appartement 1, 69001 Lyon"),
    ];
    let of = |(at, (country, one, other)): (i64, &(&'static str, &str, &str))| {
        [text(2 * at, country, one), text(2 * at + 1, country, other)]
    };
    let all: Vec<House> = (1..).zip(&twins).flat_map(of).collect();
    let addresses = addresses(&all);
    for house in &all {
        let asked = house.address.full_text.clone().unwrap();
        assert_eq!(first(&addresses, &asked), house.premise, "{asked}");
    }
}
