//! Stretches of being down: how long they took, who noticed, and when people were told.

use std::collections::BTreeMap;

use super::timeline::{Cause, Slice, Timeline};
use super::words;
use crate::model::{Component, ComponentStatus, History, Incident, Outcome, Time};

/// A stretch in which a component was down, as measured, as declared, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage<'a> {
    /// The first failing sample, or the beginning of what was declared.
    pub from: Time,
    /// The first good sample or the end of what was declared, or where sight was lost; none
    /// while it goes on.
    pub to: Option<Time>,
    /// It ended because nothing was heard, not because it was good again.
    pub lost_sight: bool,
    /// The worst it was.
    pub status: ComponentStatus,
    /// The first failing sample; none when no probe saw it.
    pub detected_at: Option<Time>,
    /// The first update of the first incident that speaks of it.
    pub declared_at: Option<Time>,
    /// The incidents that speak of the component in it.
    pub incidents: Vec<&'a str>,
    /// How much of it counts as downtime, in milliseconds: not announced maintenance.
    pub counted_ms: i64,
    /// When the first part of it that counts began.
    pub counted_from: Option<Time>,
    /// Why, in the words of the first failing sample.
    pub detail: String,
}

impl Outage<'_> {
    /// It lay within announced maintenance from beginning to end.
    pub fn in_maintenance(&self) -> bool {
        self.counted_from.is_none()
    }

    /// How long it took, from where it began to count, until it was good again; none while that
    /// is not known.
    pub fn recovery_ms(&self) -> Option<i64> {
        let to = self.to.filter(|_| !self.lost_sight)?;
        Some(to.ms() - self.counted_from?.ms())
    }

    /// How long after the first failing sample people were told; below zero when before it.
    pub fn declaration_ms(&self) -> Option<i64> {
        Some(self.declared_at?.ms() - self.detected_at?.ms())
    }
}

/// The first dated update of each incident, by slug.
pub type FirstUpdates<'a> = BTreeMap<&'a str, Time>;

/// The first updates that visitors may see at `now`.
pub fn first_updates(incidents: &[Incident], now: Time) -> FirstUpdates<'_> {
    let first = |incident: &Incident| {
        incident.updates.iter().filter_map(|update| update.at).filter(|at| *at <= now).min()
    };
    incidents.iter().filter_map(|one| Some((one.slug.as_str(), first(one)?))).collect()
}

/// All outages of a component or a group, oldest first. `detail` tells why it was down at a time.
pub fn outages<'a>(
    timeline: &Timeline<'a>,
    first_updates: &FirstUpdates<'_>,
    detail: &dyn Fn(Time) -> String,
    now: Time,
) -> Vec<Outage<'a>> {
    let mut outages: Vec<Outage<'a>> = Vec::new();
    let slices = &timeline.slices;
    for (index, slice) in slices.iter().enumerate().filter(|(_, slice)| slice.raw.is_down()) {
        let next = slices.get(index + 1);
        let goes_on =
            outages.last().is_some_and(|last| last.to == Some(slice.from) && !last.lost_sight);
        if !goes_on {
            outages.push(Outage {
                from: slice.from,
                to: None,
                lost_sight: false,
                status: slice.raw,
                detected_at: None,
                declared_at: None,
                incidents: Vec::new(),
                counted_ms: 0,
                counted_from: None,
                detail: String::new(),
            });
        }
        let Some(outage) = outages.last_mut() else { continue };
        outage.to = next.map(|_| slice.to);
        // What people alone had said ends when they say so, and a correction loses no sight.
        let is_corrected = |next: &Slice| {
            let mut causes = timeline.causes(next).iter();
            causes.any(|cause| matches!(cause, Cause::Correction { .. }))
        };
        outage.lost_sight = slice.measured.is_down()
            && next.is_some_and(|next| next.raw == ComponentStatus::Unknown && !is_corrected(next));
        outage.status = outage.status.max(slice.raw);
        if slice.counted.is_down() {
            outage.counted_ms += slice.overlap_ms(slice.from, now);
            outage.counted_from = outage.counted_from.or(Some(slice.from));
        }
        if slice.measured.is_down() && outage.detected_at.is_none() {
            outage.detected_at = Some(slice.from);
            outage.detail = detail(slice.from);
        }
        for cause in timeline.causes(slice) {
            if let Cause::Incident { incident, .. } = cause
                && !outage.incidents.contains(incident)
            {
                outage.incidents.push(incident);
                let told = first_updates.get(incident).copied();
                outage.declared_at = outage.declared_at.into_iter().chain(told).min();
            }
        }
    }
    outages
}

/// What a probe of a component that was down at `at` said.
pub fn detail(component: &Component, history: &History, hold_ms: i64, at: Time) -> String {
    component
        .probes
        .iter()
        .flat_map(|probe| history.tracks(&probe.id))
        .filter_map(|(_, track)| track.run_at(at))
        .filter(|run| run.outcome == Outcome::Down && at < run.last.plus(hold_ms))
        .map(|run| words::short(&run.detail))
        .find(|detail| !detail.is_empty())
        .unwrap_or_default()
}

/// Counts of outages that began in a window. Windows combine by adding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Outages of which some part counts as downtime.
    pub outages: usize,
    /// Those of them that are known to have ended well.
    pub recovered: usize,
    recovery_ms: i64,
    /// Those of them that probes saw and people spoke of.
    pub declared: usize,
    declaration_ms: i64,
}

impl Tally {
    /// Counts what began in `[from, to)`.
    pub fn of(outages: &[Outage<'_>], from: Time, to: Time) -> Self {
        let mut tally = Self::default();
        for outage in outages {
            if !outage.counted_from.is_some_and(|at| from <= at && at < to) {
                continue;
            }
            tally.outages += 1;
            if let Some(ms) = outage.recovery_ms() {
                tally.recovered += 1;
                tally.recovery_ms += ms;
            }
            if let Some(ms) = outage.declaration_ms() {
                tally.declared += 1;
                tally.declaration_ms += ms;
            }
        }
        tally
    }

    /// Mean time to recovery, in milliseconds.
    pub fn mean_recovery_ms(&self) -> Option<i64> {
        mean(self.recovery_ms, self.recovered)
    }

    /// Mean time from the first failing sample to the first update, in milliseconds.
    pub fn mean_declaration_ms(&self) -> Option<i64> {
        mean(self.declaration_ms, self.declared)
    }
}

fn mean(sum: i64, count: usize) -> Option<i64> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    Some(sum.div_euclid(count))
}
