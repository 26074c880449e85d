//! What people write: incidents, maintenance, corrections and pages.

use std::collections::BTreeMap;

use super::{ComponentStatus, Impact, IncidentStatus, MaintenanceStatus, Time};

/// Component statuses by component id.
pub type Affected = BTreeMap<String, ComponentStatus>;

/// Something that went wrong, as people declare it.
#[derive(Debug, Clone)]
pub struct Incident {
    /// The file, within the site, for messages.
    pub path: String,
    /// The file name without `.md`: the permalink.
    pub slug: String,
    /// What visitors read first.
    pub title: String,
    /// Statuses from the start on.
    pub affected: Affected,
    /// How bad; without one it follows from the worst affected component.
    pub impact: Option<Impact>,
    /// When it began, if earlier than its first update.
    pub started: Option<Time>,
    /// Shown first among open incidents.
    pub pinned: bool,
    /// A notice that changes neither a status nor the headline.
    pub informational: bool,
    /// Whether its declared statuses count in uptime.
    pub affects_uptime: bool,
    /// Markdown before the first update.
    pub summary: String,
    /// Oldest first.
    pub updates: Vec<Update<IncidentStatus>>,
    /// What is wrong with the file, for the mark on the page.
    pub mistakes: Vec<String>,
}

/// One note on an incident or a maintenance.
#[derive(Debug, Clone)]
pub struct Update<Status> {
    /// The new status, or none when the heading could not be read.
    pub status: Option<Status>,
    /// When, or none when the heading could not be read.
    pub at: Option<Time>,
    /// The heading as written, for one that could not be read.
    pub heading: String,
    /// Component statuses from now on.
    pub changes: Affected,
    /// Markdown.
    pub body: String,
}

/// A stretch of time in which an incident gives components a status.
#[derive(Debug, Clone)]
pub struct Phase {
    /// Inclusive.
    pub from: Time,
    /// Exclusive; none while it goes on.
    pub until: Option<Time>,
    /// Statuses in it.
    pub affected: Affected,
}

