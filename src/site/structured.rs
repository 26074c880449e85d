//! What machines may read of a page: schema.org's types where there are such, as JSON-LD.
//!
//! An incident is a `LiveBlogPosting`, a post that follows an event by updates; a maintenance is an
//! `Event` that takes place at the address of the site.

use serde_json::{Value, json};

use super::edition::Edition;
use super::plan::Planned;
use super::{embed, markdown, present, words};
use crate::model::{Incident, MaintenanceStatus};

/// An incident as a blog of what happens.
pub fn incident(edition: Edition<'_>, incident: &Incident) -> Option<String> {
    let inputs = edition.site.inputs;
    let (settings, now) = (inputs.settings, inputs.now);
    let started = incident.start(now)?;
    let url = settings.absolute(&format!(
        "{}{}",
        edition.prefix(),
        present::incident_path(&incident.slug)
    ));
    let anchors = present::anchors(&incident.updates);
    let updates: Vec<Value> = incident
        .updates
        .iter()
        .zip(anchors)
        .filter_map(|(update, anchor)| {
            let (at, status) = update.at.zip(update.status).filter(|(at, _)| *at <= now)?;
            Some(json!({
                "@type": "BlogPosting",
                "headline": words::incident_status(edition.language, status),
                "articleBody": markdown::plain_text(&update.body),
                "datePublished": at.rfc3339(),
                "url": format!("{url}#{anchor}"),
            }))
        })
        .collect();
    let modified = incident.seen_updates(now).map(|(at, ..)| at).max().unwrap_or(started);
    let mut post = json!({
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": incident.title,
        "url": url,
        "inLanguage": edition.language.tag(),
        "datePublished": started.rfc3339(),
        "dateModified": modified.rfc3339(),
        "coverageStartTime": started.rfc3339(),
        "author": { "@type": "Organization", "name": settings.title, "url": settings.absolute("") },
        "liveBlogUpdate": updates,
    });
    if let Some(end) = incident.resolved_at(now) {
        post["coverageEndTime"] = end.rfc3339().into();
    }
    Some(embed::for_script(&post.to_string()))
}

/// A maintenance as an event.
pub fn maintenance(edition: Edition<'_>, planned: &Planned<'_>) -> Option<String> {
    let settings = edition.site.inputs.settings;
    let window = planned.window?;
    let is_cancelled = planned.status == MaintenanceStatus::Cancelled;
    let path = present::maintenance_path(&planned.maintenance.slug);
    let event = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": planned.maintenance.title,
        "url": settings.absolute(&format!("{}{path}", edition.prefix())),
        "startDate": window.planned_start.rfc3339(),
        "endDate": window.planned_end.rfc3339(),
        "eventStatus": match is_cancelled {
            true => "https://schema.org/EventCancelled",
            false => "https://schema.org/EventScheduled",
        },
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": { "@type": "VirtualLocation", "url": settings.absolute("") },
        "organizer": { "@type": "Organization", "name": settings.title, "url": settings.absolute("") },
    });
    Some(embed::for_script(&event.to_string()))
}
