//! The words of the page: times, lengths of time, states.

use chrono::Datelike;

use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::model::{ComponentStatus, Date, IncidentStatus, MaintenanceStatus, Time, Zone};

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
