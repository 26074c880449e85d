//! What people declare: incidents and maintenance.

use serde::Serialize;

use super::{Link, Moment, Status, Strip};

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
    /// How long it went on when the page was made, while it is open: `27 min`.
    pub lasting: Option<String>,
    /// What it does to components now; nothing when it is over.
    pub affected: Vec<Affected>,
    /// The text before the first update.
    pub summary_html: String,
    /// Newest first; on the page of the incident without postmortems.
    pub updates: Vec<Update>,
    /// What is wrong with its file, in English.
    pub mistakes: Vec<String>,
}

/// A component with a status.
#[derive(Debug, Serialize)]
pub struct Affected {
    /// The name of the component.
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// The status before, where it has changed, or null.
    pub before: Option<Status>,
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
    /// No person wrote it: the program did, from what checks or a monitoring system found.
    pub is_automatic: bool,
    /// The text.
    pub body_html: String,
}

/// Where the authors of a page work on it.
#[derive(Debug, Serialize)]
pub struct AuthorLinks {
    /// The address at which its file is edited.
    pub edit: String,
    /// The address at which an update is reported, or null for what is over or planned.
    pub report: Option<String>,
}

/// `incident.html`
#[derive(Debug, Serialize)]
pub struct IncidentPage {
    /// The incident.
    pub incident: Incident,
    /// What its impact is called, or null for a notice.
    pub impact: Option<String>,
    /// Its postmortems, oldest first.
    pub postmortem: Vec<Update>,
    /// The first failing check of what it speaks of, or null when no check saw it.
    pub detected: Option<Moment>,
    /// How long after the stated beginning that was: `3 min after it began`, or null.
    pub time_to_detection: Option<String>,
    /// The first update, or null.
    pub first_update: Option<Moment>,
    /// How long after the first failing check that was: `5 min after the first failed check`, or null.
    pub time_to_first_update: Option<String>,
    /// The components it affects.
    pub components: Vec<AffectedOverTime>,
    /// Where its authors work on it, or null where the repository is not known.
    pub authors: Option<AuthorLinks>,
}

/// A component during an incident.
#[derive(Debug, Serialize)]
pub struct AffectedOverTime {
    /// The name of the component.
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// The worst that was declared of it.
    pub status: Status,
    /// What was declared, from before the incident until after it.
    pub declared: Strip,
    /// What was measured in the same time, or null when nothing checks it.
    pub measured: Option<Strip>,
    /// The outages that were measured, in words; or empty.
    pub note: String,
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
    /// The same with its times as `<time>`.
    pub window_html: Option<String>,
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
    /// What is wrong with its file, in English.
    pub mistakes: Vec<String>,
}

/// `maintenance.html`
#[derive(Debug, Serialize)]
pub struct MaintenancePage {
    /// The maintenance.
    pub maintenance: Maintenance,
    /// The windows of a series after the one that matters now, as texts; at most three.
    pub coming: Vec<String>,
    /// Where its authors work on it, or null where the repository is not known.
    pub authors: Option<AuthorLinks>,
}
