//! `status.json`: what the page says, for machines.
//!
//! Lengths are in milliseconds, percentages are rounded down, times are RFC 3339 in UTC.

mod life;

use serde::Serialize;

use super::edition::Edition;
use super::plan::{ComponentReport, GroupReport, Planned, Site};
use super::{chronicle, markdown, present};
use crate::files::DataFile;
use crate::model::{
    ComponentStatus, Impact, Incident, IncidentStatus, Indicator, MaintenanceStatus, Outcome,
    Recurrence,
};

#[derive(Serialize)]
struct Status<'a> {
    page: Page<'a>,
    generated_at: String,
    checked_at: Option<String>,
    interval_ms: i64,
    hold_ms: i64,
    /// What a partial outage weighs in uptime, where a major one is 1.
    partial_outage_weight: f64,
    stale: bool,
    status: Headline<'a>,
    /// Of the time in which no component was down.
    uptime: Vec<life::Window>,
    components: Vec<Component<'a>>,
    groups: Vec<Group<'a>>,
    incidents: Vec<IncidentEntry<'a>>,
    maintenance: Vec<MaintenanceEntry<'a>>,
    corrections: Vec<CorrectionEntry<'a>>,
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
    uptime: Vec<life::Window>,
    months: Vec<life::Month>,
    days: Vec<life::Day<'a>>,
    probes: Vec<Probe<'a>>,
    outages: Vec<life::OutageEntry<'a>>,
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
struct Group<'a> {
    id: &'a str,
    name: &'a str,
    status: ComponentStatus,
    components: Vec<&'a str>,
    uptime: Vec<life::Window>,
    months: Vec<life::Month>,
    days: Vec<life::Day<'a>>,
    outages: Vec<life::OutageEntry<'a>>,
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
    affects_uptime: bool,
    started_at: Option<String>,
    /// The first failing sample of the outages it speaks of; null when no probe saw it.
    detected_at: Option<String>,
    /// Its first update.
    declared_at: Option<String>,
    resolved_at: Option<String>,
    components: Vec<&'a str>,
    /// Newest first.
    updates: Vec<UpdateEntry>,
    mistakes: &'a [String],
}

#[derive(Serialize)]
struct UpdateEntry {
    at: String,
    status: IncidentStatus,
    /// No person wrote it.
    automatic: bool,
    /// Plain text of several lines.
    text: String,
}

#[derive(Serialize)]
struct MaintenanceEntry<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
    status: MaintenanceStatus,
    /// The planned window; of a series each has an entry of its own.
    start: Option<String>,
    end: Option<String>,
    /// When the work began and ended, which may be early; null when it was called off, or as long
    /// as it has not.
    began_at: Option<String>,
    ended_at: Option<String>,
    /// It went on after its planned end.
    overrun: bool,
    /// The rule by which it repeats, in its zone.
    repeat: Option<&'a str>,
    timezone: &'a str,
    announced_at: Option<String>,
    components: &'a [String],
    /// Plain text of several lines.
    text: String,
    mistakes: &'a [String],
}

#[derive(Serialize)]
struct CorrectionEntry<'a> {
    slug: &'a str,
    components: &'a [String],
    from: String,
    until: String,
    /// Markdown.
    reason: &'a str,
}

/// The shape of the file, for those who write TypeScript.
pub const TYPES: &str = include_str!("status.d.ts");

/// How many outages of a component, and past incidents and maintenance, are listed.
const LISTED: usize = 50;

/// Renders the file.
pub fn render(edition: Edition<'_>) -> String {
    let site = edition.site;
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
        partial_outage_weight: settings.partial_outage_permille as f64 / 1000.0,
        stale: site.is_stale,
        status: Headline {
            indicator: site.headline.indicator,
            description: site.headline.description,
            sentence: &edition.sentence(),
        },
        uptime: life::windows(&site.whole, settings.partial_outage_permille),
        components: site.components.iter().map(|report| component(site, report)).collect(),
        groups: site.groups.iter().filter_map(|group| self::group(site, group)).collect(),
        incidents: site.open_incidents.iter().chain(past).map(|one| incident(site, one)).collect(),
        maintenance: site
            .current_maintenance
            .iter()
            .chain(&site.upcoming_maintenance)
            .chain(past_maintenance)
            .map(|one| maintenance(site, one))
            .collect(),
        corrections: site
            .inputs
            .corrections
            .iter()
            .filter(|one| one.from < site.inputs.now)
            .map(|one| CorrectionEntry {
                slug: &one.slug,
                components: &one.components,
                from: time(one.from),
                until: time(one.until),
                reason: &one.reason,
            })
            .collect(),
    };
    let text =
        serde_json::to_string(&status).expect("plain structs with text keys always serialize");
    format!("{text}\n")
}

