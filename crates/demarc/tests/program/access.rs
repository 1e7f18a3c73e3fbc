//! Organizations, keys and who may do what, through the command line while a server runs.

use crate::on_both;
use crate::support::{House, address, coverage, until};
use serde_json::json;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

on_both!(a_new_key_works_and_a_revoked_one_fails_within_five_seconds, |house: House| async move {
    let server = house.serve(&[]).await;
    let key = house.furnish();
    let client = server.client(&key);
    assert_eq!(client.get("/traders").await.0, 200);
    let second = house.must(&["key", "rotate", key.rsplit_once('_').unwrap().0]);
    assert_eq!(server.client(&second).get("/traders").await.0, 200);
    assert_eq!(client.get("/traders").await.0, 200, "both work for a while");
    house.must(&["key", "revoke", key.rsplit_once('_').unwrap().0]);
    let refused =
        until(Duration::from_secs(5), || async { (client.get("/traders").await.0 == 401).then_some(()) });
    assert!(refused.await.is_some(), "revoked keys are refused within 5 s");
    assert_eq!(server.client(&second).get("/traders").await.0, 200);
    let list = house.must(&["key", "list", "--json"]);
    assert!(!list.contains(key.rsplit('_').next().unwrap()), "no secret in a list");
});

on_both!(a_key_is_the_only_thing_on_stdout, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    let output = house.run(&["key", "create", "--org", "Provider", "--role", "VIEWER", "--expires", "30"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("dmk_live_"), "{text}");
});

on_both!(another_organization_sees_nothing_and_its_parent_does, |house: House| async move {
    let server = house.serve(&[]).await;
    let key = house.furnish();
    house.must(&["org", "create", "Below", "--kind", "reseller", "--parent", "Provider"]);
    house.must(&["org", "create", "Beside", "--kind", "reseller"]);
    let [below, beside] =
        ["Below", "Beside"].map(|name| server.client(&house.must(&["key", "create", "--org", name])));
    let id = below.accept("/coverage", &coverage("fastweb", address("VIA ROMA", json!(1)))).await;
    let path = format!("/status/{id}");
    assert_eq!(server.client(&key).get(&path).await.0, 200);
    assert_eq!(beside.get(&path).await, beside.get("/status/999999999").await);
    assert_eq!(beside.get(&path).await.0, 404);
});

on_both!(what_cannot_be_is_refused_with_a_word_and_a_code, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    let code = |args: &[&str]| house.run(args).status.code().unwrap();
    assert_eq!(code(&["org", "create", "Provider", "--kind", "reseller"]), 3);
    assert_eq!(code(&["org", "create", "X", "--kind", "reseller", "--parent", "None"]), 3);
    assert_eq!(code(&["org", "create", "X", "--kind", "bank"]), 2);
    assert_eq!(code(&["key", "create", "--org", "None"]), 3);
    assert_eq!(code(&["carrier", "create", "UPPER", "--connector", "sandbox"]), 0);
    assert_eq!(code(&["carrier", "create", "Upper", "--connector", "sandbox"]), 3, "the same in any case");
    assert_eq!(code(&["carrier", "create", "ü", "--connector", "sandbox"]), 2);
    assert_eq!(code(&["carrier", "create", "x", "--connector", "none"]), 2);
    let settings = house.folder().join("settings.json");
    std::fs::write(&settings, "{\"clases\": {}}").unwrap();
    let output = house.run(&[
        "carrier",
        "create",
        "x",
        "--connector",
        "sandbox",
        "--config",
        settings.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("clases"));
});

on_both!(
    a_user_is_made_with_a_password_from_stdin_that_is_never_stored_readably,
    |house: House| async move {
        let _server = house.serve(&[]).await;
        house.must(&["org", "create", "Provider", "--kind", "reseller"]);
        let args = [
            "user",
            "create",
            "Anna@Example.org",
            "--org",
            "Provider",
            "--role",
            "OWNER",
            "--password-stdin",
        ];
        let make = |password: &'static str| {
            let mut child =
                house.command(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
            child.wait_with_output().unwrap().status.code()
        };
        assert_eq!(make("seven77\n"), Some(2));
        assert_eq!(make("eight888\n"), Some(0));
        assert_eq!(make("eight888\n"), Some(3), "the address is taken");
        assert!(house.must(&["user", "list"]).contains("anna@example.org"));
    }
);

on_both!(a_carrier_with_a_list_is_not_there_for_others, |house: House| async move {
    let server = house.serve(&[]).await;
    let key = house.furnish();
    house.must(&["org", "create", "Other", "--kind", "reseller"]);
    house.must(&["carrier", "create", "closed", "--connector", "sandbox", "--only", "Other"]);
    let other = server.client(&house.must(&["key", "create", "--org", "Other"]));
    let asked = coverage("closed", address("VIA ROMA", json!(1)));
    let (code, body) = server.client(&key).post("/coverage", &asked).await;
    assert_eq!((code, body), (404, json!({"error": "Driver with name: 'closed' doesn't exists"})));
    assert_eq!(other.post("/coverage", &asked).await.0, 201);
});
