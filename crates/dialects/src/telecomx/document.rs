//! `/internet/account/{id}/document`: files of an account.

use super::account::named;
use super::caller::Caller;
use super::names::{Known, Names};
use super::openapi::{Answered, DocumentAt, File, Found, Id};
use super::query::Named;
use super::refusal::Refusal;
use super::{TelecomX, answer, map};
use ::wire::telecomx::{self as wire, Row};
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub::names::Of;
use model::document::MOST_BYTES;
use model::id::{DocumentId, Identity};

/// What stands around a file in a body of many parts.
const AROUND: usize = 64 * 1024;
/// So much of a file that is refused is still read, so that a client that is busy sending sees the answer.
const MOST_DRAINED: usize = 64 * 1024 * 1024;

/// Attach a document
///
/// A PDF, PNG or JPG of at most 10 MiB; what it is, is told by its content.
#[utoipa::path(
    post,
    path = "/internet/account/{id}/document",
    operation_id = "attachDocument",
    tag = "Documents",
    params(Id),
    request_body(content = File, content_type = "multipart/form-data"),
    responses((status = 200, description = "The document", body = wire::DocumentAdded), Answered)
)]
pub async fn attach(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    // Whose account it is, is said before a file is read.
    telecomx.hub.account(&caller, id).await?;
    let body = body.map_err(|_| Refusal::from(Row::FileNotPermitted))?;
    let (name, content) = file(body).await?;
    let document = telecomx.hub.attach_document(&caller, id, &name, content).await?;
    let names = Names::of(&telecomx, vec![(Of::Document, *document.id.bytes())]).await?;
    answer::ok(&wire::DocumentAdded { success: true, document: map::document(&names, &document) })
}

fn too_large() -> Refusal {
    hub::Error::TooLarge(format!("a document may have {MOST_BYTES} bytes")).into()
}

/// The first part that is a file, else the first part.
async fn file(mut body: Multipart) -> Result<(String, Vec<u8>), Refusal> {
    let broken = |_| Refusal::bad_request("the body cannot be read to its end");
    let (mut kept, mut read) = (None, 0);
    while let Some(mut part) = body.next_field().await.map_err(broken)? {
        let name = part.file_name().map(ToOwned::to_owned);
        let mut content = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            read += piece.len();
            if read <= MOST_BYTES + AROUND {
                content.extend_from_slice(&piece);
            } else if read > MOST_DRAINED {
                return Err(too_large());
            }
        }
        if read > MOST_BYTES + AROUND {
            return Err(too_large());
        }
        match name {
            Some(name) => return Ok((name, content)),
            None if kept.is_none() => kept = Some((String::new(), content)),
            None => {}
        }
    }
    kept.ok_or_else(|| Row::FileNotPermitted.into())
}

/// A document
#[utoipa::path(
    get,
    path = "/internet/account/{id}/document/{document}",
    operation_id = "document",
    tag = "Documents",
    params(DocumentAt),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"), Found)
)]
pub async fn download(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let (account, document) = at(&telecomx, &path).await?;
    let (document, content) = telecomx.hub.document(&caller, account, document).await?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(document.kind.word()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(name) = HeaderValue::from_str(&disposition(&document.name)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// With the name as every browser reads it (RFC 6266).
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Delete a document
#[utoipa::path(
    delete,
    path = "/internet/account/{id}/document/{document}",
    operation_id = "deleteDocument",
    tag = "Documents",
    params(DocumentAt),
    responses((status = 200, description = "It is gone", body = wire::Success), Found)
)]
pub async fn delete(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let (account, document) = at(&telecomx, &path).await?;
    telecomx.hub.delete_document(&caller, account, document).await?;
    answer::done()
}

async fn at(telecomx: &TelecomX, path: &Named) -> Result<(model::id::AccountId, DocumentId), Refusal> {
    let account = named(telecomx, &path.id()?).await?;
    let id = path.at(1)?;
    let known = Known::of(telecomx, [(Of::Document, &id)]).await?;
    Ok((account, known.get(Of::Document, &id).ok_or_else(Refusal::not_found)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_to_every_browser() {
        assert_eq!(
            disposition("Tegning ø.pdf"),
            "attachment; filename=\"Tegning _.pdf\"; filename*=UTF-8''Tegning%20%C3%B8.pdf"
        );
    }
}
