//! The history: any bytes are read, what is read can be written and read again, and two
//! histories merge to one that has the rows of both.
#![no_main]

use aboveboard::store::{self, Reader};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let middle = bytes.len() / 2;
    let (ours, theirs) = bytes.split_at(middle);
    for (row, _) in store::rows("data/2026/11/2026-11-22@eu.csv", bytes) {
        let line = store::format(&row);
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(store::parse(line.trim_end_matches('\n')), Ok(row));
    }
    let mut reader = Reader::default();
    reader.read("data/2026/11/2026-11-22.csv", bytes);
    let (history, _) = reader.finish();
    for (_, samples) in history.probes() {
        assert!(samples.windows(2).all(|pair| pair[0].time < pair[1].time));
    }
    let (missing, rows) = store::missing(ours, theirs);
    assert_eq!(missing.iter().filter(|byte| **byte == b'\n').count(), rows);
    let merged = [&ours[..store::whole_lines(ours)], &missing].concat();
    assert_eq!(store::missing(&merged, theirs), (Vec::new(), 0));
    assert_eq!(store::missing(&merged, ours), (Vec::new(), 0));
});
