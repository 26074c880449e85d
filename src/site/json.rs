//! `status.json`: what the page says, for machines.
//!
//! Lengths are in milliseconds, percentages are rounded down, times are RFC 3339 in UTC.

use serde::Serialize;

use super::plan::{ComponentReport, Site};
use super::present;
use super::uptime::{Figure, Uptime};
use crate::model::{
    ComponentStatus, Impact, Incident, IncidentStatus, Indicator, Maintenance, MaintenanceStatus,
    Outcome,
};

#[derive(Serialize)]
struct Status<'a> {
    page: Page<'a>,
    generated_at: String,
    checked_at: Option<String>,
    interval_ms: i64,
    hold_ms: i64,
    stale: bool,
    status: Headline<'a>,
    components: Vec<Component<'a>>,
    groups: Vec<Group<'a>>,
    incidents: Vec<IncidentEntry<'a>>,
    maintenance: Vec<MaintenanceEntry<'a>>,
}

#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    url: &'a str,
    timezone: &'a str,
}

#[derive(Serialize)]
struct Headline<'a> {
    indicator: Indicator,
    description: &'a str,
    sentence: &'a str,
}

#[derive(Serialize)]
struct Component<'a> {
    id: &'a str,
    name: &'a str,
    group: Option<&'a str>,
    status: ComponentStatus,
    since: Option<String>,
    checked: bool,
    uptime: Vec<Window>,
    days: Vec<Day>,
    probes: Vec<Probe<'a>>,
    outages: Vec<Outage<'a>>,
}

#[derive(Serialize)]
struct Window {
    days: i64,
    availability_percent: Option<f64>,
    coverage_percent: Option<f64>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct Sums {
    window_ms: i64,
    observed_ms: i64,
    excluded_ms: i64,
    down_ms: i64,
    degraded_ms: i64,
}

#[derive(Serialize)]
struct Day {
    date: String,
    status: ComponentStatus,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct Probe<'a> {
    id: &'a str,
    outcome: Option<Outcome>,
    time: Option<String>,
    latency_ms: Option<u32>,
    code: Option<u16>,
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct Outage<'a> {
    from: String,
    to: Option<String>,
    status: ComponentStatus,
    lost_sight: bool,
    in_maintenance: bool,
    detail: &'a str,
}

#[derive(Serialize)]
struct Group<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    status: ComponentStatus,
    components: Vec<&'a str>,
}

#[derive(Serialize)]
struct IncidentEntry<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
    status: Option<IncidentStatus>,
    impact: Impact,
    open: bool,
    informational: bool,
    started_at: Option<String>,
    resolved_at: Option<String>,
    components: Vec<&'a str>,
    mistakes: &'a [String],
}

#[derive(Serialize)]
struct MaintenanceEntry<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
    status: MaintenanceStatus,
    start: Option<String>,
    end: Option<String>,
    announced_at: Option<String>,
    components: &'a [String],
    mistakes: &'a [String],
}

/// How many outages of a component, and past incidents and maintenance, are listed.
const LISTED: usize = 50;

/// Renders the file.
pub fn render(site: &Site<'_>) -> String {
    let settings = site.inputs.settings;
    let time = |time: crate::model::Time| time.rfc3339();
    let past = site.past_incidents.iter().take(LISTED);
    let past_maintenance = site.past_maintenance.iter().take(LISTED);
    let status = Status {
        page: Page {
            title: &settings.title,
            url: settings.url.as_str(),
            timezone: settings.timezone.name(),
        },
        generated_at: time(site.inputs.now),
        checked_at: site.checked_at.map(time),
        interval_ms: settings.interval_ms,
        hold_ms: settings.hold_ms(),
        stale: site.is_stale,
        status: Headline {
            indicator: site.headline.indicator,
            description: site.headline.description,
            sentence: &site.headline.sentence,
        },
        components: site.components.iter().map(|report| component(site, report)).collect(),
        groups: site
            .groups
            .iter()
            .map(|group| Group {
                id: group.group.map(|group| group.id.as_str()),
                name: group.group.map(|group| group.name.as_str()),
                status: group.status,
                components: group
                    .members
                    .iter()
                    .map(|index| site.components[*index].component.id.as_str())
                    .collect(),
            })
            .collect(),
        incidents: site.open_incidents.iter().chain(past).map(|one| incident(site, one)).collect(),
        maintenance: site
            .current_maintenance
            .iter()
            .chain(&site.upcoming_maintenance)
            .chain(past_maintenance)
            .map(|one| maintenance(site, one))
            .collect(),
    };
    let text =
        serde_json::to_string(&status).expect("plain structs with text keys always serialize");
    format!("{text}\n")
}

