//! What of a caller's files is refused, and how much one key may have.

use super::*;

on_both!(a_key_has_limits, |mut house: House| async move {
    for (name, value) in [("OPEN_JOBS", "2"), ("FILE_BYTES", "500"), ("FILE_ROWS", "20")] {
        house.env.push((format!("DEMARC_BULK__{name}"), value.to_owned()));
    }
    // Nobody works on them.
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let caller = Caller::of(&server, &key);
    let told = problem(caller.send("text/csv", many(21)).await, 413).await;
    assert_eq!(told["detail"], "the file has more than 500 bytes, unpacked");
    let short = format!("address\n{}", "x\n".repeat(21));
    let told = problem(caller.send("text/csv", short).await, 413).await;
    assert_eq!(told["detail"], "the file has more than 20 rows");
    // Much more than is read before it is refused.
    problem(caller.send("text/csv", "address\n".to_owned() + &"x".repeat(8 << 20)).await, 413).await;

    // What was refused took no place.
    let first = caller.accept(ASKED).await;
    let second = caller.request(Method::POST, "/bulk/qualifications").header("content-type", "text/csv");
    let second = second.header("idempotency-key", "second").body(ASKED);
    let answered = second.try_clone().unwrap().send().await.unwrap();
    assert_eq!(answered.status(), 202);
    let answered = answered.bytes().await.unwrap();
    let full = caller.send("text/csv", ASKED).await;
    assert!(full.headers().contains_key("retry-after"));
    assert!(problem(full, 429).await["detail"].as_str().unwrap().starts_with("this key has 2 jobs"));
    // What was accepted is answered again all the same.
    let again = second.try_clone().unwrap().send().await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.bytes().await.unwrap(), answered);
    // Another key has its own places.
    let other = house.must(&["key", "create", "--org", "Provider"]);
    Caller::of(&server, &other).accept(ASKED).await;

    // Canceling frees one.
    let canceled = caller.request(Method::DELETE, &first).send().await.unwrap();
    assert_eq!(canceled.json::<Value>().await.unwrap()["state"], "canceled");
    assert_eq!(caller.request(Method::DELETE, &first).send().await.unwrap().status(), 200);
    caller.accept(ASKED).await;
    problem(caller.send("text/csv", ASKED).await, 429).await;
    drop(server);
});

on_both!(many_requests_at_once_take_no_more_places_than_there_are, |house: House| async move {
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let sending = (0..12).map(|_| {
        let caller = Caller::of(&server, &key);
        tokio::spawn(async move { caller.send("text/csv", ASKED).await.status().as_u16() })
    });
    let mut accepted = 0;
    for sent in sending.collect::<Vec<_>>() {
        let status = sent.await.unwrap();
        assert!(status == 202 || status == 429, "{status}");
        accepted += usize::from(status == 202);
    }
    assert_eq!(accepted, 3, "that is the default");
    drop(server);
});

on_both!(a_key_leaves_places_to_others, |house: House| async move {
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let caller = Caller::of(&server, &key);
    let known = caller.request(Method::POST, "/bulk/qualifications").header("content-type", "text/csv");
    let known = known.header("idempotency-key", "known").body(ASKED);
    assert_eq!(known.try_clone().unwrap().send().await.unwrap().status(), 202);
    // Files that never end, under a key of idempotency that is known.
    let address = server.url.strip_prefix("http://").unwrap();
    let begin = || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /bulk/qualifications HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
            idempotency-key: known\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\naddress\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let mut coming = Vec::new();
    let full = loop {
        coming.push(begin());
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = known.try_clone().unwrap().send().await.unwrap();
        if answer.status() == 429 {
            break answer;
        }
        assert!(coming.len() < 100, "no more than its part");
    };
    assert!(full.headers().contains_key("retry-after"));
    let other = house.must(&["key", "create", "--org", "Provider"]);
    Caller::of(&server, &other).accept(ASKED).await;
    drop(coming);
    let again = until(Duration::from_secs(30), || async {
        Some(known.try_clone().unwrap().send().await.unwrap()).filter(|answer| answer.status() == 202)
    });
    assert_eq!(again.await.expect("they are given back").headers()["idempotent-replayed"], "true");
    drop(server);
});

on_both!(what_is_wrong_with_a_file_is_told_before_it_is_accepted, |house: House| async move {
    let server = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let caller = Caller::of(&server, &key);
    let (csv, lines) = ("text/csv", "application/jsonl");
    let huge = format!("{{\"address\": \"{}\"}}\n", "x".repeat(2 << 20)).into_bytes();
    let gzip_cut = {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(many(1_000).as_bytes()).unwrap();
        let mut whole = packed.finish().unwrap();
        whole.truncate(whole.len() / 2);
        whole
    };
    for (kind, body, why) in [
        (csv, b"".to_vec(), "is empty"),
        (csv, b"id,name\n1,x\n".to_vec(), "has no column"),
        (csv, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "has no column"),
        (csv, b"address\n".to_vec(), "has no rows"),
        (csv, gzip_cut, "cannot be read"),
        (csv, huge.clone(), "longer than a megabyte"),
        (lines, b"".to_vec(), "has no rows"),
        (lines, huge, "longer than a megabyte"),
    ] {
        let told = problem(caller.send(kind, body).await, 422).await;
        let fault = &told["errors"][0];
        assert_eq!(fault["field"], "file", "{told}");
        assert!(fault["rule"].as_str().unwrap().contains(why), "{why}: {told}");
    }
    for kind in ["application/json", "application/x-www-form-urlencoded", "text/csv; charset=latin1"] {
        problem(caller.send(kind, ASKED).await, 415).await;
    }
    let packed = |how: &str| {
        let request = caller.request(Method::POST, "/bulk/qualifications").header("content-type", csv);
        request.header("content-encoding", how.to_owned()).body(ASKED).send()
    };
    problem(packed("br").await.unwrap(), 415).await;
    problem(packed("gzip").await.unwrap(), 422).await;
    let listed: Value = caller.get("/bulk/qualifications").await.json().await.unwrap();
    assert_eq!(listed, json!({"jobs": []}), "nothing of it was accepted");
    problem(caller.get("/bulk/nothing").await, 404).await;
    problem(caller.request(Method::PUT, "/bulk/qualifications").send().await.unwrap(), 405).await;
    problem(caller.get("/bulk/qualifications?limit=0").await, 422).await;
    drop(server);
});
