//! What people write: incidents, corrections and pages. Maintenance has a file of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ComponentStatus, Impact, IncidentStatus, Time};

/// Component statuses by component id.
pub type Affected = BTreeMap<String, ComponentStatus>;

/// Something that went wrong, as people declare it.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// What the program may do with it by itself.
    #[serde(skip)]
    pub hands: Hands,
    /// What monitoring systems call those of their alerts that it tells of.
    #[serde(skip)]
    pub alert_keys: Vec<String>,
    /// The end of these alerts resolves it, and no check does.
    #[serde(skip)]
    pub is_by_alert: bool,
    /// Markdown before the first update.
    pub summary: String,
    /// Oldest first.
    pub updates: Vec<Update<IncidentStatus>>,
    /// What is wrong with the file, for the mark on the page.
    pub mistakes: Vec<String>,
}

/// In whose hands an incident is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hands {
    /// A person's: the program leaves it alone.
    #[default]
    Person,
    /// The program's: it raised it, nobody has edited it since, and it may resolve it.
    Program,
    /// The program raised it and a person has edited it: facts may be added, no more.
    TakenOver,
    /// A person's, who asks the program to resolve it.
    Resolve,
}

/// One note on an incident or a maintenance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Update<Status> {
    /// The new status, or none when the heading could not be read.
    pub status: Option<Status>,
    /// When, or none when the heading could not be read.
    pub at: Option<Time>,
    /// The heading as written, for one that could not be read.
    pub heading: String,
    /// Component statuses from now on.
    pub changes: Affected,
    /// No person wrote it: the program did, from what checks or a monitoring system found.
    pub is_automatic: bool,
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
    /// When it began, if that was not after `now`: what is to come is nobody's business yet.
    pub fn start(&self, now: Time) -> Option<Time> {
        self.first().filter(|first| *first <= now)
    }

    /// The earlier of `started` and the first dated update.
    pub fn first(&self) -> Option<Time> {
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
        is_unread || self.first().is_none_or(|first| first <= now)
    }

    /// The stretches in which it declares statuses, in order, as known at `now`.
    ///
    /// A resolved incident may be opened again; it then declares what it last did.
    pub fn phases(&self, now: Time) -> Vec<Phase> {
        let mut phases: Vec<Phase> = Vec::new();
        let mut affected = self.affected.clone();
        let Some(start) = self.start(now) else {
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

/// A public note that a measured stretch was the prober's fault.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
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

impl Page {
    /// Addresses that the site itself uses.
    pub const TAKEN: &[&str] = &[
        "_headers",
        "api",
        "assets",
        "badges",
        "components",
        "data",
        "embed",
        "history",
        "incidents",
        "maintenance",
    ];
}
