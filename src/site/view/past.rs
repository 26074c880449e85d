//! What happened.

use serde::Serialize;

use super::{Bar, Link, Reason, Status, Strip};

/// A day of the past with what happened on it, or a run of days on which nothing did.
#[derive(Debug, Serialize)]
pub struct PastDay {
    /// `22 Nov 2026`, or `14 Nov 2026 to 20 Nov 2026` for a run.
    pub day: String,
    /// Site path of its page, or null for a run and for a day without one.
    pub path: Option<String>,
    /// What to say of a run, or null.
    pub quiet: Option<String>,
    /// How many more entries its page has.
    pub more: usize,
    /// What began on it, newest first.
    pub entries: Vec<PastEntry>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct PastEntry {
    /// `incident`, `notice`, `maintenance` or `outage` (measured, without an incident that names it).
    pub kind: &'static str,
    /// The same in words.
    pub label: String,
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

/// `day.html`: a day from its first to its last minute.
#[derive(Debug, Serialize)]
pub struct DayPage {
    /// `22 Nov 2026`
    pub name: String,
    /// One sentence: `2 of 14 components had trouble`.
    pub summary: String,
    /// Whether the day goes on.
    pub is_today: bool,
    /// The month it belongs to.
    pub month: Link,
    /// Incidents, maintenance and undeclared outages that reach into it, newest first.
    pub entries: Vec<PastEntry>,
    /// The components that were not all good on it.
    pub components: Vec<DayOfComponent>,
    /// How many more entries there are than are listed.
    pub more_entries: usize,
    /// The components that were good all day.
    pub good: Vec<GoodComponent>,
    /// The day before, if it has a page.
    pub earlier: Option<Link>,
    /// The day after, if it has a page.
    pub later: Option<Link>,
}

/// A component that was good all day.
#[derive(Debug, Serialize)]
pub struct GoodComponent {
    /// The stable key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Site path of its page.
    pub path: String,
}

/// A day of one component.
#[derive(Debug, Serialize)]
pub struct DayOfComponent {
    /// The stable key, which is the anchor too.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// The worst status of the day.
    pub status: Status,
    /// As [`super::Day::note`].
    pub note: String,
    /// The day as a strip.
    pub strip: Strip,
    /// The stretches that were not operational, oldest first.
    pub stretches: Vec<Reason>,
    /// How many more there are, which `status.json` has.
    pub more_stretches: usize,
}

/// `history.html`
#[derive(Debug, Serialize)]
pub struct HistoryPage {
    /// Newest first.
    pub years: Vec<Year>,
}

/// A year in the list of months.
#[derive(Debug, Serialize)]
pub struct Year {
    /// `2026`
    pub name: String,
    /// Newest first.
    pub months: Vec<Month>,
}

/// A month of the whole site.
#[derive(Debug, Serialize)]
pub struct Month {
    /// `November 2026`
    pub name: String,
    /// Site path of its page.
    pub path: String,
    /// The worst of each day, the first on the left.
    pub bars: Vec<Bar>,
    /// The width of that drawing.
    pub width: usize,
    /// The same in words.
    pub text: String,
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
    /// The month as the list of months has it.
    pub bars: Month,
    /// The days that were not all good, by their numbers, as far as they have pages.
    pub troubled: Vec<Link>,
    /// Days on which something began, newest first.
    pub days: Vec<PastDay>,
    /// The month before, if it has a page.
    pub earlier: Option<Link>,
    /// The month after, if it has a page.
    pub later: Option<Link>,
}
