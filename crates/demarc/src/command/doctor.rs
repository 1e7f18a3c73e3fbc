//! `demarc doctor`: looks at the installation and says what to do.

use super::{Desk, table};
use crate::config::Settings;
use crate::failure::Failure;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use store::{Location, Role};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Finding {
    level: &'static str,
    what: &'static str,
    words: String,
}

fn good(what: &'static str, words: impl Into<String>) -> Finding {
    Finding { level: "ok", what, words: words.into() }
}
fn warn(what: &'static str, words: impl Into<String>) -> Finding {
    Finding { level: "warn", what, words: words.into() }
}
fn bad(what: &'static str, words: impl Into<String>) -> Finding {
    Finding { level: "bad", what, words: words.into() }
}

pub async fn run(json: bool, settings: &Settings) -> Result<(), Failure> {
    let mut findings = vec![server(settings.listen, settings.tls.is_some()).await];
    let place = settings.store(Role::Command).location;
    if let Location::Folder(folder) = &place {
        findings.push(space(folder));
    }
    findings.extend(store(settings, place.shown()).await?);
    if let Some(relay) = settings.relay().map_err(Failure::usage)? {
        findings.push(match relay.reach().await {
            Ok(()) => good("mail", "the SMTP server answers"),
            Err(reason) => bad("mail", format!("the SMTP server: {reason}")),
        });
    }
    let rows: Vec<Vec<Value>> =
        findings.iter().map(|f| vec![json!(f.level), json!(f.what), json!(f.words)]).collect();
    table::print(&["level", "what", "words"], &rows, json)?;
    match findings.iter().filter(|f| f.level == "bad").count() {
        0 => Ok(()),
        n => Err(Failure::other(format!("{n} of {} checks are bad", findings.len()))),
    }
}

/// What there is to say about the store. One that is not there is not made by looking for it.
async fn store(settings: &Settings, shown: String) -> Result<Vec<Finding>, Failure> {
    let open = settings.store(Role::Command);
    let found = tokio::task::spawn_blocking(move || open.finds_store()).await.map_err(Failure::other)?;
    match found {
        Ok(true) => {}
        Ok(false) => {
            return Ok(vec![warn("store", format!("there is none yet in {shown}: `demarc serve` makes it"))]);
        }
        Err(error) => return Ok(vec![bad("store", error.to_string())]),
    }
    match Desk::open(settings).await {
        Ok(desk) => {
            let mut findings =
                vec![good("store", format!("{shown} opens, schema version {}", store::SCHEMA))];
            findings.extend(inside(&desk).await?);
            let waiting = desk.hub.store().read(store::mail::waiting).await?;
            if waiting > 0 && settings.smtp.is_none() {
                findings.push(warn(
                    "mail",
                    format!("{waiting} mails wait: name a server with smtp.url and smtp.from"),
                ));
            }
            Ok(findings)
        }
        Err(failure) => Ok(vec![bad("store", failure.words())]),
    }
}

async fn server(listen: SocketAddr, tls: bool) -> Finding {
    if tls {
        return good("server", format!("not asked: it speaks TLS on {listen}"));
    }
    let asking = async {
        let mut stream = TcpStream::connect(listen).await?;
        stream.write_all(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(Duration::from_secs(5), asking).await {
        Ok(Ok(answer)) if answer.starts_with(b"HTTP/1.1 200") => good("server", format!("ready on {listen}")),
        Ok(Ok(_)) => bad("server", format!("{listen} answers, but is not ready: see its log")),
        _ => warn(
            "server",
            format!("none answers on {listen}: start `demarc serve`, or name the address with DEMARC_LISTEN"),
        ),
    }
}

fn space(folder: &std::path::Path) -> Finding {
    const LEAST: u64 = 1 << 30;
    let existing = folder.ancestors().find(|p| p.exists()).unwrap_or(std::path::Path::new("."));
    match rustix::fs::statvfs(existing) {
        Ok(stat) if stat.f_bavail * stat.f_frsize < LEAST => {
            warn("disk", format!("less than 1 GiB is left for {}: make room", folder.display()))
        }
        Ok(stat) => good("disk", format!("{} GiB are left", (stat.f_bavail * stat.f_frsize) >> 30)),
        Err(error) => warn("disk", format!("{}: {error}", folder.display())),
    }
}

async fn inside(desk: &Desk) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let organizations = desk.hub.organizations(&desk.root).await?;
    let keys = desk.hub.keys(&desk.root).await?;
    findings.push(match (organizations.len(), keys.iter().filter(|k| k.revoked.is_none()).count()) {
        (1, _) => {
            warn("access", "there is no organization but the root: `demarc org create NAME --kind reseller`")
        }
        (_, 0) => warn("access", "there is no API key: `demarc key create --org NAME`"),
        (orgs, keys) => good("access", format!("{orgs} organizations, {keys} keys")),
    });
    let all = desk.hub.carriers(&desk.root).await?;
    if all.is_empty() {
        findings.push(warn("carriers", "there is none: `demarc carrier create NAME --connector sandbox`"));
    }
    for carrier in &all {
        let roster = desk.hub.engine().roster();
        findings.push(match roster.settings(&carrier.connector, &carrier.name, &carrier.settings) {
            Ok(_) => good("carriers", format!("{} ({})", carrier.name, carrier.connector)),
            Err(reason) => bad("carriers", format!("{}: {reason}", carrier.name)),
        });
    }
    let tasks = desk.hub.tasks(&desk.root).await?;
    if !tasks.is_empty() {
        findings.push(warn("tasks", format!("{} wait for a person: `demarc task list`", tasks.len())));
    }
    let (open, due) = desk
        .hub
        .store()
        .read(|tx| Ok::<_, store::Error>((store::action::open_count(tx)?, store::action::next_due(tx)?)))
        .await?;
    let late = due
        .map(|due| desk.hub.store().clock().now().since(due))
        .filter(|late| *late > Duration::from_secs(60));
    findings.push(match late {
        Some(late) => warn(
            "engine",
            format!(
                "{open} actions are open, the oldest is {} s late: is a server with workers running?",
                late.as_secs()
            ),
        ),
        None => good("engine", format!("{open} actions are open, none is late")),
    });
    Ok(findings)
}
