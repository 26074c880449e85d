//! The part of `status.json` that is about time: windows, months, days and their stretches.

use serde::Serialize;

use crate::model::{ComponentStatus, Outcome};
use crate::site::calendar::Stretch;
use crate::site::explain::explain;
use crate::site::outages::{Outage, Tally};
use crate::site::plan::Life;
use crate::site::timeline::{Cause, Timeline};
use crate::site::uptime::{Figure, Share, Uptime};

/// What a stretch of time adds up to.
#[derive(Serialize)]
struct Numbers {
    /// Null without enough data.
    availability_percent: Option<f64>,
    full_performance_percent: Option<f64>,
    raw_percent: Option<f64>,
    coverage_percent: Option<f64>,
    lower_bound_percent: Option<f64>,
    upper_bound_percent: Option<f64>,
    down_ms: i64,
    #[serde(flatten)]
    sums: Uptime,
}

/// The outages that began in a stretch of time.
#[derive(Serialize)]
struct Outages {
    outages: usize,
    recovered: usize,
    mean_time_to_recovery_ms: Option<i64>,
    mean_time_to_declaration_ms: Option<i64>,
}

#[derive(Serialize)]
pub struct Window {
    days: usize,
    #[serde(flatten)]
    numbers: Numbers,
    #[serde(flatten)]
    outages: Outages,
}

#[derive(Serialize)]
pub struct Month {
    month: String,
    #[serde(flatten)]
    numbers: Numbers,
    #[serde(flatten)]
    outages: Outages,
}

#[derive(Serialize)]
pub struct Day<'a> {
    date: String,
    from: String,
    to: String,
    status: ComponentStatus,
    #[serde(flatten)]
    numbers: Numbers,
    /// Why; nothing for a day that was operational from its first to its last moment.
    intervals: Vec<Interval<'a>>,
}

#[derive(Serialize)]
struct Interval<'a> {
    from: String,
    to: String,
    status: ComponentStatus,
    counts_as: &'static str,
    causes: Vec<CauseEntry<'a>>,
}

/// One shape for each kind.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum CauseEntry<'a> {
    Probe { probe: &'a str, outcome: Outcome, locations: &'a [&'a str], speaking: usize },
    Unconfirmed { probe: &'a str, outcome: Outcome, locations: &'a [&'a str] },
    NoData { probe: Option<&'a str> },
    Incident { incident: &'a str, status: ComponentStatus, counts: bool },
    Maintenance { maintenance: &'a str, announced: bool },
    Correction { correction: &'a str },
    Member { component: &'a str, status: ComponentStatus },
}

#[derive(Serialize)]
pub struct OutageEntry<'a> {
    from: String,
    to: Option<String>,
    status: ComponentStatus,
    lost_sight: bool,
    in_maintenance: bool,
    counted_ms: i64,
    detected_at: Option<String>,
    declared_at: Option<String>,
    incidents: &'a [&'a str],
    detail: &'a str,
}

fn numbers(uptime: &Uptime, weight: i64) -> Numbers {
    let figure = |figure: Figure| figure.percent(3).and_then(|text| text.parse().ok());
    let share = |share: Share| share.percent(3).parse().ok();
    let bounds = uptime.bounds(weight);
    Numbers {
        availability_percent: figure(uptime.availability(weight)),
        full_performance_percent: figure(uptime.full_performance(weight)),
        raw_percent: figure(uptime.raw(weight)),
        coverage_percent: uptime.coverage().and_then(share),
        lower_bound_percent: bounds.and_then(|(lower, _)| share(lower)),
        upper_bound_percent: bounds.and_then(|(_, upper)| share(upper)),
        down_ms: uptime.down_ms(),
        sums: *uptime,
    }
}

fn tally(tally: &Tally) -> Outages {
    Outages {
        outages: tally.outages,
        recovered: tally.recovered,
        mean_time_to_recovery_ms: tally.mean_recovery_ms(),
        mean_time_to_declaration_ms: tally.mean_declaration_ms(),
    }
}

pub fn windows(life: &Life<'_>, weight: i64) -> Vec<Window> {
    let window = |one: &crate::site::plan::WindowReport| Window {
        days: one.days,
        numbers: numbers(&one.uptime, weight),
        outages: tally(&one.tally),
    };
    life.windows.iter().map(window).collect()
}

pub fn months(life: &Life<'_>, weight: i64) -> Vec<Month> {
    let month = |one: &crate::site::plan::MonthReport| Month {
        month: one.month.format("%Y-%m").to_string(),
        numbers: numbers(&one.uptime, weight),
        outages: tally(&one.tally),
    };
    life.months.iter().map(month).collect()
}

/// The days of the calendar that the component or group lived to see.
pub fn days<'a>(life: &'a Life<'_>, weight: i64) -> Vec<Day<'a>> {
    life.days
        .iter()
        .filter(|day| day.uptime.window_ms > 0)
        .map(|day| Day {
            date: day.day.date.to_string(),
            from: day.day.from.rfc3339(),
            to: day.day.to.rfc3339(),
            status: day.worst,
            numbers: numbers(&day.uptime, weight),
            intervals: intervals(&life.timeline, &day.day),
        })
        .collect()
}

fn intervals<'a>(timeline: &'a Timeline<'_>, day: &Stretch) -> Vec<Interval<'a>> {
    let intervals = explain(timeline, day);
    let is_plain =
        |status, causes: &[Cause<'_>]| status == ComponentStatus::Operational && causes.is_empty();
    if intervals.iter().all(|one| is_plain(one.status, one.causes)) {
        return Vec::new();
    }
    intervals
        .into_iter()
        .map(|one| Interval {
            from: one.from.rfc3339(),
            to: one.to.rfc3339(),
            status: one.status,
            counts_as: one.counts_as.word(),
            causes: one.causes.iter().map(cause).collect(),
        })
        .collect()
}

fn cause<'a>(cause: &'a Cause<'_>) -> CauseEntry<'a> {
    match cause {
        Cause::Probe { probe, outcome, locations, speaking } => {
            CauseEntry::Probe { probe, outcome: *outcome, locations, speaking: *speaking }
        }
        Cause::Unconfirmed { probe, outcome, locations } => {
            CauseEntry::Unconfirmed { probe, outcome: *outcome, locations }
        }
        Cause::NoData { probe } => CauseEntry::NoData { probe: *probe },
        Cause::Incident { incident, status, counts } => {
            CauseEntry::Incident { incident, status: *status, counts: *counts }
        }
        Cause::Maintenance { maintenance, announced } => {
            CauseEntry::Maintenance { maintenance, announced: *announced }
        }
        Cause::Correction { correction } => CauseEntry::Correction { correction },
        Cause::Member { component, status } => CauseEntry::Member { component, status: *status },
    }
}

pub fn outage<'a>(outage: &'a Outage<'_>) -> OutageEntry<'a> {
    OutageEntry {
        from: outage.from.rfc3339(),
        to: outage.to.map(|time| time.rfc3339()),
        status: outage.status,
        lost_sight: outage.lost_sight,
        in_maintenance: outage.in_maintenance(),
        counted_ms: outage.counted_ms,
        detected_at: outage.detected_at.map(|time| time.rfc3339()),
        declared_at: outage.declared_at.map(|time| time.rfc3339()),
        incidents: &outage.incidents,
        detail: &outage.detail,
    }
}
