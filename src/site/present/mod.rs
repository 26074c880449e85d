//! From the plan to the structs that templates see.

mod component;
mod declared;
mod past;
mod why;

use std::collections::BTreeMap;

pub use self::component::{component, component_page, windows};
pub use self::declared::{Setting, incident, maintenance};
pub use self::past::{history, month_pages, months};

use super::calendar::DAYS;
use super::markdown::Place;
use super::plan::{ComponentReport, GroupReport, PAST_DAYS, Site, WindowReport};
use super::uptime::{Figure, Uptime};
use super::view::{self, Moment, Status};
use super::words;
use crate::model::time::DAY;
use crate::model::{
    ComponentStatus, Date, IncidentStatus, Indicator, MaintenanceStatus, Time, Update,
};

/// An instant for templates.
pub fn moment(site: &Site<'_>, time: Time) -> Moment {
    Moment { iso: time.rfc3339(), text: words::moment(time, &site.inputs.settings.timezone) }
}

/// A component status for templates.
pub fn status(status: ComponentStatus) -> Status {
    Status { key: status.word(), label: words::status(status), mark: mark(status) }
}

fn mark(status: ComponentStatus) -> &'static str {
    match status {
        ComponentStatus::Operational => "✓",
        ComponentStatus::Unknown => "?",
        ComponentStatus::UnderMaintenance => "◆",
        ComponentStatus::DegradedPerformance => "▲",
        ComponentStatus::PartialOutage => "◐",
        ComponentStatus::MajorOutage => "✕",
    }
}

/// The mark of the whole site.
pub fn indicator_mark(indicator: Indicator) -> &'static str {
    mark(match indicator {
        Indicator::None => ComponentStatus::Operational,
        Indicator::Unknown => ComponentStatus::Unknown,
        Indicator::Maintenance => ComponentStatus::UnderMaintenance,
        Indicator::Minor => ComponentStatus::DegradedPerformance,
        Indicator::Major | Indicator::Critical => ComponentStatus::MajorOutage,
    })
}

fn incident_status(status: IncidentStatus) -> Status {
    let mark = match status {
        IncidentStatus::Investigating => "✕",
        IncidentStatus::Identified => "▲",
        IncidentStatus::Monitoring => "◐",
        IncidentStatus::Resolved => "✓",
        IncidentStatus::Postmortem => "¶",
    };
    Status { key: status.word(), label: words::incident_status(status), mark }
}

fn maintenance_status(status: MaintenanceStatus) -> Status {
    let mark = match status {
        MaintenanceStatus::Completed => "✓",
        MaintenanceStatus::Cancelled => "–",
        _ => "◆",
    };
    Status { key: status.word(), label: words::maintenance_status(status), mark }
}

/// The path of an incident's page.
pub fn incident_path(slug: &str) -> String {
    format!("incidents/{slug}/")
}

/// The path of a maintenance's page.
pub fn maintenance_path(slug: &str) -> String {
    format!("maintenance/{slug}/")
}

/// The path of a component's page.
pub fn component_path(id: &str) -> String {
    format!("components/{id}/")
}

/// The path of a month's page.
pub fn month_path(month: Date) -> String {
    format!("history/{}/", month.format("%Y-%m"))
}

/// The anchor of an update: its time, and a number where several share it.
pub fn anchors<S>(updates: &[Update<S>]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    updates
        .iter()
        .map(|update| {
            let stamp = update
                .at
                .map_or("undated".to_owned(), |at| at.utc().format("%Y%m%dT%H%M%SZ").to_string());
            let count = seen.entry(stamp.clone()).or_default();
            *count += 1;
            if *count == 1 { stamp } else { format!("{stamp}-{count}") }
        })
        .collect()
}

