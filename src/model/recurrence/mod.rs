//! What repeats: the part of RFC 5545's recurrence rules that maintenance needs.
//!
//! Days only: the clock time and the zone are those of the first window, so that a rule is
//! right across changes of daylight saving time. Rules that RFC 5545 leaves undefined, such as
//! a start that the rule itself does not name, are refused where they are read.

mod parse;

pub use chrono::Weekday;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Time;
use super::zone::{Date, WallClock, Zone};

/// A rule by which days repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// Of what the interval is one.
    pub frequency: Frequency,
    /// Every how many days, weeks, months or years.
    pub interval: u32,
    /// Weekdays; within a month the first, second or, below zero, last of them.
    pub by_day: Vec<(i8, Weekday)>,
    /// Days of the month, below zero from its end.
    pub by_month_day: Vec<i8>,
    count: Option<u32>,
    until: Option<Until>,
    text: String,
}

impl Serialize for Recurrence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Recurrence {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|(message, _)| serde::de::Error::custom(message))
    }
}

/// The unit of a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Days.
    Daily,
    /// Weeks, which begin on Monday.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

impl Frequency {
    fn word(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

/// The last moment or day at which a window may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Day(Date),
    Instant(Time),
    Clock(WallClock),
}

/// Why a rule cannot be read: what is wrong, and what to write instead.
pub type Refusal = (String, String);

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// No rule is followed for more windows, or through more empty weeks and months, than this.
const MOST: usize = 50_000;

impl Recurrence {
    /// The rule as it was written, without `RRULE:`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rule as RFC 5545 has it for a series whose first window begins at `first` on the
    /// clock of the zone. With `until`, no window begins after that, whatever the rule says.
    ///
    /// UNTIL becomes an instant in UTC, as RFC 5545 demands where the start has a zone: a last
    /// day becomes the instant at which the window of that day begins.
    pub fn rrule(&self, first: WallClock, zone: &Zone, until: Option<Time>) -> String {
        let mut rule = format!("FREQ={}", self.frequency.word());
        if self.interval != 1 {
            rule.push_str(&format!(";INTERVAL={}", self.interval));
        }
        let own = self.until.map(|until| match until {
            Until::Day(date) => zone.instant(WallClock { date, ..first }),
            Until::Instant(until) => until,
            Until::Clock(clock) => zone.instant(clock),
        });
        match (until.or(own), self.count) {
            (Some(until), _) => {
                rule.push_str(&until.utc().format(";UNTIL=%Y%m%dT%H%M%SZ").to_string());
            }
            (None, Some(count)) => rule.push_str(&format!(";COUNT={count}")),
            (None, None) => {}
        }
        let weekday = |(ordinal, day): &(i8, Weekday)| {
            let name = WEEKDAYS.iter().find(|(_, known)| known == day).map_or("", |(name, _)| name);
            if *ordinal == 0 { name.to_owned() } else { format!("{ordinal}{name}") }
        };
        let weekdays: Vec<String> = self.by_day.iter().map(weekday).collect();
        let month_days: Vec<String> = self.by_month_day.iter().map(i8::to_string).collect();
        for (key, list) in [("BYDAY", weekdays), ("BYMONTHDAY", month_days)] {
            if !list.is_empty() {
                rule.push_str(&format!(";{key}={}", list.join(",")));
            }
        }
        rule
    }

    /// Whether the rule names the day of the first window itself.
    pub fn names(&self, first: Date) -> bool {
        self.days(first).next() == Some(first)
    }

    /// The instants at which windows begin, oldest first, up to the first one after `last`.
    pub fn instants(&self, first: WallClock, zone: &Zone, last: Time) -> Vec<(Date, Time)> {
        let mut instants: Vec<(Date, Time)> = Vec::new();
        let count = self.count.map_or(MOST, |count| count as usize);
        for date in self.days(first.date).take(count.min(MOST)) {
            let clock = WallClock { date, ..first };
            let time = zone.instant(clock);
            let is_over = match self.until {
                None => false,
                Some(Until::Day(day)) => date > day,
                Some(Until::Instant(until)) => time > until,
                Some(Until::Clock(until)) => time > zone.instant(until),
            };
            if is_over {
                break;
            }
            // A zone that skips a day moves that day's window onto the next one's.
            if instants.last().is_none_or(|(_, before)| *before < time) {
                instants.push((date, time));
            }
            // The next one after that is known too, however far it is.
            if time > last {
                break;
            }
        }
        instants
    }

