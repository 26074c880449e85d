//! `aboveboard alert`: each source opens, updates and resolves exactly one incident, and nothing that a
//! payload holds does more than that.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};

use support::{aboveboard, said, write};

const CONFIG: &str = "site: { title: Acme, url: https://status.acme.example }
alerts:
  - { match: { severity: info }, ignore: true }
  - { match: { service: [checkout, checkout-api, Checkout API] }, component: api }
  - { match: { alertname: \"*\" }, component: api }
  - { match: { impactedEntities: checkout-api }, component: api }
  - { match: { policy_name: \"*\" }, component: api, status: partial_outage }
components:
  - { id: api, name: Public API }
  - { id: web, name: Website }
";

fn site(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("probes.yaml", config)]);
    folder
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alerts");
    fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()
}

/// Gives the command a payload at a time of 22 November.
fn alert(folder: &Path, clock: &str, payload: &str) -> Output {
    let now = format!("2026-11-22T{clock}Z");
    let mut child = aboveboard(folder)
        .args(["alert", "-", "--now", &now])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(payload.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The files of incidents.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder.join("content/incidents")) else {
        return BTreeMap::new();
    };
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(|entry| read(entry.unwrap())).collect()
}

/// The text of the only incident, and the statuses of its updates.
fn only(folder: &Path) -> (String, Vec<String>) {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    let text = files.into_values().next().unwrap();
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    let words = headings.map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    (text, words)
}

#[test]
fn each_source_opens_updates_and_resolves_exactly_one_incident() {
    for (source, payloads) in [
        ("alertmanager", ["alertmanager-firing", "alertmanager-update", "alertmanager-resolved"]),
        ("grafana", ["grafana-firing", "grafana-update", "grafana-resolved"]),
        ("pagerduty", ["pagerduty-triggered", "pagerduty-acknowledged", "pagerduty-resolved"]),
        ("newrelic", ["newrelic-activated", "newrelic-acknowledged", "newrelic-closed"]),
        (
            "newrelic legacy",
            ["newrelic-legacy-open", "newrelic-legacy-acknowledged", "newrelic-legacy-closed"],
        ),
        ("datadog", ["datadog-triggered", "datadog-renotify", "datadog-recovered"]),
        ("own", ["own-firing", "own-acknowledged", "own-resolved"]),
    ] {
        let folder = site(CONFIG);
        let folder = folder.path();
        let mut sizes = Vec::new();
        for (payload, minute) in payloads.iter().zip(["12:00", "12:10", "12:20"]) {
            let payload = fixture(payload);
            let output = alert(folder, &format!("{minute}:00"), &payload);
            assert!(output.status.success(), "{source}: {}", said(&output));
            let (text, words) = only(folder);
            sizes.push(words);
            // The same once more changes nothing.
            let output = alert(folder, &format!("{minute}:30"), &payload);
            assert!(output.status.success(), "{source}: {}", said(&output));
            assert_eq!(only(folder).0, text, "{source}: {}", said(&output));
        }
        assert_eq!(sizes[0], ["Investigating"], "{source}");
        assert_eq!(sizes[2].last().map(String::as_str), Some("Resolved"), "{source}");
        // Those of which somebody has taken charge say so.
        let has_update = !["alertmanager", "grafana", "datadog"].contains(&source);
        assert_eq!(sizes[1].len(), 1 + usize::from(has_update), "{source}: {:?}", sizes[1]);
        let check = aboveboard(folder).args(["check", "--now", "2026-11-22T12:30:00Z"]).output();
        assert!(said(&check.unwrap()).starts_with("no mistakes in "), "{source}");
    }
}

#[test]
fn an_alert_is_told_in_plain_words_from_its_beginning_to_its_end() {
    let folder = site(CONFIG);
    alert(folder.path(), "12:00:00", &fixture("pagerduty-triggered"));
    alert(folder.path(), "12:10:00", &fixture("pagerduty-acknowledged"));
    alert(folder.path(), "12:20:00", &fixture("pagerduty-resolved"));
    let (text, _) = only(folder.path());
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("auto_digest:")).collect();
    assert_eq!(
        lines.join("\n") + "\n",
        "---
title: Public API is down
started: 2026-11-22 10:05 UTC
alert_key: \"pagerduty:Q2AIS5XNVRTHPT\"
auto: alert
---

## Investigating · 2026-11-22 12:00 UTC {auto, api=major_outage}
Our monitoring has reported trouble with Public API since 10:05 UTC.

## Investigating · 2026-11-22 12:10 UTC {auto}
Somebody is looking into it.

## Resolved · 2026-11-22 12:20 UTC {auto}
Our monitoring has reported no more trouble with Public API since 10:40 UTC.
"
    );
}

#[test]
fn what_was_resolved_and_comes_back_soon_is_the_same_incident_and_much_later_another() {
    let folder = site(CONFIG);
    let (firing, resolved) = (fixture("datadog-triggered"), fixture("datadog-recovered"));
    alert(folder.path(), "12:00:00", &firing);
    alert(folder.path(), "12:10:00", &resolved);
    alert(folder.path(), "12:30:00", &firing);
    assert_eq!(only(folder.path()).1, ["Investigating", "Resolved", "Investigating"]);
    alert(folder.path(), "12:40:00", &resolved);
    alert(folder.path(), "15:00:00", &firing);
    assert_eq!(files(folder.path()).len(), 2);
}

#[test]
fn a_person_who_has_edited_it_resolves_it() {
    let folder = site(CONFIG);
    alert(folder.path(), "12:00:00", &fixture("pagerduty-triggered"));
    let (name, text) = files(folder.path()).pop_first().unwrap();
    let edited = format!("{text}\n## Identified · 2026-11-22 12:05 UTC\nA full disk.\n");
    write(folder.path(), &[(&format!("content/incidents/{name}"), &edited)]);
    alert(folder.path(), "12:20:00", &fixture("pagerduty-resolved"));
    let (text, words) = only(folder.path());
    assert!(text.starts_with(&edited), "{text}");
    assert_eq!(words, ["Investigating", "Identified", "Identified"]);
    assert!(
        text.contains("{auto, api=operational}\nOur monitoring has reported no more trouble"),
        "{text}"
    );
}

#[test]
fn what_a_person_tells_is_not_told_twice() {
    let folder = site(CONFIG);
    let theirs = "---\ntitle: A\naffected: { api: degraded_performance }\n---\n## Investigating · 2026-11-22 11:00 UTC\n";
    write(folder.path(), &[("content/incidents/a.md", theirs)]);
    let output = alert(folder.path(), "12:00:00", &fixture("pagerduty-triggered"));
    assert_eq!(said(&output), "`a` tells of `api` already, and a person has it in hand\n");
    assert_eq!(only(folder.path()).0, theirs);
}

#[test]
fn a_person_ties_an_incident_to_an_alert() {
    for key in ["disk-7", "own:disk-7"] {
        let folder = site(CONFIG);
        let theirs = format!(
            "---\ntitle: A\naffected: {{ api: major_outage }}\nauto: resolve\nalert_key: {key}\n---\n## Investigating · 2026-11-22 11:00 UTC\n"
        );
        write(folder.path(), &[("content/incidents/a.md", &theirs)]);
        let own = |state| {
            format!(
                "{{\"key\": \"disk-7\", \"state\": \"{state}\", \"affected\": {{\"api\": \"major_outage\"}}}}"
            )
        };
        alert(folder.path(), "12:00:00", &own("firing"));
        assert_eq!(only(folder.path()).0, theirs);
        alert(folder.path(), "12:10:00", &own("resolved"));
        let (text, words) = only(folder.path());
        assert!(text.starts_with(&theirs), "{text}");
        assert_eq!(words, ["Investigating", "Resolved"]);
    }
}

/// An alert of our own on the component `api`.
fn own(key: &str, state: &str, status: &str) -> String {
    format!(
        "{{\"key\": \"{key}\", \"state\": \"{state}\", \"affected\": {{\"api\": \"{status}\"}}}}"
    )
}

#[test]
fn a_key_that_looks_like_a_comment_is_a_key() {
    let folder = site(CONFIG);
    let folder = folder.path();
    for key in ["a #1", "b #2", "c #3"] {
        let output = alert(folder, "12:00:00", &own(key, "firing", "major_outage"));
        assert!(output.status.success(), "{}", said(&output));
    }
    let (text, _) = only(folder);
    assert!(text.contains("\nalert_key: [\"own:a #1\", \"own:b #2\", \"own:c #3\"]\n"), "{text}");
}

#[test]
fn alerts_of_one_component_share_an_incident_that_is_over_when_all_of_them_are() {
    let folder = site(CONFIG);
    let folder = folder.path();
    alert(folder, "12:00:00", &own("a  b", "firing", "degraded_performance"));
    let output = alert(folder, "12:01:00", &own("c", "firing", "major_outage"));
    assert!(
        said(&output).contains("tells of it already, and has its key now"),
        "{}",
        said(&output)
    );
    let (text, words) = only(folder);
    assert!(text.contains("\nalert_key: [\"own:a  b\", \"own:c\"]\n"), "{text}");
    assert!(
        text.contains("## Investigating · 2026-11-22 12:01 UTC {auto, api=major_outage}\n"),
        "{text}"
    );
    assert_eq!(words.len(), 2);
    let output = alert(folder, "12:02:00", &own("a  b", "resolved", "major_outage"));
    assert!(said(&output).contains("own:a  b is over, others go on"), "{}", said(&output));
    assert_eq!(only(folder).1.len(), 2);
    alert(folder, "12:03:00", &own("c", "resolved", "major_outage"));
    assert_eq!(only(folder).1, ["Investigating", "Investigating", "Resolved"]);
    let check =
        aboveboard(folder).args(["check", "--now", "2026-11-22T12:30:00Z"]).output().unwrap();
    assert!(said(&check).starts_with("no mistakes in "), "{}", said(&check));
}

#[test]
fn an_alert_during_maintenance_is_told_after_it_unless_it_is_over() {
    let folder = site(CONFIG);
    let folder = folder.path();
    let git = |words: &[&str]| {
        let output =
            std::process::Command::new("git").current_dir(folder).args(words).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    };
    let work = "---\ntitle: M\ncomponents: [api]\nstart: 2026-11-22 11:00 UTC\nend: 2026-11-22 13:00 UTC\n---\n";
    write(folder, &[("content/maintenance/m.md", work)]);
    git(&["init", "--quiet", "-b", "main"]);
    for (key, value) in [("user.name", "a"), ("user.email", "a@a.example")] {
        git(&["config", key, value]);
    }
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "site"]);
    let run = |clock: &str, payload: &str| {
        write(folder, &[(".payload", payload)]);
        let now = format!("2026-11-22T{clock}:00Z");
        let output = aboveboard(folder)
            .args(["alert", ".payload", "--commit", "--now", &now])
            .current_dir(folder)
            .env("PATH", std::env::var("PATH").unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    };
    let text = run("12:00", &own("a", "firing", "major_outage"));
    assert!(text.starts_with("maintenance goes on, so visitors read of this from 2026-11-22T13:00:00Z on, unless it is over by then\n"), "{text}");
    assert_eq!(
        run("12:10", &own("a", "firing", "major_outage")),
        "`2026-11-22-public-api-is-down` says so already\n"
    );
    let text = run("12:20", &own("a", "resolved", "major_outage"));
    assert!(
        text.starts_with("took `content/incidents/2026-11-22-public-api-is-down.md` back"),
        "{text}"
    );
    assert!(files(folder).is_empty());
    assert_eq!(git(&["status", "--short", "--", "content"]), "");
    run("12:30", &own("a", "firing", "major_outage"));
    let (text, _) = only(folder);
    assert!(text.contains("\nstarted: 2026-11-22 13:00 UTC\n"), "{text}");
    assert!(text.contains("## Investigating · 2026-11-22 13:00 UTC {auto, api=major_outage}\nOur monitoring has reported trouble with Public API since 12:30 UTC. The maintenance “M” was planned until 13:00 UTC.\n"), "{text}");
    let state =
        |now: &str| said(&aboveboard(folder).args(["status", "--now", now]).output().unwrap());
    assert!(
        !state("2026-11-22T12:59:00Z").contains("Public API is down"),
        "{}",
        state("2026-11-22T12:59:00Z")
    );
    assert!(
        state("2026-11-22T13:01:00Z").contains("Public API is down since 13:00 UTC"),
        "{}",
        state("2026-11-22T13:01:00Z")
    );
}

