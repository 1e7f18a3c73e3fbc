//! What lies on the disk tells nothing of people and no secrets.

use crate::quote_request::{offer, place};
use crate::world::*;
use model::account::{Net, Provider};
use model::id::{AreaId, UserId};
use model::order::Person;
use model::prompt::{Answer, Kind, Prompt, State};
use model::role::Role;
use model::service::Credentials;
use store::{Location, account, customer, document, idempotency, member, quote_request, service, work_order};

const TAX_CODE: &str = "MRORSS80A01H501U";
const PHONE: &str = "+393331234567";
const OTP: &str = "739215";
const SECRET: &str = "carrier-s3cret-token";
const SESSION: &str = "session-7f3a9c";
const EMAIL: &str = "mario.rossi@example.org";
const PPPOE_PASSWORD: &str = "pppoe-Xk29fQ";
const WIFI_NAME: &str = "Casa-Rossi-5G";
const WIFI_PASSWORD: &str = "wifi-7Tq4Lm";
const SIGN_IN: &str = "rossi-line-0042";
const ASSIGNED: &str = "Giulia Bianchi";
const MAILED: [&str; 3] = ["giulia@example.org", "Your line is active", "550 <giulia@example.org> unknown"];
/// Said when it was made, and later.
const SAID: [&str; 2] = ["ring at the neighbour", "the dog bites"];
/// What a request says, beside what it is found by.
const ASKED: [&str; 5] =
    ["the key is at the bakery", "+4520202020", "Mette Holm", "Kunde hos Fibia", "EB-TAKEN-OVER"];
/// The same of an account; and of the network's addresses all but the one that no other line may have.
const ORDERED: [&str; 10] = [
    "beware of the geese",
    "+4530303030",
    "Lars Friis",
    "Kunde hos Stofa",
    "EB-OLD-LINE",
    "203.0.113.254",
    "+4540404040",
    "provider order 4711",
    "+4550505050",
    "Donald And",
];
/// Name and content of a document.
const ATTACHED: [&str; 2] = ["Lejekontrakt Jensen.pdf", "%PDF-1.7 monthly rent 9000"];
const AUTHENTICATOR: &str = "totp-secret-of-Mario";
/// Not secret: shows that the search can find something.
const OPEN: [&str; 2] = ["fastweb", "reseller"];

/// A line with its credentials, and the field work on it.
fn store_line(tx: &mut Tx<'_>, w: &World) -> Result<(), Error> {
    let order = order_of(tx, w, w.reseller)?;
    let credentials = Credentials {
        pppoe_username: SIGN_IN.into(),
        pppoe_password: PPPOE_PASSWORD.into(),
        wifi_username: WIFI_NAME.into(),
        wifi_password: WIFI_PASSWORD.into(),
        router: format!("<key>{WIFI_PASSWORD}</key>"),
    };
    let id = tx.identity()?;
    let new = service::New { credentials: Some(&credentials), ..service::New::in_use(id, &order, "C-1") };
    assert!(service::insert(tx, &new)? && service::take_name(tx, SIGN_IN, id)?);
    let mut line = service::lock(tx, w.scope(w.root), id)?.unwrap();
    service::save(tx, &mut line, None)?;
    let new = work_order::New {
        service: id,
        organization: w.reseller,
        seller: w.seller,
        carrier: w.carrier,
        area: AreaId::NONE,
        comment: SAID[0],
    };
    let id = work_order::insert(tx, &new, |number| format!("W-{number}"))?;
    let mut work = work_order::lock(tx, w.scope(w.seller), id)?.unwrap();
    work.assigned = Some(ASSIGNED.into());
    work_order::save(tx, &mut work, Some(SAID[1]))
}

