//! The theme contract: what templates see, and nothing else.
//!
//! Every template gets `frame` and one of the page structs below as `page`. Times come
//! as [`Moment`]; texts are plain unless their name ends in `_html`, which is safe HTML.

use serde::Serialize;

/// An instant.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Moment {
    /// For `<time datetime>`: `2026-11-22T10:05:03Z`.
    pub iso: String,
    /// In the zone of the site: `22 Nov 2026, 10:05 UTC`.
    pub text: String,
}

/// A status of anything.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Status {
    /// The field's word: `major_outage`, `investigating`, `in_progress`.
    pub key: &'static str,
    /// What visitors read.
    pub label: &'static str,
    /// One character whose shape tells the state without colour.
    pub mark: &'static str,
}

/// What every page has around its content.
#[derive(Debug, Serialize)]
pub struct Frame {
    /// The title of the site.
    pub site: String,
    /// The title of the page, for the tab.
    pub title: String,
    /// One sentence for search engines and previews.
    pub description: String,
    /// The language of the page.
    pub language: String,
    /// What to put before a site path in a link: `./`, `../../`, or an absolute path.
    pub root: String,
    /// The absolute address of the page.
    pub canonical: String,
    /// Site path of the style sheet.
    pub style: String,
    /// Site path of the script.
    pub script: String,
    /// Site path of the icon, whose shape and colour show the state.
    pub icon: String,
    /// A sentence of the site's owner on top of every page, or null.
    pub notice: Option<String>,
    /// Links of the site's owner.
    pub links: Vec<Link>,
    /// Links to the free pages.
    pub pages: Vec<Link>,
    /// Whether anything is checked at all.
    pub has_checks: bool,
    /// What changes with every build. Only the home page and the pages of components have
    /// it, so that the thousand others stay the same files from build to build.
    pub live: Option<Live>,
}

/// The present, as of this build.
#[derive(Debug, Serialize)]
pub struct Live {
    /// The headline.
    pub headline: Headline,
    /// The newest check, or null when there was none.
    pub checked_at: Option<Moment>,
    /// When this page was made.
    pub generated_at: Moment,
    /// How often an open page asks for news, in seconds.
    pub refresh_s: i64,
    /// The cadence of checks in seconds.
    pub interval_s: i64,
    /// The cadence of checks: `5 min`.
    pub interval: String,
}

/// A link. `url` is absolute, or a site path without a leading slash.
#[derive(Debug, Serialize)]
pub struct Link {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub url: String,
}

/// The state of the whole site.
#[derive(Debug, Clone, Serialize)]
pub struct Headline {
    /// `none`, `unknown`, `maintenance`, `minor`, `major` or `critical`.
    pub indicator: &'static str,
    /// What a visitor reads.
    pub sentence: String,
    /// One character whose shape tells the state without colour.
    pub mark: &'static str,
    /// Whether the newest check is too old to speak of now.
    pub is_stale: bool,
    /// The indicator once the page has become stale.
    pub stale_indicator: &'static str,
    /// The sentence once the page has become stale.
    pub stale_sentence: String,
}

/// `home.html`
#[derive(Debug, Serialize)]
pub struct Home {
    /// Open incidents, pinned and newest first.
    pub incidents: Vec<Incident>,
    /// Maintenance going on, then to come.
    pub maintenance: Vec<Maintenance>,
    /// Components by group.
    pub groups: Vec<Group>,
    /// Days of the recent past on which something happened, newest first.
    pub past: Vec<PastDay>,
    /// The first day of that past of which anything is known: `9 Nov 2026`, or null.
    pub past_since: Option<String>,
    /// The number of days that timelines show.
    pub days: usize,
}