#[test]
fn many_who_call_at_once_make_one_incident() {
    let folder = site(CONFIG);
    let path = folder.path();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let output = alert(path, "12:00:00", &own("a", "firing", "major_outage"));
                assert!(output.status.success(), "{}", said(&output));
            });
        }
    });
    assert_eq!(only(path).1, ["Investigating"]);
    let left: Vec<_> = fs::read_dir(path.join("content/incidents")).unwrap().flatten().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn a_text_with_a_hole_is_not_told() {
    let rules = "alerts: [{ match: { service: \"*\" }, component: api, title: \"{service} at {host}\", message: \"**{service}** fails\" }]\n";
    let config = format!(
        "site: {{ title: Acme, url: https://status.acme.example }}\n{rules}components: [{{ id: api, name: API }}]\n"
    );
    let folder = site(&config);
    let payload = "{\"key\": \"a\", \"state\": \"firing\", \"fields\": {\"service\": \"x*y\"}}";
    let output = alert(folder.path(), "12:00:00", payload);
    assert!(said(&output).contains("warning: the alert has no field `host`"), "{}", said(&output));
    let (text, _) = only(folder.path());
    assert!(text.starts_with("---\ntitle: API is down\n"), "{text}");
    assert!(text.ends_with("\n**x\\*y** fails\n"), "{text}");
}

