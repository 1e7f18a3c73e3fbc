//! The hosted card page, for people: what a customer sees in a browser or an iframe, and the two buttons. It asks
//! for no card number. Plain HTML forms: no script, nothing from elsewhere.

use std::sync::Arc;

use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wire::sandbox::CardState;

use crate::Shared;
use crate::database::Unavailable;
use crate::order::{self, Order};

/// May be shown in anybody's frame, as that is how a shop embeds it.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
     frame-ancestors *";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::CACHE_CONTROL, "no-store"),
    // The url is the key to the page.
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

#[derive(Debug, Deserialize)]
pub struct Decision {
    decision: String,
}

/// `GET /card/style.css`
pub async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("style.css")).into_response()
}

/// `GET /card/{token}`
pub async fn show(State(shared): State<Arc<Shared>>, token: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(token)) = token else { return unknown() };
    match shared.database.write(move |connection| order::find_by_card(connection, &token)).await {
        Ok(Some(order)) => page(StatusCode::OK, "Confirm your card", &order_body(&order)),
        Ok(None) => unknown(),
        Err(Unavailable) => unavailable(),
    }
}

/// `POST /card/{token}` with the form field `decision`, `approve` or `decline`
pub async fn decide(
    State(shared): State<Arc<Shared>>,
    token: Result<Path<String>, PathRejection>,
    form: Result<Form<Decision>, FormRejection>,
) -> Response {
    let Ok(Path(token)) = token else { return unknown() };
    let approve = match form.as_ref().map(|Form(form)| form.decision.as_str()) {
        Ok("approve") => true,
        Ok("decline") => false,
        Ok(_) | Err(_) => return undecided(),
    };
    let named = token.clone();
    let decided = shared
        .database
        .write(move |connection| match order::find_by_card(connection, &named)? {
            Some(order) => order::decide_card(connection, order, approve).map(Some),
            None => Ok(None),
        })
        .await;
    match decided {
        // Relative to the page itself, so it holds under any mount. A known token is plain hexadecimal.
        Ok(Some(())) => (StatusCode::SEE_OTHER, [(header::LOCATION, token)]).into_response(),
        Ok(None) => unknown(),
        Err(Unavailable) => unavailable(),
    }
}

fn unknown() -> Response {
    let body = "<p>This link belongs to no order. Open the link that you were given again, or ask for a new one.</p>";
    page(StatusCode::NOT_FOUND, "No such card page", body)
}

fn undecided() -> Response {
    let body = "<p>Neither Approve nor Decline was chosen. Go back and press one of the two buttons.</p>";
    page(StatusCode::BAD_REQUEST, "Nothing was decided", body)
}

fn unavailable() -> Response {
    let body = "<p>The order could not be read or written. Try again in a moment.</p>";
    page(StatusCode::SERVICE_UNAVAILABLE, "Not available just now", body)
}

fn order_body(order: &Order) -> String {
    let (class, state) = match order.card_state() {
        Some(CardState::Approved) => ("state approved", "Approved. You can close this page."),
        Some(CardState::Declined) => ("state declined", "Declined. You can still approve."),
        _ => ("state", "Waiting for your decision."),
    };
    let form = if order.card_state() == Some(&CardState::Approved) {
        ""
    } else {
        r#"<form method="post">
<button class="approve" type="submit" name="decision" value="approve">Approve</button>
<button class="decline" type="submit" name="decision" value="decline">Decline</button>
</form>
"#
    };
    format!(
        r#"<dl>
<dt>Carrier</dt>
<dd>{carrier}</dd>
<dt>Product</dt>
<dd>{product}</dd>
</dl>
<p class="{class}" role="status">{state}</p>
{form}<p class="quiet">This is a sandbox: no card number is asked for and no money moves.</p>"#,
        carrier = escaped(&order.carrier),
        product = escaped(&order.product),
    )
}

/// `title` and `body` are markup already.
fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"#
    );
    (status, HEADERS, html).into_response()
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
