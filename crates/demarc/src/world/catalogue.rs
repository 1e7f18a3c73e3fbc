//! What a sandbox carrier sells until products are imported for it. Product and addon names are
//! those of the Compare Tech document; the prices of products are invented.

use model::money::{Currency, Money, parse_amount};
use model::product::{Addon, Prices, Product};

/// The default catalogue of a sandbox carrier of that name.
pub fn of(carrier: &str) -> Vec<Product> {
    match carrier {
        "fastweb" => fastweb(),
        "aruba" => vec![aruba()],
        _ => plain(),
    }
}

fn product(code: &str, down_mbps: u32, up_mbps: u32, monthly: &str) -> Product {
    let price = |text: &str| parse_amount(text).ok().map(|amount| Money::new(amount, Currency::EUR));
    Product {
        id: None,
        description: None,
        kind: None,
        recurrence: None,
        sold_from: None,
        sold_until: None,
        code: code.to_owned(),
        name: None,
        technology: None,
        down_mbps: Some(down_mbps),
        up_mbps: Some(up_mbps),
        term_months: 24,
        lead_days: None,
        currency: Currency::EUR,
        monthly: Prices { customer: price(monthly), ..Prices::default() },
        setup: Prices::default(),
        addons: Vec::new(),
        exclusive_categories: Vec::new(),
    }
}

fn fastweb() -> Vec<Product> {
    vec![
        product("Fastweb Casa Light", 1_000, 300, "23.95"),
        product("Fastweb Casa", 2_500, 500, "28.95"),
        product("Fastweb Casa Plus", 2_500, 500, "33.95"),
        product("Fastweb Casa Light + Mobile", 1_000, 300, "30.90"),
        product("Fastweb Casa + Mobile", 2_500, 500, "35.90"),
        product("Fastweb Casa Plus + Mobile", 2_500, 500, "40.90"),
    ]
}

/// The bandwidths that the printed router is not compatible with.
const FAST: &[&str] = &[
    "FIBER_ADDON_DOWNLOAD2500",
    "FIBER_ADDON_DOWNLOAD2500_WHITEAREA",
    "FIBER_ADDON_DOWNLOAD2500_UP1000",
    "FIBER_ADDON_DOWNLOAD10G_UP2500",
    "FIBER_ADDON_DOWNLOAD2500_UP1000_WHITEAREA",
];

fn aruba() -> Product {
    let mut addons = vec![
        addon("FIBER_ADDON_STATICIPV4", "FIBER_ADDONS", "FIBER_STATICIP", "4", false, &[]),
        addon("FIBER_ADDON_VOICE", "FIBER_ADDONS", "FIBER_VOICE", "4", false, &[]),
        addon("FIBER_ROUTER_FRITZ_7530", "FIBER_ROUTER", "FIBER_ROUTER", "2.2", false, FAST),
        addon("FIBER_ADDON_DOWNLOAD1000", "FIBER_BANDWIDTH", "FIBER_BANDWIDTH", "0", true, &[]),
    ];
    let prices = ["3", "3", "4", "8", "4"];
    addons.extend(
        FAST.iter()
            .zip(prices)
            .map(|(name, price)| addon(name, "FIBER_BANDWIDTH", "FIBER_BANDWIDTH", price, false, &[])),
    );
    Product {
        addons,
        exclusive_categories: vec!["FIBER_BANDWIDTH".into(), "FIBER_ROUTER".into()],
        ..product("FIBER_2022", 1_000, 300, "24.90")
    }
}

fn addon(
    name: &str,
    category: &str,
    kind: &str,
    price: &str,
    default: bool,
    incompatibilities: &[&str],
) -> Addon {
    Addon {
        name: name.to_owned(),
        category: category.to_owned(),
        kind: kind.to_owned(),
        default,
        price: parse_amount(price).unwrap_or_default(),
        incompatibilities: incompatibilities.iter().map(|n| (*n).to_owned()).collect(),
    }
}

fn plain() -> Vec<Product> {
    vec![
        product("Fibre 100", 100, 20, "29.00"),
        product("Fibre 500", 500, 100, "39.00"),
        product("Fibre 1000", 1_000, 400, "49.00"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_catalogue_keeps_the_rules_of_products() {
        for carrier in ["fastweb", "aruba", "another"] {
            for product in of(carrier) {
                assert_eq!(product.check(), Ok(()), "{}", product.code);
            }
        }
    }

    #[test]
    fn the_printed_router_and_a_fast_bandwidth_exclude_each_other_from_either_side() {
        let product = aruba();
        for fast in FAST {
            assert!(product.choose(&["FIBER_ROUTER_FRITZ_7530", fast]).is_err(), "{fast}");
            assert!(product.choose(&[fast, "FIBER_ROUTER_FRITZ_7530"]).is_err(), "{fast}");
        }
        let chosen = product.choose(&["FIBER_ROUTER_FRITZ_7530"]).unwrap();
        assert_eq!(chosen, ["FIBER_ROUTER_FRITZ_7530", "FIBER_ADDON_DOWNLOAD1000"]);
    }
}
