//! The match key through the crate's door: what must be found by what, and what must not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::address::{Address, MAX_CHARS, MatchKey, keys_of, normalise};

/// `street; number; city; postcode`, then `name=value` for the rest. Empty parts are left out.
fn address(parts: &str) -> Address {
    let mut address = Address::default();
    for (at, part) in parts.split(';').map(str::trim).enumerate() {
        let (name, value) = part.split_once('=').unwrap_or_else(|| {
            (["street", "number", "city", "postcode"].get(at).copied().expect("a name"), part)
        });
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        match name {
            "street" => address.street = value,
            "number" => address.number = value,
            "unit" => address.unit = value,
            "floor" => address.floor = value,
            "door" => address.door = value,
            "suburb" => address.suburb = value,
            "city" => address.city = value,
            "postcode" => address.postcode = value,
            "province" => address.province = value,
            "country" => address.country = value,
            "text" => address.full_text = value,
            other => panic!("no field {other}"),
        }
    }
    address
}

fn finds(listing: &Address, asked: &Address, country: &str) -> bool {
    let key = MatchKey::of_listing(listing, country).expect("a listing with a key");
    keys_of(asked, country).contains(&key)
}

#[track_caller]
fn check(country: &str, listing: &str, asked: &str, expected: bool) {
    let (listing, asked) = (address(listing), address(asked));
    let found = finds(&listing, &asked, country);
    assert_eq!(
        found,
        expected,
        "listed {:?}, asked {:?}",
        MatchKey::of_listing(&listing, country),
        keys_of(&asked, country)
    );
}

#[track_caller]
fn check_text(country: &str, left: &str, right: &str, expected: bool) {
    let keys = (MatchKey::of_text(left, country), MatchKey::of_text(right, country));
    assert_eq!(keys.0 == keys.1, expected, "{keys:?}");
}

#[test]
fn parts_find_an_australian_listing_that_has_only_text() {
    let listing = ";;;;text=1 ALFRED STREET BELMONT NORTH 2280";
    check("AU", listing, "ALFRED STREET; 1; BELMONT NORTH; 2280", true);
    check("AU", listing, "Alfred St; 1; Belmont Nth; 2280", true);
    check("AU", listing, "Alfred St.; 01; belmont-north; 2280; province=NSW", true);
    check("AU", listing, "Alfred St; 1; ; 2280; suburb=Belmont North", true);
    check("AU", listing, "Alfred St; 1; Newcastle; 2280; suburb=Belmont North", true);
    check("AU", listing, ";;;;text=1 Alfred St, Belmont North NSW 2280, Australia", true);
    check("AU", listing, "Alfred St; 2; Belmont North; 2280", false);
    check("AU", listing, "Alfred St; 1A; Belmont North; 2280", false);
    check("AU", listing, "Alfred Rd; 1; Belmont North; 2280", false);
    check("AU", listing, "Alfred St; 1; Belmont North; 2281", false);
    check("AU", listing, "Alfred St; 1; Belmont North; 2280; unit=1", false);
}

#[test]
fn a_unit_is_found_only_as_that_unit_and_a_house_only_without() {
    let unit = ";;;;text=UNIT 9, 93-97 NEWTON ROAD WETHERILL PARK 2164";
    let house = ";;;;text=93-97 NEWTON ROAD WETHERILL PARK 2164";
    let asked = "Newton Rd; 93-97; Wetherill Park; 2164";
    for given in ["unit=9", "unit=Unit 9", "unit=flat 9", "unit=U9"] {
        check("AU", unit, &format!("{asked}; {given}"), true);
        check("AU", house, &format!("{asked}; {given}"), false);
    }
    check("AU", unit, "Newton Rd; 9/93-97; Wetherill Park; 2164", true);
    check("AU", unit, "Newton Rd; 9 / 93 - 97; Wetherill Park; 2164", true);
    check("AU", unit, ";;;;text=9/93-97 Newton Rd, Wetherill Park NSW 2164", true);
    check("AU", unit, ";;;;text=U9/93-97 Newton Rd, Wetherill Park NSW 2164", true);
    check("AU", unit, ";;;;text=Unit 9 - 93-97 Newton Rd, Wetherill Park NSW 2164", true);
    check("AU", house, asked, true);
    check("AU", unit, asked, false);
    check("AU", unit, &format!("{asked}; unit=97"), false);
    check("AU", unit, &format!("{asked}; unit=shop 9"), false);
    check("AU", unit, &format!("{asked}; floor=9"), false);
    check("AU", unit, "Newton Rd; 9; Wetherill Park; 2164; unit=93-97", false);
    check(
        "AU",
        ";;;;text=SHOP B, 2 PACKARD AVENUE CASTLE HILL 2154",
        "Packard Ave; 2; Castle Hill; 2154; unit=shop b",
        true,
    );
    check(
        "AU",
        ";;;;text=SHOP 1, LEVEL 1, 6-14 CASTLE STREET CASTLE HILL 2154",
        "Castle St; 6-14; Castle Hill; 2154; unit=Shop 1; floor=1",
        true,
    );
    check(
        "AU",
        ";;;;text=UNIT C101, 21 ATKINSON STREET LIVERPOOL 2170",
        ";;;;text=C101/21 Atkinson St Liverpool 2170",
        true,
    );
}

