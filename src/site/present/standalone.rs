//! The pages that speak of the site itself: how to subscribe, and how it measures.

use std::collections::BTreeSet;

use super::component::corrections;
use crate::site::edition::Edition;
use crate::site::{badge, view, words};

/// The page of ways to be told.
pub fn subscribe(edition: Edition<'_>) -> view::SubscribePage {
    let settings = edition.site.inputs.settings;
    view::SubscribePage {
        feed: settings.absolute("feed.atom"),
        rss: settings.absolute("feed.rss"),
        json_feed: settings.absolute("feed.json"),
        calendar: settings.absolute("maintenance.ics"),
        api: settings.absolute("api/v2/summary.json"),
        json: settings.absolute("status.json"),
        embed: settings.absolute("embed/maintenance.js"),
        mailing_list: settings.mailing_list.clone(),
        repository: settings.repository.clone(),
    }
}

/// The page for those who build apps.
pub fn embed(edition: Edition<'_>, languages: Vec<String>) -> view::EmbedPage {
    let settings = edition.site.inputs.settings;
    let ids = settings.components.iter().map(|component| component.id.as_str());
    let first = settings.components.first();
    let group = settings.groups.first();
    let examples = group.map(|group| format!("groups/{}.svg", group.id)).into_iter().chain(
        first.into_iter().flat_map(|component| {
            [".svg", ".uptime.large.svg", ".json"]
                .map(|ending| format!("components/{}{ending}", component.id))
        }),
    );
    view::EmbedPage {
        maintenance: settings.absolute("embed/maintenance.js"),
        line: settings.absolute("embed/status.js"),
        pictures: badge::of_whole_site(edition)
            .into_iter()
            .map(|(url, name)| view::Link { name, url })
            .collect(),
        badges: settings.absolute("badges/"),
        badge_examples: examples.collect(),
        component_ids: ids.take(2).collect::<Vec<_>>().join(","),
        languages,
        types: settings.absolute("embed/status.d.ts"),
        address: settings.url.to_string(),
    }
}

/// The page about the numbers.
pub fn measure(edition: Edition<'_>) -> view::MeasurePage {
    let inputs = edition.site.inputs;
    let settings = inputs.settings;
    let tracks = settings.probes().flat_map(|probe| inputs.history.tracks(&probe.id));
    let locations: BTreeSet<&str> = tracks.map(|(location, _)| location).collect();
    // A single place without a name says nothing.
    let locations: Vec<String> = match locations.iter().any(|name| !name.is_empty()) {
        false => Vec::new(),
        true => locations
            .into_iter()
            .map(|name| if name.is_empty() { edition.say("main_location") } else { name })
            .map(str::to_owned)
            .collect(),
    };
    let weight = settings.partial_outage_permille;
    let weight = format!("{}.{}", weight / 10, weight % 10);
    view::MeasurePage {
        interval: edition.length(settings.interval_ms),
        hold: edition.length(settings.hold_ms()),
        location_names: words::list(edition.language, &locations),
        locations,
        partial_weight: words::percent(edition.language, weight.trim_end_matches(".0")),
        corrections: corrections(edition, edition.place(1, 4), None),
        address: settings.url.to_string(),
    }
}
