//! Files of an account: what is taken, what comes back, and who may do it.

use super::caller::{Answer, Caller, at, denied, nowhere, refusal, send, text};
use super::network::{furnish, key};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const EDGE: &str = "----edge-of-a-part";
const MOST: usize = 10 * 1024 * 1024;

/// A form with one part.
fn form(head: &str, content: &[u8]) -> Vec<u8> {
    let mut body =
        format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"{head}\r\n\r\n").into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
    body
}

async fn post(caller: &Caller, account: &str, body: Vec<u8>) -> Answer {
    let request = caller.request(Method::POST, &format!("{}/document", at(account)));
    let kind = format!("multipart/form-data; boundary={EDGE}");
    send(request.header("content-type", kind).body(body)).await
}

async fn attach(caller: &Caller, account: &str, name: &str, content: &[u8]) -> Answer {
    post(caller, account, form(&format!("; filename=\"{name}\""), content)).await
}

/// Attaches what has to be taken.
pub async fn attached(caller: &Caller, account: &str, name: &str, content: &[u8]) -> Value {
    let answer = attach(caller, account, name, content).await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.body());
    answer.body()
}

const PDF: &[u8] = b"%PDF-1.7\n\x00\xff\r\n--";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00";
const JPG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF";

on_both!(a_document_comes_back_as_it_was_sent_until_it_is_deleted, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let account = network.ordered(over, &network.wanted(), 0).await;
    let mut listed = Vec::new();
    for (name, content, kind) in
        [("Tegning ø.pdf", PDF, "application/pdf"), ("a.png", PNG, "image/png"), ("b.exe", JPG, "image/jpeg")]
    {
        let made = attached(over, &account, name, content).await;
        assert_eq!(made["success"], true);
        let document = &made["document"];
        let told = [&document["filename"], &document["size"], &document["type"]];
        assert_eq!(told, [&json!(name), &json!(content.len()), &json!(kind)]);
        let path = format!("{}/document/{}", at(&account), text(document, "_id"));
        for caller in [over, &network.admin, &over.with(&key(&house, "Over", "VIEWER"))] {
            let answer = caller.ask(Method::GET, &path, None).await;
            assert_eq!((answer.status, answer.content.as_slice()), (200, content), "{name}");
            assert_eq!((answer.header("content-type"), answer.header("cache-control")), (kind, "no-store"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.header("content-disposition").starts_with("attachment; filename="));
        }
        listed.push((path, document.clone()));
    }
    let shown = over.found(&at(&account)).await;
    let expected: Vec<&Value> = listed.iter().map(|(_, document)| document).collect();
    assert_eq!(shown["documents"], json!(expected));
    assert_eq!(over.found("/internet/account?full=true").await["accounts"][0]["documents"], json!(expected));
    let gone = &listed[1].0;
    over.deleted(gone).await;
    assert_eq!(over.get(gone).await, nowhere());
    assert_eq!(over.delete(gone).await, nowhere());
    assert_eq!(over.found(&at(&account)).await["documents"], json!([expected[0], expected[2]]));
    assert_eq!(over.get(&format!("{}/document/nothing", at(&account))).await, nowhere());
});

on_both!(what_is_no_picture_and_no_pdf_is_refused, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let account = network.ordered(over, &network.wanted(), 0).await;
    let refused = refusal(422, "file", "File must be a PDF, PNG or JPG");
    for (name, content) in [
        ("notes.txt", &b"Hello"[..]),
        ("plan.pdf", b"<html>%PDF-"),
        ("a.gif", b"GIF89a"),
        ("a.zip", b"PK\x03\x04"),
        ("empty.pdf", b""),
    ] {
        assert_eq!(attach(over, &account, name, content).await.told(), refused, "{name}");
    }
    assert_eq!(post(over, &account, format!("--{EDGE}--\r\n").into_bytes()).await.told(), refused, "no part");
    assert_eq!(over.post(&format!("{}/document", at(&account)), &json!({})).await, refused, "no form");
    assert_eq!(post(over, &account, form("", PDF)).await.status, 200, "a file may go without a name");
    let broken = post(over, &account, form("; filename=\"a.pdf\"", PDF)[..60].to_vec()).await;
    assert_eq!(broken.body()["error"]["message"], "bad_request", "{}", broken.body());

    let mut content = PDF.to_vec();
    content.resize(MOST, b'x');
    assert_eq!(attached(over, &account, "most.pdf", &content).await["document"]["size"], json!(MOST));
    content.push(b'x');
    let mut answers = vec![attach(over, &account, "more.pdf", &content).await];
    content.resize(3 * MOST, b'x');
    answers.push(attach(over, &account, "much.pdf", &content).await);
    for answer in answers {
        assert_eq!((answer.status, &answer.body()["error"]["code"]), (413, &json!(413)), "{}", answer.body());
        assert_eq!(answer.body()["error"]["message"], "too_large");
    }
    let viewer = over.with(&key(&house, "Over", "VIEWER"));
    assert_eq!(attach(&viewer, &account, "plan.pdf", PDF).await.told(), denied());
    assert_eq!(attach(over, "nothing", "plan.pdf", PDF).await.told(), nowhere());
    let documents = over.found(&at(&account)).await["documents"].clone();
    assert_eq!(documents.as_array().unwrap().len(), 2, "nothing of what was refused is kept: {documents}");
    let path = format!("{}/document/{}", at(&account), text(&documents[0], "_id"));
    assert_eq!(viewer.delete(&path).await, denied());
});
