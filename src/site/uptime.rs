//! Sums over slices: uptime, coverage, and the words for them.
//!
//! Integers until the last moment, and then rounded down, so that 100 % means
//! that there was no downtime at all.

use serde::Serialize;

use super::timeline::{Slice, Timeline};
use crate::model::{ComponentStatus, Time};

/// What a window adds up to, in milliseconds. Windows combine by adding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Uptime {
    /// The window, clipped to the life of the component and to now.
    pub window_ms: i64,
    /// The part of it in which a sample or an incident spoke.
    pub observed_ms: i64,
    /// The observed part that was maintenance announced in time.
    pub excluded_ms: i64,
    /// Major outage, within what counts.
    pub major_ms: i64,
    /// Partial outage, within what counts.
    pub partial_ms: i64,
    /// Degraded, within what counts.
    pub degraded_ms: i64,
    /// Major outage, also within announced maintenance.
    pub raw_major_ms: i64,
    /// Partial outage, also within announced maintenance.
    pub raw_partial_ms: i64,
    /// Not observed, and not within announced maintenance either.
    pub missing_ms: i64,
}

/// Less than this share of observed time is too little to speak of, in percent.
const ENOUGH_PERCENT: i64 = 50;

/// A share of something in integers; the whole is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    part: i128,
    whole: i128,
}

impl Share {
    /// None of nothing.
    fn of(part: i128, whole: i128) -> Option<Self> {
        (whole > 0).then_some(Self { part: part.max(0), whole })
    }

    /// In percent, rounded down to `digits` after the point: 100 means all of it.
    pub fn percent(&self, digits: u32) -> String {
        let scale = 10_i128.pow(digits);
        let value = self.part * 100 * scale / self.whole;
        if digits == 0 {
            return value.to_string();
        }
        format!("{}.{:0width$}", value / scale, value % scale, width = digits as usize)
    }
}

/// What can be said of an uptime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Nothing was observed.
    NoData,
    /// Less than half was observed.
    NotEnough,
    /// So much.
    Share(Share),
}

impl Figure {
    /// In percent, if there is enough data.
    pub fn percent(&self, digits: u32) -> Option<String> {
        match self {
            Self::Share(share) => Some(share.percent(digits)),
            Self::NoData | Self::NotEnough => None,
        }
    }
}

/// The part of the thousand that a major outage weighs.
const PERMILLE: i128 = 1000;

impl Uptime {
    /// Adds up `[from, to)`.
    pub fn of(timeline: &Timeline<'_>, from: Time, to: Time) -> Self {
        let mut sum = Self::default();
        for slice in timeline.within(from, to) {
            sum.add_slice(slice, slice.overlap_ms(from, to));
        }
        sum
    }

    fn add_slice(&mut self, slice: &Slice, ms: i64) {
        use ComponentStatus::*;
        self.window_ms += ms;
        if slice.counted == Unknown {
            if !slice.is_planned {
                self.missing_ms += ms;
            }
            return;
        }
        self.observed_ms += ms;
        match slice.counted {
            UnderMaintenance => self.excluded_ms += ms,
            MajorOutage => self.major_ms += ms,
            PartialOutage => self.partial_ms += ms,
            DegradedPerformance => self.degraded_ms += ms,
            Operational | Unknown => {}
        }
        match slice.raw {
            MajorOutage => self.raw_major_ms += ms,
            PartialOutage => self.raw_partial_ms += ms,
            _ => {}
        }
    }

    /// The sums of two windows that do not overlap.
    pub fn plus(mut self, other: &Self) -> Self {
        self.window_ms += other.window_ms;
        self.observed_ms += other.observed_ms;
        self.excluded_ms += other.excluded_ms;
        self.major_ms += other.major_ms;
        self.partial_ms += other.partial_ms;
        self.degraded_ms += other.degraded_ms;
        self.raw_major_ms += other.raw_major_ms;
        self.raw_partial_ms += other.raw_partial_ms;
        self.missing_ms += other.missing_ms;
        self
    }

    /// Observed time that is not announced maintenance: what uptime divides by.
    pub fn counted_ms(&self) -> i64 {
        self.observed_ms - self.excluded_ms
    }

    /// Time of major or partial outage, whatever that weighs, within what counts.
    pub fn down_ms(&self) -> i64 {
        self.major_ms + self.partial_ms
    }

    /// The share of counted time that was not down; a partial outage weighs so many thousandths.
    pub fn availability(&self, partial_permille: i64) -> Figure {
        let lost = weigh(self.major_ms, self.partial_ms, partial_permille);
        self.figure(remaining(self.counted_ms(), lost))
    }

    /// The same, with degraded time lost like a major outage.
    pub fn full_performance(&self, partial_permille: i64) -> Figure {
        let lost = weigh(self.major_ms + self.degraded_ms, self.partial_ms, partial_permille);
        self.figure(remaining(self.counted_ms(), lost))
    }

    /// The availability as if no maintenance had been announced.
    pub fn raw(&self, partial_permille: i64) -> Figure {
        let lost = weigh(self.raw_major_ms, self.raw_partial_ms, partial_permille);
        self.figure(remaining(self.observed_ms, lost))
    }

    /// The availability if all that was missed had been down, and if all of it had been up.
    /// Nobody can say more than that it lies between them.
    pub fn bounds(&self, partial_permille: i64) -> Option<(Share, Share)> {
        let lost = weigh(self.major_ms, self.partial_ms, partial_permille);
        let whole = self.counted_ms() + self.missing_ms;
        let missing = i128::from(self.missing_ms) * PERMILLE;
        Some((remaining(whole, lost + missing)?, remaining(whole, lost)?))
    }

    /// The share of the window that was observed, or none for an empty window.
    pub fn coverage(&self) -> Option<Share> {
        Share::of(self.observed_ms.into(), self.window_ms.into())
    }

    /// Whether so much was missed that coverage must stand beside the number.
    pub fn has_gaps(&self) -> bool {
        self.observed_ms * 100 < self.window_ms * 99
    }

    fn figure(&self, share: Option<Share>) -> Figure {
        match share {
            None => Figure::NoData,
            Some(_) if self.observed_ms * 100 < self.window_ms * ENOUGH_PERCENT => {
                Figure::NotEnough
            }
            Some(share) => Figure::Share(share),
        }
    }
}

fn weigh(major_ms: i64, partial_ms: i64, partial_permille: i64) -> i128 {
    i128::from(major_ms) * PERMILLE + i128::from(partial_ms) * i128::from(partial_permille)
}

fn remaining(whole_ms: i64, lost: i128) -> Option<Share> {
    let whole = i128::from(whole_ms) * PERMILLE;
    Share::of(whole - lost, whole)
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn percentages_are_rounded_down() {
        let percent = |part: i64, whole: i64, digits| {
            Share::of(part.into(), whole.into()).map(|share| share.percent(digits))
        };
        assert_eq!(percent(99_999, 100_000, 2).as_deref(), Some("99.99"));
        assert_eq!(percent(1, 1, 2).as_deref(), Some("100.00"));
        assert_eq!(percent(0, 7, 1).as_deref(), Some("0.0"));
        assert_eq!(percent(2, 3, 0).as_deref(), Some("66"));
        assert_eq!(percent(i64::MAX - 1, i64::MAX, 3).as_deref(), Some("99.999"));
        assert_eq!(percent(0, 0, 3), None);
    }
}
