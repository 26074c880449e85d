//! The states of things, in Statuspage's words plus our `unknown`.

use serde::{Deserialize, Serialize};

/// Gives an enum its snake-case word and the reading of it.
macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value with its word in files and in JSON.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word in files and in JSON.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = String::deserialize(from)?;
                let unknown = || serde::de::Error::custom(format!("`{word}` is no status"));
                Self::from_word(&word).ok_or_else(unknown)
            }
        }
    };
}

/// How a component does. Ordered from best to worst, so that `max` is "the worse of".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComponentStatus {
    /// Works.
    Operational,
    /// Nobody looked, or nobody could.
    Unknown,
    /// Inside a planned window.
    UnderMaintenance,
    /// Works slowly or with errors.
    DegradedPerformance,
    /// Broken for some.
    PartialOutage,
    /// Broken.
    MajorOutage,
}

words!(ComponentStatus {
    Operational => "operational",
    Unknown => "unknown",
    UnderMaintenance => "under_maintenance",
    DegradedPerformance => "degraded_performance",
    PartialOutage => "partial_outage",
    MajorOutage => "major_outage",
});

impl ComponentStatus {
    /// Those that people and monitoring systems may give a component, with their words.
    pub const DECLARABLE: &[(&'static str, Self)] = &[
        ("operational", Self::Operational),
        ("degraded_performance", Self::DegradedPerformance),
        ("partial_outage", Self::PartialOutage),
        ("major_outage", Self::MajorOutage),
    ];

    /// Whether this counts as downtime.
    pub fn is_down(self) -> bool {
        matches!(self, Self::PartialOutage | Self::MajorOutage)
    }
}

/// What one probe found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// As expected.
    Up,
    /// As expected, but slow.
    Degraded,
    /// Not as expected.
    Down,
    /// The prober itself could not look.
    Unknown,
}

words!(Outcome { Up => "up", Degraded => "degraded", Down => "down", Unknown => "unknown" });

/// Where an incident stands, as its authors say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentStatus {
    /// Seen, cause unknown.
    Investigating,
    /// Cause known.
    Identified,
    /// A remedy is in place and watched.
    Monitoring,
    /// Over.
    Resolved,
    /// What was learned; says nothing about being over.
    Postmortem,
}

words!(IncidentStatus {
    Investigating => "investigating",
    Identified => "identified",
    Monitoring => "monitoring",
    Resolved => "resolved",
    Postmortem => "postmortem",
});

/// Where a planned maintenance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MaintenanceStatus {
    /// Announced, not begun.
    Scheduled,
    /// Inside its window.
    InProgress,
    /// The work is done and being checked.
    Verifying,
    /// Over.
    Completed,
    /// Will not happen.
    Cancelled,
}

words!(MaintenanceStatus {
    Scheduled => "scheduled",
    InProgress => "in_progress",
    Verifying => "verifying",
    Completed => "completed",
    Cancelled => "cancelled",
});

/// How bad an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Not felt.
    None,
    /// Felt by some, or slow.
    Minor,
    /// Part of the service is broken.
    Major,
    /// The service is broken.
    Critical,
}

words!(Impact { None => "none", Minor => "minor", Major => "major", Critical => "critical" });

impl Impact {
    /// The impact of an incident whose worst affected component has this status.
    pub fn of(status: ComponentStatus) -> Self {
        match status {
            ComponentStatus::MajorOutage => Self::Critical,
            ComponentStatus::PartialOutage => Self::Major,
            ComponentStatus::DegradedPerformance => Self::Minor,
            _ => Self::None,
        }
    }
}

/// The state of the whole site. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indicator {
    /// Nothing is wrong.
    None,
    /// Not known: no check, or only old ones.
    Unknown,
    /// Planned work is going on.
    Maintenance,
    /// Something is slow or partly broken.
    Minor,
    /// Something is broken.
    Major,
    /// Everything is broken.
    Critical,
}

words!(Indicator {
    None => "none",
    Unknown => "unknown",
    Maintenance => "maintenance",
    Minor => "minor",
    Major => "major",
    Critical => "critical",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worse_statuses_compare_greater() {
        use ComponentStatus::*;
        let worst_first = [
            MajorOutage,
            PartialOutage,
            DegradedPerformance,
            UnderMaintenance,
            Unknown,
            Operational,
        ];
        assert!(worst_first.windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn every_word_reads_back() {
        for (word, value) in ComponentStatus::WORDS {
            assert_eq!(ComponentStatus::from_word(word), Some(*value));
            assert_eq!(value.word(), *word);
        }
    }
}
