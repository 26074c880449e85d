//! The site in one language: what its pages are written from.

use super::days::Days;
use super::markdown::Place;
use super::plan::Site;
use super::view::{Moment, Status};
use super::words;
use crate::model::{
    ComponentStatus, Date, IncidentStatus, Indicator, MaintenanceStatus, Time, Zone,
};
use crate::theme::Language;

/// A site with the language that tells it.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// What is told.
    pub site: &'a Site<'a>,
    /// The language.
    pub language: &'a Language,
    /// The days that have a page.
    pub days: &'a Days,
    /// Whether it is the main one, whose pages have the short addresses.
    pub is_main: bool,
}

impl<'a> Edition<'a> {
    /// What the site paths of its pages begin with: nothing, or `de/`.
    pub fn prefix(&self) -> String {
        if self.is_main { String::new() } else { format!("{}/", self.language.tag()) }
    }

    /// Where a text is shown on a page that lies so many folders deep in the edition.
    pub fn place(&self, depth: usize, top_heading: usize) -> Place<'static> {
        const ROOTS: [&str; 4] = ["./", "../", "../../", "../../../"];
        let depth = depth + usize::from(!self.is_main);
        Place { root: ROOTS[depth.min(ROOTS.len() - 1)], top_heading }
    }

    /// The zone in which days and times are told.
    pub fn zone(&self) -> &'a Zone {
        &self.site.inputs.settings.timezone
    }

    /// A text in which nothing is to be filled.
    pub fn say(&self, key: &'a str) -> &'a str {
        self.language.say(key)
    }

    /// A text with its places filled.
    pub fn fill(&self, key: &str, with: &[(&str, &str)]) -> String {
        self.language.fill(key, with)
    }

    /// A text that depends on a number.
    pub fn count(&self, key: &str, count: usize, with: &[(&str, &str)]) -> String {
        self.language.count(key, count, with)
    }

    /// A length of time, such as `2 h 5 min`.
    pub fn length(&self, ms: i64) -> String {
        words::length(self.language, ms)
    }

    /// A text with the place `{length}`.
    pub fn with_length(&self, key: &str, ms: i64) -> String {
        self.fill(key, &[("length", &self.length(ms))])
    }

    /// An instant in words.
    pub fn time(&self, time: Time) -> String {
        words::moment(self.language, time, self.zone())
    }

    /// A day in words.
    pub fn day(&self, date: Date) -> String {
        words::day(self.language, date)
    }

    /// An instant for templates.
    pub fn moment(&self, time: Time) -> Moment {
        Moment { iso: time.rfc3339(), text: self.time(time) }
    }

    /// A component status for templates.
    pub fn status(&self, status: ComponentStatus) -> Status {
        let label = words::status(self.language, status).to_owned();
        Status { key: status.word(), label, mark: mark(status) }
    }

    /// An incident status for templates.
    pub fn incident_status(&self, status: IncidentStatus) -> Status {
        let mark = match status {
            // Stages of work, whose marks are not those of how bad it is.
            IncidentStatus::Investigating => "○",
            IncidentStatus::Identified => "◎",
            IncidentStatus::Monitoring => "●",
            IncidentStatus::Resolved => "✓",
            IncidentStatus::Postmortem => "¶",
        };
        let label = words::incident_status(self.language, status).to_owned();
        Status { key: status.word(), label, mark }
    }

    /// A maintenance status for templates.
    pub fn maintenance_status(&self, status: MaintenanceStatus) -> Status {
        let mark = match status {
            MaintenanceStatus::Completed => "✓",
            MaintenanceStatus::Cancelled => "–",
            _ => "◆",
        };
        let label = words::maintenance_status(self.language, status).to_owned();
        Status { key: status.word(), label, mark }
    }

    /// The sentence about the whole site.
    pub fn sentence(&self) -> String {
        let Site { headline, inputs, .. } = self.site;
        headline.statement.text(self.language, inputs.now, self.zone())
    }
}

/// A shape that tells a status without colour.
pub fn mark(status: ComponentStatus) -> &'static str {
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
