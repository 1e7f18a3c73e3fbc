//! `demarc serve`.

use crate::cli::Serve;
use crate::config::Settings;
use crate::failure::Failure;
use crate::server::Server;

pub async fn run(args: Serve, mut settings: Settings) -> Result<(), Failure> {
    if let Some(listen) = args.listen {
        settings.listen = listen;
    }
    if args.worker || args.no_worker {
        settings.worker = !args.no_worker;
    }
    let stop = super::stop_signal()?;
    let shown = settings.store(store::Role::Server).location.shown();
    let server = Server::prepare(settings, args.restored).await?;
    tracing::info!(url = server.url(), store = shown, "serving");
    server.run(stop).await
}
