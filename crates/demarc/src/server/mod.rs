//! The running server: store, engine, hub and sandbox put together, the routes, the listeners, and
//! a clean end.

mod answer;
mod clock;
mod listen;
mod observe;
mod operate;
mod tls;

use crate::config::Settings;
use crate::failure::Failure;
use answer::Shape;
use axum::Router;
use carriers::Registry;
use engine::{Engine, Post};
use hub::fulfil::Fulfilment;
use hub::{Hub, Places};
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Engine as StoreEngine, Opened, Role};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long requests and calls under way may still take after a stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that is put together and has its address, but does not serve yet.
pub struct Server {
    pub hub: Hub,
    pub address: SocketAddr,
    settings: Settings,
    listeners: Vec<Listening>,
    sandbox: Option<sandbox::Sandbox>,
    _opened: Opened,
}

/// A listener, and what it serves in which way.
struct Listening {
    listener: TcpListener,
    routes: Router,
    /// None: in the clear.
    tls: Option<tls::Acceptor>,
}

impl Server {
    /// Opens the store and binds the listeners.
    pub async fn prepare(settings: Settings, restored: bool) -> Result<Self, Failure> {
        let open = settings.store(Role::Server);
        let opened = tokio::task::spawn_blocking(move || open.open()).await.map_err(Failure::other)??;
        let store = opened.store.clone();
        recover(&store, restored).await?;
        let listener = bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let tls = settings.tls.as_ref().map(tls::Acceptor::read).transpose().map_err(Failure::usage)?;
        let (sandbox, sandbox_url, inner) = open_sandbox(&settings, address, tls.is_some()).await?;
        let hub = hub(store, &sandbox_url, settings.atlas_folder())?;
        let routes = routes(&hub, &settings, sandbox.as_ref());
        let mut listeners = vec![Listening { listener, routes, tls: tls.clone() }];
        listeners.extend(inner);
        for (name, dialect) in &settings.dialects {
            let Some(listen) = dialect.listen else { continue };
            let (alone, shape): (_, fn(&str) -> Shape) = match name.as_str() {
                "comparetech" => (dialects::comparetech::alone(hub.clone()), |_| Shape::CompareTech),
                "aex" => (dialects::aex::alone(hub.clone(), settings.aex()), |_| Shape::Aex),
                "masmovil" => (dialects::masmovil::router(hub.clone()), |_| Shape::Masmovil),
                "telecomx" => {
                    (dialects::telecomx::router(hub.clone(), settings.telecomx()), |_| Shape::TelecomX)
                }
                _ => continue,
            };
            let routes = observe::around(alone, &settings, shape);
            listeners.push(Listening { listener: bind(listen).await?, routes, tls: tls.clone() });
        }
        Ok(Self { hub, address, settings, listeners, sandbox, _opened: opened })
    }

    /// `http://…` of the main listener.
    pub fn url(&self) -> String {
        let scheme = if self.settings.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", reachable(self.address))
    }

    /// Serves until `stop` says so, then ends what is under way.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let watching = {
            let hub = self.hub.clone();
            tokio::spawn(async move { hub.watch().await })
        };
        let pruning = {
            let hub = self.hub.clone();
            tokio::spawn(async move { hub.prune().await })
        };
        let in_bulk = self.settings.worker.then(|| {
            self.hub.engine().start();
            let (hub, stop) = (self.hub.clone(), stop.clone());
            tokio::spawn(async move { hub.work_in_bulk(stop).await })
        });
        let relay = if self.settings.worker { self.settings.relay().map_err(Failure::usage)? } else { None };
        let posting = relay.map(|relay| {
            let post = Post::new(self.hub.store().clone(), relay, self.hub.bell());
            let stop = stop.clone();
            tokio::spawn(async move { post.work(stop).await })
        });
        let mut serving = Vec::new();
        for Listening { listener, routes, tls } in self.listeners {
            let (stop, most) = (stop.clone(), self.settings.connections);
            serving.push(tokio::spawn(listen::serve(listener, routes, tls, most, stop)));
        }
        let _ = stop.wait_for(|stopping| *stopping).await;
        tracing::info!("stopping");
        if let Some(sandbox) = &self.sandbox {
            sandbox.stop();
        }
        let drained = async {
            for task in serving {
                let _ = task.await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, drained).await;
        self.hub.engine().stop(PATIENCE).await;
        for task in [in_bulk, posting].into_iter().flatten() {
            let _ = tokio::time::timeout(PATIENCE, task).await;
        }
        watching.abort();
        pruning.abort();
        tracing::info!("stopped");
        Ok(())
    }
}