#[test]
fn text_and_parts_that_contradict_each_other_are_not_mixed() {
    let second = ";;;;text=2 ALFRED STREET BELMONT NORTH 2280";
    let asked = "Alfred St; 1; Belmont North; 2280; text=";
    check("AU", second, &format!("{asked}2 Alfred Street Belmont North 2280"), false);
    let unit = ";;;;text=UNIT 9, 1 ALFRED STREET BELMONT NORTH 2280";
    let house = ";;;;text=1 ALFRED STREET BELMONT NORTH 2280";
    let both = format!("{asked}Unit 9, 1 Alfred Street Belmont North 2280");
    check("AU", unit, &both, true);
    check("AU", house, &both, false);
}

#[test]
fn a_text_that_names_another_street_does_not_win_over_the_parts() {
    let listing = "VIA CENERENTOLA; 1; BRONTE; 95034";
    for country in ["IT", ""] {
        let asked = |street: &str, text: &str| format!("{street}; 1; BRONTE; 95034; text={text}");
        let text = "VIA CENERENTOLA 1, 95034 BRONTE (CT)";
        check(country, listing, &asked("VIA INESISTENTE", text), false);
        check(country, listing, &asked("VIA CENERENTOLA NUOVA", text), false);
        check(country, listing, &asked("VIALE", text), false);
        check(country, listing, &asked("CENERENTOLA", text), country == "IT");
    }
    let square = "Piazza Giuseppe Garibaldi; 1; Bronte; 95034";
    let text = "text=P.zza Giuseppe Garibaldi 1, 95034 Bronte";
    check("IT", square, &format!("P.za G. Garibaldi; 1; Bronte; 95034; {text}"), true);
    check("IT", square, &format!("P.za G. Mazzini; 1; Bronte; 95034; {text}"), false);
    let avenue = ";;;;text=1 PARK AVENUE BELMONT NORTH 2280";
    check("AU", avenue, "Lake Ave; 1; Belmont North; 2280; text=1 Park Avenue Belmont North 2280", false);
    check("AU", avenue, "Park View; 1; Belmont North; 2280; text=1 Park Avenue Belmont North 2280", false);
}

#[test]
fn an_italian_address_is_found_in_every_usual_spelling() {
    let listing = "VIA CENERENTOLA; 1; BRONTE; 95034; province=CT";
    check("IT", listing, "V. Cenerentola; 1; Bronte; 95034", true);
    check("IT", listing, ";;;;text=VIA CENERENTOLA 1, 95034 BRONTE (CT)", true);
    check("IT", listing, ";;;;text=Via Cenerentola, 1 - 95034 Bronte CT - Italia", true);
    check("IT", ";;;;text=VIA CENERENTOLA 1, BRONTE (CT)", listing, true);
    check("IT", "Viale Europa; 8; Roma; 00118", "V.le Europa; 8; ROMA; 118", true);
    check("IT", "Piazza San Marco; 12/B; Roma; 00118", "P.zza S. Marco; 12 b; Roma; 118", true);
    check("IT", "Corso dell'Unità; 8; Roma; 00118", "C.so dell’ Unita'; 8; Roma; 118", true);
    check("IT", "Viale Europa; 8; Roma; 00118", "Via Europa; 8; Roma; 118", false);
    check("IT", "Via Roma; 5; Bronte; 95034; unit=int. 3", ";;;;text=Via Roma 5 int. 3, 95034 Bronte", true);
}

