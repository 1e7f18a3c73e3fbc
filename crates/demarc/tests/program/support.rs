//! Starts the real program on a store of either engine, and speaks to it.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use store::Location;
use store::testing::Place;

pub const BASE: &str = "/comparetech/api/v1";

/// Writes a test once and runs it on both engines.
#[macro_export]
macro_rules! on_both {
    ($name:ident, $test:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let house = $crate::support::House::new(
                    tokio::task::spawn_blocking(store::testing::Place::sqlite).await.unwrap(),
                );
                ($test)(house).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let house = $crate::support::House::new(
                    tokio::task::spawn_blocking(store::testing::Place::postgres).await.unwrap(),
                );
                ($test)(house).await;
            }
        }
    };
}

/// A place for a store, and the command line for it.
pub struct House {
    pub place: Place,
    data: PathBuf,
    pub env: Vec<(String, String)>,
}

impl House {
    pub fn new(place: Place) -> Self {
        let data = place.folder.path().join("data");
        Self { place, data, env: Vec::new() }
    }

    pub fn folder(&self) -> &Path {
        self.place.folder.path()
    }

    /// A command of the program on this store.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demarc"));
        command.args(args).env_remove("DEMARC_SETTINGS").current_dir(self.place.folder.path());
        command.env("DEMARC_SECRET_FILE", &self.place.secret_file).env("DEMARC_DATA", &self.data);
        if let Location::Postgres(url) = &self.place.location {
            command.env("DEMARC_DATABASE", url).env("DEMARC_ATLAS", self.place.folder.path().join("atlas"));
        }
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command that must succeed; its stdout without the end of line.
    pub fn must(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Starts a server and waits until it is ready.
    pub async fn serve(&self, more: &[&str]) -> Running {
        let address = free_address();
        let mut args = vec!["serve", "--listen", &address];
        args.extend(more);
        Running::start(self.command(&args), format!("http://{address}"), self.folder()).await
    }

    /// A reseller's key and the carriers `fastweb` and `aruba`.
    pub fn furnish(&self) -> String {
        self.must(&["org", "create", "Provider", "--kind", "reseller"]);
        for name in ["fastweb", "aruba"] {
            self.must(&["carrier", "create", name, "--connector", "sandbox"]);
        }
        self.must(&["key", "create", "--org", "Provider"])
    }
}

/// A client; TLS wants to be told once who does its arithmetic.
pub fn http() -> reqwest::Client {
    static TOLD: std::sync::Once = std::sync::Once::new();
    TOLD.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::new()
}

pub fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A server process, ended with the test.
pub struct Running {
    pub child: Child,
    pub url: String,
    pub log: PathBuf,
}

impl Running {
    pub async fn start(mut command: Command, url: String, folder: &Path) -> Self {
        let log = folder.join("server.log");
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn().unwrap();
        let running = Self { child, url, log };
        let ready = format!("{}/ready", running.url);
        let ok = until(Duration::from_secs(30), || async {
            matches!(http().get(&ready).send().await, Ok(answer) if answer.status() == 200).then_some(())
        });
        assert!(ok.await.is_some(), "not ready: {}", running.log());
        running
    }

    /// What it wrote to stderr.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits for that.
    pub async fn terminate(&mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        until(Duration::from_secs(30), || {
            let status = self.child.try_wait().unwrap();
            async move { status }
        })
        .await
        .expect("it ends when it is asked to")
    }

    pub fn client(&self, key: &str) -> Client {
        Client { url: self.url.clone(), key: key.to_owned(), http: http() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that ends with the test, also when that fails.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A provider's system, as the Compare Tech dialect sees it.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    pub key: String,
    http: reqwest::Client,
}

impl Client {
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request =
            self.http.post(format!("{}{BASE}{path}", self.url)).header("Authorization", &self.key).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{BASE}{path}", self.url)).header("Authorization", &self.key);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn status(&self, id: i64) -> Value {
        let (code, record) = self.get(&format!("/status/{id}")).await;
        assert_eq!(code, 200, "{record}");
        record
    }

    /// Posts what must be accepted; the id.
    pub async fn accept(&self, path: &str, body: &Value) -> i64 {
        let (code, record) = self.post(path, body).await;
        assert_eq!((code, &record["status"]), (201, &json!("pending")), "{record}");
        record["id"].as_i64().unwrap()
    }

    /// Waits until an action is in one of these states.
    pub async fn wait(&self, id: i64, states: &[&str]) -> Value {
        let found = until(Duration::from_secs(60), || async {
            let record = self.status(id).await;
            states.contains(&record["status"].as_str().unwrap()).then_some(record)
        });
        match found.await {
            Some(record) => record,
            None => panic!("action {id} never was {states:?}: {}", self.status(id).await),
        }
    }
}

/// Asks again and again until there is an answer, or the time is over.
pub async fn until<T, F: Future<Output = Option<T>>>(
    time: Duration,
    mut ask: impl FnMut() -> F,
) -> Option<T> {
    let end = Instant::now() + time;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn address(street: &str, number: Value) -> Value {
    json!({"street": street, "number": number, "city": "BRONTE", "province": "CT", "zip_code": 95034})
}

pub fn coverage(driver: &str, address: Value) -> Value {
    json!({"driver": driver, "address": address})
}

pub const TAX_CODE: &str = "RSSMRA80A01C351X";
pub const PHONE: &str = "+393351234567";

pub fn subscription(first_name: &str, payment: &str) -> Value {
    json!({
        "driver": "fastweb", "product": "fastweb casa light", "address": address("VIA CENERENTOLA", json!(1)),
        "firstname": first_name, "lastname": "Rossi", "tax_code": TAX_CODE, "email": "mario.rossi@example.it", "phone": PHONE,
        "payment_method": payment, "iban": "IT60X0542811101000000123456",
        "document": {"nationality": "IT", "type": "passport", "number": "YA1234567", "issued_at": "2020-02-03"},
    })
}

/// What the sandbox carrier has booked under each reference.
pub async fn ledger(url: &str) -> Value {
    http().get(format!("{url}/sandbox/ledger")).send().await.unwrap().json().await.unwrap()
}
