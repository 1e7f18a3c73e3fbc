//! TLS of our own listener, from PEM files.

use crate::config::Tls;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

#[derive(Clone)]
pub struct Acceptor(pub TlsAcceptor);

impl Acceptor {
    /// The words of an error name the file at fault.
    pub fn read(tls: &Tls) -> Result<Self, String> {
        let unreadable = |file: &std::path::Path, e: &dyn std::fmt::Display| {
            format!("settings: tls: {}: {e}", file.display())
        };
        let chain = CertificateDer::pem_file_iter(&tls.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|e| unreadable(&tls.certificate, &e))?;
        let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|e| unreadable(&tls.key, &e))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|e| unreadable(&tls.certificate, &e))?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}
