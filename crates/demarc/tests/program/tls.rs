//! TLS of our own, and a proxy that has it for us.

use crate::support::{House, Running, free_address, http, until};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;

/// A client that trusts this certificate alone.
fn trusting(certificate: &str) -> reqwest::Client {
    let _ = http();
    let own = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
    reqwest::Client::builder().tls_certs_only([own]).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_listener_speaks_tls_and_no_other_language() {
    let house = House::new(store::testing::Place::sqlite());
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let [main, own] = [free_address(), free_address()];
    std::fs::write(house.folder().join("certificate.pem"), &certificate).unwrap();
    std::fs::write(house.folder().join("key.pem"), key).unwrap();
    let settings = format!(
        "[tls]\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n[dialects.comparetech]\nlisten = \"{own}\"\n"
    );
    std::fs::write(house.folder().join("demarc.toml"), settings).unwrap();
    let log = std::fs::File::create(house.folder().join("server.log")).unwrap();
    let mut command = house.command(&["serve", "--listen", &main]);
    let child = command.stdin(Stdio::null()).stderr(log).spawn().unwrap();
    let running = Running { child, url: format!("https://{main}"), log: house.folder().join("server.log") };
    let client = trusting(&certificate);
    let ready = until(Duration::from_secs(30), || async {
        let answer = client.get(format!("{}/ready", running.url)).send().await;
        answer.is_ok_and(|answer| answer.status() == 200).then_some(())
    });
    assert!(ready.await.is_some(), "{}", running.log());
    let key = house.furnish();
    for base in [format!("{main}/comparetech/api/v1"), format!("{own}/api/v1")] {
        let traders = client.get(format!("https://{base}/traders")).header("Authorization", &key);
        assert_eq!(traders.send().await.unwrap().status(), 200, "{base}");
        assert!(http().get(format!("http://{base}/traders")).send().await.is_err(), "{base}: in the clear");
    }
    // The engine reaches the sandbox carrier all the same.
    let address = crate::support::address("VIA ROMA", 1.into());
    let asked = client
        .post(format!("https://{own}/api/v1/coverage"))
        .header("Authorization", &key)
        .json(&crate::support::coverage("fastweb", address));
    let id = asked.send().await.unwrap().json::<Value>().await.unwrap()["id"].clone();
    let done = until(Duration::from_secs(30), || async {
        let status = client.get(format!("https://{own}/api/v1/status/{id}")).header("Authorization", &key);
        let record: Value = status.send().await.unwrap().json().await.unwrap();
        (record["status"] == "done").then_some(())
    });
    assert!(done.await.is_some(), "{}", running.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_headers_are_believed_on_every_listener_and_only_from_a_proxy_that_is_named() {
    for (proxies, believed) in [("[\"127.0.0.0/8\", \"::1/128\"]", true), ("[\"10.0.0.0/8\"]", false)] {
        let mut house = House::new(store::testing::Place::sqlite());
        let own = free_address();
        house.env.push(("DEMARC_LOG".into(), "debug".into()));
        house.env.push(("DEMARC_BEHIND_PROXY".into(), proxies.into()));
        house.env.push(("DEMARC_DIALECTS__COMPARETECH__LISTEN".into(), own.clone()));
        let server = house.serve(&[]).await;
        for (url, client) in [
            (format!("{}/comparetech/api/v1/traders", server.url), "203.0.113.7"),
            (format!("http://{own}/api/v1/traders"), "203.0.113.8"),
        ] {
            let answer = http().get(&url).header("X-Forwarded-For", client).send().await.unwrap();
            assert_eq!(answer.status(), 401);
            assert_eq!(server.log().contains(client), believed, "{url} {proxies}");
        }
    }
}
