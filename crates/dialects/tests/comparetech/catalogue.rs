//! What the carriers of the tests sell: the names that the source document prints.

use model::product::Product;
use serde_json::{Value, json};
use wire::comparetech::printed;

/// The six products of the printed coverage, in its order.
pub fn fastweb() -> Vec<Product> {
    let printed: Value = serde_json::from_str(printed::COVERAGE_DONE).unwrap();
    let names = printed["payload"]["__info"]["result"].as_array().unwrap().clone();
    names.iter().map(|name| product(json!({"code": name, "currency": "EUR"}))).collect()
}

/// The printed product with the printed addons, and bandwidths, one of them by default.
pub fn aruba() -> Vec<Product> {
    let printed: Value = serde_json::from_str(printed::COVERAGE_ADDONS).unwrap();
    let mut addons = printed["addons"][0]["options"].as_array().unwrap().clone();
    for addon in &mut addons {
        // In the catalogue a price is text.
        addon["price"] = addon["price"].to_string().into();
    }
    for (name, default) in [("FIBER_ADDON_DOWNLOAD1000", true), ("FIBER_ADDON_DOWNLOAD2500", false)] {
        addons.push(json!({"name": name, "category": "FIBER_BANDWIDTH", "type": "FIBER_BANDWIDTH",
            "default": default, "price": "0", "incompatibilities": []}));
    }
    vec![
        product(json!({"code": "FIBER_2022", "currency": "EUR", "addons": addons,
            "exclusive_categories": ["FIBER_BANDWIDTH"]})),
        product(json!({"code": "FIBER_PLAIN", "currency": "EUR"})),
    ]
}

fn product(fields: Value) -> Product {
    serde_json::from_value(fields).unwrap()
}