#[test]
fn a_french_address_is_found_in_every_usual_spelling() {
    let listing = "Rue de l'Église; 8BIS; Saint-Côme-d'Olt; 12500";
    check("FR", listing, "r. de l’Eglise; 8 bis; ST COME D OLT; 12500", true);
    check("FR", listing, ";;;;text=8 bis, rue de l'église 12500 St-Côme-d'Olt", true);
    check("FR", listing, "rue de l'Eglise; 8; Saint-Côme-d'Olt; 12500", false);
    check("FR", listing, "rue de l'Eglise; 8B; Saint-Côme-d'Olt; 12500", false);
    check("FR", listing, "rue de l'Eglise; 8 ter; Saint-Côme-d'Olt; 12500", false);
    check("FR", "Voie des Amandiers; 1; Aiglun; 04510", "Voie des Amandiers; 1; Aiglun; 4510", true);
    check(
        "FR",
        "Avenue du 9e Régiment; 1; Pamiers; 09100",
        ";;;;text=1 av du 9ème régiment 09100 Pamiers",
        true,
    );
    check("FR", "Rue du Cœur; 12 A; Gap; 05000", "RUE DU COEUR; 12a; GAP; 5000", true);
    check("FR", "Rue de la Paix; 12-14; Gap; 05000", "Rue de la Paix; 12 - 14; Gap; 5000", true);
    check("FR", "Rue Sainte Anne; 1; Gap; 05000", "Rue Ste Anne; 1; Gap; 5000", true);
    check("FR", "Rue Sainte Anne; 1; Gap; 05000", "Rue St Anne; 1; Gap; 5000", false);
}

#[test]
fn danish_german_and_spanish_letters_units_and_types_are_understood() {
    let listing = "Nørre Allé; 1; Århus; 8000; floor=1; door=th";
    check("DK", listing, "Noerre Alle; 1; Aarhus; 8000; unit=1. th", true);
    check("DK", listing, ";;;;text=Nørre Allé 1, 1. th, DK-8000 Århus", true);
    check("DK", listing, ";;;;text=Nørre Allé 1, 2. th, 8000 Århus", false);
    check("DK", listing, "Nørre Allé; 1; Århus; 8000", false);
    check("DK", "Norre Alle; 1; Arhus; 8000", "Nørre Allé; 1; Århus; 8000", true);
    check("DE", "Mühlstraße; 8; München; 01067", "MUEHLSTR.; 8; Muenchen; 1067", true);
    check("DE", "Muhlstrasse; 8; Munchen; 01067", "Mühlstraße; 8; München; 1067", true);
    check("DE", "Bäckerstr; 8; Ulm; 01067", "Backerstr; 8; Ulm; 1067", false);
    check(
        "ES",
        "Calle Güell; 5; Málaga; 08001; floor=3; door=B",
        ";;;;text=C/ Guell 5, 3º B, 08001 Malaga",
        true,
    );
    check(
        "ES",
        "Calle Mayor; 5; Madrid; 08001; floor=3º; door=izda",
        "C/ Mayor; 5; Madrid; 8001; unit=3º izquierda",
        true,
    );
    check("ES", "Avenida de la Paz; 5; León; 08001", "Avda. de la Paz; 5; Leon; 8001", true);
}

#[test]
fn with_the_country_unknown_parts_still_find_text() {
    let listing = ";;;;text=1 ALFRED STREET BELMONT NORTH 2280";
    check("", listing, "Alfred St; 1; Belmont North; 2280", true);
    check("", listing, "Alfred St; 2280; Belmont North; 1", false);
    check("", "Voie des Amandiers; 1; Aiglun; 04510", "VOIE DES AMANDIERS; 1; AIGLUN; 4510", true);
    check("", listing, "Alfred St; 1; Belmont North; 2280; country=AU", false);
}

#[test]
fn numbers_in_names_do_not_move() {
    check("FR", "Rue du 8 Mai 1945; 12; Gap; 05000", ";;;;text=12 rue du 8 mai 1945 05000 Gap", true);
    check("FR", "Rue du 8 Mai 1945; 12; Gap; 05000", "Rue du 12 Mai 1945; 8; Gap; 05000", false);
    check("IT", "Via 4 Novembre; 12; Bronte; 95034", ";;;;text=Via 4 Novembre 12, 95034 Bronte", true);
    check("FR", "D 921; 12; Gap; 05000", ";;;;text=12 D 921 05000 Gap", true);
    check("AU", ";;;;text=5 FIRST AVENUE COOLUM BEACH 4573", "1st Ave; 5; Coolum Beach; 4573", true);
    check("AU", ";;;;text=105 W SCHULTZ ROAD HAMILTON 3300", "W Schultz Rd; 105; Hamilton; 3300", true);
    check("AU", ";;;;text=8B SMITH STREET HAMILTON 3300", ";;;;text=8 B Smith St Hamilton 3300", true);
    check_text("AU", "12 5TH AVENUE X 4573", "5 12TH AVENUE X 4573", false);
}

