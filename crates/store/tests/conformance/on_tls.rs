//! A PostgreSQL server that speaks TLS: whose certificate is believed. Only the greeting is played here.
#![allow(clippy::disallowed_methods)]

use rustls::pki_types::PrivateKeyDer;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use store::testing::Place;
use store::{Error, Location, Open, Role};

/// Answers every connection, over TLS, that there is no such database; its address.
fn serve(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> String {
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0u8; 8];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(b"S").unwrap();
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream);
            let mut length = [0u8; 4];
            if stream.read_exact(&mut length).is_err() {
                continue;
            }
            let mut start = vec![0u8; u32::from_be_bytes(length) as usize - 4];
            stream.read_exact(&mut start).unwrap();
            let told = b"SFATAL\0VFATAL\0C3D000\0Mdatabase does not exist\0\0";
            stream.write_all(b"E").unwrap();
            stream.write_all(&(told.len() as u32 + 4).to_be_bytes()).unwrap();
            stream.write_all(told).unwrap();
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    address
}

#[test]
fn a_certificate_is_believed_when_its_authority_is_in_the_file() {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let address = serve(&made);
    let place = Place::sqlite();
    let ca = place.folder.path().join("ca.pem");
    std::fs::write(&ca, made.cert.pem()).unwrap();
    let open = |database_ca| {
        let location = Location::Postgres(format!("postgres://demarc@{address}/none?sslmode=require"));
        let secret_file = Some(place.secret_file.clone());
        Open { location, role: Role::Server, secret_file, database_ca }.open().err().unwrap()
    };
    assert!(open(Some(ca)).to_string().contains("does not exist"), "it was spoken to");
    let stranger = open(None);
    assert!(matches!(stranger, Error::Unavailable { .. }), "{stranger}");
}
