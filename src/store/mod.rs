//! The history file: samples to lines and back.
//!
//! Text only; the disk is the business of [`crate::disk`]. One row is read here, whole files are
//! folded in [`fold`]. The format is RFC 4180 with one promise more: a row is a line, for no field
//! holds a line break. So a stray quote spoils its own row and never the ones below.

pub mod cache;
pub mod fold;
mod gather;

use std::collections::BTreeSet;

pub use fold::{Fold, Folded};
pub use gather::{Joined, Part, read};

use crate::model::{Outcome, Sample, Time};

/// The first line of every file.
pub const HEADER: &str = "time,probe,outcome,latency_ms,code,detail\n";

/// A sample with the probe it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The probe.
    pub probe: String,
    /// Its result.
    pub sample: Sample,
}

/// The path below `data/` of the file that holds a sample of this time. Each location has
/// files of its own, so that two writers never touch one.
pub fn path_for(time: Time, location: Option<&str>) -> String {
    let day = time.utc().format("%Y/%m/%Y-%m-%d");
    location.map_or_else(|| format!("{day}.csv"), |name| format!("{day}@{name}.csv"))
}

/// The location whose samples a file holds; empty for the one without a name.
fn location_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('@').map_or("", |(_, location)| location.trim_end_matches(".csv"))
}

/// The whole rows of `other` that `known` lacks, each once and with its line break, and how
/// many they are: with them `known` holds the rows of both.
pub fn missing(known: &[u8], other: &[u8]) -> (Vec<u8>, usize) {
    fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        let whole = bytes[..whole_lines(bytes)].split(|byte| *byte == b'\n');
        let bare = whole.map(|line| match line.iter().rposition(|byte| *byte != b'\r') {
            Some(last) => &line[..=last],
            None => &[],
        });
        bare.filter(|line| !line.is_empty() && *line != HEADER.trim_end().as_bytes())
    }
    let mut seen: BTreeSet<&[u8]> = lines(known).collect();
    let mut text = Vec::new();
    let mut rows = 0;
    for line in lines(other) {
        if seen.insert(line) {
            text.extend_from_slice(line);
            text.push(b'\n');
            rows += 1;
        }
    }
    (text, rows)
}

/// One row as a line with its line break.
pub fn format(row: &Row) -> String {
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    format!(
        "{},{},{},{},{},{}\n",
        row.sample.time.rfc3339(),
        quote(&row.probe),
        row.sample.outcome.word(),
        number(row.sample.latency_ms),
        number(row.sample.code.map(u32::from)),
        quote(&row.sample.detail),
    )
}

fn quote(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.contains([',', '"']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Reads one line without its line break. The error says what is wrong with it.
pub fn parse(line: &str) -> Result<Row, &'static str> {
    // A machine that went down may leave a file full of zeros.
    if line.contains(char::is_control) {
        return Err("it holds control characters");
    }
    let fields = split(line).ok_or("a quote in it is not closed")?;
    let [time, probe, outcome, latency, code, detail] = fields.as_slice() else {
        return Err("it has not six fields");
    };
    let time = Time::parse_rfc3339(time).ok_or("its time is not RFC 3339")?;
    if probe.is_empty() {
        return Err("it names no probe");
    }
    let outcome =
        Outcome::from_word(outcome).ok_or("its outcome is not up, degraded, down or unknown")?;
    let optional = |text: &str| {
        if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
    };
    let latency_ms = optional(latency).ok_or("its latency is not a number of milliseconds")?;
    let code = optional(code)
        .and_then(|code| code.map(u16::try_from).transpose().ok())
        .ok_or("its code is not a number")?;
    Ok(Row {
        probe: probe.clone(),
        sample: Sample {
            time: time.whole_second(),
            outcome,
            latency_ms,
            code,
            detail: detail.as_str().into(),
        },
    })
}

/// The fields of a line, or none when a quote is out of place.
fn split(line: &str) -> Option<Vec<String>> {
    if !line.contains('"') {
        return Some(line.split(',').map(str::to_owned).collect());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let mut text = String::new();
            let mut from = quoted;
            loop {
                let end = from.find('"')?;
                text.push_str(&from[..end]);
                from = &from[end + 1..];
                match from.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        from = more;
                    }
                    None => break,
                }
            }
            (text, from)
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            if rest[..end].contains('"') {
                return None;
            }
            (rest[..end].to_owned(), &rest[end..])
        };
        fields.push(field);
        if after.is_empty() {
            return Some(fields);
        }
        rest = after.strip_prefix(',')?;
    }
}

/// The rows of a file that are whole, each with the location it was taken at.
pub fn rows(path: &str, bytes: &[u8]) -> Vec<(Row, String)> {
    let location = location_of(path);
    let bytes = &bytes[..whole_lines(bytes)];
    bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            parse(std::str::from_utf8(line).ok()?).ok()
        })
        .map(|row| (row, location.to_owned()))
        .collect()
}

/// How many bytes of a file end in a line break; what follows them is a torn tail.
pub fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}

/// Whether a tail without a line break is nevertheless a whole row.
pub fn is_whole_row(tail: &[u8]) -> bool {
    std::str::from_utf8(tail).is_ok_and(|line| parse(line).is_ok())
}
