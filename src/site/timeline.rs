//! What was true of a component at each moment: slices of time, each with one answer.
//!
//! Integer milliseconds, half-open intervals. Every number on the page is a sum
//! over these slices, so there is one place where truth is decided.

use std::collections::BTreeMap;

use crate::model::{
    Component, ComponentStatus, Correction, History, Incident, Maintenance, Outcome, Sample, Time,
};

/// A stretch of time in which nothing about a component changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Inclusive.
    pub from: Time,
    /// Exclusive.
    pub to: Time,
    /// What the probes say; unknown where none speaks.
    pub measured: ComponentStatus,
    /// The worst status that an active incident declares.
    pub declared: Option<ComponentStatus>,
    /// The same, of incidents that count in uptime.
    pub counted: Option<ComponentStatus>,
    /// Inside a maintenance window, and whether that was announced before it began.
    pub maintenance: Option<Announced>,
    /// A correction took the measurement back.
    pub corrected: bool,
}

/// Whether a maintenance was made public before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Announced {
    /// Too late, or nobody says when.
    No,
    /// In time.
    Yes,
}

impl Slice {
    /// What a visitor is told.
    pub fn effective(&self) -> ComponentStatus {
        let declared = self.declared.unwrap_or(ComponentStatus::Operational);
        match self.maintenance {
            Some(_) => declared.max(ComponentStatus::UnderMaintenance),
            None => Self::combine(self.measured, self.declared),
        }
    }

    /// What counts in uptime: as [`Self::effective`], but no window hides a failure.
    pub fn underlying(&self) -> ComponentStatus {
        Self::combine(self.measured, self.counted)
    }

    /// Whether this time is taken out of uptime: shown as maintenance, and announced in time.
    pub fn is_excluded(&self) -> bool {
        self.maintenance == Some(Announced::Yes)
            && self.effective() == ComponentStatus::UnderMaintenance
    }

    fn combine(measured: ComponentStatus, declared: Option<ComponentStatus>) -> ComponentStatus {
        measured.max(declared.unwrap_or(ComponentStatus::Operational))
    }

    /// The length of the part within `[from, to)`, in milliseconds.
    pub fn overlap_ms(&self, from: Time, to: Time) -> i64 {
        (self.to.min(to).ms() - self.from.max(from).ms()).max(0)
    }

    fn same_answer(&self, other: &Self) -> bool {
        Self { from: other.from, to: other.to, ..*self } == *other
    }
}

/// A stretch with a value.
#[derive(Debug, Clone, Copy)]
struct Span<T> {
    from: Time,
    to: Time,
    value: T,
}

/// Disjoint spans in order, read from the past to the future.
struct Track<T> {
    spans: Vec<Span<T>>,
    next: usize,
}

impl<T: Copy> Track<T> {
    fn new(spans: Vec<Span<T>>) -> Self {
        Self { spans, next: 0 }
    }

    /// The value at `time`, which never goes backwards from call to call.
    fn at(&mut self, time: Time) -> Option<T> {
        while self.spans.get(self.next).is_some_and(|span| span.to <= time) {
            self.next += 1;
        }
        self.spans.get(self.next).filter(|span| span.from <= time).map(|span| span.value)
    }
}

/// What incidents declare, by component id.
#[derive(Debug, Default)]
pub struct Declarations(BTreeMap<String, Vec<Declaration>>);

#[derive(Debug)]
struct Declaration {
    from: Time,
    until: Option<Time>,
    status: ComponentStatus,
    counts: bool,
}

impl Declarations {
    /// Gathers them once for all components.
    pub fn gather(incidents: &[Incident], now: Time) -> Self {
        let mut all = Self::default();
        for incident in incidents.iter().filter(|incident| !incident.informational) {
            for phase in incident.phases(now) {
                for (id, status) in phase.affected {
                    all.0.entry(id).or_default().push(Declaration {
                        from: phase.from,
                        until: phase.until,
                        status,
                        counts: incident.affects_uptime,
                    });
                }
            }
        }
        all
    }
}

/// What a timeline is made from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// All samples.
    pub history: &'a History,
    /// What incidents declare.
    pub declarations: &'a Declarations,
    /// All maintenance.
    pub maintenance: &'a [Maintenance],
    /// All corrections.
    pub corrections: &'a [Correction],
    /// How long a sample speaks, in milliseconds.
    pub hold_ms: i64,
    /// Now.
    pub now: Time,
}

