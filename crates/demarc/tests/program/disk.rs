//! A disk that is slow, one that fails, and a process that ends at each sync of one order: by strace, which
//! holds up, spoils or ends the program at a chosen call.

use crate::support::{BASE, Ended, House, Running, free_address, http, ledger, subscription, until};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

async fn house() -> House {
    House::new(tokio::task::spawn_blocking(store::testing::Place::sqlite).await.unwrap())
}

/// Does something to each sync of a running server from the `when`th of a thread on.
async fn meddle(server: &Running, what: &str) -> Ended {
    let pid = server.child.id().to_string();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-p", &pid, "-e", "trace=fdatasync", "-e", &format!("inject=fdatasync:{what}")]);
    let strace = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let strace = Ended(strace.expect("strace is installed: ./test does it"));
    let tasks = format!("/proc/{pid}/task");
    let is_held = || {
        let held = |task: std::io::Result<std::fs::DirEntry>| {
            let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap_or_default();
            !status.contains("TracerPid:\t0\n")
        };
        std::fs::read_dir(&tasks).is_ok_and(|mut all| all.all(held))
    };
    assert!(until(Duration::from_secs(10), || async { is_held().then_some(()) }).await.is_some());
    strace
}

/// Posts an order under a key; None: there was no answer.
async fn post(server: &Running, api_key: &str, key: &str) -> Option<Value> {
    let request = http().post(format!("{}{BASE}/subscription", server.url));
    let request = request.header("Authorization", api_key).header("Idempotency-Key", key);
    let answer = request.json(&subscription("Mario", "iban")).send().await.ok()?;
    assert_eq!(answer.status(), 201);
    answer.json().await.ok()
}

async fn exited(child: &mut Child) -> Option<std::process::ExitStatus> {
    until(Duration::from_secs(10), || {
        let status = child.try_wait().unwrap();
        async move { status }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_leaves_before_the_disk_has_it() {
    let house = house().await;
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    post(&server, &key, "first").await.unwrap();
    let _strace = meddle(&server, "delay_enter=300000").await;
    for n in 0..3 {
        let began = Instant::now();
        let order = post(&server, &key, &format!("slow {n}").replace(' ', "-")).await.unwrap();
        let wrote = began.elapsed();
        assert!(wrote >= Duration::from_millis(290), "answered after {wrote:?}");
        server.client(&key).status(order["id"].as_i64().unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sync_stops_the_node_and_loses_nothing_that_was_answered() {
    let house = house().await;
    let mut server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let strace = meddle(&server, "error=EIO:when=4+").await;
    let mut accepted = Vec::new();
    for n in 0..10 {
        accepted.extend(post(&server, &key, &format!("k{n}")).await);
    }
    let status = exited(&mut server.child).await.expect("it stops by itself");
    assert!(!status.success(), "{status}");
    assert!(server.log().contains("cannot be made durable"), "{}", server.log());
    assert!((1..10).contains(&accepted.len()), "{}", accepted.len());
    drop(strace);
    let again = house.serve(&["--no-worker"]).await;
    for record in accepted {
        again.client(&key).status(record["id"].as_i64().unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_sync_of_an_order_loses_and_doubles_nothing() {
    let mut house = house().await;
    // The carrier outlives every server.
    let carrier = format!("http://{}", free_address());
    let listen = carrier.trim_start_matches("http://").to_owned();
    let mut command = house.command(&["sandbox", "--listen", &listen]);
    command.env("DEMARC_DATA", house.folder().join("carrier"));
    let _sandbox = Ended(command.stderr(Stdio::null()).spawn().unwrap());
    house.env.push(("DEMARC_SANDBOX_URL".into(), format!("{carrier}/sandbox")));
    let key = {
        let _server = house.serve(&[]).await;
        house.furnish()
    };
    let mut orders = 0;
    for sync in 1..100 {
        let mut server = house.serve(&[]).await;
        let strace = meddle(&server, &format!("signal=KILL:when={sync}")).await;
        let idempotency_key = format!("order-{sync}");
        let whole = story(&server, &key, &idempotency_key).await.is_some();
        orders += 1;
        if whole {
            drop(strace);
            server.kill();
            break;
        }
        assert!(exited(&mut server.child).await.is_some(), "it was not killed and did not answer");
        let server = house.serve(&[]).await;
        assert!(story(&server, &key, &idempotency_key).await.is_some(), "sync {sync}");
    }
    let booked = ledger(&carrier).await;
    assert!((8..99).contains(&orders), "{orders} kills: an order has some ten commits");
    assert_eq!(booked["bookings"].as_array().unwrap().len(), orders, "{booked}");
    assert_eq!(booked["duplicates"], json!([]));
}

/// An order from its POST to `done`, begun or gone on with; None: the server is gone.
async fn story(server: &Running, api_key: &str, key: &str) -> Option<()> {
    let id = post(server, api_key, key).await?["id"].as_i64()?;
    let send = async |request: reqwest::RequestBuilder| -> Option<Value> {
        request.header("Authorization", api_key).send().await.ok()?.json().await.ok()
    };
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        let record = send(http().get(format!("{}{BASE}/status/{id}", server.url))).await?;
        match record["status"].as_str()? {
            "done" => return Some(()),
            "canceled" => panic!("{record}"),
            "interrupted" => {
                let url = format!("{}{BASE}/subscription/{id}/send-otp", server.url);
                send(http().post(url).json(&json!({"otp": "123456"}))).await?;
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("order {id} came to no end")
}
