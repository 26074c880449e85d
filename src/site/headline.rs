//! The one statement about the whole site. Everything that states it asks here: page, title,
//! feed, JSON and terminal; each says it in its language.

use super::words;
use crate::model::{ComponentStatus, Impact, Indicator, Time, Zone};
use crate::theme::Language;

/// The state of the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// How bad it is.
    pub indicator: Indicator,
    /// The field's phrase for it.
    pub description: &'static str,
    /// What a visitor is told.
    pub statement: Statement,
}

/// What can be said of the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Nothing is checked, and nobody reports trouble.
    NothingReported,
    /// All that is checked works.
    Operational,
    /// No check could reach anything.
    NothingReached,
    /// One component is not well.
    One {
        /// Its name.
        name: String,
        /// How it is.
        status: ComponentStatus,
        /// Since when.
        since: Option<Time>,
    },
    /// Several components are not well.
    Several {
        /// How many.
        count: usize,
        /// Of how many.
        total: usize,
        /// How they are.
        status: ComponentStatus,
        /// Since when at least one of them is.
        since: Option<Time>,
    },
    /// Incidents are open.
    Incidents {
        /// How many.
        count: usize,
        /// The title of the worst.
        title: String,
        /// Since when that one goes on.
        since: Option<Time>,
    },
    /// Nothing was heard since then.
    UnknownSince(Time),
    /// Nothing was ever heard.
    NotYetChecked,
}

impl Statement {
    /// Since when it is so.
    pub fn since(&self) -> Option<Time> {
        match self {
            Self::One { since, .. }
            | Self::Several { since, .. }
            | Self::Incidents { since, .. } => *since,
            Self::UnknownSince(time) => Some(*time),
            _ => None,
        }
    }

    /// The sentence, in which `time` writes an instant.
    pub fn say(&self, language: &Language, time: &dyn Fn(Time) -> String) -> String {
        let since = |sentence: String, since: &Option<Time>| match since {
            Some(at) => language.fill("since", &[("what", &sentence), ("time", &time(*at))]),
            None => sentence,
        };
        match self {
            Self::NothingReported => language.say("headline_nothing_reported").to_owned(),
            Self::Operational => language.say("headline_operational").to_owned(),
            Self::NothingReached => language.say("headline_nothing_reached").to_owned(),
            Self::One { name, status, since: at } => {
                since(words::one_is(language, name, *status), at)
            }
            Self::Several { count, total, status, .. } => {
                words::many_are(language, *count, *total, *status)
            }
            Self::Incidents { count: 1, title, since: Some(at) } => {
                let with = [("title", title.as_str()), ("time", &time(*at))];
                language.fill("headline_incident_since", &with)
            }
            Self::Incidents { count: 1, title, since: None } => {
                language.fill("headline_incident", &[("title", title)])
            }
            Self::Incidents { count, title, .. } => {
                language.count("headline_incidents", *count, &[("title", title)])
            }
            Self::UnknownSince(at) => {
                language.fill("headline_unknown_since", &[("time", &time(*at))])
            }
            Self::NotYetChecked => language.say("headline_not_yet_checked").to_owned(),
        }
    }

    /// The sentence as plain text, with times in a zone; those of the day of `now` without it.
    pub fn text(&self, language: &Language, now: Time, zone: &Zone) -> String {
        let is_whole = matches!(self, Self::UnknownSince(_));
        self.say(language, &|at| match is_whole {
            true => words::moment(language, at, zone),
            false => words::moment_near(language, at, now, zone),
        })
    }
}

/// A component as the headline sees it.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// Its name.
    pub name: &'a str,
    /// What visitors are told of it.
    pub status: ComponentStatus,
    /// Since when.
    pub since: Option<Time>,
    /// Whether anything checks it, or an incident speaks of it now.
    pub is_watched: bool,
}

/// An open incident as the headline sees it.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// Its title.
    pub title: &'a str,
    /// How bad it is.
    pub impact: Impact,
    /// Since when it goes on.
    pub since: Option<Time>,
}

/// The headline of a site: the worse of its components and its open incidents.
pub fn headline(parts: &[Part<'_>], open: &[Open<'_>]) -> Headline {
    let components = of_components(parts);
    match of_incidents(open) {
        Some(incident) if incident.indicator > components.indicator => incident,
        _ => components,
    }
}

