//! Why a day is what it is: its stretches from its first to its last moment, each with its causes.

use super::calendar::Stretch;
use super::timeline::{Cause, Slice, Timeline};
use crate::model::{ComponentStatus, Time};

/// A stretch of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval<'t, 'a> {
    /// Inclusive.
    pub from: Time,
    /// Exclusive.
    pub to: Time,
    /// What visitors are told of it.
    pub status: ComponentStatus,
    /// What it is in uptime.
    pub counts_as: CountsAs,
    /// Why; nothing when it is simply operational.
    pub causes: &'t [Cause<'a>],
}

/// What a stretch is in uptime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsAs {
    /// Good time.
    Up,
    /// Slow, which only full performance counts.
    Degraded,
    /// Partial outage.
    Partial,
    /// Major outage.
    Down,
    /// Announced maintenance, taken out.
    Excluded,
    /// Nobody knows.
    Missing,
    /// Before the life of the component.
    BeforeLife,
}

impl CountsAs {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Partial => "partial",
            Self::Down => "down",
            Self::Excluded => "excluded",
            Self::Missing => "missing",
            Self::BeforeLife => "before_life",
        }
    }

    fn of(slice: &Slice) -> Self {
        match slice.counted {
            ComponentStatus::Operational => Self::Up,
            ComponentStatus::DegradedPerformance => Self::Degraded,
            ComponentStatus::PartialOutage => Self::Partial,
            ComponentStatus::MajorOutage => Self::Down,
            ComponentStatus::UnderMaintenance => Self::Excluded,
            ComponentStatus::Unknown => Self::Missing,
        }
    }
}

/// The stretches of a day, whose lengths add up to the length of the day so far.
pub fn explain<'t, 'a>(timeline: &'t Timeline<'a>, day: &Stretch) -> Vec<Interval<'t, 'a>> {
    let slices = timeline.within(day.from, day.to);
    let before = |to: Time| Interval {
        from: day.from,
        to,
        status: ComponentStatus::Unknown,
        counts_as: CountsAs::BeforeLife,
        causes: &[],
    };
    let born = slices.first().map_or(day.to, |slice| slice.from);
    let mut intervals = Vec::new();
    if day.from < born {
        intervals.push(before(born));
    }
    for slice in slices {
        let next = Interval {
            from: slice.from.max(day.from),
            to: slice.to.min(day.to),
            status: slice.shown,
            counts_as: CountsAs::of(slice),
            causes: timeline.causes(slice),
        };
        match intervals.last_mut() {
            // They differ in what no visitor is told.
            Some(last)
                if (last.status, last.counts_as, last.causes)
                    == (next.status, next.counts_as, next.causes) =>
            {
                last.to = next.to;
            }
            _ => intervals.push(next),
        }
    }
    intervals
}
