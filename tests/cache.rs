//! The cache of the history changes nothing but the time that a build takes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;

use aboveboard::commands::history;
use aboveboard::model::{History, Time};
use aboveboard::store;
use proptest::prelude::*;
use support::time;

const HOLD: i64 = 900_000;
const NOW: &str = "2026-11-22T12:00:00Z";

fn cached(site: &Path, now: Time) -> (History, Vec<String>) {
    let loaded = history::load(site, HOLD, now).unwrap_or_else(|why| panic!("{why:?}"));
    let problems = loaded.problems.iter().map(|problem| problem.render()).collect();
    (loaded.history, problems)
}

/// The same without any cache.
fn plain(site: &Path, now: Time) -> (History, Vec<String>) {
    let files = support::tree(&site.join("data"));
    let files: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (format!("data/{path}"), bytes.as_slice())).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    let (history, problems) = store::read(&files, HOLD, now);
    (history, problems.iter().map(|problem| problem.render()).collect())
}

fn cache_of(site: &Path) -> std::path::PathBuf {
    site.join(".aboveboard-cache/history")
}

/// Every seventh row knows of no response time, and the others differ.
fn row(time: Time, probe: usize, outcome: &str) -> String {
    let minute = time.ms() / 60_000;
    let latency = if minute % 7 == 0 { String::new() } else { (minute % 997).to_string() };
    format!("{},p{probe},{outcome},{latency},,\n", time.rfc3339())
}

