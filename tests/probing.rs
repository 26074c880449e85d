//! The prober against loopback servers that behave and misbehave: exact outcome, exact words.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aboveboard::config;
use aboveboard::model::template::Variables;
use aboveboard::model::{Outcome, Source, Time};
use aboveboard::probe::{self, Clock, Finding, Job};
use support::{aboveboard, said};

/// Serves each connection on a thread of its own, until the test ends.
fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
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

/// Reads the head of a request.
fn request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn answers(answer: impl Into<String>) -> SocketAddr {
    let answer = answer.into();
    serve(move |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(answer.as_bytes());
    })
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Probes one address with more keys of a probe.
fn probe_one(url: &str, keys: &str) -> Finding {
    let config = format!("{{ url: \"{url}\", {keys} }}");
    probe_all(&[config], 64).remove(0)
}

fn probe_all(probes: &[String], concurrency: usize) -> Vec<Finding> {
    let probes = probes.join(", ");
    let text = format!(
        "site: {{ title: A, url: https://a.example }}\nconcurrency: {concurrency}\ndefaults: {{ retries: 0, timeout: 5s, retry_delay: 10ms }}\ncomponents:\n  - {{ id: up, probes: [{{ url: \"tcp://{}\" }}] }}\n  - {{ id: x, probes: [{probes}] }}\n",
        serve(drop)
    );
    let (settings, problems) = config::parse(&Source::new("probes.yaml", text.as_bytes()));
    let settings = settings.unwrap_or_else(|| panic!("{}", support::render(&problems)));
    let variables = Variables::from([("TOKEN".to_owned(), "geheim".to_owned())]);
    let jobs = settings.probes().map(|probe| Job::resolve(probe, &variables).unwrap()).collect();
    let clock = Clock::Fixed(Time::from_seconds(1_795_000_000));
    let mut findings = probe::run(jobs, settings.concurrency, clock, &mut |_| {}).unwrap();
    // The first one is there so that not every probe fails at once.
    assert_eq!(findings.remove(0).sample.outcome, Outcome::Up);
    findings
}

fn told(finding: &Finding) -> (&'static str, Option<u16>, &str) {
    (finding.sample.outcome.word(), finding.sample.code, &finding.sample.detail)
}

#[test]
fn answers_are_judged() {
    type Told = (&'static str, Option<u16>, &'static str);
    let cases: Vec<(SocketAddr, &str, Told)> = vec![
        (answers(ok("fine")), "", ("up", Some(200), "")),
        (answers(ok("fine")), "expect: { body_contains: fine }", ("up", Some(200), "")),
        (
            answers(ok("fine")),
            "expect: { body_contains: bad }",
            ("down", Some(200), "body: expected text is missing"),
        ),
        (
            answers(ok("fine")),
            "expect: { body_not_contains: fin }",
            ("down", Some(200), "body: unwanted text is present"),
        ),
        (answers("HTTP/1.1 204 No Content\r\n\r\n"), "", ("up", Some(204), "")),
        (answers("HTTP/1.1 304 Not Modified\r\n\r\n"), "", ("down", Some(304), "http status 304")),
        (
            answers("HTTP/1.1 304 Not Modified\r\n\r\n"),
            "expect: { status: [2xx, 304] }",
            ("up", Some(304), ""),
        ),
        (
            answers("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"),
            "",
            ("down", Some(500), "http status 500"),
        ),
        (answers("SSH-2.0-OpenSSH_9.6\r\n"), "", ("down", None, "http: not a valid answer")),
        (answers(""), "", ("down", None, "connection reset")),
        (
            answers("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
            "",
            ("down", Some(200), "connection reset"),
        ),
        (
            answers("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
            "",
            ("down", Some(200), "http: not a valid answer"),
        ),
        (
            answers("HTTP/1.1 302 Found\r\nlocation: gopher://x/\r\ncontent-length: 0\r\n\r\n"),
            "",
            ("down", Some(302), "redirect: it leads nowhere"),
        ),
        (
            answers("HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n"),
            "",
            ("down", Some(302), "redirect: too many"),
        ),
        (
            answers("HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n"),
            "follow_redirects: false, expect: { status: 302 }",
            ("up", Some(302), ""),
        ),
    ];
    for (address, keys, want) in cases {
        let finding = probe_one(&format!("http://{address}/"), keys);
        assert_eq!(told(&finding), want, "{keys}");
        assert!(finding.phases.connect_ms.is_some());
    }
}

#[test]
fn silence_and_refusal_are_told_apart_in_bounded_time() {
    let mute = serve(|stream| {
        std::thread::sleep(Duration::from_secs(3));
        drop(stream);
    });
    let dripping = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b".").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = Instant::now();
    let findings = probe_all(
        &[
            format!("{{ url: \"http://{mute}/\", timeout: 400ms }}"),
            format!("{{ url: \"http://{dripping}/\", timeout: 400ms }}"),
            format!("{{ url: \"tcp://{closed}\", timeout: 400ms }}"),
            format!("{{ url: \"http://{closed}/\", timeout: 400ms }}"),
            format!("{{ url: \"https://{mute}/\", timeout: 400ms }}"),
        ],
        64,
    );
    let words: Vec<_> = findings.iter().map(told).collect();
    assert_eq!(
        words,
        [
            ("down", None, "answer timeout after 400 ms"),
            ("down", Some(200), "answer timeout after 400 ms"),
            ("down", None, "connection refused"),
            ("down", None, "connection refused"),
            ("down", None, "tls timeout after 400 ms"),
        ]
    );
    // Five timeouts one after another would take longer than all of them at once.
    assert!(start.elapsed() < Duration::from_millis(1900), "{:?}", start.elapsed());
}

#[test]
fn an_endless_body_is_read_to_its_limit_only() {
    let endless = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nstart");
        while stream.write_all(&[b'x'; 65536]).is_ok() {}
    });
    let finding =
        probe_one(&format!("http://{endless}/"), "timeout: 5s, expect: { body_contains: start }");
    assert_eq!(told(&finding), ("up", Some(200), ""));
}

