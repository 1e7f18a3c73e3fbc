//! Who sees whose requests and accounts: a reseller its own and those of all below it, a customer's user the customer's.

use super::caller::{Caller, all, at, denied, encoded, nowhere, refusal, row, text};
use super::network::{Network, RESELLERS, customer, furnish, order, user};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};
use wire::telecomx::Row;

/// A request that is still open, an account with a document, and the request that it became of.
struct Owned {
    request: String,
    account: String,
    document: String,
}

async fn owned(network: &Network, caller: &Caller) -> Owned {
    let open = caller.made("/internet/request", &network.wanted()).await;
    let account = network.ordered(caller, &network.wanted_dsl(), 0).await;
    let document = super::document::attached(caller, &account, "plan.pdf", b"%PDF-1.7 plan").await;
    Owned {
        request: text(&open, "_id").to_owned(),
        account,
        document: text(&document["document"], "_id").to_owned(),
    }
}

/// Every request that names a record of somebody's.
fn requests(owned: &Owned) -> Vec<(Method, String, Option<Value>)> {
    let Owned { request, account, document } = owned;
    let post = |path: String| (Method::POST, path, Some(json!({})));
    let plain = |method: Method, path: String| (method, path, None);
    let (request, account) = (format!("/internet/request/{request}"), at(account));
    let document = format!("{account}/document/{document}");
    vec![
        plain(Method::GET, request.clone()),
        post(request.clone()),
        plain(Method::DELETE, request),
        plain(Method::GET, account.clone()),
        plain(Method::GET, format!("{account}?expand=true")),
        post(format!("{account}/confirm")),
        post(format!("{account}/activate")),
        post(format!("{account}/change/request")),
        post(format!("{account}/change/confirm")),
        plain(Method::DELETE, format!("{account}/change")),
        plain(Method::DELETE, account.clone()),
        plain(Method::DELETE, format!("{account}?force=true")),
        plain(Method::DELETE, format!("{account}?cancel=true")),
        post(format!("{account}/document")),
        plain(Method::GET, document.clone()),
        plain(Method::DELETE, document),
    ]
}

on_both!(a_reseller_sees_its_own_and_what_is_below_it, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let callers = [&network.over, &network.under, &network.deep, &network.beside];
    let mut own = Vec::new();
    for caller in callers {
        own.push(owned(&network, caller).await);
    }
    // By whom each is seen, of Over, Under, Deep, Beside, and the network's people.
    let sees = |caller: usize, owner: usize| caller == 4 || (caller == 3) == (owner == 3) && caller <= owner;
    let people = [callers.as_slice(), &[&network.admin]].concat();
    for (n, caller) in people.iter().enumerate() {
        let seen: Vec<&Owned> = (0..4).filter(|owner| sees(n, *owner)).map(|owner| &own[owner]).collect();
        for full in ["", "?full=true"] {
            let list = caller.found(&format!("/internet/account{full}")).await;
            let mut expected: Vec<&str> = seen.iter().map(|owned| owned.account.as_str()).collect();
            expected.sort_unstable();
            assert_eq!(all(&list, "accounts", "_id"), expected, "caller {n}");
            assert_eq!(list["total"], expected.len());
            let list = caller.found(&format!("/internet/request{full}")).await;
            assert_eq!(list["total"], 2 * expected.len(), "an open one and one that was ordered: {list}");
        }
        for (owner, (owned, id)) in own.iter().zip(&network.resellers).enumerate() {
            let (requests, accounts) = if sees(n, owner) { (2, 1) } else { (0, 0) };
            let filter = format!("reseller={id}");
            assert_eq!(caller.total(&format!("/internet/request?{filter}")).await, requests, "{n}, {owner}");
            assert_eq!(caller.total(&format!("/internet/account?{filter}")).await, accounts, "{n}, {owner}");
            let status = if sees(n, owner) { 200 } else { 404 };
            for path in [format!("/internet/request/{}", owned.request), at(&owned.account)] {
                let (got, body) = caller.get(&path).await;
                assert_eq!(got, status, "{n} {path}: {body}");
                if status == 200 {
                    assert_eq!((&body["reseller"], &body["customer"]), (&json!(id), &Value::Null));
                }
            }
        }
        for nobody in ["reseller=12345678901234567890AAAA", "customer=12345678901234567890AAAA"] {
            assert_eq!(caller.total(&format!("/internet/request?{nobody}")).await, 0);
            assert_eq!(caller.total(&format!("/internet/account?{nobody}")).await, 0);
        }
    }
});

