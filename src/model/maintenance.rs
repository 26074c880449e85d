//! Planned work: windows that come once or again and again, and what became of each.

use serde::{Deserialize, Serialize};

use super::time::DAY;
use super::zone::{Date, Zone};
use super::{MaintenanceStatus, Recurrence, Time, content::Update};

/// How far ahead the windows of a series are known, in milliseconds.
const AHEAD_MS: i64 = 400 * DAY;

/// Planned work with a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Maintenance {
    /// The file, within the site, for messages.
    pub path: String,
    /// The file name without `.md`: the permalink.
    pub slug: String,
    /// What visitors read first.
    pub title: String,
    /// The components it names.
    pub components: Vec<String>,
    /// Planned start, of the first window if it repeats; none when the file does not say it readably.
    pub start: Option<Time>,
    /// Planned end of the same window.
    pub end: Option<Time>,
    /// The zone that the start is written in, whose clock the windows follow.
    pub zone: Zone,
    /// How it repeats.
    pub repeat: Option<Recurrence>,
    /// It repeats by a rule that cannot be read, so that nobody can tell when it comes again.
    pub is_repeat_unread: bool,
    /// The days on which it does not, though the rule names them.
    pub except: Vec<Date>,
    /// When it was made public. Only a window announced before it began is taken out of uptime.
    pub announced: Option<Time>,
    /// Markdown before the first update.
    pub summary: String,
    /// Oldest first.
    pub updates: Vec<Update<MaintenanceStatus>>,
    /// What is wrong with the file, for the mark on the page.
    pub mistakes: Vec<String>,
}

/// One window of a maintenance, and what became of it as known at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Planned start.
    pub planned_start: Time,
    /// Planned end.
    pub planned_end: Time,
    /// The window in force, which may begin or end early; none when it was called off. The
    /// clock ends it: work that takes longer needs a new end or an incident.
    pub window: Option<(Time, Time)>,
    /// Where it stands: by the clock, unless its authors ended it.
    pub status: MaintenanceStatus,
    /// Its authors said that the work went on after the planned end: until then, or still.
    pub overrun: Option<Overrun>,
}

/// One window with what its authors said of it.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    /// The window.
    pub occurrence: Occurrence,
    /// What they said, all of it dated and with a status, oldest first.
    pub updates: Vec<&'a Update<MaintenanceStatus>>,
}

/// How far work went on after its planned end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrun {
    /// Nobody has said that it is over.
    Still,
    /// It was over then.
    Until(Time),
}

impl Occurrence {
    /// When the work ended, as far as anyone said or the clock knows; none for what was called off
    /// before it began, and for work of which nobody has said that it is over.
    pub fn ended(&self) -> Option<Time> {
        match self.overrun {
            Some(Overrun::Still) => None,
            Some(Overrun::Until(end)) => Some(end),
            None => self.window.map(|(_, end)| end),
        }
    }

    /// Whether it is over or called off.
    pub fn is_over(&self) -> bool {
        matches!(self.status, MaintenanceStatus::Completed | MaintenanceStatus::Cancelled)
    }
}

impl Maintenance {
    /// The windows that begin until some 400 days from `now`, oldest first, as known then. Of
    /// a series that was called off, those after that are not among them.
    pub fn occurrences(&self, now: Time) -> Vec<Occurrence> {
        self.accounts(now).0.into_iter().map(|account| account.occurrence).collect()
    }

    /// The same windows, each with the updates that speak of it, and the updates that speak of
    /// the whole series.
    pub fn accounts(&self, now: Time) -> (Vec<Account<'_>>, Vec<&Update<MaintenanceStatus>>) {
        let (Some(start), Some(end)) = (self.start, self.end) else {
            return (Vec::new(), Vec::new());
        };
        let length_ms = end.ms() - start.ms();
        let starts: Vec<Time> = match &self.repeat {
            None => vec![start],
            Some(rule) => rule
                .instants(self.zone.wall_clock(start), &self.zone, now.plus(AHEAD_MS))
                .into_iter()
                .filter(|(date, _)| !self.except.contains(date))
                .map(|(_, time)| time)
                .collect(),
        };
        let seen = self
            .updates
            .iter()
            .filter_map(|update| Some((update.at?, update.status?, update)))
            .filter(|(at, ..)| *at <= now);
        let mut of_each: Vec<Vec<&Update<MaintenanceStatus>>> = vec![Vec::new(); starts.len()];
        // What is said of the series as a whole: that it is called off, or goes on after all.
        let mut of_all: Vec<&Update<MaintenanceStatus>> = Vec::new();
        for (at, status, update) in seen {
            match concerned(&starts, length_ms, at, status, self.repeat.is_some()) {
                Some(index) => of_each[index].push(update),
                None => of_all.push(update),
            }
        }
        let mut accounts = Vec::new();
        for (start, updates) in starts.iter().zip(of_each) {
            let before = of_all.iter().rev().find(|update| update.at <= Some(*start));
            if before.is_none_or(|last| last.status != Some(MaintenanceStatus::Cancelled)) {
                let occurrence = occurrence(*start, start.plus(length_ms), &updates, now);
                accounts.push(Account { occurrence, updates });
            }
        }
        (accounts, of_all)
    }

