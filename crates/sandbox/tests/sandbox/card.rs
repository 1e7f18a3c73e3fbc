//! The hosted card page, as a browser uses it.

use serde_json::json;

use crate::support::{World, order};

/// An order that waits for its card; answers (id, url of the page).
async fn waiting(world: &World) -> (String, String) {
    let id = world.booked("r-1", "credit_card").await;
    let (status, answer) = world.otp(&id, "t-1", "123456").await;
    assert_eq!(status, 200);
    assert_eq!(answer["order"]["status"], "card_required");
    assert_eq!(answer["order"]["card"]["state"], "open");
    let url = answer["order"]["card"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/card/", world.url)), "{url}");
    (id, url)
}

async fn shown(world: &World, url: &str) -> (u16, String) {
    let response = world.client.get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Presses a button and follows the redirect; answers the page it leads to.
async fn press(world: &World, url: &str, decision: &'static str) -> String {
    let request = world.client.post(url).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(format!("decision={decision}")).send().await.unwrap();
    assert_eq!(response.status(), 303);
    let location = response.headers()["location"].to_str().unwrap();
    let back = response.url().join(location).unwrap();
    assert_eq!(back.as_str(), url);
    shown(world, back.as_str()).await.1
}

#[tokio::test]
async fn approving_sends_the_order_on_its_way() {
    let world = World::new().await;
    let (id, url) = waiting(&world).await;
    assert_eq!(
        world.status(&id).await.1["order"]["status"],
        "card_required",
        "a status read decides nothing"
    );
    let page = press(&world, &url, "approve").await;
    assert!(page.contains("Approved.") && !page.contains("<button"), "{page}");
    let order = world.status(&id).await.1;
    assert_eq!(order["order"]["status"], "active");
    assert_eq!(order["order"]["card"]["state"], "approved");
    press(&world, &url, "decline").await;
    assert_eq!(world.status(&id).await.1, order, "approved is approved");
}

#[tokio::test]
async fn declining_leaves_the_order_waiting_and_it_may_still_be_approved() {
    let world = World::new().await;
    let (id, url) = waiting(&world).await;
    let page = press(&world, &url, "decline").await;
    assert!(page.contains("Declined.") && page.contains(">Approve</button>"), "{page}");
    let order = world.status(&id).await.1;
    assert_eq!(order["order"]["status"], "card_required");
    assert_eq!(order["order"]["card"]["state"], "declined");
    press(&world, &url, "approve").await;
    assert_eq!(world.look_up("C", "r-1").await.1["order"]["status"], "active");
}

#[tokio::test]
async fn the_page_fits_a_phone_names_the_product_and_may_be_framed() {
    let world = World::new().await;
    let mut body = order("r-1", "Mario");
    body["payment_method"] = json!("credit_card");
    body["product"] = json!("<script>alert('1')</script> & \"Fibre\"");
    assert_eq!(world.place("C", &body).await.0, 201);
    let url = world.otp("SB-00000001", "t-1", "123456").await.1["order"]["card"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let response = world.client.get(&url).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    assert!(response.headers().get("x-frame-options").is_none());
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors *"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("script-src"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(page.contains(r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#));
    assert!(
        page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;Fibre&quot;"),
        "{page}"
    );
    assert!(
        page.contains("<dd>fastweb</dd>") && !page.contains("<script") && !page.contains("style=\""),
        "{page}"
    );
    assert!(page.contains(">Approve</button>") && page.contains(">Decline</button>"));
    let style = world.get("/card/style.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn an_unknown_page_is_a_404_page_and_an_unknown_button_changes_nothing() {
    let world = World::new().await;
    let (id, url) = waiting(&world).await;
    let (status, page) = shown(&world, &format!("{}/card/0000", world.url)).await;
    assert_eq!(status, 404);
    assert!(page.contains("<!DOCTYPE html>"), "{page}");
    for (address, body, expected) in [
        (url.clone(), "decision=maybe", 400),
        (url.clone(), "", 400),
        (url, "decision=%ff%fe", 400),
        (format!("{}/card/0000", world.url), "decision=approve", 404),
    ] {
        let request = world.client.post(address).header("content-type", "application/x-www-form-urlencoded");
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), expected, "{body}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    }
    assert_eq!(world.status(&id).await.1["order"]["card"]["state"], "open");
}

#[tokio::test]
async fn each_order_has_a_page_of_its_own_that_no_other_carrier_call_reveals() {
    let world = World::new().await;
    let (_, first) = waiting(&world).await;
    let id = world.booked("r-2", "credit_card").await;
    assert!(world.status(&id).await.1["order"].get("card").is_none(), "no page before the OTP");
    let second = world.otp(&id, "t-1", "123456").await.1["order"]["card"]["url"].clone();
    assert_ne!(json!(first), second);
}
