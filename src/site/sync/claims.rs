//! What an incident says of components, and who says it.

use std::collections::BTreeMap;

use crate::model::{Affected, ComponentStatus, Hands, Incident, IncidentStatus, Time};

/// What an incident says of a component.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// The status.
    pub status: ComponentStatus,
    /// The program may say otherwise: it said this itself, or a person asked it to.
    pub is_ours: bool,
}

impl Claim {
    /// It is trouble.
    pub fn is_bad(self) -> bool {
        self.status > ComponentStatus::Operational
    }
}

/// By component id.
pub type Claims<'a> = BTreeMap<&'a str, Claim>;

/// What an incident says at `now`, by its newest word on each component.
pub fn claims(incident: &Incident, now: Time) -> Claims<'_> {
    let is_asked = incident.hands == Hands::Resolve;
    let is_raised = matches!(incident.hands, Hands::Program | Hands::TakenOver);
    let first = (&incident.affected, is_raised);
    let updates =
        incident.seen_updates(now).map(|(_, _, update)| (&update.changes, update.is_automatic));
    let mut claims = Claims::new();
    for (changes, is_ours) in std::iter::once(first).chain(updates) {
        let claim =
            |status: &ComponentStatus| Claim { status: *status, is_ours: is_ours || is_asked };
        claims.extend(changes.iter().map(|(id, status)| (id.as_str(), claim(status))));
    }
    claims
}

/// How often it was over and began again.
pub fn reopenings(incident: &Incident, now: Time) -> u32 {
    let mut count = 0;
    let mut is_over = false;
    for (_, status, _) in incident.seen_updates(now) {
        match status {
            IncidentStatus::Resolved => is_over = true,
            IncidentStatus::Postmortem => {}
            _ => {
                count += u32::from(is_over);
                is_over = false;
            }
        }
    }
    count
}

/// The open incident, other than `own`, that tells visitors of trouble with a component.
pub fn told_by<'a>(
    incidents: &'a [Incident],
    own: Option<&Incident>,
    id: &str,
    now: Time,
) -> Option<&'a Incident> {
    incidents.iter().find(|one| {
        own.is_none_or(|own| own.path != one.path)
            && !one.informational
            && one.is_visible(now)
            && one.is_open(now)
            && claims(one, now).get(id).is_some_and(|claim| claim.is_bad())
    })
}

/// When the program resolved an incident by itself, if nobody has said more since.
pub fn resolved_by_itself(incident: &Incident, now: Time) -> Option<Time> {
    let (at, status, update) = incident.seen_updates(now).last()?;
    let is_ours = matches!(incident.hands, Hands::Program | Hands::Resolve) && update.is_automatic;
    (is_ours && status == IncidentStatus::Resolved).then_some(at)
}

/// What an incident declares that is opened again because of this: all else is good.
pub fn reopened(incident: &Incident, failing: &Affected, now: Time) -> Affected {
    let bad = claims(incident, now).into_iter().filter(|(_, claim)| claim.is_bad());
    let mut changes: Affected =
        bad.map(|(id, _)| (id.to_owned(), ComponentStatus::Operational)).collect();
    changes.extend(failing.clone());
    changes
}
