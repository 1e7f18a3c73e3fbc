//! A carrier between the engine and the real sandbox: it hands every call on, but the one that it
//! is told to fail. Plain bytes on a socket, so that it can break off anywhere.

use crate::fault::Fault;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Fake {
    pub url: String,
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    sandbox: String,
    client: reqwest::Client,
    /// What to do with the next call whose path ends so.
    plan: Mutex<Option<(&'static str, Fault)>>,
    /// Told to every call instead of what the sandbox would say.
    refusing: Mutex<Option<u16>>,
    /// Every session is over as soon as it was given.
    forgetting: AtomicBool,
    /// How long every answer takes.
    delay: Mutex<Duration>,
    /// What it says of every order from now on.
    withdrawn: Mutex<Option<Withdrawn>>,
    /// Look-ups are told of all bookings, in a form of its own.
    telling_all: AtomicBool,
    calls: Mutex<Vec<(Instant, String)>>,
    held: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

/// A carrier that has booked and thinks better of it.
#[derive(Clone, Copy)]
struct Withdrawn {
    reason: &'static str,
    /// It refuses further calls about the order as well; otherwise only what it shows has changed.
    calls: bool,
}

struct Asked {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Fake {
    /// In front of the sandbox that is mounted at `sandbox`.
    pub async fn start(sandbox: &str, client: &reqwest::Client) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            sandbox: sandbox.to_owned(),
            client: client.clone(),
            plan: Mutex::default(),
            refusing: Mutex::default(),
            forgetting: AtomicBool::new(false),
            delay: Mutex::default(),
            withdrawn: Mutex::default(),
            telling_all: AtomicBool::new(false),
            calls: Mutex::default(),
            held: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        });
        let fake =
            Fake { url: format!("http://{address}/sandbox"), address, shared, accepting: Mutex::default() };
        fake.accept(listener);
        fake
    }

    fn accept(&self, listener: TcpListener) {
        let shared = self.shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move {
                    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
                    shared.most_open.fetch_max(open, Ordering::SeqCst);
                    // A connection that ends early is what this is for.
                    let _ = serve(socket, &shared).await;
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        *self.accepting.lock().unwrap() = Some(task);
    }

    /// The next call to that path fails so.
    pub async fn fail_next(&self, path: &'static str, fault: Fault) {
        if fault == Fault::Refuse {
            return self.close().await;
        }
        *self.shared.plan.lock().unwrap() = Some((path, fault));
    }

    /// Nobody listens any more.
    pub async fn close(&self) {
        let task = self.accepting.lock().unwrap().take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }

    pub async fn open(&self) {
        if self.accepting.lock().unwrap().is_none() {
            let listener = TcpListener::bind(self.address).await.unwrap();
            self.accept(listener);
        }
    }

    pub fn refuse_all(&self, status: Option<u16>) {
        *self.shared.refusing.lock().unwrap() = status;
    }

    pub fn forget_sessions(&self, forgetting: bool) {
        self.shared.forgetting.store(forgetting, Ordering::SeqCst);
    }

    pub fn delay_all(&self, delay: Duration) {
        *self.shared.delay.lock().unwrap() = delay;
    }

    /// Every order is refused from now on, for this reason: as it is shown and told in the feed, and with
    /// `calls` also where something is wanted of it.
    pub fn withdraw(&self, reason: &'static str, calls: bool) {
        *self.shared.withdrawn.lock().unwrap() = Some(Withdrawn { reason, calls });
    }

    /// Look-ups are answered with every booking under the reference.
    pub fn tell_all(&self) {
        self.shared.telling_all.store(true, Ordering::SeqCst);
    }

    /// Method and path of every call that was read, in order.
    pub fn calls(&self) -> Vec<String> {
        self.shared.calls.lock().unwrap().iter().map(|(_, call)| call.clone()).collect()
    }

    /// When this was called, in order.
    pub fn moments(&self, ending: &str) -> Vec<Instant> {
        let calls = self.shared.calls.lock().unwrap();
        calls.iter().filter(|(_, call)| call.ends_with(ending)).map(|(at, _)| *at).collect()
    }

    /// How often this was called.
    pub fn count(&self, ending: &str) -> usize {
        self.calls().iter().filter(|call| call.ends_with(ending)).count()
    }

    /// Calls that are held since a `Hold`.
    pub fn held(&self) -> usize {
        self.shared.held.load(Ordering::SeqCst)
    }

    pub fn most_open(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let plan = *shared.plan.lock().unwrap();
    if let Some((_, Fault::ResetUnread)) = plan {
        socket.readable().await?;
        *shared.plan.lock().unwrap() = None;
        // Unread bytes make it a reset.
        return Ok(());
    }
    let head = read_head(&mut socket).await?;
    let fault = {
        let mut plan = shared.plan.lock().unwrap();
        let is_meant = plan.is_some_and(|(path, _)| head.0.path.ends_with(path) && head.0.method == "POST");
        if is_meant { plan.take().map(|(_, fault)| fault) } else { None }
    };
    let (mut asked, length) = head;
    if fault == Some(Fault::ReadHeadClose) {
        return Ok(());
    }
    let wanted = if fault == Some(Fault::ReadHalfClose) { length / 2 } else { length };
    while asked.body.len() < wanted {
        let mut chunk = [0; 4096];
        match socket.read(&mut chunk).await? {
            0 => return Ok(()),
            n => asked.body.extend_from_slice(&chunk[..n]),
        }
    }
    shared.calls.lock().unwrap().push((Instant::now(), format!("{} {}", asked.method, asked.path)));
    match fault {
        Some(Fault::ReadHalfClose | Fault::ReadClose) => Ok(()),
        Some(fault) => fail(socket, shared, asked, fault).await,
        None => {
            let delay = *shared.delay.lock().unwrap();
            tokio::time::sleep(delay).await;
            let refusing = *shared.refusing.lock().unwrap();
            let forgets = shared.forgetting.load(Ordering::SeqCst) && !asked.path.ends_with("/session");
            let withdrawn = *shared.withdrawn.lock().unwrap();
            let telling_all =
                shared.telling_all.load(Ordering::SeqCst) && asked.path.contains("/by-reference/");
            let (status, body) = match refusing {
                None if telling_all => every_booking(shared, &asked).await,
                None if withdrawn.is_some() => withdraw(shared, &asked, withdrawn.unwrap()).await,
                None if forgets => (401, br#"{"error":"no session","code":"no_session"}"#.to_vec()),
                Some(status) => (status, br#"{"error":"down","code":"down"}"#.to_vec()),
                None => hand_on(shared, &asked).await,
            };
            answer(&mut socket, status, &body).await
        }
    }
}

async fn fail(mut socket: TcpStream, shared: &Shared, asked: Asked, fault: Fault) -> std::io::Result<()> {
    // A carrier of class C books whatever it is sent.
    let class = (fault.bookings() == 2).then_some("C");
    let (status, body) =
        if fault.is_booked() { hand_on_as(shared, &asked, class).await } else { (200, Vec::new()) };
    if fault.bookings() == 2 {
        hand_on_as(shared, &asked, class).await;
    }
    match fault {
        Fault::BookClose | Fault::BookTwiceClose => Ok(()),
        Fault::BookTwice => answer(&mut socket, status, &body).await,
        Fault::BookBomb => {
            let bomb = bomb();
            let head = head(status, bomb.len()).replace("Connection", "Content-Encoding: gzip\r\nConnection");
            socket.write_all(head.as_bytes()).await?;
            socket.write_all(bomb).await?;
            socket.shutdown().await
        }
        Fault::BookHalfAnswer => {
            socket.write_all(head(status, body.len()).as_bytes()).await?;
            socket.write_all(&body[..body.len() / 2]).await?;
            socket.flush().await
        }
        Fault::BookLate => {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            answer(&mut socket, status, &body).await
        }
        Fault::BookTrickle => {
            socket.write_all(head(status, body.len()).as_bytes()).await?;
            for byte in &body {
                socket.write_all(&[*byte]).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        }
        Fault::BookHuge => {
            let size = 200 * 1024 * 1024;
            socket.write_all(head(status, size).as_bytes()).await?;
            let chunk = vec![b' '; 64 * 1024];
            for _ in 0..size / chunk.len() {
                socket.write_all(&chunk).await?;
            }
            Ok(())
        }
        Fault::HoldBooked | Fault::HoldUnbooked => {
            shared.held.fetch_add(1, Ordering::SeqCst);
            // Until the other side is gone.
            let _ = socket.read(&mut [0]).await;
            Ok(())
        }
        other => answer(&mut socket, other.status(), &other.body()).await,
    }
}

fn head(status: u16, length: usize) -> String {
    let more = if status == 429 { "Retry-After: 1\r\n" } else { "" };
    let length = if status == 204 { String::new() } else { format!("Content-Length: {length}\r\n") };
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\n{length}{more}Connection: close\r\n\r\n"
    )
}

async fn answer(socket: &mut TcpStream, status: u16, body: &[u8]) -> std::io::Result<()> {
    socket.write_all(head(status, body.len()).as_bytes()).await?;
    socket.write_all(body).await?;
    socket.shutdown().await
}

/// Head of the request, what was read behind it, and how long the body is.
async fn read_head(socket: &mut TcpStream) -> std::io::Result<(Asked, usize)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        let mut chunk = [0; 4096];
        match socket.read(&mut chunk).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()))
        .collect();
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    Ok((Asked { method, path, headers, body: bytes[end + 4..].to_vec() }, length))
}

/// 300 MB in 300 KB.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        (0..300).for_each(|_| packed.write_all(&vec![b' '; 1024 * 1024]).unwrap());
        packed.finish().unwrap()
    })
}

