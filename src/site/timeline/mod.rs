//! What was true of a component or a group at each moment: slices of time, each with one answer
//! and its causes.
//!
//! Integer milliseconds, half-open intervals. Every number on the page is a sum over these
//! slices, so there is one place where truth is decided.

mod group;

use std::collections::BTreeMap;

pub use self::group::{group, group_status};

use super::readings::{Said, Span, Voice};
use crate::model::{
    Component, ComponentStatus, Correction, History, Incident, Maintenance, Occurrence, Outcome,
    Time,
};

/// A stretch of time in which nothing about a component changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Inclusive.
    pub from: Time,
    /// Exclusive.
    pub to: Time,
    /// What the probes say; unknown where none speaks, or where a correction took it back.
    pub measured: ComponentStatus,
    /// The worst status that an active incident declares.
    pub declared: Option<ComponentStatus>,
    /// What a visitor is told.
    pub shown: ComponentStatus,
    /// What a visitor is told of this moment by a page that has grown old: it knows neither what
    /// is measured nor whether planned work still goes on.
    pub stale: ComponentStatus,
    /// What counts in uptime: as [`Self::raw`], and under maintenance where that was announced.
    pub counted: ComponentStatus,
    /// The worse of measured and declared, as if there were no maintenance; of incidents that
    /// count in uptime.
    pub raw: ComponentStatus,
    /// Inside maintenance that was announced before it began, whatever happened in it.
    pub is_planned: bool,
    /// Index into [`Timeline::causes`].
    cause: usize,
}

impl Slice {
    /// The length of the part within `[from, to)`, in milliseconds.
    pub fn overlap_ms(&self, from: Time, to: Time) -> i64 {
        (self.to.min(to).ms() - self.from.max(from).ms()).max(0)
    }

    fn same_answer(&self, other: &Self) -> bool {
        Self { from: other.from, to: other.to, ..*self } == *other
    }
}

/// Why a slice is not simply operational.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause<'a> {
    /// A probe says so.
    Probe {
        /// Its id.
        probe: &'a str,
        /// Down or degraded.
        outcome: Outcome,
        /// The locations that are not up, of those that speak; the one without a name is empty.
        locations: Vec<&'a str>,
        /// How many locations speak.
        speaking: usize,
    },
    /// Samples of a probe say otherwise, too few in a row to be taken for a change.
    Unconfirmed {
        /// Its id.
        probe: &'a str,
        /// What they found: down, or up in the midst of an outage.
        outcome: Outcome,
        /// Where it was seen.
        locations: Vec<&'a str>,
    },
    /// Nobody heard of a probe for longer than a sample speaks, or it could not look.
    NoData {
        /// Its id; none for a component that was not heard of at all.
        probe: Option<&'a str>,
    },
    /// An incident says so.
    Incident {
        /// Its slug.
        incident: &'a str,
        /// What it declares.
        status: ComponentStatus,
        /// Whether that counts in uptime.
        counts: bool,
    },
    /// Planned work.
    Maintenance {
        /// Its slug.
        maintenance: &'a str,
        /// Whether it was announced before it began.
        announced: bool,
    },
    /// The measurement was taken back.
    Correction {
        /// Its slug.
        correction: &'a str,
    },
    /// A member of the group, with what it is.
    Member {
        /// Its id.
        component: &'a str,
        /// What a visitor is told of it.
        status: ComponentStatus,
    },
}

/// The life of a component or a group.
#[derive(Debug, Clone, Default)]
pub struct Timeline<'a> {
    /// In order and without gaps, up to one second past now, so that the last one tells the state
    /// at now. Empty before there is any evidence.
    pub slices: Vec<Slice>,
    causes: Vec<Vec<Cause<'a>>>,
}

impl<'a> Timeline<'a> {
    /// Why a slice of this timeline is what it is; nothing when it is simply operational.
    pub fn causes(&self, slice: &Slice) -> &[Cause<'a>] {
        &self.causes[slice.cause]
    }

