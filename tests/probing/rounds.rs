//! Rounds: what is blamed on the prober, how many run at once, and when.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aboveboard::model::Outcome;
use aboveboard::model::template::Variables;

use crate::servers::{closed, ok, request, serve};
use crate::support::{self, aboveboard, said};
use crate::{probe_all, run, words};

fn slow(ms: u64) -> std::net::SocketAddr {
    serve(move |mut stream| {
        request(&mut stream);
        std::thread::sleep(Duration::from_millis(ms));
        let _ = stream.write_all(ok("").as_bytes());
    })
}

/// A server that answers as long as its switch is on.
fn switchable() -> (std::net::SocketAddr, Arc<AtomicBool>) {
    let is_up = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&is_up);
    let server = serve(move |mut stream| {
        request(&mut stream);
        let answer = if switch.load(Ordering::Relaxed) { ok("") } else { String::new() };
        let _ = stream.write_all(answer.as_bytes());
    });
    (server, is_up)
}

fn site(folder: &Path, config: &str) {
    let config = format!(
        "site: {{ title: A, url: https://a.example }}\ndefaults: {{ retries: 0, timeout: 2s }}\n{config}"
    );
    support::write(folder, &[("probes.yaml", &config)]);
}

/// All rows of a history, without its headers, sorted.
fn rows(folder: &Path) -> Vec<String> {
    let mut rows: Vec<String> = support::tree(&folder.join("data"))
        .into_iter()
        .flat_map(|(_, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn when_every_probe_fails_for_a_local_reason_nothing_is_called_down() {
    let folder = tempfile::tempdir().unwrap();
    site(
        folder.path(),
        "components:\n  - { id: a, probes: [{ url: 'http://a.invalid/' }] }\n  - { id: b, probes: [{ url: 'tcp://b.invalid:1' }] }\n",
    );
    let output = aboveboard(folder.path())
        .args(["probe", "--now", "2026-11-22T10:00:00Z"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rows = rows(folder.path());
    let starts: Vec<&str> = rows.iter().map(|row| row.split("dns").next().unwrap()).collect();
    assert_eq!(starts, ["2026-11-22T10:00:00Z,a,unknown,,,", "2026-11-22T10:00:00Z,b,unknown,,,"],);
    assert!(
        rows.iter().all(|row| row.ends_with("; every probe of this run failed so")),
        "{rows:?}"
    );
}

#[test]
fn self_checks_tell_whether_the_prober_is_cut_off() {
    let (up, gone) = (serve(drop), closed());
    let found = |probes: &[&str], self_check: &str| -> Vec<String> {
        let probes: Vec<String> = probes.iter().map(|url| format!("{{ url: '{url}' }}")).collect();
        let root = format!("self_check: [{self_check}]");
        run(Path::new("."), &Variables::new(), &probes, &root).iter().map(words).collect()
    };
    let refused = format!("tcp://{gone}");
    let passes = format!("'tcp://{up}'");
    let passes_by_name = format!("'tcp://localhost:{}'", up.port());
    let fails = format!("'tcp://{}'", closed());
    assert_eq!(found(&[&refused], &passes), ["down connection refused"]);
    assert_eq!(found(&[&refused], &fails), ["unknown connection refused; no self check passed"]);
    assert_eq!(found(&[&refused], &format!("{fails}, {passes}")), ["down connection refused"]);
    // What answered is evidence, whatever the checks say.
    assert_eq!(
        found(&[&refused, &format!("tcp://{up}")], &fails),
        ["unknown connection refused; no self check passed", "up"]
    );
    // Only a check by name knows whether names can be looked up.
    let lost = "tcp://name.invalid:1";
    assert!(found(&[lost], &passes)[0].starts_with("unknown dns: "));
    assert!(found(&[lost], &passes_by_name)[0].starts_with("down dns: "));
    // And that they cannot, whatever needs none.
    let fails_by_name = format!("{passes}, 'tcp://nobody.invalid:1'");
    let beside = found(&[lost, &format!("tcp://{up}")], &fails_by_name);
    assert!(beside[0].starts_with("unknown dns: "), "{beside:?}");
    assert_eq!(beside[1], "up");
    // An answer, though not a good one, came over the network.
    let answering = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
    });
    let answers = format!("'http://{answering}/'");
    assert_eq!(found(&[&refused], &answers), ["down connection refused"]);
}

#[test]
fn many_probes_overlap_within_their_concurrency() {
    let slow = slow(100);
    let probes: Vec<String> = (0..20).map(|_| format!("{{ url: \"http://{slow}/\" }}")).collect();
    let timed = |root: &str| {
        let start = Instant::now();
        assert!(probe_all(&probes, root).iter().all(|found| found.sample.outcome == Outcome::Up));
        start.elapsed()
    };
    let together = timed("concurrency: 20");
    // Ideal: 100 ms against 1 s, and 2 s at one host.
    let in_pairs = timed("concurrency: 2");
    assert!(in_pairs >= Duration::from_millis(900), "{in_pairs:?}");
    assert!(together * 2 < in_pairs, "{together:?} against {in_pairs:?}");
    let one_by_one = timed("concurrency: 20\nper_host: 1");
    assert!(one_by_one >= Duration::from_millis(1900), "{one_by_one:?}");
}

#[test]
fn a_host_that_is_silent_leaves_its_place_to_others() {
    let mute = serve(|stream| {
        std::thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let probe = format!("{{ url: \"http://{mute}/\", timeout: 3s }}");
    let start = Instant::now();
    let found = probe_all(&[probe.clone(), probe], "concurrency: 1");
    assert!(found.iter().all(|found| found.sample.outcome == Outcome::Down));
    // One after the other would take six seconds; the second begins after one.
    assert!(start.elapsed() < Duration::from_millis(5500), "{:?}", start.elapsed());
}

#[test]
fn a_prober_without_sockets_calls_nobody_down() {
    let folder = tempfile::tempdir().unwrap();
    let mute = serve(|stream| {
        std::thread::sleep(Duration::from_secs(4));
        drop(stream);
    });
    let up = serve(drop).port();
    let probes: String = (0..60)
        .map(|number| match number % 6 {
            5 => format!("      - {{ id: up-{number}, url: 'tcp://localhost:{up}' }}\n"),
            _ => format!("      - {{ id: mute-{number}, url: 'http://{mute}/' }}\n"),
        })
        .collect();
    site(folder.path(), &format!("components:\n  - id: a\n    probes:\n{probes}"));
    let program = env!("CARGO_BIN_EXE_aboveboard");
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -n 50; exec '{program}' probe --quiet")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let rows = rows(folder.path());
    let up: Vec<&String> = rows.iter().filter(|row| row.contains(",up-")).collect();
    assert!(up.len() == 10 && up.iter().all(|row| row.contains(",up,")), "{up:#?}");
}

#[test]
fn a_part_of_the_probes_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let up = serve(drop);
    site(
        folder.path(),
        &format!(
            "groups: [{{ id: core }}]\ncomponents:\n  - {{ id: a, group: core, probes: [{{ url: 'tcp://{up}' }}, {{ url: 'tcp://{up}' }}] }}\n  - {{ id: b, probes: [{{ url: 'tcp://{up}' }}, {{ id: special, url: 'tcp://{up}' }}] }}\n"
        ),
    );
    let chosen = |arguments: &[&str]| -> Vec<String> {
        let output = aboveboard(folder.path())
            .args(["probe", "--json", "--dry-run"])
            .args(arguments)
            .output()
            .unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        let ids = json.as_array().unwrap().iter().map(|one| one["probe"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    };
    assert_eq!(chosen(&[]), ["a", "a-2", "b", "special"]);
    assert_eq!(chosen(&["--only", "special", "--only", "a"]), ["a", "a-2", "special"]);
    assert_eq!(chosen(&["--group", "core"]), ["a", "a-2"]);
    assert_eq!(chosen(&["--shard", "1/3"]), ["a", "special"]);
    assert_eq!(chosen(&["--shard", "2/3"]), ["a-2"]);
    assert_eq!(chosen(&["--shard", "3/3"]), ["b"]);
    assert!(!folder.path().join("data").exists(), "a dry run wrote");
    for (arguments, code, want) in [
        (
            &["--only", "specail"][..],
            2,
            "there is no probe or component `specail`; did you mean `special`?",
        ),
        (&["--group", "x"], 2, "there is no group `x`"),
        (&["--shard", "4/3"], 2, "write the part and the number of parts"),
        (&["--for", "1m"], 2, "`--for` needs `--every`"),
        (&["--every", "100ms"], 2, "`--every` is at least `1s`"),
        (&["--every", "5"], 2, "write a number and a unit"),
        (&["--location", "EU"], 2, "a-z, 0-9 and `-`"),
    ] {
        let output = aboveboard(folder.path()).arg("probe").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(said(&output).contains(want), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn each_location_has_files_of_its_own_and_most_of_them_decide() {
    let folder = tempfile::tempdir().unwrap();
    let (server, is_up) = switchable();
    site(
        folder.path(),
        &format!("components: [{{ id: a, probes: [{{ url: 'http://{server}/' }}] }}]\n"),
    );
    let probe = |location: &str, up: bool| {
        is_up.store(up, Ordering::Relaxed);
        let output = aboveboard(folder.path())
            .args(["probe", "--now", "2026-11-22T10:00:00Z", "--location", location])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
    };
    let status = || {
        let output = aboveboard(folder.path())
            .args(["build", "--now", "2026-11-22T10:01:00Z"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let json = std::fs::read(folder.path().join("public/status.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        json["components"][0]["status"].as_str().unwrap().to_owned()
    };
    probe("eu", true);
    assert_eq!(status(), "operational");
    probe("us", false);
    assert_eq!(status(), "degraded_performance");
    probe("asia", false);
    assert_eq!(status(), "major_outage");
    let files: Vec<String> =
        support::tree(&folder.path().join("data")).into_iter().map(|(path, _)| path).collect();
    assert_eq!(files, ["asia", "eu", "us"].map(|name| format!("2026/11/2026-11-22@{name}.csv")));
}

#[test]
fn rounds_keep_their_times_and_no_probe_overlaps_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (busy, peak) = (Arc::clone(&now), Arc::clone(&most));
    let long = serve(move |mut stream| {
        let busy_now = busy.fetch_add(1, Ordering::SeqCst) + 1;
        peak.fetch_max(busy_now, Ordering::SeqCst);
        request(&mut stream);
        std::thread::sleep(Duration::from_millis(1500));
        busy.fetch_sub(1, Ordering::SeqCst);
        let _ = stream.write_all(ok("").as_bytes());
    });
    site(
        folder.path(),
        &format!(
            "components: [{{ id: a, probes: [{{ id: quick, url: 'tcp://{}' }}, {{ id: long, url: 'http://{long}/' }}] }}]\n",
            serve(drop)
        ),
    );
    let start = Instant::now();
    let output = aboveboard(folder.path())
        .args(["probe", "--every", "1s", "--for", "4s", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_secs(4) && elapsed < Duration::from_secs(9), "{elapsed:?}");
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let of = |id: &str| lines.iter().filter(|line| line["probe"] == id).count();
    assert_eq!(of("quick"), 5);
    assert!((2..=3).contains(&of("long")), "{}", of("long"));
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert_eq!(rows(folder.path()).len(), lines.len());
}

#[test]
fn a_run_that_is_told_to_stop_writes_what_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let mute = serve(|stream| {
        std::thread::sleep(Duration::from_secs(30));
        drop(stream);
    });
    site(
        folder.path(),
        &format!(
            "components: [{{ id: a, probes: [{{ id: quick, url: 'tcp://{}' }}, {{ id: mute, url: 'http://{mute}/', timeout: 20s }}] }}]\n",
            serve(drop)
        ),
    );
    for signal in ["-TERM", "-INT"] {
        let _ = std::fs::remove_dir_all(folder.path().join("data"));
        let mut child = aboveboard(folder.path())
            .args(["probe", "--every", "1m"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(900));
        let start = Instant::now();
        Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        let rows = rows(folder.path());
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].contains(",quick,up,"), "{rows:?}");
    }
}

#[test]
fn a_change_runs_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let (server, is_up) = switchable();
    site(
        folder.path(),
        &format!("components: [{{ id: a, probes: [{{ url: 'http://{server}/' }}] }}]\n"),
    );
    let probe = |up: bool, command: &str| {
        is_up.store(up, Ordering::Relaxed);
        aboveboard(folder.path())
            .env("PATH", std::env::var("PATH").unwrap())
            .args(["probe", "--on-change", command])
            .output()
            .unwrap()
    };
    // A row a second counts: two runs within one would be one.
    let next_second = || std::thread::sleep(Duration::from_millis(1100));
    let note = "echo \"$ABOVEBOARD_CHANGES\" >> changes";
    for up in [true, true, false, false, true] {
        let output = probe(up, note);
        assert!(output.status.success(), "{}", said(&output));
        next_second();
    }
    let changes = std::fs::read_to_string(folder.path().join("changes")).unwrap();
    assert_eq!(
        changes.lines().collect::<Vec<_>>(),
        [
            "a: unknown -> operational",
            "a: operational -> major_outage",
            "a: major_outage -> operational"
        ]
    );
    let output = probe(false, "exit 7");
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("the command of `--on-change` failed: exit status: 7"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_costs_no_other_probe() {
    let folder = tempfile::tempdir().unwrap();
    site(
        folder.path(),
        &format!("components: [{{ id: a, probes: [{{ url: 'tcp://{}' }}] }}]\n", serve(drop)),
    );
    std::fs::write(folder.path().join("data"), "a file in the way").unwrap();
    let output = aboveboard(folder.path()).arg("probe").output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("up       a"), "{}", said(&output));
    assert!(said(&output).contains("error: cannot create `"), "{}", said(&output));
}
