//! `demarc demo`: everything at once, on a store that is gone afterwards unless a folder is named.

use crate::cli::Demo;
use crate::config::Settings;
use crate::failure::Failure;
use crate::server::Server;
use crate::world::{self, CARRIERS, Keys};
use serde_json::json;
use std::net::SocketAddr;

pub async fn run(args: Demo, mut settings: Settings, own_folder: bool) -> Result<(), Failure> {
    if settings.database.is_some() {
        return Err(Failure::usage(
            "the demo has an embedded store of its own: leave --database and DEMARC_DATABASE out",
        ));
    }
    let temporary =
        if own_folder { None } else { Some(tempfile::Builder::new().prefix("demarc-demo-").tempdir()?) };
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
    let server = Server::prepare(settings, false).await?;
    let keys = world::settle(&server.hub).await?;
    let url = server.url();
    if args.json {
        println!("{}", json!({"url": url, "keys": keys, "carriers": CARRIERS}));
    } else {
        tell(&url, &keys);
    }
    server.run(stop).await
}

/// The usual address, or any free port of this machine when somebody has it.
fn free(usual: SocketAddr) -> SocketAddr {
    match std::net::TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::new(usual.ip(), 0),
    }
}

fn tell(url: &str, keys: &Keys) {
    let (base, key) = (format!("{url}/comparetech/api/v1"), &keys.comparetech);
    println!("Demarc demo: {url}   (Ctrl-C ends it, and nothing is left)");
    println!();
    println!("Documentation to read and try:  {url}/openapi");
    println!("API key of a reseller:          {key}");
    println!("Carriers:                       {}", CARRIERS.join(", "));
    println!();
    println!("Compare Tech: can this address be served?");
    println!("  curl -s -H 'Authorization: {key}' -H 'Content-Type: application/json' {base}/coverage \\");
    println!(
        r#"    -d '{{"driver":"fastweb","address":{{"street":"VIA CENERENTOLA","number":1,"city":"BRONTE","province":"CT","zip_code":95034}}}}'"#
    );
    println!("  curl -s -H 'Authorization: {key}' {base}/status/186");
}
