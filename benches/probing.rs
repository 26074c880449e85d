//! How long a run of many probes takes, against the ideal and against a plain client.
//!
//!     cargo bench --bench probing            # 500 targets, then 5,000
//!
//! Servers, prober and client are processes of their own on the loopback. Linux only.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

const CONCURRENCY: usize = 64;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["server", folder] => runtime().block_on(server(Path::new(folder))),
        ["client", kind, port, count, folder] => {
            let (port, count) = (port.parse().unwrap(), count.parse().unwrap());
            runtime().block_on(client(kind, port, count, Path::new(folder)));
        }
        _ => compare(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

// The plain client: as little as can be done to connect, ask and read.

async fn client(kind: &str, port: u16, count: usize, folder: &Path) {
    let tls = (kind == "https").then(|| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(folder.join("ca.pem")).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    });
    let places = Arc::new(tokio::sync::Semaphore::new(CONCURRENCY));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..count {
        let (tls, places) = (tls.clone(), Arc::clone(&places));
        let is_tcp = kind == "tcp";
        tasks.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let mut answer = Vec::new();
            match tls {
                Some(tls) => {
                    let stream = TcpStream::connect(("localhost", port)).await.unwrap();
                    let name = ServerName::try_from("localhost").unwrap();
                    let mut stream = tls.connect(name, stream).await.unwrap();
                    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
                    stream.read_to_end(&mut answer).await.unwrap();
                }
                None => {
                    let mut stream = TcpStream::connect((host(number), port)).await.unwrap();
                    if !is_tcp {
                        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
                    }
                    stream.read_to_end(&mut answer).await.unwrap();
                }
            }
            assert!(!answer.is_empty());
        });
    }
    tasks.join_all().await;
}

/// The whole of 127.0.0.0/8 is this machine.
fn host(number: usize) -> String {
    format!("127.0.{}.{}", number / 250, number % 250 + 1)
}

// The servers: a port for each kind and delay.

async fn server(folder: &Path) {
    let certificate = CertificateDer::from_pem_file(folder.join("own.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("own.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let mut ports = Vec::new();
    for kind in ["http", "tcp", "https"] {
        for delay in [0, 50] {
            let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
            ports.push(listener.local_addr().unwrap().port().to_string());
            tokio::spawn(listen(listener, kind, delay, acceptor.clone()));
        }
    }
    println!("{}", ports.join(" "));
    // Ends with its parent, which holds the other end.
    let parent = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    let _ = parent.await;
}

async fn listen(listener: TcpListener, kind: &'static str, delay: u64, acceptor: TlsAcceptor) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let pause = tokio::time::sleep(Duration::from_millis(delay));
            match kind {
                "tcp" => {
                    pause.await;
                    let _ = stream.write_all(b"ok\r\n").await;
                }
                "http" => answer(&mut stream, pause).await,
                _ => {
                    if let Ok(mut stream) = acceptor.accept(stream).await {
                        answer(&mut stream, pause).await;
                        let _ = stream.shutdown().await;
                    }
                }
            }
        });
    }
}

async fn answer(
    stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin),
    pause: tokio::time::Sleep,
) {
    let mut head = [0; 4096];
    let _ = stream.read(&mut head).await;
    pause.await;
    let _ = stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        .await;
}

// The comparison.

#[derive(Clone, Copy, serde::Deserialize)]
struct Measure {
    wall: f64,
    cpu: f64,
    memory: f64,
}

/// Runs a command some times; the median of each figure.
fn measure(times: usize, mut command: impl FnMut() -> Vec<String>) -> Measure {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/measure.py");
    let all: Vec<Measure> = (0..times)
        .map(|_| {
            let output = Command::new("python3").arg(&script).args(command()).output().unwrap();
            serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
        })
        .collect();
    let median = |of: fn(&Measure) -> f64| {
        let mut values: Vec<f64> = all.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Measure { wall: median(|m| m.wall), cpu: median(|m| m.cpu), memory: median(|m| m.memory) }
}

/// Writes a site with these probes; the command that probes it once.
fn prober(folder: &Path, name: usize, probes: &str) -> Vec<String> {
    let site = folder.join(format!("site-{name}"));
    std::fs::create_dir_all(&site).unwrap();
    let config = format!(
        "site: {{ title: A, url: https://a.example }}\nconcurrency: {CONCURRENCY}\ndefaults: {{ retries: 0, timeout: 5s }}\ncomponents:\n  - id: a\n    probes:\n{probes}"
    );
    std::fs::write(site.join("probes.yaml"), config).unwrap();
    let program = env!("CARGO_BIN_EXE_aboveboard");
    [program, "probe", "--quiet", "--site", site.to_str().unwrap()].map(str::to_owned).into()
}

/// Each probe must have found its target as it is.
fn expect(folder: &Path, name: usize, outcomes: &[(&str, usize)]) {
    let data = folder.join(format!("site-{name}/data"));
    let rows: String = walkdir::WalkDir::new(data)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| std::fs::read_to_string(entry.path()).unwrap())
        .collect();
    for (word, count) in outcomes {
        assert_eq!(rows.matches(word).count(), *count, "{word}");
    }
}

