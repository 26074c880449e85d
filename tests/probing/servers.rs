//! Servers on the loopback that do as they are told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, ServerConnection, StreamOwned};

/// Serves each connection on a thread of its own, until the test ends.
pub fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let handle = Arc::new(handle);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = Arc::clone(&handle);
            std::thread::spawn(move || handle(stream));
        }
    });
    address
}

/// Whether this machine has IPv6 at all.
pub fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

/// Whether this machine lets us send echoes.
pub fn can_ping() -> bool {
    use socket2::{Domain, Protocol, Socket, Type};
    let open = |kind| Socket::new(Domain::IPV4, kind, Some(Protocol::ICMPV4)).is_ok();
    open(Type::DGRAM) || open(Type::RAW)
}

/// An address where nothing listens.
pub fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Reads the head of a request.
pub fn request(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Reads one line.
pub fn line(stream: &mut impl Read) -> String {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        line.push(byte[0]);
    }
    String::from_utf8_lossy(&line).trim_end().to_owned()
}

/// Answers every request with the same bytes, then closes.
pub fn answers(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    serve(move |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(&answer);
    })
}

/// Says the same bytes to everybody, then waits until they leave.
pub fn greets(greeting: impl Into<Vec<u8>>) -> SocketAddr {
    let greeting = greeting.into();
    serve(move |mut stream| {
        let _ = stream.write_all(&greeting);
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

/// Closes with unread input, which the system makes a reset of.
pub fn reset(stream: TcpStream) {
    std::thread::sleep(std::time::Duration::from_millis(30));
    drop(stream);
}

pub fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// An authority that signs what it is asked to.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

/// What a server shows of itself.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: Vec<u8>,
    pub pem: String,
    pub key_pem: String,
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let params = authority_params(name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// The path of its certificate.
    pub fn path(&self) -> String {
        self.folder.path().join("ca.pem").to_str().unwrap().to_owned()
    }

    /// Writes an identity beside the certificate; the paths of its certificate and its key.
    pub fn write(&self, identity: &Identity) -> (String, String) {
        let (pem, key) = (self.folder.path().join("own.pem"), self.folder.path().join("own.key"));
        std::fs::write(&pem, &identity.pem).unwrap();
        std::fs::write(&key, &identity.key_pem).unwrap();
        (pem.to_str().unwrap().to_owned(), key.to_str().unwrap().to_owned())
    }

    /// A certificate for `name` that ends with this year.
    pub fn sign(&self, name: &str, until: (i32, u8, u8)) -> Identity {
        sign(&self.issuer, name, until, Vec::new())
    }

    /// The same, signed by an intermediate whose own certificate ends with another year.
    pub fn sign_indirectly(&self, name: &str, intermediate_until: (i32, u8, u8)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = authority_params("An intermediate");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after =
            date_time_ymd(intermediate_until.0, intermediate_until.1, intermediate_until.2);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let above = vec![certificate.der().clone()];
        let issuer = Issuer::new(params, key);
        sign(&issuer, name, (2090, 1, 1), above)
    }
}

fn sign(
    issuer: &Issuer<'_, KeyPair>,
    name: &str,
    until: (i32, u8, u8),
    above: Vec<CertificateDer<'static>>,
) -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    let certificate = params.signed_by(&key, issuer).unwrap();
    let mut chain = vec![certificate.der().clone()];
    chain.extend(above);
    Identity {
        chain,
        key: key.serialize_der(),
        pem: certificate.pem(),
        key_pem: key.serialize_pem(),
    }
}

pub fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Identity {
        chain: vec![certificate.der().clone()],
        key: key.serialize_der(),
        pem: certificate.pem(),
        key_pem: key.serialize_pem(),
    }
}

/// How a server speaks TLS; `clients` is the authority whose clients it wants to see.
pub fn tls_config(
    identity: &Identity,
    alpn: &[u8],
    clients: Option<&Authority>,
) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(authority.issuer.der().clone()).unwrap();
            let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
                Arc::new(roots),
                provider,
            );
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(identity.key.clone()).unwrap();
    let mut config = builder.with_single_cert(identity.chain.clone(), key).unwrap();
    if !alpn.is_empty() {
        config.alpn_protocols = vec![alpn.to_vec()];
    }
    Arc::new(config)
}

pub type TlsServerStream = StreamOwned<ServerConnection, TcpStream>;

pub fn accept(config: &Arc<ServerConfig>, stream: TcpStream) -> TlsServerStream {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream)
}

/// As [`serve`], over TLS.
pub fn serve_tls(
    config: Arc<ServerConfig>,
    handle: impl Fn(TlsServerStream) + Send + Sync + 'static,
) -> u16 {
    serve(move |stream| handle(accept(&config, stream))).port()
}

/// Answers `ok` over TLS with HTTP/1.1.
pub fn https(identity: &Identity) -> u16 {
    serve_tls(tls_config(identity, b"http/1.1", None), |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(ok("ok").as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    })
}

/// Answers `ok` over TLS with HTTP/2, by hyper.
pub fn https2(identity: &Identity) -> u16 {
    let config = tls_config(identity, b"h2", None);
    let (port, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            port.send(listener.local_addr().unwrap().port()).unwrap();
            let acceptor = tokio_rustls::TlsAcceptor::from(config);
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let service = hyper::service::service_fn(|_| async {
                    let body = http_body_util::Full::new(bytes::Bytes::from_static(b"ok"));
                    Ok::<_, std::convert::Infallible>(hyper::Response::new(body))
                });
                let executor = hyper_util::rt::TokioExecutor::new();
                let _ = hyper::server::conn::http2::Builder::new(executor)
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
                    .await;
            }
        });
    });
    told.recv().unwrap()
}

/// The servers of `tests/servers/standard.py`, ended with this.
pub struct Standard {
    child: Child,
    _input: ChildStdin,
    ports: serde_json::Value,
}

impl Standard {
    pub fn start(certificate: &str, key: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("target/tools/bin/python");
        assert!(python.exists(), "run `bash tests/run` once: it installs what the tests need");
        let mut child = Command::new(python)
            .arg(root.join("tests/servers/standard.py"))
            .args([certificate, key])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let ports = line(child.stdout.as_mut().unwrap());
        let ports = serde_json::from_str(&ports).unwrap_or_else(|_| panic!("it said {ports:?}"));
        Self { child, _input: input, ports }
    }

    pub fn port(&self, name: &str) -> u64 {
        self.ports[name].as_u64().unwrap()
    }
}

impl Drop for Standard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
