//! Times, lengths of time, numbers and states, in the words of a language.

use chrono::Datelike;

use crate::model::recurrence::Frequency;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::model::{
    ComponentStatus, Date, Impact, IncidentStatus, MaintenanceStatus, Outcome, Recurrence, Time,
    Zone,
};
use crate::theme::Language;

/// `22 Nov 2026`
pub fn day(language: &Language, date: Date) -> String {
    let (day, year) = (date.day().to_string(), date.year().to_string());
    let month = language.name("months_short", date.month0() as usize);
    language.fill("date", &[("day", &day), ("month", month), ("year", &year)])
}

/// `22 Nov 2026 to 4 Dec 2026`
pub fn days(language: &Language, from: Date, to: Date) -> String {
    if from == to {
        return day(language, from);
    }
    language.fill("range", &[("from", &day(language, from)), ("to", &day(language, to))])
}

/// `November 2026`
pub fn month(language: &Language, date: Date) -> String {
    let year = date.year().to_string();
    let month = language.name("months_long", date.month0() as usize);
    language.fill("month_year", &[("month", month), ("year", &year)])
}

/// `10:05`
pub fn clock(time: Time, zone: &Zone) -> String {
    let clock = zone.wall_clock(time);
    format!("{:02}:{:02}", clock.hour, clock.minute)
}

/// `10:05 UTC`
pub fn clock_with_zone(language: &Language, time: Time, zone: &Zone) -> String {
    let (clock, name) = (clock(time, zone), zone.abbreviation(time));
    language.fill("clock", &[("time", &clock), ("zone", &name)])
}

/// `22 Nov 2026, 10:05 UTC`
pub fn moment(language: &Language, time: Time, zone: &Zone) -> String {
    let (day, clock) = (day(language, zone.date(time)), clock(time, zone));
    let name = zone.abbreviation(time);
    language.fill("moment", &[("date", &day), ("time", &clock), ("zone", &name)])
}

/// `10:05 UTC` on the day of `now`, else with its day.
pub fn moment_near(language: &Language, time: Time, now: Time, zone: &Zone) -> String {
    if zone.date(time) == zone.date(now) {
        clock_with_zone(language, time, zone)
    } else {
        moment(language, time, zone)
    }
}

/// `22 Nov 2026, 02:00 UTC to 04:00 UTC`, with both days where they differ.
pub fn window(language: &Language, from: Time, to: Time, zone: &Zone) -> String {
    let end = moment_near(language, to, from, zone);
    language.fill("range", &[("from", &moment(language, from, zone)), ("to", &end)])
}

/// The keys of the units, longest first.
const UNITS: [&str; 4] = ["unit_day", "unit_hour", "unit_minute", "unit_second"];

/// How lengths are written, for the script: the units, longest first, and two of them.
pub fn units(language: &Language) -> String {
    let keys = UNITS.iter().chain([&"two_units"]);
    keys.map(|key| language.say(key)).collect::<Vec<_>>().join("|")
}

/// `3 d 4 h`, `2 h 5 min`, `15 min`, `42 s`: at most two units, rounded down.
pub fn length(language: &Language, ms: i64) -> String {
    let counts = [ms / DAY, ms % DAY / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND];
    let unit =
        |index: usize, count: i64| language.fill(UNITS[index], &[("count", &count.to_string())]);
    match counts.iter().position(|count| *count > 0) {
        Some(first @ (0 | 1)) if counts[first + 1] > 0 => {
            let (first, second) = (unit(first, counts[first]), unit(first + 1, counts[first + 1]));
            language.fill("two_units", &[("first", &first), ("second", &second)])
        }
        Some(first) => unit(first, counts[first]),
        None if ms > 0 => unit(3, 1),
        None => unit(2, 0),
    }
}

/// `123 ms`, `1.25 s`
pub fn latency(language: &Language, ms: u32) -> String {
    if ms < 1000 {
        return language.fill("unit_millisecond", &[("count", &ms.to_string())]);
    }
    let seconds = decimal(language, &format!("{}.{:02}", ms / 1000, ms % 1000 / 10));
    language.fill("unit_second", &[("count", &seconds)])
}

/// A number with the sign that this language has between whole and fraction.
pub fn decimal(language: &Language, number: &str) -> String {
    number.replace('.', language.say("decimal_sign"))
}

/// `99.93 %`
pub fn percent(language: &Language, number: &str) -> String {
    language.fill("percent", &[("number", &decimal(language, number))])
}

/// `API, Website`
pub fn list(language: &Language, names: &[String]) -> String {
    names.join(language.say("list_separator"))
}

/// `every month on the 2nd Tuesday`
pub fn recurrence(language: &Language, rule: &Recurrence) -> String {
    let every = match rule.frequency {
        Frequency::Daily => "every_day",
        Frequency::Weekly => "every_week",
        Frequency::Monthly => "every_month",
        Frequency::Yearly => "every_year",
    };
    let every = language.count(every, rule.interval as usize, &[]);
    let nth = |number: i8| language.name("ordinals", (number - 1) as usize);
    let mut days: Vec<String> = Vec::new();
    for day in &rule.by_month_day {
        days.push(match day {
            -1 => language.say("last_day").to_owned(),
            below if *below < 0 => {
                language.fill("day_from_end", &[("number", &(-below).to_string())])
            }
            day => language.fill("day_of_month", &[("number", &day.to_string())]),
        });
    }
    let mut weekdays: Vec<String> = Vec::new();
    for (ordinal, day) in &rule.by_day {
        let name = language.name("weekdays", day.num_days_from_monday() as usize);
        let which = [("weekday", name)];
        weekdays.push(match ordinal {
            0 => name.to_owned(),
            -1 => language.fill("last_weekday", &which),
            below if *below < 0 => {
                language.fill("weekday_from_end", &[("weekday", name), ("ordinal", nth(-below))])
            }
            ordinal => {
                language.fill("nth_weekday", &[("weekday", name), ("ordinal", nth(*ordinal))])
            }
        });
    }
    let (days, weekdays) = (list(language, &days), list(language, &weekdays));
    match (days.is_empty(), weekdays.is_empty()) {
        (true, true) => every,
        (false, false) => language.fill(
            "every_on_that_is",
            &[("every", &every), ("days", &days), ("weekdays", &weekdays)],
        ),
        _ => language.fill("every_on", &[("every", &every), ("days", &(days + &weekdays))]),
    }
}

