//! Heartbeats and programs.

use std::path::Path;
use std::time::{Duration, Instant};

use aboveboard::model::template::Variables;

use crate::servers::{answers, closed, ok};
use crate::{probe_in, probe_subject, told, words};

// The clock of these tests stands on 2026-11-18T11:06:40Z.

#[test]
fn a_heartbeat_is_as_old_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, keys: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        let probe = format!("{{ heartbeat: {{ file: {name}, max_age: 26h, {keys} }} }}");
        words(&probe_in(folder.path(), &Variables::new(), &[probe], "")[0])
    };
    assert_eq!(file("a", "2026-11-18T11:00:00Z\n", ""), "up");
    assert_eq!(file("b", "1794999000", ""), "up");
    assert_eq!(file("c", "2026-11-17T09:00:00Z", ""), "down heartbeat: the last one is too old");
    assert_eq!(file("d", "soon", ""), "down heartbeat: no time stands there");
    assert_eq!(file("e", "", ""), "down heartbeat: no time stands there");
    assert_eq!(
        file("f", "2026-11-18T12:00:00Z", ""),
        "unknown heartbeat: its time lies in the future"
    );
    let jobs = r#"{"jobs":[{"at":"2026-11-18T11:00:00Z"},{"at":1794000000000}]}"#;
    assert_eq!(file("g", jobs, "json: '$.jobs[0].at'"), "up");
    assert_eq!(file("g", jobs, "json: '$.jobs[1].at'"), "down heartbeat: the last one is too old");
    assert_eq!(file("g", jobs, "json: '$.jobs[2].at'"), "down heartbeat: no time stands there");
    // Opening a pipe would wait for ever.
    std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    let pipe = "{ heartbeat: { file: pipe, max_age: 1h }, timeout: 2s }".to_owned();
    let finding = &probe_in(folder.path(), &Variables::new(), &[pipe], "")[0];
    assert_eq!(words(finding), "unknown heartbeat: it cannot be read: it is not a file");
    let missing = format!("{{ heartbeat: {{ file: {}, max_age: 1h }} }}", "nowhere");
    let finding = &probe_in(folder.path(), &Variables::new(), &[missing], "")[0];
    assert_eq!(words(finding), "down heartbeat: there is none yet");

    let url = |address: std::net::SocketAddr, keys: &str| {
        let finding = probe_subject(&format!(
            "heartbeat: {{ url: 'http://{address}/', max_age: 1h, {keys} }}, timeout: 1s"
        ));
        words(&finding)
    };
    assert_eq!(url(answers(ok(r#"{"at":"2026-11-18T11:00:00Z"}"#)), "json: $.at"), "up");
    assert_eq!(
        url(answers("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"), ""),
        "down heartbeat: there is none yet"
    );
    // Where it cannot be read, nobody knows how old it is.
    assert_eq!(
        url(answers("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"), ""),
        "unknown heartbeat: it cannot be read: http status 500"
    );
    let mute = crate::servers::greets("");
    assert_eq!(url(mute, ""), "unknown heartbeat: it cannot be read: it takes too long");
    assert_eq!(url(closed(), ""), "unknown heartbeat: it cannot be read: connection refused");
}

#[test]
fn a_program_tells_by_its_exit_code() {
    for (script, want) in [
        ("exit 0", ("up", Some(0), "")),
        ("exit 1", ("degraded", Some(1), "exec: exit code 1")),
        ("exit 2", ("down", Some(2), "exec: exit code 2")),
        ("exit 3", ("unknown", Some(3), "exec: exit code 3")),
        ("kill -9 $$", ("unknown", None, "exec: the program was killed")),
        // More output than a pipe holds, and one that stays open.
        ("yes | head -c 200000; exit 2", ("down", Some(2), "exec: exit code 2")),
        ("sleep 5 & exit 0", ("up", Some(0), "")),
    ] {
        let finding = probe_subject(&format!("exec: [sh, -c, '{script}']"));
        assert_eq!(told(&finding), want, "{script}");
    }
    let finding = probe_subject("exec: [sh, -c, 'echo queue: 3; echo more']");
    assert_eq!(finding.attempts[0].said.as_deref(), Some("queue: 3"));
    let finding = probe_subject("exec: [/no/such/program]");
    assert_eq!(told(&finding), ("unknown", None, "exec: the program does not exist"));
}

#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let alive = folder.path().join("alive");
    let script = "(while true; do date +%s%N > alive; sleep 0.02; done) & sleep 60";
    let start = Instant::now();
    let probe = format!("{{ exec: [sh, -c, '{script}'], timeout: 300ms }}");
    let finding = &probe_in(folder.path(), &Variables::new(), &[probe], "")[0];
    assert_eq!(told(finding), ("down", None, "answer timeout after 300 ms"));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(is_steady(&alive), "a child of it lives on");
}

/// Whether nobody writes to a file any more.
fn is_steady(path: &Path) -> bool {
    let read = || std::fs::read_to_string(path).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let before = read();
    std::thread::sleep(Duration::from_millis(300));
    before == read()
}
