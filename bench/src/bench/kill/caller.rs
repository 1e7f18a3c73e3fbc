//! The callers: they post with keys and repeat what broke under the same key; others follow what was accepted and
//! answer its one-time password.

use super::book::{Book, Kind};
use crate::clock::Random;
use crate::http::{self, Connection};
use crate::site::BASE;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

#[derive(Clone)]
pub struct Place {
    pub address: SocketAddr,
    pub key: String,
    pub book: Rc<Book>,
    pub seed: u64,
}

/// Between two requests of one poster, in milliseconds.
const PAUSE: (u64, u64) = (20, 120);
/// One request in so many is an order.
const ORDERS: u64 = 3;
/// One answered request in so many is posted once more, although nothing broke.
const REPEATED: u64 = 8;
/// After a broken connection.
const RECONNECT: Duration = Duration::from_millis(10);
/// A connection without an answer by then is taken for broken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tries of one request: far more than the server's starts take.
const TRIES: u32 = 20_000;

/// A connection that is opened again when it breaks.
pub struct Line<'p> {
    place: &'p Place,
    connection: Option<Connection>,
}

impl Place {
    pub fn line(&self) -> Line<'_> {
        Line { place: self, connection: None }
    }

    pub async fn post_until_closed(self, number: u64) {
        let mut random = Random::new(self.seed, number + 1);
        let mut line = self.line();
        let mut request = Vec::new();
        for round in 0_u64.. {
            if self.book.is_closed() {
                return;
            }
            let kind = if random.between(0, ORDERS) == 0 { Kind::Order } else { Kind::Coverage };
            let (path, body) = match kind {
                Kind::Order => ("subscription", super::super::subscription(round)),
                Kind::Coverage => ("coverage", super::super::coverage(round)),
            };
            let key = format!("{:016x}", random.next());
            http::post(&mut request, format_args!("{BASE}/{path}"), &self.key, Some(&key), &body);
            if let Some(answer) = line.post(&request, kind).await
                && random.between(0, REPEATED) == 0
            {
                line.repeat(&request, &answer).await;
            }
            tokio::time::sleep(Duration::from_millis(random.between(PAUSE.0, PAUSE.1))).await;
        }
    }

    /// Looks at accepted actions until the bench is over.
    pub async fn follow(self) {
        let mut line = self.line();
        loop {
            match self.book.next() {
                Some(id) => line.look(id).await,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}

impl Line<'_> {
    /// One try. None: the connection broke, whatever became of the request.
    pub async fn once(&mut self, request: &[u8]) -> Option<(u16, Vec<u8>)> {
        let answered = tokio::time::timeout(PATIENCE, async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => Connection::open(self.place.address).await.ok()?,
            };
            let answer = connection.send(request).await.ok()?;
            let answer = (answer.status, answer.body.to_vec());
            self.connection = Some(connection);
            Some(answer)
        });
        answered.await.ok().flatten()
    }

    /// Tries until there is an answer that is not "try again later".
    pub async fn until_answered(&mut self, request: &[u8]) -> Option<(u16, Vec<u8>)> {
        for _ in 0..TRIES {
            match self.once(request).await {
                Some((status, body)) if status < 500 => return Some((status, body)),
                _ => self.place.book.note_broken(),
            }
            tokio::time::sleep(RECONNECT).await;
        }
        None
    }

    /// Posts until it is accepted; answers the body.
    async fn post(&mut self, request: &[u8], kind: Kind) -> Option<Vec<u8>> {
        let book = &self.place.book;
        match self.until_answered(request).await {
            Some((201, body)) => {
                match http::id(&body) {
                    Some(id) => book.accept(id, kind),
                    None => book.contradict(format!("201 without an id: {}", String::from_utf8_lossy(&body))),
                }
                Some(body)
            }
            other => {
                book.contradict(format!("a good request was answered {}", shown(other)));
                None
            }
        }
    }

    /// The same key and body must be answered as before.
    async fn repeat(&mut self, request: &[u8], before: &[u8]) {
        match self.until_answered(request).await {
            Some((201, body)) if body == before => {}
            other => {
                let before = String::from_utf8_lossy(before);
                self.place.book.contradict(format!("the same key: first {before}, then {}", shown(other)));
            }
        }
    }

    /// Looks at an action once, and answers its password when it asks for it.
    async fn look(&mut self, id: i64) {
        let (book, mut request) = (&self.place.book, Vec::new());
        http::get(&mut request, format_args!("{BASE}/status/{id}"), &self.place.key);
        let Some((status, body)) = self.once(&request).await.filter(|(status, _)| *status < 500) else {
            tokio::time::sleep(RECONNECT).await;
            return book.again(id);
        };
        match http::status(&body).filter(|_| status == 200) {
            Some(end @ ("done" | "canceled")) => return book.end(id, end),
            Some("pending" | "running") => {}
            Some("interrupted") if has(&body, b"OTP is requested") => {
                let path = format!("{BASE}/subscription/{id}/send-otp");
                http::post(&mut request, path, &self.place.key, None, r#"{"otp":"123456"}"#);
                // 409: the answer broke last time, and the action has gone on.
                if let Some(other) =
                    self.once(&request).await.filter(|(status, _)| !matches!(status, 200 | 409 | 500..))
                {
                    book.contradict(format!("send-otp of action {id} was answered {}", shown(Some(other))));
                }
            }
            _ => {
                book.contradict(format!("status of action {id}: {}", shown(Some((status, body)))));
                return book.end(id, "not to be found");
            }
        }
        book.again(id);
    }
}

fn has(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len()).any(|bytes| bytes == text)
}

fn shown(answer: Option<(u16, Vec<u8>)>) -> String {
    answer.map_or_else(
        || "not at all".into(),
        |(status, body)| format!("{status} {}", String::from_utf8_lossy(&body)),
    )
}
