//! Probes against servers that others wrote: aiosmtpd, websockets, grpcio, unbound.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::servers::{Authority, Standard, closed};
use crate::{probe_one, told, words};

#[test]
fn smtp_websockets_and_grpc_of_other_people_are_understood() {
    let ours = Authority::new("Ours");
    let (certificate, key) = ours.write(&ours.sign("localhost", (2090, 1, 1)));
    let servers = Standard::start(&certificate, &key);
    let probe = |scheme: &str, name: &str, path: &str, keys: &str| {
        let url = format!("{scheme}://localhost:{}{path}", servers.port(name));
        let trust = if scheme.ends_with('s') || scheme.ends_with("tls") {
            format!("ca: '{}', ", ours.path())
        } else {
            String::new()
        };
        let finding = probe_one(&url, &format!("{trust}{keys}"));
        format!("{} {:?}", words(&finding), finding.sample.code)
    };
    assert_eq!(probe("smtp+starttls", "smtp", "", ""), "up Some(220)");
    assert_eq!(
        probe("smtp+starttls", "smtp_without_tls", "", ""),
        "down starttls: the server does not offer it Some(250)"
    );
    let steps = "steps: [{ send: hello }, { expect: '^echo hello$' }]";
    assert_eq!(probe("ws", "ws", "/socket?x=1", steps), "up Some(101)");
    assert_eq!(probe("wss", "wss", "/", steps), "up Some(101)");
    assert_eq!(
        probe("ws", "ws", "/", "timeout: 400ms, steps: [{ send: a }, { expect: b }]"),
        "down answer: what is expected did not come in time Some(101)"
    );
    assert_eq!(probe("grpc", "grpc", "", ""), "up Some(0)");
    assert_eq!(probe("grpcs", "grpcs", "/acme.Billing", ""), "up Some(0)");
    assert_eq!(probe("grpc", "grpc", "/acme.Search", ""), "down grpc: not serving Some(0)");
    assert_eq!(
        probe("grpc", "grpc", "/acme.Nobody", ""),
        "down grpc: the service is not known Some(5)"
    );
    assert_eq!(
        probe("grpc", "grpc_without_health", "", ""),
        "down grpc: there is no health service Some(12)"
    );
}

/// Ends the process with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_real_dns_server_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let port = closed().port();
    let long: String = (0..60)
        .map(|number| format!("  local-data: 'many.acme.test. A 192.0.2.{number}'\n"))
        .collect();
    let config = format!(
        "server:\n  interface: 127.0.0.1@{port}\n  port: {port}\n  do-daemonize: no\n  use-syslog: no\n  username: ''\n  chroot: ''\n  directory: '{0}'\n  pidfile: '{0}/pid'\n  num-threads: 1\n  minimal-responses: yes\n  local-zone: 'acme.test.' static\n  local-zone: 'refused.test.' refuse\n  local-data: 'acme.test. A 192.0.2.1'\n  local-data: 'acme.test. A 192.0.2.2'\n  local-data: 'acme.test. AAAA 2001:db8::1'\n  local-data: 'acme.test. MX 10 mail.acme.test.'\n  local-data: 'acme.test. TXT \"v=spf1 -all\"'\n  local-data: 'acme.test. NS ns1.acme.test.'\n  local-data: 'acme.test. SOA ns1.acme.test. host.acme.test. 7 3600 900 604800 60'\n  local-data: '_sip._tcp.acme.test. SRV 1 2 5060 sip.acme.test.'\n  local-data: 'acme.test. CAA 0 issue \"ca.test\"'\n  local-data: 'www.acme.test. CNAME acme.test.'\n  local-data: '1.2.0.192.in-addr.arpa. PTR acme.test.'\n{long}",
        folder.path().display()
    );
    let path = folder.path().join("unbound.conf");
    std::fs::write(&path, config).unwrap();
    let server =
        Command::new("/usr/sbin/unbound").arg("-c").arg(&path).stderr(Stdio::null()).spawn();
    let _server = Ended(server.expect("run `bash tests/run` once: it installs unbound"));
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "unbound did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let probe = |question: &str, expect: &str| {
        let finding = probe_one(
            &format!("dns://127.0.0.1:{port}/{question}"),
            &format!("expect: {{ {expect} }}"),
        );
        let protocol = finding.attempts[0].protocol.unwrap_or_default();
        format!("{} {:?} {protocol}", words(&finding), finding.sample.code)
    };
    for (question, expect) in [
        ("acme.test", ""),
        ("acme.test", "records: [192.0.2.2, 192.0.2.1]"),
        ("acme.test?type=aaaa", "records: 2001:db8::1"),
        ("acme.test?type=MX", "records: ['10 mail.acme.test.']"),
        ("acme.test?type=TXT", "contains: 'v=spf1'"),
        ("acme.test?type=NS", "contains: ns1"),
        ("acme.test?type=SOA", "contains: ' 7 3600'"),
        ("_sip._tcp.acme.test?type=SRV", "records: ['1 2 5060 sip.acme.test']"),
        ("acme.test?type=CAA", "contains: ca.test"),
        ("www.acme.test?type=CNAME", "records: [acme.test]"),
        ("1.2.0.192.in-addr.arpa?type=PTR", "records: [acme.test]"),
    ] {
        assert_eq!(probe(question, expect), "up Some(0) UDP", "{question}");
    }
    assert_eq!(probe("nobody.acme.test", ""), "down dns: NXDOMAIN Some(3) UDP");
    assert_eq!(probe("nobody.acme.test", "rcode: NXDOMAIN"), "up Some(3) UDP");
    assert_eq!(probe("x.refused.test", ""), "down dns: REFUSED Some(5) UDP");
    assert_eq!(probe("www.acme.test?type=MX", ""), "down dns: there is no such record Some(0) UDP");
    assert_eq!(
        probe("acme.test", "records: [192.0.2.1]"),
        "down dns: the records are not the expected ones Some(0) UDP"
    );
    assert_eq!(
        probe("acme.test?type=TXT", "contains: dkim"),
        "down dns: the expected record is missing Some(0) UDP"
    );
    // Sixty addresses do not fit into one packet.
    assert_eq!(probe("many.acme.test", "contains: 192.0.2.59"), "up Some(0) TCP");
}

#[test]
fn nobody_at_home_is_told() {
    let closed = closed();
    for scheme in ["ws", "wss", "grpc", "grpcs", "smtp+starttls", "tls"] {
        let finding = probe_one(&format!("{scheme}://{closed}"), "");
        assert_eq!(told(&finding), ("down", None, "connection refused"), "{scheme}");
    }
}
