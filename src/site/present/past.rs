//! What happened: by day on the home page, by month in the history.

use super::{component_path, incident_path, maintenance_path, month_path};
use crate::model::{ComponentStatus, Date, Time};
use crate::site::markdown::{self, Place};
use crate::site::plan::Site;
use crate::site::view::{self, PastDay, PastEntry};
use crate::site::words;

/// Something that began at a time.
pub struct Event {
    at: Time,
    /// Whether it has ended.
    pub is_over: bool,
    /// What templates see of it.
    pub entry: PastEntry,
}

/// Everything that is over or goes on, and that `keep` wants, newest first. Upcoming
/// maintenance has not happened, so it is not here.
/// Their texts are for `place`.
pub fn events(
    site: &Site<'_>,
    place: Place<'_>,
    keep: &dyn Fn(Time, &[&str]) -> bool,
) -> Vec<Event> {
    let zone = &site.inputs.settings.timezone;
    let now = site.inputs.now;
    let mut events = Vec::new();
    for incident in site.open_incidents.iter().chain(&site.past_incidents) {
        let Some(at) = incident.start(now) else { continue };
        if !keep(at, &incident.components(now)) {
            continue;
        }
        let note = match incident.resolved_at(now) {
            Some(_) if incident.informational => words::moment(at, zone),
            Some(end) => format!(
                "{} · resolved after {}",
                words::moment(at, zone),
                words::length(end.ms() - at.ms())
            ),
            None => format!("{} · still open", words::moment(at, zone)),
        };
        let last = incident.seen_updates(now).last();
        let body = last.map_or(incident.summary.as_str(), |(_, _, update)| update.body.as_str());
        events.push(Event {
            at,
            is_over: !incident.is_open(now),
            entry: PastEntry {
                kind: if incident.informational { "notice" } else { "incident" },
                title: incident.title.clone(),
                path: incident_path(&incident.slug),
                note,
                body_html: markdown::render(body, place),
                has_mistakes: !incident.mistakes.is_empty(),
            },
        });
    }
    for planned in site.current_maintenance.iter().chain(&site.past_maintenance) {
        let maintenance = planned.maintenance;
        let Some(window) = planned.window else { continue };
        let (start, end) = (window.planned_start, window.planned_end);
        let components: Vec<&str> = maintenance.components.iter().map(String::as_str).collect();
        if !keep(start, &components) {
            continue;
        }
        let state = words::maintenance_status(planned.status).to_lowercase();
        events.push(Event {
            at: start,
            is_over: window.is_over(),
            entry: PastEntry {
                kind: "maintenance",
                title: maintenance.title.clone(),
                path: maintenance_path(&maintenance.slug),
                note: format!("{} · {state}", words::window(start, end, zone)),
                body_html: String::new(),
                has_mistakes: !maintenance.mistakes.is_empty(),
            },
        });
    }
    for report in &site.components {
        for outage in &report.outages {
            if !keep(outage.from, &[&report.component.id])
                || !outage.incidents.is_empty()
                || outage.in_maintenance()
            {
                continue;
            }
            let end = outage.to.unwrap_or(now);
            let state = if outage.to.is_none() {
                "so far"
            } else if outage.lost_sight {
                "until checks stopped"
            } else {
                "measured"
            };
            events.push(Event {
                at: outage.from,
                is_over: outage.to.is_some(),
                entry: PastEntry {
                    kind: "outage",
                    title: match outage.to {
                        None => format!(
                            "{} {}",
                            report.component.name,
                            words::predicate(outage.status, 1)
                        ),
                        Some(_) if outage.status == ComponentStatus::MajorOutage => {
                            format!("{} was down", report.component.name)
                        }
                        Some(_) => format!("{} was partly down", report.component.name),
                    },
                    path: component_path(&report.component.id),
                    note: format!(
                        "{} · {} {state}",
                        words::moment(outage.from, zone),
                        words::length(end.ms() - outage.from.ms())
                    ),
                    body_html: String::new(),
                    has_mistakes: false,
                },
            });
        }
    }
    events.sort_by(|a, b| (b.at, &a.entry.path).cmp(&(a.at, &b.entry.path)));
    events
}

/// Groups them by the day on which they began.
pub fn by_day(site: &Site<'_>, events: Vec<Event>) -> Vec<PastDay> {
    let zone = &site.inputs.settings.timezone;
    let mut days: Vec<PastDay> = Vec::new();
    for event in events {
        let day = words::day(zone.date(event.at));
        match days.last_mut() {
            Some(last) if last.day == day => last.entries.push(event.entry),
            _ => days.push(PastDay { day, entries: vec![event.entry] }),
        }
    }
    days
}

/// A month and what began in it.
pub struct MonthEvents {
    /// The first of the month.
    pub month: Date,
    events: Vec<Event>,
}

/// All months in which something began, newest first; always the current one.
pub fn months(site: &Site<'_>) -> Vec<MonthEvents> {
    use chrono::Datelike;
    let zone = &site.inputs.settings.timezone;
    let now = site.inputs.now;
    let first = |time: Time| {
        let date = zone.date(time);
        date.with_day(1).unwrap_or(date)
    };
    let mut months: Vec<MonthEvents> = vec![MonthEvents { month: first(now), events: Vec::new() }];
    for event in events(site, Place { root: "../../", top_heading: 4 }, &|at, _| at <= now) {
        let month = first(event.at);
        match months.last_mut() {
            Some(last) if last.month == month => last.events.push(event),
            _ => months.push(MonthEvents { month, events: vec![event] }),
        }
    }
    months
}

/// The list of months.
pub fn history(months: &[MonthEvents]) -> view::HistoryPage {
    let months = months
        .iter()
        .map(|one| {
            let count = |kind| one.events.iter().filter(|event| event.entry.kind == kind).count();
            view::Month {
                name: words::month(one.month),
                path: month_path(one.month),
                incidents: count("incident"),
                maintenance: count("maintenance"),
                outages: count("outage"),
            }
        })
        .collect();
    view::HistoryPage { months }
}

/// The pages of all months.
pub fn month_pages(site: &Site<'_>, months: Vec<MonthEvents>) -> Vec<(Date, view::MonthPage)> {
    let dates: Vec<Date> = months.iter().map(|one| one.month).collect();
    let link = |index: Option<usize>| {
        let month = *dates.get(index?)?;
        Some(view::Link { name: words::month(month), url: month_path(month) })
    };
    months
        .into_iter()
        .enumerate()
        .map(|(index, one)| {
            let page = view::MonthPage {
                name: words::month(one.month),
                days: by_day(site, one.events),
                earlier: link(Some(index + 1)),
                later: link(index.checked_sub(1)),
            };
            (one.month, page)
        })
        .collect()
}