/// What has to be put right before anything is claimed.
async fn recover(store: &store::Store, restored: bool) -> Result<(), Failure> {
    // A copy says of itself that it is one.
    let taken: Option<String> = store.read(|tx| store::setting::get(tx, store::backup::TAKEN)).await?;
    if restored || taken.is_some() {
        let (marked, lost) = store
            .write(|tx| {
                store::setting::forget(tx, store::backup::TAKEN)?;
                store::mail::void_leases(tx)?;
                Ok::<_, store::Error>((store::action::mark_restored(tx)?, store::attempt::lose_all(tx)?))
            })
            .await?;
        tracing::warn!(
            actions = marked,
            attempts = lost,
            "restored: what was under way is looked up before anything is sent"
        );
    } else if store.engine() == StoreEngine::Sqlite {
        // The folder is this server's alone: whoever held a lease is gone.
        let (actions, mails) = store
            .write(|tx| {
                Ok::<_, store::Error>((store::action::void_leases(tx)?, store::mail::void_leases(tx)?))
            })
            .await?;
        if actions > 0 || mails > 0 {
            tracing::info!(actions, mails, "going on with what was under way");
        }
    }
    Ok(())
}

fn registry(sandbox_url: &str) -> Registry {
    // Somebody who tries things on does not wait for minutes: what is not known is known in seconds.
    let limits = json!({"timeout_ms": 6_000, "lookup_spacing_ms": [1_000, 2_000, 4_000]});
    Registry::default()
        .with(carriers::sandbox::Sandbox, json!({"url": sandbox_url, "limits": limits}))
        .with(carriers::own::Own, json!({}))
}

/// A hub for commands: nothing is served or carried out.
pub fn hub_for_commands(store: store::Store, settings: &Settings) -> Result<Hub, Failure> {
    hub(store, "http://127.0.0.1:8080/sandbox", settings.atlas_folder())
}

fn hub(store: store::Store, sandbox_url: &str, atlas: PathBuf) -> Result<Hub, Failure> {
    let places = Places::kept_in(atlas);
    let fulfilment = Arc::new(Fulfilment { places: places.clone() });
    let engine = Engine::new(store.clone(), registry(sandbox_url), fulfilment, engine::Settings::default())?;
    Ok(Hub::new(store, engine, places))
}

/// Opens the sandbox carrier of this node; says where the engine reaches it, and which listener that takes
/// beside the main one.
async fn open_sandbox(
    settings: &Settings,
    address: SocketAddr,
    encrypted: bool,
) -> Result<(Option<sandbox::Sandbox>, String, Option<Listening>), Failure> {
    let own = format!("{}://{}", if encrypted { "https" } else { "http" }, reachable(address));
    if let Some(url) = &settings.sandbox_url {
        return Ok((None, url.clone(), None));
    }
    if settings.sandbox == Some(false) {
        return Ok((None, format!("{own}/sandbox"), None));
    }
    std::fs::create_dir_all(&settings.data)?;
    let public = settings.public_url.as_deref().unwrap_or(&own).trim_end_matches('/');
    let (file, public) = (settings.data.join("sandbox.db"), format!("{public}/sandbox"));
    let sandbox = tokio::task::spawn_blocking(move || sandbox::Sandbox::open(&file, public))
        .await
        .map_err(Failure::other)?;
    let sandbox = sandbox.map_err(Failure::other)?;
    if !encrypted {
        return Ok((Some(sandbox), format!("{own}/sandbox"), None));
    }
    // The engine would have to trust a certificate that is for others: it speaks to the sandbox in
    // the clear, on this machine only.
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let url = format!("http://{}/sandbox", listener.local_addr()?);
    let inner = Listening { listener, routes: Router::new().nest("/sandbox", sandbox.router()), tls: None };
    Ok((Some(sandbox), url, Some(inner)))
}

fn routes(hub: &Hub, settings: &Settings, sandbox: Option<&sandbox::Sandbox>) -> Router {
    let mut routes = Router::new()
        .nest("/comparetech/api/v1", dialects::comparetech::router(hub.clone()))
        .nest(dialects::aex::MOUNT, dialects::aex::router(hub.clone(), settings.aex()))
        .nest(dialects::telecomx::MOUNT, dialects::telecomx::router(hub.clone(), settings.telecomx()))
        .nest(dialects::masmovil::MOUNT, dialects::masmovil::router(hub.clone()))
        .nest(dialects::bulk::MOUNT, dialects::bulk::router(hub.clone(), settings.bulk.limits()))
        .merge(dialects::openapi_router())
        .merge(operate::router(hub.clone()));
    if let Some(sandbox) = sandbox {
        let mut mounted = sandbox.router();
        if settings.sandbox == Some(true) {
            mounted = mounted.merge(clock::router(hub.clone()));
        }
        routes = routes.nest("/sandbox", mounted);
    }
    observe::around(routes.fallback(answer::not_found), settings, Shape::of_path)
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|e| Failure::usage(format!("cannot listen on {address}: {e}; choose another with --listen")))
}

/// An address that can be connected to from this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
