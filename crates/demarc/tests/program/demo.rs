//! The demo, as somebody sees it who tries Demarc for the first time.

use crate::support::{Client, House, Running, address, coverage, free_address, http, subscription};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

struct Demo {
    running: Running,
    client: Client,
    told: Value,
}

/// Starts a demo on a folder of the test's, and reads the line that it prints when it is ready.
async fn demo(folder: &std::path::Path) -> Demo {
    let listen = free_address();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarc"));
    command
        .args(["demo", "--json", "--listen", &listen, "--data"])
        .arg(folder.join("data"))
        .current_dir(folder);
    command.env_remove("DEMARC_DATABASE").env_remove("DEMARC_SECRET_FILE");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        line
    });
    let told: Value = serde_json::from_str(&line.await.unwrap()).unwrap();
    let url = told["url"].as_str().unwrap().to_owned();
    let running = Running { child, url, log: folder.join("none") };
    let client = running.client(told["keys"]["comparetech"].as_str().unwrap());
    Demo { running, client, told }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_the_issue_is_played_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let towns = ["etna-fibra", "fibra-henares", "vestegn-fiber", "west-rand-fibre"];
    assert_eq!(demo.told["carriers"], json!([&["fastweb", "aruba"][..], &towns].concat()));
    let client = &demo.client;
    let checked =
        client.accept("/coverage", &coverage("fastweb", address("VIA CENERENTOLA", json!(1)))).await;
    let covered = client.wait(checked, &["done", "canceled"]).await;
    assert_eq!(covered["payload"]["__info"]["result"][0], "Fastweb Casa Light");
    let order = client.accept("/subscription", &subscription("Mario", "credit_card")).await;
    let asked = client.wait(order, &["interrupted"]).await;
    assert_eq!(asked["payload"]["__info"], json!({"message": "OTP is requested"}));
    let otp = format!("/subscription/{order}/send-otp");
    let (code, record) = client.post(&otp, &json!({"otp": "000000"})).await;
    assert_eq!((code, &record["status"]), (200, &json!("running")));
    let asked = client.wait(order, &["interrupted"]).await;
    assert!(asked["payload"]["__info"]["error"].as_str().unwrap().contains("refused"), "{asked}");
    let (code, _) = client.post(&format!("/subscription/{order}/reset-otp"), &json!({})).await;
    assert_eq!(code, 200);
    client.wait(order, &["interrupted"]).await;
    client.post(&otp, &json!({"otp": "654321"})).await;
    let card = crate::support::until(std::time::Duration::from_secs(20), || async {
        let record = client.status(order).await;
        record["payload"]["__info"]["data"]["credit_card"]["url"].as_str().map(ToOwned::to_owned)
    });
    let url = card.await.expect("a card page");
    let page = http().get(&url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let approved = http().post(&url).header("content-type", "application/x-www-form-urlencoded");
    assert!(approved.body("decision=approve").send().await.unwrap().status().is_success());
    let done = client.wait(order, &["done", "canceled"]).await;
    assert_eq!(done["status"], "done", "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn printed_actions_are_there_under_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    for (id, printed) in
        [(1, wire::comparetech::printed::COVERAGE_CANCELED), (185, wire::comparetech::printed::COVERAGE_DONE)]
    {
        let printed: Value = serde_json::from_str(printed).unwrap();
        let record = demo.client.status(id).await;
        assert_eq!(record, printed, "action {id}");
    }
    assert_eq!(demo.client.status(134).await["status"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_used_before_keeps_its_world_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = demo(folder.path()).await;
    let checked = first.client.accept("/coverage", &coverage("fastweb", address("VIA ROMA", json!(2)))).await;
    let record = first.client.wait(checked, &["done"]).await;
    assert!(first.running.terminate().await.success());
    let second = demo(folder.path()).await;
    assert_eq!(second.told["keys"], first.told["keys"]);
    assert_eq!(second.client.status(checked).await, record);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_whose_first_start_was_killed_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = demo(folder.path()).await;
    first.running.kill();
    // As if it had been killed before the last step.
    let open = store::Open {
        location: store::Location::Folder(folder.path().join("data")),
        role: store::Role::Command,
        secret_file: None,
        database_ca: None,
    };
    let opened = tokio::task::spawn_blocking(|| open.open().unwrap()).await.unwrap();
    let forgotten = opened.store.write(|tx| store::setting::forget(tx, "demo.keys")).await;
    forgotten.map_err(|e: store::Error| e.to_string()).unwrap();
    drop(opened);
    let second = demo(folder.path()).await;
    assert_eq!(second.client.status(185).await["status"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_which_somebody_works_is_not_filled_with_a_demo() {
    let house = House::new(store::testing::Place::sqlite());
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    // The folder is the one that DEMARC_DATA names.
    let output = house.run(&["demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no demo's"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_not_order_may_not_move_the_clock() {
    let mut house = House::new(store::testing::Place::sqlite());
    house.env.push(("DEMARC_SANDBOX".into(), "true".into()));
    let server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    for (role, code) in [("NO_LOGIN", 403), ("VIEWER", 403), ("RESELLER", 200)] {
        let key = house.must(&["key", "create", "--org", "Provider", "--role", role]);
        let clock = http().post(format!("{}/sandbox/clock", server.url)).header("Authorization", key);
        let moved = clock.json(&json!({"advance": "PT1S"})).send().await.unwrap();
        assert_eq!(moved.status(), code, "{role}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_prompt_is_over_when_business_time_moves_past_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(folder.path()).await;
    let order = demo.client.accept("/subscription", &subscription("Mario", "iban")).await;
    demo.client.wait(order, &["interrupted"]).await;
    let clock =
        http().post(format!("{}/sandbox/clock", demo.client.url)).header("Authorization", &demo.client.key);
    let moved: Value = clock.json(&json!({"advance": "PT31M"})).send().await.unwrap().json().await.unwrap();
    assert!(moved["now"].is_string(), "{moved}");
    let record = demo.client.wait(order, &["canceled"]).await;
    assert_eq!(record["payload"]["__info"]["error"], "not answered within 30 minutes");
    assert_eq!(record["error"], "interrupted or timeout by signal");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_folder_nothing_is_left_behind() {
    let here = tempfile::tempdir().unwrap();
    let listen = free_address();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarc"));
    command.args(["demo", "--listen", &listen]).current_dir(here.path()).env("TMPDIR", here.path());
    let mut running = Running::start(command, format!("http://{listen}"), here.path()).await;
    assert!(running.terminate().await.success());
    let left: Vec<_> = std::fs::read_dir(here.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["server.log"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_the_telecomx_example_is_played_to_its_end() {
    // It needs Python, which the quick run does without.
    if std::env::var_os("DEMARC_TEST_QUICK").is_some() {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/telecomx/run.sh");
    let mut command = Command::new(story);
    command.env("DEMARC", env!("CARGO_BIN_EXE_demarc")).env("TMPDIR", here.path()).env_remove("DEMARC_DATA");
    let played = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output().unwrap());
    let played = played.await.unwrap();
    let told = [played.stdout, played.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(played.status.success(), "{}\n{}", told[0], told[1]);
    assert!(told[0].contains("all as expected"), "{}", told[0]);
}