/// Components under one name.
#[derive(Debug, Serialize)]
pub struct Group {
    /// Its name, or null for the components without a group.
    pub name: Option<String>,
    /// Its status now.
    pub status: Status,
    /// Its status once the page has become stale.
    pub stale_status: Status,
    /// Its uptime over the days of the drawing, or null for the components without a group and
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
    /// Why it is not operational, in the prober's words, or null.
    pub reason: Option<String>,
    /// Whether anything checks it.
    pub is_checked: bool,
    /// The drawing of its days, oldest on the left.
    pub bars: Vec<Bar>,
    /// The width of that drawing: 3 for each day, less the last gap.
    pub bars_width: usize,
    /// The days on which something happened, newest first.
    pub exceptions: Vec<Exception>,
    /// Uptime over the days of the drawing: `99.93 %`, `no data` or `not enough data`.
    pub uptime: String,
    /// What belongs beside it: `9 min down in 90 days`, coverage where it is not full.
    pub uptime_note: String,
}

/// All days of one status, as one stroked path: runs of days on the line `y = 10`.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Bar {
    /// A component status, or `no_data`.
    pub key: &'static str,
    /// The `d` of a path; with a dash of 2 and a gap of 1 each day becomes a bar.
    pub d: String,
}

/// A day that was not all good.
#[derive(Debug, Serialize)]
pub struct Exception {
    /// `22 Nov 2026`
    pub day: String,
    /// The worst status of the day.
    pub status: Status,
    /// `12 min down · 92.4 % observed`
    pub note: String,
    /// The stretches of the day that were not operational, oldest first. Only on the page of the
    /// component.
    pub reasons: Vec<Reason>,
    /// How many more there are, which `status.json` has.
    pub more_reasons: usize,
}

/// A stretch of a day with its reason.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// `10:05 to 10:20`, in the zone of the site; `24:00` is the end of the day.
    pub clock: String,
    /// What it was.
    pub status: Status,
    /// `check api failed`, `incident: API errors`; several are joined by `; `.
    pub why: String,
}

/// An incident, on its page and wherever it is listed.
#[derive(Debug, Serialize)]
pub struct Incident {
    /// Site path of its page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Where it stands, or null when no update could be read.
    pub status: Option<Status>,
    /// `none`, `minor`, `major` or `critical`.
    pub impact: &'static str,
    /// Whether it goes on.
    pub is_open: bool,
    /// A notice that changes no status.
    pub is_informational: bool,
    /// When it began, or null when nobody can tell.
    pub started: Option<Moment>,
    /// When it was resolved, or null.
    pub resolved: Option<Moment>,
    /// How long it took: `57 min`, or null while it goes on.
    pub duration: Option<String>,
    /// What it does to components: now, or at its worst when it is over.
    pub affected: Vec<Affected>,
    /// The text before the first update.
    pub summary_html: String,
    /// Newest first.
    pub updates: Vec<Update>,
    /// What is wrong with its file.
    pub mistakes: Vec<String>,
}

/// A component with a status.
#[derive(Debug, Serialize)]
pub struct Affected {
    /// The name of the component.
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// The status.
    pub status: Status,
}

/// One note.
#[derive(Debug, Serialize)]
pub struct Update {
    /// The anchor within the page.
    pub anchor: String,
    /// The new status, or null when the heading could not be read.
    pub status: Option<Status>,
    /// When, or null when the heading could not be read.
    pub at: Option<Moment>,
    /// The heading as written, shown when it could not be read.
    pub heading: String,
    /// The components that changed with it.
    pub changes: Vec<Affected>,
    /// The text.
    pub body_html: String,
}

/// A maintenance, on its page and wherever it is listed.
#[derive(Debug, Serialize)]
pub struct Maintenance {
    /// Site path of its page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Planned start, or null when it could not be read.
    pub start: Option<Moment>,
    /// Planned end; its text is the clock alone when it is on the day of the start.
    pub end: Option<Moment>,
    /// The planned window: `22 Nov 2026, 02:00 UTC to 04:00 UTC`.
    pub window: Option<String>,
    /// Its planned length: `2 h`.
    pub duration: Option<String>,
    /// How it repeats: `every month on the 2nd Tuesday`, or null. The window is then the one that
    /// matters now.
    pub repeats: Option<String>,
    /// What is to say of work that went on after its planned end, or null.
    pub overrun: Option<String>,
    /// When it was announced, or null.
    pub announced: Option<Moment>,
    /// Whether the clock decides its state: nobody has ended or cancelled it.
    pub by_clock: bool,
    /// The components it names.
    pub components: Vec<Link>,
    /// The text before the first update.
    pub summary_html: String,
    /// Newest first.
    pub updates: Vec<Update>,
    /// What is wrong with its file.
    pub mistakes: Vec<String>,
}

