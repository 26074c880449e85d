//! What one probe says over time: how long a sample speaks, when a change of state is taken to
//! be real, and how several locations agree.

use crate::model::history::Track;
use crate::model::{History, Outcome, Probe, Time};

/// A stretch with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// Inclusive.
    pub from: Time,
    /// Exclusive.
    pub to: Time,
    /// What holds in it.
    pub value: T,
}

/// What one location says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Its state; none where it spoke only before it had one.
    pub outcome: Option<Outcome>,
    /// Samples that say otherwise, too few in a row to be taken for a change.
    pub is_blip: bool,
}

/// The stretches in which a track speaks, oldest first, until `horizon`.
///
/// A sample speaks until the next one, at most for `hold_ms`. The state of a track is good until
/// `confirm_down` failed samples in a row make it down, from the first of them on; then down until
/// `confirm_up` good ones in a row make it good again, from the first of them on. Samples of
/// unknown outcome speak for nobody, and neither add to a row nor break it.
pub fn readings(probe: &Probe, track: &Track, hold_ms: i64, horizon: Time) -> Vec<Span<Reading>> {
    let runs = track.runs();
    let is_bad = |outcome| outcome == Outcome::Down;
    // The first and last run of each row of failed or of good samples, with its length.
    let mut rows: Vec<(usize, bool, u64)> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        if run.outcome == Outcome::Unknown {
            continue;
        }
        match rows.last_mut() {
            Some((_, bad, count)) if *bad == is_bad(run.outcome) => *count += u64::from(run.count),
            _ => rows.push((index, is_bad(run.outcome), u64::from(run.count))),
        }
    }
    let mut spans: Vec<Span<Reading>> = Vec::new();
    let mut is_down = false;
    let mut last_good = None;
    let mut rows = rows.into_iter().peekable();
    let mut is_confirmed = true;
    for (index, run) in runs.iter().enumerate() {
        if let Some((_, bad, count)) = rows.next_if(|(first, ..)| *first == index) {
            let needed = if bad { probe.confirm_down } else { probe.confirm_up };
            is_confirmed = bad == is_down || count >= u64::from(needed);
            if is_confirmed {
                is_down = bad;
            }
        }
        if run.outcome == Outcome::Unknown {
            continue;
        }
        if !is_bad(run.outcome) {
            last_good = Some(run.outcome);
        }
        let value = if is_confirmed {
            Reading { outcome: Some(run.outcome), is_blip: false }
        } else if is_down {
            Reading { outcome: Some(Outcome::Down), is_blip: true }
        } else {
            Reading { outcome: last_good, is_blip: true }
        };
        let next = runs.get(index + 1).map_or(horizon, |next| next.first);
        let to = next.min(run.last.plus(hold_ms)).min(horizon);
        spans.push(Span { from: run.first, to, value });
    }
    spans
}

/// Disjoint spans in order, read from the past to the future.
struct Cursor {
    spans: Vec<Span<Reading>>,
    next: usize,
}

impl Cursor {
    /// The value at `time`, which never goes backwards from call to call.
    fn at(&mut self, time: Time) -> Option<Reading> {
        while self.spans.get(self.next).is_some_and(|span| span.to <= time) {
            self.next += 1;
        }
        self.spans.get(self.next).filter(|span| span.from <= time).map(|span| span.value)
    }
}

/// A probe over time, read from the past to the future.
pub struct Voice<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it was first heard; none when it never was.
    pub born: Option<Time>,
    locations: Vec<(&'a str, Cursor)>,
}

/// What the locations of a probe say together at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said<'a> {
    /// What they agree on; none when nobody speaks.
    pub outcome: Option<Outcome>,
    /// How many speak.
    pub speaking: usize,
    /// Which of them say that it is down.
    pub down: Vec<&'a str>,
    /// Which of them say that it is degraded.
    pub degraded: Vec<&'a str>,
    /// Which of them saw a failure that was not confirmed.
    pub failed: Vec<&'a str>,
    /// Which of them saw something good that was not confirmed.
    pub recovered: Vec<&'a str>,
}

impl<'a> Voice<'a> {
    /// Everything that a probe said before `horizon`.
    pub fn new(probe: &'a Probe, history: &'a History, hold_ms: i64, horizon: Time) -> Self {
        let mut voice = Self { id: &probe.id, born: None, locations: Vec::new() };
        for (location, track) in history.tracks(&probe.id) {
            let first = track.runs().first().map(|run| run.first).filter(|first| *first < horizon);
            let Some(first) = first else { continue };
            voice.born = Some(voice.born.map_or(first, |born| born.min(first)));
            let spans = readings(probe, track, hold_ms, horizon);
            voice.locations.push((location, Cursor { spans, next: 0 }));
        }
        voice
    }

    /// The moments at which it may say something else.
    pub fn edges(&self) -> impl Iterator<Item = Time> + '_ {
        let spans = self.locations.iter().flat_map(|(_, cursor)| &cursor.spans);
        spans.flat_map(|span| [span.from, span.to]).chain(self.born)
    }

    /// What it says at `time`, which never goes backwards from call to call: down when most
    /// locations that speak say so, degraded when any of them is not up.
    pub fn at(&mut self, time: Time) -> Said<'a> {
        let mut said = Said::default();
        for (location, cursor) in &mut self.locations {
            let Some(reading) = cursor.at(time) else { continue };
            match (reading.is_blip, reading.outcome) {
                (true, Some(Outcome::Down)) => said.recovered.push(location),
                (true, _) => said.failed.push(location),
                (false, _) => {}
            }
            let Some(outcome) = reading.outcome else { continue };
            said.speaking += 1;
            match outcome {
                Outcome::Down => said.down.push(location),
                Outcome::Degraded => said.degraded.push(location),
                Outcome::Up | Outcome::Unknown => {}
            }
        }
        said.outcome = if said.speaking == 0 {
            None
        } else if 2 * said.down.len() > said.speaking {
            Some(Outcome::Down)
        } else if said.down.len() + said.degraded.len() > 0 {
            Some(Outcome::Degraded)
        } else {
            Some(Outcome::Up)
        };
        said
    }
}