/// The slices of a component's life, without gaps, up to one second past now, so that
/// the last one tells the state at now. Empty before there is any evidence.
pub fn build(component: &Component, evidence: &Evidence<'_>, since: Option<Time>) -> Vec<Slice> {
    let horizon = evidence.now.plus(1000);
    let mut probes: Vec<ProbeTrack> = component
        .probes
        .iter()
        .map(|probe| ProbeTrack::new(evidence.history.tracks(&probe.id), evidence.hold_ms, horizon))
        .collect();
    let declarations = declarations(component, evidence, horizon);
    let first = probes
        .iter()
        .filter_map(|probe| probe.born)
        .chain(declarations.iter().map(|span| span.from))
        .min();
    let Some(start) = since.or(first).filter(|start| *start < horizon) else {
        return Vec::new();
    };
    let windows = windows(component, evidence);
    let corrections = corrections(component, evidence);

    let mut edges = vec![start, horizon];
    let inside = |time: &Time| *time > start && *time < horizon;
    for probe in &probes {
        let spans = probe.readings.iter().flat_map(|track| &track.spans);
        edges.extend(spans.flat_map(|span| [span.from, span.to]).filter(inside));
        edges.extend(probe.born.iter().copied().filter(inside));
    }
    edges.extend(declarations.iter().flat_map(|span| [span.from, span.to]).filter(inside));
    edges.extend(windows.iter().flat_map(|span| [span.from, span.to]).filter(inside));
    edges.extend(corrections.iter().flat_map(|span| [span.from, span.to]).filter(inside));
    edges.sort_unstable();
    edges.dedup();

    let mut declarations = Track::new(declarations);
    let mut windows = Track::new(windows);
    let mut corrections = Track::new(corrections);
    let mut slices: Vec<Slice> = Vec::new();
    for pair in edges.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let corrected = corrections.at(from).is_some();
        let measured = measure(component, &mut probes, from);
        let declared = declarations.at(from);
        let slice = Slice {
            from,
            to,
            measured: if corrected { ComponentStatus::Unknown } else { measured },
            declared: declared.map(|status| status.shown),
            counted: declared.and_then(|status| status.counted),
            maintenance: windows.at(from),
            corrected,
        };
        match slices.last_mut() {
            Some(last) if last.same_answer(&slice) => last.to = to,
            _ => slices.push(slice),
        }
    }
    slices
}

/// The readings of one probe, one track a location, and when it was first heard.
struct ProbeTrack {
    born: Option<Time>,
    readings: Vec<Track<Outcome>>,
}

impl ProbeTrack {
    fn new<'h>(locations: impl Iterator<Item = &'h [Sample]>, hold_ms: i64, horizon: Time) -> Self {
        let mut track = Self { born: None, readings: Vec::new() };
        for samples in locations {
            let end = samples.partition_point(|sample| sample.time < horizon);
            if let Some(first) = samples[..end].first() {
                track.born = Some(track.born.map_or(first.time, |born| born.min(first.time)));
                track.readings.push(Track::new(readings(&samples[..end], hold_ms, horizon)));
            }
        }
        track
    }

    /// What the locations that speak at `time` say together: down when most of them do,
    /// degraded when any of them is not up.
    fn at(&mut self, time: Time) -> Option<Outcome> {
        let (mut speaking, mut down, mut degraded) = (0, 0, 0);
        for outcome in self.readings.iter_mut().filter_map(|track| track.at(time)) {
            speaking += 1;
            match outcome {
                Outcome::Down => down += 1,
                Outcome::Degraded => degraded += 1,
                Outcome::Up | Outcome::Unknown => {}
            }
        }
        if speaking == 0 {
            None
        } else if 2 * down > speaking {
            Some(Outcome::Down)
        } else if down + degraded > 0 {
            Some(Outcome::Degraded)
        } else {
            Some(Outcome::Up)
        }
    }
}

/// A sample speaks from its time until the next one, at most for `hold_ms`.
fn readings(samples: &[Sample], hold_ms: i64, horizon: Time) -> Vec<Span<Outcome>> {
    let mut spans: Vec<Span<Outcome>> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        if sample.outcome == Outcome::Unknown {
            continue;
        }
        let next = samples.get(index + 1).map_or(horizon, |next| next.time);
        let to = next.min(sample.time.plus(hold_ms));
        let span = Span { from: sample.time, to, value: sample.outcome };
        match spans.last_mut() {
            Some(last) if last.to == span.from && last.value == span.value => last.to = span.to,
            _ => spans.push(span),
        }
    }
    spans
}

