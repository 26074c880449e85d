//! All samples of all probes.

use std::collections::BTreeMap;

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

/// The samples of one probe, by location; the location without a name is empty.
pub type Tracks = BTreeMap<String, Vec<Sample>>;

/// Samples by probe id and location, sorted by time, at most one for a time.
#[derive(Debug, Clone, Default)]
pub struct History {
    probes: BTreeMap<String, Tracks>,
}

impl History {
    /// Sorts and deduplicates. Of two rows for one time the worse outcome stays:
    /// two writers disagreed, and a page must not pick the prettier one.
    pub fn new(mut probes: BTreeMap<String, Tracks>) -> Self {
        for samples in probes.values_mut().flat_map(BTreeMap::values_mut) {
            let sorted = samples.windows(2).all(|pair| pair[0].time < pair[1].time);
            if !sorted {
                samples.sort_by(|a, b| {
                    (a.time, severity(b.outcome), &a.detail, a.latency_ms, a.code).cmp(&(
                        b.time,
                        severity(a.outcome),
                        &b.detail,
                        b.latency_ms,
                        b.code,
                    ))
                });
                samples.dedup_by_key(|sample| sample.time);
            }
        }
        Self { probes }
    }

    /// The samples of a probe at each of its locations, oldest first.
    pub fn tracks(&self, probe: &str) -> impl Iterator<Item = &[Sample]> {
        self.probes.get(probe).into_iter().flat_map(BTreeMap::values).map(Vec::as_slice)
    }

    /// The newest sample of a probe that is not from after `now`; of several the worst.
    pub fn newest(&self, probe: &str, now: Time) -> Option<&Sample> {
        self.tracks(probe)
            .filter_map(|samples| {
                let seen = samples.partition_point(|sample| sample.time <= now);
                samples[..seen].last()
            })
            .max_by_key(|sample| (sample.time, severity(sample.outcome)))
    }

    /// The probes that have samples, once for each location.
    pub fn probes(&self) -> impl Iterator<Item = (&str, &[Sample])> {
        self.probes.iter().flat_map(|(id, tracks)| {
            tracks.values().map(move |samples| (id.as_str(), samples.as_slice()))
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seconds: i64, outcome: Outcome) -> Sample {
        Sample {
            time: Time::from_seconds(seconds),
            outcome,
            latency_ms: None,
            code: None,
            detail: "".into(),
        }
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
        let tracks = Tracks::from([
            (String::new(), rows),
            ("eu".to_owned(), vec![sample(20, Outcome::Up), sample(30, Outcome::Up)]),
        ]);
        let history = History::new(BTreeMap::from([("api".to_owned(), tracks)]));
        let tracks: Vec<_> = history.tracks("api").collect();
        assert_eq!(tracks[0], [sample(10, Outcome::Up), sample(20, Outcome::Down)]);
        assert_eq!(tracks.len(), 2);
        let newest = |seconds| history.newest("api", Time::from_seconds(seconds)).cloned();
        assert_eq!(newest(25), Some(sample(20, Outcome::Down)));
        assert_eq!(newest(30), Some(sample(30, Outcome::Up)));
        assert_eq!(history.tracks("web").count(), 0);
    }
}
