//! Mails: what is queued in the store is handed to an SMTP server, from all nodes and under leases, until it is taken,
//! refused for good, or given up. What a mail says was decided when it was written.
//!
//! The server's yes and our note of it are two things: a crash between them sends the mail once more. Its Message-ID
//! is fixed before the first try, so that the second one is known as the same mail.

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::mail::{State, pause};
use std::sync::Arc;
use std::time::Duration;
use store::mail::Mail;
use store::{Error, Store};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// Sent at the same time by a node.
const BATCH: i64 = 4;
/// To reach the server and be let in.
const REACHING: Duration = Duration::from_secs(20);
/// To hand a mail over. Servers look at what they get before they say yes, and a mail that is not waited for is sent
/// once more.
const SENDING: Duration = Duration::from_secs(120);
/// Outlasts both.
const LEASE: Duration = Duration::from_secs(160);
/// How often to look when nobody rings.
const TICK: Duration = Duration::from_secs(2);
/// What could not be stored is stored again after this long.
const STORE_PAUSE: Duration = Duration::from_millis(250);
/// Bytes kept of what a server says.
const SAID: usize = 500;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A server that takes mails, and whom they are from.
#[derive(Clone)]
pub struct Relay {
    builder: AsyncSmtpTransportBuilder,
    from: Mailbox,
}

impl Relay {
    /// `url`: `smtps://user:password@host`, `smtp://host:port?tls=required`; `from`: `Name <address>`. The words of an
    /// error do not repeat the URL: it may hold a password.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let parsed = reqwest::Url::parse(url).map_err(|e| format!("smtp.url: is no URL: {e}"))?;
        let own = matches!(parsed.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let open = parsed.scheme() == "smtp" && !parsed.query_pairs().any(|(name, _)| name == "tls");
        if parsed.password().is_some() && open && !own {
            return Err("smtp.url: the password would go out in the clear: add ?tls=required".into());
        }
        let builder = Transport::from_url(url).map_err(|e| {
            format!(
                "smtp.url: must be smtps://host, smtp://host?tls=required, smtp://host?tls=opportunistic or smtp://host: {e}"
            )
        })?;
        let from: Mailbox =
            from.parse().map_err(|e| format!("smtp.from: must be `Name <address>` or an address: {e}"))?;
        Ok(Self { builder: builder.timeout(Some(SENDING)), from })
    }

    /// Whether the server can be reached and lets us in, with its words when not.
    pub async fn reach(&self) -> Result<(), String> {
        let transport: Transport = self.builder.clone().build();
        let reached = reach(&transport).await;
        transport.shutdown().await;
        reached
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let to = mail.written.recipient.parse().map_err(|e| format!("it is not an e-mail address: {e}"))?;
        let domain = mail.domain.as_deref().unwrap_or(self.from.email.domain());
        let since = Duration::from_micros(u64::try_from(mail.created.micros()).unwrap_or(0));
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.written.subject.clone())
            .date(std::time::UNIX_EPOCH + since)
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            // No machine answers it.
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .singlepart(SinglePart::plain(mail.written.body.clone()))
            .map_err(|e| e.to_string())
    }
}

async fn reach(transport: &Transport) -> Result<(), String> {
    match tokio::time::timeout(REACHING, transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err("the server does not answer".into()),
        Ok(Err(error)) => Err(said(&error)),
        Err(_) => Err(format!("the server does not answer within {} s", REACHING.as_secs())),
    }
}

/// What an error says, with what it comes from.
fn said(error: &SmtpError) -> String {
    let mut words = error.to_string();
    words.truncate(words.floor_char_boundary(SAID));
    words
}

/// What came of handing a mail over.
enum Outcome {
    Sent,
    /// It will not be taken, however often it is tried.
    Refused(String),
    /// It was not taken now, or nobody knows.
    Later(String),
}

/// The work on the queue.
#[derive(Clone)]
pub struct Post {
    store: Store,
    relay: Relay,
    transport: Transport,
    bell: Arc<Notify>,
}

