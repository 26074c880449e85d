//! What the files of past days fold to, kept for the next build.
//!
//! An entry is valid for bytes with its SHA-256 and for nothing else. A file that the disk
//! says has not been touched is taken to have them still; see [`Seen`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::{Folded, Hash};
use crate::model::history::Track;
use crate::model::{Outcome, Run, Sample, Time};

/// What the disk says of a file: its length, its times of change, its number.
pub type Seen = [i64; 6];

/// The folded files of past days, by path.
#[derive(Debug, Default)]
pub struct Cache {
    entries: BTreeMap<String, Entry>,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What the disk said of it; none when it had changed too shortly before to be sure of.
    pub seen: Option<Seen>,
    /// What it folds to.
    pub folded: Folded,
}

/// Any change of what is kept needs a new number.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize, PartialEq)]
struct Header {
    format: u32,
    program: String,
    hold_ms: i64,
    /// Of all that follows this line.
    sha256: String,
}

type RunText = (i64, i64, u32, u8, Box<str>);
type SampleText = (i64, u8, Option<u32>, Option<u16>, Box<str>);

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    seen: Option<Seen>,
    sha256: String,
    length: u64,
    rows: usize,
    span: Option<(i64, i64)>,
    tracks: Vec<(String, Vec<RunText>, SampleText)>,
}

impl Cache {
    /// Reads a cache. One of another program or for another hold is worth nothing, nor is
    /// anything that cannot be read.
    pub fn parse(bytes: &[u8], hold_ms: i64) -> Self {
        let mut cache = Self::default();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let (header, lines) = bytes.split_at(end);
        let lines = lines.get(1..).unwrap_or_default();
        if serde_json::from_slice(header).ok() != Some(header_for(hold_ms, lines)) {
            return cache;
        }
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some((path, entry)) = serde_json::from_slice(line).ok().and_then(read_line) {
                cache.entries.insert(path, entry);
            }
        }
        cache
    }

    /// The text of a cache.
    pub fn format(&self, hold_ms: i64) -> String {
        let lines = self.entries.iter().map(|(path, entry)| json(&write_line(path, entry)));
        let lines: String = lines.collect();
        format!("{}{lines}", json(&header_for(hold_ms, lines.as_bytes())))
    }

    /// What is known of a file.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Keeps what a file folds to, if that will not change by itself: all of its rows are of days
    /// before `now`, in order and readable.
    pub fn keep(&mut self, path: &str, entry: &Entry, now: Time) {
        let today =
            Time::from_ms(now.ms().div_euclid(crate::model::time::DAY) * crate::model::time::DAY);
        let folded = &entry.folded;
        let is_past = folded.span.is_some_and(|(_, last)| last < today);
        if is_past && folded.is_ordered && folded.future == 0 && folded.problems.is_empty() {
            self.entries.insert(path.to_owned(), entry.clone());
        }
    }

    /// How many files it knows.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl PartialEq for Cache {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

fn header_for(hold_ms: i64, lines: &[u8]) -> Header {
    let mut hash = Hash::new();
    hash.update(lines);
    Header {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        hold_ms,
        sha256: hash.finish(),
    }
}

fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("plain structs with text keys always serialize");
    format!("{text}\n")
}

fn outcome_number(outcome: Outcome) -> u8 {
    Outcome::WORDS.iter().position(|(_, known)| *known == outcome).unwrap_or(0) as u8
}

fn outcome_of(number: u8) -> Option<Outcome> {
    Outcome::WORDS.get(usize::from(number)).map(|(_, outcome)| *outcome)
}

fn write_line(path: &str, entry: &Entry) -> Line {
    let folded = &entry.folded;
    let track = |(id, track): (&String, &Track)| {
        let run = |run: &Run| {
            (
                run.first.ms(),
                run.last.ms(),
                run.count,
                outcome_number(run.outcome),
                run.detail.clone(),
            )
        };
        let newest = track.newest();
        let newest = (
            newest.time.ms(),
            outcome_number(newest.outcome),
            newest.latency_ms,
            newest.code,
            newest.detail.clone(),
        );
        (id.clone(), track.runs().iter().map(run).collect(), newest)
    };
    Line {
        path: path.to_owned(),
        seen: entry.seen,
        sha256: folded.sha256.clone(),
        length: folded.length,
        rows: folded.rows,
        span: folded.span.map(|(first, last)| (first.ms(), last.ms())),
        tracks: folded.tracks.iter().map(track).collect(),
    }
}

fn read_line(line: Line) -> Option<(String, Entry)> {
    let mut tracks = BTreeMap::new();
    for (id, runs, newest) in line.tracks {
        let runs: Option<Vec<Run>> = runs
            .into_iter()
            .map(|(first, last, count, outcome, detail)| {
                let (first, last) = (Time::from_ms(first), Time::from_ms(last));
                Some(Run { first, last, count, outcome: outcome_of(outcome)?, detail })
            })
            .collect();
        let (time, outcome, latency_ms, code, detail) = newest;
        let time = Time::from_ms(time);
        let newest = Sample { time, outcome: outcome_of(outcome)?, latency_ms, code, detail };
        tracks.insert(id, Track::from_parts(runs?, newest));
    }
    let folded = Folded {
        tracks,
        span: line.span.map(|(first, last)| (Time::from_ms(first), Time::from_ms(last))),
        rows: line.rows,
        future: 0,
        length: line.length,
        sha256: line.sha256,
        is_ordered: true,
        problems: Vec::new(),
    };
    Some((line.path, Entry { seen: line.seen, folded }))
}
