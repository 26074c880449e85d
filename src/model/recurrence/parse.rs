//! Reads rules, and refuses those that RFC 5545 leaves undefined, with what to write instead.

use chrono::Weekday;

use super::{Frequency, Recurrence, Refusal, Until, WEEKDAYS};
use crate::model::zone::{Date, WallClock, Zone};

impl Recurrence {
    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=2TU`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let rule = text.trim().strip_prefix("RRULE:").unwrap_or(text.trim());
        let mut frequency = None;
        let mut own = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            text: rule.to_ascii_uppercase(),
        };
        let refuse = |message: String, help: &str| Err((message, help.to_owned()));
        let mut seen: Vec<&'static str> = Vec::new();
        for written in rule.split(';') {
            let part = written.to_ascii_uppercase();
            let Some((key, value)) = part.split_once('=') else {
                return refuse(
                    format!("`{written}` is not a part of a rule"),
                    "write parts such as `FREQ=WEEKLY;BYDAY=TU`",
                );
            };
            let key = match key {
                "FREQ" => "FREQ",
                "INTERVAL" => "INTERVAL",
                "COUNT" => "COUNT",
                "UNTIL" => "UNTIL",
                "BYDAY" => "BYDAY",
                "BYMONTHDAY" => "BYMONTHDAY",
                "WKST" => "WKST",
                other => {
                    return refuse(
                        format!("`{other}` is not understood here"),
                        "use FREQ, INTERVAL, COUNT, UNTIL, BYDAY and BYMONTHDAY",
                    );
                }
            };
            if seen.contains(&key) {
                return refuse(format!("`{key}` is there twice"), "write it once");
            }
            seen.push(key);
            let number =
                || value.parse::<u32>().ok().filter(|number| (1..=10_000).contains(number));
            match key {
                "FREQ" => {
                    frequency = Some(match value {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => {
                            return refuse(
                                format!("`{value}` is not a frequency"),
                                "use DAILY, WEEKLY, MONTHLY or YEARLY",
                            );
                        }
                    });
                }
                "INTERVAL" | "COUNT" => {
                    let Some(number) = number() else {
                        return refuse(
                            format!("`{value}` cannot be the {key} of a rule"),
                            "write a number from 1 to 10000",
                        );
                    };
                    if key == "COUNT" {
                        own.count = Some(number);
                    } else {
                        own.interval = number;
                    }
                }
                "UNTIL" => match parse_until(value) {
                    Some(until) => own.until = Some(until),
                    None => {
                        return refuse(
                            format!("`{value}` is not a day or a time of RFC 5545"),
                            "write one such as `20271231` or `20271231T235959Z`",
                        );
                    }
                },
                "BYDAY" => {
                    for day in value.split(',') {
                        let Some(day) = parse_weekday(day) else {
                            return refuse(
                                format!("`{day}` is not a weekday"),
                                "write MO, TU, WE, TH, FR, SA or SU; in a monthly rule also `2TU` or `-1FR`",
                            );
                        };
                        own.by_day.push(day);
                    }
                }
                "BYMONTHDAY" => {
                    for day in value.split(',') {
                        let number = day.parse::<i8>().ok();
                        let Some(day) = number.filter(|day| *day != 0 && (-31..=31).contains(day))
                        else {
                            return refuse(
                                format!("`{day}` is not a day of a month"),
                                "write a number from 1 to 31, or from -1 for the last day",
                            );
                        };
                        own.by_month_day.push(day);
                    }
                }
                // Monday is the default of RFC 5545.
                _ if value == "MO" => {}
                _ => {
                    return refuse(
                        format!("weeks that begin on `{value}` are not understood"),
                        "leave out WKST",
                    );
                }
            }
        }
        let Some(frequency) = frequency else {
            return refuse("this rule has no FREQ".to_owned(), "begin with `FREQ=WEEKLY`");
        };
        own.frequency = frequency;
        own.refuse_what_has_no_meaning()?;
        Ok(own)
    }

    fn refuse_what_has_no_meaning(&self) -> Result<(), Refusal> {
        let refuse = |message: &str, help: &str| Err((message.to_owned(), help.to_owned()));
        let has_ordinals = self.by_day.iter().any(|(ordinal, _)| *ordinal != 0);
        if self.count.is_some() && self.until.is_some() {
            return refuse("a rule cannot have both COUNT and UNTIL", "keep one of them");
        }
        if has_ordinals && self.frequency != Frequency::Monthly {
            return refuse(
                "only a monthly rule can count weekdays, as in `2TU`",
                "write `FREQ=MONTHLY`, or the weekday alone",
            );
        }
        if !self.by_month_day.is_empty() && self.frequency == Frequency::Weekly {
            return refuse(
                "a weekly rule has no BYMONTHDAY",
                "write `FREQ=MONTHLY` or leave it out",
            );
        }
        if self.frequency == Frequency::Yearly
            && !(self.by_day.is_empty() && self.by_month_day.is_empty())
        {
            return refuse(
                "a yearly rule repeats the day of its start and takes neither BYDAY nor BYMONTHDAY",
                "write `FREQ=MONTHLY;INTERVAL=12` with them",
            );
        }
        Ok(())
    }
}

fn parse_weekday(text: &str) -> Option<(i8, Weekday)> {
    let (ordinal, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = WEEKDAYS.iter().find(|(known, _)| *known == name)?.1;
    let ordinal = match ordinal {
        "" => 0,
        number => number.parse().ok().filter(|n: &i8| *n != 0 && (-5..=5).contains(n))?,
    };
    Some((ordinal, weekday))
}

fn parse_until(text: &str) -> Option<Until> {
    let date = |text: &str| Date::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8);
    let Some((day, clock)) = text.split_once('T') else {
        return date(text).map(Until::Day);
    };
    let is_utc = clock.ends_with('Z');
    let clock = clock.trim_end_matches('Z');
    if clock.len() != 6 || !clock.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>, most: u8| {
        clock[range].parse::<u8>().ok().filter(|number| *number <= most)
    };
    let clock = WallClock {
        date: date(day)?,
        hour: part(0..2, 23)?,
        minute: part(2..4, 59)?,
        second: part(4..6, 59)?,
    };
    Some(if is_utc { Until::Instant(Zone::utc().instant(clock)) } else { Until::Clock(clock) })
}
