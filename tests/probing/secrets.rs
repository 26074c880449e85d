//! Nothing that came from a variable, and no credential, is in anything that is written.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::servers::{request, serve};
use crate::support::{self, aboveboard, said, tree};

/// One secret for each place in which one can be written down.
const CANARIES: &[&str] = &[
    "canaryUser",
    "canaryPass",
    "canaryPath",
    "canaryQuery",
    "canaryHeader",
    "canaryBody",
    "canaryBearer",
    "canaryBasic",
    "canaryContains",
    "canaryLacks",
    "canaryJson",
    "canaryExpHead",
    "canarySend",
    "canaryDns",
    "canaryArg",
    "canaryFile",
    "canaryVendor",
    "canaryProxy",
    "canaryTarget",
    "canaryKey",
];

#[test]
fn no_canary_sings() {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    // Repeats all it hears: in a redirect, in a header, in its body.
    let echo = serve(move |mut stream| {
        let head = request(&mut stream);
        log.lock().unwrap().push_str(&head);
        let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let secret = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(_, value)| value.replace(' ', "%20"))
            .collect::<Vec<_>>()
            .join("/");
        let answer = if path.contains("landed") {
            format!(
                "HTTP/1.1 500 {secret}\r\nx: {secret}\r\ncontent-length: {}\r\n\r\n{head}",
                head.len()
            )
        } else {
            format!(
                "HTTP/1.1 302 Go\r\nlocation: /landed/{secret}{path}?{secret}\r\ncontent-length: 0\r\n\r\n"
            )
        };
        let _ = stream.write_all(answer.as_bytes());
    });
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        r#"
site: {{ title: A, url: https://a.example }}
defaults: {{ retries: 1, timeout: 1s, retry_delay: 1ms }}
components:
  - id: a
    probes:
      - url: "http://${{CANARYUSER}}:${{CANARYPASS}}@{echo}/${{CANARYPATH}}?q=${{CANARYQUERY}}"
        method: POST
        show_url: true
        headers: {{ X-Key: "${{CANARYHEADER}}" }}
        body: "${{CANARYBODY}}"
        expect:
          status: [2xx, 5xx]
          body_contains: "${{CANARYCONTAINS}}"
          body_not_contains: "${{CANARYLACKS}}"
          json: {{ $.x: "${{CANARYJSON}}" }}
          header: {{ x-y: "${{CANARYEXPHEAD}}" }}
      - {{ url: "http://{echo}/", auth: {{ bearer: "${{CANARYBEARER}}" }} }}
      - {{ url: "http://{echo}/", auth: {{ user: me, password: "${{CANARYBASIC}}" }} }}
      - {{ url: "tcp://{echo}", steps: [{{ send: "${{CANARYSEND}}" }}, {{ expect: never }}] }}
      - {{ url: "dns://127.0.0.1:9/a.example", expect: {{ contains: "${{CANARYDNS}}" }} }}
      - {{ exec: [echo, "${{CANARYARG}}"] }}
      - {{ heartbeat: {{ file: "${{CANARYFILE}}", max_age: 1h }} }}
      - {{ statuspage: "http://{echo}/${{CANARYVENDOR}}" }}
      - {{ url: "${{CANARYTARGET}}://nothing" }}
      - {{ url: "https://{echo}/", ca: "${{CANARYKEY}}" }}
  - id: shown
    probes: [{{ url: "http://userinfo:canaryLiteral@{echo}/x", show_url: true }}]
"#
    );
    let incident = "---\ntitle: Oh\naffected: { a: major_outage }\n---\n\n## Investigating · 2026-11-22 10:00 UTC\nLooking.\n";
    support::write(
        folder.path(),
        &[("probes.yaml", &config), ("content/incidents/oh.md", incident)],
    );
    let run = |arguments: &[&str]| {
        let mut command = aboveboard(folder.path());
        for canary in CANARIES {
            command.env(canary.to_uppercase(), canary);
        }
        command.env("HTTPS_PROXY", "http://u:canaryProxy@127.0.0.1:9");
        command.env("PATH", "/usr/bin:/bin");
        said(&command.args(arguments).output().unwrap())
    };
    let mut outputs = vec![
        ("probe", run(&["probe", "--verbose", "--allow-exec"])),
        ("probe --json", run(&["probe", "--json", "--allow-exec"])),
        ("check", run(&["check"])),
        ("check --json", run(&["check", "--json"])),
        ("build", run(&["build"])),
    ];
    // They did travel, and what came back was read.
    let seen = seen.lock().unwrap();
    for canary in ["canaryPath", "canaryQuery", "canaryHeader", "canaryVendor", "canaryBearer"] {
        assert!(seen.contains(canary), "{canary}");
    }
    assert!(outputs[0].1.contains("redirect"), "{}", outputs[0].1);
    let mut files = tree(&folder.path().join("data"));
    files.extend(tree(&folder.path().join("public")));
    assert!(files.len() > 10);
    let files: Vec<(String, String)> = files
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
        .collect();
    outputs.extend(files.iter().map(|(path, text)| (path.as_str(), text.clone())));
    let mut secrets: Vec<String> = CANARIES.iter().map(|canary| (*canary).to_owned()).collect();
    secrets.push("canaryLiteral".to_owned());
    secrets.push("Y2FuYXJ5".to_owned());
    for (name, text) in &outputs {
        for secret in &secrets {
            assert!(
                !text.to_lowercase().contains(&secret.to_lowercase()),
                "{secret} in {name}: {text}"
            );
        }
    }
}
