//! What checks say of a component, as far as it raises or resolves an incident.

use std::collections::BTreeMap;

use crate::model::{Component, ComponentStatus, Maintenance, Occurrence, Outcome, Time};
use crate::site::outages;
use crate::site::plan::Inputs;
use crate::site::timeline::{self, Cause, Slice, Statements, Timeline};

/// A component that is checked.
#[derive(Debug)]
pub struct Watched<'a> {
    /// The component.
    pub component: &'a Component,
    timeline: Timeline<'a>,
    /// How long a sample speaks.
    hold_ms: i64,
    /// The newest sample that says anything.
    heard: Time,
}

/// All that are checked, by id.
pub fn watch(inputs: Inputs<'_>) -> BTreeMap<&str, Watched<'_>> {
    let settings = inputs.settings;
    let occurrences: Vec<(&Maintenance, Vec<Occurrence>)> =
        inputs.maintenance.iter().map(|one| (one, one.occurrences(inputs.now))).collect();
    let statements = Statements::gather(
        inputs.incidents,
        &occurrences,
        inputs.corrections,
        settings,
        inputs.now,
    );
    let heard = |component: &Component| {
        let tracks = component.probes.iter().flat_map(|probe| inputs.history.tracks(&probe.id));
        let speaking = tracks.filter_map(|(_, track)| {
            track.runs().iter().rev().find(|run| run.outcome != Outcome::Unknown)
        });
        speaking.map(|run| run.last).max()
    };
    let since =
        |component: &Component| component.since.map(|day| settings.timezone.start_of_day(day));
    let watch = |component| {
        let timeline = timeline::component(
            component,
            inputs.history,
            &statements,
            settings.hold_ms(),
            since(component),
            inputs.now,
        );
        let (hold_ms, heard) = (settings.hold_ms(), heard(component)?);
        Some((component.id.as_str(), Watched { component, timeline, hold_ms, heard }))
    };
    settings.components.iter().filter_map(watch).collect()
}

/// Somebody looked, and it is not down.
pub fn is_good(measured: ComponentStatus) -> bool {
    measured != ComponentStatus::Unknown && !measured.is_down()
}

impl<'a> Watched<'a> {
    fn last(&self) -> Option<&Slice> {
        self.timeline.slices.last()
    }

    /// What is measured now.
    pub fn status(&self) -> ComponentStatus {
        self.last().map_or(ComponentStatus::Unknown, |last| last.measured)
    }

    fn window(&self, slice: &Slice) -> bool {
        let mut causes = self.timeline.causes(slice).iter();
        causes.any(|cause| matches!(cause, Cause::Maintenance { .. }))
    }

    /// Planned work goes on, in which failures are no news.
    pub fn is_in_maintenance(&self) -> bool {
        self.last().is_some_and(|last| self.window(last))
    }

    /// Since when it has been down like this, outside of planned work; none when it is not. A prober that
    /// could not look in between, for no longer than a sample speaks, does not end it.
    fn down_since(&self, fits: impl Fn(&Slice) -> bool) -> Option<Time> {
        let is_gap = |slice: &Slice| {
            slice.measured == ComponentStatus::Unknown
                && slice.to.ms() - slice.from.ms() <= self.hold_ms
                && slice.declared.is_none_or(|said| said == ComponentStatus::Operational)
        };
        let is_down = |slice: &Slice| slice.measured.is_down() && fits(slice);
        self.last().filter(|last| is_down(last) && !self.window(last))?;
        let run = self
            .timeline
            .slices
            .iter()
            .rev()
            .take_while(|slice| (is_down(slice) || is_gap(slice)) && !self.window(slice));
        run.filter(|slice| is_down(slice)).last().map(|slice| slice.from)
    }

    /// Since when all that was measured is like this, without a break; none when it is not.
    pub fn since(&self, fits: impl Fn(ComponentStatus) -> bool) -> Option<Time> {
        let run = self.timeline.slices.iter().rev().take_while(|slice| fits(slice.measured));
        run.last().map(|slice| slice.from)
    }

    /// Whether samples that lie so far apart say so.
    pub fn has_lasted(&self, since: Time, ms: i64) -> bool {
        self.heard.ms() - since.ms() >= ms
    }

    /// Since when it is down, whoever tells of it.
    pub fn failing_since(&self) -> Option<Time> {
        self.down_since(|_| true)
    }

    /// Since when it is down, and neither an incident nor planned work tells visitors of it.
    pub fn uncovered_since(&self) -> Option<Time> {
        self.down_since(|slice| {
            slice.declared.is_none_or(|said| said == ComponentStatus::Operational)
        })
    }

    /// What it has been at least for as long as raises an incident, if that is down and worse than this.
    pub fn worse_than(&self, said: ComponentStatus) -> Option<(ComponentStatus, Time)> {
        let limit_ms = self.component.raise_after_ms?;
        let worst = [ComponentStatus::MajorOutage, ComponentStatus::PartialOutage];
        worst.into_iter().filter(|status| *status > said).find_map(|status| {
            let since = self.down_since(|slice| slice.measured >= status)?;
            self.has_lasted(since, limit_ms).then_some((status, since))
        })
    }

    /// The worst it has been for this long, if that is better than this.
    pub fn better_than(
        &self,
        said: ComponentStatus,
        for_ms: i64,
    ) -> Option<(ComponentStatus, Time)> {
        let is_better = |measured| measured != ComponentStatus::Unknown && measured < said;
        let since = self.since(is_better).filter(|since| self.has_lasted(*since, for_ms))?;
        let slices = self.timeline.within(self.heard.plus(-for_ms).max(since), self.heard.plus(1));
        let worst = slices.iter().map(|slice| slice.measured).max()?;
        Some((
            worst,
            self.since(|measured| measured != ComponentStatus::Unknown && measured <= worst)?,
        ))
    }

    /// Whether checks saw any of it since then.
    pub fn was_bad_since(&self, from: Time) -> bool {
        let bad = |slice: &Slice| slice.measured >= ComponentStatus::DegradedPerformance;
        self.timeline.within(from, self.heard.plus(1)).iter().any(bad)
    }

    /// What a check says that fails now.
    pub fn detail(&self, inputs: Inputs<'_>) -> String {
        outages::detail(self.component, inputs.history, inputs.settings.hold_ms(), self.heard)
    }

    /// Where it fails now, if it is checked from several places.
    pub fn locations(&self) -> Vec<&'a str> {
        let causes = self.last().map(|last| self.timeline.causes(last)).unwrap_or_default();
        let mut places: Vec<&str> = Vec::new();
        for cause in causes {
            if let Cause::Probe { outcome: Outcome::Down, locations, speaking, .. } = cause
                && *speaking > 1
            {
                places.extend(locations);
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The planned work that should have been over when this began.
    pub fn overrun(&self, inputs: Inputs<'a>, since: Time) -> Option<(&'a Maintenance, Time)> {
        let names = |one: &&Maintenance| one.components.contains(&self.component.id);
        inputs.maintenance.iter().filter(names).find_map(|one| {
            let mut windows = one.occurrences(inputs.now).into_iter();
            let ended =
                windows.find(|window| window.window.is_some_and(|(_, end)| end == since))?;
            Some((one, ended.planned_end))
        })
    }
}