    /// What a visitor is told now, and what once the page has grown old.
    pub fn now(&self) -> (ComponentStatus, ComponentStatus) {
        let unknown = (ComponentStatus::Unknown, ComponentStatus::Unknown);
        self.slices.last().map_or(unknown, |last| (last.shown, last.stale))
    }

    /// The slices that reach into `[from, to)`.
    pub fn within(&self, from: Time, to: Time) -> &[Slice] {
        let first = self.slices.partition_point(|slice| slice.to <= from);
        let last = self.slices.partition_point(|slice| slice.from < to);
        self.slices.get(first..last).unwrap_or_default()
    }
}

/// Puts slices behind each other and gives equal causes one number.
#[derive(Default)]
struct Builder<'a> {
    slices: Vec<Slice>,
    numbers: BTreeMap<Vec<Cause<'a>>, usize>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, slice: Slice, causes: Vec<Cause<'a>>) {
        let new = self.numbers.len();
        let cause = *self.numbers.entry(causes).or_insert(new);
        let slice = Slice { cause, ..slice };
        match self.slices.last_mut() {
            Some(last) if last.to == slice.from && last.same_answer(&slice) => last.to = slice.to,
            _ => self.slices.push(slice),
        }
    }

    fn finish(self) -> Timeline<'a> {
        let mut causes = vec![Vec::new(); self.numbers.len()];
        for (list, number) in self.numbers {
            causes[number] = list;
        }
        Timeline { slices: self.slices, causes }
    }
}

/// Spans that may overlap, read from the past to the future.
struct Active<T> {
    coming: std::iter::Peekable<std::vec::IntoIter<Span<T>>>,
    open: Vec<Span<T>>,
}

impl<T> Active<T> {
    fn new(mut spans: Vec<Span<T>>) -> Self {
        spans.retain(|span| span.from < span.to);
        spans.sort_by_key(|span| span.from);
        Self { coming: spans.into_iter().peekable(), open: Vec::new() }
    }

    /// What holds at `time`, which never goes backwards from call to call.
    fn at(&mut self, time: Time) -> impl Iterator<Item = &T> {
        while let Some(span) = self.coming.next_if(|span| span.from <= time) {
            self.open.push(span);
        }
        self.open.retain(|span| span.to > time);
        self.open.iter().map(|span| &span.value)
    }
}

fn edges<T>(spans: &[Span<T>]) -> impl Iterator<Item = Time> + '_ {
    spans.iter().flat_map(|span| [span.from, span.to])
}

#[derive(Debug, Clone, Copy)]
struct Declaration<'a> {
    incident: &'a str,
    status: ComponentStatus,
    counts: bool,
}

#[derive(Debug, Clone, Copy)]
struct Window<'a> {
    maintenance: &'a str,
    announced: bool,
}

/// What people say, by component id: gathered once for all components.
#[derive(Debug, Default)]
pub struct Statements<'a> {
    declarations: BTreeMap<&'a str, Vec<Span<Declaration<'a>>>>,
    windows: BTreeMap<&'a str, Vec<Span<Window<'a>>>>,
    corrections: BTreeMap<&'a str, Vec<Span<&'a str>>>,
}