#[test]
fn a_slow_answer_is_degraded() {
    let slow = serve(|mut stream| {
        request(&mut stream);
        std::thread::sleep(Duration::from_millis(120));
        let _ = stream.write_all(ok("").as_bytes());
    });
    let finding = probe_one(&format!("http://{slow}/"), "degraded_after: 100ms");
    assert_eq!(finding.sample.outcome, Outcome::Degraded);
    let ms = finding.sample.latency_ms.unwrap();
    assert!(ms >= 120, "{ms}");
    assert_eq!(*finding.sample.detail, *format!("slow: {ms} ms, the limit is 100 ms"));
    assert!(finding.phases.first_byte_ms.unwrap() >= 119);
}

#[test]
fn a_failed_attempt_is_told_even_when_a_later_one_succeeds() {
    let count = Arc::new(Mutex::new(0));
    let flaky = serve(move |mut stream| {
        request(&mut stream);
        let mut count = count.lock().unwrap();
        *count += 1;
        let answer = if *count < 3 {
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n".to_owned()
        } else {
            ok("")
        };
        let _ = stream.write_all(answer.as_bytes());
    });
    let finding = probe_one(&format!("http://{flaky}/"), "retries: 2");
    assert_eq!(told(&finding), ("up", Some(200), "2 of 3 attempts failed: http status 503"));
    let dead = answers("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
    let finding = probe_one(&format!("http://{dead}/"), "retries: 1");
    assert_eq!(told(&finding), ("down", Some(503), "http status 503 (2 of 2 attempts)"));
}

#[test]
fn headers_go_to_the_own_origin_and_not_along_a_redirect() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let other = serve(move |mut stream| {
        let head = request(&mut stream);
        log.lock().unwrap().push(head);
        let _ = stream.write_all(ok("").as_bytes());
    });
    let log = Arc::clone(&seen);
    let own = serve(move |mut stream| {
        let head = request(&mut stream);
        log.lock().unwrap().push(head);
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: http://{other}/landed\r\ncontent-length: 0\r\n\r\n"
        );
        let _ = stream.write_all(answer.as_bytes());
    });
    let finding = probe_one(
        &format!("http://user:pass@{own}/start?q=1"),
        "method: POST, body: hello, headers: { X-Token: \"${TOKEN}\" }",
    );
    assert_eq!(told(&finding), ("up", Some(200), ""));
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("POST /start?q=1 HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(
        seen[0].contains("x-token: geheim\r\n")
            && seen[0].contains("authorization: Basic dXNlcjpwYXNz\r\n"),
        "{}",
        seen[0]
    );
    assert!(seen[1].starts_with("GET /landed HTTP/1.1\r\n"), "{}", seen[1]);
    assert!(!seen[1].contains("geheim") && !seen[1].contains("authorization"), "{}", seen[1]);
}

#[test]
fn a_name_that_does_not_exist_is_told_as_dns() {
    let finding = probe_one("http://name.invalid/", "timeout: 5s");
    assert_eq!(finding.sample.outcome, Outcome::Down);
    assert!(finding.sample.detail.starts_with("dns: "), "{}", finding.sample.detail);
}

