//! The pages that speak of the site itself: how to subscribe, and how it measures.

use std::collections::BTreeSet;

use super::component::corrections;
use crate::site::edition::Edition;
use crate::site::{view, words};

/// The page of ways to be told.
pub fn subscribe(edition: Edition<'_>) -> view::SubscribePage {
    let settings = edition.site.inputs.settings;
    view::SubscribePage {
        feed: settings.absolute("feed.atom"),
        json: settings.absolute("status.json"),
        embed: settings.absolute("embed/maintenance.js"),
        mailing_list: settings.mailing_list.clone(),
        repository: settings.repository.clone(),
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