/// A detail of a sample at a length that a page can bear; the raw data has all of it.
pub fn short(detail: &str) -> String {
    match detail.char_indices().nth(200) {
        Some((cut, _)) => format!("{}…", &detail[..cut]),
        None => detail.to_owned(),
    }
}

/// The name of a component status.
pub fn status(language: &Language, status: ComponentStatus) -> &str {
    language.say(match status {
        ComponentStatus::Operational => "status_operational",
        ComponentStatus::Unknown => "status_unknown",
        ComponentStatus::UnderMaintenance => "status_under_maintenance",
        ComponentStatus::DegradedPerformance => "status_degraded_performance",
        ComponentStatus::PartialOutage => "status_partial_outage",
        ComponentStatus::MajorOutage => "status_major_outage",
    })
}

/// `Public API is down`
pub fn one_is(language: &Language, name: &str, status: ComponentStatus) -> String {
    let key = match status {
        ComponentStatus::Operational => "one_operational",
        ComponentStatus::Unknown => "one_unknown",
        ComponentStatus::UnderMaintenance => "one_under_maintenance",
        ComponentStatus::DegradedPerformance => "one_degraded_performance",
        ComponentStatus::PartialOutage => "one_partial_outage",
        ComponentStatus::MajorOutage => "one_major_outage",
    };
    language.fill(key, &[("name", name)])
}

/// `2 of 14 components are down`
pub fn many_are(
    language: &Language,
    count: usize,
    total: usize,
    status: ComponentStatus,
) -> String {
    let key = match status {
        ComponentStatus::Operational => "many_operational",
        ComponentStatus::Unknown => "many_unknown",
        ComponentStatus::UnderMaintenance => "many_under_maintenance",
        ComponentStatus::DegradedPerformance => "many_degraded_performance",
        ComponentStatus::PartialOutage => "many_partial_outage",
        ComponentStatus::MajorOutage => "many_major_outage",
    };
    language.count(key, count, &[("total", &total.to_string())])
}

/// The name of a result.
pub fn outcome(language: &Language, outcome: Outcome) -> &str {
    language.say(match outcome {
        Outcome::Up => "outcome_up",
        Outcome::Degraded => "outcome_degraded",
        Outcome::Down => "outcome_down",
        Outcome::Unknown => "outcome_unknown",
    })
}

/// The name of an incident status.
pub fn incident_status(language: &Language, status: IncidentStatus) -> &str {
    language.say(match status {
        IncidentStatus::Investigating => "incident_investigating",
        IncidentStatus::Identified => "incident_identified",
        IncidentStatus::Monitoring => "incident_monitoring",
        IncidentStatus::Resolved => "incident_resolved",
        IncidentStatus::Postmortem => "incident_postmortem",
    })
}

/// The name of a maintenance status.
pub fn maintenance_status(language: &Language, status: MaintenanceStatus) -> &str {
    language.say(match status {
        MaintenanceStatus::Scheduled => "maintenance_scheduled",
        MaintenanceStatus::InProgress => "maintenance_in_progress",
        MaintenanceStatus::Verifying => "maintenance_verifying",
        MaintenanceStatus::Completed => "maintenance_completed",
        MaintenanceStatus::Cancelled => "maintenance_cancelled",
    })
}

/// The name of an impact.
pub fn impact(language: &Language, impact: Impact) -> &str {
    language.say(match impact {
        Impact::None => "impact_none",
        Impact::Minor => "impact_minor",
        Impact::Major => "impact_major",
        Impact::Critical => "impact_critical",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_as_people_tell_them() {
        let english = Language::english();
        for (rule, words) in [
            ("FREQ=DAILY", "every day"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday, Thursday"),
            ("FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tuesday"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
            ("FREQ=MONTHLY;BYDAY=-2FR", "every month on the 2nd Friday from the end"),
            ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "every month on day 1, the last day"),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on day 13 if it is Friday"),
            ("FREQ=YEARLY", "every year"),
        ] {
            let rule = Recurrence::parse(rule).expect("a rule");
            assert_eq!(recurrence(&english, &rule), words);
        }
    }

    #[test]
    fn lengths_have_at_most_two_units_and_are_rounded_down() {
        for (ms, text) in [
            (0, "0 min"),
            (1, "1 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (3_599_999, "59 min"),
            (3_600_000, "1 h"),
            (3_660_000, "1 h 1 min"),
            (86_400_000 + 7_200_000, "1 d 2 h"),
        ] {
            assert_eq!(length(&Language::english(), ms), text);
        }
    }

    #[test]
    fn response_times_from_a_second_on_are_told_in_seconds() {
        for (ms, text) in [(0, "0 ms"), (999, "999 ms"), (1000, "1.00 s"), (12_345, "12.34 s")] {
            assert_eq!(latency(&Language::english(), ms), text);
        }
    }
}
