//! Days and stretches of time as paths.
//!
//! A path holds its stretches on the line `y = 0`, and its class says how high it is drawn: the
//! geometry is the style sheet's business.

use std::collections::BTreeMap;

use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{ComponentStatus, Time};
use crate::site::edition::Edition;
use crate::site::plan::DayReport;
use crate::site::view::{Bar, Strip};
use crate::site::words;

/// The class of a day.
pub fn key(day: &DayReport) -> &'static str {
    match day.worst {
        ComponentStatus::Unknown if day.uptime.window_ms == 0 => NO_DATA,
        ComponentStatus::Operational if day.uptime.has_gaps() => GAPS,
        status => status.word(),
    }
}

/// The class of a day that was good as far as it was seen.
pub const GAPS: &str = "gaps";

/// The class of time before the first record.
pub const NO_DATA: &str = "no_data";

/// The width of so many days: 3 for each, less the last gap.
pub fn width(days: usize) -> usize {
    (days * 3).saturating_sub(1)
}

/// One path for each class; a run of days with the same one is one stroke. None is left out.
pub fn days(keys: &[Option<&'static str>]) -> Vec<Bar> {
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut start = 0;
    for run in keys.chunk_by(|a, b| a == b) {
        if let Some(key) = run[0] {
            paths.entry(key).or_default().push_str(&stroke(start, run.len()));
        }
        start += run.len();
    }
    paths.into_iter().map(|(key, d)| Bar { key, d }).collect()
}

/// So many days from the `start`th on.
pub fn stroke(start: usize, days: usize) -> String {
    format!("M{} 0H{}", start * 3, (start + days) * 3 - 1)
}

/// A stretch of a strip.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Its beginning.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// What it was.
    pub key: &'static str,
}

/// How wide a strip is; a moment is at least one of it wide.
const STRIP: i64 = 720;

/// Draws the pieces that lie in `[from, to)`.
pub fn strip(
    edition: Edition<'_>,
    name: &str,
    (from, to): (Time, Time),
    pieces: impl Iterator<Item = Piece>,
) -> Strip {
    let whole_ms = (to.ms() - from.ms()).max(1);
    let place = |time: Time| (time.ms() - from.ms()).clamp(0, whole_ms) * STRIP / whole_ms;
    let mut paths: BTreeMap<&'static str, (String, i64)> = BTreeMap::new();
    let mut last = (0, "");
    for piece in pieces.filter(|piece| piece.from < to && piece.to > from) {
        let (start, end) = (place(piece.from), place(piece.to));
        // A short one shall be seen, and does not cover what comes before it.
        let end = end.max(start + 1);
        let (path, sum_ms) = paths.entry(piece.key).or_default();
        *sum_ms += piece.to.min(to).ms() - piece.from.max(from).ms();
        if last == (start, piece.key) {
            let before = path.rfind('H').unwrap_or(0);
            path.truncate(before);
            path.push_str(&format!("H{end}"));
        } else {
            path.push_str(&format!("M{start} 0H{end}"));
        }
        last = (end, piece.key);
    }
    let what: Vec<String> = paths
        .iter()
        .filter(|(key, _)| **key != ComponentStatus::Operational.word())
        .map(|(key, (_, ms))| {
            let status = ComponentStatus::WORDS.iter().find(|(word, _)| word == key);
            let label = status.map_or(edition.say("no_data"), |(_, status)| {
                words::status(edition.language, *status)
            });
            format!("{label} {}", edition.length(*ms))
        })
        .collect();
    let what = match what.is_empty() && !paths.is_empty() {
        true => edition.say("good_day").to_owned(),
        false if what.is_empty() => edition.say("no_data").to_owned(),
        false => words::list(edition.language, &what),
    };
    let label = edition.fill(
        "strip_of",
        &[
            ("name", name),
            ("from", &edition.time(from)),
            ("to", &edition.time(to)),
            ("what", &what),
        ],
    );
    Strip {
        label,
        width: STRIP,
        parts: paths.into_iter().map(|(key, (d, _))| Bar { key, d }).collect(),
        ticks: ticks(edition, from, to),
    }
}

/// Clock times for below a strip: its ends, and where they are whole the quarters between.
pub fn ticks(edition: Edition<'_>, from: Time, to: Time) -> Vec<String> {
    let zone = edition.zone();
    let length = to.ms() - from.ms();
    if length > DAY + 2 * HOUR {
        // Clock times alone would be those of any day.
        return vec![edition.time(from), edition.time(to)];
    }
    let clock = |time: Time| words::clock(time, zone);
    // On a day on which the clocks change the hours are not evenly spaced.
    let is_even = zone.abbreviation(from) == zone.abbreviation(to) && length % (4 * MINUTE) == 0;
    let parts = if is_even && length >= 4 * HOUR { 4 } else { 1 };
    let is_day = zone.date(from) != zone.date(to) && zone.wall_clock(to).hour == 0;
    (0..=parts)
        .map(|part| match from.plus(length * part / parts) {
            end if part == parts && is_day && clock(end) == "00:00" => "24:00".to_owned(),
            time => clock(time),
        })
        .collect()
}
