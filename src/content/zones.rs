//! Times without a zone where others have one: legal, and easily some hours wrong.

use std::collections::BTreeSet;

use crate::model::{Settings, Source, Zone, zone};
use crate::problem::Problem;

/// The keys of front matters that hold times.
const KEYS: &[&str] = &["started", "start", "end", "announced", "from", "until"];

/// Doubts about the first time without a zone of each file that, like it, names zones, or where
/// another file names one that is neither UTC nor that of the site.
pub fn doubts(sources: &[Source], settings: &Settings) -> Vec<Problem> {
    let times: Vec<Times> = sources.iter().map(|source| read(source, settings)).collect();
    let is_far = |name: &&String| !["UTC", "GMT", "Z"].contains(&name.to_uppercase().as_str());
    let far: BTreeSet<&String> = times.iter().flat_map(|file| &file.named).filter(is_far).collect();
    let mut doubts = Vec::new();
    for (source, file) in sources.iter().zip(&times) {
        let Some((offset, length)) = file.without else { continue };
        let Some(other) = file.named.first().or(far.first().copied()) else { continue };
        let message = format!("this time has no zone, and others are in `{other}`");
        let help = format!(
            "it is read in `{}`, the zone of the site; write the zone behind it",
            settings.timezone.name()
        );
        doubts.push(Problem::at(source, offset, length, message, help).warning());
    }
    doubts
}

/// The times of a file.
#[derive(Default)]
struct Times {
    /// The place and the length of the first one without a zone.
    without: Option<(usize, usize)>,
    /// Zones that are named, other than that of the site.
    named: BTreeSet<String>,
}

fn read(source: &Source, settings: &Settings) -> Times {
    let mut times = Times::default();
    let (mut at, mut fences) = (0, 0);
    for line in source.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        fences += usize::from(fences < 2 && line.trim_end() == "---");
        let is_key = || {
            let key = line.split_once(':').map(|(key, _)| key.trim());
            fences == 1 && key.is_some_and(|key| KEYS.contains(&key))
        };
        if !line.starts_with("## ") && !is_key() {
            continue;
        }
        let Some(found) = stamp(line) else { continue };
        let rest = line[found.end..].split(['{', '"', '\'']).next().unwrap_or_default();
        let rest = rest.split(" #").next().unwrap_or_default().trim();
        if rest.is_empty() {
            times.without = times.without.or(Some((start + found.start, found.len())));
            continue;
        }
        let whole = format!("{} {rest}", line[found].replace('T', " "));
        let elsewhere = |zone: &Zone| zone.name() != settings.timezone.name();
        if let Ok((_, zone)) = zone::parse_zoned_moment(&whole, &settings.timezone)
            && elsewhere(&zone)
        {
            times.named.insert(rest.to_owned());
        }
    }
    times
}

/// Where a line has its first date and time, `2026-11-22 10:05` with or without seconds.
fn stamp(line: &str) -> Option<std::ops::Range<usize>> {
    let fits = |at: usize, pattern: &str| {
        let part = line.as_bytes().get(at..at + pattern.len());
        part.is_some_and(|part| {
            part.iter().zip(pattern.bytes()).all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                b' ' => matches!(byte, b' ' | b'T'),
                like => *byte == like,
            })
        })
    };
    let start = (0..line.len()).find(|at| fits(*at, "0000-00-00 00:00"))?;
    let end = start + "0000-00-00 00:00".len();
    Some(start..if fits(end, ":00") { end + 3 } else { end })
}