impl Post {
    /// `bell` rings when there is something in the queue. Inside a runtime only.
    pub fn new(store: Store, relay: Relay, bell: Arc<Notify>) -> Self {
        let pool = PoolConfig::new().max_size(BATCH as u32);
        let transport = relay.builder.clone().pool_config(pool).build();
        Self { store, relay, transport, bell }
    }

    /// Sends what is due until `stop` says so, and ends with what is under way.
    pub async fn work(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let wait = match self.round().await {
                Ok(0) => TICK,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "the queue of mails cannot be read");
                    TICK
                }
            };
            tokio::select! {
                _ = stop.wait_for(|stopping| *stopping) => break,
                () = self.bell.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.transport.shutdown().await;
    }

    /// Claims some that are due and tries them; says how many.
    async fn round(&self) -> Result<usize, Error> {
        let (leased, domain) = (store::machine(), self.relay.from.email.domain().to_owned());
        let claim = move |tx: &mut store::Tx<'_>| {
            let mails = store::mail::claim(tx, &domain, LEASE, BATCH)?;
            Ok::<_, Error>((mails, tx.machine_time()?))
        };
        let (mails, now) = self.store.write_patiently(claim).await?;
        let count = mails.len();
        let (due, late): (Vec<Mail>, Vec<Mail>) = mails.into_iter().partition(|mail| now < mail.give_up);
        for mail in late {
            self.note(Arc::new(mail), None, leased).await;
        }
        if due.is_empty() {
            return Ok(count);
        }
        let reached = reach(&self.transport).await;
        let mut sending = JoinSet::new();
        for mail in due {
            let (post, reached, mail) = (self.clone(), reached.clone(), Arc::new(mail));
            sending.spawn(async move {
                let outcome = match reached {
                    Ok(()) => post.hand_over(&mail, leased).await,
                    Err(reason) => Outcome::Later(reason),
                };
                post.note(mail, Some(outcome), leased).await;
            });
        }
        while sending.join_next().await.is_some() {}
        Ok(count)
    }

    async fn hand_over(&self, mail: &Mail, leased: Duration) -> Outcome {
        let message = match self.relay.message(mail) {
            Ok(message) => message,
            Err(reason) => return Outcome::Refused(reason),
        };
        // A machine that was suspended since may find that another node has it.
        if store::machine() > (leased + LEASE).saturating_sub(SENDING) {
            return Outcome::Later("its lease left no time for it".into());
        }
        match tokio::time::timeout(SENDING, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) if error.is_permanent() && !is_of_the_connection(&error) => {
                Outcome::Refused(said(&error))
            }
            Ok(Err(error)) => Outcome::Later(said(&error)),
            Err(_) => Outcome::Later(format!("it was not taken within {} s", SENDING.as_secs())),
        }
    }

    /// Stores what came of it, for as long as the lease holds: what is in hand is not thrown away for a store that is out
    /// of reach for a moment. `outcome` is None for one that is too old to be tried.
    async fn note(&self, mail: Arc<Mail>, outcome: Option<Outcome>, leased: Duration) {
        let outcome = Arc::new(outcome);
        loop {
            let (of, came) = (mail.clone(), outcome.clone());
            let noted: Result<_, Error> =
                self.store.write_patiently(move |tx| note(tx, &of, (*came).as_ref())).await;
            match noted {
                Ok(Some(state)) => return tell(&mail, state, (*outcome).as_ref()),
                Ok(None) => return,
                Err(Error::Unavailable { .. } | Error::Full) if store::machine() < leased + LEASE => {
                    tokio::time::sleep(STORE_PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(mail = mail.number, %error, "what came of a mail could not be stored; it is tried again after its lease");
                    return;
                }
            }
        }
    }
}

/// A refusal of ourselves, not of the mail: not let in, or no TLS (RFC 4954, RFC 3207); out of service (RFC 7504).
fn is_of_the_connection(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 521 | 530 | 534 | 535 | 538))
}

