//! What was said and what the clock did, one entry after another, for machines that tell each.
//!
//! An entry never changes once it is there, but for words that its authors mend: who asks again
//! finds new entries, not other ones.

use std::borrow::Cow;

use super::present;
use crate::model::{
    Account, Affected, Incident, IncidentStatus, Maintenance, MaintenanceStatus, Occurrence, Time,
    Update,
};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Entry<'a, Status> {
    /// When.
    pub at: Time,
    /// What became of it then.
    pub status: Status,
    /// Tells it from the other entries of the same page, whatever becomes of those.
    pub key: String,
    /// Where the page tells it, empty for the page as a whole.
    pub anchor: String,
    /// The component statuses from then on, where its authors gave some.
    pub changes: Option<&'a Affected>,
    /// No person wrote it.
    pub is_automatic: bool,
    /// Markdown; empty for what the clock did.
    pub body: Cow<'a, str>,
}

/// What was said of an incident, oldest first.
pub fn incident(incident: &Incident, now: Time) -> Vec<Entry<'_, IncidentStatus>> {
    let mut entries = said(&incident.updates, |update| update.at <= Some(now));
    entries.sort_by_key(|entry| entry.at);
    // What stands above all updates was said with the first of them, for all that anyone knows.
    if let Some(first) = entries.first_mut().filter(|_| !incident.summary.is_empty()) {
        first.body = Cow::Owned(format!("{}\n\n{}", incident.summary, first.body));
    }
    entries
}

/// How a maintenance was made public, if it was.
pub fn announcement(maintenance: &Maintenance, now: Time) -> Option<Entry<'_, MaintenanceStatus>> {
    // Nobody may have said when; its start is then the one sure time.
    let at = maintenance.announced.or(maintenance.start).filter(|at| *at <= now)?;
    let (start, end) = maintenance.start.zip(maintenance.end)?;
    Some(Entry {
        at,
        status: MaintenanceStatus::Scheduled,
        // A window that is moved is news.
        key: format!("planned-{}-{}", stamp(start), stamp(end)),
        anchor: String::new(),
        changes: None,
        is_automatic: false,
        body: Cow::Borrowed(&maintenance.summary),
    })
}

/// What happened in one window of a maintenance, oldest first: what its authors said, and where
/// they did not say that it began, that it did by the clock.
pub fn window<'a>(
    maintenance: &'a Maintenance,
    account: &Account<'a>,
    now: Time,
) -> Vec<Entry<'a, MaintenanceStatus>> {
    use MaintenanceStatus::{InProgress, Verifying};
    let mut entries = of_some(maintenance, &account.updates);
    // Nobody is told that work has ended because a clock says so: it may go on.
    let Occurrence { planned_start, window, .. } = account.occurrence;
    let is_begun = |status| matches!(status, Some(InProgress | Verifying));
    let is_said = account.updates.iter().any(|update| is_begun(update.status));
    if let Some((start, _)) = window.filter(|(start, _)| *start <= now && !is_said) {
        entries.push(Entry {
            at: start,
            status: InProgress,
            key: format!("begun-{}", stamp(planned_start)),
            anchor: String::new(),
            changes: None,
            is_automatic: false,
            body: Cow::Borrowed(""),
        });
    }
    entries.sort_by_key(|entry| entry.at);
    entries
}

/// What was said in some updates of a maintenance.
pub fn of_some<'a>(
    maintenance: &'a Maintenance,
    some: &[&Update<MaintenanceStatus>],
) -> Vec<Entry<'a, MaintenanceStatus>> {
    said(&maintenance.updates, |update| some.iter().any(|one| std::ptr::eq(*one, update)))
}

/// The dated updates that are to be told.
fn said<Status: Copy>(
    updates: &[Update<Status>],
    is_told: impl Fn(&Update<Status>) -> bool,
) -> Vec<Entry<'_, Status>> {
    updates
        .iter()
        .zip(present::anchors(updates))
        .filter(|(update, _)| is_told(update))
        .filter_map(|(update, anchor)| {
            let (at, status) = update.at.zip(update.status)?;
            let (key, body) = (anchor.clone(), Cow::Borrowed(update.body.as_str()));
            let (changes, is_automatic) = (Some(&update.changes), update.is_automatic);
            Some(Entry { at, status, key, anchor, changes, is_automatic, body })
        })
        .collect()
}

/// `20261122T100500Z`
pub fn stamp(time: Time) -> String {
    time.utc().format("%Y%m%dT%H%M%SZ").to_string()
}