fn compare() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    certificates(folder);
    let own = std::env::current_exe().unwrap();
    let mut server = Command::new(&own)
        .args(["server", folder.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ports = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut ports).unwrap();
    let ports: Vec<u16> = ports.split_whitespace().map(|port| port.parse().unwrap()).collect();
    let mut name = 0;
    println!(
        "| targets | ideal | wall | × ideal | wall of a plain client | CPU a probe | of the plain client | × | memory |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (count, times) in [(500, 7), (5000, 3)] {
        for (place, (kind, delay)) in
            [("http", 0), ("http", 50), ("tcp", 0), ("tcp", 50), ("https", 0), ("https", 50)]
                .into_iter()
                .enumerate()
        {
            let port = ports[place];
            let probes: String = (0..count)
                .map(|number| match kind {
                    "tcp" => {
                        format!("      - {{ url: 'tcp://{}:{port}', banner: ok }}\n", host(number))
                    }
                    "http" => format!("      - {{ url: 'http://{}:{port}/' }}\n", host(number)),
                    _ => format!(
                        "      - {{ url: 'https://localhost:{port}/', ca: '{}/ca.pem' }}\n",
                        folder.display()
                    ),
                })
                .collect();
            let ours = measure(times, || {
                name += 1;
                prober(folder, name, &probes)
            });
            expect(folder, name, &[(",up,", count)]);
            let plain = measure(times, || {
                let own = own.to_str().unwrap().to_owned();
                let port = port.to_string();
                let count = count.to_string();
                let folder = folder.to_str().unwrap().to_owned();
                vec![own, "client".to_owned(), kind.to_owned(), port, count, folder]
            });
            let ideal = count.div_ceil(CONCURRENCY) as f64 * delay as f64 / 1000.0;
            let (ideal, ratio) = if delay > 0 {
                (format!("{ideal:.2} s"), format!("{:.2}", ours.wall / ideal))
            } else {
                ("–".to_owned(), "–".to_owned())
            };
            let each = |measure: Measure| measure.cpu * 1000.0 / count as f64;
            println!(
                "| {count} × {kind}, {delay} ms | {ideal} | {:.2} s | {ratio} | {:.2} s | {:.2} ms | {:.2} ms | {:.1} | {:.0} MiB |",
                ours.wall,
                plain.wall,
                each(ours),
                each(plain),
                each(ours) / each(plain),
                ours.memory,
            );
        }
    }
    black_holes(folder, ports[1], &mut name);
    latency(folder, ports[0], &mut name);
    let _ = server.stdin.take();
    let _ = server.wait();
    let _ = std::io::stdout().flush();
}

/// 20 of 500 targets take no connection and refuse none.
fn black_holes(folder: &Path, port: u16, name: &mut usize) {
    let full = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket2::SockRef::from(&full).listen(0).unwrap();
    let hole = full.local_addr().unwrap();
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn(move || {
                std::net::TcpStream::connect_timeout(&hole, Duration::from_secs(2))
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(200));
    let probes: String = (0..500)
        .map(|number| match number % 25 {
            24 => format!("      - {{ url: 'http://{hole}/' }}\n"),
            _ => format!("      - {{ url: 'http://{}:{port}/' }}\n", host(number)),
        })
        .collect();
    let ours = measure(3, || {
        *name += 1;
        prober(folder, *name, &probes)
    });
    expect(folder, *name, &[(",up,", 480), ("connect timeout after 5 s", 20)]);
    println!(
        "\n20 of 500 are black holes, timeout 5 s, no retries: {:.2} s, {:.0} MiB.",
        ours.wall, ours.memory
    );
    drop(waiting);
}

/// What a target that answers at once seems to take, alone and in a crowd.
fn latency(folder: &Path, port: u16, name: &mut usize) {
    for count in [1, 64, 500] {
        let probes: String = (0..count)
            .map(|number| format!("      - {{ url: 'http://{}:{port}/' }}\n", host(number)))
            .collect();
        *name += 1;
        let command = prober(folder, *name, &probes);
        let output = Command::new(&command[0]).args(&command[1..]).arg("--json").output().unwrap();
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut latencies: Vec<u64> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["latency_ms"].as_u64().unwrap())
            .collect();
        latencies.sort_unstable();
        println!(
            "{count} targets that answer at once seem to take {} ms in the median, {} ms at most.",
            latencies[count / 2],
            latencies[count - 1]
        );
    }
}

fn certificates(folder: &Path) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    std::fs::write(folder.join("ca.pem"), issuer.pem()).unwrap();
    std::fs::write(folder.join("own.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("own.key"), key.serialize_pem()).unwrap();
}