/// The headline when nothing was checked lately. An open incident is still worse than not knowing.
pub fn stale_headline(checked_at: Option<Time>, open: &[Open<'_>]) -> Headline {
    let statement = match checked_at {
        Some(time) => Statement::UnknownSince(time),
        None => Statement::NotYetChecked,
    };
    let unknown =
        Headline { indicator: Indicator::Unknown, description: "Status Unknown", statement };
    of_incidents(open).unwrap_or(unknown)
}

fn of_incidents(open: &[Open<'_>]) -> Option<Headline> {
    let worst = open.iter().max_by_key(|incident| incident.impact)?;
    let (indicator, description) = match worst.impact {
        Impact::Critical => (Indicator::Critical, "Major System Outage"),
        Impact::Major => (Indicator::Major, "Partial System Outage"),
        // An incident that is open is never all well, whatever its authors call its impact.
        Impact::Minor | Impact::None => (Indicator::Minor, "Minor Service Outage"),
    };
    let statement = Statement::Incidents {
        count: open.len(),
        title: worst.title.to_owned(),
        since: worst.since,
    };
    Some(Headline { indicator, description, statement })
}

fn of_components(parts: &[Part<'_>]) -> Headline {
    use ComponentStatus::*;
    let watched: Vec<&Part<'_>> = parts.iter().filter(|part| part.is_watched).collect();
    let all = |status| !watched.is_empty() && watched.iter().all(|part| part.status == status);
    let worst = watched.iter().map(|part| part.status).max();
    let (indicator, description) = match worst {
        None => (Indicator::None, "No Reported Trouble"),
        Some(MajorOutage) if all(MajorOutage) => (Indicator::Critical, "Major System Outage"),
        Some(MajorOutage) => (Indicator::Major, "Partial System Outage"),
        Some(PartialOutage) if all(PartialOutage) => (Indicator::Major, "Partial System Outage"),
        Some(PartialOutage) => (Indicator::Minor, "Minor Service Outage"),
        Some(DegradedPerformance) => (Indicator::Minor, "Partially Degraded Service"),
        Some(UnderMaintenance) => (Indicator::Maintenance, "Service Under Maintenance"),
        Some(Unknown) if all(Unknown) => (Indicator::Unknown, "Status Unknown"),
        Some(Unknown) => (Indicator::Unknown, "Status Partly Unknown"),
        Some(Operational) => (Indicator::None, "All Systems Operational"),
    };
    let statement = match worst {
        None => Statement::NothingReported,
        Some(Operational) => Statement::Operational,
        Some(Unknown) if all(Unknown) => Statement::NothingReached,
        Some(status) => {
            let hit: Vec<_> = watched.iter().filter(|part| part.status == status).collect();
            let since = hit.iter().filter_map(|part| part.since).min();
            match hit.as_slice() {
                [one] => Statement::One { name: one.name.to_owned(), status, since },
                many => {
                    Statement::Several { count: many.len(), total: watched.len(), status, since }
                }
            }
        }
    };
    Headline { indicator, description, statement }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ComponentStatus::*;

    fn indicator(statuses: &[ComponentStatus], impacts: &[Impact]) -> (Indicator, &'static str) {
        let parts: Vec<Part<'_>> = statuses
            .iter()
            .map(|status| Part { name: "API", status: *status, since: None, is_watched: true })
            .collect();
        let open: Vec<Open<'_>> = impacts
            .iter()
            .map(|impact| Open { title: "t", impact: *impact, since: None })
            .collect();
        let headline = headline(&parts, &open);
        (headline.indicator, headline.description)
    }

    #[test]
    fn components_roll_up_as_on_ten_thousand_statuspage_summaries() {
        let i = |statuses: &[ComponentStatus]| indicator(statuses, &[]);
        assert_eq!(i(&[MajorOutage, MajorOutage]), (Indicator::Critical, "Major System Outage"));
        assert_eq!(i(&[MajorOutage, Operational]), (Indicator::Major, "Partial System Outage"));
        assert_eq!(i(&[PartialOutage, PartialOutage]), (Indicator::Major, "Partial System Outage"));
        assert_eq!(i(&[PartialOutage, Operational]), (Indicator::Minor, "Minor Service Outage"));
        assert_eq!(
            i(&[DegradedPerformance, UnderMaintenance]),
            (Indicator::Minor, "Partially Degraded Service")
        );
        assert_eq!(
            i(&[UnderMaintenance, Unknown]),
            (Indicator::Maintenance, "Service Under Maintenance")
        );
        assert_eq!(i(&[Unknown, Operational]), (Indicator::Unknown, "Status Partly Unknown"));
        assert_eq!(i(&[Operational]), (Indicator::None, "All Systems Operational"));
    }

    #[test]
    fn the_headline_is_never_greener_than_an_open_incident() {
        for (impact, least) in [
            (Impact::None, Indicator::Minor),
            (Impact::Minor, Indicator::Minor),
            (Impact::Major, Indicator::Major),
            (Impact::Critical, Indicator::Critical),
        ] {
            for status in ComponentStatus::WORDS.iter().map(|(_, status)| *status) {
                assert!(indicator(&[status, Operational], &[impact]).0 >= least);
            }
        }
    }
}
