//! Folds the rows of a file into runs, in one pass over its bytes.
//!
//! A row as this program writes it is read byte by byte without making anything of it; every
//! other row goes the slow way through [`super::parse`], so that both accept the same rows.

use std::collections::BTreeMap;

use crate::model::history::Track;
use crate::model::{Horizon, Outcome, Sample, Source, Time};
use crate::problem::Problem;

/// What one file adds to the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// What each probe found.
    pub tracks: BTreeMap<String, Track>,
    /// The times of its oldest and newest row; none without rows.
    pub span: Option<(Time, Time)>,
    /// How many rows were read, repetitions among them.
    pub rows: usize,
    /// How many rows lie in the future and were left out.
    pub future: usize,
    /// How many bytes are whole lines.
    pub length: u64,
    /// The SHA-256 of those bytes, in hexadecimal.
    pub sha256: String,
    /// Whether each row of a probe is newer than the one before; else the tracks are not
    /// to be used, and the file has to be read by [`sorted`].
    pub is_ordered: bool,
    /// Rows that could not be read.
    pub problems: Vec<Problem>,
}

/// Thousands of broken rows are one story; the first hundred tell it.
pub const MOST_PROBLEMS: usize = 100;

/// One pass over one file.
pub struct Fold {
    path: String,
    hold_ms: i64,
    now: Time,
    horizon: Horizon,
    probes: Vec<Entry>,
    ids: BTreeMap<Box<[u8]>, usize>,
    /// The probe of the row before.
    last: usize,
    /// The day of the row before, as `2026-11-22T`, and the second at which it began.
    date: [u8; 11],
    date_s: i64,
    lines: usize,
    span: Option<(Time, Time)>,
    rows: usize,
    future: usize,
    length: u64,
    hash: Hash,
    is_ordered: bool,
    /// All samples by probe, when they are to be sorted.
    kept: Option<Vec<Vec<Sample>>>,
    problems: Vec<Problem>,
}

struct Entry {
    id: Box<[u8]>,
    /// The probe that followed this one last time.
    next: usize,
    track: Option<Track>,
}

impl Fold {
    /// Begins a file. A sample speaks for `hold_ms`; rows from after `now` are left out, and so are
    /// the response times that no chart of `now` reaches.
    pub fn new(path: &str, hold_ms: i64, now: Time) -> Self {
        Self {
            path: path.to_owned(),
            hold_ms,
            now,
            horizon: Horizon::at(now),
            probes: Vec::new(),
            ids: BTreeMap::new(),
            last: 0,
            date: [0; 11],
            date_s: 0,
            lines: 0,
            span: None,
            rows: 0,
            future: 0,
            length: 0,
            hash: Hash::new(),
            is_ordered: true,
            kept: None,
            problems: Vec::new(),
        }
    }

    /// Takes in the whole lines at the beginning of `bytes`; how many bytes they are.
    pub fn block(&mut self, bytes: &[u8]) -> usize {
        let whole = super::whole_lines(bytes);
        let lines = &bytes[..whole];
        self.hash.update(lines);
        self.length += whole as u64;
        let mut rest = lines;
        if self.lines == 0 {
            rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
        }
        while !rest.is_empty() {
            self.lines += 1;
            rest = match self.plain(rest) {
                Some(after) => after,
                None => self.other(rest),
            };
        }
        whole
    }

