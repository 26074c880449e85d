//! The one sentence about the whole site. Everything that states it asks here:
//! page, title, feed and JSON.

use super::words;
use crate::model::{ComponentStatus, Impact, Indicator, Time, Zone};

/// The state of the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// How bad it is.
    pub indicator: Indicator,
    /// The field's phrase for it.
    pub description: &'static str,
    /// What a visitor reads.
    pub sentence: String,
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
}

/// The headline of a site: the worse of its components and its open incidents.
pub fn headline(parts: &[Part<'_>], open: &[Open<'_>], now: Time, zone: &Zone) -> Headline {
    let components = of_components(parts, now, zone);
    match of_incidents(open) {
        Some(incident) if incident.indicator > components.indicator => incident,
        _ => components,
    }
}

/// The headline when nothing was checked lately. An open incident is still worse than not knowing.
pub fn stale_headline(checked_at: Option<Time>, open: &[Open<'_>], zone: &Zone) -> Headline {
    let sentence = match checked_at {
        Some(time) => format!("Status unknown since {}", words::moment(time, zone)),
        None => "Status unknown: nothing was checked yet".to_owned(),
    };
    let unknown =
        Headline { indicator: Indicator::Unknown, description: "Status Unknown", sentence };
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
    let sentence = match open.len() {
        1 => format!("Incident: {}", worst.title),
        more => format!("{more} open incidents, the worst: {}", worst.title),
    };
    Some(Headline { indicator, description, sentence })
}

fn of_components(parts: &[Part<'_>], now: Time, zone: &Zone) -> Headline {
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
    let sentence = match worst {
        None => "Nothing is reported to be broken".to_owned(),
        Some(Operational) => "All systems operational".to_owned(),
        Some(Unknown) if all(Unknown) => "Status unknown: no check could reach anything".to_owned(),
        Some(status) => {
            let hit: Vec<_> = watched.iter().filter(|part| part.status == status).collect();
            let since = |part: &Part<'_>| {
                part.since
                    .map(|time| format!(" since {}", words::moment_near(time, now, zone)))
                    .unwrap_or_default()
            };
            match hit.as_slice() {
                [one] => format!("{} {}{}", one.name, words::predicate(status, 1), since(one)),
                many => format!(
                    "{} of {} components {}",
                    many.len(),
                    watched.len(),
                    words::predicate(status, many.len())
                ),
            }
        }
    };
    Headline { indicator, description, sentence }
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
        let open: Vec<Open<'_>> =
            impacts.iter().map(|impact| Open { title: "t", impact: *impact }).collect();
        let headline = headline(&parts, &open, Time::from_ms(0), &Zone::utc());
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
