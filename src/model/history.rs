//! What the probes found, folded: runs of like samples instead of the samples.
//!
//! A run takes as much room as one sample, however long it is, so that a history needs memory
//! for its changes and not for its samples. What runs do not tell, how long the answers took, is
//! kept beside them as far back as charts reach; see [`latency`].

use std::collections::BTreeMap;

use super::latency::{self, Band, Horizon, Latencies};
use super::{Outcome, Time};

/// One result of one probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// When the probe began, in whole seconds.
    pub time: Time,
    /// What it found.
    pub outcome: Outcome,
    /// How long the successful attempt took, in milliseconds.
    pub latency_ms: Option<u32>,
    /// The protocol's own result, such as 200.
    pub code: Option<u16>,
    /// Why it is not up, in stable words; empty when there is nothing to say.
    pub detail: Box<str>,
}

impl Sample {
    /// Of two samples for one time the worse stays: two writers disagreed, and a page must not
    /// pick the prettier one. The rest of the key makes the choice a matter of their contents.
    fn rank(&self) -> impl Ord + '_ {
        let less = std::cmp::Reverse((&self.detail, self.latency_ms, self.code));
        (severity(self.outcome), less)
    }
}

fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Unknown => 0,
        Outcome::Up => 1,
        Outcome::Degraded => 2,
        Outcome::Down => 3,
    }
}

/// Samples in a row with one outcome, each close enough to the next that none fell silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The time of the first.
    pub first: Time,
    /// The time of the last.
    pub last: Time,
    /// How many they are.
    pub count: u32,
    /// What all of them found.
    pub outcome: Outcome,
    /// Why, in the words of the first; empty when it was up.
    pub detail: Box<str>,
}

/// The samples of one probe at one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// All but the newest sample, oldest first; with [`Self::finish`] that one too.
    runs: Vec<Run>,
    /// How long the same samples took.
    latencies: Latencies,
    newest: Sample,
    is_finished: bool,
}

impl Track {
    /// Begins with a sample; response times are kept as far back as the horizon.
    pub fn new(first: Sample, horizon: Horizon) -> Self {
        let latencies = Latencies::new(horizon);
        Self { runs: Vec::new(), latencies, newest: first, is_finished: false }
    }

    /// A finished track from what [`Self::runs`], [`Self::latencies`] and [`Self::newest`] gave.
    pub fn from_parts(runs: Vec<Run>, latencies: Latencies, newest: Sample) -> Self {
        Self { runs, latencies, newest, is_finished: true }
    }

    /// Takes in a sample that is not older than the newest one. False when it is older.
    pub fn push(&mut self, sample: Sample, hold_ms: i64) -> bool {
        if sample.time > self.newest.time {
            self.commit(hold_ms);
            self.newest = sample;
        } else if sample.time == self.newest.time {
            if sample.rank() > self.newest.rank() {
                self.newest = sample;
            }
        } else {
            return false;
        }
        true
    }

    /// The same for a sample without words, of which most are.
    #[inline]
    pub fn push_plain(
        &mut self,
        time: Time,
        outcome: Outcome,
        latency_ms: Option<u32>,
        code: Option<u16>,
        hold_ms: i64,
    ) -> bool {
        if time > self.newest.time {
            self.commit(hold_ms);
            if !self.newest.detail.is_empty() {
                self.newest.detail = "".into();
            }
            (self.newest.time, self.newest.outcome) = (time, outcome);
            (self.newest.latency_ms, self.newest.code) = (latency_ms, code);
            return true;
        }
        self.push(Sample { time, outcome, latency_ms, code, detail: "".into() }, hold_ms)
    }

    /// Moves the newest sample, which nothing can replace any more, into the runs.
    #[inline]
    fn commit(&mut self, hold_ms: i64) {
        let newest = &self.newest;
        // What failed tells how long it was waited for, and not how long an answer takes.
        if let (Outcome::Up | Outcome::Degraded, Some(ms)) = (newest.outcome, newest.latency_ms) {
            self.latencies.add(newest.time, ms);
        }
        match self.runs.last_mut() {
            Some(run)
                if run.outcome == newest.outcome && newest.time.ms() - run.last.ms() <= hold_ms =>
            {
                run.last = newest.time;
                run.count += 1;
            }
            _ => self.runs.push(Run {
                first: newest.time,
                last: newest.time,
                count: 1,
                outcome: newest.outcome,
                detail: match newest.outcome {
                    Outcome::Up => "".into(),
                    _ => newest.detail.clone(),
                },
            }),
        }
    }

    /// Closes a track to which nothing is added sample by sample any more.
    pub fn finish(mut self, hold_ms: i64) -> Self {
        if !self.is_finished {
            self.commit(hold_ms);
            self.latencies.finish();
            self.is_finished = true;
        }
        self
    }

    /// A track of samples in any order, with repetitions. None without samples.
    pub fn of(mut samples: Vec<Sample>, hold_ms: i64, horizon: Horizon) -> Option<Self> {
        samples.sort_by_key(|sample| sample.time);
        let mut samples = samples.into_iter();
        let mut track = Self::new(samples.next()?, horizon);
        for sample in samples {
            track.push(sample, hold_ms);
        }
        Some(track.finish(hold_ms))
    }