    /// The days that the rule names, from its start on, without regard to COUNT and UNTIL.
    fn days(&self, first: Date) -> impl Iterator<Item = Date> + '_ {
        let mut period = 0_u32;
        let mut empty = 0;
        let mut waiting: std::vec::IntoIter<Date> = Vec::new().into_iter();
        std::iter::from_fn(move || {
            loop {
                if let Some(day) = waiting.next() {
                    if day >= first {
                        empty = 0;
                        return Some(day);
                    }
                    continue;
                }
                empty += 1;
                if empty > MOST {
                    return None;
                }
                waiting = self.period(first, period.checked_mul(self.interval)?)?.into_iter();
                period += 1;
            }
        })
    }

    /// The days of the period that is `number` days, weeks, months or years from the first.
    fn period(&self, first: Date, number: u32) -> Option<Vec<Date>> {
        let is_named = |day: &Date| {
            (self.by_month_day.is_empty()
                || self.by_month_day.iter().any(|wanted| is_month_day(*day, *wanted)))
                && (self.by_day.is_empty()
                    || self.by_day.iter().any(|wanted| is_weekday(*day, *wanted)))
        };
        Some(match self.frequency {
            Frequency::Daily => {
                let day = first.checked_add_days(Days::new(number.into()))?;
                Some(day).filter(is_named).into_iter().collect()
            }
            Frequency::Weekly => {
                let back = first.weekday().num_days_from_monday();
                let monday = first.checked_sub_days(Days::new(back.into()))?;
                let monday = monday.checked_add_days(Days::new(u64::from(number) * 7))?;
                let named = |day: &Date| {
                    if self.by_day.is_empty() {
                        day.weekday() == first.weekday()
                    } else {
                        is_named(day)
                    }
                };
                monday.iter_days().take(7).filter(named).collect()
            }
            Frequency::Monthly => {
                let month = first.with_day(1)?.checked_add_months(Months::new(number))?;
                let named = |day: &Date| {
                    if self.by_day.is_empty() && self.by_month_day.is_empty() {
                        day.day() == first.day()
                    } else {
                        is_named(day)
                    }
                };
                month
                    .iter_days()
                    .take_while(|day| day.month() == month.month())
                    .filter(named)
                    .collect()
            }
            Frequency::Yearly => {
                let year = first.year().checked_add(i32::try_from(number).ok()?)?;
                // A 29 February comes every fourth year or so.
                let _ = NaiveDate::from_ymd_opt(year, 1, 1)?;
                NaiveDate::from_ymd_opt(year, first.month(), first.day()).into_iter().collect()
            }
        })
    }
}

fn is_weekday(day: Date, (ordinal, weekday): (i8, Weekday)) -> bool {
    let from_start = i8::try_from((day.day() - 1) / 7 + 1).unwrap_or(0);
    let from_end = -i8::try_from((days_in_month(day) - day.day()) / 7 + 1).unwrap_or(0);
    day.weekday() == weekday && (ordinal == 0 || ordinal == from_start || ordinal == from_end)
}

fn is_month_day(day: Date, wanted: i8) -> bool {
    let from_end = i64::from(day.day()) - i64::from(days_in_month(day)) - 1;
    i64::from(day.day()) == i64::from(wanted) || from_end == i64::from(wanted)
}