#[test]
fn saints_and_streets_share_their_abbreviation_without_being_confused() {
    check_text("AU", "1 St James Rd Horsham 3400", "1 SAINT JAMES ROAD HORSHAM 3400", true);
    check_text("AU", "1 St James St Horsham 3400", "1 SAINT JAMES STREET HORSHAM 3400", true);
    check_text("AU", "1 St James Rd Horsham 3400", "1 JAMES ROAD HORSHAM 3400", false);
    check_text("AU", "1 O'Brien St Horsham 3400", "1 O BRIEN STREET HORSHAM 3400", true);
    check_text("AU", "1 Mc Donald St Horsham 3400", "1 MCDONALD STREET HORSHAM 3400", true);
    check_text("AU", "1 King's Ct Horsham 3400", "1 KINGS COURT HORSHAM 3400", true);
    check_text("GB", "10 Downing St, London SW1A 2AA", "10 downing street london sw1a2aa", true);
    check_text("ZA", "12 Kerk Straat, Paarl, 7646", "12 KERK STR PAARL 7646", true);
}

#[test]
fn a_key_needs_a_street_a_number_and_a_place() {
    for parts in ["", "; 1; Gap; 05000", "Rue X; ; Gap; 05000", "Rue X; 1", " ; - ; - ; -"] {
        assert_eq!(MatchKey::of_parts(&address(parts), "FR"), None, "{parts}");
    }
    assert_eq!(MatchKey::of_text(" -,./' ", "FR"), None);
    assert!(MatchKey::of_parts(&address("Rue X; 1; Gap"), "FR").is_some());
    assert!(MatchKey::of_parts(&address("Rue X; 1; ; 05000"), "FR").is_some());
    assert!(keys_of(&Address::default(), "FR").is_empty());
}

#[test]
fn a_listing_without_postcode_or_without_city_is_found_by_more() {
    let asked = "Rue X; 1; Gap; 05000";
    check("FR", "Rue X; 1; Gap", asked, true);
    check("FR", "Rue X; 1; ; 05000", asked, true);
    check("FR", asked, "Rue X; 1; Gap", false);
}

#[test]
fn a_street_named_after_the_next_town_is_not_the_street_there_named_after_this_one() {
    let listing = "Rue de Buc; 8; Bavilliers; 90800";
    check("FR", listing, "Rue de Bavilliers; 8; Buc; 90800", false);
    check("FR", listing, ";;;;text=8 rue de Bavilliers, 90800 Buc", false);
    check("FR", listing, ";;;;text=8 rue de Buc, 90800 Bavilliers", true);
    check("FR", "Rue de Buc; 8; Bavilliers", "Rue de Bavilliers; 8; Buc", false);
}

#[test]
fn the_country_of_an_address_goes_before_the_other() {
    let french = address("Rue X; 1; Gap; 5000; country=fr");
    assert_eq!(MatchKey::of_parts(&french, "DK"), MatchKey::of_parts(&french, "FR"));
}

#[test]
fn normalising_gives_one_form_to_equal_house_numbers() {
    for (written, usual) in [
        ("8 bis", "8bis"),
        ("8BIS", "8bis"),
        ("8-bis", "8bis"),
        ("8 B", "8b"),
        ("08b", "8b"),
        ("12 - 14", "12-14"),
        ("12–14", "12-14"),
        ("12/14", "12-14"),
        ("12-14 b", "12-14b"),
        ("0", "0"),
        ("00", "0"),
    ] {
        assert_eq!(normalise(written, "FR"), usual, "{written}");
    }
}

#[test]
fn what_follows_the_longest_text_is_not_read() {
    let long = "a".repeat(MAX_CHARS);
    let longer = "ß".repeat(MAX_CHARS * 4);
    assert_eq!(MatchKey::of_text(&format!("{long}b"), "AU"), MatchKey::of_text(&long, "AU"));
    assert!(MatchKey::of_text(&longer, "AU").unwrap().as_str().len() <= 2 * MAX_CHARS + 4);
    assert!(keys_of(&address("Rue X; 1; Gap; 05000; suburb=Y; text=1 Rue Z"), "").len() <= 16);
}