fn component<'a>(site: &Site<'_>, report: &'a ComponentReport<'_>) -> Component<'a> {
    let now = site.inputs.now;
    Component {
        id: &report.component.id,
        name: &report.component.name,
        group: report.component.group.as_deref(),
        status: report.status,
        since: report.since.map(|time| time.rfc3339()),
        checked: !report.component.probes.is_empty(),
        uptime: [1, 7, 30, 90]
            .map(|days| {
                let uptime = report.last_days(days, now);
                Window {
                    days,
                    availability_percent: match uptime.availability(3) {
                        Figure::Percent(text) => text.parse().ok(),
                        Figure::NoData | Figure::NotEnough => None,
                    },
                    coverage_percent: uptime.coverage(1).and_then(|text| text.parse().ok()),
                    sums: sums(&uptime),
                }
            })
            .into(),
        days: report
            .days
            .iter()
            .map(|day| Day {
                date: day.date.to_string(),
                status: day.worst,
                sums: sums(&day.uptime),
            })
            .collect(),
        probes: report
            .probes
            .iter()
            .map(|(probe, sample)| Probe {
                id: &probe.id,
                outcome: sample.map(|sample| sample.outcome),
                time: sample.map(|sample| sample.time.rfc3339()),
                latency_ms: sample.and_then(|sample| sample.latency_ms),
                code: sample.and_then(|sample| sample.code),
                detail: sample.map(|sample| &*sample.detail).filter(|detail| !detail.is_empty()),
            })
            .collect(),
        outages: report
            .outages
            .iter()
            .take(LISTED)
            .map(|outage| Outage {
                from: outage.from.rfc3339(),
                to: outage.to.map(|time| time.rfc3339()),
                status: outage.status,
                lost_sight: outage.lost_sight,
                in_maintenance: outage.in_maintenance,
                detail: &outage.detail,
            })
            .collect(),
    }
}

fn sums(uptime: &Uptime) -> Sums {
    Sums {
        window_ms: uptime.window_ms,
        observed_ms: uptime.observed_ms,
        excluded_ms: uptime.excluded_ms,
        down_ms: uptime.down_ms,
        degraded_ms: uptime.degraded_ms,
    }
}

fn incident<'a>(site: &Site<'_>, incident: &'a Incident) -> IncidentEntry<'a> {
    let now = site.inputs.now;
    IncidentEntry {
        slug: &incident.slug,
        title: &incident.title,
        url: site.inputs.settings.absolute(&present::incident_path(&incident.slug)),
        status: incident.status(now),
        impact: incident.impact(now),
        open: incident.is_open(now),
        informational: incident.informational,
        started_at: incident.start().map(|time| time.rfc3339()),
        resolved_at: incident.resolved_at(now).map(|time| time.rfc3339()),
        components: incident.components(now),
        mistakes: &incident.mistakes,
    }
}

fn maintenance<'a>(site: &Site<'_>, maintenance: &'a Maintenance) -> MaintenanceEntry<'a> {
    MaintenanceEntry {
        slug: &maintenance.slug,
        title: &maintenance.title,
        url: site.inputs.settings.absolute(&present::maintenance_path(&maintenance.slug)),
        status: maintenance.status(site.inputs.now),
        start: maintenance.start.map(|time| time.rfc3339()),
        end: maintenance.end.map(|time| time.rfc3339()),
        announced_at: maintenance.announced.map(|time| time.rfc3339()),
        components: &maintenance.components,
        mistakes: &maintenance.mistakes,
    }
}