fn days_in_month(day: Date) -> u32 {
    (28..=31).rev().find(|last| day.with_day(*last).is_some()).unwrap_or(28)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rule: &str, first: &str, count: usize) -> Vec<String> {
        let first = first.parse().expect("a date");
        let rule = Recurrence::parse(rule).expect("a rule");
        rule.days(first).take(count).map(|day| day.to_string()).collect()
    }

    #[test]
    fn rules_name_the_days_that_a_calendar_would() {
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10", 3),
            ["2026-11-10", "2026-12-08", "2027-01-12"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", 3),
            ["2026-11-27", "2026-12-25", "2027-01-29"]
        );
        assert_eq!(
            days("FREQ=MONTHLY", "2026-01-31", 3),
            ["2026-01-31", "2026-03-31", "2026-05-31"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", 3),
            ["2026-01-31", "2026-02-28", "2026-03-31"]
        );
        assert_eq!(
            days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "2026-11-24", 4),
            ["2026-11-24", "2026-11-29", "2026-12-08", "2026-12-13"]
        );
        assert_eq!(days("FREQ=YEARLY", "2024-02-29", 2), ["2024-02-29", "2028-02-29"]);
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-11-13", 2),
            ["2026-11-13", "2027-08-13"]
        );
    }

    #[test]
    fn a_rule_that_names_no_day_comes_to_an_end() {
        assert!(days("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "2026-11-01", 1).is_empty());
        assert!(days("FREQ=DAILY;INTERVAL=10000", "2026-11-01", 10_000).len() < 10_000);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for rule in [
            "",
            "WEEKLY",
            "FREQ=HOURLY",
            "FREQ=WEEKLY;BYHOUR=2",
            "FREQ=WEEKLY;BYDAY=2TU",
            "FREQ=WEEKLY;BYMONTHDAY=2",
            "FREQ=YEARLY;BYDAY=MO",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=2;UNTIL=20270101",
            "FREQ=DAILY;UNTIL=2027-01-01",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=DAILY;FREQ=DAILY",
        ] {
            assert!(Recurrence::parse(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn a_rule_for_calendars_ends_at_an_instant_in_utc() {
        let berlin = Zone::named("Europe/Berlin").expect("bundled");
        let date = "2026-03-01".parse().expect("a date");
        let first = WallClock { date, hour: 2, minute: 30, second: 0 };
        let until = Time::parse_rfc3339("2026-03-20T01:30:00Z");
        for (rule, zone, until, want) in [
            ("FREQ=DAILY", &berlin, None, "FREQ=DAILY"),
            ("RRULE:freq=weekly;WKST=MO;interval=+2;byday=su,tu", &berlin, None, {
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU"
            }),
            ("FREQ=MONTHLY;BYDAY=-1SU,+2FR", &berlin, None, "FREQ=MONTHLY;BYDAY=-1SU,2FR"),
            ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-1", &berlin, None, {
                "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-1"
            }),
            // A last day is over when its window has begun: in winter, in summer, and on the day
            // on which 02:30 is skipped.
            ("FREQ=DAILY;UNTIL=20260328", &berlin, None, "FREQ=DAILY;UNTIL=20260328T013000Z"),
            ("FREQ=DAILY;UNTIL=20260329", &berlin, None, "FREQ=DAILY;UNTIL=20260329T013000Z"),
            ("FREQ=DAILY;UNTIL=20260330", &berlin, None, "FREQ=DAILY;UNTIL=20260330T003000Z"),
            ("FREQ=DAILY;UNTIL=20260330", &Zone::utc(), None, "FREQ=DAILY;UNTIL=20260330T023000Z"),
            // A clock is that of the zone.
            ("FREQ=DAILY;UNTIL=20260330T120000", &berlin, None, {
                "FREQ=DAILY;UNTIL=20260330T100000Z"
            }),
            ("FREQ=DAILY;UNTIL=20260330T120000Z", &berlin, None, {
                "FREQ=DAILY;UNTIL=20260330T120000Z"
            }),
            // What is called off ends sooner, and UNTIL takes the place of COUNT.
            ("FREQ=DAILY;COUNT=99", &berlin, until, "FREQ=DAILY;UNTIL=20260320T013000Z"),
            ("FREQ=DAILY;UNTIL=20260330", &berlin, until, "FREQ=DAILY;UNTIL=20260320T013000Z"),
        ] {
            let parsed = Recurrence::parse(rule).expect("a rule");
            assert_eq!(parsed.rrule(first, zone, until), want, "{rule}");
        }
    }
}
