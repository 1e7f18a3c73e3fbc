//! The OpenAPI documents and the page to read and try them, all served from the program: no other host is asked
//! for anything, and no script stands in the page itself.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::LazyLock;
use utoipa::openapi::OpenApi;

/// Our own files.
#[derive(Embed)]
#[folder = "assets/openapi"]
struct Page;

/// Those of `swagger-ui-dist`.
#[derive(Embed)]
#[folder = "assets/swagger-ui"]
struct SwaggerUi;

/// Swagger UI draws its icons from `data:` URLs and sizes some of its elements by style attributes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A dialect's document by the name that its address and the page's link have.
struct Document {
    name: &'static str,
    write: fn() -> OpenApi,
}

const DOCUMENTS: &[Document] = &[
    Document { name: "comparetech", write: || crate::comparetech::openapi(crate::comparetech::MOUNT) },
    Document { name: "aex", write: || crate::aex::openapi(crate::aex::MOUNT) },
    Document {
        name: "aex-provider-service",
        write: || crate::aex::openapi_provider(crate::aex::PROVIDER_MOUNT),
    },
    Document { name: "masmovil", write: || crate::masmovil::openapi(crate::masmovil::MOUNT) },
    Document { name: "telecomx", write: || crate::telecomx::openapi(crate::telecomx::MOUNT) },
    Document { name: "bulk", write: || crate::bulk::openapi(crate::bulk::MOUNT) },
];

/// The documents as they are served, written once.
static WRITTEN: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let write = |document: &Document| {
        // A document is made of texts and numbers: it always has a JSON form.
        (
            format!("{}.json", document.name),
            serde_json::to_vec_pretty(&(document.write)()).unwrap_or_default(),
        )
    };
    DOCUMENTS.iter().map(write).collect()
});

/// `/openapi` and everything below it.
pub fn openapi_router() -> Router {
    Router::new()
        .route("/openapi", get(|headers: HeaderMap| async move { file("index.html", &headers) }))
        // The page's own links are relative to the address without the slash.
        .route("/openapi/", get(|| async { Redirect::permanent("../openapi") }))
        .route(
            "/openapi/{file}",
            get(|Path(name): Path<String>, headers: HeaderMap| async move { file(&name, &headers) }),
        )
}

fn file(name: &str, headers: &HeaderMap) -> Response {
    if let Some((_, document)) = WRITTEN.iter().find(|(known, _)| known == name) {
        return served(name, Cow::Borrowed(document), &Sha256::digest(document), headers);
    }
    match Page::get(name).or_else(|| SwaggerUi::get(name)) {
        Some(EmbeddedFile { data, metadata }) => served(name, data, &metadata.sha256_hash(), headers),
        None => (StatusCode::NOT_FOUND, "Not found\n").into_response(),
    }
}

/// The file, or that the client has it already.
fn served(name: &str, content: Cow<'static, [u8]>, hash: &[u8], asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>());
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type(name))], content).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // The names stay the same from version to version: a browser asks whether its copy is the current one.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn page() -> String {
        String::from_utf8(Page::get("index.html").unwrap().data.into_owned()).unwrap()
    }

    #[test]
    fn the_page_links_to_every_document() {
        for document in DOCUMENTS {
            assert!(page().contains(&format!("?document={}\"", document.name)), "{}", document.name);
        }
    }

    #[test]
    fn the_page_has_no_script_of_its_own_and_nothing_from_elsewhere() {
        let page = page();
        assert!(!page.contains("://") && !page.contains("style=") && !page.contains(" on"), "{page}");
        assert_eq!(page.matches("<script src=").count(), page.matches("<script").count());
    }

    #[test]
    fn everything_that_the_page_names_is_served_with_its_type() {
        let page = page();
        let named: Vec<&str> =
            page.split("\"openapi/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(named.len() >= 5, "{named:?}");
        for name in named {
            let response = file(name, &HeaderMap::new());
            assert_eq!(response.status(), 200, "{name}");
            assert_ne!(response.headers()["content-type"], "text/plain; charset=utf-8", "{name}");
        }
    }

    #[test]
    fn what_a_browser_has_already_is_not_sent_again() {
        for name in ["swagger-ui.css", "comparetech.json"] {
            let first = file(name, &HeaderMap::new());
            let asked = HeaderMap::from_iter([(header::IF_NONE_MATCH, first.headers()["etag"].clone())]);
            assert_eq!(file(name, &asked).status(), 304, "{name}");
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for name in ["README.md", "../Cargo.toml", "", "other.json"] {
            assert_eq!(file(name, &HeaderMap::new()).status(), 404, "{name}");
        }
    }
}