/// Something that happens to a history between two builds.
#[derive(Debug, Clone)]
enum Step {
    /// A row at this minute before now, in the file of its day, at one of two locations.
    Append(i64, usize, &'static str, bool),
    /// A file of the past changes one byte and keeps its length and its time.
    Tamper(usize),
    Remove(usize),
    /// A file that reaches into the days of others.
    Overlap(i64, &'static str),
    Garbage(usize),
    SpoilCache(usize),
    DropCache,
    /// A build for an earlier time.
    Before(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = || prop::sample::select(vec!["up", "down", "degraded", "unknown"]);
    // Seldom so long ago that response times are kept no more.
    let minute = || prop_oneof![9 => -600..9000_i64, 1 => 9000..150_000_i64];
    prop_oneof![
        8 => (minute(), 0..3_usize, outcome(), any::<bool>()).prop_map(|(a, b, c, d)| Step::Append(a, b, c, d)),
        1 => any::<usize>().prop_map(Step::Tamper),
        1 => any::<usize>().prop_map(Step::Remove),
        1 => (minute(), outcome()).prop_map(|(a, b)| Step::Overlap(a, b)),
        1 => any::<usize>().prop_map(Step::Garbage),
        1 => any::<usize>().prop_map(Step::SpoilCache),
        1 => Just(Step::DropCache),
        1 => minute().prop_map(Step::Before),
    ]
}

fn append(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut all = fs::read_to_string(path).unwrap_or_else(|_| store::HEADER.to_owned());
    all.push_str(text);
    fs::write(path, all).unwrap();
}

fn take(site: &Path, step: &Step) -> Time {
    let now = time(NOW);
    let data = site.join("data");
    let file = |number: usize| {
        let files = support::tree(&data);
        (!files.is_empty()).then(|| data.join(&files[number % files.len()].0))
    };
    match step {
        Step::Append(minutes, probe, outcome, elsewhere) => {
            let at = now.plus(-minutes * 60_000);
            let path = store::path_for(at, elsewhere.then_some("eu"));
            append(&data.join(path), &row(at, *probe, outcome));
        }
        Step::Tamper(number) => {
            if let Some(path) = file(*number) {
                let written = fs::metadata(&path).unwrap().modified().unwrap();
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replacen(",up,", ",uq,", 1)).unwrap();
                fs::File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
            }
        }
        Step::Remove(number) => {
            if let Some(path) = file(*number) {
                fs::remove_file(path).unwrap();
            }
        }
        Step::Overlap(minutes, outcome) => {
            append(&data.join("x.csv"), &row(now.plus(-minutes * 60_000), 0, outcome));
        }
        Step::Garbage(number) => {
            if let Some(path) = file(*number) {
                append(&path, "garbage\n");
            }
        }
        Step::SpoilCache(at) => {
            if let Ok(mut bytes) = fs::read(cache_of(site)) {
                let at = at % bytes.len();
                bytes[at] ^= 1;
                fs::write(cache_of(site), bytes).unwrap();
            }
        }
        Step::DropCache => {
            let _ = fs::remove_dir_all(site.join(".aboveboard-cache"));
        }
        Step::Before(minutes) => return now.plus(-minutes * 60_000),
    }
    now
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_history_reads_as_without_a_cache(
        start in prop::collection::vec((0..9000_i64, 0..3_usize, any::<bool>()), 0..60),
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("data")).unwrap();
        let mut rows = start;
        rows.sort_by_key(|(minutes, ..)| -minutes);
        for (minutes, probe, elsewhere) in rows {
            take(site.path(), &Step::Append(minutes, probe, "up", elsewhere));
        }
        for step in &steps {
            let now = take(site.path(), step);
            prop_assert_eq!(cached(site.path(), now), plain(site.path(), now), "{:?}", step);
            prop_assert_eq!(cached(site.path(), now), plain(site.path(), now), "again after {:?}", step);
        }
    }
}

#[test]
fn a_cache_serves_its_day_and_no_day_before_it() {
    let site = tempfile::tempdir().unwrap();
    for minutes in (2000..150_000).rev().step_by(700) {
        take(site.path(), &Step::Append(minutes, 0, "up", false));
    }
    // The newest row is from the day before yesterday, so that the cache of each of these days has
    // all of them, and yet no response time from before its own horizon.
    for hours in [0, 11, 0, 13, 0, 13, 25, 30] {
        let now = time(NOW).plus(-hours * 3_600_000);
        assert_eq!(cached(site.path(), now), plain(site.path(), now), "{hours} hours before");
    }
}

/// Some days of the past and today, and what is kept of them.
fn site_with_a_cache() -> tempfile::TempDir {
    let site = tempfile::tempdir().unwrap();
    for minutes in (0..9000).rev().step_by(50) {
        take(site.path(), &Step::Append(minutes, 0, "up", false));
    }
    cached(site.path(), time(NOW));
    site
}

#[test]
fn past_days_are_kept_and_today_is_not() {
    let site = site_with_a_cache();
    let kept = fs::read_to_string(cache_of(site.path())).unwrap();
    assert!(kept.contains("data/2026/11/2026-11-21.csv"));
    assert!(!kept.contains("2026-11-22"));
    // It ignores itself, and is not written again without need.
    assert_eq!(
        fs::read_to_string(site.path().join(".aboveboard-cache/.gitignore")).unwrap(),
        "*\n"
    );
    let stamp = |site: &Path| fs::metadata(cache_of(site)).unwrap().modified().unwrap();
    // Once the files have been left alone for two seconds, their times alone are trusted.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    cached(site.path(), time(NOW));
    let before = stamp(site.path());
    cached(site.path(), time(NOW));
    assert_eq!(stamp(site.path()), before);
}

#[test]
fn a_change_that_hides_behind_the_old_length_and_time_is_found() {
    let site = site_with_a_cache();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    cached(site.path(), time(NOW));
    take(site.path(), &Step::Tamper(0));
    let (history, problems) = cached(site.path(), time(NOW));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((history, problems), plain(site.path(), time(NOW)));
}

#[test]
fn without_a_place_for_a_cache_nothing_is_different() {
    let site = site_with_a_cache();
    fs::remove_dir_all(site.path().join(".aboveboard-cache")).unwrap();
    fs::write(site.path().join(".aboveboard-cache"), "in the way").unwrap();
    assert_eq!(cached(site.path(), time(NOW)), plain(site.path(), time(NOW)));
}