    /// Puts a later track behind this one; both are finished.
    pub fn append(&mut self, later: Self, hold_ms: i64) {
        let mut runs = later.runs.into_iter();
        if let (Some(last), Some(next)) = (self.runs.last_mut(), runs.next()) {
            if last.outcome == next.outcome && next.first.ms() - last.last.ms() <= hold_ms {
                last.last = next.last;
                last.count += next.count;
            } else {
                self.runs.push(next);
            }
        }
        self.runs.extend(runs);
        self.latencies.append(later.latencies);
        self.newest = later.newest;
    }

    /// The runs of a finished track, oldest first; never empty.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How long the samples of a finished track took that were up or degraded.
    pub fn latencies(&self) -> &Latencies {
        &self.latencies
    }

    /// The newest sample.
    pub fn newest(&self) -> &Sample {
        &self.newest
    }

    /// The run that the newest sample not from after `time` belongs to.
    pub fn run_at(&self, time: Time) -> Option<&Run> {
        let seen = self.runs.partition_point(|run| run.first <= time);
        self.runs[..seen].last()
    }
}

/// The tracks of one probe, by location; the location without a name is empty.
pub type Tracks = BTreeMap<String, Track>;

/// All that was found until now, by probe id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    probes: BTreeMap<String, Tracks>,
    /// How many samples lie in the future, of a wrong clock; nothing here knows of them else.
    pub future: usize,
}

impl History {
    /// Takes in a finished track, which follows all that came before it of this probe and location.
    pub fn append(&mut self, probe: &str, location: &str, track: Track, hold_ms: i64) {
        // Files hold the same probes again and again: mostly one look finds them.
        let Some(tracks) = self.probes.get_mut(probe) else {
            self.probes.insert(probe.to_owned(), Tracks::from([(location.to_owned(), track)]));
            return;
        };
        match tracks.get_mut(location) {
            Some(known) => known.append(track, hold_ms),
            None => {
                tracks.insert(location.to_owned(), track);
            }
        }
    }

    /// Drops the response times beyond a horizon.
    pub fn forget(&mut self, horizon: Horizon) {
        for track in self.probes.values_mut().flat_map(Tracks::values_mut) {
            track.latencies.forget(horizon);
        }
    }

    /// How long the answers to a probe took, at all its locations together: a band for each stretch
    /// that overlaps the time from `from` to before `to`, and one for all of them; see
    /// [`latency::chart`].
    pub fn latency(
        &self,
        probe: &str,
        from: Time,
        to: Time,
        step_ms: i64,
    ) -> (Vec<(Time, Option<Band>)>, Option<Band>) {
        let latencies = self.tracks(probe).map(|(_, track)| track.latencies());
        latency::chart(latencies, from, to, step_ms)
    }

    /// What a probe found, by location.
    pub fn tracks(&self, probe: &str) -> impl Iterator<Item = (&str, &Track)> {
        let tracks = self.probes.get(probe).into_iter().flatten();
        tracks.map(|(location, track)| (location.as_str(), track))
    }

    /// The newest sample of a probe; of several the worst.
    pub fn newest(&self, probe: &str) -> Option<&Sample> {
        self.tracks(probe)
            .map(|(_, track)| track.newest())
            .max_by_key(|sample| (sample.time, severity(sample.outcome)))
    }

    /// The probes that were heard.
    pub fn probes(&self) -> impl Iterator<Item = &str> {
        self.probes.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: i64 = 15_000;

    fn horizon() -> Horizon {
        Horizon::at(Time::from_seconds(60))
    }

    fn sample(seconds: i64, outcome: Outcome) -> Sample {
        Sample {
            time: Time::from_seconds(seconds),
            outcome,
            latency_ms: None,
            code: None,
            detail: "".into(),
        }
    }

    fn runs(track: &Track) -> Vec<(i64, i64, u32, Outcome)> {
        let seconds = |time: Time| time.ms() / 1000;
        let of = |run: &Run| (seconds(run.first), seconds(run.last), run.count, run.outcome);
        track.runs().iter().map(of).collect()
    }

    #[test]
    fn order_and_duplicates_do_not_matter_and_the_worse_of_two_stays() {
        let rows = vec![
            sample(20, Outcome::Up),
            sample(10, Outcome::Up),
            sample(20, Outcome::Down),
            sample(10, Outcome::Up),
            sample(20, Outcome::Unknown),
        ];
        let track = Track::of(rows, HOLD, horizon()).expect("samples");
        assert_eq!(runs(&track), [(10, 10, 1, Outcome::Up), (20, 20, 1, Outcome::Down)]);
        assert_eq!(track.newest(), &sample(20, Outcome::Down));
    }

    #[test]
    fn a_silence_and_a_change_end_a_run_and_a_join_does_not() {
        let up = |times: &[i64]| {
            let samples = times.iter().map(|time| sample(*time, Outcome::Up)).collect();
            Track::of(samples, HOLD, horizon()).expect("samples")
        };
        let mut track = up(&[0, 10, 25]);
        assert_eq!(runs(&track), [(0, 25, 3, Outcome::Up)]);
        track.append(up(&[40]), HOLD);
        assert_eq!(runs(&track), [(0, 40, 4, Outcome::Up)]);
        track.append(up(&[56, 60]), HOLD);
        assert_eq!(runs(&track), [(0, 40, 4, Outcome::Up), (56, 60, 2, Outcome::Up)]);
        assert_eq!(track.newest().time, Time::from_seconds(60));
        assert_eq!(track.run_at(Time::from_seconds(50)).map(|run| run.count), Some(4));
    }
}
