//! `demarc sandbox`: the sandbox carrier as a process of its own, under `/sandbox`.

use crate::cli::Sandbox;
use crate::config::Settings;
use crate::failure::Failure;
use crate::server;

pub async fn run(args: Sandbox, settings: Settings) -> Result<(), Failure> {
    let mut stop = super::stop_signal()?;
    std::fs::create_dir_all(&settings.data)?;
    let listener = server::bind(args.listen).await?;
    let own = format!("http://{}", listener.local_addr()?);
    let public = format!("{}/sandbox", settings.public_url.as_deref().unwrap_or(&own).trim_end_matches('/'));
    let file = settings.data.join("sandbox.db");
    let opened = tokio::task::spawn_blocking(move || sandbox::Sandbox::open(&file, public))
        .await
        .map_err(Failure::other)?;
    let sandbox = opened.map_err(Failure::other)?;
    tracing::info!(url = format!("{own}/sandbox"), "sandbox carrier");
    let routes = axum::Router::new().nest("/sandbox", sandbox.router());
    let ending = sandbox.clone();
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stopping| *stopping).await;
            ending.stop();
        })
        .await?;
    Ok(())
}