/// A day of the past with what happened on it.
#[derive(Debug, Serialize)]
pub struct PastDay {
    /// `22 Nov 2026`
    pub day: String,
    /// What began on it, newest first.
    pub entries: Vec<PastEntry>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub struct PastEntry {
    /// `incident`, `notice`, `maintenance` or `outage` (measured, without an incident that names it).
    pub kind: &'static str,
    /// What it was.
    pub title: String,
    /// Site path of its page.
    pub path: String,
    /// When and how long.
    pub note: String,
    /// The last word on it, or empty.
    pub body_html: String,
    /// Whether its file has a mistake.
    pub has_mistakes: bool,
}

/// `component.html`
#[derive(Debug, Serialize)]
pub struct ComponentPage {
    /// The component.
    pub component: Component,
    /// Its probes.
    pub probes: Vec<Probe>,
    /// Uptime of the last 24 hours, 7, 30, 90 and 365 days.
    pub windows: Vec<Window>,
    /// Uptime of each month, newest first.
    pub months: Vec<Window>,
    /// Outages, newest first, as measured, as declared, or both.
    pub outages: Vec<Outage>,
    /// How many older outages are not listed.
    pub more_outages: usize,
    /// Incidents and maintenance that name it, newest first.
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
    /// Why it is not up.
    pub detail: Option<String>,
}

/// Uptime over a stretch of time.
#[derive(Debug, Serialize)]
pub struct Window {
    /// `30 days`, `November 2026`
    pub name: String,
    /// As [`Component::uptime`].
    pub uptime: String,
    /// As [`Component::uptime_note`].
    pub note: String,
    /// `2 outages, 12 min on average`, or null without any.
    pub outages: Option<String>,
}

/// An outage.
#[derive(Debug, Serialize)]
pub struct Outage {
    /// The first failing check.
    pub from: Moment,
    /// The first good check; null while it goes on.
    pub to: Option<Moment>,
    /// How long: `15 min`.
    pub duration: String,
    /// How bad it was.
    pub status: Status,
    /// Why, and what else must be known.
    pub note: String,
}

/// A correction.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// `22 Nov 2026, 02:00 to 04:00 UTC`
    pub window: String,
    /// Why.
    pub reason_html: String,
}

/// `incident.html`
#[derive(Debug, Serialize)]
pub struct IncidentPage {
    /// The incident.
    pub incident: Incident,
}

/// `maintenance.html`
#[derive(Debug, Serialize)]
pub struct MaintenancePage {
    /// The maintenance.
    pub maintenance: Maintenance,
}

/// `history.html`
#[derive(Debug, Serialize)]
pub struct HistoryPage {
    /// Newest first.
    pub months: Vec<Month>,
}

/// A month in the list of months.
#[derive(Debug, Serialize)]
pub struct Month {
    /// `November 2026`
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// How many incidents began in it.
    pub incidents: usize,
    /// How many maintenances began in it.
    pub maintenance: usize,
    /// How many measured outages without an incident began in it.
    pub outages: usize,
}

/// `month.html`
#[derive(Debug, Serialize)]
pub struct MonthPage {
    /// `November 2026`
    pub name: String,
    /// Days on which something began, newest first.
    pub days: Vec<PastDay>,
    /// The month before, if it has a page.
    pub earlier: Option<Link>,
    /// The month after, if it has a page.
    pub later: Option<Link>,
}

/// `page.html`
#[derive(Debug, Serialize)]
pub struct FreePage {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body_html: String,
    /// What is wrong with its file.
    pub mistakes: Vec<String>,
}

/// `data.html`
#[derive(Debug, Serialize)]
pub struct DataPage {
    /// The files of the history, newest first.
    pub files: Vec<RawFile>,
}

/// A file of the history.
#[derive(Debug, Serialize)]
pub struct RawFile {
    /// Site path.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// `404.html`
#[derive(Debug, Serialize)]
pub struct NotFoundPage {}