/// Writes down what came of a mail; where it stands now. None: somebody else has written it.
fn note(tx: &mut store::Tx<'_>, mail: &Mail, outcome: Option<&Outcome>) -> Result<Option<State>, Error> {
    let tries = mail.tries + 1;
    let (state, noted) = match outcome {
        None => {
            let reason = mail.error.as_deref().unwrap_or("it was not tried in time");
            (State::GivenUp, store::mail::end(tx, mail, State::GivenUp, reason, mail.tries)?)
        }
        Some(Outcome::Sent) => (State::Sent, store::mail::sent(tx, mail)?),
        Some(Outcome::Refused(reason)) => {
            (State::Failed, store::mail::end(tx, mail, State::Failed, reason, tries)?)
        }
        Some(Outcome::Later(reason)) => {
            (State::Queued, store::mail::put_off(tx, mail, reason, pause(tries), tries)?)
        }
    };
    Ok(noted.then_some(state))
}

/// Without the recipient, whom servers repeat in what they say.
fn tell(mail: &Mail, state: State, outcome: Option<&Outcome>) {
    metrics::counter!("demarc_mails_total", "outcome" => state.word()).increment(1);
    let (number, kind) = (mail.number, mail.kind);
    match (state, outcome) {
        (State::Sent, _) => tracing::info!(mail = number, %kind, "a mail was sent"),
        (State::Queued, _) => {
            tracing::warn!(mail = number, %kind, tries = mail.tries + 1, "a mail was not taken and waits");
        }
        (State::Failed | State::GivenUp, _) => {
            tracing::warn!(mail = number, %kind, %state, "a mail is not sent: `demarc mail list` says why");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::testing::TestStore;

    #[test]
    fn a_relay_is_refused_without_repeating_its_password() {
        for (url, from) in [
            ("smtp://user:s3cret@mail.example.net", "a@example.net"),
            ("imap://user:s3cret@mail.example.net", "a@example.net"),
            ("user:s3cret@mail", "a@example.net"),
            ("smtps://user:s3cret@mail.example.net", "nobody"),
            ("smtps://user:s3cret@mail.example.net", "a@example.net\r\nBcc: b@example.net"),
        ] {
            let Err(refused) = Relay::new(url, from) else { panic!("{url} {from}") };
            assert!(refused.starts_with("smtp.") && !refused.contains("s3cret"), "{refused}");
        }
        for url in [
            "smtps://user:s3cret@mail.example.net",
            "smtp://user:s3cret@mail.example.net:587?tls=required",
            "smtp://user:s3cret@127.0.0.1:25",
            "smtp://mail.example.net",
        ] {
            assert!(Relay::new(url, "Demarc <noreply@example.net>").is_ok(), "{url}");
        }
    }

    async fn queue(store: &Store, left: i64) -> i64 {
        let queued = store.write(move |tx| {
            let written = model::mail::Written {
                recipient: "mette@example.dk".into(),
                subject: "s".into(),
                body: "b".into(),
            };
            let new = store::mail::New {
                organization: store::organization::root(tx)?.id,
                kind: model::mail::Kind::Test,
                about: "",
                written: &written,
                give_up: tx.machine_time()? + left,
                refused: None,
            };
            store::mail::insert(tx, &new)
        });
        let queued: Result<i64, Error> = queued.await;
        queued.unwrap()
    }

    store::on_both!(what_is_too_old_is_given_up_untried_and_the_rest_waits, |test: TestStore| async move {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let relay = Relay::new(&format!("smtp://{nobody}"), "noreply@example.net").unwrap();
        let post = Post::new(test.store.clone(), relay, Arc::default());
        let (old, young) = (queue(&test.store, 0).await, queue(&test.store, 60_000_000).await);
        assert_eq!(post.round().await.unwrap(), 2);
        assert_eq!(post.round().await.unwrap(), 0, "it is put off");
        let scope = |root| model::scope::Scope { organization: root, everything: true };
        let all = test.store.read(move |tx| {
            let root = store::organization::root(tx)?.id;
            store::mail::list(tx, scope(root), 10)
        });
        let all: Result<Vec<Mail>, Error> = all.await;
        let became: Vec<_> = all.unwrap().into_iter().map(|m| (m.number, m.state, m.tries)).collect();
        assert_eq!(became, [(young, State::Queued, 1), (old, State::GivenUp, 0)]);
    });
}
