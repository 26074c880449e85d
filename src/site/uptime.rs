//! Sums over slices: uptime, coverage, and the words for them.
//!
//! Integers until the last moment, and then rounded down, so that 100 % means
//! that there was no downtime at all.

use super::timeline::Slice;
use crate::model::{ComponentStatus, Time};

/// What a window adds up to, in milliseconds. Windows combine by adding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uptime {
    /// The window, clipped to the life of the component and to now.
    pub window_ms: i64,
    /// The part of it in which a sample or an incident spoke.
    pub observed_ms: i64,
    /// The observed part that was maintenance announced in time.
    pub excluded_ms: i64,
    /// Down, within what counts.
    pub down_ms: i64,
    /// Degraded, within what counts.
    pub degraded_ms: i64,
}

/// Less than this share of observed time is too little to speak of, in percent.
const ENOUGH_PERCENT: i64 = 50;

/// What can be said of an uptime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Nothing was observed.
    NoData,
    /// Less than half was observed.
    NotEnough,
    /// The percentage, with the digits asked for.
    Percent(String),
}

impl Uptime {
    /// Adds up `[from, to)`.
    pub fn of(slices: &[Slice], from: Time, to: Time) -> Self {
        let first = slices.partition_point(|slice| slice.to <= from);
        let mut sum = Self::default();
        for slice in slices[first..].iter().take_while(|slice| slice.from < to) {
            let ms = slice.overlap_ms(from, to);
            let status = slice.underlying();
            sum.window_ms += ms;
            if status == ComponentStatus::Unknown {
                continue;
            }
            sum.observed_ms += ms;
            if slice.is_excluded() {
                sum.excluded_ms += ms;
            } else if status.is_down() {
                sum.down_ms += ms;
            } else if status == ComponentStatus::DegradedPerformance {
                sum.degraded_ms += ms;
            }
        }
        sum
    }

    /// Observed time that is not announced maintenance: what uptime divides by.
    pub fn counted_ms(&self) -> i64 {
        self.observed_ms - self.excluded_ms
    }

    /// The share of counted time that was not down.
    pub fn availability(&self, digits: u32) -> Figure {
        if self.counted_ms() == 0 {
            Figure::NoData
        } else if self.observed_ms * 100 < self.window_ms * ENOUGH_PERCENT {
            Figure::NotEnough
        } else {
            Figure::Percent(percent(self.counted_ms() - self.down_ms, self.counted_ms(), digits))
        }
    }

    /// The share of the window that was observed, or none for an empty window.
    pub fn coverage(&self, digits: u32) -> Option<String> {
        (self.window_ms > 0).then(|| percent(self.observed_ms, self.window_ms, digits))
    }

    /// Whether so much was missed that coverage must stand beside the number.
    pub fn has_gaps(&self) -> bool {
        self.observed_ms * 100 < self.window_ms * 99
    }
}

/// `part` of `whole` in percent, rounded down to `digits` after the point.
pub fn percent(part: i64, whole: i64, digits: u32) -> String {
    let scale = 10_i128.pow(digits);
    let value = i128::from(part.max(0)) * 100 * scale / i128::from(whole.max(1));
    if digits == 0 {
        return value.to_string();
    }
    format!("{}.{:0width$}", value / scale, value % scale, width = digits as usize)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percentages_are_rounded_down() {
        assert_eq!(percent(99_999, 100_000, 2), "99.99");
        assert_eq!(percent(1, 1, 2), "100.00");
        assert_eq!(percent(0, 7, 1), "0.0");
        assert_eq!(percent(2, 3, 0), "66");
        assert_eq!(percent(i64::MAX - 1, i64::MAX, 3), "99.999");
    }
}
