//! TLS handshakes, verified against the machine's roots or those a probe names.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{self, CryptoProvider};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls};

use super::{Concern, Context, Failure, Trace, certificate, elapsed_ms};
use crate::model::time::DAY;

/// Protocols offered to the server, best first.
pub type Alpn = &'static [&'static [u8]];

/// Whom a handshake trusts, and who we are in it.
#[derive(Debug, Default)]
pub struct Options {
    authorities: Option<Authorities>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    insecure: bool,
    cert_warn_ms: Option<i64>,
}

/// PEM texts, once their variables are in place.
#[derive(Debug, Default)]
pub struct Pem {
    /// The authorities.
    pub ca: Option<String>,
    /// Our own certificate.
    pub client_cert: Option<String>,
    /// Its key.
    pub client_key: Option<String>,
}

impl Options {
    /// Reads what a probe names. The error says which key is wrong, never what is in it.
    pub fn new(
        pem: &Pem,
        insecure: bool,
        cert_warn_ms: Option<i64>,
        folder: &Path,
    ) -> Result<Self, String> {
        let certificates =
            |key: &str, value: &str| -> Result<Vec<CertificateDer<'static>>, String> {
                let text = pem_text(key, value, folder)?;
                let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
                found
                    .ok()
                    .filter(|found| !found.is_empty())
                    .ok_or_else(|| format!("`{key}` holds no certificate in PEM form"))
            };
        let authorities = match &pem.ca {
            None => None,
            Some(value) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(certificates("ca", value)?);
                let found = Authorities::new(roots);
                Some(found.map_err(|_| "`ca` holds no certificate of an authority".to_owned())?)
            }
        };
        let identity = match (&pem.client_cert, &pem.client_key) {
            (Some(certificate), Some(key)) => {
                let chain = certificates("client_cert", certificate)?;
                let key = PrivateKeyDer::from_pem_slice(&pem_text("client_key", key, folder)?)
                    .map_err(|_| "`client_key` holds no key in PEM form".to_owned())?;
                Some((chain, key))
            }
            _ => None,
        };
        let options = Self { authorities, identity, insecure, cert_warn_ms };
        let verifier = Arc::new(Recorder::new(None));
        if options.config(verifier, &[]).is_err() {
            return Err("`client_key` is not the key of `client_cert`".to_owned());
        }
        Ok(options)
    }

    /// The same trust, and nobody in particular.
    pub fn without_identity(&self) -> Self {
        Self {
            authorities: self.authorities.clone(),
            identity: None,
            insecure: self.insecure,
            cert_warn_ms: self.cert_warn_ms,
        }
    }

    fn config(&self, verifier: Arc<Recorder>, alpn: Alpn) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            Some((chain, key)) => builder.with_client_auth_cert(chain.clone(), key.clone_key())?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        // A resumed session would hide a certificate that has been replaced or has expired.
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }
}

/// The text itself, or that of the file which it names.
fn pem_text(key: &str, value: &str, folder: &Path) -> Result<Vec<u8>, String> {
    if value.contains("-----BEGIN ") {
        return Ok(value.as_bytes().to_vec());
    }
    std::fs::read(folder.join(value))
        .map_err(|error| format!("the file of `{key}` {}", super::refusal(&error)))
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(crypto::ring::default_provider())))
}

/// Roots of trust, and the verifier made from them.
#[derive(Debug, Clone)]
struct Authorities {
    roots: Arc<RootCertStore>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Authorities {
    fn new(roots: RootCertStore) -> Result<Self, rustls::client::VerifierBuilderError> {
        let roots = Arc::new(roots);
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), provider()).build()?;
        Ok(Self { roots, verifier })
    }
}

/// The machine's roots of trust, read when the first probe needs them.
#[derive(Debug, Default)]
pub struct Roots(OnceLock<Option<Authorities>>);

impl Roots {
    fn get(&self) -> Result<&Authorities, Failure> {
        let authorities = self.0.get_or_init(|| {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            }
            Authorities::new(roots).ok()
        });
        authorities.as_ref().ok_or_else(|| Failure::prober("tls: the prober has no roots of trust"))
    }
}

/// Verifies, and remembers the certificates also when they are refused.
#[derive(Debug)]
struct Recorder {
    /// None trusts anybody.
    inner: Option<Arc<WebPkiServerVerifier>>,
    seen: Mutex<Vec<CertificateDer<'static>>>,
}

impl Recorder {
    fn new(inner: Option<Arc<WebPkiServerVerifier>>) -> Self {
        Self { inner, seen: Mutex::default() }
    }

    fn seen(&self) -> Vec<CertificateDer<'static>> {
        self.seen.lock().map(|seen| seen.clone()).unwrap_or_default()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Ok(mut seen) = self.seen.lock() {
            *seen =
                std::iter::once(leaf).chain(others).map(|der| der.clone().into_owned()).collect();
        }
        match &self.inner {
            Some(inner) => inner.verify_server_cert(leaf, others, name, ocsp, now),
            None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// Shakes hands. What it finds worrying though valid comes beside the stream.
pub async fn handshake(
    stream: TcpStream,
    host: &str,
    alpn: Alpn,
    options: &Options,
    context: &Context,
    trace: &mut Trace,
) -> Result<(TlsStream<TcpStream>, Option<Concern>), Failure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Failure::new("tls name", "tls: no certificate can be for this host"))?;
    let authorities = match &options.authorities {
        Some(own) => own,
        None => context.roots.get()?,
    };
    let inner = (!options.insecure).then(|| Arc::clone(&authorities.verifier));
    let recorder = Arc::new(Recorder::new(inner));
    let config = options
        .config(Arc::clone(&recorder), alpn)
        .map_err(|_| Failure::prober("tls: the prober cannot begin a handshake"))?;
    trace.part = "tls";
    let start = Instant::now();
    let shaken = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let chain = recorder.seen();
    trace.certificates = certificate::describe(&chain);
    let stream = shaken.map_err(|error| Failure::of_io(&error))?;
    trace.phases.tls_ms = Some(elapsed_ms(start));
    trace.part = "answer";
    let concern = options.cert_warn_ms.and_then(|limit| {
        let left = certificate::ends(&chain, &authorities.roots)?.ms() - context.clock.now().ms();
        (left < limit).then(|| match left / DAY {
            // Only where any certificate will do.
            _ if left < 0 => "certificate expired".to_owned(),
            0 => "certificate expires in less than a day".to_owned(),
            1 => "certificate expires in 1 day".to_owned(),
            days => format!("certificate expires in {days} days"),
        })
    });
    Ok((stream, concern))
}
