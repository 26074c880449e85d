//! `docs/probes.md` is true: its examples run, and it names every key and every class.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::servers::{
    Authority, Standard, can_ping, greets, line, ok, request, serve, serve_tls, tls_config,
};
use crate::support::{self, aboveboard, said};

fn document() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join("docs/probes.md")).unwrap()
}

/// The YAML of each example.
fn examples(document: &str) -> Vec<String> {
    let blocks = document.split("```yaml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// Answers whatever the examples ask for.
fn web(head: &str) -> String {
    let now = chrono::DateTime::from_timestamp(now(), 0).unwrap().to_rfc3339();
    let body = if head.contains("/api/v2/summary.json") {
        r#"{"status":{"indicator":"none"},"components":[{"id":"x","name":"API Requests","status":"operational"}]}"#.to_owned()
    } else {
        format!(
            r#"{{"state":"ok","version":"1.24.0","db":{{"status":"up"}},"queue":{{"length":12}},"finished_at":"{now}"}}"#
        )
    };
    ok(&body).replacen("\r\n", "\r\ncontent-type: application/json; charset=utf-8\r\n", 1)
}

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

/// Speaks as much of DNS as the examples ask for.
fn name_server() -> u16 {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            let mut answer = packet[..length].to_vec();
            let kind = answer[length - 3];
            answer[2] = 0x81;
            let data: Option<Vec<u8>> = match kind {
                15 => Some(b"\x00\x0a\x04mail\xc0\x0c".to_vec()),
                16 => Some(b"\x0bv=spf1 -all".to_vec()),
                _ => None,
            };
            match data {
                None => answer[3] = 3,
                Some(data) => {
                    answer[7] = 1;
                    answer.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
                    answer.extend(data);
                }
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    port
}

#[test]
fn every_example_runs() {
    let ours = Authority::new("Ours");
    let identity = ours.sign("localhost", (2090, 1, 1));
    let (certificate, key) = ours.write(&identity);
    let standard = Standard::start(&certificate, &key);
    let https = serve_tls(tls_config(&identity, b"http/1.1", None), |mut stream| {
        let head = request(&mut stream);
        let _ = stream.write_all(web(&head).as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let redis = serve_tls(tls_config(&identity, b"", None), |mut stream| {
        while line(&mut stream) == "PING" {
            let _ = stream.write_all(b"+PONG\r\n").and_then(|()| stream.flush());
        }
    });
    let mail = |greeting: &'static str, agreement: &'static str| {
        let config = tls_config(&identity, b"", None);
        serve(move |mut stream| {
            let _ = stream.write_all(greeting.as_bytes());
            line(&mut stream);
            let _ = stream.write_all(agreement.as_bytes());
            line(&mut crate::servers::accept(&config, stream));
        })
        .port()
    };
    let places = [
        ("//api.acme.example", https),
        ("//1.1.1.1:443", https),
        ("//jobs.acme.example", https),
        ("//status.vendor.example", https),
        ("//ssh.acme.example:22", greets("SSH-2.0-OpenSSH_9.6\r\n").port()),
        ("//cache.acme.example:6380", redis),
        ("smtp+starttls://mail.acme.example:25", standard.port("smtp") as u16),
        ("imap+starttls://mail.acme.example", mail("* OK\r\n", "a1 OK\r\n")),
        ("pop3+starttls://mail.acme.example", mail("+OK\r\n", "+OK\r\n")),
        ("//ns1.acme.example", name_server()),
        ("//live.acme.example", standard.port("wss") as u16),
        ("//billing.acme.example:50051", standard.port("grpc") as u16),
    ];
    let folder = tempfile::tempdir().unwrap();
    support::write(
        folder.path(),
        &[
            ("stamps/import", &now().to_string()),
            ("checks/queue.sh", "#!/bin/sh\n[ \"$2\" = 100 ]\n"),
        ],
    );
    support::write(
        folder.path(),
        &[
            ("certificates/ca.pem", &fs::read_to_string(ours.path()).unwrap()),
            ("certificates/own.pem", &identity.pem),
            ("certificates/own.key", &identity.key_pem),
        ],
    );
    let program = folder.path().join("checks/queue.sh");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("roots.pem"), fs::read(ours.path()).unwrap()).unwrap();
    let mut probes = 0;
    for (number, example) in examples(&document()).iter().enumerate() {
        let mut text = example.replace("//router.acme.example", "//127.0.0.1");
        for (place, port) in places {
            let scheme = place.split("//").next().unwrap();
            text = text.replace(place, &format!("{scheme}//localhost:{port}"));
        }
        assert!(!text.contains("//mail.acme") && !text.contains("//ssh.acme"), "{text}");
        let (root, own) =
            if text.starts_with('-') { ("", text.as_str()) } else { (text.as_str(), "") };
        let indented: String = own.lines().map(|line| format!("      {line}\n")).collect();
        let config = format!(
            "site: {{ title: A, url: https://a.example }}\n{root}defaults: {{ retries: 0 }}\ncomponents:\n  - id: a\n    probes:\n      - {{ id: first, exec: ['true'] }}\n{indented}"
        );
        let site = folder.path();
        fs::write(site.join("probes.yaml"), &config).unwrap();
        let output = aboveboard(site)
            .env("SSL_CERT_FILE", site.join("roots.pem"))
            .env("API_TOKEN", "t0ken")
            .args(["probe", "--json", "--dry-run", "--allow-exec"])
            .output()
            .unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        for found in json.as_array().unwrap().iter().skip(1) {
            let is_forbidden = found["kind"] == "icmp" && !can_ping();
            let want = if is_forbidden { "unknown" } else { "up" };
            assert_eq!(found["outcome"], want, "example {number}: {found:#}");
            probes += 1;
        }
    }
    assert!(probes >= 20, "only {probes} probes");
}

/// The keys that a place of the configuration knows, as its error tells.
fn known(config: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("site: {{ title: A, url: https://a.example }}\n{config}");
    support::write(folder.path(), &[("probes.yaml", &text)]);
    let output = aboveboard(folder.path()).args(["check", "--json"]).output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let help = found[0]["help"].as_str().unwrap();
    let list = help.strip_prefix("known here: ").unwrap_or_else(|| panic!("{help}"));
    list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_key_is_documented() {
    let document = document();
    // Keys stand in the first column of a table.
    let documented: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| `"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split('`').skip(1).step_by(2))
        .collect();
    let probe = |keys: &str| {
        format!("components: [{{ id: a, probes: [{{ url: 'tcp://a:1', {keys} }}] }}]\n")
    };
    let mut keys = known(&probe("zzzzzzzzzzzz: 1"));
    keys.extend(known(&probe("expect: { zzzzzzzzzzzz: 1 }").replace("tcp://a:1", "http://a")));
    keys.extend(known(&format!("defaults: {{ zzzzzzzzzzzz: 1 }}\n{}", probe(""))));
    assert!(keys.len() > 30);
    let examples = examples(&document).concat();
    for key in keys {
        assert!(examples.contains(&format!("{key}:")), "`{key}` has no example");
        let has_section = document.contains(&format!("| [{key}](#{key}) |"));
        assert!(documented.contains(&key.as_str()) || has_section, "`{key}` is not documented");
    }
    for key in ["self_check", "per_host", "concurrency"] {
        assert!(documented.contains(&key), "`{key}` is not documented");
        assert!(examples.contains(&format!("{key}:")), "`{key}` has no example");
    }
}

#[test]
fn every_class_is_documented() {
    let document = document();
    let (_, list) = document.split_once("adds a `class`, one of:").unwrap();
    let list = list.split("\n\n").next().unwrap();
    let mut documented: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    documented.sort_unstable();
    let mut used: Vec<String> = Vec::new();
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/probe")) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let is_own = entry.path().ends_with("failure.rs");
        let start = if is_own { "Self::new(\"" } else { "Failure::new(\"" };
        for (at, _) in text.match_indices(start) {
            used.push(text[at + start.len()..].split('"').next().unwrap().to_owned());
        }
    }
    // Timeouts take theirs from the part that was under way.
    used.extend(["connect timeout", "timeout"].map(str::to_owned));
    used.sort();
    used.dedup();
    assert_eq!(documented, used);
}