impl<'a> Statements<'a> {
    /// Gathers what holds at or before `now`.
    pub fn gather(
        incidents: &'a [Incident],
        maintenance: &[(&'a Maintenance, Vec<Occurrence>)],
        corrections: &'a [Correction],
        settings: &'a crate::model::Settings,
        now: Time,
    ) -> Self {
        let mut all = Self::default();
        let horizon = horizon(now);
        for incident in incidents.iter().filter(|incident| !incident.informational) {
            for phase in incident.phases(now) {
                for (id, status) in phase.affected {
                    let Some(component) = settings.component(&id) else { continue };
                    let counts = incident.affects_uptime;
                    let value = Declaration { incident: &incident.slug, status, counts };
                    let to = phase.until.unwrap_or(horizon).min(horizon);
                    let spans = all.declarations.entry(&component.id).or_default();
                    spans.push(Span { from: phase.from, to, value });
                }
            }
        }
        for (maintenance, occurrences) in maintenance {
            for one in occurrences {
                let Some((from, to)) = one.window else { continue };
                let announced = maintenance.is_announced(one);
                // Work that begins before its time was not announced for that time.
                let planned = one.planned_start.max(from);
                for id in &maintenance.components {
                    let spans = all.windows.entry(id).or_default();
                    let window = |announced| Window { maintenance: &maintenance.slug, announced };
                    spans.push(Span { from, to: planned.min(to), value: window(false) });
                    spans.push(Span { from: planned, to, value: window(announced) });
                }
            }
        }
        for correction in corrections {
            // What is to come cannot be known to be measured wrongly.
            let (from, to) = (correction.from, correction.until.min(now));
            for id in &correction.components {
                let spans = all.corrections.entry(id).or_default();
                spans.push(Span { from, to, value: correction.slug.as_str() });
            }
        }
        all
    }
}

fn horizon(now: Time) -> Time {
    now.plus(1000)
}

fn of<T: Clone>(spans: &BTreeMap<&str, Vec<T>>, id: &str) -> Vec<T> {
    spans.get(id).cloned().unwrap_or_default()
}

/// The life of a component. Without `since` it begins with its first evidence.
pub fn component<'a>(
    component: &'a Component,
    history: &'a History,
    statements: &Statements<'a>,
    hold_ms: i64,
    since: Option<Time>,
    now: Time,
) -> Timeline<'a> {
    let horizon = horizon(now);
    let mut voices: Vec<Voice<'_>> =
        component.probes.iter().map(|probe| Voice::new(probe, history, hold_ms, horizon)).collect();
    let declarations = of(&statements.declarations, &component.id);
    let born = voices.iter().filter_map(|voice| voice.born);
    let first = born.chain(declarations.iter().map(|span| span.from)).min();
    let Some(start) = since.or(first).filter(|start| *start < horizon) else {
        return Timeline::default();
    };
    let windows = of(&statements.windows, &component.id);
    let corrections = of(&statements.corrections, &component.id);
    let mut moments = vec![start, horizon];
    let inside = |time: &Time| *time > start && *time < horizon;
    moments.extend(voices.iter().flat_map(Voice::edges).filter(inside));
    moments.extend(edges(&declarations).filter(inside));
    moments.extend(edges(&windows).filter(inside));
    moments.extend(edges(&corrections).filter(inside));
    moments.sort_unstable();
    moments.dedup();

    let mut declarations = Active::new(declarations);
    let mut windows = Active::new(windows);
    let mut corrections = Active::new(corrections);
    let mut builder = Builder::default();
    for pair in moments.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut causes = Vec::new();
        let declared: Vec<Declaration<'_>> = declarations.at(from).copied().collect();
        let planned: Vec<Window<'_>> = windows.at(from).copied().collect();
        let corrected: Vec<&str> = corrections.at(from).copied().collect();
        let said: Vec<Option<Said<'_>>> = voices
            .iter_mut()
            .map(|voice| voice.born.is_some_and(|born| born <= from).then(|| voice.at(from)))
            .collect();
        let measured = if corrected.is_empty() {
            measured(component, &said)
        } else {
            ComponentStatus::Unknown
        };
        let worst = |counting: bool| {
            let counted = declared.iter().filter(|one| one.counts || !counting);
            counted.map(|one| one.status).max()
        };
        let slice = combine(component, from, to, measured, worst(false), worst(true), &planned);
        if corrected.is_empty() {
            for (voice, said) in voices.iter().zip(&said) {
                let said = said.as_ref();
                measured_causes(voice.id, said, slice.measured, &mut causes);
            }
            if said.iter().all(Option::is_none) && slice.raw == ComponentStatus::Unknown {
                causes.push(Cause::NoData { probe: None });
            }
        }
        causes.extend(corrected.iter().map(|correction| Cause::Correction { correction }));
        causes.extend(declared.iter().map(|one| Cause::Incident {
            incident: one.incident,
            status: one.status,
            counts: one.counts,
        }));
        causes.extend(planned.iter().map(|one| Cause::Maintenance {
            maintenance: one.maintenance,
            announced: one.announced,
        }));
        causes.sort_unstable();
        causes.dedup();
        builder.add(slice, causes);
    }
    builder.finish()
}

