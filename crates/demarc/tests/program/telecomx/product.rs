//! Products on their three levels: the network's, what a reseller makes of them, and what is agreed on with a customer.

use super::caller::{Caller, all, denied, nowhere, row, text};
use super::network::{customer, furnish, import, user};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use wire::telecomx::Row;

/// A product of a list, by its code.
fn coded<'v>(list: &'v Value, code: &str) -> &'v Value {
    let products = list["products"].as_array().unwrap();
    products
        .iter()
        .find(|product| product["productCode"] == code)
        .unwrap_or_else(|| panic!("no {code}: {list}"))
}

async fn price(caller: &Caller, query: &str) -> Option<f64> {
    coded(&caller.found(&format!("/product?{query}")).await, "F100")["price"].as_f64()
}

on_both!(
    a_product_is_inherited_from_the_network_by_the_reseller_and_its_customer,
    |mut house: House| async move {
        let network = furnish(&mut house).await;
        let over = &network.over;
        let (number, kunde) = customer(&house, "Kunde ApS", "Over");
        let (_, nabo) = customer(&house, "Nabo ApS", "Over");
        let own = "code,name,currency,monthly_price,monthly_wholesale\nF100,Over Fiber,DKK,333,222\n";
        import(&house, "products", own, &["--org", "Over"]);
        import(
            &house,
            "products",
            "code,monthly_price,setup_price,sold\nF100,250,,yes\nF1000,,,no\n",
            &["--org", "Over", "--customer", &number],
        );
        let master = over.found("/product?master=true").await;
        let mine = over.found("/product").await;
        assert_eq!(master["total"], 6);
        let (mine, master) = (coded(&mine, "F100"), coded(&master, "F100"));
        assert_eq!((text(mine, "name"), text(master, "name")), ("Over Fiber", "Fiber 100"));
        assert_eq!((&mine["reseller"], &mine["inheritFrom"]), (&json!(network.resellers[0]), &master["_id"]));
        assert!(master.get("reseller").is_none() && master.get("inheritFrom").is_none(), "{master}");
        for (query, expected) in [
            (String::new(), 333.0),
            ("master=true".into(), 299.0),
            (format!("customer={kunde}"), 250.0),
            (format!("customer={nabo}"), 333.0),
            (format!("reseller={}", network.resellers[1]), 299.0),
        ] {
            assert_eq!(price(over, &query).await, Some(expected), "{query}");
        }
        let listed = |list: &Value| all(list, "products", "productCode");
        assert_eq!(listed(&over.found("/product?type=FIBER").await), ["F100", "F1000"]);
        assert_eq!(listed(&over.found(&format!("/product?type=fiber&customer={kunde}")).await), ["F100"]);
        assert_eq!(
            listed(&over.found(&format!("/product?type=FIBER&all=true&customer={kunde}")).await),
            ["F100", "F1000"]
        );
        assert_eq!(listed(&over.found("/product?filter=dsl").await), ["D100", "D50"]);
        let window = over.found("/product?offset=1&limit=2").await;
        assert_eq!(
            (&window["offset"], &window["limit"], &window["total"]),
            (&json!(1), &json!(2), &json!(6))
        );
        assert_eq!(window["products"].as_array().unwrap().len(), 2);
        // A customer's own user has its customer's, without asking.
        user(&house, "kunde@over.example", "Over", "OWNER", &["--customer", &number]);
        let owner = network.signed_in("kunde@over.example").await;
        assert_eq!(price(&owner, "").await, Some(250.0));
        assert_eq!(listed(&owner.found("/product?type=FIBER").await), ["F100"]);
        assert_eq!(
            owner.get("/product?master=true").await,
            denied(),
            "what its reseller pays is not its business"
        );
        for query in ["", "?all=true"] {
            let list = owner.found(&format!("/product{query}")).await;
            assert!(
                !list.to_string().contains("wholesale") && !list.to_string().contains("\"cost\""),
                "{list}"
            );
        }
        // What a customer cannot have is refused by name; by its own id or the network's.
        for (caller, body) in [(&owner, json!({})), (over, json!({"customer": kunde}))] {
            for id in [over.product("Fiber 1000").await, network.admin.product("Fiber 1000").await] {
                let mut wanted = network.wanted();
                wanted["product"] = json!(id);
                wanted.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
                assert_eq!(
                    caller.post("/internet/request", &wanted).await,
                    row(Row::ProductNotValid),
                    "{id}"
                );
                wanted["customer"] = json!(nabo);
                let other = caller.post("/internet/request", &wanted).await;
                assert_eq!(other.0, if body["customer"].is_null() { 403 } else { 200 }, "{}", other.1);
            }
        }
        let mut wanted = network.wanted();
        wanted["product"] = mine["_id"].clone();
        let made = over.made("/internet/request", &wanted).await;
        assert_eq!(made["product"], mine["_id"], "as it was asked for");
        // One reseller's own product is none of another's.
        assert_eq!(network.beside.post("/internet/request", &wanted).await, row(Row::ProductNotFound));
        assert_eq!(network.beside.get(&format!("/product/{}", text(mine, "_id"))).await, nowhere());
        assert_eq!(network.beside.get(&format!("/product?customer={kunde}")).await, denied());
    }
);
