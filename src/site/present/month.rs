//! Months: of the whole site in the history, of one component on its page.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::drawing::{self, GAPS, NO_DATA};
use super::numbers::{tally, uptime};
use super::past::{self, MonthEvents};
use super::{day_path, month_path, why};
use crate::model::{ComponentStatus, Date};
use crate::site::calendar::Stretch;
use crate::site::edition::Edition;
use crate::site::plan::{ComponentReport, MonthReport, day_report};
use crate::site::view::{self, Link};
use crate::site::words;

/// A month in the life of a component.
pub fn of_component(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    month: &MonthReport,
) -> view::MonthOfComponent {
    let mut keys = Vec::new();
    let mut troubled = Vec::new();
    for day in edition.site.calendar.days_of(month.month) {
        let of_day = day_report(&report.life.timeline, &day);
        if why::is_troubled(&report.life.timeline, &of_day) {
            troubled.push(day.date);
        }
        keys.push(Some(drawing::key(&of_day)));
    }
    let (figure, note) = uptime(edition, &month.uptime, &|what| what);
    view::MonthOfComponent {
        name: words::month(edition.language, month.month),
        path: month_path(month.month),
        bars: drawing::days(&keys),
        width: drawing::width(keys.len()),
        text: troubled_days(edition, &troubled),
        uptime: figure,
        note,
        outages: tally(edition, &month.tally),
    }
}

/// `3 days with trouble: 4, 12, 30`
fn troubled_days(edition: Edition<'_>, days: &[Date]) -> String {
    if days.is_empty() {
        return edition.say("month_good").to_owned();
    }
    let numbers: Vec<String> = days.iter().map(|day| day.day().to_string()).collect();
    let numbers = words::list(edition.language, &numbers);
    edition.count("month_bad_days", days.len(), &[("days", &numbers)])
}

/// How many months have a page though nothing began in them: twenty years.
const QUIET: usize = 240;

/// The months that have a page: those with events, and those since records began.
fn with_quiet_ones(edition: Edition<'_>, months: Vec<MonthEvents>) -> Vec<MonthEvents> {
    let mut known: BTreeMap<Date, MonthEvents> =
        months.into_iter().map(|month| (month.month, month)).collect();
    if let Some(since) = edition.site.records_since {
        for Stretch { date: month, .. } in
            edition.site.calendar.months(since).into_iter().take(QUIET)
        {
            known.entry(month).or_insert(MonthEvents { month, events: Vec::new() });
        }
    }
    known.into_values().rev().collect()
}

/// The list of months, and the page of each, newest first.
pub fn history(edition: Edition<'_>) -> (view::HistoryPage, Vec<(Date, view::MonthPage)>) {
    let months = with_quiet_ones(edition, past::months(edition));
    let mut years: Vec<view::Year> = Vec::new();
    for one in &months {
        let year = one.month.year().to_string();
        match years.last_mut() {
            Some(last) if last.name == year => last.months.push(month(edition, one)),
            _ => years.push(view::Year { name: year, months: vec![month(edition, one)] }),
        }
    }
    (view::HistoryPage { years }, month_pages(edition, months))
}

fn month(edition: Edition<'_>, one: &MonthEvents) -> view::Month {
    let count = |kind| one.events.iter().filter(|event| event.entry.kind == kind).count();
    let days: Vec<(Date, Option<ComponentStatus>)> = edition
        .site
        .calendar
        .days_of(one.month)
        .map(|day| (day.date, worst(edition, &day)))
        .collect();
    let bad = troubled(edition, one.month);
    let keys: Vec<Option<&'static str>> = days
        .iter()
        .map(|(day, status)| match status {
            None => Some(NO_DATA),
            Some(ComponentStatus::Operational) if bad.contains(day) => Some(GAPS),
            Some(status) => Some(status.word()),
        })
        .collect();
    let is_known = days.iter().any(|(_, status)| status.is_some());
    view::Month {
        name: words::month(edition.language, one.month),
        path: month_path(one.month),
        bars: drawing::days(&keys),
        width: drawing::width(keys.len()),
        text: match is_known {
            true => troubled_days(edition, &bad),
            false => edition.say("no_data").to_owned(),
        },
        incidents: count("incident"),
        maintenance: count("maintenance"),
        outages: count("outage"),
    }
}

/// The days of a month on which any component was not all good.
fn troubled(edition: Edition<'_>, month: Date) -> Vec<Date> {
    let components = &edition.site.components;
    let is_troubled = |day: &Stretch| {
        components.iter().any(|report| {
            let timeline = &report.life.timeline;
            let of_day = day_report(timeline, day);
            why::is_watched(report, &of_day) && why::is_troubled(timeline, &of_day)
        })
    };
    let days = edition.site.calendar.days_of(month).filter(is_troubled);
    days.map(|day| day.date).collect()
}

/// The worst that any component had on a day; none before any of them was watched.
pub fn worst(edition: Edition<'_>, day: &Stretch) -> Option<ComponentStatus> {
    let components = edition.site.components.iter();
    components
        .map(|report| (report, day_report(&report.life.timeline, day)))
        .filter(|(report, of_day)| why::is_watched(report, of_day))
        .map(|(_, of_day)| of_day.worst)
        .max()
}

fn month_pages(edition: Edition<'_>, months: Vec<MonthEvents>) -> Vec<(Date, view::MonthPage)> {
    let dates: Vec<Date> = months.iter().map(|one| one.month).collect();
    let link = |index: Option<usize>| {
        let month = *dates.get(index?)?;
        Some(Link { name: words::month(edition.language, month), url: month_path(month) })
    };
    let pages = months.into_iter().enumerate().map(|(index, one)| {
        let page = view::MonthPage {
            name: words::month(edition.language, one.month),
            bars: month(edition, &one),
            troubled: troubled(edition, one.month)
                .into_iter()
                .filter(|date| edition.days.has(*date))
                .map(|date| Link { name: date.day().to_string(), url: day_path(date) })
                .collect(),
            days: past::by_day(edition, one.events),
            earlier: link(Some(index + 1)),
            later: link(index.checked_sub(1)),
        };
        (dates[index], page)
    });
    pages.collect()
}