/// A mail that was refused.
fn store_mail(tx: &mut Tx<'_>, w: &World) -> Result<(), Error> {
    let [recipient, body, reason] = MAILED.map(str::to_owned);
    let written = model::mail::Written { recipient, subject: body.clone(), body };
    let new = store::mail::New {
        organization: w.reseller,
        kind: model::mail::Kind::Test,
        about: "",
        written: &written,
        give_up: i64::MAX,
        refused: None,
    };
    store::mail::insert(tx, &new)?;
    let mail = store::mail::claim(tx, "example.org", LEASE, 1)?.remove(0);
    store::mail::end(tx, &mail, model::mail::State::Failed, &reason, 1).map(|_| ())
}

/// A user with an authenticator.
fn store_user(tx: &mut Tx<'_>, w: &World) -> Result<(), Error> {
    let new = member::New {
        organization: w.reseller,
        customer: None,
        email: "ann@example.org",
        name: None,
        role: Role::Owner,
        password_hash: "$argon2id$1",
    };
    member::insert(tx, &new)?.unwrap();
    let (ann, mut known) = member::signing_in(tx, new.email)?.unwrap();
    known.set_totp(tx.vault(), Some(AUTHENTICATOR.as_bytes()))?;
    member::save(tx, &ann, &known, "user.authenticator_changed", serde_json::json!({}))
}

/// A request with an offer, the account that it became, and a document; each as it was made and as it was changed.
fn store_account(tx: &mut Tx<'_>, w: &World) -> Result<(), Error> {
    let text = |text: &str| Some(text.to_owned());
    let mut details = crate::quote_request::bare("Vallensbækvej 20A");
    details.notes = text(ASKED[0]);
    (details.call_number, details.call_name) = (text(ASKED[1]), text(ASKED[2]));
    (details.takeover_customer, details.takeover_circuit) = (text(ASKED[3]), text(ASKED[4]));
    let mut request = crate::quote_request::request(tx, w, w.shop, None, details)?;
    quote_request::insert(tx, &mut request)?;
    request.offers = vec![offer(1)];
    quote_request::save(tx, &mut request, quote_request::Happened::Answered)?;
    let mut details = crate::account::bare("Vallensbækvej 20A");
    details.address2 = Some(place("Torvet 1"));
    details.notes = text(ORDERED[0]);
    (details.call_number, details.call_name) = (text(ORDERED[1]), text(ORDERED[2]));
    (details.takeover_customer, details.takeover_circuit) = (text(ORDERED[3]), text(ORDERED[4]));
    details.net = Net { gateway: text(ORDERED[5]), failover_number: text(ORDERED[6]), ..Net::default() };
    details.provider = Provider { order: text(ORDERED[7]), ..Provider::default() };
    let mut own = crate::account::ordered(tx, w, w.shop, None, details)?;
    assert!(account::insert(tx, &mut own)?);
    own.details.change = Some(model::account::Wanted {
        product: own.product,
        code: own.code.clone(),
        user: Some(UserId::from_bytes([3; 16])),
        key: None,
        date: None,
        fee: None,
        monthly: Default::default(),
        call_number: text(ORDERED[8]),
        call_name: text(ORDERED[9]),
    });
    account::save(tx, &mut own, account::Happened::Changed)?;
    let kind = model::document::Kind::Pdf;
    let sealed = document::Sealed::new(tx.vault(), kind, ATTACHED[0], ATTACHED[1].as_bytes())?;
    document::insert(tx, own.id, &sealed).map(|_| ())
}

