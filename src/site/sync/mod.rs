//! Which incidents the program raises, updates, resolves and opens again by itself.
//!
//! Decides only, from what checks found and people said: `words.rs` says it, and a command writes it.
//! Everything follows from the files and the samples, so a second look at the same ones finds nothing
//! left to do. Lengths end with the newest sample and not with now: silence neither raises nor resolves.

mod claims;
mod watched;
mod words;

use std::collections::BTreeMap;

use self::claims::{Claims, reopenings};
pub use self::claims::{claims, reopened, resolved_by_itself, told_by};
use self::watched::{Watched, is_good, watch};
pub use self::words::{listed, message, plain, title};
use super::plan::Inputs;
use crate::model::{
    Affected, Component, ComponentStatus, Hands, Incident, IncidentStatus, Maintenance, Time,
};

/// However often an incident came back, it is not kept open for more than 64 times the usual.
const MOST_DOUBLINGS: u32 = 6;

/// One update that the program writes.
#[derive(Debug)]
pub struct Step<'a> {
    /// Of which incident; a new one without it.
    pub incident: Option<&'a Incident>,
    /// Where it stands from now on.
    pub status: IncidentStatus,
    /// What it declares from now on.
    pub changes: Affected,
    /// What fails, or fails again, or fails worse.
    pub failing: Vec<Failing<'a>>,
    /// What is better.
    pub better: Vec<Better<'a>>,
    /// Why it is over; none while it is not.
    pub end: Option<End<'a>>,
}

/// A component that fails.
#[derive(Debug)]
pub struct Failing<'a> {
    /// The component.
    pub component: &'a Component,
    /// How.
    pub status: ComponentStatus,
    /// Since when that is news.
    pub since: Time,
    /// Since when checks say so.
    pub fails_since: Time,
    /// What a check said.
    pub detail: String,
    /// Where it fails, if it was checked from several places; the one without a name is empty.
    pub locations: Vec<&'a str>,
    /// Planned work that should have been over by then.
    pub overrun: Option<(&'a Maintenance, Time)>,
    /// The incident had said before that it is better.
    pub is_again: bool,
}

/// A component that is better than it was said to be.
#[derive(Debug)]
pub struct Better<'a> {
    /// The component.
    pub component: &'a Component,
    /// How it is.
    pub status: ComponentStatus,
    /// Since when.
    pub since: Time,
}

