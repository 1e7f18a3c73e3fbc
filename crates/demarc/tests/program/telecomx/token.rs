//! Signing in, where a token may stand, how long it is good, and signing out.

use super::caller::{Caller, refusal, send, text};
use super::network::{Network, PASSWORD, customer, encoded_user, furnish, user};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const READ: &str = "/internet/request";

fn invalid() -> (u16, Value) {
    refusal(401, "invalid_token", "Token is missing or invalid")
}

fn expired() -> (u16, Value) {
    refusal(401, "expired", "Token has expired")
}

/// A network, and a user of a reseller's.
async fn with_user(house: &mut House) -> (Network, Value) {
    let network = furnish(house).await;
    user(house, "anna@over.example", "Over", "RESELLER", &["--name", "Anna Holm"]);
    (network, json!({"username": "anna@over.example", "password": PASSWORD}))
}

async fn log_in(network: &Network, body: &Value) -> Value {
    let answer = send(network.admin.bare(Method::POST, "/auth/login").json(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body());
    assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), ("", "no-store"));
    answer.body()
}

on_both!(whoever_signs_in_gets_a_token_and_is_told_who_they_are, |mut house: House| async move {
    let (network, login) = with_user(&mut house).await;
    let told = log_in(&network, &login).await;
    let list = network.over.found("/employee").await;
    let anna = &list["employees"][0];
    let expected = json!({"token": told["token"], "expiresInMinutes": 15, "employee": anna["_id"],
        "accessLevel": "RESELLER", "name": "Anna Holm", "reseller": network.resellers[0]});
    assert_eq!(told, expected);
    let by_query = format!("/auth/login?{}", encoded_user("Anna@Over.example"));
    let again = send(network.admin.bare(Method::GET, &by_query)).await.body();
    assert_ne!(again["token"], told["token"]);
    for body in [&told, &again] {
        assert_eq!(network.admin.with(text(body, "token")).total(READ).await, 0);
    }
    let wrong = refusal(401, "credentials_invalid", "Invalid username or password");
    for (username, password) in [
        ("anna@over.example", "eight889"),
        ("anna@over.example", ""),
        ("nobody@over.example", PASSWORD),
        ("", ""),
    ] {
        let body = json!({"username": username, "password": password});
        let answer = send(network.admin.bare(Method::POST, "/auth/login").json(&body)).await;
        assert_eq!(answer.told(), wrong, "{username}");
    }
    let by_query = send(network.admin.bare(Method::GET, "/auth/login?username=anna@over.example")).await;
    assert_eq!(by_query.told(), wrong);
    house.must(&["user", "disable", "anna@over.example"]);
    assert_eq!(send(network.admin.bare(Method::POST, "/auth/login").json(&login)).await.told(), wrong);
    for query in ["password=", "eight888", "token="] {
        assert!(!network.server.log().contains(query), "{}", network.server.log());
    }
});

on_both!(a_token_may_stand_in_five_places, |mut house: House| async move {
    let (network, login) = with_user(&mut house).await;
    let session = text(&log_in(&network, &login).await, "token").to_owned();
    let bare = |method: Method, path: &str| network.admin.bare(method, path);
    for token in [&session, &network.over.token] {
        let query = format!("{READ}?token={token}");
        for (n, request) in [
            bare(Method::GET, READ).header("authorization", format!("Bearer {token}")),
            bare(Method::GET, READ).header("x-api-key", token),
            bare(Method::GET, &query),
            bare(Method::GET, READ).header("cookie", format!("a=b; token={token}; c=d")),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(send(request).await.status, 200, "place {n}");
        }
        let mut wanted = network.wanted();
        wanted["token"] = json!(token);
        let made = send(bare(Method::POST, READ).json(&wanted)).await;
        assert_eq!(made.status, 200, "{}", made.body());
        assert!(!made.body().to_string().contains(token), "a token is not kept");
        for post in
            [bare(Method::POST, &query), bare(Method::POST, READ).header("cookie", format!("token={token}"))]
        {
            assert_eq!(send(post.json(&network.wanted())).await.status, 200);
        }
    }
    // The first that there is counts.
    let header =
        bare(Method::GET, &format!("{READ}?token={session}")).header("authorization", "Bearer nobody");
    assert_eq!(send(header).await.told(), invalid());
    for request in [
        bare(Method::GET, READ),
        bare(Method::GET, READ).header("authorization", "Bearer "),
        bare(Method::GET, READ).header("x-api-key", "nobody"),
        bare(Method::GET, &format!("{READ}?token=nobody")),
        bare(Method::GET, READ).header("cookie", "token=nobody"),
        bare(Method::POST, READ).json(&json!({"token": "nobody"})),
        bare(Method::POST, READ).json(&json!({"token": 7})),
        bare(Method::GET, &format!("{READ}/1")),
        bare(Method::DELETE, "/internet/account/1"),
    ] {
        assert_eq!(send(request).await.told(), invalid());
    }
    assert!(!network.server.log().contains(&session), "no log has a token");
    assert!(!network.server.log().contains(&network.over.token), "no log has a key");
});

