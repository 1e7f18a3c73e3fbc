//! A caller's own file as a job: its progress, its result, the answers that an order quotes.

mod limit;
mod price;

use crate::on_both;
use crate::support::{House, Running, http, subscription, until};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

const PREMISES: &str = "\
external_reference,number,street,postcode,city,technology
P1,1,Via Cenerentola,95034,Bronte,FTTH
P2,2,Via Cenerentola,95034,Bronte,FWA
";
const PRODUCTS: &str = r#"[
{"code": "FIBRE", "technology": "FTTH", "down_mbps": 1000, "up_mbps": 300, "currency": "EUR",
 "monthly": {"customer": {"amount": "29.90", "currency": "EUR"}}},
{"code": "AIR", "technology": "FWA", "down_mbps": 100, "currency": "EUR",
 "monthly": {"customer": {"amount": "19.90", "currency": "EUR"}}}]"#;
const ASKED: &str = "id,address,reference\n\
    1,\"via cenrentola 1, 95034 bronte\",\n\
    2,,p2\n\
    3,\"Via Milano 9, Bronte\",\n\
    4,,\n";

/// Both carriers hold the same premises; the key of a reseller.
fn furnish(house: &House) -> String {
    let key = house.furnish();
    let path = |name: &str, text: &str| {
        let path = house.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (premises, products) = (path("p.csv", PREMISES), path("p.json", PRODUCTS));
    for carrier in ["fastweb", "aruba"] {
        house.must(&["import", "products", &products, "--carrier", carrier]);
        house.must(&["import", "premises", &premises, "--carrier", carrier, "--country", "IT"]);
    }
    key
}

/// A caller of the bulk API.
struct Caller {
    url: String,
    key: String,
}

impl Caller {
    fn of(server: &Running, key: &str) -> Self {
        Self { url: server.url.clone(), key: key.to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        http()
            .request(method, format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.key))
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn send(&self, kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.request(Method::POST, "/bulk/qualifications").header("content-type", kind);
        request.body(body).send().await.unwrap()
    }

    /// Sends what must be accepted; where the job is.
    async fn accept(&self, body: impl Into<reqwest::Body>) -> String {
        let answer = self.send("text/csv", body).await;
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let job: Value = answer.json().await.unwrap();
        assert_eq!(location, format!("/bulk/qualifications/{}", job["id"].as_str().unwrap()));
        location
    }

    async fn job(&self, location: &str) -> Value {
        let answer = self.get(location).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn wait(&self, location: &str, state: &str) -> Value {
        let found = until(Duration::from_secs(120), || async {
            Some(self.job(location).await).filter(|job| job["state"] == state)
        });
        match found.await {
            Some(job) => job,
            None => panic!("{location} never was {state}: {}", self.job(location).await),
        }
    }

    async fn result(&self, location: &str) -> String {
        let answer = self.get(&format!("{location}/result")).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }
}

async fn problem(answer: Response, status: u16) -> Value {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status);
    problem
}

/// Every line without its last field, and the last fields.
fn apart(csv: &str) -> (Vec<&str>, Vec<&str>) {
    csv.lines().map(|line| line.rsplit_once(',').unwrap()).unzip()
}

on_both!(a_file_is_answered_as_the_command_does_and_its_answers_are_quoted, |house: House| async move {
    let server = house.serve(&[]).await;
    house.must(&["org", "create", "Early", "--kind", "reseller"]);
    let early = Caller::of(&server, &house.must(&["key", "create", "--org", "Early"]));
    // Nothing is known yet, and what is known then must not be what the next file is answered from.
    let none = early.accept(ASKED).await;
    assert_eq!(early.wait(&none, "done").await["offers"], 0);
    let key = furnish(&house);
    let caller = Caller::of(&server, &key);
    let location = caller.accept(ASKED).await;
    let job = caller.wait(&location, "done").await;
    assert_eq!(job["rows"], json!({"read": 4, "total": 4}));
    assert_eq!((&job["offered"], &job["offers"], &job["format"]), (&json!(2), &json!(4), &json!("csv")));
    assert_eq!(job["carriers"], json!({"aruba": 2, "fastweb": 2}));
    assert_eq!(job["confidences"], json!({"exact premise": 4}));
    assert_eq!(job["reasons"], json!({"address unclear": 1, "not covered": 1}));
    assert_eq!(job["result"], format!("{location}/result"));
    assert!(job["finished_at"].as_str().unwrap() >= job["created_at"].as_str().unwrap(), "{job}");

    // The same as the command's, and one column more.
    let result = caller.result(&location).await;
    let (rows, ids) = apart(&result);
    let asked = house.folder().join("asked.csv");
    std::fs::write(&asked, ASKED).unwrap();
    let asked = asked.to_str().unwrap();
    let plain = house.must(&["qualify", asked, "--out", "-", "--org", "Provider"]);
    assert_eq!(rows, plain.lines().collect::<Vec<_>>());
    let begins = &job["id"].as_str().unwrap()[..28];
    let wanted = [1, 1, 2, 2, 3, 4].map(|row| format!("{begins}{row:08x}"));
    assert_eq!((ids[0], &ids[1..]), ("qualification", &wanted.each_ref().map(String::as_str)[..]));
    let quotable = house.must(&["qualify", asked, "--out", "-", "--org", "Provider", "--quotable"]);
    let (rows, commands_ids) = apart(&quotable);
    assert_eq!(rows, plain.lines().collect::<Vec<_>>());

    // Both are stored.
    for id in [ids[2], commands_ids[2]] {
        let answer: Value = caller.get(&format!("/bulk/answers/{id}")).await.json().await.unwrap();
        assert_eq!(answer["asked"], json!({"address": "via cenrentola 1, 95034 bronte"}));
        let offer = |carrier: &str| {
            json!({"carrier": carrier, "product": "FIBRE", "technology": "FTTH", "down_mbps": 1000,
            "up_mbps": 300, "monthly_price": "29.90", "currency": "EUR", "confidence": "exact premise", "premise_reference": "P1"})
        };
        assert_eq!(answer["offers"], json!([offer("aruba"), offer("fastweb")]));
        assert!(answer["answered_at"].as_str().unwrap() >= job["created_at"].as_str().unwrap());
    }
    let none: Value = caller.get(&format!("/bulk/answers/{}", ids[5])).await.json().await.unwrap();
    assert_eq!((&none["offers"], &none["reason"]), (&json!([]), &json!("not covered")));

    // And an order is qualified by either, where it fits.
    let client = server.client(&key);
    let order = |product: &str, driver: &str, id: &str| {
        let mut order = subscription("Mario", "iban");
        (order["product"], order["driver"], order["coverage_id"]) =
            (product.into(), driver.into(), id.into());
        order
    };
    for id in [ids[1], commands_ids[1]] {
        client.accept("/subscription", &order("fibre", "aruba", &id.to_uppercase())).await;
    }
    let refused = async |order: Value, why: &str| {
        let (status, said) = client.post("/subscription", &order).await;
        assert_eq!((status, &said["errors"]["coverage_id"]), (422, &json!([why])), "{order}");
    };
    refused(order("AIR", "fastweb", ids[1]), "does not offer this product").await;
    refused(order("FIBRE", "fastweb", ids[5]), "does not offer this product").await;
    // One row more than there are, and the run itself.
    for id in [format!("{begins}00000005"), format!("{begins}00000000")] {
        assert_eq!(caller.get(&format!("/bulk/answers/{id}")).await.status(), 404);
        refused(order("FIBRE", "fastweb", &id), "is not a coverage of yours that is done").await;
    }
    drop(server);
});

on_both!(lines_of_json_come_packed_and_go_out_as_they_came, |house: House| async move {
    let server = house.serve(&[]).await;
    let caller = Caller::of(&server, &furnish(&house));
    let lines =
        "{\"n\": 1, \"qualification\": \"old\", \"reference\": \"P1\"}\n{\"n\": 2, \"reference\": \"P9\"}\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(lines.as_bytes()).unwrap();
    let request =
        caller.request(Method::POST, "/bulk/qualifications").header("content-type", "application/x-ndjson");
    let answer =
        request.header("content-encoding", "gzip").body(packed.finish().unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let job = caller.wait(&location, "done").await;
    let answer = caller.get(&format!("{location}/result")).await;
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let length: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let text = answer.text().await.unwrap();
    assert_eq!(text.len(), length);
    let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let begins = &job["id"].as_str().unwrap()[..28];
    let shown =
        |at: usize| (told[at]["n"].clone(), told[at]["carrier"].clone(), told[at]["qualification"].clone());
    assert_eq!(shown(0), (json!(1), json!("aruba"), json!(format!("{begins}00000001"))));
    assert_eq!(shown(1), (json!(1), json!("fastweb"), json!(format!("{begins}00000001"))));
    assert_eq!(shown(2), (json!(2), json!(null), json!(format!("{begins}00000002"))));
    assert_eq!(told[2]["reason"], "not covered");
    drop(server);
});

on_both!(what_is_packed_twice_is_unpacked_once, |house: House| async move {
    let server = house.serve(&[]).await;
    let caller = Caller::of(&server, &furnish(&house));
    let pack = |plain: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packed.write_all(plain).unwrap();
        packed.finish().unwrap()
    };
    let inner = pack(&b"{\"reference\": \"P1\"}\n".repeat(100));
    let request =
        caller.request(Method::POST, "/bulk/qualifications").header("content-type", "application/x-ndjson");
    let answer = request.header("content-encoding", "gzip").body(pack(&inner)).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let job = caller.wait(&location, "done").await;
    assert_eq!(job["rows"]["read"], job["rows"]["total"]);
    // Its first and last lines have the packing's own bytes, which are no object.
    assert_eq!(job["reasons"]["row not readable"], 2);
    drop(server);
});

/// Many rows, of which one in three has no offer.
fn many(rows: usize) -> String {
    let row = |n: usize| format!("{n},\"Via Cenerentola {}, 95034 Bronte\"\n", n % 3 + 1);
    std::iter::once("id,address\n".to_owned()).chain((1..=rows).map(row)).collect()
}

on_both!(a_kill_in_the_middle_loses_and_doubles_nothing, |house: House| async move {
    const ROWS: usize = 40_000;
    let mut server = house.serve(&[]).await;
    let key = furnish(&house);
    let location = Caller::of(&server, &key).accept(many(ROWS)).await;
    let mut kills = 0;
    // Again and again, as soon as something more is stored.
    let mut before = 0;
    loop {
        let caller = Caller::of(&server, &key);
        let further = until(Duration::from_secs(90), || async {
            let job = caller.job(&location).await;
            (job["state"] == "done" || job["rows"]["read"].as_u64().unwrap() > before).then_some(job)
        });
        let job = further.await.expect("it goes on");
        if kills == 2 || job["state"] == "done" {
            break;
        }
        before = job["rows"]["read"].as_u64().unwrap();
        server.kill();
        kills += 1;
        server = house.serve(&[]).await;
    }
    assert!(kills > 0, "it was done before it could be killed");
    let caller = Caller::of(&server, &key);
    let job = caller.wait(&location, "done").await;
    assert_eq!(job["rows"], json!({"read": ROWS, "total": ROWS}));
    let result = caller.result(&location).await;
    let asked = house.folder().join("asked.csv");
    std::fs::write(&asked, many(ROWS)).unwrap();
    let plain = house.must(&["qualify", asked.to_str().unwrap(), "--out", "-", "--org", "Provider"]);
    let (rows, ids) = apart(&result);
    assert!(rows.iter().copied().eq(plain.lines()), "not what the command answers");
    assert_eq!(job["offers"].as_u64().unwrap() as usize, plain.matches(",exact premise,").count());
    let different: BTreeSet<&str> = ids[1..].iter().copied().collect();
    assert_eq!(different.len(), ROWS);
    for id in [ids[1], ids[ids.len() / 2], ids[ids.len() - 1]] {
        assert_eq!(caller.get(&format!("/bulk/answers/{id}")).await.status(), 200, "{id}");
    }
    drop(server);
});

on_both!(another_organizations_job_is_one_that_does_not_exist, |house: House| async move {
    let server = house.serve(&[]).await;
    let key = furnish(&house);
    let owner = Caller::of(&server, &key);
    let location = owner.accept(ASKED).await;
    owner.wait(&location, "done").await;
    let result = owner.result(&location).await;
    let id = apart(&result).1[1].to_owned();
    house.must(&["org", "create", "Rival", "--kind", "reseller"]);
    let rival = Caller::of(&server, &house.must(&["key", "create", "--org", "Rival"]));
    let nobodys = "01933dc1-c3a8-7707-8707-070700000000";
    let job = location.rsplit_once('/').unwrap().1;
    for (method, path) in [
        (Method::GET, "/bulk/qualifications/ID"),
        (Method::GET, "/bulk/qualifications/ID/result"),
        (Method::DELETE, "/bulk/qualifications/ID"),
        (Method::GET, "/bulk/answers/ID"),
    ] {
        let own = if path.contains("answers") { &id } else { job };
        let told = async |id: &str| {
            let answer = rival.request(method.clone(), &path.replace("ID", id)).send().await.unwrap();
            (answer.status().as_u16(), answer.bytes().await.unwrap())
        };
        let foreign = told(own).await;
        assert_eq!(foreign.0, 404, "{path}");
        assert_eq!(foreign, told(nobodys).await, "{path}");
        assert_eq!(foreign, told("no-id").await, "{path}");
    }
    let listed: Value = rival.get("/bulk/qualifications").await.json().await.unwrap();
    assert_eq!(listed, json!({"jobs": []}));
    let mut order = subscription("Mario", "iban");
    (order["product"], order["coverage_id"]) = ("FIBRE".into(), id.as_str().into());
    let (status, said) = server.client(&rival.key).post("/subscription", &order).await;
    assert_eq!(
        (status, &said["errors"]["coverage_id"]),
        (422, &json!(["is not a coverage of yours that is done"]))
    );
    // Those above see what those below have.
    let root = house.must(&["key", "create", "--org", "operator"]);
    assert_eq!(Caller::of(&server, &root).get(&location).await.status(), 200);
    let nobody = Caller::of(&server, "no key");
    assert_eq!(nobody.get(&location).await.headers()["www-authenticate"], "Bearer");
    let viewer = house.must(&["key", "create", "--org", "Provider", "--role", "VIEWER"]);
    let viewer = Caller::of(&server, &viewer);
    assert_eq!(viewer.get(&location).await.status(), 200);
    problem(viewer.send("text/csv", ASKED).await, 403).await;
    problem(viewer.request(Method::DELETE, &location).send().await.unwrap(), 403).await;
    drop(server);
});

on_both!(a_bad_row_comes_out_in_its_place_with_the_reason, |house: House| async move {
    let server = house.serve(&[]).await;
    let key = furnish(&house);
    let caller = Caller::of(&server, &key);
    let location = caller.accept(b"address\nVia M\xfcller\nvia cenerentola 1 95034 bronte\n".to_vec()).await;
    let job = caller.wait(&location, "done").await;
    assert_eq!(job["reasons"], json!({"row not readable": 1}));
    assert_eq!(job["rows"], json!({"read": 2, "total": 2}));
    let result = caller.get(&format!("{location}/result")).await.bytes().await.unwrap();
    let result = String::from_utf8_lossy(&result).into_owned();
    let lines: Vec<&str> = result.lines().collect();
    assert!(lines[1].contains("row not readable: is not UTF-8"), "{result}");
    assert!(lines[2].contains("P1"), "{result}");
    // A file whose lines end with a carriage return alone has as many of them.
    let rows = (1 << 20) / 40;
    let returns = format!("address\r{}", format!("{:40}\r", "Via Roma 1").repeat(rows));
    let location = caller.accept(returns).await;
    assert_eq!(caller.job(&location).await["rows"]["total"], rows);
});

on_both!(a_job_is_one_under_its_key_of_idempotency_and_stands_in_the_list, |house: House| async move {
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let caller = Caller::of(&server, &key);
    let send = async |key: &str, body: &str| {
        let request = caller.request(Method::POST, "/bulk/qualifications").header("content-type", "text/csv");
        request.header("idempotency-key", key.to_owned()).body(body.to_owned()).send().await.unwrap()
    };
    let first = send("one", ASKED).await;
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let (location, first) = (first.headers()["location"].clone(), first.bytes().await.unwrap());
    let again = send("one", ASKED).await;
    assert_eq!((again.status().as_u16(), &again.headers()["location"]), (202, &location));
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.bytes().await.unwrap(), first);
    let other = problem(send("one", "address\nVia Roma 1\n").await, 422).await;
    assert_eq!(other["errors"][0]["field"], "Idempotency-Key");
    problem(send("schlüssel", ASKED).await, 422).await;
    let second = send("two", ASKED).await.headers()["location"].to_str().unwrap().to_owned();
    let result = caller.get(&format!("{second}/result")).await;
    assert_eq!(problem(result, 409).await["detail"], "the job is not done yet");

    let page: Value = caller.get("/bulk/qualifications?limit=1").await.json().await.unwrap();
    assert!(second.ends_with(page["jobs"][0]["id"].as_str().unwrap()));
    assert_eq!(page["jobs"].as_array().unwrap().len(), 1);
    let page: Value = caller.get(page["next"].as_str().unwrap()).await.json().await.unwrap();
    assert!(location.to_str().unwrap().ends_with(page["jobs"][0]["id"].as_str().unwrap()));
    assert_eq!(page.get("next"), None);

    caller.request(Method::DELETE, &second).send().await.unwrap();
    let result = caller.get(&format!("{second}/result")).await;
    assert_eq!(problem(result, 409).await["detail"], "the job was canceled: it has no result");
    drop(server);
});

on_both!(a_job_that_is_canceled_ends_and_one_that_is_done_does_not, |house: House| async move {
    let server = house.serve(&[]).await;
    let caller = Caller::of(&server, &furnish(&house));
    let location = caller.accept(many(60_000)).await;
    let small = caller.accept(ASKED).await;
    until(Duration::from_secs(60), || async {
        (caller.job(&location).await["rows"]["read"].as_u64().unwrap() > 0).then_some(())
    })
    .await
    .unwrap();
    let begins = &location.rsplit_once('/').unwrap().1[..28];
    let answer = format!("/bulk/answers/{begins}00000001");
    assert_eq!(caller.get(&answer).await.status(), 200);
    let canceled = caller.request(Method::DELETE, &location).send().await.unwrap();
    assert_eq!(canceled.status(), 200);
    caller.wait(&small, "done").await;
    let gone = until(Duration::from_secs(30), || async {
        (caller.get(&answer).await.status() == 404).then_some(())
    });
    gone.await.expect("its answers are deleted too");
    let job = caller.job(&location).await;
    assert_eq!((&job["state"], &job["error"]), (&json!("canceled"), &json!("canceled by its caller")));
    assert!(job["rows"]["read"].as_u64().unwrap() < 60_000);
    assert_eq!(job.get("result"), None);
    problem(caller.request(Method::DELETE, &small).send().await.unwrap(), 409).await;
    assert!(!server.log().contains("WARN"), "{}", server.log());
    drop(server);
});
