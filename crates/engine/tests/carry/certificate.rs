//! A carrier whose certificate is no longer valid: not a byte of the order goes there.

use crate::node::Node;
use crate::world::World;
use model::action::State;
use model::attempt;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;
use tokio::io::AsyncReadExt;

/// A carrier with such a certificate: its URL, and how many bytes of requests it ever read.
async fn serve(valid_until: i32) -> (String, Arc<AtomicUsize>) {
    let mut wanted = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    wanted.not_before = rcgen::date_time_ymd(2020, 1, 1);
    wanted.not_after = rcgen::date_time_ymd(valid_until, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = wanted.self_signed(&key).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/sandbox", listener.local_addr().unwrap());
    let read = Arc::new(AtomicUsize::new(0));
    let count = read.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(socket).await else { continue };
            if let Ok(bytes) = stream.read(&mut [0; 1024]).await {
                count.fetch_add(bytes, Ordering::SeqCst);
            }
        }
    });
    (url, read)
}

on_both!(an_expired_certificate_ends_a_call_before_its_first_byte, |test: TestStore| async move {
    let world = World::new(test).await;
    let (url, read) = serve(2021).await;
    // Class D: had anything been sent, a person would be asked.
    let carrier = world.carrier("expired", json!({"url": url, "classes": {"order": "D"}})).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    let absent = |attempts: &[attempt::Attempt]| {
        attempts.iter().filter(|a| a.state == attempt::State::Absent && a.sends == 0).count()
    };
    while absent(&world.attempts(order).await) < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let action = world.action(order).await;
    assert_eq!((action.state, world.open_tasks().await), (State::Running, 0));
    assert_eq!(read.load(Ordering::SeqCst), 0);
    let exchanges = world.store.read(move |tx| store::exchange::of_action(tx, action.id)).await.unwrap();
    let said = exchanges.iter().filter_map(|e| e.failure.as_deref()).collect::<Vec<_>>();
    assert!(!said.is_empty() && said.iter().all(|reason| reason.contains("expired")), "{said:?}");
    drop(node);
});
