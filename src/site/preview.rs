//! What the picture says that chat apps show beside a link to the site.

use super::card::{self, Card, Font, MOST_ROWS, Row};
use super::edition::Edition;
use super::plan::{ComponentReport, DayReport};
use super::present;
use crate::model::ComponentStatus;
use crate::theme::Language;

/// The picture of an edition as a PNG; none when the libraries that draw have a fault.
pub fn picture(edition: Edition<'_>, font: &Font) -> Option<Vec<u8>> {
    let site = edition.site;
    let now = site.inputs.now;
    let statement = &site.headline.statement;
    let mut sentence = edition.sentence();
    if font.drawable(&sentence).is_none() {
        // Better in English than not at all.
        sentence = statement.text(&Language::english(), now, edition.zone());
    }
    let checked = site.checked_at.map_or_else(
        || edition.say("not_checked_yet").to_owned(),
        |at| edition.fill("card_checked", &[("time", &edition.time(at))]),
    );
    let mut reports: Vec<&ComponentReport<'_>> = site.components.iter().collect();
    reports.retain(|report| !report.component.probes.is_empty());
    reports.sort_by_key(|report| std::cmp::Reverse(report.status));
    reports.truncate(MOST_ROWS);
    let uptimes: Vec<String> =
        reports.iter().map(|report| present::component(edition, report).uptime).collect();
    let bar = |day: &DayReport| {
        let is_blank = day.worst == ComponentStatus::Unknown && day.uptime.window_ms == 0;
        (!is_blank).then_some(day.worst)
    };
    let rows = reports.iter().zip(&uptimes).map(|(report, uptime)| Row {
        name: &report.component.name,
        bars: report.life.days.iter().map(bar).collect(),
        uptime,
    });
    let card = Card {
        site: &site.inputs.settings.title,
        sentence: &sentence,
        checked: &checked,
        indicator: site.headline.indicator,
        rows: rows.collect(),
        is_right_to_left: edition.say("direction") == "rtl",
    };
    card::render(&card, font)
}
