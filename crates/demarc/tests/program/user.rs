//! Users, through the command line.

use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

/// Runs a command with a password on its stdin; the exit code.
fn with_password(house: &House, args: &[&str], password: &str) -> i32 {
    let mut child = house.command(args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap().status.code().unwrap()
}

fn create(house: &House, email: &str, role: &str, more: &[&str]) -> i32 {
    let args = ["user", "create", email, "--org", "Provider", "--role", role, "--password-stdin"];
    with_password(house, &[&args[..], more].concat(), "eight888\n")
}

fn listed(house: &House, email: &str) -> Value {
    let list: Value = serde_json::from_str(&house.must(&["user", "list", "--json"])).unwrap();
    list.as_array().unwrap().iter().find(|user| user["email"] == email).unwrap().clone()
}

on_both!(a_user_is_made_changed_and_listed_without_secrets, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    assert_eq!(create(&house, "Anna@Example.org", "OWNER", &["--name", "Anna Bianchi"]), 0);
    let anna = json!({"number": 1, "email": "anna@example.org", "organization": "Provider", "role": "OWNER",
        "name": "Anna Bianchi", "customer": null, "two_factor": false, "disabled": null});
    assert_eq!(listed(&house, "anna@example.org"), anna);
    let code = |args: &[&str]| house.run(args).status.code().unwrap();
    assert_eq!(create(&house, "x@example.org", "OWNER", &["--name", " "]), 2);
    assert_eq!(
        create(&house, "x@example.org", "OWNER", &["--customer", "7"]),
        3,
        "there is no such customer"
    );
    assert_eq!(create(&house, "x@example.org", "RESELLER", &["--customer", "7"]), 2, "OWNER at most");
    assert_eq!(create(&house, "x@example.org", "KING", &[]), 2);
    let password = ["user", "password", "anna@example.org", "--password-stdin"];
    assert_eq!(with_password(&house, &password, "seven77\n"), 2);
    assert_eq!(with_password(&house, &password, "nine99999\n"), 0);
    assert_eq!(code(&["user", "disable", "anna@example.org"]), 0);
    assert!(listed(&house, "anna@example.org")["disabled"].is_string());
    assert_eq!(code(&["user", "disable", "anna@example.org"]), 3);
    assert_eq!(code(&["user", "enable", "ANNA@example.org"]), 0);
    assert_eq!(code(&["user", "enable", "anna@example.org"]), 3);
    assert_eq!(code(&["user", "disable", "nobody@example.org"]), 3);
});

on_both!(an_authenticators_secret_is_printed_once_as_typed_and_as_scanned, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    assert_eq!(create(&house, "anna@example.org", "OWNER", &[]), 0);
    let printed = house.must(&["user", "totp", "anna@example.org"]);
    let lines: Vec<&str> = printed.lines().collect();
    let [secret, url] = lines[..] else { panic!("{printed}") };
    assert!(
        secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        "{secret}"
    );
    let expected = format!("otpauth://totp/Demarc:anna%40example.org?secret={secret}&issuer=Demarc");
    assert!(url.starts_with(&expected), "{url}");
    assert_eq!(listed(&house, "anna@example.org")["two_factor"], true);
    assert!(!house.must(&["user", "list", "--json"]).contains(secret));
    assert_ne!(house.must(&["user", "totp", "anna@example.org"]), printed, "another one each time");
    assert_eq!(house.must(&["user", "totp", "anna@example.org", "--off"]), "");
    assert_eq!(listed(&house, "anna@example.org")["two_factor"], false);
    assert_eq!(house.run(&["user", "totp", "anna@example.org", "--off"]).status.code(), Some(3));
});