#[derive(Serialize)]
struct RawFile<'a> {
    path: &'a str,
    bytes: u64,
    sha256: &'a str,
}

/// `data/index.json`: the files of the history, in the order of their paths below `data/`.
pub fn data(files: &[DataFile]) -> String {
    let mut files: Vec<RawFile<'_>> = files
        .iter()
        .map(|file| RawFile { path: &file.path, bytes: file.length, sha256: &file.sha256 })
        .collect();
    files.sort_by_key(|file| file.path);
    let text = serde_json::to_string(&files).expect("plain structs always serialize");
    format!("{text}\n")
}

fn component<'a>(site: &Site<'_>, report: &'a ComponentReport<'_>) -> Component<'a> {
    let weight = site.inputs.settings.partial_outage_permille;
    Component {
        id: &report.component.id,
        name: &report.component.name,
        group: report.component.group.as_deref(),
        status: report.status,
        since: report.since.map(|time| time.rfc3339()),
        checked: !report.component.probes.is_empty(),
        uptime: life::windows(&report.life, weight),
        months: life::months(&report.life, weight),
        days: life::days(&report.life, weight),
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
        outages: report.outages.iter().take(LISTED).map(life::outage).collect(),
    }
}

/// A group with a name; the components without one have none.
fn group<'a>(site: &'a Site<'_>, report: &'a GroupReport<'_>) -> Option<Group<'a>> {
    let weight = site.inputs.settings.partial_outage_permille;
    let group = report.group?;
    let members = report.members.iter();
    Some(Group {
        id: &group.id,
        name: &group.name,
        status: report.status,
        components: members.map(|index| site.components[*index].component.id.as_str()).collect(),
        uptime: life::windows(&report.life, weight),
        months: life::months(&report.life, weight),
        days: life::days(&report.life, weight),
        outages: report.outages.iter().take(LISTED).map(life::outage).collect(),
    })
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
        affects_uptime: incident.affects_uptime,
        detected_at: site.detected_at(&incident.slug).map(|time| time.rfc3339()),
        declared_at: incident.seen_updates(now).map(|(at, ..)| at).min().map(|at| at.rfc3339()),
        started_at: incident.start(now).map(|time| time.rfc3339()),
        resolved_at: incident.resolved_at(now).map(|time| time.rfc3339()),
        components: incident.components(now),
        updates: updates(site, incident),
        mistakes: &incident.mistakes,
    }
}

fn updates(site: &Site<'_>, incident: &Incident) -> Vec<UpdateEntry> {
    let root = site.inputs.settings.absolute("");
    let told = chronicle::incident(incident, site.inputs.now).into_iter().rev();
    told.map(|entry| UpdateEntry {
        at: entry.at.rfc3339(),
        status: entry.status,
        automatic: entry.is_automatic,
        text: markdown::plain_lines(&entry.body, &root),
    })
    .collect()
}

fn maintenance<'a>(site: &Site<'_>, planned: &Planned<'a>) -> MaintenanceEntry<'a> {
    let maintenance = planned.maintenance;
    let time = |time: crate::model::Time| time.rfc3339();
    let actual = planned.window.and_then(|window| window.window);
    let is_past = |time: &crate::model::Time| *time <= site.inputs.now;
    MaintenanceEntry {
        slug: &maintenance.slug,
        title: &maintenance.title,
        url: site.inputs.settings.absolute(&present::maintenance_path(&maintenance.slug)),
        status: planned.status,
        start: planned.window.map(|window| time(window.planned_start)),
        end: planned.window.map(|window| time(window.planned_end)),
        began_at: actual.map(|(start, _)| start).filter(is_past).map(time),
        ended_at: planned.window.and_then(|window| window.ended()).filter(is_past).map(time),
        overrun: planned.window.is_some_and(|window| window.overrun.is_some()),
        repeat: maintenance.repeat.as_ref().map(Recurrence::text),
        timezone: maintenance.zone.name(),
        announced_at: maintenance.announced.map(time),
        components: &maintenance.components,
        text: markdown::plain_lines(&maintenance.summary, &site.inputs.settings.absolute("")),
        mistakes: &maintenance.mistakes,
    }
}
