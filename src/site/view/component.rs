//! Components, their days and their numbers.

use serde::Serialize;

use super::{Moment, PastEntry, Status};

/// Components under one name.
#[derive(Debug, Serialize)]
pub struct Group {
    /// The stable key, or null for the components without a group.
    pub id: Option<String>,
    /// Its name, or null for the components without a group.
    pub name: Option<String>,
    /// Its status now.
    pub status: Status,
    /// Its status once the page has become stale.
    pub stale_status: Status,
    /// Its uptime over the days of the timelines, or null for the components without a group and
    /// for a group that nothing checks.
    pub uptime: Option<GroupUptime>,
    /// Its components.
    pub components: Vec<Component>,
}

/// The uptime of a group, from what its components were together at each moment.
#[derive(Debug, Serialize)]
pub struct GroupUptime {
    /// As [`Component::uptime`].
    pub figure: String,
    /// As [`Component::uptime_note`].
    pub note: String,
}

/// A component.
#[derive(Debug, Serialize)]
pub struct Component {
    /// The stable key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One line, or null.
    pub description: Option<String>,
    /// Site path of its page.
    pub path: String,
    /// Its status now.
    pub status: Status,
    /// Its status once the page has become stale.
    pub stale_status: Status,
    /// Since when it has this status, or null.
    pub since: Option<Moment>,
    /// Why it is not operational, mostly in the prober's words, which are English; or null.
    pub reason: Option<String>,
    /// Whether anything checks it.
    pub is_checked: bool,
    /// Its days.
    pub timeline: Timeline,
    /// How many of them were not all good.
    pub bad_days: usize,
    /// Uptime over them: `99.93 %`, `no data` or `not enough data`.
    pub uptime: String,
    /// What belongs beside it: `9 min down in 90 days`, coverage where it is not full.
    pub uptime_note: String,
}

/// The drawing of a component's days, oldest on the left. A day is 3 wide with its gap; what
/// happened stands above or below the line at the height 14 of 24, by the class of its path.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// What it shows, in words: `The last 90 days of Public API`.
    pub name: String,
    /// How many days.
    pub days: usize,
    /// The width of the drawing.
    pub width: usize,
    /// The last day: `2026-11-22`.
    pub last_day: String,
    /// How many days at the left lie before the first record.
    pub blank_days: usize,
    /// What to say of a day that is not among those with trouble.
    pub good: String,
    /// What to say of a day before the first record.
    pub none: String,
    /// The good days and those before the first record.
    pub bars: Vec<Bar>,
    /// All other days, newest first.
    pub days_with_trouble: Vec<Day>,
}

/// Days of one status, as one path: runs of days on the line `y = 0`.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Bar {
    /// A component status; `gaps` for a day that was good as far as it was seen, `no_data` for one
    /// before the first record.
    pub key: &'static str,
    /// The `d` of a path; with a dash of 2 and a gap of 1 each day becomes a bar.
    pub d: String,
}

/// A day that was not all good.
#[derive(Debug, Serialize)]
pub struct Day {
    /// Its place in the timeline, from 0 on the left.
    pub index: usize,
    /// `22 Nov 2026`
    pub day: String,
    /// Site path of its page; the part of a component begins at `#` and its id.
    pub path: String,
    /// The worst status of the day.
    pub status: Status,
    /// `12 min down · 92.4 % observed`
    pub note: String,
    /// All of that: `22 Nov 2026: Down · 12 min down`.
    pub text: String,
    /// As [`Bar::key`].
    pub key: &'static str,
    /// As [`Bar::d`].
    pub d: String,
}

/// A stretch of time drawn as a strip, its beginning on the left, in the geometry of a timeline.
#[derive(Debug, Serialize)]
pub struct Strip {
    /// What it shows, in words.
    pub label: String,
    /// The width of the drawing.
    pub width: i64,
    /// The stretches of each status.
    pub parts: Vec<Bar>,
    /// What to write below it, evenly spaced.
    pub ticks: Vec<String>,
}

/// A stretch of a day with its reason.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// `10:05 to 10:20`, in the zone of the site; `24:00` is the end of the day.
    pub clock: String,
    /// `15 min`
    pub length: String,
    /// What it was.
    pub status: Status,
    /// `check api failed`, `incident: API errors`; several are joined by `; `.
    pub why: String,
    /// How it counts in uptime where that is not plain from the status, or empty.
    pub counts: String,
}

