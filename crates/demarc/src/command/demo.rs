//! `demarc demo`: everything at once, on a store that is gone afterwards unless a folder is named.

use crate::cli::Demo;
use crate::config::Settings;
use crate::failure::Failure;
use crate::out;
use crate::server::Server;
use crate::world::{self, Entrances};
use serde_json::json;
use std::net::SocketAddr;

pub async fn run(args: Demo, mut settings: Settings) -> Result<(), Failure> {
    if settings.database.is_some() {
        return Err(Failure::usage(
            "the demo has an embedded store of its own: leave --database and DEMARC_DATABASE out, or name a folder with --data",
        ));
    }
    let temporary = match settings.data_is_named {
        true => None,
        false => Some(tempfile::Builder::new().prefix("demarc-demo-").tempdir()?),
    };
    if let Some(folder) = &temporary {
        settings.data = folder.path().join("data");
        settings.secret_file = None;
    }
    settings.listen = match args.listen {
        Some(listen) => listen,
        None => free(settings.listen),
    };
    settings.sandbox = Some(true);
    let stop = super::stop_signal()?;
    // In a new world it is known which number the first action gets.
    let (left, first) = match &temporary {
        Some(_) => ("nothing is left".to_owned(), "186"),
        None => (format!("the next one on {} goes on with it", settings.data.display()), "ID"),
    };
    let server = Server::prepare(settings, false).await?;
    let entrances = world::settle(&server.hub).await?;
    let url = server.url();
    out::line(match args.json {
        true => {
            let (premises, carriers) = (world::premises(), world::carriers());
            let Entrances { keys, logins } = &entrances;
            json!({"url": url, "keys": keys, "logins": logins, "premises": premises, "carriers": carriers})
                .to_string()
        }
        false => greeting(&url, &entrances, &left, first),
    })?;
    server.run(stop).await
}

/// The usual address, or any free port of this machine when somebody has it.
fn free(usual: SocketAddr) -> SocketAddr {
    match std::net::TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::new(usual.ip(), 0),
    }
}

fn greeting(url: &str, entrances: &Entrances, left: &str, first: &str) -> String {
    let keys = &entrances.keys;
    let (base, key) = (format!("{url}/comparetech/api/v1"), &keys.comparetech);
    let carriers = world::carriers().join(", ");
    let aex = format!("{url}/aex");
    let provider = &keys.aex;
    let (telecomx, reseller) = (format!("{url}/telecomx"), &keys.telecomx);
    let login = &entrances.logins.telecomx;
    let (username, password) = (&login.username, &login.password);
    format!(
        r#"Demarc demo: {url}   (Ctrl-C ends it, and {left})

Documentation to read and try:  {url}/openapi
API key of a reseller:          {key}
Carriers:                       {carriers}

Compare Tech: can this address be served? Ask for the status by the "id" of the answer.
  curl -s -H 'Authorization: {key}' -H 'Content-Type: application/json' {base}/coverage \
    -d '{{"driver":"fastweb","address":{{"street":"VIA CENERENTOLA","number":1,"city":"BRONTE","province":"CT","zip_code":95034}}}}'
  curl -s -H 'Authorization: {key}' {base}/status/{first}

AEx: find a premise of the network (of another provider's key), then order there; docs/dialects/aex.md goes on.
  curl -s -H 'Authorization: Bearer {provider}' -G {aex}/predefined-premises \
    --data-urlencode 'q=38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng'

TelecomX: look an address up (sign in as {username} with {password}, or use a key); docs/dialects/telecomx.md goes on.
  curl -s -H 'Authorization: Bearer {reseller}' -G {telecomx}/customer/address/lookup \
    --data-urlencode 'query=Vallensbækvej 20A, 3. th.'"#
    )
}
