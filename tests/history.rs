//! The history file: what was acknowledged is never lost, never glued, never guessed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use aboveboard::disk;
use aboveboard::model::{Outcome, Sample, Time};
use aboveboard::problem::Severity;
use aboveboard::store::{self, HEADER, Row};
use proptest::prelude::*;

fn row(second: i64, detail: &str) -> Row {
    Row {
        probe: "api".to_owned(),
        sample: Sample {
            time: Time::from_seconds(1_795_000_000 + second),
            outcome: Outcome::Down,
            latency_ms: Some(12),
            code: Some(503),
            detail: detail.into(),
        },
    }
}

fn append(path: &Path, rows: &[Row]) {
    let lines: String = rows.iter().map(store::format).collect();
    disk::append(path, HEADER.as_bytes(), lines.as_bytes(), store::is_whole_row).unwrap();
}

fn times(bytes: &[u8]) -> (Vec<i64>, usize) {
    // Nothing speaks for longer than a millisecond, so that each row is a run of its own.
    let now = Time::from_seconds(4_000_000_000);
    let (history, problems) = store::read(&[("data/a.csv", bytes)], 1, now);
    assert!(problems.iter().all(|problem| problem.severity == Severity::Warning));
    let runs = history.tracks("api").flat_map(|(_, track)| track.runs());
    let times = runs.map(|run| run.first.ms() / 1000 - 1_795_000_000).collect();
    (times, problems.len())
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_whole_row_and_takes_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2026/11/2026-11-22.csv");
    append(&path, &[row(0, ""), row(60, "a \"quoted\", detail"), row(120, "connection refused")]);
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        let part = &whole[..cut];
        let lines = part.iter().filter(|byte| **byte == b'\n').count();
        let torn = !part.is_empty() && !part.ends_with(b"\n");
        let (read, warnings) = times(part);
        let want: Vec<i64> = [0, 60, 120][..lines.saturating_sub(1)].to_vec();
        assert_eq!(read, want, "cut at {cut}");
        assert_eq!(warnings, usize::from(torn), "cut at {cut}");

        fs::write(&path, part).unwrap();
        append(&path, &[row(999, "")]);
        let mended = fs::read(&path).unwrap();
        let (read, warnings) = times(&mended);
        assert_eq!(warnings, 0, "cut at {cut}: {}", String::from_utf8_lossy(&mended));
        assert!(mended.starts_with(HEADER.as_bytes()), "cut at {cut}");
        // A tail that is a row but for its line break is kept; with a shorter detail it is
        // still a true sample.
        let tail = &part[store::whole_lines(part)..];
        let mut want = want;
        if store::is_whole_row(tail) {
            want.push([0, 60, 120][lines - 1]);
        }
        want.push(999);
        assert_eq!(read, want, "cut at {cut}");
    }
}

#[test]
fn two_writers_at_once_lose_and_glue_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::thread::scope(|scope| {
        for writer in 0..4_i64 {
            let path = &path;
            scope.spawn(move || {
                for number in 0..50 {
                    append(
                        path,
                        &[row(writer * 1000 + number, "x"), row(writer * 1000 + 500 + number, "y")],
                    );
                }
            });
        }
    });
    let bytes = fs::read(&path).unwrap();
    let (read, warnings) = times(&bytes);
    assert_eq!((read.len(), warnings), (400, 0));
    assert_eq!(bytes.windows(HEADER.len()).filter(|part| *part == HEADER.as_bytes()).count(), 1);
}