    /// Reads a row in the form that nearly all have; what follows it.
    #[inline]
    fn plain<'b>(&mut self, rest: &'b [u8]) -> Option<&'b [u8]> {
        let head: &[u8; 21] = rest.first_chunk()?;
        if head[..11] != self.date {
            self.learn_date(head)?;
        }
        let pair = |at: usize, most: u8| -> Option<i64> {
            let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
            let number = (tens <= 9 && ones <= 9).then(|| tens * 10 + ones)?;
            (number <= most).then_some(i64::from(number))
        };
        let (hours, minutes, seconds) = (pair(11, 23)?, pair(14, 59)?, pair(17, 59)?);
        if head[13] != b':' || head[16] != b':' || head[19] != b'Z' || head[20] != b',' {
            return None;
        }
        let time = Time::from_seconds(self.date_s + hours * 3600 + minutes * 60 + seconds);
        let (probe, rest) = self.probe(&rest[21..])?;
        let (outcome, rest) = match rest {
            [b'u', b'p', b',', rest @ ..] => (Outcome::Up, rest),
            [b'd', b'o', b'w', b'n', b',', rest @ ..] => (Outcome::Down, rest),
            [b'd', b'e', b'g', b'r', b'a', b'd', b'e', b'd', b',', rest @ ..] => {
                (Outcome::Degraded, rest)
            }
            [b'u', b'n', b'k', b'n', b'o', b'w', b'n', b',', rest @ ..] => (Outcome::Unknown, rest),
            _ => return None,
        };
        let (latency_ms, rest) = number(rest)?;
        let (code, rest) = number(rest)?;
        let code = code.map(u16::try_from).transpose().ok()?;
        if let [b'\n', rest @ ..] = rest {
            self.take_plain(probe, time, outcome, latency_ms, code);
            return Some(rest);
        }
        let end = rest
            .iter()
            .position(|byte| !matches!(byte, b' '..=b'~') || matches!(byte, b',' | b'"'))?;
        if rest[end] != b'\n' {
            return None;
        }
        let detail = std::str::from_utf8(&rest[..end]).ok()?;
        self.take(probe, Sample { time, outcome, latency_ms, code, detail: detail.into() });
        Some(&rest[end + 1..])
    }

    fn learn_date(&mut self, head: &[u8; 21]) -> Option<()> {
        let day = std::str::from_utf8(&head[..11]).ok()?;
        let midnight = Time::parse_rfc3339(&format!("{day}00:00:00Z"))?;
        self.date.copy_from_slice(&head[..11]);
        self.date_s = midnight.ms() / 1000;
        Some(())
    }

    /// The probe whose id comes first, with what follows the comma behind it. Rows of a round
    /// come in the same order each time, so that mostly one comparison finds it.
    #[inline]
    fn probe<'b>(&mut self, rest: &'b [u8]) -> Option<(usize, &'b [u8])> {
        if let Some(last) = self.probes.get(self.last) {
            let guess = last.next;
            let id = &self.probes[guess].id;
            if rest.starts_with(id) && rest.get(id.len()) == Some(&b',') {
                let after = &rest[id.len() + 1..];
                self.last = guess;
                return Some((guess, after));
            }
        }
        let end = rest.iter().position(|byte| !matches!(byte, b'!'..=b'~') || *byte == b',')?;
        if end == 0 || rest[end] != b',' || rest[..end].contains(&b'"') {
            return None;
        }
        Some((self.find(&rest[..end]), &rest[end + 1..]))
    }

    /// The number of a probe id, a new one if need be.
    fn find(&mut self, id: &[u8]) -> usize {
        let found = match self.ids.get(id) {
            Some(found) => *found,
            None => {
                let new = self.probes.len();
                self.ids.insert(id.into(), new);
                self.probes.push(Entry { id: id.into(), next: new, track: None });
                if let Some(kept) = &mut self.kept {
                    kept.push(Vec::new());
                }
                new
            }
        };
        self.probes[self.last].next = found;
        self.last = found;
        found
    }

    /// Reads any other line; what follows it.
    fn other<'b>(&mut self, rest: &'b [u8]) -> &'b [u8] {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A union merge of two new files leaves a header in the middle.
        if !line.is_empty() && line != super::HEADER.trim_end().as_bytes() {
            let row =
                std::str::from_utf8(line).map_err(|_| "it is not UTF-8").and_then(super::parse);
            match row {
                Ok(row) => {
                    let probe = self.find(row.probe.as_bytes());
                    self.take(probe, row.sample);
                }
                Err(why) => self.warn(
                    line,
                    format!("this row was skipped: {why}"),
                    "correct or delete the line; the rest of the file was read",
                ),
            }
        }
        rest.get(end + 1..).unwrap_or_default()
    }

    /// Counts a row; false when it lies in the future.
    #[inline]
    fn count(&mut self, time: Time) -> bool {
        if time > self.now {
            self.future += 1;
            return false;
        }
        self.rows += 1;
        self.span = Some(match self.span {
            Some((first, last)) => (first.min(time), last.max(time)),
            None => (time, time),
        });
        true
    }

    #[inline]
    fn take_plain(
        &mut self,
        probe: usize,
        time: Time,
        outcome: Outcome,
        latency_ms: Option<u32>,
        code: Option<u16>,
    ) {
        if !self.count(time) {
            return;
        }
        match &mut self.probes[probe].track {
            Some(track) if self.kept.is_none() => {
                self.is_ordered &= track.push_plain(time, outcome, latency_ms, code, self.hold_ms);
            }
            _ => {
                self.put(probe, Sample { time, outcome, latency_ms, code, detail: "".into() });
            }
        }
    }

    fn take(&mut self, probe: usize, sample: Sample) {
        if self.count(sample.time) {
            self.put(probe, sample);
        }
    }

    fn put(&mut self, probe: usize, sample: Sample) {
        if let Some(kept) = &mut self.kept {
            kept[probe].push(sample);
            return;
        }
        match &mut self.probes[probe].track {
            Some(track) => self.is_ordered &= track.push(sample, self.hold_ms),
            empty => *empty = Some(Track::new(sample, self.horizon)),
        }
    }

    fn warn(&mut self, line: &[u8], message: String, help: &str) {
        if self.problems.len() < MOST_PROBLEMS {
            let source = Source::new(self.path.as_str(), line);
            self.problems.push(Problem::at_numbered(&source, self.lines, message, help).warning());
        }
    }

    /// Ends the file, whose last bytes are not a whole line.
    pub fn finish(mut self, tail: &[u8]) -> Folded {
        if !tail.is_empty() {
            self.lines += 1;
            self.warn(
                tail,
                "this row was skipped: it was cut off while being written".to_owned(),
                "nothing to do: the next `aboveboard probe` mends it",
            );
        }
        let mut tracks = BTreeMap::new();
        let mut kept = self.kept.unwrap_or_default().into_iter();
        for entry in self.probes {
            let id = String::from_utf8_lossy(&entry.id).into_owned();
            let track = match kept.next() {
                Some(samples) => Track::of(samples, self.hold_ms, self.horizon),
                None => entry.track.map(|track| track.finish(self.hold_ms)),
            };
            tracks.extend(track.map(|track| (id, track)));
        }
        Folded {
            tracks,
            span: self.span,
            rows: self.rows,
            future: self.future,
            length: self.length,
            sha256: self.hash.finish(),
            is_ordered: self.is_ordered,
            problems: self.problems,
        }
    }
}

/// Reads files of one location together whose rows lie in no order, or whose times overlap.
pub fn sorted(files: &[Vec<u8>], hold_ms: i64, now: Time) -> Folded {
    let mut fold = Fold::new("", hold_ms, now);
    fold.kept = Some(Vec::new());
    for bytes in files {
        fold.lines = 0;
        fold.block(bytes);
    }
    fold.finish(b"")
}

/// The number before the next comma, if there is one, and what follows the comma.
#[inline]
fn number(rest: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let mut number = 0_u32;
    for (at, byte) in rest.iter().enumerate().take(10) {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 && at < 9 {
            number = number * 10 + u32::from(digit);
        } else if *byte == b',' {
            return Some(((at > 0).then_some(number), &rest[at + 1..]));
        } else {
            return None;
        }
    }
    None
}

/// The SHA-256 of bytes that come one after another.
pub struct Hash(ring::digest::Context);

impl Hash {
    /// Begins.
    #[expect(clippy::new_without_default, reason = "a hash has no default")]
    pub fn new() -> Self {
        Self(ring::digest::Context::new(&ring::digest::SHA256))
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of them, in hexadecimal.
    pub fn finish(self) -> String {
        use std::fmt::Write;
        self.0.finish().as_ref().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