async fn store_secrets(t: &TestStore) {
    let w = world(t).await;
    t.did(move |tx| store_account(tx, &w)).await;
    t.did(move |tx| store_user(tx, &w)).await;
    t.did(move |tx| store_line(tx, &w).and_then(|()| store_mail(tx, &w))).await;
    let person = Person {
        first_name: "Mario".into(),
        tax_code: TAX_CODE.into(),
        phone: PHONE.into(),
        email: EMAIL.into(),
        ..Person::default()
    };
    t.did(move |tx| {
        let now = tx.now();
        let (number, id) = action_of(tx, &w, w.reseller, now, &subscription(person.clone()))?;
        let before = store::action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        after.progress = serde_json::json!({"phone": PHONE, "token": SECRET});
        store::action::settle(tx, &before, &mut after, Duration::ZERO)?;
        let sealed = customer::Sealed::new(tx.vault(), &person, true)?;
        customer::insert(tx, w.reseller, &sealed)?.unwrap();
        let mut prompt = Prompt {
            id: tx.identity()?,
            action: id,
            kind: Kind::Otp,
            state: State::Open,
            deadline: now.plus(LEASE),
            tries: 0,
            resets: 0,
            data: serde_json::Value::Null,
            refusal: None,
            answer: None,
        };
        prompt.answer(Answer::Otp(OTP.into())).unwrap();
        store::prompt::save(tx, &prompt)?;
        store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({"token": SECRET}))?;
        store::carrier::save_session(
            tx,
            w.carrier,
            &serde_json::json!({"cookie": SESSION}),
            now.plus(LEASE),
        )?;
        let access = store::access::Listing {
            external_reference: "access 1".into(),
            iua: Some("V33904AHB202".into()),
            gescal37: None,
            phone: Some(PHONE.into()),
            brand: None,
            premise_reference: None,
            technology: None,
            address_id: None,
            details: model::access::Details::default(),
        };
        store::access::load(tx, w.carrier, 1, &[access])?;
        let key = idempotency::Key {
            organization: w.reseller,
            operation: "o",
            key: "k".into(),
            body_hash: [1; 32],
        };
        let idempotency::Claim::Fresh(number) = idempotency::claim(tx, &key)? else { panic!("claimed") };
        let body = format!("{{\"tax_code\":\"{TAX_CODE}\"}}").into_bytes();
        idempotency::fill(tx, number, &idempotency::Answer { status: 201, headers: String::new(), body })
    })
    .await;
}

fn assert_tells_nothing(dump: &[u8]) {
    let holds = |text: &str| dump.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(OPEN.iter().all(|text| holds(text)), "the search finds nothing at all");
    let of_lines = [SIGN_IN, PPPOE_PASSWORD, WIFI_NAME, WIFI_PASSWORD, ASSIGNED, SAID[0], SAID[1]];
    for secret in [TAX_CODE, PHONE, EMAIL, OTP, SECRET, SESSION, AUTHENTICATOR]
        .into_iter()
        .chain(of_lines)
        .chain(MAILED)
        .chain(ASKED)
        .chain(ORDERED)
        .chain(ATTACHED)
    {
        assert!(!holds(secret), "{secret} lies open");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_sqlite_tell_nothing() {
    let t = tokio::task::spawn_blocking(TestStore::sqlite).await.unwrap();
    store_secrets(&t).await;
    let Location::Folder(folder) = &t.location else { panic!("{:?}", t.location) };
    let read = |names: &[&str]| -> Vec<u8> {
        names.iter().flat_map(|name| std::fs::read(folder.join(name)).unwrap()).collect()
    };
    assert_tells_nothing(&read(&["demarc.db", "demarc.db-wal"]));
    t.did(|tx| store::setting::set(tx, "later", "")).await;
    let direct = rusqlite::Connection::open(folder.join("demarc.db")).unwrap();
    direct.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    assert_tells_nothing(&read(&["demarc.db"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_of_postgres_tell_nothing() {
    let t = tokio::task::spawn_blocking(TestStore::postgres).await.unwrap();
    store_secrets(&t).await;
    let Location::Postgres(url) = t.location.clone() else { panic!("{:?}", t.location) };
    let dump = move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        // Bytes that are text are shown as text.
        client.batch_execute("SET bytea_output = 'escape'").unwrap();
        let tables =
            client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).unwrap();
        assert!(tables.len() > 20);
        let mut dump = String::new();
        for table in tables {
            let table: String = table.get(0);
            for row in client.query(&format!("SELECT CAST(t AS text) FROM \"{table}\" AS t"), &[]).unwrap() {
                dump.push_str(row.get(0));
                dump.push('\n');
            }
        }
        dump
    };
    let dump = tokio::task::spawn_blocking(dump).await.unwrap();
    assert_tells_nothing(dump.as_bytes());
}