/// `component.html`
#[derive(Debug, Serialize)]
pub struct ComponentPage {
    /// The component.
    pub component: Component,
    /// The name of its group, or null.
    pub group: Option<String>,
    /// Whether anything is known of it.
    pub has_records: bool,
    /// Open incidents and running or coming maintenance that name it.
    pub current: Vec<PastEntry>,
    /// The last 24 hours, exactly.
    pub last_24_hours: Strip,
    /// The stretches of them that were not operational, oldest first.
    pub last_24_hours_stretches: Vec<Reason>,
    /// How many more there are, which `status.json` has.
    pub more_stretches: usize,
    /// Response times, by probe; empty where no probe measures any.
    pub charts: Vec<ProbeCharts>,
    /// Its probes.
    pub probes: Vec<Probe>,
    /// Uptime of the last 24 hours, 7, 30, 90 and 365 days.
    pub windows: Vec<Window>,
    /// The last twelve months of its life, newest first.
    pub months: Vec<MonthOfComponent>,
    /// Outages, newest first, as measured, as declared, or both.
    pub outages: Vec<Outage>,
    /// How many older outages are not listed.
    pub more_outages: usize,
    /// Incidents and maintenance of the last 90 days that name it and are over, newest first.
    pub entries: Vec<PastEntry>,
    /// Corrections of its measurement, newest first.
    pub corrections: Vec<Correction>,
}

/// A probe with its newest sample.
#[derive(Debug, Serialize)]
pub struct Probe {
    /// The stable key.
    pub id: String,
    /// The address, when the site's owner shows it.
    pub url: Option<String>,
    /// It takes any certificate, so that an impostor could answer for the service.
    pub is_insecure: bool,
    /// What it found, or null before its first sample.
    pub outcome: Option<Status>,
    /// When.
    pub at: Option<Moment>,
    /// How long it took: `123 ms`.
    pub latency: Option<String>,
    /// Why it is not up, in the prober's words, which are English; or null.
    pub detail: Option<String>,
}

/// The response times of one probe.
#[derive(Debug, Serialize)]
pub struct ProbeCharts {
    /// The stable key of the probe.
    pub name: String,
    /// The last 24 hours, 7, 30 and 90 days.
    pub charts: Vec<Chart>,
}

/// Response times over a stretch of time, the beginning on the left, 100 high. Where nothing was
/// measured the lines have gaps.
#[derive(Debug, Serialize)]
pub struct Chart {
    /// `24 hours`, `7 days`
    pub name: String,
    /// The median of all: `median 123 ms`, or `no data`.
    pub summary: String,
    /// What it shows, in words.
    pub label: String,
    /// The width of the drawing.
    pub width: i64,
    /// The response time at the top: `400 ms`.
    pub top: String,
    /// The one in the middle.
    pub middle: String,
    /// From the 5th to the 95th percentile: the `d` of a path that is to be filled.
    pub band: String,
    /// The median: the `d` of a path that is to be stroked.
    pub median: String,
    /// When it was down or partly down.
    pub shades: Vec<Bar>,
    /// What to write below it, evenly spaced.
    pub ticks: Vec<String>,
    /// The same as a table, oldest first.
    pub rows: Vec<ChartRow>,
}

/// A step of a chart.
#[derive(Debug, Serialize)]
pub struct ChartRow {
    /// Its beginning: `22 Nov 2026, 10:00 UTC`.
    pub from: String,
    /// The median: `123 ms`; null when nothing was measured.
    pub median: Option<String>,
    /// The 5th percentile.
    pub p5: String,
    /// The 95th percentile.
    pub p95: String,
    /// Of how many samples.
    pub count: u32,
}

/// Uptime over a stretch of time.
#[derive(Debug, Serialize)]
pub struct Window {
    /// `30 days`
    pub name: String,
    /// As [`Component::uptime`].
    pub uptime: String,
    /// As [`Component::uptime_note`].
    pub note: String,
    /// `2 outages, 12 min on average`, or null without any.
    pub outages: Option<String>,
}

/// A month in the life of a component.
#[derive(Debug, Serialize)]
pub struct MonthOfComponent {
    /// `November 2026`
    pub name: String,
    /// Site path of the month's page.
    pub path: String,
    /// Its days, the first on the left.
    pub bars: Vec<Bar>,
    /// The width of that drawing.
    pub width: usize,
    /// The same in words: `3 days with trouble: 4, 12, 30`.
    pub text: String,
    /// As [`Component::uptime`].
    pub uptime: String,
    /// As [`Component::uptime_note`].
    pub note: String,
    /// As [`Window::outages`].
    pub outages: Option<String>,
}

/// An outage.
#[derive(Debug, Serialize)]
pub struct Outage {
    /// The first failing check.
    pub from: Moment,
    /// The first good check; null while it goes on.
    pub to: Option<Moment>,
    /// How long: `15 min`, `15 min so far`.
    pub duration: String,
    /// How bad it was.
    pub status: Status,
    /// Why, in the prober's words, which are English; or empty.
    pub detail: String,
    /// What else must be known, or empty.
    pub note: String,
}

/// A correction.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// `22 Nov 2026, 02:00 UTC to 04:00 UTC`
    pub window: String,
    /// The names of the components whose measurement it takes back.
    pub components: String,
    /// Why.
    pub reason_html: String,
}