/// Why an incident is over.
#[derive(Debug)]
pub enum End<'a> {
    /// All that it names has been good since then, but for what works slowly.
    Good(Time, Vec<Better<'a>>),
    /// Another one, which a person has in hand, says the same.
    GoesOn(&'a Incident),
}

/// What is to be written now.
pub fn steps(inputs: Inputs<'_>) -> Vec<Step<'_>> {
    let watched = watch(inputs);
    let sync = Sync { inputs, watched };
    sync.steps()
}

struct Sync<'a> {
    inputs: Inputs<'a>,
    /// By component id.
    watched: BTreeMap<&'a str, Watched<'a>>,
}

impl<'a> Sync<'a> {
    fn steps(&self) -> Vec<Step<'a>> {
        let now = self.inputs.now;
        let visible = self.inputs.incidents.iter().filter(|one| one.is_visible(now));
        // What monitoring systems opened they resolve themselves.
        let ours = |one: &&Incident| one.hands != Hands::Person && !one.is_by_alert;
        let (open, over): (Vec<&Incident>, Vec<&Incident>) =
            visible.filter(ours).partition(|one| one.is_open(now));
        let mut joining: BTreeMap<&str, Vec<Failing<'a>>> = BTreeMap::new();
        let mut steps = Vec::new();
        for cluster in self.clusters(&open) {
            if let Some(incident) = self.open_beside(&open, &cluster) {
                joining.entry(&incident.slug).or_default().extend(cluster);
            } else if let Some(incident) = self.over_before(&over, &cluster) {
                steps.push(self.reopen(incident, cluster));
            } else {
                steps.push(raise(cluster));
            }
        }
        for incident in open {
            let joined = joining.remove(incident.slug.as_str()).unwrap_or_default();
            steps.extend(self.manage(incident, joined));
        }
        steps
    }

    /// What fails without an incident that says so, together what began together.
    fn clusters(&self, open: &[&Incident]) -> Vec<Vec<Failing<'a>>> {
        let now = self.inputs.now;
        let is_told = |id: &str| {
            let mut claims = open.iter().map(|one| claims(one, now));
            let is_ours = claims.any(|claims| claims.get(id).is_some_and(|claim| claim.is_ours));
            is_ours || self.inputs.incidents.iter().any(|one| is_unread(one, id, now))
        };
        let mut failing: Vec<(bool, Failing<'a>)> = Vec::new();
        for (id, watched) in &self.watched {
            let Some(limit_ms) = watched.component.raise_after_ms else { continue };
            let Some(since) = watched.uncovered_since().filter(|_| !is_told(id)) else { continue };
            failing.push((watched.has_lasted(since, limit_ms), self.failing(watched, since)));
        }
        failing.sort_by_key(|(_, one)| one.since);
        let mut clusters: Vec<(bool, Vec<Failing<'a>>)> = Vec::new();
        for (is_ready, one) in failing {
            match clusters.last_mut() {
                Some((ready, cluster)) if self.is_near(cluster.last(), one.since) => {
                    *ready |= is_ready;
                    cluster.push(one);
                }
                _ => clusters.push((is_ready, vec![one])),
            }
        }
        // What began together with something that has lasted is told with it, however new it is.
        clusters.into_iter().filter(|(ready, _)| *ready).map(|(_, cluster)| cluster).collect()
    }

    /// Checks run in rounds, so what has one cause may be seen some rounds apart.
    fn is_near(&self, before: Option<&Failing<'_>>, since: Time) -> bool {
        before.is_some_and(|before| since.ms() - before.since.ms() <= self.together_ms())
    }

    fn together_ms(&self) -> i64 {
        self.inputs.settings.hold_ms()
    }

    fn failing(&self, watched: &Watched<'a>, since: Time) -> Failing<'a> {
        Failing {
            component: watched.component,
            status: watched.status(),
            since,
            fails_since: watched.failing_since().unwrap_or(since),
            detail: watched.detail(self.inputs),
            locations: watched.locations(),
            overrun: watched.overrun(self.inputs, since),
            is_again: false,
        }
    }

    /// The open incident that something belongs to which began about when it did.
    fn open_beside(&self, open: &[&'a Incident], cluster: &[Failing<'a>]) -> Option<&'a Incident> {
        let since = cluster.first()?.since;
        let now = self.inputs.now;
        let is_near = |incident: &Incident| {
            let worse = |changes: &Affected| changes.values().any(|status| status.is_down());
            let told = incident
                .seen_updates(now)
                .filter(|(_, _, update)| update.is_automatic && worse(&update.changes));
            let last = told.map(|(at, ..)| at).chain(incident.start(now)).max();
            let first = incident.start(now);
            first.is_some_and(|first| since >= first.plus(-self.together_ms()))
                && last.is_some_and(|last| since <= last.plus(self.together_ms()))
        };
        let near = open.iter().filter(|one| one.hands != Hands::Resolve && is_near(one));
        near.max_by_key(|one| one.start(now)).copied()
    }

    /// The incident that was about the same and was resolved by us not long ago.
    fn over_before(&self, over: &[&'a Incident], cluster: &[Failing<'a>]) -> Option<&'a Incident> {
        let now = self.inputs.now;
        let since = cluster.first()?.since;
        let resolved = |incident: &&&'a Incident| {
            let end = resolved_by_itself(incident, now)?;
            let within = end.plus(self.inputs.settings.incidents.reopen_within_ms);
            let claims = claims(incident, now);
            let is_same = cluster.iter().any(|one| claims.contains_key(one.component.id.as_str()));
            (since <= within && is_same).then_some(end)
        };
        over.iter().filter(|one| resolved(one).is_some()).max_by_key(resolved).copied()
    }

    fn reopen(&self, incident: &'a Incident, cluster: Vec<Failing<'a>>) -> Step<'a> {
        let failing = cluster.iter().map(|one| (one.component.id.clone(), one.status)).collect();
        let changes = reopened(incident, &failing, self.inputs.now);
        let failing = cluster.into_iter().map(|one| Failing { is_again: true, ..one }).collect();
        let status = IncidentStatus::Investigating;
        Step { incident: Some(incident), status, changes, failing, better: vec![], end: None }
    }

    /// What is to be said of an open incident that is not a person's alone.
    fn manage(&self, incident: &'a Incident, joined: Vec<Failing<'a>>) -> Option<Step<'a>> {
        let now = self.inputs.now;
        let rules = self.inputs.settings.incidents;
        let doublings = reopenings(incident, now).min(MOST_DOUBLINGS);
        // What keeps coming back is believed later each time.
        let resolve_after_ms = rules.resolve_after_ms.saturating_mul(1 << doublings);
        let mut claims = claims(incident, now);
        let mut changes = Affected::new();
        let (mut failing, mut better) = (Vec::new(), Vec::new());
        for (id, claim) in claims.iter_mut().filter(|(_, claim)| claim.is_ours) {
            let Some(watched) = self.watched.get(id).filter(|one| !one.is_in_maintenance()) else {
                continue;
            };
            // What fails again may be told by another one by now.
            let is_told = !claim.status.is_down()
                && told_by(self.inputs.incidents, Some(incident), id, now).is_some();
            let news = match watched.worse_than(claim.status).filter(|_| !is_told) {
                Some((status, since)) => {
                    let is_again = !claim.status.is_down();
                    failing.push(Failing { status, is_again, ..self.failing(watched, since) });
                    Some(status)
                }
                None => {
                    watched.better_than(claim.status, resolve_after_ms).map(|(status, since)| {
                        better.push(Better { component: watched.component, status, since });
                        status
                    })
                }
            };
            if let Some(status) = news {
                claim.status = status;
                changes.insert((*id).to_owned(), status);
            }
        }
        for one in joined {
            changes.insert(one.component.id.clone(), one.status);
            failing.push(one);
        }
        let end = match failing.is_empty() {
            true => self.end(incident, &claims, resolve_after_ms),
            false => None,
        };
        let status = match &end {
            Some(_) => {
                changes.clear();
                IncidentStatus::Resolved
            }
            None if changes.is_empty() => return None,
            None => incident.status(now).unwrap_or(IncidentStatus::Investigating),
        };
        Some(Step { incident: Some(incident), status, changes, failing, better, end })
    }

    fn end(&self, of: &Incident, claims: &Claims<'_>, resolve_after_ms: i64) -> Option<End<'a>> {
        if !matches!(of.hands, Hands::Program | Hands::Resolve) {
            return None;
        }
        if let Some(other) = self.goes_on_in(of, claims) {
            return Some(End::GoesOn(other));
        }
        if !of.alert_keys.is_empty() {
            return None;
        }
        let began = of.start(self.inputs.now)?;
        let mut since = began;
        let mut slow = Vec::new();
        let (mut is_checked, mut was_seen) = (false, false);
        for (id, claim) in claims {
            let Some(watched) = self.watched.get(id) else {
                // Nobody but people can tell how it does, if it is still there.
                if claim.is_bad() && self.inputs.settings.component(id).is_some() {
                    return None;
                }
                continue;
            };
            let good = watched.since(is_good)?;
            if claim.status.is_down()
                || watched.is_in_maintenance()
                || !watched.has_lasted(good, resolve_after_ms)
            {
                return None;
            }
            is_checked = true;
            was_seen |= watched.was_bad_since(began);
            since = since.max(good);
            let status = watched.status();
            if status != ComponentStatus::Operational {
                slow.push(Better { component: watched.component, status, since: good });
            }
        }
        // What no check ever saw is for people to resolve; ours it saw, whatever became of that since.
        let is_over = is_checked && (was_seen || of.hands == Hands::Program);
        is_over.then_some(End::Good(since, slow))
    }

    /// The open incident in a person's hands that says all of it, too.
    fn goes_on_in(&self, of: &Incident, ours: &Claims<'_>) -> Option<&'a Incident> {
        let now = self.inputs.now;
        let bad: Vec<&str> =
            ours.iter().filter(|(_, claim)| claim.is_bad()).map(|(id, _)| *id).collect();
        if of.hands != Hands::Program || bad.is_empty() {
            return None;
        }
        self.inputs.incidents.iter().find(|one| {
            let theirs = claims(one, now);
            let says = |id: &&str| theirs.get(id).is_some_and(|claim| claim.is_bad());
            one.hands != Hands::Program
                && !one.informational
                && one.is_visible(now)
                && one.is_open(now)
                && bad.iter().all(says)
        })
    }
}

/// A person tells of this component in words that cannot all be read.
fn is_unread(incident: &Incident, id: &str, now: Time) -> bool {
    incident.hands == Hands::Person
        && !incident.mistakes.is_empty()
        && incident.is_visible(now)
        && incident.is_open(now)
        && incident.components(now).contains(&id)
}

fn raise(cluster: Vec<Failing<'_>>) -> Step<'_> {
    let changes = cluster.iter().map(|one| (one.component.id.clone(), one.status)).collect();
    let status = IncidentStatus::Investigating;
    let (failing, better) = (cluster, Vec::new());
    Step { incident: None, status, changes, failing, better, end: None }
}
