//! The words of the page: times, lengths of time, states.

use chrono::Datelike;

use crate::model::recurrence::{Frequency, Weekday};
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::model::{
    ComponentStatus, Date, IncidentStatus, MaintenanceStatus, Recurrence, Time, Zone,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `22 Nov 2026`
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), &MONTHS[date.month0() as usize][..3], date.year())
}

/// `November 2026`
pub fn month(date: Date) -> String {
    format!("{} {}", MONTHS[date.month0() as usize], date.year())
}

/// `10:05`
pub fn clock(time: Time, zone: &Zone) -> String {
    let clock = zone.wall_clock(time);
    format!("{:02}:{:02}", clock.hour, clock.minute)
}

/// `22 Nov 2026, 10:05 UTC`
pub fn moment(time: Time, zone: &Zone) -> String {
    format!("{}, {} {}", day(zone.date(time)), clock(time, zone), zone.abbreviation(time))
}

/// `10:05 UTC` on the day of `now`, else with its day.
pub fn moment_near(time: Time, now: Time, zone: &Zone) -> String {
    if zone.date(time) == zone.date(now) {
        format!("{} {}", clock(time, zone), zone.abbreviation(time))
    } else {
        moment(time, zone)
    }
}

/// `22 Nov 2026, 02:00 UTC to 04:00 UTC`, with both days where they differ.
pub fn window(from: Time, to: Time, zone: &Zone) -> String {
    format!("{} to {}", moment(from, zone), moment_near(to, from, zone))
}

/// `3 d 4 h`, `2 h 5 min`, `15 min`, `42 s`: at most two units, rounded down.
pub fn length(ms: i64) -> String {
    let (days, hours, minutes, seconds) =
        (ms / DAY, ms % DAY / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
    let two = |a: i64, au: &str, b: i64, bu: &str| {
        if b > 0 { format!("{a} {au} {b} {bu}") } else { format!("{a} {au}") }
    };
    if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else if minutes > 0 {
        format!("{minutes} min")
    } else if ms > 0 {
        format!("{} s", seconds.max(1))
    } else {
        "0 min".to_owned()
    }
}

/// `every month on the 2nd Tuesday`
pub fn recurrence(rule: &Recurrence) -> String {
    let unit = match rule.frequency {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    let every = match rule.interval {
        1 => format!("every {unit}"),
        number => format!("every {number} {unit}s"),
    };
    let weekday = |(ordinal, day): &(i8, Weekday)| {
        let name = WEEKDAYS[day.num_days_from_monday() as usize];
        match ordinal {
            0 => name.to_owned(),
            -1 => format!("the last {name}"),
            below if *below < 0 => format!("the {} {name} from the end", nth(-*below)),
            nth_day => format!("the {} {name}", nth(*nth_day)),
        }
    };
    let month_day = |day: &i8| match day {
        -1 => "the last day".to_owned(),
        below if *below < 0 => format!("the {} day from the end", nth(-*below)),
        day => format!("the {}", nth(*day)),
    };
    let days: Vec<String> = rule.by_day.iter().map(weekday).collect();
    let month_days: Vec<String> = rule.by_month_day.iter().map(month_day).collect();
    match (days.is_empty(), month_days.is_empty()) {
        (true, true) => every,
        (false, true) => format!("{every} on {}", days.join(", ")),
        (true, false) => format!("{every} on {}", month_days.join(", ")),
        (false, false) => {
            format!("{every} on {} that is {}", month_days.join(", "), days.join(" or "))
        }
    }
}

fn nth(number: i8) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// A detail of a sample at a length that a page can bear; the raw data has all of it.
pub fn short(detail: &str) -> String {
    match detail.char_indices().nth(200) {
        Some((cut, _)) => format!("{}…", &detail[..cut]),
        None => detail.to_owned(),
    }
}

/// The name of a component status.
pub fn status(status: ComponentStatus) -> &'static str {
    match status {
        ComponentStatus::Operational => "Operational",
        ComponentStatus::Unknown => "Unknown",
        ComponentStatus::UnderMaintenance => "Under maintenance",
        ComponentStatus::DegradedPerformance => "Degraded",
        ComponentStatus::PartialOutage => "Partial outage",
        ComponentStatus::MajorOutage => "Down",
    }
}

/// What a component in this status does, for `count` of them: `is down`, `are down`.
pub fn predicate(status: ComponentStatus, count: usize) -> String {
    let is = if count == 1 { "is" } else { "are" };
    match status {
        ComponentStatus::Operational => format!("{is} operational"),
        ComponentStatus::Unknown if count == 1 => "has an unknown status".to_owned(),
        ComponentStatus::Unknown => "have an unknown status".to_owned(),
        ComponentStatus::UnderMaintenance => format!("{is} under maintenance"),
        ComponentStatus::DegradedPerformance => format!("{is} degraded"),
        ComponentStatus::PartialOutage => format!("{is} partly down"),
        ComponentStatus::MajorOutage => format!("{is} down"),
    }
}

/// The name of an incident status.
pub fn incident_status(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Investigating => "Investigating",
        IncidentStatus::Identified => "Identified",
        IncidentStatus::Monitoring => "Monitoring",
        IncidentStatus::Resolved => "Resolved",
        IncidentStatus::Postmortem => "Postmortem",
    }
}

/// The name of a maintenance status.
pub fn maintenance_status(status: MaintenanceStatus) -> &'static str {
    match status {
        MaintenanceStatus::Scheduled => "Scheduled",
        MaintenanceStatus::InProgress => "In progress",
        MaintenanceStatus::Verifying => "Verifying",
        MaintenanceStatus::Completed => "Completed",
        MaintenanceStatus::Cancelled => "Cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_as_people_tell_them() {
        for (rule, words) in [
            ("FREQ=DAILY", "every day"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday, Thursday"),
            ("FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tuesday"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
            ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "every month on the 1st, the last day"),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on the 13th that is Friday"),
            ("FREQ=YEARLY", "every year"),
        ] {
            assert_eq!(recurrence(&Recurrence::parse(rule).expect("a rule")), words);
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
            assert_eq!(length(ms), text);
        }
    }
}