#[test]
fn when_every_probe_fails_for_a_local_reason_nothing_is_called_down() {
    let folder = tempfile::tempdir().unwrap();
    let config = "site: { title: A, url: https://a.example }\ndefaults: { retries: 0 }\ncomponents:\n  - { id: a, probes: [{ url: 'http://a.invalid/' }] }\n  - { id: b, probes: [{ url: 'tcp://b.invalid:1' }] }\n";
    support::write(folder.path(), &[("probes.yaml", config)]);
    let output = aboveboard(folder.path())
        .args(["probe", "--now", "2026-11-22T10:00:00Z"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let csv = std::fs::read_to_string(folder.path().join("data/2026/11/2026-11-22.csv")).unwrap();
    let rows: Vec<&str> = csv.lines().skip(1).map(|row| row.split("dns").next().unwrap()).collect();
    assert_eq!(
        rows,
        ["2026-11-22T10:00:00Z,a,unknown,,,", "2026-11-22T10:00:00Z,b,unknown,,,"],
        "{csv}"
    );
}

#[test]
fn many_probes_overlap_within_their_concurrency() {
    let slow = serve(|mut stream| {
        request(&mut stream);
        std::thread::sleep(Duration::from_millis(100));
        let _ = stream.write_all(ok("").as_bytes());
    });
    let probes: Vec<String> =
        (0..20).map(|_| format!("{{ url: \"http://{slow}/\", timeout: 5s }}")).collect();
    let start = Instant::now();
    assert!(probe_all(&probes, 20).iter().all(|finding| finding.sample.outcome == Outcome::Up));
    let together = start.elapsed();
    let start = Instant::now();
    probe_all(&probes, 2);
    let in_pairs = start.elapsed();
    // Ideal: 100 ms against 1 s.
    assert!(in_pairs >= Duration::from_millis(900), "{in_pairs:?}");
    assert!(together * 2 < in_pairs, "{together:?} against {in_pairs:?}");
}

mod tls {
    use super::*;
    use std::path::Path;

    use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    use tokio_rustls::rustls::{self, ServerConfig};

    struct Authority {
        issuer: CertifiedIssuer<'static, KeyPair>,
    }

    impl Authority {
        fn new() -> Self {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            Self {
                issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
            }
        }

        /// Serves `ok` over TLS with a certificate for `name`, which ends in `until`.
        fn serve(&self, name: &str, until: i32, alpn: &[u8]) -> u16 {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
            let certificate = params.signed_by(&key, &self.issuer).unwrap();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let mut config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
                )
                .unwrap();
            config.alpn_protocols = vec![alpn.to_vec()];
            let config = Arc::new(config);
            let is_h2 = alpn == b"h2";
            let (port, told) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async move {
                    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                    port.send(listener.local_addr().unwrap().port()).unwrap();
                    let acceptor = tokio_rustls::TlsAcceptor::from(config);
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let Ok(stream) = acceptor.accept(stream).await else { continue };
                        let io = hyper_util::rt::TokioIo::new(stream);
                        let service = hyper::service::service_fn(|_| async {
                            let body = http_body_util::Full::new(bytes::Bytes::from_static(b"ok"));
                            Ok::<_, std::convert::Infallible>(hyper::Response::new(body))
                        });
                        let _ = if is_h2 {
                            let executor = hyper_util::rt::TokioExecutor::new();
                            hyper::server::conn::http2::Builder::new(executor)
                                .serve_connection(io, service)
                                .await
                        } else {
                            hyper::server::conn::http1::Builder::new()
                                .serve_connection(io, service)
                                .await
                        };
                    }
                });
            });
            told.recv().unwrap()
        }
    }

    fn probe(folder: &Path, port: u16) -> String {
        let config = format!(
            "site: {{ title: A, url: https://a.example }}\ndefaults: {{ retries: 0 }}\ncomponents: [{{ id: api, probes: [{{ url: 'https://localhost:{port}/', expect: {{ body_contains: ok }} }}] }}]\n"
        );
        std::fs::write(folder.join("probes.yaml"), config).unwrap();
        let output = aboveboard(folder)
            .env("SSL_CERT_FILE", folder.join("roots.pem"))
            .args(["probe", "--json"])
            .output()
            .unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        let tls = if json[0]["phases"]["tls_ms"].is_number() { "tls" } else { "no tls" };
        format!(
            "{} {} {tls}",
            json[0]["outcome"].as_str().unwrap(),
            json[0]["detail"].as_str().unwrap()
        )
    }

    #[test]
    fn certificates_are_verified() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, strangers) = (Authority::new(), Authority::new());
        std::fs::write(folder.path().join("roots.pem"), ours.issuer.pem()).unwrap();
        let probe = |port| probe(folder.path(), port);
        assert_eq!(probe(ours.serve("localhost", 2090, b"http/1.1")), "up  tls");
        assert_eq!(probe(ours.serve("localhost", 2090, b"h2")), "up  tls");
        assert_eq!(
            probe(ours.serve("localhost", 2021, b"h2")),
            "down tls: certificate expired no tls"
        );
        assert_eq!(
            probe(ours.serve("a.example", 2090, b"h2")),
            "down tls: certificate is for another name no tls"
        );
        assert_eq!(
            probe(strangers.serve("localhost", 2090, b"h2")),
            "down tls: certificate not trusted no tls"
        );
        assert_eq!(
            probe(serve(|mut stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n"))).port()),
            "down tls: handshake failed no tls"
        );
    }
}