on_both!(whatever_is_asked_of_a_foreign_record_is_answered_as_of_none, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let parents = owned(&network, &network.over).await;
    let nothing = Owned {
        request: "727173740000000000999999".into(),
        account: "616363740000000000999999".into(),
        document: "646f63750000000000999999".into(),
    };
    let before = network.over.found("/internet/account?full=true").await;
    for caller in [&network.under, &network.deep, &network.beside] {
        for ((method, path, body), (_, unknown, _)) in requests(&parents).into_iter().zip(requests(&nothing))
        {
            let foreign = caller.ask(method.clone(), &path, body.as_ref()).await;
            let unknown = caller.ask(method.clone(), &unknown, body.as_ref()).await;
            assert_eq!(foreign.told(), unknown.told(), "{method} {path}");
            assert_eq!(foreign.told(), nowhere(), "{method} {path}");
        }
        let quoted = network.quoted(&network.over, &network.wanted(), 0).await;
        let foreign = refusal(404, "request", "Request not found");
        assert_eq!(caller.post("/internet/account", &order(&quoted)).await, foreign);
        for id in [&network.resellers[0], "nobody"] {
            let mut body = network.wanted();
            body["reseller"] = json!(id);
            assert_eq!(caller.post("/internet/request", &body).await, denied(), "{id}");
            assert_eq!(caller.get(&format!("/product?reseller={id}")).await, denied(), "{id}");
        }
    }
    assert_eq!(network.over.found("/internet/account?full=true").await, before, "nothing was changed");
    // Between two of one's own: a document of another account is none of this one's.
    let second = owned(&network, &network.over).await;
    let crossed = format!("{}/document/{}", at(&parents.account), second.document);
    assert_eq!(network.over.get(&crossed).await, nowhere());
    assert_eq!(network.over.delete(&crossed).await, nowhere());
});

on_both!(a_reseller_asks_and_orders_for_those_below_it, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let mut customers = Vec::new();
    for name in RESELLERS {
        customers.push(customer(&house, &format!("Kunde {name}"), name).1);
    }
    for (n, id) in network.resellers.iter().enumerate().take(3) {
        let mut wanted = network.wanted();
        wanted["reseller"] = json!(id);
        assert_eq!(network.over.made("/internet/request", &wanted).await["reseller"], json!(id));
        let mut wanted = network.wanted();
        wanted["customer"] = json!(customers[n]);
        let made = network.over.made("/internet/request", &wanted).await;
        assert_eq!((&made["customer"], &made["reseller"]), (&json!(customers[n]), &json!(id)));
        let listed = network.over.found(&format!("/internet/request?customer={}", customers[n])).await;
        assert_eq!(all(&listed, "requests", "_id"), [text(&made, "_id")]);
        let theirs = network.quoted(&network.over, &wanted, 0).await;
        let account = network.over.made("/internet/account", &order(&theirs)).await;
        assert_eq!((&account["customer"], &account["reseller"]), (&json!(customers[n]), &json!(id)));
    }
    for caller in [&network.under, &network.deep] {
        let mut wanted = network.wanted();
        wanted["customer"] = json!(customers[0]);
        assert_eq!(caller.post("/internet/request", &wanted).await, denied(), "its parent's customer");
        assert_eq!(caller.total(&format!("/internet/request?customer={}", customers[0])).await, 0);
    }
    // A customer is its reseller's; both are named only where they belong together.
    let mut wanted = network.wanted();
    (wanted["customer"], wanted["reseller"]) = (json!(customers[1]), json!(network.resellers[0]));
    assert_eq!(network.over.post("/internet/request", &wanted).await, denied());
    // Who orders may name the customer then, of the request's reseller only.
    let quoted = network.quoted(&network.over, &network.wanted(), 0).await;
    let mut wanted = order(&quoted);
    for other in [&customers[1], &customers[3], "nobody"] {
        wanted["customer"] = json!(other);
        assert_eq!(network.over.post("/internet/account", &wanted).await, denied(), "{other}");
    }
    wanted["customer"] = json!(customers[0]);
    let account = network.over.made("/internet/account", &wanted).await;
    assert_eq!(account["customer"], json!(customers[0]));
    let expanded = network.over.found(&format!("{}?expand=true", at(text(&account, "_id")))).await;
    let names = ["customerName", "resellerName", "productName", "initiationFeeProductName"];
    assert_eq!(names.map(|name| text(&expanded, name)), ["Kunde Over", "Over", "Fiber 100", "Oprettelse"]);
});

const PRICES: [&str; 4] = ["initiationCost", "initiationWholesale", "monthlyCost", "monthlyWholesale"];