/// What the probes of a component say now.
pub fn measured_now(
    component: &Component,
    history: &History,
    hold_ms: i64,
    now: Time,
) -> ComponentStatus {
    let tracks = component
        .probes
        .iter()
        .map(|probe| ProbeTrack::new(history.tracks(&probe.id), hold_ms, now.plus(1000)));
    measure(component, &mut tracks.collect::<Vec<_>>(), now)
}

/// The measured status at a time. Never better than what every living probe supports.
fn measure(component: &Component, probes: &mut [ProbeTrack], at: Time) -> ComponentStatus {
    let (mut living, mut down, mut degraded, mut unknown) = (0, 0, 0, 0);
    for probe in probes.iter_mut() {
        if probe.born.is_none_or(|born| born > at) {
            continue;
        }
        living += 1;
        match probe.at(at) {
            Some(Outcome::Down) => down += 1,
            Some(Outcome::Degraded) => degraded += 1,
            Some(Outcome::Up) => {}
            Some(Outcome::Unknown) | None => unknown += 1,
        }
    }
    if living == 0 {
        ComponentStatus::Unknown
    } else if down >= component.down_when.needed(component.probes.len()) {
        ComponentStatus::MajorOutage
    } else if down > 0 {
        ComponentStatus::PartialOutage
    } else if degraded > 0 {
        ComponentStatus::DegradedPerformance
    } else if unknown > 0 {
        ComponentStatus::Unknown
    } else {
        ComponentStatus::Operational
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Declared {
    shown: ComponentStatus,
    counted: Option<ComponentStatus>,
}

/// The worst declared status over time, of all incidents together.
fn declarations(
    component: &Component,
    evidence: &Evidence<'_>,
    horizon: Time,
) -> Vec<Span<Declared>> {
    let mut events: Vec<(Time, bool, ComponentStatus, bool)> = Vec::new();
    for declaration in evidence.declarations.0.get(&component.id).into_iter().flatten() {
        let until = declaration.until.unwrap_or(horizon).min(horizon);
        events.push((declaration.from, true, declaration.status, declaration.counts));
        events.push((until, false, declaration.status, declaration.counts));
    }
    events.sort_unstable_by_key(|(time, ..)| *time);
    let mut open: Vec<(ComponentStatus, bool)> = Vec::new();
    let mut spans: Vec<Span<Declared>> = Vec::new();
    let mut index = 0;
    while let Some((from, ..)) = events.get(index).copied() {
        while let Some((_, begins, status, counts)) =
            events.get(index).copied().filter(|(time, ..)| *time == from)
        {
            if begins {
                open.push((status, counts));
            } else if let Some(place) = open.iter().position(|entry| *entry == (status, counts)) {
                open.swap_remove(place);
            }
            index += 1;
        }
        let worst = open.iter().map(|(status, _)| *status).max();
        if let (Some(shown), Some((to, ..))) = (worst, events.get(index)) {
            let counted =
                open.iter().filter(|(_, counts)| *counts).map(|(status, _)| *status).max();
            spans.push(Span { from, to: *to, value: Declared { shown, counted } });
        }
    }
    spans
}

/// Maintenance windows that name the component; where two overlap, an announced one counts.
fn windows(component: &Component, evidence: &Evidence<'_>) -> Vec<Span<Announced>> {
    let spans = evidence
        .maintenance
        .iter()
        .filter(|maintenance| maintenance.components.contains(&component.id))
        .filter_map(|maintenance| {
            let (from, to) = maintenance.window(evidence.now)?;
            let value = if maintenance.is_announced() { Announced::Yes } else { Announced::No };
            Some(Span { from, to, value })
        })
        .collect();
    flatten(spans)
}

/// What is known to have been wrong; nobody can know that of a measurement to come.
fn corrections(component: &Component, evidence: &Evidence<'_>) -> Vec<Span<()>> {
    let spans = evidence
        .corrections
        .iter()
        .filter(|correction| correction.components.contains(&component.id))
        .map(|correction| Span {
            from: correction.from,
            to: correction.until.min(evidence.now),
            value: (),
        })
        .filter(|span| span.from < span.to)
        .collect();
    flatten(spans)
}

/// Makes overlapping spans disjoint; the greatest value of an overlap stays.
fn flatten<T: Copy + Ord>(spans: Vec<Span<T>>) -> Vec<Span<T>> {
    let mut edges: Vec<Time> = spans.iter().flat_map(|span| [span.from, span.to]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .filter_map(|pair| {
            let value = spans
                .iter()
                .filter(|span| span.from <= pair[0] && pair[1] <= span.to)
                .map(|span| span.value)
                .max()?;
            Some(Span { from: pair[0], to: pair[1], value })
        })
        .collect()
}