on_both!(a_session_ends_fifteen_minutes_after_its_last_use, |mut house: House| async move {
    let (network, mut login) = with_user(&mut house).await;
    let caller = network.admin.with(text(&log_in(&network, &login).await, "token"));
    login["persist"] = json!(true);
    let lasting = log_in(&network, &login).await;
    assert_eq!(lasting["expiresInMinutes"], -1);
    for _ in 0..3 {
        network.admin.pass("PT14M").await;
        assert_eq!(caller.total(READ).await, 0, "used in time");
    }
    network.admin.pass("PT16M").await;
    for method in [Method::GET, Method::POST] {
        assert_eq!(caller.ask(method, READ, None).await.told(), expired());
    }
    assert_eq!(caller.get("/auth/validateToken").await, expired());
    assert_eq!(caller.post("/auth/logout", &json!({})).await, expired());
    network.admin.pass("P60D").await;
    assert_eq!(network.admin.with(text(&lasting, "token")).total(READ).await, 0, "it does not end by itself");
});

on_both!(to_ask_whether_a_token_is_good_extends_it_only_on_demand, |mut house: House| async move {
    let (network, login) = with_user(&mut house).await;
    let told = log_in(&network, &login).await;
    let caller = network.admin.with(text(&told, "token"));
    let short = json!({"success": true, "employee": told["employee"], "accessLevel": "RESELLER"});
    let mut long = short.clone();
    long["name"] = json!("Anna Holm");
    long["customerFeatures"] = json!(["CUSTOMER", "INTERNET"]);
    long["customerIntegrations"] = json!([]);
    for path in ["/auth/validateToken", "/auth/validateToken?extend=false&simple=true&ip=192.0.2.1"] {
        assert_eq!(caller.found(path).await, short);
    }
    for _ in 0..2 {
        network.admin.pass("PT14M").await;
        assert_eq!(caller.found("/auth/validateToken?extend=true").await, long);
    }
    network.admin.pass("PT14M").await;
    let by_query = format!("/auth/validateToken?token={}", caller.token);
    assert_eq!(send(caller.bare(Method::GET, &by_query)).await.told(), (200, short));
    network.admin.pass("PT2M").await;
    assert_eq!(caller.get("/auth/validateToken").await, expired());
    for path in ["/auth/validateToken", "/auth/validateToken?token=nobody"] {
        assert_eq!(send(caller.bare(Method::GET, path)).await.told(), invalid());
    }
    // A customer's own user is told whose it is.
    let (number, kunde) = customer(&house, "Kunde ApS", "Over");
    user(&house, "kunde@over.example", "Over", "OWNER", &["--customer", &number]);
    let login = json!({"username": "kunde@over.example", "password": PASSWORD});
    let told = log_in(&network, &login).await;
    assert_eq!((&told["customer"], &told["accessLevel"]), (&json!(kunde), &json!("OWNER")));
    let caller = network.admin.with(text(&told, "token"));
    let validated = caller.found("/auth/validateToken?extend=true").await;
    assert_eq!((&validated["customer"], &validated["customerName"]), (&json!(kunde), &json!("Kunde ApS")));
});

on_both!(a_cookie_is_set_on_demand_and_taken_back_when_one_signs_out, |mut house: House| async move {
    let (network, mut login) = with_user(&mut house).await;
    login["cookie"] = json!(true);
    let answer = send(network.admin.bare(Method::POST, "/auth/login").json(&login)).await;
    let token = text(&answer.body(), "token").to_owned();
    assert_eq!(answer.header("set-cookie"), format!("token={token}; Path=/; HttpOnly; SameSite=Strict"));
    let cookie = |request: reqwest::RequestBuilder| request.header("cookie", format!("token={token}"));
    assert_eq!(send(cookie(network.admin.bare(Method::GET, READ))).await.status, 200);
    let out = send(cookie(network.admin.bare(Method::POST, "/auth/logout"))).await;
    assert_eq!(out.told(), (200, json!({"success": true})));
    assert_eq!(out.header("set-cookie"), "token=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_eq!(send(cookie(network.admin.bare(Method::GET, READ))).await.told(), invalid());
    login["cookie"] = json!(false);
    for n in 0..2 {
        let caller: Caller = network.admin.with(text(&log_in(&network, &login).await, "token"));
        let other: Caller = network.admin.with(text(&log_in(&network, &login).await, "token"));
        let out = match n {
            0 => caller.bare(Method::GET, &format!("/auth/logout?token={}", caller.token)),
            _ => caller.bare(Method::POST, "/auth/logout").json(&json!({"token": caller.token})),
        };
        assert_eq!(send(out).await.told(), (200, json!({"success": true})));
        assert_eq!(caller.get(READ).await, invalid());
        assert_eq!(caller.post("/auth/logout", &json!({})).await, invalid(), "one is out already");
        assert_eq!(other.total(READ).await, 0, "only that one");
    }
});

on_both!(over_tls_a_cookie_is_for_tls_only, |mut house: House| async move {
    house.env.push(("DEMARC_PUBLIC_URL".into(), "https://demarc.example".into()));
    let (network, mut login) = with_user(&mut house).await;
    login["cookie"] = json!(true);
    let answer = send(network.admin.bare(Method::POST, "/auth/login").json(&login)).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
});