on_both!(a_customers_user_sees_that_customer_only_and_no_prices_but_its_own, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (number, kunde) = customer(&house, "Kunde ApS", "Over");
    let (_, nabo) = customer(&house, "Nabo ApS", "Over");
    user(&house, "kunde@over.example", "Over", "OWNER", &["--customer", &number]);
    user(&house, "kiggeren@over.example", "Over", "VIEWER", &["--customer", &number]);
    let (owner, viewer) =
        (network.signed_in("kunde@over.example").await, network.signed_in("kiggeren@over.example").await);
    let mut neighbours = network.wanted_dsl();
    neighbours["customer"] = json!(nabo);
    let foreign = Owned {
        account: network.ordered(&network.over, &neighbours, 0).await,
        request: text(&network.over.made("/internet/request", &neighbours).await, "_id").to_owned(),
        document: "646f63750000000000000001".into(),
    };
    let resellers = owned(&network, &network.over).await;
    // It asks for itself without saying so.
    let quoted = network.quoted(&owner, &network.wanted(), 0).await;
    assert_eq!((&quoted["customer"], &quoted["reseller"]), (&json!(kunde), &json!(network.resellers[0])));
    let account = owner.made("/internet/account", &order(&quoted)).await;
    assert_eq!(account["customer"], json!(kunde));
    let (request, own) = (format!("/internet/request/{}", text(&quoted, "_id")), at(text(&account, "_id")));
    for caller in [&owner, &viewer] {
        let request = caller.found(&request).await;
        let shown = caller.found(&own).await;
        for record in [&request["offers"][0], &shown["fiber"]] {
            assert!(PRICES.iter().all(|price| record.get(price).is_none()), "{record}");
            assert_eq!(
                (&record["initiationCustomer"], &record["monthlyCustomer"].to_string()),
                (&json!(3000), &"699.95".into())
            );
        }
        for list in ["/internet/request", "/internet/account"] {
            assert_eq!(caller.total(list).await, 1, "{list}");
            assert_eq!(caller.total(&format!("{list}?customer={nabo}")).await, 0);
            assert_eq!(
                caller.total(&format!("{list}?customer={kunde}&reseller={}", network.resellers[0])).await,
                1
            );
        }
        for (method, path, body) in requests(&foreign).into_iter().chain(requests(&resellers)) {
            let answer = caller.ask(method.clone(), &path, body.as_ref()).await;
            let expected = if answer.status == 403 { denied() } else { nowhere() };
            assert_eq!(answer.told(), expected, "{method} {path}");
            assert!(method != Method::GET || answer.status == 404, "{path}");
        }
    }
    for (name, id) in
        [("customer", nabo.as_str()), ("customer", "nobody"), ("reseller", &network.resellers[1])]
    {
        let mut wanted = network.wanted();
        wanted[name] = json!(id);
        assert_eq!(owner.post("/internet/request", &wanted).await, denied(), "{name} {id}");
    }
    let second = owner.made("/internet/request", &network.wanted()).await;
    for (caller, path, body) in [
        (&viewer, "/internet/request".to_owned(), network.wanted()),
        (&viewer, "/internet/account".into(), order(&quoted)),
        (&owner, request.clone(), json!({"notes": "x"})),
        (&owner, format!("{own}/confirm"), json!({})),
        (&owner, format!("{own}/activate"), json!({})),
        (&owner, format!("{own}/change/confirm"), json!({})),
    ] {
        assert_eq!(caller.post(&path, &body).await, denied(), "{path}");
    }
    let open = format!("/internet/request/{}", text(&second, "_id"));
    assert_eq!(viewer.delete(&open).await, denied());
    assert_eq!(viewer.delete(&own).await, denied());
    assert_eq!(owner.delete(&format!("{own}?force=true")).await, denied());
    owner.deleted(&open).await;
    assert_eq!(owner.get(&open).await, nowhere());
    assert_eq!(owner.delete(&request).await, row(Row::RequestState), "it was ordered");
    owner.deleted(&own).await;
    assert_eq!(owner.found(&own).await["state"], "CANCELLED");
    // People: those of its own customer, or none at all.
    let seen = all(&owner.found("/employee").await, "employees", "email");
    assert_eq!(seen, ["kiggeren@over.example", "kunde@over.example"]);
    let mut wanted = network.wanted();
    user(&house, "anna@over.example", "Over", "RESELLER", &[]);
    let anna = network.over.found(&format!("/employee?filter={}", encoded("anna@over.example"))).await;
    wanted["notify"] = json!([anna["employees"][0]["_id"]]);
    assert_eq!(owner.post("/internet/request", &wanted).await, row(Row::RecipientNotFound));
});
