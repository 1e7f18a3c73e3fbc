//! Addresses while somebody types: roads first, then addresses; only those of the network's country.

use super::caller::{Caller, encoded, refusal, text};
use super::network::furnish;
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

async fn look(caller: &Caller, query: &str, more: &str) -> Vec<Value> {
    let path = format!("/customer/address/lookup?query={}{more}", encoded(query));
    caller.found(&path).await.as_array().unwrap().clone()
}

fn roads(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| text(one, "road")).collect()
}

/// Number, floor and door of each.
fn homes(found: &[Value]) -> Vec<[&str; 3]> {
    let told =
        |one: &'_ Value| ["number", "floor", "door"].map(|name| one[name].as_str().unwrap_or("").to_owned());
    let mut all: Vec<[String; 3]> = found.iter().map(told).collect();
    all.sort();
    all.into_iter().map(|home| home.map(|part| &*part.leak())).collect()
}

on_both!(roads_come_first_and_then_addresses, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    for query in ["Vest", "vest", "VEST"] {
        let found = look(over, query, "").await;
        let mut named = roads(&found);
        named.sort_unstable();
        assert_eq!(named, ["Vesterbro", "Vestergade"], "{query}");
        for road in &found {
            for member in ["_id", "number", "floor", "door", "geo"] {
                assert!(road.get(member).is_none_or(Value::is_null), "a road is no address: {road}");
            }
            assert_eq!((&road["zip"], &road["city"]), (&json!(4000), &json!("Roskilde")));
        }
    }
    assert_eq!(roads(&look(over, "Vestergade", "").await), ["Vestergade"]);
    for query in ["Vestergade 1", "vestergade 1", "Vestergade 1, 4000 Roskilde", "VESTERGADE 1 ROSKILDE"] {
        let found = look(over, query, "").await;
        assert_eq!(homes(&found), [["1", "", ""]], "{query}: {found:?}");
        let one = &found[0];
        assert_eq!(
            (text(one, "road"), &one["zip"], text(one, "city")),
            ("Vestergade", &json!(4000), "Roskilde")
        );
        assert_eq!(one["geo"], json!([55.641, 12.08]), "latitude, longitude");
    }
    assert_eq!(homes(&look(over, "Østergade 1", "").await), [["1", "", ""]]);
    let none = look(over, "Vestergade 77", "").await;
    assert!(none.iter().all(|one| one.get("_id").is_none()), "there is no such house: {none:?}");
    // What is found can be asked for.
    let found = look(over, "Vestergade 3", "").await;
    let mut wanted = network.wanted();
    wanted["address"] = json!({"_id": found[0]["_id"]});
    let made = over.made("/internet/request", &wanted).await;
    let expected =
        json!({"_id": found[0]["_id"], "address": "Vestergade 3", "zip": "4000", "city": "Roskilde"});
    assert_eq!(made["address"], expected);
    // Everybody knows it by the same id.
    assert_eq!(look(&network.beside, "Vestergade 3", "").await, found);
});

on_both!(floors_and_doors_are_found_and_with_flex_need_not_be_known, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let every = ["1", "2", "st"].map(|floor| ["th", "tv"].map(|door| ["5", floor, door])).concat();
    for query in ["Vestergade 5", "Vestergade 5, 4000 Roskilde"] {
        assert_eq!(homes(&look(over, query, "").await), every, "{query}");
    }
    for query in [
        "Vestergade 5, 1. th.",
        "Vestergade 5, 1 th",
        "vestergade 5, 1. TH, 4000 Roskilde",
        "Vestergade 5 1. th",
    ] {
        assert_eq!(homes(&look(over, query, "").await), [["5", "1", "th"]], "{query}");
    }
    assert_eq!(homes(&look(over, "Vestergade 5, 2.", "").await), [["5", "2", "th"], ["5", "2", "tv"]]);
    // No such home.
    for query in ["Vestergade 5, 7. th", "Vestergade 3, 2. tv"] {
        assert!(look(over, query, "").await.is_empty(), "{query}");
        assert!(look(over, query, "&flex=false").await.is_empty(), "{query}");
    }
    assert_eq!(
        homes(&look(over, "Vestergade 3, 2. tv", "&flex=true").await),
        [["3", "2", "tv"]],
        "as it was said"
    );
    let house = look(over, "Vestergade 5, 7. th", "&flex=true").await;
    assert_eq!(homes(&house), [["5", "7", "th"]], "the house is there");
    assert!(house[0].get("_id").is_none(), "another home's id would lead to the wrong door: {house:?}");
    assert_eq!(homes(&look(over, "Vestergade 5, 1. th", "&flex=true").await), [["5", "1", "th"]]);
    let found = look(over, "Vestergade 5, 1. th.", "").await;
    let mut wanted = network.wanted();
    wanted["address"] = json!({"address": "Vestergade 5, 1. th.", "zip": 4000});
    let made = over.made("/internet/request", &wanted).await;
    let expected =
        json!({"_id": found[0]["_id"], "address": "Vestergade 5, 1. th.", "zip": "4000", "city": "Roskilde"});
    assert_eq!(made["address"], expected);
    // A house with homes is none by itself.
    wanted["address"] = json!({"address": "Vestergade 5", "zip": 4000});
    let unclear = refusal(404, "address._id", "Address not found");
    assert_eq!(over.post("/internet/request", &wanted).await, unclear);
});

on_both!(an_address_that_is_said_in_full_finds_no_other_home, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let st = ["th", "tv"].map(|door| ["5", "st", door]);
    for query in ["Vestergade 5, st. tv", "Vestergade 5, st tv.", "Vestergade 5, ST. TV, 4000 Roskilde"] {
        assert_eq!(homes(&look(over, query, "").await), [st[1]], "{query}");
    }
    assert_eq!(homes(&look(over, "Vestergade 5, st. t", "").await), st);
    assert_eq!(homes(&look(over, "Vestergade 5, st.", "").await), st, "those of that floor");
    for more in ["", "&flex=true"] {
        let none = look(over, "Vestergade 77, 1. th", more).await;
        assert!(none.iter().all(|one| one.get("_id").is_none()), "the floor is no house number: {none:?}");
    }
});

on_both!(a_lookup_has_limits_and_knows_one_country, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    for (limit, found) in [("", 6), ("&limit=1", 1), ("&limit=4", 4), ("&limit=50", 6)] {
        assert_eq!(look(over, "Vestergade 5", limit).await.len(), found, "{limit}");
    }
    assert_eq!(look(over, "Vest", "&limit=1").await.len(), 1);
    for (query, field, rule) in [
        ("query=Vest&limit=0", "limit", "Must be between 1 and 50"),
        ("query=Vest&limit=51", "limit", "Must be between 1 and 50"),
        ("query=Vest&limit=x", "limit", "Must be between 1 and 50"),
        ("query=Vest&flex=maybe", "flex", "Must be true or false"),
        ("limit=5", "query", "Required"),
    ] {
        let refused = over.get(&format!("/customer/address/lookup?{query}")).await;
        assert_eq!(refused, refusal(422, field, rule), "{query}");
    }
    for nothing in ["", " ", "Storgatan", "Storgatan 1", "Storgatan 1, 21142 Malmö", "Malmö", "Zzyzx", ",.-"]
    {
        for caller in [over, &network.admin] {
            let found = look(caller, nothing, "&flex=true").await;
            assert!(found.is_empty(), "{nothing}: {found:?}");
        }
    }
});
