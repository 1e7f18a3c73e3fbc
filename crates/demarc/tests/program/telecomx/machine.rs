//! Tokens for machines: who may make them and for whom, and their end.

use super::caller::{Caller, denied, nowhere, refusal, text};
use super::network::{customer, furnish, key, user};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const READ: &str = "/internet/request";

fn invalid() -> (u16, Value) {
    refusal(401, "invalid_token", "Token is missing or invalid")
}

/// The id of a user whom the caller sees.
async fn employee(caller: &Caller, email: &str) -> String {
    let list = caller.found(&format!("/employee?filter={email}")).await;
    assert_eq!((&list["total"], &list["employees"][0]["email"]), (&json!(1), &json!(email)), "{list}");
    text(&list["employees"][0], "_id").to_owned()
}

/// Makes a machine token of a user.
async fn machine(caller: &Caller, employee: &str) -> Caller {
    let made = caller.made(&format!("/employee/{employee}/token"), &json!({})).await;
    assert_eq!(made.as_object().unwrap().len(), 2, "{made}");
    assert_eq!(made["success"], true);
    caller.with(text(&made, "token"))
}

on_both!(a_machine_token_acts_as_its_user_until_it_is_revoked, |mut house: House| async move {
    let network = furnish(&mut house).await;
    user(&house, "anna@over.example", "Over", "RESELLER", &[]);
    let anna = network.signed_in("anna@over.example").await;
    let id = employee(&anna, "anna@over.example").await;
    let [first, second, third] =
        [machine(&anna, &id).await, machine(&anna, &id).await, machine(&network.over, &id).await];
    network.admin.pass("P400D").await;
    let made = first.made(READ, &network.wanted()).await;
    assert_eq!((&made["createdBy"], &made["reseller"]), (&json!(id), &json!(network.resellers[0])));
    assert_eq!(first.found("/auth/validateToken").await["employee"], json!(id));

    let anna = network.signed_in("anna@over.example").await;
    anna.deleted(&format!("/employee/{id}/token/{}", first.token)).await;
    assert_eq!(first.get(READ).await, invalid());
    assert_eq!(anna.delete(&format!("/employee/{id}/token/{}", first.token)).await, nowhere());
    assert_eq!(second.total(READ).await, 1, "the others stay");

    let done = json!({"success": true});
    assert_eq!(network.over.found(&format!("/employee/{id}/clearTokens")).await, done);
    for ended in [&second, &third] {
        assert_eq!(ended.get(READ).await, invalid());
    }
    assert_eq!(anna.total(READ).await, 1, "who is signed in stays so");
    assert_eq!(network.over.found(&format!("/employee/{id}/clearTokens?all=true")).await, done);
    assert_eq!(anna.get(READ).await, invalid());
    assert!(!network.server.log().contains(&first.token), "no log has a token");

    let anna = network.signed_in("anna@over.example").await;
    let last = machine(&anna, &id).await;
    house.must(&["user", "disable", "anna@over.example"]);
    for ended in [&anna, &last] {
        let over = crate::support::until(std::time::Duration::from_secs(10), || async {
            (ended.get(READ).await == invalid()).then_some(())
        });
        assert!(over.await.is_some(), "a user who may not sign in has no tokens");
    }
    assert_eq!(network.over.get(READ).await.0, 200);
});

on_both!(a_machine_token_is_refused_to_admins_and_to_those_who_only_look, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (number, _) = customer(&house, "Kunde ApS", "Over");
    for (email, organization, role, more) in [
        ("admin@net.example", "Network", "ADMIN", &[][..]),
        ("staff@net.example", "Network", "RESELLER_ADMIN", &[]),
        ("boss@over.example", "Over", "ADMIN", &[]),
        ("anna@over.example", "Over", "RESELLER", &[]),
        ("view@over.example", "Over", "VIEWER", &[]),
        ("view@under.example", "Under", "VIEWER", &[]),
        ("beside@beside.example", "Beside", "RESELLER", &[]),
        ("kunde@over.example", "Over", "OWNER", &["--customer", &number]),
    ] {
        user(&house, email, organization, role, more);
    }
    let own = async |email: &str| {
        let caller = network.signed_in(email).await;
        let id = text(&caller.found("/auth/validateToken").await, "employee").to_owned();
        (caller, id)
    };
    let path = |id: &str| format!("/employee/{id}/token");
    let (admin, admins) = own("admin@net.example").await;
    for caller in [&admin, &network.admin] {
        assert_eq!(caller.post(&path(&admins), &json!({})).await, denied(), "of an ADMIN");
        let answer = caller.ask(Method::POST, &path(&admins), None).await;
        assert_eq!(answer.told(), denied(), "a body may be left out");
    }
    machine(&admin, &employee(&network.admin, "staff@net.example").await).await;
    // In a reseller's organization an ADMIN is a RESELLER_ADMIN.
    let (boss, bosses) = own("boss@over.example").await;
    assert_eq!(boss.found(&format!("/employee/{bosses}")).await["accessLevel"], "RESELLER_ADMIN");
    machine(&boss, &bosses).await;
    let (view, viewers) = own("view@over.example").await;
    assert_eq!(view.post(&path(&viewers), &json!({})).await, denied(), "who only looks has none");
    let of_viewer = machine(&boss, &viewers).await;
    assert_eq!(of_viewer.total(READ).await, 0, "but may be given one");
    assert_eq!(of_viewer.post(READ, &network.wanted()).await, denied());
    let (kunde, kundes) = own("kunde@over.example").await;
    machine(&kunde, &kundes).await;
    // Below oneself, not above, not beside.
    let below = employee(&boss, "view@under.example").await;
    machine(&boss, &below).await;
    let (anna, annas) = own("anna@over.example").await;
    for id in [&viewers, &below, &bosses] {
        assert_eq!(anna.post(&path(id), &json!({})).await, denied(), "a RESELLER sees to nobody else");
    }
    let (beside, besides) = own("beside@beside.example").await;
    for (caller, id) in [(&boss, &besides), (&network.under, &annas), (&network.beside, &annas)] {
        assert_eq!(caller.post(&path(id), &json!({})).await, nowhere());
        assert_eq!(caller.get(&format!("/employee/{id}/clearTokens")).await, nowhere());
        assert_eq!(caller.delete(&format!("{}/x", path(id))).await, nowhere());
        assert_eq!(caller.get(&format!("/employee/{id}")).await, nowhere());
    }
    assert_eq!(kunde.post(&path(&annas), &json!({})).await, denied());
    assert_eq!(network.over.post(&path("nobody"), &json!({})).await, nowhere());
    assert_eq!(beside.total(READ).await, 0, "nobody was signed out");
    // Keys of programs see to no user but their own organization's, by their role.
    let reseller = network.over.with(&key(&house, "Over", "RESELLER"));
    assert_eq!(reseller.post(&path(&annas), &json!({})).await, denied());
});
