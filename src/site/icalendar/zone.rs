//! The zones of a calendar: every change of their clocks that its windows can meet.

use chrono::Datelike;

use super::lines::{Lines, local, stamp};
use crate::model::zone::{Change, WallClock};
use crate::model::{Date, Time, Zone};

/// How many years after this one the changes of the clocks are written down for.
const YEARS: i32 = 10;

/// What UTC is called where it must have a name.
pub const UTC: &str = "UTC";

/// The name of a zone in a calendar; none for UTC, which needs no more than a `Z`.
pub fn tzid(zone: &Zone) -> Option<String> {
    match zone.fixed_offset() {
        None => Some(zone.name().to_owned()),
        Some(0) => None,
        // Without a colon, which many readers take for the end of the name.
        Some(offset) => Some(format!("UTC{}", utc_offset(offset))),
    }
}

/// `;TZID=Europe/Berlin:20261122T110503`, or `:20261122T100503Z` in UTC: what stands behind the
/// name of a property.
pub fn clock(zone: &Zone, clock: WallClock) -> String {
    match tzid(zone) {
        Some(name) => format!(";TZID={name}:{}", local(clock)),
        None => format!(":{}Z", local(clock)),
    }
}

/// Adds the zone for windows that begin between `first` and `last`.
///
/// It reaches from the year before the first of them to ten years after this one, so that what
/// is written changes once a year.
pub fn render(out: &mut Lines, zone: &Zone, first: Time, last: Time) {
    let name = tzid(zone).unwrap_or(UTC.to_owned());
    let from = new_year(first.utc().year() - 1);
    let to = new_year(last.utc().year() + YEARS + 1);
    out.line("BEGIN:VTIMEZONE");
    out.line(&format!("TZID:{name}"));
    // Changes that do the same are one thing with many dates.
    let mut alike: Vec<(Change, Vec<Time>)> = Vec::new();
    for change in zone.changes(from, to) {
        let at = change.at;
        let known =
            alike.iter_mut().find(|(one, _)| Change { at: one.at, ..change.clone() } == *one);
        match known {
            Some((_, times)) => times.push(at),
            None => alike.push((change, vec![at])),
        }
    }
    for (change, times) in alike {
        let kind = if change.is_daylight { "DAYLIGHT" } else { "STANDARD" };
        // The old clock tells when it is put forward or back.
        let clock = |time: &Time| {
            let shown = stamp(time.plus(i64::from(change.before) * 1000));
            shown.trim_end_matches('Z').to_owned()
        };
        out.line(&format!("BEGIN:{kind}"));
        out.line(&format!("DTSTART:{}", clock(&change.at)));
        out.line(&format!("TZOFFSETFROM:{}", utc_offset(change.before)));
        out.line(&format!("TZOFFSETTO:{}", utc_offset(change.after)));
        out.text("TZNAME", &change.abbreviation);
        // Some readers see only the first date of a list, and some forget DTSTART beside a list.
        if times.len() > 1 {
            for time in &times {
                out.line(&format!("RDATE:{}", clock(time)));
            }
        }
        out.line(&format!("END:{kind}"));
    }
    out.line("END:VTIMEZONE");
}

/// The first instant of a year.
fn new_year(year: i32) -> Time {
    let date = Date::from_ymd_opt(year.clamp(1, 9999), 1, 1);
    date.map_or(Time::from_ms(0), |date| Zone::utc().start_of_day(date))
}

/// `+0530`; with seconds for the times before there were zones.
fn utc_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) =
        (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let rest = if rest == 0 { String::new() } else { format!("{rest:02}") };
    format!("{sign}{hours:02}{minutes:02}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_without_changes_is_one_observance() {
        let time = |text| Time::parse_rfc3339(text).expect("valid");
        let (first, last) = (time("2026-11-22T10:00:00Z"), time("2026-11-23T10:00:00Z"));
        let text = |name: &str| {
            let mut out = Lines::default();
            render(&mut out, &Zone::from_name(name).expect("a zone"), first, last);
            out.into_text().replace("\r\n", "\n")
        };
        assert_eq!(
            text("+05:30"),
            "BEGIN:VTIMEZONE\nTZID:UTC+0530\nBEGIN:STANDARD\nDTSTART:20250101T053000\n\
             TZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nTZNAME:+05:30\nEND:STANDARD\nEND:VTIMEZONE\n"
        );
        assert!(text("UTC").contains("TZID:UTC\nBEGIN:STANDARD\nDTSTART:20250101T000000\n"));
        let berlin = text("Europe/Berlin");
        // The start, and a change to either side with its twelve years.
        assert_eq!(berlin.matches("BEGIN:STANDARD").count(), 2);
        assert_eq!(berlin.matches("BEGIN:DAYLIGHT").count(), 1);
        assert_eq!(berlin.matches("RDATE").count(), 24);
        assert!(berlin.contains("RDATE:20361026T030000\n"), "{berlin}");
    }

    #[test]
    fn offsets_have_seconds_only_where_they_need_them() {
        assert_eq!(utc_offset(0), "+0000");
        assert_eq!(utc_offset(-12_600), "-0330");
        assert_eq!(utc_offset(3208), "+005328");
        assert_eq!(utc_offset(-3208), "-005328");
    }
}
