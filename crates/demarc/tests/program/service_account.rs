//! Service accounts, through the command line.

use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

const PUBLIC: &str = include_str!("../../../hub/tests/fixtures/service-account-test-only-1.public.pem");
const PRIVATE: &str = include_str!("../../../hub/tests/fixtures/service-account-test-only-1.private.pem");

fn create(house: &House, kid: &str, file: &str, more: &[&str]) -> i32 {
    let args =
        ["service-account", "create", "billing", "--org", "Provider", "--kid", kid, "--public-key", file];
    house.run(&[&args[..], more].concat()).status.code().unwrap()
}

fn listed(house: &House) -> Value {
    serde_json::from_str(&house.must(&["service-account", "list", "--json"])).unwrap()
}

on_both!(a_key_of_an_account_is_registered_listed_and_revoked, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    for (name, pem) in [("public.pem", PUBLIC), ("private.pem", PRIVATE), ("words.pem", "no key")] {
        std::fs::write(house.folder().join(name), pem).unwrap();
    }
    assert_eq!(listed(&house), json!([]));
    assert_eq!(create(&house, "2026-a", "public.pem", &[]), 0);
    assert_eq!(create(&house, "2026-b", "public.pem", &["--role", "VIEWER", "--expires", "30"]), 0);
    assert_eq!(create(&house, "2026-a", "public.pem", &[]), 3, "the `kid` is taken");
    assert_eq!(create(&house, "2026-c", "private.pem", &[]), 2);
    assert_eq!(create(&house, "2026-c", "words.pem", &[]), 2);
    assert_eq!(create(&house, "2026-c", "nothing.pem", &[]), 2);
    assert_eq!(create(&house, "2026 c", "public.pem", &[]), 2);
    let code = |args: &[&str]| house.run(args).status.code().unwrap();
    assert_eq!(code(&["service-account", "revoke", "2026-a"]), 0);
    assert_eq!(code(&["service-account", "revoke", "2026-a"]), 3);
    assert_eq!(code(&["service-account", "revoke", "2026-c"]), 3);
    let mut listed = listed(&house);
    assert!(listed[1]["expires"].take().is_string());
    let key = |role, kid, state| json!({"name": "billing", "organization": "Provider", "role": role, "kid": kid, "state": state, "expires": null});
    assert_eq!(listed, json!([key("RESELLER", "2026-a", "revoked"), key("VIEWER", "2026-b", "live")]));
});

on_both!(the_audience_of_tokens_is_set_and_forgotten, |house: House| async move {
    let _server = house.serve(&[]).await;
    let code = |args: &[&str]| house.run(args).status.code().unwrap();
    assert_eq!(code(&["service-account", "audience", "https://demarc.example"]), 0);
    assert_eq!(code(&["service-account", "audience", "--off"]), 0);
    assert_eq!(code(&["service-account", "audience"]), 2, "one of them has to be said");
    assert_eq!(code(&["service-account", "audience", "x", "--off"]), 2);
    assert_eq!(code(&["service-account", "audience", ""]), 2);
});