/// What the real sandbox says to it.
async fn hand_on(shared: &Shared, asked: &Asked) -> (u16, Vec<u8>) {
    hand_on_as(shared, asked, None).await
}

/// The same, of a carrier of another class.
async fn hand_on_as(shared: &Shared, asked: &Asked, class: Option<&str>) -> (u16, Vec<u8>) {
    let url = format!("{}{}", shared.sandbox, asked.path.strip_prefix("/sandbox").unwrap());
    let method = reqwest::Method::from_bytes(asked.method.as_bytes()).unwrap();
    let mut request = shared.client.request(method, url).body(asked.body.clone());
    for (name, value) in
        asked.headers.iter().filter(|(name, _)| name.starts_with("sandbox-") || name == "authorization")
    {
        let value = class.filter(|_| name == "sandbox-class").unwrap_or(value);
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

async fn get(shared: &Shared, path: &str) -> Value {
    let asked = Asked { method: "GET".into(), path: path.into(), headers: Vec::new(), body: Vec::new() };
    serde_json::from_slice(&hand_on(shared, &asked).await.1).unwrap()
}

/// What it says of orders that it no longer wants.
async fn withdraw(shared: &Shared, asked: &Asked, withdrawn: Withdrawn) -> (u16, Vec<u8>) {
    let refused = |order: &mut Value| {
        order["status"] = json!("refused");
        order["reason"] = json!(withdrawn.reason);
    };
    if asked.method == "POST" && withdrawn.calls {
        let (order, _) = asked.path.split_once("/otp").unwrap();
        let mut shown = get(shared, order).await;
        refused(&mut shown["order"]);
        (shown["error"], shown["code"]) = (json!("the order is refused"), json!("no_otp_wanted"));
        return (409, shown.to_string().into_bytes());
    }
    if asked.method == "POST" {
        return hand_on(shared, asked).await;
    }
    // The feed tells it of every order, although the sandbox knows of no change.
    let (path, _) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let mut shown = get(shared, path).await;
    match shown.get_mut("changes").and_then(Value::as_array_mut) {
        Some(changes) => changes.iter_mut().for_each(refused),
        None => refused(&mut shown["order"]),
    }
    (200, shown.to_string().into_bytes())
}

/// Every booking under the reference that is looked up.
async fn every_booking(shared: &Shared, asked: &Asked) -> (u16, Vec<u8>) {
    let (_, reference) = asked.path.rsplit_once('/').unwrap();
    let ledger = get(shared, &format!("/sandbox/ledger?reference={reference}")).await;
    (200, json!({"orders": ledger["bookings"]}).to_string().into_bytes())
}
