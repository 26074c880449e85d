//! The history: any bytes are read, what is read can be written and read again, and two
//! histories merge to one that has the rows of both.
#![no_main]

use aboveboard::model::{History, Horizon, Outcome, Time, Track};
use aboveboard::store;
use std::collections::BTreeMap;

const HOLD: i64 = 900_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let middle = bytes.len() / 2;
    let (ours, theirs) = bytes.split_at(middle);
    for (row, _) in store::rows("data/2026/11/2026-11-22@eu.csv", bytes) {
        let line = store::format(&row);
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(store::parse(line.trim_end_matches('\n')), Ok(row));
    }
    // The fast reader and the slow one accept the same rows.
    let path = "data/2026/11/2026-11-22@eu.csv";
    let now = Time::from_seconds(1_800_000_000);
    let (read, _) = store::read(&[(path, bytes)], HOLD, now);
    let mut samples: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (row, _) in store::rows(path, bytes) {
        if row.sample.time <= now {
            samples.entry(row.probe).or_default().push(row.sample);
        }
    }
    let mut slow = History::default();
    slow.future = read.future;
    for (probe, samples) in samples {
        if let Some(track) = Track::of(samples, HOLD, Horizon::at(now)) {
            slow.append(&probe, "eu", track, HOLD);
        }
    }
    assert_eq!(read, slow);
    for probe in read.probes() {
        for (_, track) in read.tracks(probe) {
            assert!(track.runs().windows(2).all(|pair| pair[0].last < pair[1].first));
            assert!(track.runs().iter().all(|run| run.outcome == Outcome::Up || run.count > 0));
        }
    }
    let (missing, rows) = store::missing(ours, theirs);
    assert_eq!(missing.iter().filter(|byte| **byte == b'\n').count(), rows);
    let merged = [&ours[..store::whole_lines(ours)], &missing].concat();
    assert_eq!(store::missing(&merged, theirs), (Vec::new(), 0));
    assert_eq!(store::missing(&merged, ours), (Vec::new(), 0));
});
