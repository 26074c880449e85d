//! TLS handshakes, verified against the machine's roots.

use std::sync::{Arc, OnceLock};

use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls};

use super::{Failure, Trace, elapsed_ms};

/// The roots of trust, read when the first probe needs them.
#[derive(Debug, Default)]
pub struct Roots {
    config: OnceLock<Result<Arc<ClientConfig>, Failure>>,
}

impl Roots {
    fn config(&self) -> Result<Arc<ClientConfig>, Failure> {
        self.config.get_or_init(client_config).clone()
    }
}

fn client_config() -> Result<Arc<ClientConfig>, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Failure::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // A resumed session would hide a certificate that has been replaced or has expired.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

/// Shakes hands.
pub async fn handshake(
    stream: TcpStream,
    host: &str,
    roots: &Roots,
    trace: &mut Trace,
) -> Result<TlsStream<TcpStream>, Failure> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Failure::Request)?;
    let start = Instant::now();
    let connector = TlsConnector::from(roots.config()?);
    let stream = connector.connect(name, stream).await.map_err(|error| Failure::of_io(&error))?;
    trace.phases.tls_ms = Some(elapsed_ms(start));
    Ok(stream)
}