/// The one rule for what a visitor is told and what counts.
fn combine(
    component: &Component,
    from: Time,
    to: Time,
    measured: ComponentStatus,
    declared: Option<ComponentStatus>,
    counted: Option<ComponentStatus>,
    windows: &[Window<'_>],
) -> Slice {
    let worse = |declared: Option<ComponentStatus>| {
        measured.max(declared.unwrap_or(ComponentStatus::Operational))
    };
    let shown = if !windows.is_empty() {
        declared.unwrap_or(ComponentStatus::UnderMaintenance).max(ComponentStatus::UnderMaintenance)
    } else if component.probes.is_empty() {
        // Nothing checks it: what people declare is all there is.
        declared.unwrap_or(ComponentStatus::Unknown)
    } else {
        worse(declared)
    };
    let stale = declared.unwrap_or(ComponentStatus::Unknown);
    let stale =
        if component.probes.is_empty() { stale } else { stale.max(ComponentStatus::Unknown) };
    let raw = worse(counted);
    let is_planned = windows.iter().any(|window| window.announced);
    let is_excluded =
        is_planned && shown == ComponentStatus::UnderMaintenance && raw != ComponentStatus::Unknown;
    let counted = if is_excluded { ComponentStatus::UnderMaintenance } else { raw };
    Slice { from, to, measured, declared, shown, stale, counted, raw, is_planned, cause: 0 }
}

/// What the probes of a component say together. Never better than what every probe that was ever
/// heard supports.
fn measured(component: &Component, said: &[Option<Said<'_>>]) -> ComponentStatus {
    let heard = || said.iter().flatten();
    let count = |outcome| heard().filter(|said| said.outcome == outcome).count();
    let down = count(Some(Outcome::Down));
    if heard().next().is_none() {
        ComponentStatus::Unknown
    } else if down >= component.down_when.needed(component.probes.len()) {
        ComponentStatus::MajorOutage
    } else if down > 0 {
        ComponentStatus::PartialOutage
    } else if count(Some(Outcome::Degraded)) > 0 {
        ComponentStatus::DegradedPerformance
    } else if count(None) > 0 {
        ComponentStatus::Unknown
    } else {
        ComponentStatus::Operational
    }
}

fn measured_causes<'a>(
    probe: &'a str,
    said: Option<&Said<'a>>,
    measured: ComponentStatus,
    causes: &mut Vec<Cause<'a>>,
) {
    let Some(said) = said else { return };
    if let Some(outcome @ (Outcome::Down | Outcome::Degraded)) = said.outcome {
        let mut locations = [said.down.as_slice(), &said.degraded].concat();
        locations.sort_unstable();
        causes.push(Cause::Probe { probe, outcome, locations, speaking: said.speaking });
    }
    if said.outcome.is_none() && said.failed.is_empty() && measured == ComponentStatus::Unknown {
        causes.push(Cause::NoData { probe: Some(probe) });
    }
    for (outcome, locations) in [(Outcome::Down, &said.failed), (Outcome::Up, &said.recovered)] {
        if !locations.is_empty() {
            causes.push(Cause::Unconfirmed { probe, outcome, locations: locations.clone() });
        }
    }
}

/// What the probes of a component say now.
pub fn measured_now(
    component: &Component,
    history: &History,
    hold_ms: i64,
    now: Time,
) -> ComponentStatus {
    let said = component.probes.iter().map(|probe| {
        let mut voice = Voice::new(probe, history, hold_ms, horizon(now));
        voice.born.is_some().then(|| voice.at(now))
    });
    measured(component, &said.collect::<Vec<_>>())
}
