//! The entries of `/history.atom` and `/history.rss`: one for each incident and maintenance, as
//! on Statuspage, for subscribers who come from there. Its text grows with every update, which
//! many readers do not show as new; the other feeds are better.

use std::borrow::Cow;

use super::{ENTRIES, Item, summary, tag};
use crate::model::{MaintenanceStatus, Time};
use crate::site::chronicle::{self, Entry};
use crate::site::edition::Edition;
use crate::site::markdown::{self, Place, escape};
use crate::site::plan::Planned;
use crate::site::{present, words};

/// The newest ones.
pub fn items(edition: Edition<'_>) -> Vec<Item> {
    let site = edition.site;
    let now = site.inputs.now;
    let mut items: Vec<Item> = Vec::new();
    // They are sorted by their start, which their order by the first update hardly differs from.
    let newest = site.open_incidents.iter().chain(site.past_incidents.iter().take(ENTRIES));
    for incident in newest {
        let said: Vec<Said<'_>> = chronicle::incident(incident, now)
            .into_iter()
            .map(|Entry { at, status, body, .. }| {
                (at, words::incident_status(edition.language, status), body)
            })
            .collect();
        let path = present::incident_path(&incident.slug);
        items.extend(item(edition, path, &incident.title, "", &said));
    }
    for Planned { maintenance, .. } in &site.maintenance {
        let (accounts, _) = maintenance.accounts(now);
        // Of a series each window is one that somebody planned.
        for account in accounts {
            let one = &account.occurrence;
            let key = match maintenance.repeat {
                Some(_) => chronicle::stamp(one.planned_start),
                None => String::new(),
            };
            if one.planned_start > now && one.status != MaintenanceStatus::Scheduled {
                continue;
            }
            let when =
                words::window(edition.language, one.planned_start, one.planned_end, edition.zone());
            let announced = chronicle::announcement(maintenance, now)
                .map(|entry| (entry.at, edition.say("feed_scheduled"), entry.body));
            let later = chronicle::window(maintenance, &account, now).into_iter().map(
                |Entry { at, status, body, .. }| {
                    (at, words::maintenance_status(edition.language, status), body)
                },
            );
            let said: Vec<Said<'_>> = announced.into_iter().chain(later).collect();
            let path = present::maintenance_path(&maintenance.slug);
            items.extend(item(edition, path, &maintenance.title, &when, &said).map(|mut item| {
                if !key.is_empty() {
                    item.id.push_str(&format!("#{key}"));
                }
                item
            }));
            if one.status == MaintenanceStatus::Scheduled {
                break;
            }
        }
    }
    items.sort_by(|a, b| (b.published, &a.id).cmp(&(a.published, &b.id)));
    items.truncate(ENTRIES);
    items
}

/// When, the status in words, and the text.
type Said<'a> = (Time, &'a str, Cow<'a, str>);

fn item(
    edition: Edition<'_>,
    path: String,
    title: &str,
    when: &str,
    said: &[Said<'_>],
) -> Option<Item> {
    let settings = edition.site.inputs.settings;
    let (first, last) = (said.first()?, said.last()?);
    let root = settings.absolute("");
    let mut html = String::new();
    if !when.is_empty() {
        html.push_str(&format!("<p><strong>{}</strong></p>", escape(when)));
    }
    for (at, status, body) in said.iter().rev() {
        let text = markdown::render(body, Place { root: &root, top_heading: 3 });
        html.push_str(&format!(
            "<p><small>{}</small><br><strong>{}</strong></p>{text}",
            escape(&edition.time(*at)),
            escape(status)
        ));
    }
    Some(Item {
        id: tag(settings, first.0, &path),
        published: first.0,
        updated: last.0,
        title: title.to_owned(),
        url: settings.absolute(&path),
        summary: summary(&[when, last.1, &last.2].join("\n\n"), &root),
        html,
        categories: Vec::new(),
    })
}