    /// Where it stands at `now` by what its authors said alone, where no window can be read.
    pub fn said(&self, now: Time) -> MaintenanceStatus {
        let seen = self.updates.iter().filter(|update| update.at.is_some_and(|at| at <= now));
        match seen.filter_map(|update| update.status).next_back() {
            Some(end @ (MaintenanceStatus::Cancelled | MaintenanceStatus::Completed)) => end,
            // Nobody can say that it is over.
            _ => MaintenanceStatus::Scheduled,
        }
    }

    /// Whether visitors may know of it: it was announced, or it has begun all the same.
    pub fn is_visible(&self, now: Time) -> bool {
        let is_later = |time: Option<Time>| time.is_some_and(|time| time > now);
        let has_begun = self.updates.iter().any(|update| {
            update.at.is_some_and(|at| at <= now)
                && matches!(
                    update.status,
                    Some(MaintenanceStatus::InProgress | MaintenanceStatus::Verifying)
                )
        });
        has_begun || !(is_later(self.announced) && is_later(self.start))
    }

    /// Whether it was made public before this window began.
    pub fn is_announced(&self, one: &Occurrence) -> bool {
        self.announced.is_some_and(|announced| announced <= one.planned_start)
    }
}

/// Which window an update speaks of: the one that began last, or the next one for work that
/// begins early. None when it speaks of the whole series.
fn concerned(
    starts: &[Time],
    length_ms: i64,
    at: Time,
    status: MaintenanceStatus,
    repeats: bool,
) -> Option<usize> {
    use MaintenanceStatus::{Cancelled, InProgress, Scheduled, Verifying};
    let begun = starts.partition_point(|start| *start <= at);
    let last = begun.checked_sub(1);
    let ended_ms = last.map(|last| at.ms() - starts[last].plus(length_ms).ms());
    let is_within = ended_ms.is_some_and(|ms| ms < 0);
    if repeats && !is_within && matches!(status, Cancelled | Scheduled) {
        return None;
    }
    let begins = matches!(status, InProgress | Verifying);
    match (last, ended_ms, starts.get(begun)) {
        (None, ..) => (!starts.is_empty()).then_some(0),
        // Between two windows: the nearer one is meant.
        (_, Some(ended_ms), Some(next))
            if begins && ended_ms >= 0 && next.ms() - at.ms() < ended_ms =>
        {
            Some(begun)
        }
        (last, ..) => last,
    }
}

fn occurrence(
    planned_start: Time,
    planned_end: Time,
    updates: &[&Update<MaintenanceStatus>],
    now: Time,
) -> Occurrence {
    use MaintenanceStatus::*;
    let (mut start, mut end) = (planned_start, planned_end);
    let mut overrun = None;
    let said = || updates.iter().filter_map(|update| Some((update.at?, update.status?)));
    for (at, status) in said() {
        match status {
            // Called off and then planned again: as if nothing had been said.
            Scheduled => (start, end, overrun) = (planned_start, planned_end, None),
            Cancelled | Completed => {
                end = end.min(at);
                overrun = match status {
                    Completed if at > planned_end => Some(Overrun::Until(at)),
                    _ => None,
                };
            }
            // Also after it was called complete: it goes on until its planned end.
            InProgress | Verifying => {
                (start, end) = (start.min(at), planned_end);
                overrun = (at >= planned_end).then_some(Overrun::Still);
            }
        }
    }
    let window = (start < end).then_some((start, end));
    let said = said().next_back().map(|(_, status)| status);
    let status = match (said, window) {
        (Some(end @ (Cancelled | Completed)), _) => end,
        (Some(said), _) if overrun == Some(Overrun::Still) => said,
        (_, None) => Scheduled,
        (_, Some((start, _))) if now < start => Scheduled,
        (_, Some((_, end))) if now >= end => Completed,
        (Some(Verifying), _) => Verifying,
        _ => InProgress,
    };
    Occurrence { planned_start, planned_end, window, status, overrun }
}
