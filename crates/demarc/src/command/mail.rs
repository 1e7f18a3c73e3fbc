//! `demarc mail`.

use super::{Desk, table};
use crate::cli::{Mail, Of, Template};
use crate::failure::Failure;
use crate::out;
use serde_json::json;
use std::path::Path;

pub async fn run(args: Mail, desk: &Desk) -> Result<(), Failure> {
    let (hub, root) = (&desk.hub, &desk.root);
    match args {
        Mail::Template(args) => template(args, desk).await?,
        Mail::Preview { of: Of { kind, org, language }, file } => {
            let draft = file.as_deref().map(read).transpose()?;
            out::line(hub.preview_mail(root, &org, kind, language, draft.as_deref()).await?)?;
        }
        Mail::Language { org, language } => {
            hub.set_mail_language(root, &org, language).await?;
            out::note(format_args!("the mails of `{org}` are in the language {language}"));
        }
        Mail::List { json } => list(desk, json).await?,
        Mail::Test { address, org } => {
            hub.test_mail(root, &org, &address).await?;
            out::note("queued: `demarc mail list` shows what becomes of it");
        }
    }
    Ok(())
}

async fn template(args: Template, desk: &Desk) -> Result<(), Failure> {
    let (hub, root) = (&desk.hub, &desk.root);
    match args {
        Template::Set { of: Of { kind, org, language }, file } => {
            hub.set_mail_template(root, &org, kind, language, &read(&file)?).await?;
            out::note(format_args!("set the template {kind} of `{org}`"));
        }
        Template::Show { of: Of { kind, org, language } } => {
            let shown = hub.mail_template(root, &org, kind, language).await?;
            out::note(match &shown.of {
                Some(of) => format!("{kind} in the language {}: that of `{of}`", shown.language),
                None => format!("{kind} in the language {}: built in", shown.language),
            });
            out::line(shown.wording)?;
        }
        Template::Reset { of: Of { kind, org, language } } => {
            hub.forget_mail_template(root, &org, kind, language).await?;
            out::note(format_args!("`{org}` has no template {kind} of its own any more"));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|e| Failure::usage(format!("{}: {e}", file.display())))
}

async fn list(desk: &Desk, json: bool) -> Result<(), Failure> {
    let organizations = desk.hub.organizations(&desk.root).await?;
    let name = |id| organizations.iter().find(|o| o.id == id).map(|o| o.name.clone());
    let mails = desk.hub.mails(&desk.root).await?;
    let rows: Vec<_> = mails
        .iter()
        .map(|m| {
            let (written, sent) = (m.created.to_string(), m.sent.map(|at| at.to_string()));
            vec![
                json!(m.number),
                json!(m.state),
                json!(m.kind),
                json!(name(m.organization)),
                json!(m.written.recipient),
                json!(m.written.subject),
                json!(m.tries),
                json!(written),
                json!(sent),
                json!(m.error),
            ]
        })
        .collect();
    let columns = [
        "number",
        "state",
        "kind",
        "organization",
        "recipient",
        "subject",
        "tries",
        "written",
        "sent",
        "error",
    ];
    table::print(&columns, &rows, json)
}
