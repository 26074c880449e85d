//! What the files of past days say together, kept for the next build.
//!
//! It is valid for files with these SHA-256s and for nothing else. A file that the disk says has
//! not been touched is taken to have its own still; see [`Seen`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::Hash;
use super::gather::Joined;
use crate::model::history::Track;
use crate::model::{Horizon, Latencies, Outcome, Run, Sample, Time};

/// What the disk says of a file: its length, its times of change, its number.
pub type Seen = [i64; 6];

/// The files of past days, and what they say together.
#[derive(Debug, Default, PartialEq)]
pub struct Cache {
    /// By path.
    pub files: BTreeMap<String, Known>,
    /// All of them joined.
    pub joined: Joined,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// What the disk said of it; none when it had changed too shortly before to be sure of.
    pub seen: Option<Seen>,
    /// How many bytes it has, all of them whole lines.
    pub length: u64,
    /// The SHA-256 of those bytes, in hexadecimal.
    pub sha256: String,
}

/// Any change of what is kept needs a new number.
const FORMAT: u32 = 2;

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
struct Body {
    files: BTreeMap<String, Known>,
    ends: BTreeMap<String, i64>,
    /// The midnight from which it is reckoned how far back response times are kept.
    midnight: Option<i64>,
    /// Probe, location, runs and newest sample. Their response times follow on the next line, in
    /// the same order and as the model packs them.
    tracks: Vec<(String, String, Vec<RunText>, SampleText)>,
}

impl Cache {
    /// Reads a cache. One of another program or for another hold is worth nothing, nor is one of
    /// which any byte has changed.
    pub fn parse(bytes: &[u8], hold_ms: i64) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (header, body) = bytes.split_at(end);
        let body = body.get(1..)?;
        if serde_json::from_slice::<Header>(header).ok()? != header_for(hold_ms, body) {
            return None;
        }
        let mut values = serde_json::Deserializer::from_slice(body).into_iter();
        let Body { files, ends, midnight, tracks } = values.next()?.ok()?;
        let packed = std::str::from_utf8(body.get(values.byte_offset()..)?).ok()?;
        let mut packed = packed.strip_prefix('\n')?;
        let horizon = midnight.map(|midnight| Horizon::at(Time::from_ms(midnight)));
        let mut joined = Joined { horizon, ..Joined::default() };
        for (location, end) in ends {
            joined.ends.insert(location, Time::from_ms(end));
        }
        for (probe, location, runs, newest) in tracks {
            let latencies;
            (latencies, packed) = Latencies::unpack(packed, horizon?)?;
            let track = read_track(runs, latencies, newest)?;
            joined.history.append(&probe, &location, track, hold_ms);
        }
        Some(Self { files, joined })
    }

    /// The text of a cache.
    pub fn format(&self, hold_ms: i64) -> String {
        let history = &self.joined.history;
        let tracks = history.probes().flat_map(|probe| {
            history.tracks(probe).map(move |(location, track)| {
                let (runs, newest) = write_track(track);
                (probe.to_owned(), location.to_owned(), runs, newest)
            })
        });
        let ends = self.joined.ends.iter();
        let mut text = json(&Body {
            files: self.files.clone(),
            ends: ends.map(|(location, end)| (location.clone(), end.ms())).collect(),
            midnight: self.joined.horizon.map(|horizon| horizon.midnight().ms()),
            tracks: tracks.collect(),
        });
        text.push('\n');
        for (_, track) in history.probes().flat_map(|probe| history.tracks(probe)) {
            track.latencies().pack(&mut text);
        }
        let header = json(&header_for(hold_ms, text.as_bytes()));
        text.insert_str(0, &(header + "\n"));
        text
    }

    /// The newest row of all.
    pub fn newest(&self) -> Option<Time> {
        self.joined.ends.values().max().copied()
    }
}

fn header_for(hold_ms: i64, body: &[u8]) -> Header {
    let mut hash = Hash::new();
    hash.update(body);
    let program = env!("CARGO_PKG_VERSION").to_owned();
    Header { format: FORMAT, program, hold_ms, sha256: hash.finish() }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain structs with text keys always serialize")
}

fn outcome_number(outcome: Outcome) -> u8 {
    Outcome::WORDS.iter().position(|(_, known)| *known == outcome).unwrap_or(0) as u8
}

fn outcome_of(number: u8) -> Option<Outcome> {
    Outcome::WORDS.get(usize::from(number)).map(|(_, outcome)| *outcome)
}

fn write_track(track: &Track) -> (Vec<RunText>, SampleText) {
    let run = |run: &Run| {
        let outcome = outcome_number(run.outcome);
        (run.first.ms(), run.last.ms(), run.count, outcome, run.detail.clone())
    };
    let newest = track.newest();
    let Sample { time, latency_ms, code, .. } = *newest;
    let outcome = outcome_number(newest.outcome);
    let newest = (time.ms(), outcome, latency_ms, code, newest.detail.clone());
    (track.runs().iter().map(run).collect(), newest)
}

fn read_track(runs: Vec<RunText>, latencies: Latencies, newest: SampleText) -> Option<Track> {
    let runs = runs.into_iter().map(|(first, last, count, outcome, detail)| {
        let (first, last) = (Time::from_ms(first), Time::from_ms(last));
        Some(Run { first, last, count, outcome: outcome_of(outcome)?, detail })
    });
    let (time, outcome, latency_ms, code, detail) = newest;
    let (time, outcome) = (Time::from_ms(time), outcome_of(outcome)?);
    let newest = Sample { time, outcome, latency_ms, code, detail };
    Some(Track::from_parts(runs.collect::<Option<Vec<Run>>>()?, latencies, newest))
}