/// Uptime in words: the figure, and what must stand beside it. `stretch` is what it is of, such as
/// ` in 90 days`.
pub fn uptime(site: &Site<'_>, uptime: &Uptime, stretch: &str) -> (String, String) {
    let weight = site.inputs.settings.partial_outage_permille;
    let coverage = uptime.coverage().map(|share| share.percent(1)).unwrap_or_default();
    let figure = match uptime.availability(weight) {
        Figure::NoData if uptime.excluded_ms > 0 => {
            return ("no data".to_owned(), "only announced maintenance so far".to_owned());
        }
        Figure::NoData => return ("no data".to_owned(), String::new()),
        Figure::NotEnough => {
            return ("not enough data".to_owned(), format!("{coverage}\u{a0}% observed{stretch}"));
        }
        Figure::Share(share) => format!("{}\u{a0}%", share.percent(2)),
    };
    let downtime = downtime(uptime, weight).unwrap_or("no downtime".to_owned());
    let mut note = format!("{downtime}{stretch}");
    if uptime.excluded_ms > 0 {
        let excluded = words::length(uptime.excluded_ms);
        note = format!("{note} · without {excluded} of announced maintenance");
    }
    if uptime.has_gaps() {
        note = format!("{note} · {coverage}\u{a0}% observed");
    }
    (figure, note)
}

/// ` in 90 days`, or less for a component that is younger.
pub fn stretch(site: &Site<'_>, window: &WindowReport) -> String {
    let from = site.calendar.windows().find(|(days, _)| *days == window.days);
    let whole_ms = from.map_or(0, |(_, from)| site.inputs.now.ms() - from.ms());
    let missing_ms = whole_ms - window.uptime.window_ms;
    match window.days {
        1 if missing_ms == 0 => " in 24 hours".to_owned(),
        days if days > 1 && missing_ms < DAY => format!(" in {days} days"),
        _ => format!(" in {}", words::length(window.uptime.window_ms)),
    }
}

/// `9 min down, 20 min partly down`; where a partial outage weighs as much as a major one,
/// they are one number. None without downtime.
pub fn downtime(uptime: &Uptime, partial_permille: i64) -> Option<String> {
    let down = |ms| format!("{} down", words::length(ms));
    let partly = |ms| {
        let share = format!("{}.{}", partial_permille / 10, partial_permille % 10);
        let share = share.trim_end_matches(".0");
        format!("{} partly down, which counts {share}\u{a0}%", words::length(ms))
    };
    match (uptime.major_ms, uptime.partial_ms) {
        (0, 0) => None,
        (major, partial) if partial_permille == 1000 || partial == 0 => Some(down(major + partial)),
        (0, partial) => Some(partly(partial)),
        (major, partial) => Some(format!("{}, {}", down(major), partly(partial))),
    }
}

/// The home page.
pub fn home(site: &Site<'_>) -> view::Home {
    let zone = &site.inputs.settings.timezone;
    let since = zone.start_of_day(zone.date(site.inputs.now.plus(-PAST_DAYS * DAY)));
    let now = site.inputs.now;
    let begins =
        |report: &ComponentReport<'_>| report.life.timeline.slices.first().map(|slice| slice.from);
    let records_since = site.components.iter().filter_map(begins).min();
    let mut recent =
        past::events(site, Place { root: "./", top_heading: 5 }, &|at, _| at >= since && at <= now);
    recent.retain(|event| event.is_over);
    view::Home {
        incidents: site
            .open_incidents
            .iter()
            .map(|one| incident(site, one, Setting::HOME))
            .collect(),
        maintenance: site
            .current_maintenance
            .iter()
            .chain(&site.upcoming_maintenance)
            .map(|one| maintenance(site, one, Setting::HOME))
            .collect(),
        groups: site
            .groups
            .iter()
            .map(|group| view::Group {
                name: group.group.map(|group| group.name.clone()),
                status: status(group.status),
                stale_status: status(group.stale_status),
                uptime: group_uptime(site, group),
                components: group
                    .members
                    .iter()
                    .map(|index| component(site, &site.components[*index]))
                    .collect(),
            })
            .collect(),
        past: past::by_day(site, recent),
        past_since: records_since.map(|start| words::day(zone.date(start.max(since)))),
        days: DAYS,
    }
}

/// The uptime of a group with a name that something checks.
fn group_uptime(site: &Site<'_>, group: &GroupReport<'_>) -> Option<view::GroupUptime> {
    group.group?;
    let is_checked = |index: &usize| !site.components[*index].component.probes.is_empty();
    group.members.iter().any(is_checked).then(|| {
        let window = group.life.window(DAYS);
        let (figure, note) = uptime(site, &window.uptime, &stretch(site, window));
        view::GroupUptime { figure, note }
    })
}