impl Incident {
    /// When it began: the earlier of `started` and the first dated update.
    pub fn start(&self) -> Option<Time> {
        let first = self.updates.iter().filter_map(|update| update.at).min();
        match (self.started, first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The dated updates that visitors may see at `now`, oldest first.
    pub fn seen_updates(
        &self,
        now: Time,
    ) -> impl Iterator<Item = (Time, IncidentStatus, &Update<IncidentStatus>)> {
        self.updates
            .iter()
            .filter_map(|update| Some((update.at?, update.status?, update)))
            .filter(move |(at, _, _)| *at <= now)
    }

    /// The status people gave it last, postmortems aside.
    pub fn status(&self, now: Time) -> Option<IncidentStatus> {
        let said = |(_, status, _): (Time, IncidentStatus, _)| status;
        self.seen_updates(now)
            .map(said)
            .filter(|status| *status != IncidentStatus::Postmortem)
            .last()
            .or_else(|| self.seen_updates(now).map(said).last())
    }

    /// Whether it goes on at `now`. One whose updates cannot be read counts as open, and so
    /// does one with an unreadable update behind its end: it may have begun again.
    pub fn is_open(&self, now: Time) -> bool {
        let last = self.updates.iter().rev().find(|update| update.at.is_none_or(|at| at <= now));
        let is_unread = last.is_some_and(|last| last.at.is_none() || last.status.is_none());
        is_unread
            || !matches!(
                self.status(now),
                Some(IncidentStatus::Resolved | IncidentStatus::Postmortem)
            )
    }

    /// The time of the update that ended it, if it is over.
    pub fn resolved_at(&self, now: Time) -> Option<Time> {
        if self.is_open(now) {
            return None;
        }
        let mut end = None;
        for (at, status, _) in self.seen_updates(now) {
            match status {
                IncidentStatus::Postmortem => {}
                IncidentStatus::Resolved => end = end.or(Some(at)),
                _ => end = None,
            }
        }
        end.or_else(|| self.seen_updates(now).map(|(at, _, _)| at).next())
    }

    /// Whether visitors may know of it: it has begun, or nobody can tell when it did.
    pub fn is_visible(&self, now: Time) -> bool {
        let is_unread = self.updates.iter().any(|update| update.at.is_none());
        is_unread || self.start().is_none_or(|start| start <= now)
    }

    /// The stretches in which it declares statuses, in order, as known at `now`.
    ///
    /// A resolved incident may be opened again; it then declares what it last did.
    pub fn phases(&self, now: Time) -> Vec<Phase> {
        let mut phases: Vec<Phase> = Vec::new();
        let mut affected = self.affected.clone();
        let Some(start) = self.start().filter(|start| *start <= now) else {
            return phases;
        };
        let mut open_from = Some(start);
        let only_postmortem = self.status(now) == Some(IncidentStatus::Postmortem);
        for (at, status, update) in self.seen_updates(now) {
            if let Some(from) = open_from.filter(|from| *from < at) {
                phases.push(Phase { from, until: Some(at), affected: affected.clone() });
            }
            affected.extend(update.changes.iter().map(|(id, status)| (id.clone(), *status)));
            open_from = match status {
                IncidentStatus::Resolved => None,
                // A postmortem neither ends nor reopens; alone it speaks of the past.
                IncidentStatus::Postmortem if only_postmortem => None,
                IncidentStatus::Postmortem => open_from.map(|_| at),
                _ => Some(at),
            };
        }
        if let Some(from) = open_from {
            phases.push(Phase { from, until: None, affected });
        }
        phases
    }

    /// The statuses it has declared until `now`, by component.
    fn declared(&self, now: Time) -> impl Iterator<Item = (&String, ComponentStatus)> {
        let seen = self.updates.iter().filter(move |update| update.at.is_none_or(|at| at <= now));
        self.affected
            .iter()
            .chain(seen.flat_map(|update| &update.changes))
            .map(|(id, status)| (id, *status))
    }

    /// How bad it is: what its authors say, else by the worst status it has declared.
    pub fn impact(&self, now: Time) -> Impact {
        let worst = || self.declared(now).map(|(_, status)| status).max();
        self.impact.unwrap_or_else(|| worst().map_or(Impact::None, Impact::of))
    }

    /// The components it has named until `now`.
    pub fn components(&self, now: Time) -> Vec<&str> {
        let mut ids: Vec<&str> = self.declared(now).map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// Planned work with a window.
#[derive(Debug, Clone)]
pub struct Maintenance {
    /// The file, within the site, for messages.
    pub path: String,
    /// The file name without `.md`: the permalink.
    pub slug: String,
    /// What visitors read first.
    pub title: String,
    /// The components it names.
    pub components: Vec<String>,
    /// Planned start; none when the file does not say it readably.
    pub start: Option<Time>,
    /// Planned end.
    pub end: Option<Time>,
    /// When it was made public. Only a window announced before it began is taken out of uptime.
    pub announced: Option<Time>,
    /// Markdown before the first update.
    pub summary: String,
    /// Oldest first.
    pub updates: Vec<Update<MaintenanceStatus>>,
    /// What is wrong with the file, for the mark on the page.
    pub mistakes: Vec<String>,
}

impl Maintenance {
    fn seen_updates(&self, now: Time) -> impl Iterator<Item = (Time, MaintenanceStatus)> {
        self.updates
            .iter()
            .filter_map(|update| Some((update.at?, update.status?)))
            .filter(move |(at, _)| *at <= now)
    }

    /// The window in force at `now`: it may begin or end early, or never happen. The
    /// clock ends it: work that takes longer needs a new end or an incident.
    pub fn window(&self, now: Time) -> Option<(Time, Time)> {
        let (mut start, mut end) = (self.start?, self.end?);
        for (at, status) in self.seen_updates(now) {
            match status {
                // Called off and then planned again: as if nothing had been said.
                MaintenanceStatus::Scheduled => (start, end) = (self.start?, self.end?),
                MaintenanceStatus::Cancelled | MaintenanceStatus::Completed => end = end.min(at),
                // Also after it was called complete: it goes on until its planned end.
                MaintenanceStatus::InProgress | MaintenanceStatus::Verifying => {
                    (start, end) = (start.min(at), self.end?);
                }
            }
        }
        (start < end).then_some((start, end))
    }

    /// Where it stands at `now`: by the clock, unless its authors ended it.
    pub fn status(&self, now: Time) -> MaintenanceStatus {
        let said = self.seen_updates(now).map(|(_, status)| status).last();
        match said {
            Some(end @ (MaintenanceStatus::Cancelled | MaintenanceStatus::Completed)) => end,
            _ => match self.window(now) {
                // Without a readable window nobody can say that it is over.
                None => MaintenanceStatus::Scheduled,
                Some((start, _)) if now < start => MaintenanceStatus::Scheduled,
                Some((_, end)) if now >= end => MaintenanceStatus::Completed,
                Some(_) if said == Some(MaintenanceStatus::Verifying) => {
                    MaintenanceStatus::Verifying
                }
                Some(_) => MaintenanceStatus::InProgress,
            },
        }
    }

    /// Whether visitors may know of it: it was announced, or it has begun all the same.
    pub fn is_visible(&self, now: Time) -> bool {
        let is_later = |time: Option<Time>| time.is_some_and(|time| time > now);
        !(is_later(self.announced) && is_later(self.start))
    }

    /// Whether it was made public before it began.
    pub fn is_announced(&self) -> bool {
        matches!((self.announced, self.start), (Some(announced), Some(start)) if announced <= start)
    }
}

/// A public note that a measured stretch was the prober's fault.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The file, within the site, for messages.
    pub path: String,
    /// The file name without `.md`.
    pub slug: String,
    /// The components it names.
    pub components: Vec<String>,
    /// Inclusive.
    pub from: Time,
    /// Exclusive.
    pub until: Time,
    /// Markdown: why.
    pub reason: String,
}

/// A free page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The file name without `.md`: the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// What is wrong with the file, for the mark on the page.
    pub mistakes: Vec<String>,
}