/// Needs strace, which fails the write as a full disk does.
#[test]
fn a_full_disk_leaves_whole_rows_only() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path();
    let config = "site: { title: A, url: https://a.example }\ndefaults: { retries: 0, timeout: 1s }\ncomponents: [{ id: api, probes: [{ url: 'tcp://127.0.0.1:9' }] }]\n";
    fs::write(site.join("probes.yaml"), config).unwrap();
    let probe = |now: &str, fault: &[&str]| {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null"]).args(fault);
        command.arg(env!("CARGO_BIN_EXE_aboveboard"));
        command.args(["probe", "--now", now, "--site"]).arg(site);
        command.output().expect("strace is installed")
    };
    assert!(probe("2026-11-22T10:00:00Z", &["-e", "trace=none"]).status.success());
    let path = site.join("data/2026/11/2026-11-22.csv");
    let before = fs::read(&path).unwrap();
    let file = path.to_str().unwrap();
    for fault in
        ["fdatasync:error=EIO:when=1", "fdatasync:error=ENOSPC:when=1", "write:error=ENOSPC:when=1"]
    {
        let failed = probe("2026-11-22T10:05:00Z", &["-P", file, "-e", &format!("inject={fault}")]);
        assert_eq!(failed.status.code(), Some(3), "{fault}");
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert!(said.starts_with("error: cannot append to `"), "{said}");
        assert_eq!(fs::read(&path).unwrap(), before, "{fault}");
    }
    assert!(probe("2026-11-22T10:10:00Z", &["-e", "trace=none"]).status.success());
    assert_eq!(times(&fs::read(&path).unwrap()).1, 0);
}

#[test]
fn a_union_merge_of_two_histories_reads_as_both() {
    let lines = |rows: &[Row]| -> String { rows.iter().map(store::format).collect() };
    let ours = format!("{HEADER}{}", lines(&[row(0, ""), row(120, "")]));
    let theirs = format!("{HEADER}{}", lines(&[row(60, ""), row(0, "")]));
    assert_eq!(times(format!("{ours}{theirs}").as_bytes()), (vec![0, 60, 120], 0));
}

fn any_row() -> impl Strategy<Value = Row> {
    let outcome = prop::sample::select(Outcome::WORDS.to_vec());
    (
        0..4_000_000_000_i64,
        "[a-z0-9_-]{1,20}",
        outcome,
        any::<Option<u32>>(),
        any::<Option<u16>>(),
        "[^\\p{Cc}]{0,40}",
    )
        .prop_map(|(second, probe, (_, outcome), latency_ms, code, detail)| Row {
            probe,
            sample: Sample {
                time: Time::from_seconds(second),
                outcome,
                latency_ms,
                code,
                detail: detail.into(),
            },
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_survives_its_line_and_a_foreign_reader_agrees(row in any_row()) {
        let line = store::format(&row);
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert_eq!(store::parse(line.trim_end_matches('\n')).unwrap(), row.clone());
        let mut foreign = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let fields = foreign.records().next().unwrap().unwrap();
        prop_assert_eq!(fields.len(), 6);
        prop_assert_eq!(&fields[1], row.probe.as_str());
        prop_assert_eq!(&fields[5], &*row.sample.detail);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        store::read(&[("data/a.csv", &bytes)], 900_000, Time::from_seconds(2_000_000_000));
    }
}

#[test]
fn killed_while_appending_it_loses_no_acknowledged_row() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path();
    let config = "site: { title: A, url: https://a.example }\ndefaults: { retries: 0, timeout: 1s }\ncomponents: [{ id: api, probes: [{ url: 'tcp://127.0.0.1:9' }, { url: 'tcp://127.0.0.1:9' }] }]\n";
    fs::write(site.join("probes.yaml"), config).unwrap();
    let (mut acknowledged, mut killed) = (Vec::new(), 0);
    for round in 0..60_u32 {
        let now = format!("2026-11-22T10:00:{round:02}Z");
        let mut child = Command::new(env!("CARGO_BIN_EXE_aboveboard"))
            .args(["probe", "--quiet", "--now", &now, "--site"])
            .arg(site)
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(u64::from(round) * 500));
        let _ = child.kill();
        if child.wait().unwrap().success() {
            acknowledged.push(now);
        } else {
            killed += 1;
        }
    }
    assert!(killed > 5 && !acknowledged.is_empty(), "{killed} killed, {acknowledged:?}");
    let text = fs::read_to_string(site.join("data/2026/11/2026-11-22.csv")).unwrap();
    let rows: Vec<Row> = text.lines().skip(1).map(|line| store::parse(line).unwrap()).collect();
    for now in &acknowledged {
        let count = rows.iter().filter(|row| row.sample.time.rfc3339() == *now).count();
        assert_eq!(count, 2, "{now}: {text}");
    }
}
