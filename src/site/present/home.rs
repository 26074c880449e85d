//! The home page, and what every page says of the present.

use super::{component, declared, past};
use crate::model::time::DAY;
use crate::site::edition::{Edition, indicator_mark};
use crate::site::headline::Statement;
use crate::site::markdown::escape;
use crate::site::plan::{GroupReport, PAST_DAYS};
use crate::site::view;
use crate::site::words;

use super::declared::Setting;
use super::numbers::{stretch, uptime};

/// The home page.
pub fn home(edition: Edition<'_>) -> view::Home {
    let site = edition.site;
    let now = site.inputs.now;
    let zone = edition.zone();
    let since = zone.start_of_day(zone.date(now.plus(-PAST_DAYS * DAY)));
    let place = edition.place(0, 5);
    let mut recent = past::events(edition, place, &|at, until, _| until >= since && at <= now);
    // What is said of an open incident stands above already.
    for event in recent.iter_mut().filter(|event| !event.is_over) {
        event.entry.body_html.clear();
    }
    view::Home {
        incidents: site
            .open_incidents
            .iter()
            .map(|one| declared::incident(edition, one, Setting::home(edition)))
            .collect(),
        maintenance: site
            .current_maintenance
            .iter()
            .chain(&site.upcoming_maintenance)
            .map(|one| declared::maintenance(edition, one, Setting::home(edition)))
            .collect(),
        groups: site.groups.iter().map(|one| group(edition, one)).collect(),
        past: past::recent_days(edition, recent, since),
        has_records: site.records_since.is_some(),
    }
}

fn group(edition: Edition<'_>, group: &GroupReport<'_>) -> view::Group {
    let components = &edition.site.components;
    view::Group {
        id: group.group.map(|group| group.id.clone()),
        name: group.group.map(|group| group.name.clone()),
        status: edition.status(group.status),
        stale_status: edition.status(group.stale_status),
        uptime: group_uptime(edition, group),
        components: group
            .members
            .iter()
            .map(|index| component::component(edition, &components[*index]))
            .collect(),
    }
}

/// The uptime of a group with a name that something checks.
fn group_uptime(edition: Edition<'_>, group: &GroupReport<'_>) -> Option<view::GroupUptime> {
    group.group?;
    let components = &edition.site.components;
    let is_checked = |index: &usize| !components[*index].component.probes.is_empty();
    group.members.iter().any(is_checked).then(|| {
        let window = group.life.window(crate::site::calendar::DAYS);
        let (figure, note) = uptime(edition, &window.uptime, &stretch(edition, window));
        view::GroupUptime { figure, note }
    })
}

/// The present, as of this build.
pub fn live(edition: Edition<'_>) -> view::Live {
    let site = edition.site;
    let settings = site.inputs.settings;
    view::Live {
        headline: headline(edition),
        checked_at: site.checked_at.map(|time| edition.moment(time)),
        generated_at: edition.moment(site.inputs.now),
        refresh_s: settings.refresh_ms / 1000,
        interval_s: settings.interval_ms / 1000,
        interval: edition.length(settings.interval_ms),
        units: words::units(edition.language),
    }
}

fn headline(edition: Edition<'_>) -> view::Headline {
    let site = edition.site;
    let now = site.inputs.now;
    let stale = &site.stale_headline;
    let statement = &site.headline.statement;
    // Nobody can count on from a time at which sight was lost, and the age says it already.
    let since = statement.since().filter(|_| !matches!(statement, Statement::UnknownSince(_)));
    view::Headline {
        indicator: site.headline.indicator.word(),
        sentence: edition.sentence(),
        sentence_html: html(edition, statement),
        since: since.map(|time| edition.moment(time)),
        lasting: since.map(|time| edition.length(now.ms() - time.ms())),
        mark: indicator_mark(site.headline.indicator),
        is_stale: site.is_stale,
        stale_indicator: stale.indicator.word(),
        stale_sentence_html: html(edition, &stale.statement),
    }
}

/// The sentence with its time as a `<time>`, which a browser tells without its day when that is
/// today.
fn html(edition: Edition<'_>, statement: &Statement) -> String {
    // No text has this character: a place for the mark-up until everything else is escaped.
    const TIME: &str = "\u{1}";
    let sentence = escape(&statement.say(edition.language, &|_| TIME.to_owned()));
    let Some(at) = statement.since() else { return sentence };
    if sentence.matches(TIME).count() != 1 {
        return escape(&statement.text(edition.language, edition.site.inputs.now, edition.zone()));
    }
    let is_whole = matches!(statement, Statement::UnknownSince(_));
    let (near, text) = match is_whole {
        true => ("", edition.time(at)),
        false => (
            " data-near",
            words::moment_near(edition.language, at, edition.site.inputs.now, edition.zone()),
        ),
    };
    let node = format!("<time datetime=\"{}\"{near}>{}</time>", at.rfc3339(), escape(&text));
    sentence.replacen(TIME, &node, 1)
}
