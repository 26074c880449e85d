//! Instants and lengths of time, both in integer milliseconds.
//!
//! No zone and no clock: a civil day belongs to [`crate::model::zone`], and
//! *now* is handed in from the edge.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// Twenty-four hours in milliseconds (a civil day may have 23 or 25).
pub const DAY: i64 = 24 * HOUR;

impl Time {
    /// The first and last instants that can be written as a four-digit year.
    const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

    /// The instant `ms` milliseconds after the epoch, clamped to years 1 to 9999.
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// The instant `seconds` after the epoch.
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_ms(seconds.saturating_mul(SECOND))
    }

    /// Milliseconds since the epoch.
    pub fn ms(self) -> i64 {
        self.0
    }

    /// This instant moved by `ms` milliseconds, which may be negative.
    pub fn plus(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }

    /// The same instant without its fraction of a second.
    pub fn whole_second(self) -> Self {
        Self(self.0.div_euclid(SECOND) * SECOND)
    }

    /// Reads an RFC 3339 date and time, such as `2026-11-22T10:05:03Z`.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self::from_ms(time.timestamp_millis()))
    }

    /// `2026-11-22T10:05:03Z`
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// This instant as a chrono value, for crates that speak chrono.
    pub fn utc(self) -> DateTime<chrono::Utc> {
        DateTime::from_timestamp_millis(self.0).expect("clamped to chrono's range by from_ms")
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || serde::de::Error::custom(format!("`{text}` is not a time of RFC 3339"));
        Self::parse_rfc3339(&text).ok_or_else(wrong)
    }
}

/// Reads a duration such as `500ms`, `10s`, `5m`, `26h` or `14d`; milliseconds.
///
/// A bare number is rejected: nobody remembers which unit a tool meant.
pub fn parse_duration(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    let value: i64 = text[..digits].parse().ok()?;
    // A century is more than any key means, and keeps later sums far from overflow.
    value.checked_mul(unit).filter(|ms| *ms <= 36_525 * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_needs_a_number_and_a_known_unit() {
        for (text, ms) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("26h", 93_600_000),
            ("14d", 1_209_600_000),
            ("0s", 0),
        ] {
            assert_eq!(parse_duration(text), Some(ms), "{text}");
        }
        for text in
            ["", "5", "m", "-5m", "5 m", "5M", "1.5h", "5min", "99999999999999999999s", "９s"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_survives_its_own_text() {
        let time = Time::parse_rfc3339("2026-11-22T11:05:03+01:00").expect("valid");
        assert_eq!(time.rfc3339(), "2026-11-22T10:05:03Z");
        assert_eq!(Time::parse_rfc3339(&time.rfc3339()), Some(time));
        assert_eq!(Time::from_ms(i64::MAX).rfc3339(), "9999-12-31T23:59:59Z");
    }
}