#[test]
fn what_no_rule_fits_says_what_to_write() {
    let config = CONFIG.replace("Checkout API", "Other API");
    let folder = site(&config);
    let output = alert(folder.path(), "12:00:00", &fixture("pagerduty-triggered"));
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(
        text.starts_with("error: no rule fits the alert with \"service\": \"Checkout API\", "),
        "{text}"
    );
    assert!(text.contains("help: write a rule into probes.yaml, below `alerts:`, such as `- { match: { \"service\": \"Checkout API\" }, component: ID, status: major_outage }`, with one of `api`, `web` as ID; or one with `ignore: true`"), "{text}");
    assert!(files(folder.path()).is_empty());
    // Its own advice works.
    let rule =
        "  - { match: { \"service\": \"Checkout API\" }, component: api, status: major_outage }\n";
    write(
        folder.path(),
        &[("probes.yaml", &config.replace("components:", &format!("{rule}components:")))],
    );
    assert!(alert(folder.path(), "12:00:00", &fixture("pagerduty-triggered")).status.success());
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn what_a_payload_holds_is_text_and_nothing_else() {
    let rule = |field: &&str| {
        format!(
            "  - {{ match: {{ {field}: \"*\" }}, component: api, title: \"{{title}}\", message: \"{{title}}\\n{{text}}\" }}\n"
        )
    };
    let fields = ["alertname", "service", "policy_name", "monitor_id", "title", "number"];
    let rules = format!("alerts:\n{}", fields.iter().map(rule).collect::<String>());
    let config = format!(
        "site: {{ title: Acme, url: https://status.acme.example }}\n{rules}components: [{{ id: api, name: API }}, {{ id: web }}]\n"
    );
    for name in [
        "alertmanager",
        "datadog",
        "grafana",
        "newrelic-legacy",
        "newrelic",
        "own",
        "pagerduty",
        "list",
    ] {
        let folder = site(&config);
        let payload = fixture(&format!("hostile-{name}"));
        let output = alert(folder.path(), "23:00:00", &payload);
        assert!(!said(&output).contains("\n::"), "{name}: {}", said(&output));
        for (file, text) in files(folder.path()) {
            assert!(file.starts_with("2026-11-22"), "{file}");
            let headings = text.lines().filter(|line| line.starts_with("## ")).count();
            assert_eq!(headings, 1, "{name}: {text}");
            assert_eq!(text.lines().filter(|line| *line == "---").count(), 2, "{name}: {text}");
        }
        // Ours is written by hand: a component that does not exist is a mistake.
        let is_refused = said(&output).starts_with("error: unknown component ");
        assert!(is_refused == (name == "own"), "{name}: {}", said(&output));
        assert!(files(folder.path()).is_empty() == is_refused, "{name}");
        let outside: Vec<_> =
            fs::read_dir(folder.path()).unwrap().flatten().map(|one| one.file_name()).collect();
        assert_eq!(outside.len(), 2 - usize::from(is_refused), "{name}: {outside:?}");
        let check =
            aboveboard(folder.path()).args(["check", "--now", "2026-11-22T23:30:00Z"]).output();
        assert!(said(&check.unwrap()).starts_with("no mistakes in "), "{name}");
    }
}

#[test]
fn a_payload_with_a_mistake_says_where_and_what_to_do() {
    let folder = site(CONFIG);
    for (payload, message, help) in [
        ("{", "", ""),
        ("{\"a\": 1}", "", "docs/alerts.md"),
        (
            "{\"key\": \"a\", \"state\": \"fireing\"}",
            "`state` is `fireing`",
            "write `firing`, `acknowledged` or `resolved`",
        ),
        (
            "{\"key\": \"a\", \"state\": \"firing\", \"affected\": {\"apu\": \"major_outage\"}}",
            "unknown component `apu`",
            "did you mean `api`?",
        ),
        (
            "{\"key\": \"a\", \"state\": \"firing\", \"affected\": {\"api\": \"down\"}}",
            "`down` is not a status",
            "",
        ),
        (
            "{\"key\": \"a\", \"state\": \"firing\"}",
            "this alert names no component",
            "`\"affected\": { \"ID\": \"major_outage\" }`, with one of `api`, `web` as ID",
        ),
    ] {
        let output = alert(folder.path(), "12:00:00", payload);
        assert!(!output.status.success(), "{payload}");
        let text = said(&output);
        assert!(
            text.starts_with("error: ") && text.contains(message) && text.contains(help),
            "{text}"
        );
    }
    assert!(files(folder.path()).is_empty());
    let output = aboveboard(folder.path()).args(["alert", "nowhere.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("nowhere.json"), "{}", said(&output));
}

/// Answers one request with a text, as Alertmanager would.
fn alertmanager(answer: &str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    );
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (address, thread)
}

#[test]
fn an_alertmanager_is_asked_for_all_that_fires_and_the_rest_is_over() {
    let folder = site(CONFIG);
    let ask = |clock: &str, answer: &str| {
        let (address, thread) = alertmanager(answer);
        let address = address.replace("http://", "http://ann:s3cret@");
        let now = format!("2026-11-22T{clock}Z");
        let output = aboveboard(folder.path())
            .args(["alert", "--from", &address, "--now", &now])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(!said(&output).contains("s3cret"), "{}", said(&output));
        let request = thread.join().unwrap();
        assert!(request.starts_with("GET /api/v2/alerts HTTP/1.1\r\n"), "{request}");
        assert!(
            request.to_lowercase().contains("\r\nauthorization: basic yw5uonmzy3jlda==\r\n"),
            "{request}"
        );
    };
    ask("12:00:00", &fixture("alertmanager-list"));
    let told = files(folder.path());
    assert!(!told.is_empty());
    ask("12:05:00", &fixture("alertmanager-list"));
    assert_eq!(files(folder.path()), told);
    let silenced = fixture("alertmanager-list").replace("\"active\"", "\"suppressed\"");
    ask("12:06:00", &silenced);
    assert_eq!(files(folder.path()), told);
    // Who sends a list may have left something out.
    alert(folder.path(), "12:07:00", "[]");
    assert_eq!(files(folder.path()), told);
    ask("12:10:00", "[]");
    for text in files(folder.path()).values() {
        assert!(text.contains("\n## Resolved · 2026-11-22 12:10 UTC {auto}\n"), "{text}");
    }
    // One that does not answer ends nothing.
    let output =
        aboveboard(folder.path()).args(["alert", "--from", "http://127.0.0.1:9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(said(&output), "error: Alertmanager did not answer: connection refused\n");
    let output = aboveboard(folder.path()).args(["alert", "--from", "ftp://x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said(&output),
        "error: this is not the address of an Alertmanager; write one such as `http://127.0.0.1:9093`\n"
    );
}
