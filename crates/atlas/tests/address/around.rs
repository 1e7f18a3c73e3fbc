//! What stands around an address, and how sure an answer is of it.

use crate::world::*;
use atlas::address::{Addresses, Match, Question};

fn towns() -> Vec<House> {
    vec![
        house(1, "IT", ["259", "Viale Regina Margherita", "00198", "Roma"]),
        house(2, "ES", ["49", "Calle de Alcalá", "28014", "Madrid"]),
        house(3, "DK", ["2", "Peter Bangs Vej", "2000", "Frederiksberg"]),
        house(4, "DE", ["19", "Leipziger Straße", "06108", "Halle (Saale)"]),
        house(5, "FR", ["47", "Rue des Lilas", "46000", "Cahors"]),
        house(6, "GB", ["112", "Elgin Avenue", "W9 3QP", "London"]),
        house(7, "US", ["597", "North Michigan Avenue", "60611", "Chicago"]),
        house(8, "ZA", ["5", "Bowling Avenue", "2191", "Sandton"]),
        text(9, "AU", "1 LEMONWOOD PLACE CASTLE HILL 2154"),
        text(10, "AU", "52 WHARF ROAD BLI BLI 4560"),
        house(11, "GB", ["21", "St Mary Street", "CF10 1AD", "Cardiff"]),
        house(12, "FR", ["39", "Rue Jean Rostand", "15000", "Aurillac"]),
        house(13, "FR", ["41", "Avenue Jean Rostand", "15000", "Aurillac"]),
        house(14, "AU", ["36", "Gardenia Street", "3400", "Horsham"]),
        house(15, "FR", ["2", "Boulevard Gambetta", "05000", "Gap"]),
        house(16, "FR", ["2", "Boulevard Gambetta", "97200", "Fort-de-France"]),
        house(17, "FR", ["4", "Rue du 4 Septembre", "32000", "Auch"]),
        house(18, "FR", ["4", "Rue du Quatre Septembre", "90000", "Belfort"]),
        house(19, "IT", ["39", "Via XX Settembre", "10121", "Torino"]),
        house(20, "IT", ["20", "Via XX Settembre", "10121", "Torino"]),
        house(21, "US", ["176", "West 42nd Street", "10036", "New York"]),
        house(22, "US", ["42", "West 42nd Street", "10036", "New York"]),
        house(23, "FR", ["8", "Rue Paul Decker", "32000", "Auch"]),
        text(24, "AU", "50 HUNTER PLACE CASTLE HILL 2154"),
    ]
}

fn best(towns: &Addresses, text: &str, country: &str) -> Match {
    let question = Question { text, country, limit: 5, compare_houses: true, ..Question::default() };
    *towns.search(&question).first().expect("an answer")
}

#[test]
fn what_surrounds_an_address_takes_nothing_from_certainty() {
    let towns = addresses(&towns());
    for (country, premise, texts) in [
        (
            "IT",
            1,
            &[
                "Viale Regina Margherita n. 259, 00198 Roma",
                "Viale Regina Margherita n° 259, 00198 Roma (RM)",
                "Viale Regina Margherita 259, I-00198 Roma, Italy",
                "00198 Roma, Viale Regina Margherita 259",
                "Roma, Viale Regina Margherita 259",
            ] as &[&str],
        ),
        (
            "ES",
            2,
            &[
                "Calle de Alcalá nº 49, 28014 Madrid",
                "Calle de Alcalá, núm. 49, 28014 Madrid",
                "Calle de Alcalá 49, E-28014 Madrid (Madrid), Spain",
            ],
        ),
        ("DK", 3, &["Peter Bangs Vej nr. 2, 2000 Frederiksberg", "2000 Frederiksberg, Peter Bangs Vej 2"]),
        (
            "DE",
            4,
            &[
                "Leipziger Straße Nr. 19, 06108 Halle (Saale)",
                "Leipziger Straße 19, D-06108 Halle (Saale), Germany",
                "Halle (Saale), Leipziger Straße 19",
            ],
        ),
        (
            "FR",
            5,
            &[
                "n° 47 Rue des Lilas, 46000 Cahors",
                "47 Rue des Lilas, F-46000 Cahors CEDEX 9, France",
                "46000 Cahors, 47 Rue des Lilas",
            ],
        ),
        (
            "GB",
            6,
            &[
                "No. 112 Elgin Avenue, London W9 3QP",
                "112 Elgin Avenue, London, Greater London, W9 3QP, United Kingdom",
                "112 Elgin Avenue, London W9 3QP, GB",
            ],
        ),
        (
            "US",
            7,
            &[
                "597 North Michigan Avenue, Chicago, IL 60611-1234",
                "597 North Michigan Avenue, Chicago, Illinois 60611, USA",
                "597 North Michigan Avenue, Chicago 60611, United States",
            ],
        ),
        (
            "ZA",
            8,
            &[
                "No 5 Bowling Avenue, Sandton 2191",
                "5 Bowling Avenue, Sandton, Gauteng, 2191, South Africa",
                "2191 Sandton, 5 Bowling Avenue",
            ],
        ),
        (
            "AU",
            9,
            &[
                "No. 1 Lemonwood Place, Castle Hill 2154",
                "1 Lemonwood Place, Castle Hill, New South Wales 2154, AUS",
                "Castle Hill, 1 Lemonwood Place",
            ],
        ),
        ("AU", 10, &["52 Wharf Road, Bli Bli 4560", "52 wharf rd bli bli"]),
        ("GB", 11, &["21 St Mary Street, Cardiff CF10 1AD"]),
    ] {
        for text in texts {
            let best = best(&towns, text, country);
            let sure = best.whole && best.same_house && best.confidence > 0.99;
            assert!(best.premise == premise && sure, "{text}: {best:?}");
        }
    }
}

#[test]
fn a_street_type_is_no_province_and_a_country_no_street() {
    let towns = addresses(&towns());
    for text in ["39 Av Jean Rostand, Aurillac", "39 Ch. Jean Rostand, Aurillac", "36 Gardenia Ct, Horsham"] {
        let best = best(&towns, text, "");
        assert!(!best.whole && best.confidence < 0.9, "{text}: {best:?}");
    }
    assert_eq!(best(&towns, "2, bd gambetta, Gap, France", "FR").premise, 15);
    assert_eq!(best(&towns, "2, bd gambetta, Fort-de-France", "FR").premise, 16);
}

#[test]
fn what_is_left_over_takes_from_certainty() {
    let towns = addresses(&towns());
    for text in ["8 bis rue Paul Decker Auch", "8 rue Paul Decker zzzqq Auch", "8 rue Paul Dekker Auch"] {
        let best = best(&towns, text, "FR");
        assert!(best.premise == 23 && best.confidence < 0.9, "{text}: {best:?}");
    }
}

#[test]
fn numbers_in_names_are_found_however_they_are_written() {
    let towns = addresses(&towns());
    for (country, text, premise) in [
        ("FR", "4 rue du quatre septembre, Auch", 17),
        ("FR", "4 rue du 4 sept. Belfort", 18),
        ("IT", "39 via 20 settembre torino", 19),
        ("IT", "via 20 settembre 20 torino", 20),
        ("US", "176 w 42 st new york", 21),
        ("AU", "50Hunter Place Castle Hill", 24),
        ("AU", "5O hunter place castle hill", 24),
    ] {
        assert_eq!(best(&towns, text, country).premise, premise, "{text}");
    }
}
